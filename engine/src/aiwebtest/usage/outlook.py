"""What the kept runs say: of a period, of the next run and of the month, of budgets, and of what has changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from aiwebtest.core.analytics import (
    LATELY_DAYS,
    Anomaly,
    BudgetUse,
    Courses,
    MonthForecast,
    RunForecast,
    anomalies,
    month_forecast,
    run_forecast,
)
from aiwebtest.core.analytics.budget import LATELY
from aiwebtest.providers.metering import summed
from aiwebtest.usage.runs import RunUsage

__all__ = ["Outlook", "outlook", "title_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What is to come, and what has changed in the last 28 days. The run that is forecast is one like the last."""

    run: RunForecast
    month: MonthForecast
    budget: BudgetUse
    anomalies: tuple[Anomaly, ...]
    series: int  # courses that were looked at

    def changes(self) -> list[str]:
        """Return the anomalies in words."""
        return [one.told(title_of(one.key) if one.subject == "test" else one.key) for one in self.anomalies]


def outlook(
    runs: Sequence[RunUsage], now: datetime, *, per_day_usd: float | None = None,
    per_execution_usd: float | None = None, today_usd: float | None = None,
) -> Outlook:  # fmt: skip
    """Return what runs, in order of time, say. Raises ImportError without scipy.

    `today_usd` is what is known from elsewhere to have been spent today, by other projects too.
    """
    today = now.date()
    by_day = _spent_by_day(runs, since=today - timedelta(days=LATELY_DAYS))
    lately = {day: usd for day, usd in by_day.items() if day > today - timedelta(days=LATELY)}
    since = now - timedelta(days=LATELY)
    recent = [run for run in runs if run.at >= since]
    courses = _courses(run for run in recent if not run.trial)
    month = [run for run in runs if run.at.date() >= today.replace(day=1)]
    return Outlook(
        run=_next(runs, since=now - timedelta(days=LATELY_DAYS)),
        month=month_forecast(by_day, today, unknown=_unpriced(month)),
        budget=BudgetUse(
            per_day_usd=per_day_usd, today_usd=max(by_day.get(today, 0.0), today_usd or 0.0),
            today_unknown=_unpriced(run for run in runs if run.at.date() == today),
            days_at_limit=sum(per_day_usd is not None and usd >= per_day_usd for usd in lately.values()),
            per_execution_usd=per_execution_usd,
            executions_at_limit=_reached(recent, per_execution_usd),
        ),
        anomalies=tuple(anomalies(courses)), series=len(courses),
    )  # fmt: skip


def title_of(case: str) -> str:
    """Return how a case is called, by its id."""
    return case.partition("::")[2] or case


def _next(runs: Sequence[RunUsage], *, since: datetime) -> RunForecast:
    """Return the forecast of a run of the cases that the last ordinary run had."""
    ordinary = [run for run in runs if run.cases and run.at >= since]
    histories: dict[str, list[tuple[float | None, float]]] = {}
    for run in reversed(ordinary):
        for case in run.cases:
            cost = None if case.unpriced else case.cost_usd
            histories.setdefault(case.case, []).append((cost, case.duration_s))
    asked = [case.case for case in ordinary[-1].cases] if ordinary else []
    return run_forecast([histories[case] for case in asked])


def _spent_by_day(runs: Iterable[RunUsage], *, since: date) -> dict[date, float]:
    spent: dict[date, float] = {}
    for run in runs:
        if (day := run.at.date()) >= since:
            spent[day] = spent.get(day, 0.0) + sum(one.sums.cost_usd for one in run.models)
    return spent


def _unpriced(runs: Iterable[RunUsage]) -> int:
    return sum(one.sums.unpriced for run in runs for one in run.models)


def _reached(runs: Iterable[RunUsage], limit_usd: float | None) -> int:
    """Return how many executions have spent what one may."""
    return 0 if limit_usd is None else sum(usd >= limit_usd for run in runs for usd in run.executions_usd)


def _courses(runs: Iterable[RunUsage]) -> Courses:
    courses = Courses()
    for run in runs:
        for case in run.cases:
            if case.executions:
                courses.put(("test", case.case, "duration"), run.at, case.duration_s)
                courses.put(("test", case.case, "failures"), run.at, case.not_passed / case.executions)
                courses.put(("test", case.case, "cost"), run.at, None if case.unpriced else case.cost_usd)
        for model in dict.fromkeys(one.model for one in run.models):
            mine = [one for one in run.models if one.model == model]
            sums = summed(one.sums for one in mine)
            sent, answered, seconds = len(sums.latency_s), sums.answered, sum(one.answered_s for one in mine)
            courses.put(("model", model, "failures"), run.at, 1 - answered / sent if sent else None)
            courses.put(("model", model, "latency"), run.at, seconds / answered if answered else None)
            courses.put(
                ("model", model, "cost"), run.at, sums.cost_usd / answered if answered and not sums.unpriced else None
            )
    return courses
