"""Anomalies: what costs, takes or fails more than it did, since when; the engine's analytics on the platform's runs."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from aiwebtest.core import analytics
from aiwebtest.core.analytics import Courses
from aiwebtest.core.billing import UNSENT
from app.core.clock import now
from app.core.database import Database
from app.models import Execution, ModelAttempt, Test
from app.schemas.analytics import Anomalies, Anomaly
from app.services.listing import plain_rows

__all__ = ["Anomalous"]

_DAYS = 28


class Anomalous:
    """What was found last, told again as long as nothing has happened since. One a process."""

    def __init__(self) -> None:
        self._looking = asyncio.Lock()
        self._state: tuple[object, ...] = ()
        self._found: Anomalies | None = None

    async def found(self, database: Database) -> Anomalies:
        """Return what has changed in the last four weeks. Runs of experiments do not count: they try things out."""
        since = now().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=_DAYS)
        async with self._looking, database.read() as session:  # once, however many ask
            state = await _state(session, since)
            if self._found is None or state != self._state:
                self._found, self._state = await _find(session, since), state
            return self._found


async def _state(session: AsyncSession, since: datetime) -> tuple[object, ...]:
    """Return what is another one after everything that could change what is found."""
    newest = (func.max(Execution.finished_at), func.max(ModelAttempt.id), func.max(Test.updated_at))
    there = select(func.count()).where(Execution.created_at >= since)
    query = select(*(select(one).scalar_subquery() for one in newest), there.scalar_subquery())
    return since, *(await session.execute(query)).one()


async def _find(session: AsyncSession, since: datetime) -> Anomalies:
    of_tests, of_models = await plain_rows(session, _of_tests(since)), await plain_rows(session, _of_models(since))
    series, shown = await asyncio.to_thread(_looked_at, of_tests, of_models)
    ids = [int(one.key) for one in shown if one.subject == "test"]
    names = {str(one.id): one.name for one in await session.execute(select(Test.id, Test.name).where(Test.id.in_(ids)))}
    return Anomalies(since=since, series=series, anomalies=[_told(one, names) for one in shown])


def _looked_at(of_tests: Sequence[Any], of_models: Sequence[Any]) -> tuple[int, list[analytics.Anomaly]]:
    """Return how many courses there are, and what has changed. Takes a while: for a thread of its own."""
    courses = Courses()
    for row in of_tests:
        key = str(row.tested)
        courses.put(("test", key, "duration"), row.at, row.seconds)
        courses.put(("test", key, "failures"), row.at, row.bad / row.number)
        courses.put(("test", key, "cost"), row.at, None if row.unknown else row.cost)
    for row in of_models:
        key = f"{row.provider}/{row.model_asked}"
        courses.put(("model", key, "failures"), row.at, row.bad / row.number)
        courses.put(("model", key, "latency"), row.at, row.latency)
        courses.put(("model", key, "cost"), row.at, None if row.unknown else row.cost)
    return len(courses), analytics.anomalies(courses)


def _told(one: analytics.Anomaly, names: dict[str, str]) -> Anomaly:
    name, change = names.get(one.key, one.key) if one.subject == "test" else one.key, one.change
    return Anomaly(
        subject=one.subject, key=one.key, name=name, measure=one.measure, since=one.since, before=change.before,
        after=change.after, p_value=change.p_value, runs_before=change.values_before, runs_after=change.values_after,
        better=one.better, told=one.told(name),
    )  # fmt: skip


def _of_tests(since: datetime) -> Any:
    """Return each run of each test: what it cost, how long it took, how much of it did not pass."""
    at = func.min(Execution.created_at).label("at")
    test = (Execution.test_id + 0).label("tested")  # bare, SQLite would go through the index of tests, the whole table
    return (
        select(
            test, at, func.count().label("number"), func.sum(Execution.cost_usd).label("cost"),
            func.sum(Execution.cost_unknown).label("unknown"), func.sum(Execution.duration_s).label("seconds"),
            func.sum(case((Execution.outcome.in_(("failed", "error")), 1), else_=0)).label("bad"),
        )
        .where(
            Execution.created_at >= since, Execution.test_id.is_not(None), Execution.state == "finished",
            ~Execution.trial,
        )
        .group_by(text("tested"), Execution.run_id)
        .order_by(text("tested"), Execution.run_id)
    )  # fmt: skip


def _of_models(since: datetime) -> Any:
    """Return what each run asked of each model: how long an answer took, what one cost, how many requests got none."""
    answered = ModelAttempt.outcome == "ok"
    at = func.min(ModelAttempt.at).label("at")
    return (
        select(
            ModelAttempt.provider, ModelAttempt.model_asked, at, func.count().label("number"),
            func.sum(case((answered, 0), else_=1)).label("bad"), func.avg(ModelAttempt.cost_usd).label("cost"),
            func.sum(case((answered & ModelAttempt.cost_usd.is_(None), 1), else_=0)).label("unknown"),
            func.avg(case((answered, ModelAttempt.latency_s))).label("latency"),
        )
        .join(Execution, Execution.id == ModelAttempt.execution_id)
        .where(ModelAttempt.at >= since, ModelAttempt.outcome.not_in(UNSENT), ~Execution.trial)
        .group_by(ModelAttempt.provider, ModelAttempt.model_asked, Execution.run_id)
        .order_by(at)
    )  # fmt: skip
