"""The page of figures that a comparison keeps: its part is written anew, all else stays."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from aiwebtest.core.case import Case, Place, Step
from aiwebtest.core.events import Attempt, CaseFinished, StepFinished
from aiwebtest.core.verdict import Outcome
from aiwebtest.reporting.comparison import PLACE, Comparison, Heard, filled

STEP = Step(index=0, text="check: it is quick", kind="check")
DAY = date(2026, 11, 29)


def heard(provider: str, outcome: Outcome) -> Heard:
    """What one provider made of one case with one check."""
    one, at = Heard(provider), datetime.now(UTC)
    asked = Attempt(provider=provider, model_asked="m", input_tokens=900, output_tokens=30, cost_usd=0.0012)
    case = Case(name="Delivery", url="/", steps=(STEP,), place=Place(path="a.test.yaml", line=1))
    one.on_event(
        StepFinished(execution="e", step=STEP, outcome=outcome, at=at, duration_s=1.0, attempts=(asked,))
    )  # fmt: skip
    one.on_event(CaseFinished(execution="e", case=case, outcome=outcome, at=at, duration_s=1.5))
    return one


def test_a_page_is_made_and_its_part_is_written_anew_and_nothing_else() -> None:
    """What people write above and below stays; so do not the figures of last time."""
    compared = Comparison([heard("google", "failed"), heard("cerebras", "passed")])

    made = filled("", compared, on=DAY)
    page = f"# Ours\n\nFor us.\n\n{PLACE}\n\nold figures\n\n## After\n\nMore.\n"
    kept = filled(page, compared, on=DAY)

    assert made.startswith(f"# Providers compared\n\n{PLACE}\n\nFilled on 2026-11-29")
    assert "| cost | $0.0012 | $0.0012 |" in made
    assert "check: it is quick" in made.split("Steps that differ:")[1]
    assert kept.startswith("# Ours\n\nFor us.\n")
    assert kept.endswith("\n\n## After\n\nMore.\n")
    assert "old figures" not in kept
    assert filled(kept, compared, on=DAY) == kept
    with pytest.raises(ValueError, match="Measured on your tests"):
        filled("# Ours\n", compared, on=DAY)
