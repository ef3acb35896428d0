"""Messages of success, error, warning and information, told apart by what their elements are called and say."""

from __future__ import annotations

from collections.abc import Iterable

from aiwebtest.core.intent import Target
from aiwebtest.core.snapshot import Node, Snapshot
from aiwebtest.grounding.rules.checks.text import words_of

__all__ = ["of_asked_kind", "of_no_kind", "tells_no_kind"]

_KINDS = {
    "success": frozenset("success successful successfully confirmation positive".split()),
    "error": frozenset(
        "error errors errorlist errornote errortext danger invalid failure failed fault negative critical "
        "destructive validation".split()
    ),
    "warning": frozenset("warning warnings warn caution".split()),
    "info": frozenset("info information informational".split()),
}
_SAID = {
    "success": frozenset(
        "success successful successfully saved created updated deleted removed added sent thank thanks completed "
        "confirmed subscribed uploaded published placed welcome".split()
    ),
    "error": frozenset(
        "error errors invalid failed failure required cannot can't couldn't unable wrong denied incorrect not no must "
        "missing expired".split()
    ),
    "warning": frozenset("warning careful attention caution".split()),
}
_NEARBY = 3  # elements around a message that may say its kind


def of_asked_kind(nodes: list[Node], target: Target, snapshot: Snapshot) -> list[Node]:
    """Return the messages that may be meant by "the success message": those not plainly of another kind."""
    asked = _kinds_in(target.text)
    if target.role != "alert" or len(asked) != 1:
        return nodes
    return [node for node in nodes if (kinds := _kinds_of(node, snapshot)) <= asked or asked <= kinds]


def tells_no_kind(nodes: list[Node], target: Target, snapshot: Snapshot) -> bool:
    """Tell whether a kind of message is asked for, and not one of the messages tells that it is of that kind."""
    asked = _kinds_in(target.text)
    if target.role != "alert" or target.name is not None or len(asked) != 1 or not nodes:
        return False
    return not any(_kinds_of(node, snapshot) for node in nodes)


def of_no_kind(nodes: Iterable[Node], target: Target, snapshot: Snapshot) -> list[Node]:
    """Return the messages that may or may not be of the kind that is asked for: they tell none."""
    if target.role != "alert" or target.name is not None or len(_kinds_in(target.text)) != 1:
        return []
    return [node for node in nodes if not _kinds_of(node, snapshot)]


def _kinds_of(node: Node, snapshot: Snapshot) -> frozenset[str]:
    """Return the kinds that a message is of, told by itself, by what is in it or around it, or else by its words."""
    around = [above for above, _ in zip(snapshot.ancestors(node), range(_NEARBY), strict=False)]
    for level in ([node], snapshot.subtree(node)[1:], around):
        kinds = _kinds_in(" ".join(each.ident for each in level))
        if kinds:
            return kinds
    said = set(words_of(snapshot.text_of(node)))
    kinds = frozenset(kind for kind, saying in _SAID.items() if not saying.isdisjoint(said))
    return kinds - {"success"} if len(kinds) > 1 else kinds  # "could not be saved"


def _kinds_in(text: str) -> frozenset[str]:
    words = set(words_of(text))
    return frozenset(kind for kind, saying in _KINDS.items() if not saying.isdisjoint(words))
