"""Check: judge a claim again and again until it holds or the time is up. Undecided is never a pass."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

from aiwebtest.browser.reading import DialogOpened
from aiwebtest.core.claim import Claim
from aiwebtest.core.errors import LONGER, ProviderUnavailable, Undecided
from aiwebtest.core.grounding import Grounding
from aiwebtest.core.snapshot import Snapshot
from aiwebtest.core.verdict import Verdict
from aiwebtest.engine.asking import ask, may_ask
from aiwebtest.engine.deadline import Deadline
from aiwebtest.engine.further_down import further_down, whole
from aiwebtest.engine.judging import judged
from aiwebtest.engine.rereading import may_reread, reading_of, reread
from aiwebtest.engine.state import ExecutionState
from aiwebtest.grounding.rules.checks import describe_claim, fill_claim

__all__ = ["Checked", "check"]

_ENOUGH_S = 1.0  # what is not there by then may stand further down in a list
_REST_S = 3.0  # a page that polls for ever is judged as it is by then


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The verdict on a claim, and the element that confirmed it, to be looked at first the next time."""

    verdict: Verdict
    reading: Grounding | None = None


async def check(state: ExecutionState, claim: Claim, deadline: Deadline, known: Grounding | None = None) -> Checked:
    """Return the verdict on one claim; `failed` and `error` only once the deadline has passed.

    `known` is the element that confirmed the claim when it last passed. One that does so no more is kept as it is: what
    is stored changes by `--update-lock` alone.
    """
    able = may_reread(state.scope, claim)
    claim = fill_claim(claim, state.scope.fill)
    if known is not None and (verdict := await reread(state, claim, known)):
        return Checked(verdict=verdict, reading=replace(known, source="replay"))
    verdict = await _decided(state, claim, deadline)
    if known is not None:
        return Checked(verdict=verdict, reading=replace(known, source="replay"))
    seen = state.seen if able and verdict.outcome == "passed" and verdict.decided_by == "rules" else None
    return Checked(verdict=verdict, reading=reading_of(claim, verdict, seen) if seen is not None else None)


async def _decided(state: ExecutionState, claim: Claim, deadline: Deadline) -> Verdict:
    """Return the verdict on a claim by the whole page."""
    if claim.kind == "semantic":
        return await _semantic(state, claim, deadline)
    if claim.worded and may_ask(state, "judge") and not await _still_holds(state, claim, deadline):
        return await _semantic(state, claim, deadline)
    verdict, scrolled = Verdict(outcome="error", claim=describe_claim(claim)), False
    async for _ in deadline.tries():
        with suppress(DialogOpened):  # the next look answers it
            verdict = await judged(state, claim, await _look_past_dialog(state, claim))
            if verdict.outcome == "passed" and (not claim.settle or await _still_holds(state, claim, deadline)):
                return await whole(state, claim, verdict)
            if verdict.outcome == "failed" and not scrolled and (deadline.spent_s >= _ENOUGH_S or deadline.passed):
                if beyond := await further_down(state, claim, verdict):
                    return beyond
                scrolled = True
    if verdict.outcome == "passed":  # it held at the very end, but not on a page at rest
        return Verdict(
            outcome="error",
            claim=verdict.claim,
            expected=verdict.expected,
            actual=verdict.actual,
            mend=f"the page kept changing; {LONGER}",
        )
    return verdict


async def _still_holds(state: ExecutionState, claim: Claim, deadline: Deadline) -> bool:
    """Tell whether a claim holds on the settled page too, as one about what is absent or complete must."""
    await state.session.settle(min(deadline.left_s, _REST_S))
    return (await judged(state, claim, await _look_past_dialog(state, claim))).outcome == "passed"


async def _look_past_dialog(state: ExecutionState, claim: Claim) -> Snapshot:
    """Return the page; an empty one while a dialog that the claim is about blocks it."""
    if claim.kind == "dialog" and state.session.dialogs_open:
        return Snapshot(url=state.session.page.url, title="", nodes=())
    await state.session.ensure_unblocked()
    return await state.look()


async def _semantic(state: ExecutionState, claim: Claim, deadline: Deadline) -> Verdict:
    """Ask the model; without one the check is undecided."""
    await state.session.ensure_unblocked()
    await state.session.settle(deadline.left_s)
    snapshot = await state.look()
    if not may_ask(state, "judge"):
        verdict = await judged(state, claim, snapshot)
        if not state.settings.frozen:
            return verdict
        clear = "; or: ".join(claim.rewordings)
        return replace(verdict, mend=f"A frozen run asks no model. Run it without --frozen, or say it as: {clear}")
    try:
        answer = await ask(state, "judge", state.scope.fill(state.step.text), snapshot, deadline_s=deadline.left_s)
    except (Undecided, ProviderUnavailable) as exc:
        return Verdict(outcome="error", claim=describe_claim(claim), actual=exc.what, mend=exc.mend, decided_by="model")
    if answer.verdict is None:
        return Verdict(
            outcome="error", claim=describe_claim(claim), actual="the model gave no verdict", decided_by=answer.model
        )
    return answer.verdict
