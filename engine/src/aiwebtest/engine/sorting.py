"""A header that was clicked to sort: whether the rows stand so, and how often to click it again."""

from __future__ import annotations

from collections.abc import AsyncIterator

from aiwebtest.core.claim import Claim
from aiwebtest.core.errors import ActionError, GroundingError
from aiwebtest.core.facts import Facts
from aiwebtest.core.intent import Intent
from aiwebtest.core.verdict import Verdict
from aiwebtest.engine.deadline import Deadline
from aiwebtest.engine.state import ExecutionState
from aiwebtest.grounding.rules.checks import judge

__all__ = ["until_sorted"]

_CLICKS = 3  # none, one way, the other way: what a header goes through
_SORTING_S = 1.0  # how long a table may take to stand in its new order


async def until_sorted(
    state: ExecutionState, intent: Intent, deadline: Deadline, *, moved: bool
) -> AsyncIterator[None]:
    """Yield each time that the header must be clicked once more, until the rows stand as the sentence says.

    Without a direction one click is all, but it must have `moved` something, or the rows stand in order already.
    Raises ActionError when they never do, GroundingError when the page does not tell in which order they stand.
    """
    if intent.makes == "sorted":
        if not moved:
            await _must_stand_sorted(state, intent, deadline)
        return
    for click in range(1, _CLICKS + 1):
        verdict = await _order(state, intent, deadline)
        if verdict.outcome == "passed":
            return
        if verdict.outcome == "error":
            raise GroundingError(
                f"“{intent.text}” was clicked, and the page does not tell how it is sorted: {verdict.actual}",
                mend=verdict.mend or "sort without a direction, and check the order in a step of its own.",
            )
        if click < _CLICKS:
            yield
    raise ActionError(
        f"“{intent.text}” was clicked {_CLICKS} times, and the rows do not stand so: {verdict.actual}",
        mend="see whether the column sorts at all, and by what.",
    )


async def _must_stand_sorted(state: ExecutionState, intent: Intent, deadline: Deadline) -> None:
    """Let a click without any effect pass only where the rows stand in that order already, one way or the other.

    Raises ActionError when they do not, GroundingError when the page does not tell.
    """
    verdict = await _order(state, intent, deadline)
    if verdict.outcome == "failed":
        raise ActionError(
            f"“{intent.text}” was clicked, nothing happened, and the rows do not stand so: {verdict.actual}",
            mend="see whether the column sorts at all, and by what.",
        )
    if verdict.outcome != "passed":
        raise GroundingError(
            f"“{intent.text}” was clicked, nothing happened, and the page does not tell how it is sorted: "
            f"{verdict.actual}",
            mend=verdict.mend or "click what sorts by its own name.",
        )


async def _order(state: ExecutionState, intent: Intent, deadline: Deadline) -> Verdict:
    """Return whether the rows stand in the wanted order, or in any, once they do or a moment has passed."""
    assert intent.target is not None
    place = next((relation.anchor for relation in intent.target.relations), None)
    ways = [intent.makes == "descending"] if intent.makes in ("ascending", "descending") else [True, False]
    claims = [Claim(kind="order", text=intent.text, place=place, by=intent.values[0], descending=way) for way in ways]
    await state.session.settle(deadline.left_s)
    async for _ in Deadline(min(_SORTING_S, deadline.left_s)).tries():
        facts = Facts(snapshot=await state.look())
        verdicts = [judge(claim, facts) for claim in claims]
        if any(verdict.outcome == "passed" for verdict in verdicts):
            break
    return next((verdict for verdict in verdicts if verdict.outcome == "passed"), verdicts[-1])
