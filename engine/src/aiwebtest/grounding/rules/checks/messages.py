"""Messages of success, error, warning and information, told apart by what their elements are called."""

from __future__ import annotations

from aiwebtest.core.intent import Target
from aiwebtest.core.snapshot import Node, Snapshot
from aiwebtest.grounding.rules.checks.text import words_of

__all__ = ["of_asked_kind"]

_KINDS = {
    "success": frozenset("success successful successfully confirmation positive".split()),
    "error": frozenset(
        "error errors errorlist errornote errortext danger invalid failure failed fault negative critical "
        "destructive validation".split()
    ),
    "warning": frozenset("warning warnings warn caution".split()),
    "info": frozenset("info information informational".split()),
}
_NEARBY = 3  # elements around a message that may say its kind


def of_asked_kind(nodes: list[Node], target: Target, snapshot: Snapshot) -> list[Node]:
    """Return the messages that may be meant by "the success message": those not plainly of another kind."""
    asked = _kinds_in(target.text)
    if target.role != "alert" or len(asked) != 1:
        return nodes
    return [node for node in nodes if (kinds := _kinds_of(node, snapshot)) <= asked or asked <= kinds]


def _kinds_of(node: Node, snapshot: Snapshot) -> frozenset[str]:
    """Return the kinds that a message says it is of: itself, else what is in it, else what is around it."""
    around = [above for above, _ in zip(snapshot.ancestors(node), range(_NEARBY), strict=False)]
    for level in ([node], snapshot.subtree(node)[1:], around):
        kinds = _kinds_in(" ".join(each.ident for each in level))
        if kinds:
            return kinds
    return frozenset()


def _kinds_in(text: str) -> frozenset[str]:
    words = set(words_of(text))
    return frozenset(kind for kind, saying in _KINDS.items() if not saying.isdisjoint(words))
