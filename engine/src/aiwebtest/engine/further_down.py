"""Judge what a virtual list does not hold at the moment: a claim must not be decided by the rows in sight alone."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import replace

from aiwebtest.browser.scrolling import is_in_virtual_list, scroll_through
from aiwebtest.core.claim import Claim
from aiwebtest.core.errors import ActionError
from aiwebtest.core.verdict import Outcome, Verdict
from aiwebtest.engine.deadline import Deadline
from aiwebtest.engine.judging import judged
from aiwebtest.engine.state import ExecutionState

__all__ = ["further_down", "whole"]

_READING_S = 15.0  # for scrolling to the ends of lists; this is work, and no part of a step's waiting
_ON_THE_PAGE = frozenset({"text", "state", "value", "compare", "attribute", "count", "order"})


async def further_down(state: ExecutionState, claim: Claim, refuted: Verdict) -> Verdict | None:
    """Return the verdict on a claim that does not hold for what is in sight, None when that is the whole page.

    It is passed where a virtual list, scrolled, makes the claim hold, and an error where not all of it could be read.
    """
    if not _can_scroll(state, claim):
        return None
    if claim.kind in ("count", "order"):
        return _unread(refuted) if await _is_about_virtual(state, refuted) else None
    if _is_about_all(claim):  # one thing in sight refutes it
        return None
    return await _scrolled(state, claim, refuted, until="passed")


async def whole(state: ExecutionState, claim: Claim, verdict: Verdict) -> Verdict:
    """Return the verdict on a claim that holds for what is in sight: for absence and "all", the whole list counts."""
    if not _is_about_all(claim) or not _can_scroll(state, claim):
        return verdict
    if claim.kind in ("count", "order"):
        return _unread(verdict) if await _is_about_virtual(state, verdict) else verdict
    return await _scrolled(state, claim, verdict, until="failed") or verdict


async def _scrolled(state: ExecutionState, claim: Claim, verdict: Verdict, *, until: Outcome) -> Verdict | None:
    """Return the first verdict like `until` while virtual lists are scrolled, None when there is none to their ends."""
    began, reading = False, Deadline(_READING_S)
    async with aclosing(scroll_through(state.session.page, reading, only_virtual=True)) as stops:
        async for _ in stops:
            began = True
            there = await judged(state, claim, await state.look())
            if there.outcome == until:
                return there
    return _unread(verdict) if began and reading.passed else None


def _can_scroll(state: ExecutionState, claim: Claim) -> bool:
    return claim.kind in _ON_THE_PAGE and not state.session.dialogs_open


def _is_about_all(claim: Claim) -> bool:
    """Tell whether a claim speaks of everything there is, so that a part of it proves nothing."""
    return claim.settle or claim.every


async def _is_about_virtual(state: ExecutionState, verdict: Verdict) -> bool:
    """Tell whether what was counted or compared stands in a list that holds only a part of itself."""
    if not verdict.refs or state.seen is None:
        return False
    try:
        return await is_in_virtual_list(await state.element(state.seen, verdict.refs[0]))
    except ActionError:  # it has left the page, as the rows of a list in motion do
        return True


def _unread(verdict: Verdict) -> Verdict:
    return replace(
        verdict, outcome="error",
        actual=f"{verdict.actual}, in the part of the list that is in sight; the rest was not read",
        mend="narrow the list before, by its search or a filter, or check a total that the page states.",
    )  # fmt: skip
