"""What a run and a month will cost, by what was, and how much of the budgets is used; the figures are the engine's."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import String, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from aiwebtest.core import analytics
from aiwebtest.core.analytics import LATELY_DAYS, MOST_RUNS
from aiwebtest.core.analytics.budget import LATELY
from aiwebtest.core.statistics import Interval
from app.core.clock import now
from app.models import Execution, ModelAttempt, Test
from app.schemas.analytics import BudgetUse, Estimated, MonthForecast, RunForecast
from app.services import suites, tests
from app.services.platform import Platform
from app.services.settings import current

__all__ = ["budget", "month", "run"]


async def run(session: AsyncSession, *, test_id: int | None = None, suite_id: int | None = None) -> RunForecast:
    """Return what a run of a test or suite will take and cost. Raises NotFound."""
    if suite_id is not None:
        asked: Sequence[Test] = await suites.tests_of(session, await suites.get(session, suite_id))
    else:
        asked = [await tests.get(session, test_id or 0)]
    found = await asyncio.to_thread(analytics.run_forecast, [await _runs_of(session, test.id) for test in asked])
    return RunForecast(
        cases=sum(test.cases for test in asked), tests=found.tests, known=found.known, unpriced=found.unpriced,
        changed=found.changed,
        cost_usd=_estimated(found.cost_usd), duration_s=_estimated(found.duration_s), told=found.told,
    )  # fmt: skip


async def _runs_of(session: AsyncSession, test_id: int) -> list[tuple[float | None, float]]:
    """Return cost (None: not known) and seconds of the last runs of a test, newest first, without experiments."""
    query = (
        select(
            func.sum(Execution.cost_usd).label("cost"), func.sum(Execution.cost_unknown).label("unknown"),
            func.sum(Execution.duration_s).label("seconds"),
        )
        .where(
            Execution.test_id == test_id, Execution.outcome.is_not(None), Execution.state == "finished",
            ~Execution.trial, Execution.created_at >= now() - timedelta(days=LATELY_DAYS),
        )
        .group_by(Execution.run_id)
        .order_by(Execution.run_id.desc())
        .limit(MOST_RUNS)
    )  # fmt: skip
    rows = (await session.execute(query)).all()
    return [(None if row.unknown else row.cost, row.seconds or 0.0) for row in rows]


async def month(session: AsyncSession) -> MonthForecast:
    """Return what the calendar month that is will have cost at its end."""
    midnight = _midnight()
    by_day = await _spent_by_day(session, midnight - timedelta(days=LATELY_DAYS))
    unknown = await _unknown(session, midnight.replace(day=1))
    found = await asyncio.to_thread(analytics.month_forecast, by_day, midnight.date(), unknown=unknown)
    return MonthForecast(
        month=found.month, spent_usd=found.spent_usd, unknown=found.unknown, cost_usd=_estimated(found.cost_usd),
        days_seen=found.days_seen, sure=found.sure, told=found.told,
    )  # fmt: skip


def _midnight() -> datetime:
    return now().replace(hour=0, minute=0, second=0, microsecond=0)


async def _spent_by_day(session: AsyncSession, since: datetime) -> dict[date, float]:
    """Return what is known to have been spent, by day (UTC)."""
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    moment = func.timezone("UTC", ModelAttempt.at) if on_postgresql else ModelAttempt.at
    day = cast(func.date(moment), String)
    query = select(day, func.sum(ModelAttempt.cost_usd)).where(ModelAttempt.at >= since).group_by(day)
    return {date.fromisoformat(key[:10]): usd or 0.0 for key, usd in await session.execute(query)}


async def _unknown(session: AsyncSession, since: datetime) -> int:
    """Return how many requests were made whose cost nobody knows."""
    query = select(func.count()).where(ModelAttempt.at >= since, ModelAttempt.unpriced())
    return await session.scalar(query) or 0


async def budget(platform: Platform) -> BudgetUse:
    """Return how much of the budgets is used. Raises UsageError when the settings are wrong."""
    limits = await current(platform)
    day, each, midnight = limits.budget_usd_per_day, limits.budget_usd_per_execution, _midnight()
    since = midnight - timedelta(days=LATELY - 1)  # today is one of them
    async with platform.database.read() as session:
        by_day = await _spent_by_day(session, since)
        unknown = await _unknown(session, midnight)
        over = 0
        if each is not None:
            dear = select(func.count()).select_from(Execution)
            over = await session.scalar(dear.where(Execution.created_at >= since, Execution.cost_usd >= each)) or 0
    found = analytics.BudgetUse(
        per_day_usd=day, today_usd=by_day.get(midnight.date(), 0.0), today_unknown=unknown,
        days_at_limit=sum(usd >= day for usd in by_day.values()) if day is not None else 0, per_execution_usd=each,
        executions_at_limit=over,
    )  # fmt: skip
    told: dict[str, Any] = asdict(found)
    return BudgetUse(**told, told=found.told)


def _estimated(interval: Interval | None) -> Estimated | None:
    return None if interval is None else Estimated(estimate=interval.estimate, low=interval.low, high=interval.high)
