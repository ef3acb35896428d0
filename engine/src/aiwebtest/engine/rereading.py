"""Judge a claim first by the element that it held for when it last passed, as a script written by hand would.

What a check comes to is never kept, only where it looked: the claim is judged on the page each time. Looking at one
element takes a small part of the time that the whole page takes. It can confirm only what other things on the page
cannot take back: that something is there, or how one element stands that is told by more than what is claimed of it.
Where it does not confirm the claim, the whole page is looked at and decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aiwebtest.core.claim import Claim
from aiwebtest.core.grounding import Grounding
from aiwebtest.core.intent import Intent
from aiwebtest.core.locator import Locator
from aiwebtest.core.scope import Scope
from aiwebtest.core.snapshot import Node, Snapshot
from aiwebtest.core.verdict import Verdict
from aiwebtest.engine.judging import judged
from aiwebtest.engine.state import ExecutionState
from aiwebtest.grounding.locators import locator_for
from aiwebtest.grounding.rules.checks import fill_claim

__all__ = ["FIELDS", "is_reading", "known_for", "may_reread", "reading_of", "reread"]

_STATES = frozenset(
    {
        "visible", "enabled", "checked", "mixed", "selected", "focused", "editable", "required", "expanded", "filled",
        "invalid", "pressed",
    }
)  # fmt: skip
FIELDS = frozenset({"textbox", "searchbox", "combobox", "listbox", "spinbutton", "slider"})
"""Roles of what holds a value beside the name that it is told by."""


def is_reading(grounding: Grounding) -> bool:
    """Tell whether a stored grounding is what a check read, rather than an action."""
    return grounding.action == "read"


def may_reread(scope: Scope, claim: Claim) -> bool:
    """Tell whether one element can confirm a claim, whatever else is on the page. What names a secret never may."""
    if claim.settle or claim.every or claim.worded or claim.place is not None or claim.attribute not in ("", "chosen"):
        return False
    if fill_claim(claim, scope.reveal) != fill_claim(claim, scope.fill):
        return False
    return claim.kind in {"text", "value", "compare"} or (claim.kind == "state" and claim.state in _STATES)


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
    part = await state.look_at(known.locator, known.identity)
    if part is None:
        return None
    verdict = await judged(state, claim, part)
    return verdict if verdict.outcome == "passed" else None


def reading_of(claim: Claim, verdict: Verdict, snapshot: Snapshot) -> Grounding | None:
    """Return the element that confirmed a claim, to be read again; None where the claim needs more than that."""
    if not verdict.refs or (len(verdict.refs) > 1 and claim.kind != "text"):
        return None
    node = min((_element(ref, snapshot) for ref in verdict.refs), key=lambda one: len(snapshot.text_of(one)))
    if claim.kind in {"value", "compare"} and node.role not in FIELDS:
        return None
    intent = Intent(action="read", text=claim.text, target=claim.subject)
    locator, identity = locator_for(node, snapshot, intent)
    if locator.frames or (claim.kind in {"value", "compare"} and _says(locator, claim.values)):
        return None
    return Grounding(intent=intent, action="read", locator=locator, identity=identity)


def _element(ref: int, snapshot: Snapshot) -> Node:
    """Return the element of a node, for a run of text the one that it stands in."""
    node = snapshot.nodes[ref]
    while node.tag == "#text" and node.parent >= 0:
        node = snapshot.nodes[node.parent]
    return node


def _says(locator: Locator, values: Sequence[str]) -> bool:
    """Tell whether a recipe says what is claimed: it would find whatever says so."""
    told = " ".join([locator.name, locator.label, locator.placeholder, locator.text]).casefold()
    return any(value.casefold() in told for value in values)
