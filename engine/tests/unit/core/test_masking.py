"""Masking of whole values."""

from datetime import UTC, datetime

from aiwebtest.core.case import Step
from aiwebtest.core.events import Problem, StepFinished
from aiwebtest.core.masking import mask_value
from aiwebtest.core.scope import Scope
from aiwebtest.core.verdict import Verdict


def test_a_secret_deep_in_an_event_is_masked() -> None:
    """Every listener gets events in which no secret value is left."""
    scope = Scope({}, {"PW": "hunter22"})
    event = StepFinished(
        execution="x",
        step=Step(index=0, text="see hunter22"),
        outcome="failed",
        at=datetime.now(UTC),
        duration_s=0.1,
        verdicts=(Verdict(outcome="failed", claim="c", evidence=("hunter22!",)),),
        extracted={"a": "hunter22"},
        problem=Problem(code="x", what="found hunter22"),
    )

    masked = mask_value(event, scope.mask)

    assert "hunter22" not in repr(masked)
    assert masked.verdicts[0].evidence == ("{PW}!",)
    assert masked.at == event.at
