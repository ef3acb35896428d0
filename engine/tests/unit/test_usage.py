"""What runs used, kept beside the project, and what is told from it."""

from __future__ import annotations

import random
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aiwebtest.core.case import Case, Place
from aiwebtest.core.events import Attempt, CaseFinished, Problem
from aiwebtest.core.verdict import Outcome
from aiwebtest.providers.metering import totals
from aiwebtest.usage import CaseUsage, ModelUsage, RunUsage, UsageFile, UsageRecord, outlook

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)  # a Thursday


def attempt(cost: float | None, *, execution: str = "e1", latency_s: float = 0.5, **more: object) -> Attempt:
    """A request that was answered."""
    values = {"provider": "google", "model_asked": "g", "model_served": "g-001", "input_tokens": 900,
              "output_tokens": 40, "cost_usd": cost, "latency_s": latency_s, "execution": execution}  # fmt: skip
    return Attempt(**(values | more))  # type: ignore[arg-type]


def run(at: datetime, cost: float | None, *, case: str = "shop.test.yaml::Checkout", **more: object) -> RunUsage:
    """A run of one case with one request."""
    sums = totals([attempt(cost)])
    one = CaseUsage(
        case=case, executions=1, passed=1, not_passed=0, duration_s=4.0, requests=1, tokens=940, cost_usd=cost or 0.0,
        unpriced=int(cost is None),
    )  # fmt: skip
    model = ModelUsage(model="google/g", served="google/g-001", purpose="ground", sums=sums, answered_s=0.5)
    values = {"at": at, "command": "run", "cases": (one,), "models": (model,), "executions_usd": (cost or 0.0,)}
    return RunUsage(**(values | more))  # type: ignore[arg-type]


def history(*, doubled_at: int | None = None) -> list[RunUsage]:
    """Three weeks of two runs a day; from one on they cost twice as much."""
    chance = random.Random(5)
    return [
        run(
            NOW - timedelta(hours=12 * (42 - number)),
            chance.uniform(0.009, 0.011) * (2 if doubled_at is not None and number >= doubled_at else 1),
        )
        for number in range(42)
    ]


def finished(execution: str, outcome: Outcome, *, name: str = "Checkout", **more: object) -> CaseFinished:
    """The end of a case."""
    case = Case(name=name, url="/", steps=(), place=Place(path="shop.test.yaml", line=1))
    values = {"execution": execution, "case": case, "outcome": outcome, "at": NOW, "duration_s": 2.0}
    return CaseFinished(**(values | more))  # type: ignore[arg-type]


def test_a_run_is_kept_by_case_and_by_model_with_what_nobody_knows_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Retries are of their case, requests of a log-in of no case, and what was interrupted says nothing."""
    monkeypatch.chdir(tmp_path)
    file = UsageFile(tmp_path)
    record = UsageRecord(file, "run", now=lambda: NOW)
    for one in (
        attempt(0.5),
        attempt(None),
        attempt(0.25, execution="e2", purpose="check"),
        attempt(1.0, execution=""),
    ):
        record.take(one)
    record.on_event(finished("e1", "error", will_retry=True))
    record.on_event(finished("e2", "passed"))
    stopped = Problem(code="interrupted", what="The run was stopped.")
    record.on_event(finished("e3", "error", name="Search", problem=stopped))
    record.on_event(finished("e4", "skipped", name="Pay"))

    assert record.keep() == ""
    assert record.keep() == ""  # once

    [kept], strange = file.read()
    [case] = kept.cases
    assert strange == 0
    assert (case.case, case.executions, case.passed, case.not_passed) == ("shop.test.yaml::Checkout", 1, 1, 0)
    assert (case.requests, case.cost_usd, case.unpriced, case.duration_s) == (3, 0.75, 1, 4.0)
    assert [(one.purpose, one.sums.attempts, one.sums.unpriced) for one in kept.models] == [
        ("check", 1, 0), ("ground", 3, 1),
    ]  # fmt: skip
    assert kept.executions_usd == (0.5, 0.25, 1.0)
    assert (tmp_path / ".aiwebtest" / ".gitignore").read_text() == "*\n"


def test_a_folder_that_cannot_be_written_costs_no_run(tmp_path: Path) -> None:
    """What hinders it is told."""
    (tmp_path / ".aiwebtest").write_text("a file")
    record = UsageRecord(UsageFile(tmp_path), "run", now=lambda: NOW)
    record.take(attempt(0.5))

    assert "What this run used is not kept for `aiwebtest usage`" in record.keep()


def test_the_file_is_pruned_by_age_and_size_and_says_what_it_cannot_read(tmp_path: Path) -> None:
    """A line of a later version stays while there is room; half a line of a killed process goes."""
    file = UsageFile(tmp_path)
    file.append(run(NOW - timedelta(days=101), 0.5))
    file.append(run(NOW - timedelta(days=99), 0.25))
    with file.path.open("ab") as lines:
        lines.write(b'{"version": 99}\n{"at": "half')
    file.append(run(NOW, 0.125))

    runs, strange = file.read()
    assert [one.cases[0].cost_usd for one in runs] == [0.25, 0.125]
    assert strange == 1
    assert b"half" not in file.path.read_bytes()

    small = UsageFile(tmp_path, most_bytes=3 * len(file.path.read_bytes().splitlines()[-1]))
    for _ in range(5):
        small.append(run(NOW, 0.5))
    assert 2 <= len(small.read()[0]) <= 3
    assert small.read()[1] == 0


def test_runs_that_end_at_the_same_time_are_all_kept(tmp_path: Path) -> None:
    """Each append is whole, whoever else appends."""
    threads = [threading.Thread(target=UsageFile(tmp_path).append, args=(run(NOW, 0.5),)) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert len(UsageFile(tmp_path).read()[0]) == 8


def test_a_cost_that_doubled_is_told_with_its_day_and_nothing_else_is() -> None:
    """In the words of the server; times and failures, which did not change, are not in it."""
    told = outlook(history(doubled_at=30), NOW).changes()

    assert len(told) == 2
    assert told[0].startswith("What a run of “Checkout” costs has doubled since Friday, 20 November: ")
    assert told[1].startswith("What a request to google/g costs has doubled since Friday, 20 November: ")


def test_trials_say_nothing_of_ordinary_runs_and_count_as_money() -> None:
    """An experiment that costs four times as much changes the month, and neither the next run nor the courses."""
    trials = [run(NOW - timedelta(hours=hours), 0.04, trial=True, cases=()) for hours in range(1, 11)]

    without, told = outlook(history(), NOW), outlook([*history(), *trials], NOW)

    assert told.changes() == []
    assert told.run == without.run
    assert told.month.spent_usd == pytest.approx(without.month.spent_usd + 0.4)


def test_the_next_run_the_month_and_the_budget_are_told_with_how_sure_that_is() -> None:
    """Three weeks of history say what comes next; of today and the day's limit, what other projects spent counts."""
    seen = outlook(history(), NOW, per_day_usd=0.021, per_execution_usd=0.0105, today_usd=0.5)

    assert seen.run.cost_usd is not None
    assert seen.run.cost_usd.low < 0.009 < seen.run.cost_usd.estimate < 0.011 < seen.run.cost_usd.high
    assert seen.run.told.startswith("About $0.0")
    assert seen.run.told.endswith("4 s of work (4 to 4 s), nineteen times in twenty, from 20 runs.")
    assert seen.month.sure == 0.9
    assert "so such bounds hold about nine times in ten" in seen.month.told
    assert seen.budget.told.startswith("$0.5000 of $0.0210 spent today (2381%); reached on ")
    assert 5 <= seen.budget.executions_at_limit <= 20


def test_after_a_change_the_next_run_is_forecast_from_the_runs_since() -> None:
    """What cost one cent until last week and two since will cost two."""
    seen = outlook(history(doubled_at=30), NOW)

    assert seen.run.cost_usd is not None
    assert 0.018 < seen.run.cost_usd.low < seen.run.cost_usd.estimate < seen.run.cost_usd.high < 0.024
    assert seen.run.told.endswith("from 12 runs; where a level has changed, from the runs since.")


def test_what_nobody_knows_is_not_taken_for_nothing() -> None:
    """A run of unknown cost is no cheap one, and a month says what is not in it."""
    runs = [run(NOW - timedelta(hours=hours), None) for hours in (3, 2, 1)]

    seen = outlook(runs, NOW)

    assert seen.run.cost_usd is None
    assert seen.run.told.startswith("About an unknown cost and 4 s of work")
    assert "$0.00 so far, without 3 requests of unknown cost" in seen.month.told
    assert seen.budget.today_unknown == 3


def test_one_run_and_none_say_that_nothing_can_be_said() -> None:
    """And a run that always cost the same is told so."""
    assert outlook([], NOW).run.told == "Nothing can be said: nothing ran in the last eight weeks."
    assert outlook([run(NOW, 0.5)], NOW).run.told.startswith("Nothing can be said: no test of it ran twice")
    same = outlook([run(NOW - timedelta(hours=2), 0.0), run(NOW - timedelta(hours=1), 0.0)], NOW)
    assert same.run.told.startswith("About $0.00, as each time before, and 4 s of work")
