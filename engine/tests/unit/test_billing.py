"""What nobody knows the cost of: the same everywhere, whoever adds it up."""

from __future__ import annotations

import pytest

from aiwebtest.core.billing import UNBILLED, UNSENT, is_unpriced, total_cost
from aiwebtest.core.events import Attempt
from aiwebtest.lab.replay import Asked
from aiwebtest.providers.categories import FACTS
from aiwebtest.providers.metering import totals


def attempt(outcome: str = "ok", cost_usd: float | None = None) -> Attempt:
    return Attempt(provider="google", model_asked="m", outcome=outcome, cost_usd=cost_usd)


@pytest.mark.parametrize("outcome", ["rate_limit", "quota", "auth", "payment", "bad_request", "context", "budget"])
def test_what_was_turned_away_or_never_sent_costs_nothing(outcome: str) -> None:
    """One refusal must not make the cost of a whole experiment unknown."""
    assert not is_unpriced(attempt(outcome))
    assert total_cost([attempt(outcome), attempt(cost_usd=0.25)]) == 0.25


@pytest.mark.parametrize("outcome", ["ok", "timeout", "connection", "server", "off_schema", "truncated", "unknown"])
def test_what_a_model_may_have_worked_on_is_of_unknown_cost(outcome: str) -> None:
    """Unknown is never 0, also where no token was counted."""
    assert is_unpriced(attempt(outcome))
    assert total_cost([attempt(outcome), attempt(cost_usd=0.25)]) is None
    assert not is_unpriced(attempt(outcome, cost_usd=0.0))


def test_sums_and_the_lab_count_alike() -> None:
    """The ledger's sums and a decision of the lab are of one mind, and every outcome is a known one."""
    rows = tuple(attempt(outcome) for outcome in ("ok", *FACTS))
    asked = Asked(decision="d", arm="google/m", round=0, verdict="same", answer=None, attempts=rows)

    assert totals(rows).unpriced == sum(map(is_unpriced, rows)) == 1 + len(FACTS) - len(UNBILLED)
    assert asked.cost_usd is None
    assert UNSENT < UNBILLED <= set(FACTS)
