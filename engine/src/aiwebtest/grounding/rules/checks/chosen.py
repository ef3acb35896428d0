"""What is chosen in a field and drawn as chips in it: words with an icon that takes them away."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from aiwebtest.core.snapshot import Flag, Node
from aiwebtest.grounding.rules.checks.kinds import is_field
from aiwebtest.grounding.rules.checks.text import words_of
from aiwebtest.grounding.rules.page import PageView

__all__ = ["chips_of", "crosses_of"]

_CROSS = frozenset("close cancel delete remove clear dismiss cross times deletable".split())
_REACH = 3  # elements between the word of a chip and the chip
_BOX = 3  # elements between the input of a field and the box that is drawn as the field


def chips_of(field: Node, view: PageView) -> tuple[str, ...]:
    """Return the words of the chips in the box of a field, in order."""
    found: tuple[str, ...] = ()
    for above in islice(view.parents(field.ref), _BOX):
        inside = view.nodes[above : view.nodes[above].end]
        if any(is_field(node) and node.visible and node.ref != field.ref for node in inside):
            break
        found = tuple(n.text.strip() for n in inside if n.text and n.visible and any(crosses_of(n, view)))
        if found:
            break
    return found


def crosses_of(text: Node, view: PageView) -> Iterator[Node]:
    """Yield the icon that takes a chip away, given the text that is all the chip says; nothing where it is no chip."""
    for around in (text.ref, *islice(view.parents(text.ref), _REACH)):
        if view.text(around).strip() != text.text.strip():
            return
        icons = [node for node in view.subtree(view.nodes[around])[1:] if _is_cross(node, view)]
        if icons:
            yield from icons if len(icons) == 1 else ()
            return


def _is_cross(node: Node, view: PageView) -> bool:
    """Tell whether an element without words reacts to a click and is called what takes something away."""
    if not node.visible or not node.has(Flag.CLICKABLE) or view.text(node.ref):
        return False
    return not _CROSS.isdisjoint(words_of(f"{node.ident} {node.testid} {node.name}"))
