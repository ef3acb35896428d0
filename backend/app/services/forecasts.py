"""What a run and a month will cost, by what was, and how much of the budgets is used."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from statistics import fmean
from typing import Any

from sqlalchemy import String, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from aiwebtest.core.statistics import Interval, forecast
from app.core.clock import now
from app.models import Execution, ModelAttempt, Test
from app.schemas.analytics import BudgetUse, Estimated, MonthForecast, RunForecast
from app.services import suites, tests
from app.services.platform import Platform
from app.services.settings import current

__all__ = ["budget", "month", "run"]

_RUNS = 20  # of a test, that its forecast is made of
_DAYS = 56  # whole weeks, so that each day of the week counts alike
_FEWEST_DAYS, _MANY_DAYS = 7, 28
_SURE_OF_FEW, _SURE_OF_MANY = 0.9, 0.95  # that bounds hold, by simulation: `python -m benchmarks.sureness`
_LATELY = 28


async def run(session: AsyncSession, *, test_id: int | None = None, suite_id: int | None = None) -> RunForecast:
    """Return what a run of a test or suite will take and cost. Raises NotFound."""
    if suite_id is not None:
        asked: Sequence[Test] = await suites.tests_of(session, await suites.get(session, suite_id))
    else:
        asked = [await tests.get(session, test_id or 0)]
    costs, times, fewest = [], [], _RUNS
    for test in asked:
        rows = await _runs_of(session, test.id)
        if len(rows) > 1:
            fewest = min(fewest, len(rows))
            costs.append(([row.cost for row in rows], 1))
            times.append(([row.seconds or 0.0 for row in rows], 1))
    cost, duration = (forecast(costs), forecast(times)) if costs else (None, None)
    return RunForecast(
        cases=sum(test.cases for test in asked), tests=len(asked), known=len(costs), cost_usd=_estimated(cost),
        duration_s=_estimated(duration), told=_told_run(len(asked), len(costs), fewest, cost, duration),
    )  # fmt: skip


async def _runs_of(session: AsyncSession, test_id: int) -> list[Any]:
    """Return cost and seconds of the last runs of a test, the newest first; experiments are no such runs."""
    query = (
        select(func.sum(Execution.cost_usd).label("cost"), func.sum(Execution.duration_s).label("seconds"))
        .where(
            Execution.test_id == test_id, Execution.outcome.is_not(None), Execution.state == "finished",
            ~Execution.trial, Execution.created_at >= now() - timedelta(days=_DAYS),
        )
        .group_by(Execution.run_id)
        .order_by(Execution.run_id.desc())
        .limit(_RUNS)
    )  # fmt: skip
    return list((await session.execute(query)).all())


def _told_run(asked: int, known: int, fewest: int, cost: Interval | None, duration: Interval | None) -> str:
    if cost is None or duration is None:
        return "Nothing can be said: no test of it ran twice in the last eight weeks."
    told = (
        f"About {_usd(cost.estimate)} ({_usd(cost.low)} to {_usd(cost.high)}) and {duration.estimate:.0f} s of work "
        f"({duration.low:.0f} to {duration.high:.0f} s)"
    )
    told += f", from {fewest} runs" + (" or more of each test" if known > 1 else "")
    rest = f"; {asked - known} of {asked} tests have no history and are not in it" if known < asked else ""
    return f"{told}{rest}."


async def month(session: AsyncSession) -> MonthForecast:
    """Return what the calendar month that is will have cost at its end."""
    moment = now()
    first = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    by_day = await _spent_by_day(session, midnight - timedelta(days=_DAYS))
    today = midnight.date()
    spent = sum(usd for day, usd in by_day.items() if day >= first.date())
    begun = min(by_day, default=today)
    seen = [today - timedelta(days=ago) for ago in range(1, _DAYS + 1) if today - timedelta(days=ago) >= begun]
    today_usd = by_day.get(today, 0.0)
    alike = [by_day.get(day, 0.0) for day in seen if _working(day) == _working(today)]
    over = not alike or today_usd >= fmean(alike)  # today has cost what such a day does: no more is expected of it
    last = monthrange(today.year, today.month)[1]
    left = [today + timedelta(days=ahead) for ahead in range(over, last - today.day + 1)]
    coming = None
    if len(seen) >= _FEWEST_DAYS:
        coming = forecast([
            ([by_day.get(day, 0.0) for day in seen if kind(day)], sum(kind(day) for day in left))
            for kind in (_working, _free)
        ], skewed=True)  # fmt: skip
    whole = None
    if coming is not None:
        before = spent - (0.0 if over else today_usd)
        whole = Interval(
            max(spent, before + coming.estimate), max(spent, before + coming.low), max(spent, before + coming.high)
        )
    return MonthForecast(
        month=f"{today:%Y-%m}", spent_usd=spent, cost_usd=_estimated(whole), days_seen=len(seen),
        sure=None if whole is None else _sure(len(seen)), told=f"{today:%Y-%m}: {_told_month(spent, whole, len(seen))}",
    )  # fmt: skip


def _sure(days: int) -> float:
    return _SURE_OF_MANY if days >= _MANY_DAYS else _SURE_OF_FEW


def _told_month(spent: float, whole: Interval | None, days: int) -> str:
    if whole is None:
        return f"{_usd(spent)} so far; {_FEWEST_DAYS} days of history are needed to say more, and there are {days}."
    few = "" if days >= _MANY_DAYS else f"only {days} days, so"
    often = "nineteen times in twenty" if days >= _MANY_DAYS else "nine times in ten"
    return (
        f"{_usd(spent)} so far; about {_usd(whole.estimate)} at its end ({_usd(whole.low)} to {_usd(whole.high)}). "
        f"From {few or f'{days} days;'} such bounds hold about {often}, and less often where single days "
        "are many times dearer than usual."
    )


def _working(day: date) -> bool:
    return day.weekday() < 5


def _free(day: date) -> bool:
    return not _working(day)


async def _spent_by_day(session: AsyncSession, since: datetime) -> dict[date, float]:
    """Return what is known to have been spent, by day (UTC)."""
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    moment = func.timezone("UTC", ModelAttempt.at) if on_postgresql else ModelAttempt.at
    day = cast(func.date(moment), String)
    query = select(day, func.sum(ModelAttempt.cost_usd)).where(ModelAttempt.at >= since).group_by(day)
    return {date.fromisoformat(key[:10]): usd or 0.0 for key, usd in await session.execute(query)}


async def budget(platform: Platform) -> BudgetUse:
    """Return how much of the budgets is used. Raises UsageError when the settings are wrong."""
    limits = await current(platform)
    day, each = limits.budget_usd_per_day, limits.budget_usd_per_execution
    midnight = now().replace(hour=0, minute=0, second=0, microsecond=0)
    since = midnight - timedelta(days=_LATELY)
    async with platform.database.read() as session:
        by_day = await _spent_by_day(session, since)
        of_today = ModelAttempt.at >= midnight, ModelAttempt.cost_usd.is_(None), ModelAttempt.input_tokens.is_not(None)
        unknown = await session.scalar(select(func.count()).select_from(ModelAttempt).where(*of_today)) or 0
        over = 0
        if each is not None:
            dear = select(func.count()).select_from(Execution)
            over = await session.scalar(dear.where(Execution.created_at >= since, Execution.cost_usd >= each)) or 0
    today = by_day.get(midnight.date(), 0.0)
    full = sum(usd >= day for usd in by_day.values()) if day is not None else 0
    return BudgetUse(
        per_day_usd=day, today_usd=today, today_unknown=unknown, days_at_limit=full, per_execution_usd=each,
        executions_at_limit=over, told=_told_budget(day, today, full, each, over),
    )  # fmt: skip


def _told_budget(day: float | None, today: float, full: int, each: float | None, over: int) -> str:
    told = [f"{_usd(today)} spent today; no budget is set for a day."]
    if day is not None:
        share = f"{today / day:.0%}" if day else "all"
        told = [f"{_usd(today)} of {_usd(day)} spent today ({share}); reached on {full} of the last {_LATELY} days."]
    if each is not None:
        told.append(f"{over} executions of the last {_LATELY} days reached their {_usd(each)}.")
    return " ".join(told)


def _estimated(interval: Interval | None) -> Estimated | None:
    return None if interval is None else Estimated(estimate=interval.estimate, low=interval.low, high=interval.high)


def _usd(value: float) -> str:
    return f"${value:,.2f}" if value >= 1 or value == 0 else f"${value:.4f}"
