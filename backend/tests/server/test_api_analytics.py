"""Analytics beyond sums: what is shown of each request, forecasts, budgets, and changes told in words."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from served import Served
from sqlalchemy import insert

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
    assert told["month"]["cost_usd"]["high"] >= told["month"]["cost_usd"]["low"] >= told["month"]["spent_usd"]
    first_day = datetime.now(UTC).day == 1  # the history ends yesterday, which was in another month then
    assert (told["month"]["spent_usd"] == 0) is first_day
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


async def test_figures_are_those_of_every_row_of_the_period_added_up_by_hand(served: Served) -> None:
    """However quickly they are read: counts, sums and nearest ranks of each group, and nothing from outside."""
    chance, moment = random.Random(7), now()
    since = moment - timedelta(days=6)
    rows, asked = [], []
    async with served.platform.database.write() as session:
        session.add(Run(id=1, name="Shop", total=1))
        session.add_all(Test(id=n, path=f"t{n}.test.yaml", name=f"Buy {n}", content="") for n in (1, 2, 3))
        await session.flush()
        for n in range(1, 161):
            rows.append({
                "id": n, "run_id": 1, "test_id": n % 3 + 1, "suite_id": n % 2 + 1 if n % 5 else None, "name": "Buy",
                "provider": chance.choice(("builtin", "google", "google/g")), "state": "finished",
                "outcome": chance.choice(("passed", "failed", "error", "skipped", None)), "flaky": n % 4 == 0,
                "healed": n % 3, "duration_s": chance.choice((None, round(chance.uniform(1, 9), 1))),
                "input_tokens": n, "output_tokens": 2 * n, "cost_usd": n / 1000, "cost_unknown": n % 2,
                "created_at": moment - timedelta(hours=n),
            })  # fmt: skip
            asked.append({
                "test_id": n % 3 + 1, "suite_id": None, "provider": chance.choice(("google", "cerebras")),
                "model_asked": "m", "model_served": chance.choice(("", "m-2")), "purpose": "ground",
                "outcome": chance.choice(("ok", "ok", "ok", "off_schema", "budget")), "good": n % 3 == 0,
                "latency_s": round(chance.uniform(0.1, 2), 1), "first_byte_s": None if n % 7 == 0 else 0.1 * (n % 9),
                "input_tokens": n, "output_tokens": None, "cost_usd": None if n % 6 == 0 else n / 1000,
                "at": moment - timedelta(hours=n),
            })  # fmt: skip
        await session.execute(insert(Execution), rows)
        await session.execute(insert(ModelAttempt), asked)
    client = await served.machine("read")
    between = {"from": since.isoformat(), "to": moment.isoformat()}
    mine = [row for row in rows if row["outcome"] and since <= row["created_at"] < moment]
    sent = [one for one in asked if one["outcome"] != "budget" and since <= one["at"] < moment]
    days = {"day": lambda row: row.get("created_at", row.get("at")).strftime("%Y-%m-%d")}

    for by in ("provider", "test", "suite", "day"):
        told = (await client.get(f"{API}/analytics/executions", params={"by": by, **between})).json()["executions"]
        key = days.get(by, lambda row, by=by: row["provider"] if by == "provider" else str(row[f"{by}_id"] or ""))
        assert {one["key"]: _figures(one) for one in told} == {
            name: {
                **{each: sum(row["outcome"] == each for row in group) for each in ("passed", "failed", "error")},
                "executions": len(group), "flaky": sum(row["flaky"] for row in group),
                **{each: sum(row[each] for row in group) for each in ("healed", "input_tokens", "cost_unknown")},
                "cost_usd": round(sum(row["cost_usd"] for row in group), 6),
                "duration_median_s": _rank(50, [row["duration_s"] for row in group]),
                "duration_p95_s": _rank(95, [row["duration_s"] for row in group]),
            }
            for name, group in _grouped(mine, key).items()
        }  # fmt: skip
    for by in ("provider", "model", "test", "day"):
        told = (await client.get(f"{API}/analytics/models", params={"by": by, **between})).json()["models"]
        key = days.get(by, lambda one, by=by: {
            "provider": one["provider"], "test": str(one["test_id"]),
            "model": f"{one['provider']}/{one['model_served'] or one['model_asked']}",
        }[by])  # fmt: skip
        assert {one["key"]: _figures(one) for one in told} == {
            name: {
                "requests": len(group), "answered": sum(one["outcome"] == "ok" for one in group),
                "served": sum(one["good"] for one in group), "not_served": sum(not one["good"] for one in group),
                "input_tokens": sum(one["input_tokens"] for one in group),
                "cost_usd": round(sum(one["cost_usd"] or 0 for one in group), 6),
                "cost_unknown": sum(one["cost_usd"] is None for one in group),
                **{
                    f"{told}_{name}_s": _rank(percent, [one[column] for one in group if one["outcome"] == "ok"])
                    for told, column in (("latency", "latency_s"), ("first_byte", "first_byte_s"))
                    for name, percent in (("median", 50), ("p95", 95))
                },
            }
            for name, group in _grouped(sent, key).items()
        }  # fmt: skip


_COMPARED = (
    "executions", "passed", "failed", "error", "flaky", "healed", "input_tokens", "cost_unknown", "cost_usd",
    "duration_median_s", "duration_p95_s", "requests", "answered", "served", "not_served", "latency_median_s",
    "latency_p95_s", "first_byte_median_s", "first_byte_p95_s",
)  # fmt: skip


def _figures(told: dict[str, Any]) -> dict[str, Any]:
    figures = {name: told[name] for name in _COMPARED if name in told}
    return {**figures, "cost_usd": round(told["cost_usd"], 6)}


def _grouped(rows: list[dict[str, Any]], key: Callable[[dict[str, Any]], str]) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def _rank(percent: int, values: list[float | None]) -> float | None:
    ordered = sorted(value for value in values if value is not None)
    return ordered[(len(ordered) * percent + 99) // 100 - 1] if ordered else None
