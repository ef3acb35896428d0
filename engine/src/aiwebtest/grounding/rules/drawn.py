"""Controls that a page draws of plain elements, without a role: lists that open, and choices side by side."""

from __future__ import annotations

import re
from itertools import islice

from aiwebtest.core.snapshot import Flag, Node
from aiwebtest.grounding.rules.labels import is_control
from aiwebtest.grounding.rules.page import PageView
from aiwebtest.grounding.rules.verbs import VERBS
from aiwebtest.grounding.rules.wording import ident_words, wording

__all__ = ["choice_around", "drawn_label", "is_drawn_chooser", "is_the_choice", "without_arrow"]

_CLICKABLE = int(Flag.CLICKABLE)
_PLAIN = frozenset(["div", "span", "li", "p"])
_LONGEST = 60  # characters that such a field shows
_PARTS = 6  # elements: itself, its value, an arrow
_ARROW = re.compile(r"[▾▼⌄∨˅﹀🔽]\s*$")
_INVITES = re.compile(r"(?:select|choose|pick|any|all|none|no)\b", re.IGNORECASE)
_MARKS = frozenset(
    "field group item control input select select2 picker dropdown combo combobox chooser selector setting".split()
)
_REACH = 3  # elements between a text and the choice that it stands in


def drawn_label(node: Node, view: PageView) -> str:
    """Return the label of a plain element or a button that is drawn as a field or list, "" if it is none.

    Clicking it opens a list or a calendar: it shows an arrow or an invitation, or a class of it or of its block says
    so; a button shows the arrow. In the block stand the label, the element and nothing else that is shown.
    """
    if not node.flags & _CLICKABLE or node.parent < 0 or not (_is_plain(node) or _is_a_chooser(node)):
        return ""
    kept: dict[int, str] = view.snapshot.memo.setdefault("drawn labels", {})
    if node.ref not in kept:
        kept[node.ref] = _label_of(node, view)
    return kept[node.ref]


def without_arrow(text: str) -> str:
    """Return what a list that is shut shows, without the arrow behind it: "Normal" of "Normal ▾"."""
    return _ARROW.sub("", text).rstrip()


def _is_plain(node: Node) -> bool:
    return not node.role and node.tag in _PLAIN


def _is_a_chooser(node: Node) -> bool:
    """Tell whether a button shows what is chosen, with an arrow: "Normal ▾", but not "Actions ▾" or "Export ▾"."""
    shown = node.text or node.name
    if node.role != "button" or shown[-1:].isalnum():
        return False
    said = without_arrow(shown)
    if not said or said == shown or len(said.split()) > _FEW_WORDS:
        return False
    first = said.split()[0].lower()
    found = VERBS.get(first)
    return first not in _OF_MENUS and not (found and found.verb.frame == "named" and found.form == "base")


_FEW_WORDS = 3
_OF_MENUS = frozenset("actions action more options menu tools settings account help view views new save".split())


def _label_of(node: Node, view: PageView) -> str:
    said = view.text(node.ref)
    block = view.nodes[node.parent]
    if not said or len(said) > _LONGEST or node.end - node.ref > _PARTS or block.tag == "body":
        return ""
    if any(part.flags & _CLICKABLE and part.role for part in view.subtree(node)[1:]):
        return ""
    shown = [view.nodes[ref] for ref in view.children(block.ref) if view.nodes[ref].visible and view.text(ref)]
    if len(shown) != 2 or shown[1].ref != node.ref:
        return ""
    label = shown[0]
    mere = not label.role and not label.flags & _CLICKABLE and not any(is_control(n) for n in view.subtree(label))
    marks = {word for words in ident_words(f"{node.ident} {block.ident}") for word in words.split()}
    drawn = _ARROW.search(said) or _INVITES.match(said) or _MARKS & marks
    return view.text(label.ref) if (mere or label.tag == "label") and drawn else ""


def is_drawn_chooser(node: Node) -> bool:
    """Tell whether a class says that a plain element pressed as a button opens a list, whose choice it shows."""
    if node.role != "button" or node.tag not in _PLAIN or not node.ident:
        return False
    return any(not _CHOOSERS.isdisjoint(words.split()) for words in ident_words(node.ident))


_CHOOSERS = frozenset("dropdown select combobox".split())


def choice_around(ref: int, view: PageView) -> int | None:
    """Return the plain element, one of several alike side by side that react to clicks, that an element is or is in."""
    for above in (ref, *islice(view.parents(ref), _REACH)):
        node = view.nodes[above]
        if node.flags & _CLICKABLE and not node.role and node.tag in _PLAIN:
            return above if _has_twin(node, view) else None
        if node.role or node.flags & _CLICKABLE:
            return None
    return None


def is_the_choice(node: Node, value: str, view: PageView) -> bool:
    """Tell whether a plain element is one of several to choose from, and itself what a value names: "16" is "D 16"."""
    if choice_around(node.ref, view) != node.ref:
        return False
    asked, seen = set(wording(value).tokens), set(wording(view.text(node.ref)).tokens)
    return bool(seen) and (asked <= seen or seen <= asked)


def _has_twin(node: Node, view: PageView) -> bool:
    beside = (view.nodes[ref] for ref in view.children(node.parent)) if node.parent >= 0 else ()
    return any(
        one.ref != node.ref and one.tag == node.tag and one.flags & _CLICKABLE and not one.role
        and _is_of_kind(one, node) and one.visible for one in beside
    )  # fmt: skip


def _is_of_kind(one: Node, other: Node) -> bool:
    """Tell whether two elements share a class, or have none."""
    return one.ident == other.ident or bool(set(one.ident.split()) & set(other.ident.split()))
