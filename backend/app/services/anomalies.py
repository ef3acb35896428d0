"""Anomalies: what costs, takes or fails more than it did, since when, in words. Statistics decide, not thresholds."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from aiwebtest.core.statistics import Change, changes
from app.core.clock import now
from app.models import Execution, ModelAttempt, Test
from app.schemas.analytics import Anomalies, Anomaly

__all__ = ["found"]

_DAYS = 28
_MOST_PLACES = 40  # where a change is looked for, the newest runs first
_MOST_RUNS = 400  # of one course
_NOT_SENT = ("breaker_open", "budget", "unsuited")

Measure = Literal["cost", "duration", "failures", "latency"]
_Key = tuple[Literal["test", "model"], str, Measure]


@dataclass
class _Course:
    """Values of one measure in order of time, a run each."""

    values: list[float] = field(default_factory=list)
    at: list[datetime] = field(default_factory=list)

    def add(self, at: datetime, value: float) -> None:
        """Take one run in; only the newest are kept."""
        self.values = [*self.values[1 - _MOST_RUNS :], value]
        self.at = [*self.at[1 - _MOST_RUNS :], at]

    def told(self) -> tuple[Sequence[float], Sequence[int]]:
        """Return the values, and where a change is looked for."""
        return self.values, range(max(1, len(self.values) - _MOST_PLACES), len(self.values))


async def found(session: AsyncSession) -> Anomalies:
    """Return what has changed in the last four weeks. Runs of experiments do not count: they try things out."""
    since = now() - timedelta(days=_DAYS)
    courses: dict[_Key, _Course] = {}
    for row in await session.execute(_of_tests(since)):
        key = str(row.test_id)
        _put(courses, ("test", key, "duration"), row.at, row.seconds)
        _put(courses, ("test", key, "failures"), row.at, row.bad / row.number)
        if not row.unknown:
            _put(courses, ("test", key, "cost"), row.at, row.cost)
    for row in await session.execute(_of_models(since)):
        key = f"{row.provider}/{row.model_asked}"
        _put(courses, ("model", key, "failures"), row.at, row.bad / row.number)
        _put(courses, ("model", key, "latency"), row.at, row.latency)
        if not row.unknown:
            _put(courses, ("model", key, "cost"), row.at, row.cost / row.number)
    shown = await asyncio.to_thread(changes, {key: course.told() for key, course in courses.items()})
    ids = [int(key) for subject, key, _ in shown if subject == "test"]
    names = {str(one.id): one.name for one in await session.execute(select(Test.id, Test.name).where(Test.id.in_(ids)))}
    told = [_anomaly(key, names.get(key[1], key[1]), one, courses[key]) for key, one in shown.items()]
    told.sort(key=lambda one: (one.better, one.p_value))
    return Anomalies(since=since, series=len(courses), anomalies=told)


def _put(courses: dict[_Key, _Course], key: _Key, at: datetime, value: float | None) -> None:
    if value is not None:
        courses.setdefault(key, _Course()).add(at, float(value))


def _of_tests(since: datetime) -> Any:
    """Return each run of each test: what it cost, how long it took, how much of it did not pass."""
    at = func.min(Execution.created_at).label("at")
    return (
        select(
            Execution.test_id, at, func.count().label("number"), func.sum(Execution.cost_usd).label("cost"),
            func.sum(Execution.cost_unknown).label("unknown"), func.sum(Execution.duration_s).label("seconds"),
            func.sum(case((Execution.outcome.in_(("failed", "error")), 1), else_=0)).label("bad"),
        )
        .where(
            Execution.created_at >= since, Execution.test_id.is_not(None), Execution.state == "finished",
            ~Execution.trial,
        )
        .group_by(Execution.test_id, Execution.run_id)
        .order_by(Execution.test_id, Execution.run_id)
    )  # fmt: skip


def _of_models(since: datetime) -> Any:
    """Return what each run asked of each model: how long a request took, what it cost, how many gave no answer."""
    answered = ModelAttempt.outcome == "ok"
    at = func.min(ModelAttempt.at).label("at")
    return (
        select(
            ModelAttempt.provider, ModelAttempt.model_asked, at, func.count().label("number"),
            func.sum(case((answered, 0), else_=1)).label("bad"), func.sum(ModelAttempt.cost_usd).label("cost"),
            func.sum(case((answered & ModelAttempt.cost_usd.is_(None), 1), else_=0)).label("unknown"),
            func.avg(case((answered, ModelAttempt.latency_s))).label("latency"),
        )
        .join(Execution, Execution.id == ModelAttempt.execution_id)
        .where(ModelAttempt.at >= since, ModelAttempt.outcome.not_in(_NOT_SENT))
        .group_by(ModelAttempt.provider, ModelAttempt.model_asked, Execution.run_id)
        .order_by(at)
    )  # fmt: skip


def _anomaly(key: _Key, name: str, change: Change, course: _Course) -> Anomaly:
    subject, which, measure = key
    return Anomaly(
        subject=subject, key=which, name=name, measure=measure, since=course.at[change.at],
        before=change.before, after=change.after, p_value=change.p_value, runs_before=change.values_before,
        runs_after=change.values_after, better=change.after < change.before,
        told=_told(subject, name, measure, change, course.at[change.at]),
    )  # fmt: skip


_SUBJECT = {
    ("test", "cost"): "What a run of “{name}” costs", ("test", "duration"): "The time that a run of “{name}” takes",
    ("test", "failures"): "The share of “{name}” that does not pass",
    ("model", "cost"): "What a request to {name} costs", ("model", "latency"): "The time that {name} takes to answer",
    ("model", "failures"): "The share of requests that {name} does not answer",
}  # fmt: skip


def _told(subject: str, name: str, measure: str, change: Change, since: datetime) -> str:
    """Return the change in words: `What a run of “Checkout” costs has doubled since Tuesday, 24 November: ...`."""
    what = _SUBJECT[subject, measure].format(name=name)
    when = f"{since:%A}, {since.day} {since:%B}"
    before, after = (_figure(measure, value) for value in (change.before, change.after))
    return (
        f"{what} has {_grown(change.ratio)} since {when}: {after}, {before} before "
        f"({change.values_after} runs since, {change.values_before} before; p = {change.p_value:.2g})."
    )


def _grown(ratio: float) -> str:
    for low, high, word in ((1.8, 2.25, "doubled"), (2.75, 3.3, "tripled"), (0.44, 0.56, "halved")):
        if low <= ratio <= high:
            return word
    if ratio == float("inf"):
        return "risen from nothing"
    if ratio == 0:
        return "fallen to nothing"
    return f"risen to {ratio:.1f} times what it was" if ratio > 1 else f"fallen to {ratio:.0%} of what it was"


def _figure(measure: str, value: float) -> str:
    if measure == "failures":
        return f"{value:.0%}"
    return f"${value:.4f}" if measure == "cost" else f"{value:.2f} s"
