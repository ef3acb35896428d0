"""Messages of success, error, warning and information, told apart by what their elements are called and say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from aiwebtest.core.claim import Claim
from aiwebtest.core.facts import Facts
from aiwebtest.core.intent import Target
from aiwebtest.core.snapshot import Flag, Node, Snapshot
from aiwebtest.grounding.rules.checks.answer import Answer, passed
from aiwebtest.grounding.rules.checks.kinds import can_be, is_field
from aiwebtest.grounding.rules.checks.text import Block, blocks_of, matches, words_of

__all__ = ["are_of_contrary_kind", "are_pressed", "of_asked_kind", "of_no_kind", "said_by_itself", "tells_no_kind"]

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
_MAKES = frozenset("toast snackbar banner notification flash callout".split())
_BOXES = frozenset({"checkbox", "radio", "switch"})  # what holds a field is no message, whatever it is called
_NEARBY = 3  # elements around a message that may say its kind


def of_asked_kind(nodes: list[Node], target: Target, snapshot: Snapshot) -> list[Node]:
    """Return the messages that may be meant by "the success message": those not plainly of another kind.

    "The toast" is what the page marks so, where it marks any.
    """
    if target.role != "alert":
        return nodes
    nodes = [node for node in nodes if node.role or not _holds_a_field(node, snapshot)]
    makes = _MAKES.intersection(words_of(target.text))
    nodes = [node for node in nodes if makes.intersection(words_of(node.ident))] or nodes if makes else nodes
    asked = _kinds_in(target.text)
    if len(asked) != 1:
        return nodes
    return [node for node in nodes if (kinds := _kinds_of(node, snapshot)) <= asked or asked <= kinds]


def _holds_a_field(node: Node, snapshot: Snapshot) -> bool:
    return any(is_field(inner) or inner.role in _BOXES for inner in snapshot.subtree(node))


def line_by_itself(claim: Claim, facts: Facts, inside: Node | None) -> Block | None:
    """Return the line that says what `the message says "..."` or `the error is "..."` quotes, wherever it stands."""
    target, value = claim.subject, claim.values[0] if len(claim.values) == 1 else ""
    if target is None or target.role != "alert" or not claim.quoted or claim.negated or inside is not None:
        return None
    if not target.text.lower().startswith("the ") or len(words_of(value)) < _SAYING:  # "a message": of any of them
        return None
    if target.ordinal is not None or target.name or claim.match != "exact":
        return None
    return next((b for b in blocks_of(facts.snapshot) if matches(b.text, value, "exact", quoted=True)), None)


def said_by_itself(claim: Claim, facts: Facts, inside: Node | None) -> Answer | None:
    """Judge `the message says "Draft saved"` on a page that marks no message, by the line of text that says just that.

    A single word may be anything, and so may what can be pressed, a title or a cell. None where there is no such line.
    """
    target, snapshot = claim.subject, facts.snapshot
    if inside is not None or _ONES_OWN.search(claim.text):  # "Aiko's message" is one of a talk
        return None
    if target is None or target.role != "alert" or target.name or target.relations or target.ordinal is not None:
        return None
    value = claim.values[0] if len(claim.values) == 1 else ""
    if not claim.quoted or claim.negated or len(words_of(value)) < _SAYING or _kinds_in(target.text):
        return None
    for block in blocks_of(snapshot):
        node = snapshot.nodes[block.refs[0]]
        around = (node, *snapshot.ancestors(node))
        plain = not any(one.role in _NO_MESSAGES or one.has(Flag.CLICKABLE) for one in around)
        if plain and matches(block.text, value, "exact", quoted=True):
            return passed(block.text, refs=block.refs)
    return None


_ONES_OWN = re.compile(r"(?<=\w)['’]s? (?:\w+ )?(?:message|notification|note)")
_SAYING = 2  # words at least
_NO_MESSAGES = frozenset(
    "button link tab option menuitem heading cell row columnheader rowheader gridcell navigation label".split()
)


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


def are_of_contrary_kind(said: str, refs: Sequence[int], snapshot: Snapshot) -> bool:
    """Tell whether texts all stand in messages of the contrary kind of what is said: an error, and it is a success.

    Only what their elements are called counts; a text in no message, or in one that tells no kind, may be what is
    meant.
    """
    asked = _kinds_in(said)
    return bool(refs) and len(asked) == 1 and all(_is_contrary(asked, snapshot.nodes[ref], snapshot) for ref in refs)


def are_pressed(said: str, refs: Sequence[int], snapshot: Snapshot) -> bool:
    """Tell whether a message is spoken of, and its text is shown on nothing but buttons, tabs and the like."""
    if not refs or _MESSAGES.isdisjoint(words_of(said)):
        return False
    return all(snapshot.nodes[ref].role in _PRESSED or _is_in_control(snapshot.nodes[ref], snapshot) for ref in refs)


def _is_in_control(node: Node, snapshot: Snapshot) -> bool:
    return any(above.role in _PRESSED for above, _ in zip(snapshot.ancestors(node), range(_NEARBY), strict=False))


_MESSAGES = frozenset("message messages notification notice error warning alert toast snackbar".split())
_PRESSED = frozenset("button tab option menuitem checkbox radio switch columnheader".split())


def _is_contrary(asked: frozenset[str], node: Node, snapshot: Snapshot) -> bool:
    around = [node, *(above for above, _ in zip(snapshot.ancestors(node), range(_NEARBY), strict=False))]
    message = next((one for one in around if can_be(one, "alert")), None)
    if message is None:
        return False
    kinds = _kinds_in(message.ident) or _kinds_in(" ".join(part.ident for part in snapshot.subtree(message)[1:]))
    return bool(kinds) and any(asked <= one and kinds <= other for one, other in _CONTRARY)


_BAD = frozenset(["error", "warning"])
_GOOD = frozenset(["success"])
_CONTRARY = ((_GOOD, _BAD), (_BAD, _GOOD))


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
