"""What pages show at a glance: how tests have done lately, what a period came to, what needs somebody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from typing import Any, Protocol

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from aiwebtest.core.verdict import worst
from app.core.clock import now
from app.models import QUEUED, RUNNING, Execution, Heal, ModelAttempt, Schedule, Suite, Test
from app.schemas.providers import ProviderAnswer
from app.schemas.settings import BudgetAnswer
from app.services import budgets, providers
from app.services.platform import Platform

__all__ = [
    "Attention",
    "Day",
    "Due",
    "Estimate",
    "Glance",
    "Totals",
    "Track",
    "estimate",
    "glance",
    "last_pass",
    "spend",
    "tracks",
    "waiting_heals",
]

_REMEMBERED = 12  # runs of a test that its track shows
_MOST_ROWS = 400  # executions that a track is made of
_MOST_ATTENTION = 6
_MOST_DUE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """How one test has done lately. `outcomes` are those of its runs, oldest first; a pass after a retry is "flaky"."""

    outcomes: tuple[str, ...] = ()
    state: str = "never"  # of its newest run: its outcome, or what it does now
    execution_id: int | None = None  # of that run: one that did not pass, if there is any
    at: datetime | None = None
    over_id: int | None = None  # the same two of its newest run that is over
    over_at: datetime | None = None
    duration_s: float | None = None  # median of its runs, their executions one after the other
    cost_usd: float = 0.0  # mean

    @property
    def flaky(self) -> bool:
        """Tell whether it goes now this way and now that: a pass after a retry, or three turns and more."""
        known = [outcome for outcome in self.outcomes if outcome in {"passed", "failed", "flaky"}]
        turns = sum(one != other for one, other in pairwise(known))
        return "flaky" in known or turns >= 3


class Tracked(Protocol):
    """A test, as far as its track is concerned."""

    @property
    def id(self) -> int: ...
    @property
    def cases(self) -> int: ...


async def tracks(platform: Platform, tests: Iterable[Tracked]) -> dict[int, Track]:
    """Return how tests have done lately, by their ids. Each costs the same however many executions it has."""
    found = {}
    async with platform.database.read() as session:
        for test in tests:
            query = (
                select(
                    Execution.id,
                    Execution.run_id,
                    Execution.state,
                    Execution.outcome,
                    Execution.flaky,
                    Execution.created_at,
                    Execution.duration_s,
                    Execution.cost_usd,
                )
                .where(Execution.test_id == test.id, ~Execution.trial)
                .order_by(Execution.id.desc())
                .limit(min(_REMEMBERED * max(1, test.cases), _MOST_ROWS))
            )
            rows = (await session.execute(query)).all()
            found[test.id] = _track([list(each) for _, each in groupby(rows, key=lambda row: row.run_id)][:_REMEMBERED])
    return found


def _track(runs: Sequence[Sequence[Any]]) -> Track:
    """Return the track of runs of one test, the newest first; each is its executions."""
    if not runs:
        return Track()
    ended = [run for run in runs if all(row.outcome for row in run)]
    times = sorted(sum(row.duration_s or 0.0 for row in run) for run in ended)
    newest, over = runs[0], next(iter(ended), runs[0])
    doing = next((state for state in ("running", "queued") if any(row.state == state for row in newest)), "")
    return Track(
        outcomes=tuple(_came_to(run) for run in reversed(ended)),
        state=doing or _came_to(newest),
        execution_id=_telling(newest).id,
        at=newest[0].created_at,
        over_id=_telling(over).id,
        over_at=over[0].created_at,
        duration_s=times[len(times) // 2] if times else None,
        cost_usd=sum(row.cost_usd for run in ended for row in run) / max(1, len(ended)),
    )


def _telling(run: Sequence[Any]) -> Any:
    """Return the execution of a run that did not pass, any one when there is none."""
    return ([row for row in run if row.outcome in {"failed", "error"}] or run)[-1]


def _came_to(run: Sequence[Any]) -> str:
    if all(row.state == "stopped" for row in run):
        return "stopped"
    outcome = worst(*(row.outcome for row in run if row.outcome))
    return "flaky" if outcome == "passed" and any(row.flaky for row in run) else outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What a run may take and cost, from what its tests took lately. `known` counts tests with a history."""

    cases: int
    known: int
    duration_s: float
    cost_usd: float


async def estimate(platform: Platform, tests: Sequence[Test]) -> Estimate:
    """Return what a run of tests may take (one after the other) and cost."""
    seen = await tracks(platform, tests)
    known = [(test, seen[test.id]) for test in tests if seen[test.id].duration_s is not None]
    return Estimate(
        cases=sum(test.cases for test in tests),
        known=len(known),
        duration_s=sum(track.duration_s or 0.0 for _, track in known),
        cost_usd=sum(track.cost_usd for _, track in known),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What a period came to."""

    executions: int = 0  # that are over
    outcomes: dict[str, int] = field(default_factory=dict)
    flaky: int = 0
    cost_usd: float = 0.0
    cost_unknown: int = 0
    median_s: float | None = None

    @property
    def judged(self) -> int:
        """Return how many passed, failed or ended in an error."""
        return sum(self.outcomes.get(outcome, 0) for outcome in ("passed", "failed", "error"))

    @property
    def pass_rate(self) -> float | None:
        """Return the share that passed, None when none was judged."""
        return self.outcomes.get("passed", 0) / self.judged if self.judged else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of a period, in UTC."""

    day: date
    outcomes: dict[str, int]
    flaky: int
    cost_usd: float
    seconds: float | None  # mean duration


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """A test that somebody should look at, and why."""

    test_id: int
    name: str
    why: str  # "newly failing", "failing", "flaky"
    state: str
    execution_id: int | None
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A schedule's next run."""

    id: int
    name: str
    what: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """Everything that the dashboard shows."""

    days: tuple[Day, ...]
    now: Totals
    before: Totals
    spend: dict[str, list[float]]  # US dollars by provider and day
    attention: tuple[Attention, ...]
    budget: BudgetAnswer
    down: tuple[ProviderAnswer, ...]  # providers that are set up and left alone, or being tried again
    heals: int
    due: tuple[Due, ...]
    tests: int
    running: int
    queued: int
    unserved: bool  # something is queued, and no worker is there that would take it


async def glance(platform: Platform, days: int) -> Glance:
    """Return what the last `days` days came to, today included, beside the same time before."""
    today = now().date()
    dates = [today - timedelta(days=ago) for ago in range(days - 1, -1, -1)]
    start = now().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days - 1)
    async with platform.database.read() as session:
        rows = await _by_day(session, start)
        totals = await _totals(session, rows, start)
        earlier = start - timedelta(days=days)
        before = await _totals(session, await _by_day(session, earlier, start), earlier, start)
        spend = await _spend(session, start, dates)
        due = await _due(session)
        of_state = (
            select(Execution.state, func.count().label("number"))
            .where(or_(Execution.state == QUEUED, Execution.state == RUNNING))
            .group_by(Execution.state)
        )
        states = {row.state: row.number for row in await session.execute(of_state)}
        tests = (
            await session.execute(select(func.count()).select_from(Test).where(Test.deleted_at.is_(None)))
        ).scalar_one()
    return Glance(
        days=tuple(_day(day, rows.get(day.isoformat(), [])) for day in dates),
        now=totals,
        before=before,
        spend=spend,
        attention=await _attention(platform, start),
        budget=await budgets.status(platform),
        down=tuple(one for one in await providers.listed(platform) if one.health.breaker != "closed"),
        heals=await waiting_heals(platform),
        due=due,
        tests=tests,
        running=states.get("running", 0),
        queued=(queued := states.get("queued", 0)),
        unserved=bool(queued) and not (await platform.queue.status()).slots,
    )


async def spend(platform: Platform, days: int) -> tuple[list[date], dict[str, list[float]]]:
    """Return the last `days` days (UTC, today included) and what each provider cost on them, in US dollars."""
    today = now().date()
    dates = [today - timedelta(days=ago) for ago in range(days - 1, -1, -1)]
    start = now().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days - 1)
    async with platform.database.read() as session:
        return dates, await _spend(session, start, dates)


async def waiting_heals(platform: Platform) -> int:
    """Return how many heals wait for a person's word."""
    async with platform.database.read() as session:
        return (
            await session.execute(select(func.count()).select_from(Heal).where(Heal.state == "waiting"))
        ).scalar_one()


async def last_pass(platform: Platform, execution: Any) -> int | None:
    """Return the id of the newest pass of the same case before an execution, None when there is none.

    One at the same base URL comes before those at others.
    """
    newest = (
        select(Execution.id, Execution.base_url)
        .where(
            Execution.test_id == execution.test_id,
            Execution.id < execution.id,
            Execution.outcome == "passed",
            ~Execution.trial,
            Execution.name == execution.name,
            Execution.row == execution.row,
        )
        .order_by(Execution.id.desc())
        .limit(1)
    )
    async with platform.database.read() as session:  # asked twice: ordered by site, all passes would be sorted
        found = (await session.execute(newest)).one_or_none()
        if found is not None and found.base_url != execution.base_url:
            there = newest.where(Execution.base_url == execution.base_url)
            found = (await session.execute(there)).one_or_none() or found
    return None if found is None else int(found.id)


def _day_of(session: AsyncSession, column: Any) -> ColumnElement[str]:
    if session.get_bind().dialect.name == "postgresql":
        return func.to_char(func.timezone("UTC", column), "YYYY-MM-DD")
    return func.substr(column, 1, 10)  # moments are texts there, in UTC


async def _by_day(session: AsyncSession, start: datetime, end: datetime | None = None) -> dict[str, list[Any]]:
    """Return what the executions asked for in a period came to, by day and outcome."""
    day = _day_of(session, Execution.created_at).label("day")
    query = (
        select(
            day,
            Execution.outcome,
            func.count().label("number"),
            func.count().filter(Execution.flaky).label("flaky"),
            func.sum(Execution.cost_usd).label("cost"),
            func.sum(Execution.cost_unknown).label("unknown"),
            func.sum(Execution.duration_s).label("seconds"),
            func.count(Execution.duration_s).label("timed"),
        )
        .where(*_period(start, end))
        .group_by(day, Execution.outcome)
    )
    rows: dict[str, list[Any]] = {}
    for row in await session.execute(query):
        rows.setdefault(row.day, []).append(row)
    return rows


def _day(day: date, rows: Sequence[Any]) -> Day:
    ended = [row for row in rows if row.outcome]
    count = sum(row.number for row in ended)
    return Day(
        day=day,
        outcomes={row.outcome: row.number for row in ended},
        flaky=sum(row.flaky for row in rows),
        cost_usd=sum(row.cost or 0.0 for row in rows),
        seconds=sum(row.seconds or 0.0 for row in ended) / count if count else None,
    )


async def _totals(
    session: AsyncSession, days: dict[str, list[Any]], start: datetime, end: datetime | None = None
) -> Totals:
    """Return the sum of a period's days, with the median duration, which no sums of days tell."""
    rows = [row for day in days.values() for row in day]
    outcomes: dict[str, int] = {}
    for row in rows:
        if row.outcome:
            outcomes[row.outcome] = outcomes.get(row.outcome, 0) + row.number
    timed = sum(row.timed for row in rows)
    middle = (
        select(Execution.duration_s)
        .where(*_period(start, end), Execution.duration_s.is_not(None))
        .order_by(Execution.duration_s)
        .offset(timed // 2)
        .limit(1)
    )
    return Totals(
        executions=sum(outcomes.values()),
        outcomes=outcomes,
        flaky=sum(row.flaky for row in rows),
        cost_usd=sum(row.cost or 0.0 for row in rows),
        cost_unknown=sum(row.unknown or 0 for row in rows),
        median_s=(await session.execute(middle)).scalar_one_or_none() if timed else None,
    )


def _period(start: datetime, end: datetime | None) -> tuple[ColumnElement[bool], ...]:
    return Execution.created_at >= start, *([Execution.created_at < end] if end else [])


async def _spend(session: AsyncSession, start: datetime, dates: Sequence[date]) -> dict[str, list[float]]:
    day = _day_of(session, ModelAttempt.at).label("day")
    query = (
        select(ModelAttempt.provider, day, func.sum(ModelAttempt.cost_usd))
        .where(ModelAttempt.at >= start)
        .group_by(ModelAttempt.provider, day)
    )
    places = {each.isoformat(): place for place, each in enumerate(dates)}
    spend: dict[str, list[float]] = {}
    for provider, at, cost in await session.execute(query):
        if at in places:
            spend.setdefault(provider, [0.0] * len(dates))[places[at]] += cost or 0.0
    return dict(sorted(spend.items(), key=lambda item: -sum(item[1])))


async def _attention(platform: Platform, since: datetime) -> tuple[Attention, ...]:
    """Return tests whose newest execution did not pass, or that are flaky; the newest first."""
    query = (
        select(Test.id, Test.name, Test.cases)
        .join(Execution, Execution.test_id == Test.id)
        .where(
            Test.deleted_at.is_(None),
            Execution.id.in_(
                select(Execution.id)
                .where(
                    Execution.created_at >= since,
                    ~Execution.trial,
                    (Execution.outcome.in_(("failed", "error"))) | Execution.flaky,
                )
                .order_by(Execution.id.desc())
                .limit(200)
            ),
        )
        .group_by(Test.id, Test.name, Test.cases)
        .order_by(func.max(Execution.id).desc())
        .limit(_MOST_ATTENTION * 3)
    )
    async with platform.database.read() as session:
        rows = (await session.execute(query)).all()
    seen = await tracks(platform, rows)
    found = []
    for row in rows:
        track = seen[row.id]
        bad = [outcome in {"failed", "error"} for outcome in track.outcomes]
        if not (bad and bad[-1]) and not track.flaky:
            continue
        why = "flaky" if not bad[-1] else "failing" if bad[-2:] == [True, True] or len(bad) == 1 else "newly failing"
        state = "flaky" if not bad[-1] else track.outcomes[-1]
        found.append(
            Attention(test_id=row.id, name=row.name, why=why, state=state, execution_id=track.over_id, at=track.over_at)
        )
    return tuple(found[:_MOST_ATTENTION])


async def _due(session: AsyncSession) -> tuple[Due, ...]:
    query = (
        select(Schedule, Test.name.label("test"), Suite.name.label("suite"))
        .outerjoin(Test, Test.id == Schedule.test_id)
        .outerjoin(Suite, Suite.id == Schedule.suite_id)
        .where(Schedule.enabled, Schedule.next_at.is_not(None))
        .order_by(Schedule.next_at)
        .limit(_MOST_DUE)
    )
    return tuple(
        Due(id=row.Schedule.id, name=row.Schedule.name, what=row.suite or row.test or "", at=row.Schedule.next_at)
        for row in await session.execute(query)
    )
