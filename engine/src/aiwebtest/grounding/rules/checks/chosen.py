"""What is chosen in a field and drawn as chips in it, words with an icon that takes them away, or ticked in a group."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from aiwebtest.core.snapshot import Flag, Node, Snapshot
from aiwebtest.grounding.rules.checks.kinds import is_field
from aiwebtest.grounding.rules.checks.text import fold, words_of
from aiwebtest.grounding.rules.page import PageView

__all__ = ["TICKED", "chips_of", "crosses_of", "ticked_in"]

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


TICKED = frozenset({"radio", "checkbox", "switch"})
_GROUP = 2  # boxes at least


def ticked_in(group: Node, snapshot: Snapshot) -> tuple[str, ...] | None:
    """Return what is ticked in a group that shows no more than its boxes and its title; None where it is no group."""
    boxes = [node for node in snapshot.subtree(group)[1:] if node.role in TICKED]
    names = [fold(node.name or node.label) for node in boxes]
    if len(boxes) < _GROUP or not all(names):
        return None
    said = [fold(n.text) for n in snapshot.subtree(group) if n.visible and any(c.isalnum() for c in n.text)]
    if not all(any(text in name for name in names) for text in said[1:]):  # the first may be the title
        return None
    return tuple(node.name or node.label for node in boxes if node.has(Flag.CHECKED))
