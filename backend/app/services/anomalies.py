"""Anomalies: what costs, takes or fails more than it did, since when; the engine's analytics on the platform's runs."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from aiwebtest.core import analytics
from aiwebtest.core.analytics import Courses
from app.core.clock import now
from app.models import Execution, ModelAttempt, Test
from app.schemas.analytics import Anomalies, Anomaly

__all__ = ["found"]

_DAYS = 28
_NOT_SENT = ("breaker_open", "budget", "unsuited")


async def found(session: AsyncSession) -> Anomalies:
    """Return what has changed in the last four weeks. Runs of experiments do not count: they try things out."""
    since = now() - timedelta(days=_DAYS)
    courses = Courses()
    for row in await session.execute(_of_tests(since)):
        key = str(row.test_id)
        courses.put(("test", key, "duration"), row.at, row.seconds)
        courses.put(("test", key, "failures"), row.at, row.bad / row.number)
        courses.put(("test", key, "cost"), row.at, None if row.unknown else row.cost)
    for row in await session.execute(_of_models(since)):
        key = f"{row.provider}/{row.model_asked}"
        courses.put(("model", key, "failures"), row.at, row.bad / row.number)
        courses.put(("model", key, "latency"), row.at, row.latency)
        courses.put(("model", key, "cost"), row.at, None if row.unknown else row.cost)
    shown = await asyncio.to_thread(analytics.anomalies, courses)
    ids = [int(one.key) for one in shown if one.subject == "test"]
    names = {str(one.id): one.name for one in await session.execute(select(Test.id, Test.name).where(Test.id.in_(ids)))}
    return Anomalies(since=since, series=len(courses), anomalies=[_told(one, names) for one in shown])


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
        .where(ModelAttempt.at >= since, ModelAttempt.outcome.not_in(_NOT_SENT), ~Execution.trial)
        .group_by(ModelAttempt.provider, ModelAttempt.model_asked, Execution.run_id)
        .order_by(at)
    )  # fmt: skip
