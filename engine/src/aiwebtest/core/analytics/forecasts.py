"""What a run and a month will cost, by what was, and how sure that is."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean

from aiwebtest.core.analytics.money import usd
from aiwebtest.core.statistics import Interval, changes, forecast

__all__ = ["LATELY_DAYS", "MOST_RUNS", "MonthForecast", "RunForecast", "month_forecast", "run_forecast"]

LATELY_DAYS = 56
"""Days that a forecast looks back on: whole weeks, so that each day of the week counts alike."""
MOST_RUNS = 20
"""Runs of a test that its forecast is made of."""

_FEWEST_DAYS, _MANY_DAYS = 7, 28
_SURE_OF_FEW, _SURE_OF_MANY = 0.9, 0.95  # that bounds hold, by simulation: `python -m benchmarks.sureness`


@dataclass(frozen=True, slots=True, kw_only=True)
class RunForecast:
    """What one run of some tests will take and cost. Intervals hold nineteen times in twenty; None: nothing is known.

    `known` tests have two runs or more and are in the figures; of `unpriced` ones the cost is not known, and not in it.
    `changed` courses, of costs or times, are taken from their last shown change on.
    """

    tests: int
    known: int
    unpriced: int
    changed: int
    runs: int  # of the course with the fewest
    cost_usd: Interval | None
    duration_s: Interval | None  # one after the other

    @property
    def told(self) -> str:
        """Return it in words."""
        if self.duration_s is None:
            why = "no test of it ran twice" if self.tests else "nothing ran"
            return f"Nothing can be said: {why} in the last eight weeks."
        seconds = self.duration_s
        told = (
            f"About {_between(self.cost_usd)} and {seconds.estimate:.0f} s of work "
            f"({seconds.low:.0f} to {seconds.high:.0f} s)"
        )
        told += f", nineteen times in twenty, from {self.runs} runs" + (" or more of each test" * (self.known > 1))
        if self.changed:
            told += "; where a level has changed, from the runs since"
        if self.known < self.tests:
            told += f"; {self.tests - self.known} of {self.tests} tests have no history and are not in it"
        if self.unpriced and self.cost_usd is not None:
            told += f"; what {self.unpriced} of {self.known} cost is not known, and not in it"
        return f"{told}."


def _between(cost: Interval | None) -> str:
    if cost is None:
        return "an unknown cost"
    if cost.low == cost.high:
        return f"{usd(cost.estimate)}, as each time before,"
    return f"{usd(cost.estimate)} ({usd(cost.low)} to {usd(cost.high)})"


def run_forecast(tests: Sequence[Sequence[tuple[float | None, float]]]) -> RunForecast:
    """Return what a run of these tests will take and cost, by each one's last runs, newest first.

    A run is (US dollars, seconds). Dollars of None are not known; a test that never twice had a known cost is told
    as such. A test with fewer than two runs is not in the figures.
    """
    seen = [runs[:MOST_RUNS] for runs in tests if len(runs) > 1]
    priced = [known for runs in seen if len(known := [usd_ for usd_, _ in runs if usd_ is not None]) > 1]
    courses = [*priced, *([seconds for _, seconds in runs] for runs in seen)]
    present = _of_the_present_level(courses)
    costs, times = present[: len(priced)], present[len(priced) :]
    return RunForecast(
        tests=len(tests), known=len(seen), unpriced=len(seen) - len(priced),
        changed=sum(len(now) < len(course) for now, course in zip(present, courses, strict=True)),
        runs=min(map(len, present), default=0), cost_usd=forecast([(one, 1) for one in costs]) if costs else None,
        duration_s=forecast([(one, 1) for one in times]) if times else None,
    )  # fmt: skip


def _of_the_present_level(courses: Sequence[Sequence[float]]) -> list[Sequence[float]]:
    """Return the values of each course, the newest first, without those before its last change that is shown."""
    shown = changes({at: (values[::-1], range(1, len(values))) for at, values in enumerate(courses)})
    return [values[: len(values) - shown[at].at] if at in shown else values for at, values in enumerate(courses)]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthForecast:
    """What a calendar month (UTC) will have cost at its end; None before a week of history.

    `sure` is how often such bounds hold, None with them. `unknown` requests of the month have a cost that nobody knows.
    """

    month: str  # 2026-11
    spent_usd: float
    unknown: int
    cost_usd: Interval | None
    days_seen: int
    sure: float | None

    @property
    def told(self) -> str:
        """Return it in words."""
        told = f"{self.month}: {usd(self.spent_usd)} so far"
        if self.unknown:
            requests = "1 request" if self.unknown == 1 else f"{self.unknown} requests"
            told += f", without {requests} of unknown cost"
        return f"{told}; {self._told()}"

    def _told(self) -> str:
        whole, days = self.cost_usd, self.days_seen
        if whole is None:
            return f"{_FEWEST_DAYS} days of history are needed to say more, and there are {days}."
        few = "" if days >= _MANY_DAYS else f"only {days} days, so"
        often = "nineteen times in twenty" if days >= _MANY_DAYS else "nine times in ten"
        return (
            f"about {usd(whole.estimate)} at its end ({usd(whole.low)} to {usd(whole.high)}). "
            f"From {few or f'{days} days;'} such bounds hold about {often}, and less often where single days "
            "are many times dearer than usual."
        )


def month_forecast(by_day: Mapping[date, float], today: date, *, unknown: int = 0) -> MonthForecast:
    """Return what the calendar month that is will have cost at its end.

    `by_day` holds what is known to have been spent, in US dollars, from 56 days before `today` on; a day that is not in
    it cost nothing, except those before the first. `unknown` requests of this month have a cost that nobody knows.
    """
    first = today.replace(day=1)
    spent = sum(usd_ for day, usd_ in by_day.items() if day >= first)
    begun = min(by_day, default=today)
    seen = [day for ago in range(1, LATELY_DAYS + 1) if (day := today - timedelta(days=ago)) >= begun]
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
        whole = Interval(*(max(spent, before + each) for each in (coming.estimate, coming.low, coming.high)))
    sure = _SURE_OF_MANY if len(seen) >= _MANY_DAYS else _SURE_OF_FEW
    return MonthForecast(
        month=f"{today:%Y-%m}", spent_usd=spent, unknown=unknown, cost_usd=whole, days_seen=len(seen),
        sure=None if whole is None else sure,
    )  # fmt: skip


def _working(day: date) -> bool:
    return day.weekday() < 5


def _free(day: date) -> bool:
    return not _working(day)
