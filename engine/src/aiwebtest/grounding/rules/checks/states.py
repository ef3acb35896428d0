"""States of elements and of the things of a list: enabled, checked, expanded, empty ..."""

from __future__ import annotations

import re
from collections.abc import Callable

from aiwebtest.core.snapshot import Flag, Node, Snapshot
from aiwebtest.grounding.rules.checks.kinds import is_container, is_field
from aiwebtest.grounding.rules.checks.offered import says_nearly, told_in
from aiwebtest.grounding.rules.checks.said import said_in
from aiwebtest.grounding.rules.checks.selection import (
    ACTIVE,
    box_of_branch,
    boxes_in,
    has_marked_twin,
    is_active,
    is_selected,
)
from aiwebtest.grounding.rules.checks.shown import shown_value, whole_text
from aiwebtest.grounding.rules.checks.tables import rows_of
from aiwebtest.grounding.rules.checks.text import fold
from aiwebtest.grounding.rules.marks import says_disabled
from aiwebtest.grounding.rules.words import OPPOSITES

__all__ = ["CONTROLS", "OF_THINGS", "STATE_WORDS", "has_state", "holds_state", "is_nearly", "opposite_of"]

_CHECKABLE = frozenset("checkbox radio switch menuitemcheckbox menuitemradio button option treeitem".split())
_OPENING = frozenset("dialog alertdialog menu menubar listbox tooltip list region complementary navigation".split())
_NOTHING_THERE = re.compile(
    r"\b(?:is|are|looks) (?:currently )?empty\b|\bno (?:items|products|results|entries|rows|orders)\b|\bnothing"
    r" (?:here|yet|found)\b"
)
CONTROLS = frozenset(
    "button link textbox searchbox combobox listbox checkbox radio switch slider spinbutton tab option menuitem"
    " treeitem".split()
)


OF_THINGS = frozenset({"active", "enabled", "disabled"})


STATE_WORDS = {
    "expanded": frozenset({"open", "opened", "expanded"}), "collapsed": frozenset({"closed", "shut", "collapsed"}),
    "checked": frozenset({"on", "checked", "enabled"}), "unchecked": frozenset({"off", "unchecked", "disabled"}),
    "enabled": frozenset({"enabled", "on"}), "disabled": frozenset({"disabled", "off", "inactive"}),
    "active": frozenset({"active"}), "inactive": frozenset({"inactive"}),
    "empty": frozenset({"empty"}), "filled": frozenset({"full", "filled"}),
}  # fmt: skip


def opposite_of(state: str) -> str:
    """Return the state that something is in which is not in this one; empty where there is none."""
    return "inactive" if state == "active" else OPPOSITES.get(state, "")  # type: ignore[call-overload]


def has_state(node: Node, state: str, snapshot: Snapshot) -> bool | None:
    """Tell whether an element is in a state; None when the state means nothing for it."""
    return _STATES[state](node, snapshot)


def holds_state(thing: Node, state: str, snapshot: Snapshot) -> bool | None:
    """Tell whether a thing of a list is in a state: by the only box or switch in it, by itself, or by a word in it."""
    opposite = opposite_of(state)
    mine, others = STATE_WORDS.get(state, frozenset()), STATE_WORDS.get(opposite, frozenset())
    boxes = boxes_in(thing, snapshot)
    called = [box for box in boxes if fold(box.name) in mine | others]
    if len(called) == 1:
        return called[0].has(Flag.CHECKED) == (fold(called[0].name) in mine)
    only = boxes[0] if state in {"checked", "unchecked"} and len(boxes) == 1 else thing
    holds = None if _shown_only(thing, state, snapshot) else has_state(only, state, snapshot)
    if holds or (holds is False and (state != "active" or has_marked_twin(thing, snapshot, ACTIVE) is False)):
        return holds
    told = {fold(snapshot.text_of(part)) for part in told_in(thing, snapshot)}
    said = [not told.isdisjoint(words) for words in (mine, others)]
    if said[0] is not said[1]:
        return said[0]
    instead = said_in(thing, mine, (), snapshot) if state in OF_THINGS and not said[0] else None
    return instead[1] if instead else None


def _shown_only(thing: Node, state: str, snapshot: Snapshot) -> bool:
    """Tell whether a thing is open only in that it is to be seen."""
    return state in {"expanded", "collapsed"} and thing.role in _PLACES and _own_opener(thing, snapshot) is None


def is_nearly(thing: Node, state: str, snapshot: Snapshot) -> bool:
    """Tell whether a thing has a word for a state, or for its opposite, within a longer text."""
    words = STATE_WORDS.get(state, frozenset()) | STATE_WORDS.get(opposite_of(state), frozenset())
    return says_nearly(thing, words, snapshot)


def _disabled(node: Node, _: Snapshot) -> bool | None:
    if node.has(Flag.DISABLED):
        return True
    if node.tag not in {"button", "input", "select", "textarea"} and "disabled" in node.ident.lower().split():
        return True
    if says_disabled(node.ident):
        return True
    known = node.role in CONTROLS or is_field(node) or node.has(Flag.CLICKABLE) or node.role == "group"
    return False if known else None


def _checked(node: Node, snapshot: Snapshot) -> bool | None:
    if node.has(Flag.MIXED):
        return False
    if node.role == "treeitem" and not node.has(Flag.CHECKED) and (box := box_of_branch(node, snapshot)) is not None:
        return box.has(Flag.CHECKED)
    return node.has(Flag.CHECKED) if node.role in _CHECKABLE or node.has(Flag.CHECKED) else None


_PLACES = frozenset({"region", "list", "complementary", "navigation"})  # open as far as they are to be seen


def _own_opener(place: Node, snapshot: Snapshot) -> Node | None:
    """Return what opens and closes a place: the one in it that says so and is called like it."""
    names = {fold(name) for name in (place.name, place.label) if name}
    inner = [n for n in snapshot.subtree(place)[1:] if n.has(Flag.EXPANDED) or n.has(Flag.COLLAPSED)]
    return next((n for n in inner if fold(n.name or snapshot.text_of(n)) in names), None)


def _expanded(node: Node, snapshot: Snapshot) -> bool | None:
    if node.role in _PLACES and (opener := _own_opener(node, snapshot)) is not None:
        return opener.has(Flag.EXPANDED)
    if node.has(Flag.EXPANDED) or (node.role == "tab" and is_selected(node, snapshot)):
        return True
    if node.has(Flag.COLLAPSED) or node.role == "tab":
        return False
    if node.tag == "details":
        summary = next((n for n in snapshot.subtree(node) if n.tag == "summary"), None)
        return summary.has(Flag.EXPANDED) if summary else None
    if node.role in _OPENING or node.tag == "dialog" or node.has(Flag.MODAL):
        return node.visible
    return _shows_what_it_controls(node, snapshot) if node.role in {"button", "link"} else None


def _shows_what_it_controls(opener: Node, snapshot: Snapshot) -> bool | None:
    """Tell whether what a button says that it controls is to be seen; None where it says of nothing."""
    controlled = (opener.extra.get("aria-controls") or "").split()
    parts = [node for node in snapshot.nodes if controlled and node.ident.split()[:1] == controlled]
    return parts[0].visible if len(parts) == 1 else None


def _field_flag(flag: Flag) -> Callable[[Node, Snapshot], bool | None]:
    def test(node: Node, _: Snapshot) -> bool | None:
        known = is_field(node) or node.role in {"checkbox", "radio", "switch", "radiogroup"}
        return node.has(flag) if known else None

    return test


def _empty(node: Node, snapshot: Snapshot) -> bool | None:
    if is_field(node):
        return node.extra.get("filled") != "true" if node.type == "password" else not shown_value(node).strip()
    if node.role in {"table", "grid"}:
        return not rows_of(node, snapshot)
    if node.role in {"list", "listbox"}:
        return not any(
            n.visible and n.role in {"listitem", "row", "option"} and not _heads(n, snapshot)
            for n in snapshot.subtree(node)[1:]
        )
    text = whole_text(node, snapshot)
    if not text:
        return True
    if node.parent < 0:  # the page that is titled so holds more than what may be empty
        return None
    return bool(_NOTHING_THERE.search(fold(text))) if is_container(node) else False


def _heads(row: Node, snapshot: Snapshot) -> bool:
    cells = [n for n in snapshot.subtree(row)[1:] if n.role in {"cell", "gridcell", "columnheader"}]
    return bool(cells) and all(n.role == "columnheader" for n in cells)


def _not(test: Callable[[Node, Snapshot], bool | None]) -> Callable[[Node, Snapshot], bool | None]:
    def opposite(node: Node, snapshot: Snapshot) -> bool | None:
        holds = test(node, snapshot)
        return None if holds is None else not holds

    return opposite


def _loaded(node: Node, snapshot: Snapshot) -> bool | None:
    if node.parent < 0:
        return bool(snapshot.text)
    known = node.extra.get("loaded")
    return None if known is None else known == "true"


def _readonly(node: Node, _: Snapshot) -> bool | None:
    if not is_field(node):
        return None
    return node.has(Flag.READONLY)


def _editable(node: Node, _: Snapshot) -> bool | None:
    return (
        (is_field(node) and not node.has(Flag.READONLY) and not node.has(Flag.DISABLED))
        if is_field(node)
        else node.has(Flag.EDITABLE)
    )


_STATES: dict[str, Callable[[Node, Snapshot], bool | None]] = {
    "disabled": _disabled,
    "enabled": _not(_disabled),
    "checked": _checked,
    "unchecked": _not(_checked),
    "mixed": lambda node, _: node.has(Flag.MIXED) if node.role in _CHECKABLE else None,
    "selected": is_selected,
    "unselected": _not(is_selected),
    "focused": lambda node, _: node.has(Flag.FOCUSED),
    "readonly": _readonly,
    "editable": _editable,
    "required": _field_flag(Flag.REQUIRED),
    "optional": _not(_field_flag(Flag.REQUIRED)),
    "expanded": _expanded,
    "collapsed": _not(_expanded),
    "empty": _empty,
    "filled": _not(_empty),
    "invalid": _field_flag(Flag.INVALID),
    "valid": _not(_field_flag(Flag.INVALID)),
    "pressed": _checked,
    "active": is_active,
    "loaded": _loaded,
    "onscreen": lambda node, _: node.visible and not node.has(Flag.OFFSCREEN),
    "multiple": lambda node, _: node.has(Flag.MULTIPLE),
    "visible": lambda node, _: node.visible,
    "hidden": lambda node, _: not node.visible,
}
