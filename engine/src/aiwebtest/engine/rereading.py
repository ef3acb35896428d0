"""Judge a claim first by the element that it held for when it last passed, as a script written by hand would.

What a check comes to is never kept, only where it looked: the claim is judged on the page each time. Looking at one
element takes a small part of the time that the whole page takes. It can confirm only what other things on the page
cannot take back: that something is there, or how one element stands that is told by more than what is claimed of it.
Where it does not confirm the claim, the whole page is looked at and decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aiwebtest.browser.snapshot import Rivals
from aiwebtest.core.claim import Claim
from aiwebtest.core.grounding import Grounding
from aiwebtest.core.intent import Intent, Target
from aiwebtest.core.locator import Identity, Locator
from aiwebtest.core.scope import Scope
from aiwebtest.core.snapshot import Node, Snapshot
from aiwebtest.core.verdict import Verdict
from aiwebtest.engine.judging import judged
from aiwebtest.engine.state import ExecutionState
from aiwebtest.grounding.locators import locator_for
from aiwebtest.grounding.rules.checks import fill_claim
from aiwebtest.grounding.rules.checks.text import contains_words, fold

__all__ = ["FIELDS", "is_reading", "known_for", "may_reread", "reading_of", "reread", "rivals_of"]

_STATES = frozenset(
    {"visible", "enabled", "checked", "mixed", "selected", "focused", "editable", "required", "filled", "pressed"}
)  # "expanded" and "invalid" may be told elsewhere on a page
_VAGUE = frozenset({None, "alert", "item", "card", "result", "row"})
"""Roles of what the page may call available, or of another kind, by words that stand elsewhere."""
_COUNTED = {
    "select": ("combobox", "listbox"), "checkbox": ("checkbox", "switch", "menuitemcheckbox"),
    "radio": ("radio", "menuitemradio"), "tab": ("tab",), "slider": ("slider",), "spinner": ("spinbutton",),
}  # fmt: skip
"""Kinds that are told by roles alone, with all that count as one: "the first dropdown"."""
FIELDS = frozenset({"textbox", "searchbox", "combobox", "listbox", "spinbutton", "slider"})
"""Roles of what holds a value beside the name that it is told by."""


def is_reading(grounding: Grounding) -> bool:
    """Tell whether a stored grounding is what a check read, rather than an action."""
    return grounding.action == "read"


def may_reread(scope: Scope, claim: Claim) -> bool:
    """Tell whether one element can confirm a claim, whatever else is on the page. What names a secret never may."""
    if claim.settle or claim.every or claim.some or claim.worded or claim.place is not None or claim.by:
        return False
    if claim.attribute not in ("", "chosen"):
        return False
    if scope.has_secrets and fill_claim(claim, scope.reveal) != fill_claim(claim, scope.fill):
        return False
    if claim.kind == "text" or claim.subject is None:
        return claim.kind == "text"
    if claim.state == "visible" and claim.subject.role in _VAGUE and not claim.subject.quoted:
        return False
    return _is_told_alone(claim.subject) and (claim.kind in {"value", "compare"} or claim.state in _STATES)


def _is_told_alone(target: Target) -> bool:
    """Tell whether an element is told by its name and kind, or by being the how manieth of a kind from above.

    Of several of one name the second may be another one as soon as the page gets one that bears it better; the first
    of them is told as long as whatever else bears it bears just the same.
    """
    if target.relations or target.states or target.modifiers or target.attribute or target.anaphora:
        return False
    if target.ordinal is None:
        return bool(target.name)
    first_of_name = target.quoted and target.ordinal == 1
    return (
        (not target.name or first_of_name)
        and not target.alternatives
        and target.role in _COUNTED
        and target.ordinal > 0
    )


def known_for(scope: Scope, claims: Sequence[Claim], stored: Sequence[Grounding]) -> Iterator[Grounding | None]:
    """Yield for each claim of a step what is stored of it."""
    kept = list(filter(is_reading, stored))
    able = [may_reread(scope, claim) for claim in claims]
    fits = len(kept) == sum(able)
    for one in able:
        yield kept.pop(0) if one and fits else None


async def reread(state: ExecutionState, claim: Claim, known: Grounding) -> Verdict | None:
    """Return the verdict on a claim that what it held for last confirms, None where the whole page has to be seen."""
    if state.session.dialogs_open or known.locator is None or known.identity is None:
        return None
    part = await state.look_at(known.locator, known.identity, rivals_of(claim))
    if part is None:
        return None
    verdict = await judged(state, claim, part)
    return verdict if verdict.outcome == "passed" else None


def rivals_of(claim: Claim) -> Rivals:
    """Return what must stand nowhere else on the page for one element to decide.

    Where something is merely there to be seen, another of its name makes no difference.
    """
    target = claim.subject
    if target is None or (claim.state == "visible" and target.ordinal is None):
        return Rivals()
    if target.name:
        return Rivals(name=target.name, but_alike=target.ordinal is not None)
    return Rivals(roles_before=_COUNTED[str(target.role)])


def reading_of(claim: Claim, verdict: Verdict, snapshot: Snapshot) -> Grounding | None:
    """Return the element that confirmed a claim, to be read again; None where the claim needs more than that."""
    if not verdict.refs or (len(set(verdict.refs)) > 1 and claim.kind != "text"):
        return None
    node = min((_element(ref, snapshot) for ref in verdict.refs), key=lambda one: len(snapshot.text_of(one)))
    if claim.kind in {"value", "compare"} and node.role not in FIELDS:
        return None
    intent = Intent(action="read", text=claim.text, target=claim.subject)
    locator, identity = locator_for(node, snapshot, intent)
    if locator.frames or (claim.kind in {"value", "compare"} and _says(locator, claim.values)):
        return None
    if not _is_called(claim, node, locator, identity):
        return None
    if claim.subject is not None and claim.subject.ordinal and claim.subject.name and (locator.index or locator.within):
        return None
    return Grounding(intent=intent, action="read", locator=locator, identity=identity)


def _element(ref: int, snapshot: Snapshot) -> Node:
    """Return the element of a node, for a run of text the one that it stands in."""
    node = snapshot.nodes[ref]
    while node.tag == "#text" and node.parent >= 0:
        node = snapshot.nodes[node.parent]
    return node


def _is_called(claim: Claim, node: Node, locator: Locator, identity: Identity) -> bool:
    """Tell whether an element is kept to the name that a sentence has, so that no other one is meant rather.

    What is called otherwise, by a synonym or an identifier, gives way to what has the name. Of several that go on
    behind a quoted name none does; whether one can be seen is told only of what has no more than the name.
    """
    target = claim.subject
    if target is None or not target.name:
        return True
    kept = [identity.name, locator.name, locator.label, locator.placeholder, locator.text]
    own = [node.name, node.label, node.text] if target.quoted else []  # numbers too, which a recipe leaves open
    name, names = fold(target.name), [fold(one) for one in (*kept, *own)]
    longer = target.quoted and claim.state != "visible"
    return name in names or (longer and any(contains_words(one, name) for one in names))


def _says(locator: Locator, values: Sequence[str]) -> bool:
    """Tell whether a recipe says what is claimed: it would find whatever says so."""
    told = " ".join([locator.name, locator.label, locator.placeholder, locator.text]).casefold()
    return any(value.casefold() in told for value in values)
