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


async def until_sorted(state: ExecutionState, intent: Intent, deadline: Deadline) -> AsyncIterator[None]:
    """Yield each time that the header must be clicked once more, until the rows stand as the sentence says.

    Raises ActionError when they never do, GroundingError when the page does not tell in which order they stand.
    """
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


async def _order(state: ExecutionState, intent: Intent, deadline: Deadline) -> Verdict:
    """Return whether the rows stand in the wanted order, once they do or a moment has passed."""
    assert intent.target is not None
    place = next((relation.anchor for relation in intent.target.relations), None)
    claim = Claim(kind="order", text=intent.text, place=place, by=intent.values[0],
                  descending=intent.makes == "descending")  # fmt: skip
    await state.session.settle(deadline.left_s)
    async for _ in Deadline(min(_SORTING_S, deadline.left_s)).tries():
        verdict = judge(claim, Facts(snapshot=await state.look()))
        if verdict.outcome == "passed":
            break
    return verdict
