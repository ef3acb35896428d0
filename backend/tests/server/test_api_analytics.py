"""Analytics beyond sums: what is shown of each request, forecasts, budgets, and changes told in words."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from served import Served

from app.core.clock import now
from app.models import Execution, ModelAttempt, Run, Test
from app.services import forecasts

API = "/api/v1"


async def history(served: Served, *, doubled_at: int | None = None) -> int:
    """Three weeks of two runs a day of one test, each with one request; from a run on they cost twice as much."""
    chance = random.Random(5)
    async with served.platform.database.write() as session:
        test = Test(path="checkout.test.yaml", name="Checkout", content="")
        session.add(test)
        await session.flush()
        for number in range(42):
            at = now() - timedelta(hours=12 * (42 - number))
            cost = chance.uniform(0.009, 0.011) * (2 if doubled_at is not None and number >= doubled_at else 1)
            run = Run(name="Checkout", test_id=test.id, total=1, created_at=at)
            session.add(run)
            await session.flush()
            execution = Execution(
                run_id=run.id, test_id=test.id, name="Checkout", state="finished", outcome="passed", created_at=at,
                duration_s=chance.uniform(4, 6), cost_usd=cost, provider="google",
            )  # fmt: skip
            session.add(execution)
            await session.flush()
            session.add(
                ModelAttempt(
                    execution_id=execution.id, test_id=test.id, at=at, provider="google", model_asked="g",
                    outcome="off_schema" if number % 7 == 0 else "ok", latency_s=chance.uniform(0.9, 1.1),
                    first_byte_s=0.5, fallback=number % 2 == 0, good=number % 7 != 0, input_tokens=1000,
                    output_tokens=50, cost_usd=cost,
                )
            )  # fmt: skip
        return test.id


async def test_a_cost_that_doubled_is_told_with_its_day_and_nothing_else_is(served: Served) -> None:
    """One sentence that a person can act on; times and failures, which only vary, are not in it."""
    test_id = await history(served, doubled_at=30)
    client = await served.machine("read")

    told = (await client.get(f"{API}/analytics/anomalies")).json()

    assert told["series"] == 6
    assert [(one["subject"], one["measure"]) for one in told["anomalies"]] == [("test", "cost"), ("model", "cost")]
    first = told["anomalies"][0]
    day = now() - timedelta(hours=12 * 12)
    assert (first["key"], first["better"], first["runs_after"]) == (str(test_id), False, 12)
    assert first["told"].startswith(f"What a run of “Checkout” costs has doubled since {day:%A}, {day.day} {day:%B}: ")


async def test_requests_are_told_with_all_that_the_ledger_knows(served: Served) -> None:
    """First byte, fallbacks, answers off the schema, and whether they served; a pass has its price."""
    await history(served)
    client = await served.machine("read")

    [model] = (await client.get(f"{API}/analytics/models", params={"by": "purpose"})).json()["models"]
    [executions] = (await client.get(f"{API}/analytics/executions", params={"by": "test"})).json()["executions"]

    assert (model["key"], model["requests"], model["answered"], model["schema_failures"]) == ("ground", 42, 36, 6)
    assert (model["fallbacks"], model["served"], model["not_served"]) == (21, 36, 6)
    assert (model["first_byte_median_s"], model["first_byte_p95_s"]) == (0.5, 0.5)
    assert executions["cost_per_pass_usd"] == pytest.approx(executions["cost_usd"] / 42)


async def test_a_run_and_the_month_are_forecast_with_bounds_and_the_budget_is_told(
    served: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Three weeks of history say what comes next; what is set is what is reported."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BUDGET_USD_PER_DAY", "0.015")
    test_id = await history(served)
    client = await served.machine("read")

    told = (await client.get(f"{API}/analytics/forecast", params={"test_id": test_id})).json()
    budget = (await client.get(f"{API}/analytics/budget")).json()

    cost = told["run"]["cost_usd"]
    assert cost["low"] < 0.009 < cost["estimate"] < 0.011 < cost["high"]
    assert told["run"]["told"].endswith(", from 20 runs.")
    assert 20 <= told["month"]["days_seen"] < 28
    assert told["month"]["sure"] == 0.9
    assert (
        f"From only {told['month']['days_seen']} days, so such bounds hold about nine times in ten"
        in (told["month"]["told"])
    )
    assert told["month"]["cost_usd"]["high"] >= told["month"]["cost_usd"]["low"] >= told["month"]["spent_usd"] > 0
    assert (budget["per_day_usd"], budget["per_execution_usd"]) == (0.015, None)
    assert budget["days_at_limit"] >= 19
    assert "of $0.0150 spent today" in budget["told"]


async def test_a_day_that_has_cost_what_it_does_is_expected_to_cost_no_more_and_the_later_ones_are(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Wednesday the 25th, with two dollars every day and nine of them today already: five days are left."""
    moment = datetime(2026, 11, 25, 12, tzinfo=UTC)
    monkeypatch.setattr(forecasts, "now", lambda: moment)
    async with served.platform.database.write() as session:
        session.add_all(
            ModelAttempt(provider="google", model_asked="g", at=moment - timedelta(days=ago), cost_usd=cost)
            for ago, cost in ((0, 9.0), *((ago, 2.0 + 0.1 * (-1) ** ago) for ago in range(1, 25)))
        )

    async with served.platform.database.read() as session:
        month = await forecasts.month(session)

    assert month.cost_usd is not None
    assert month.spent_usd == pytest.approx(9 + 48)
    assert month.cost_usd.estimate == pytest.approx(9 + 48 + 10, abs=0.2)
    assert month.spent_usd < month.cost_usd.low < month.cost_usd.estimate < month.cost_usd.high


async def test_what_nobody_knows_is_told_and_a_provider_that_answers_nothing_breaks_nothing(served: Served) -> None:
    """Three runs whose only request got no answer: no cost is known, of the test or of the model."""
    async with served.platform.database.write() as session:
        test = Test(path="search.test.yaml", name="Search", content="")
        session.add(test)
        await session.flush()
        for number in range(3):
            run = Run(name="Search", test_id=test.id, total=1)
            session.add(run)
            await session.flush()
            execution = Execution(
                run_id=run.id, test_id=test.id, name="Search", state="finished", outcome="error", duration_s=2.0,
                cost_unknown=1, provider="google",
            )  # fmt: skip
            session.add(execution)
            await session.flush()
            session.add(
                ModelAttempt(
                    execution_id=execution.id, provider="google", model_asked="g", outcome="off_schema", good=False,
                    at=now(), input_tokens=900 + number,
                )
            )  # fmt: skip
    client = await served.machine("read")

    anomalies = await client.get(f"{API}/analytics/anomalies")
    told = (await client.get(f"{API}/analytics/forecast", params={"test_id": test.id})).json()

    assert (anomalies.status_code, anomalies.json()["anomalies"]) == (200, [])
    assert (told["run"]["cost_usd"], told["run"]["unpriced"]) == (None, 1)
    assert told["run"]["told"].startswith("About an unknown cost and 2 s of work")
    assert "so far, without 3 requests of unknown cost" in told["month"]["told"]
