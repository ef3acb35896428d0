"""Schedules: runs by the clock of a time zone, each moment once, however many servers look at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from croniter import CroniterBadDateError, croniter
from croniter.croniter import CroniterError
from pydantic import ValidationError
from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from aiwebtest.core.errors import AiWebTestError
from app.core.clock import now
from app.core.errors import Invalid, NotFound, Problem
from app.models import Run, Schedule, Suite, Test
from app.schemas.runs import RunRequest
from app.schemas.schedules import ScheduleChange, ScheduleNew
from app.services import audit, runs
from app.services.actor import Actor, system
from app.services.listing import page
from app.services.platform import Platform

__all__ = ["Around", "around", "change", "create", "delete", "fire_due", "following", "get", "listed", "run_now"]

_BEGIN_S = 60.0  # for a run to be begun by the server that took its moment; then another one looks after it
_AT_ONCE = 20
_TRIES = 200  # candidates looked at for one that counts: an hour that comes twice has 60


def following(cron: str, timezone: str, after: datetime) -> datetime:
    """Return the first moment after `after` at which a schedule is due, in UTC.

    A local time that comes twice, when clocks go back, counts once, unless the schedule is for any hour.

    Raises:
        Invalid: it is no cron expression of five fields, or there is no such zone, or no such moment ever comes.
    """
    fields = cron.split()
    if len(fields) != 5 or not croniter.is_valid(cron):
        raise Invalid(
            f"`{cron}` is no schedule.",
            mend="write minute, hour, day, month, weekday: `30 2 * * *` is 02:30 each day.",
            field="cron",
        )
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as exc:
        raise Invalid(
            f"There is no time zone `{timezone}`.", mend="name one like Europe/Berlin, or UTC.", field="timezone"
        ) from exc
    any_hour = fields[1].startswith("*")
    try:
        moments = croniter(cron, after.astimezone(zone))
        for _ in range(_TRIES):
            moment: datetime = moments.get_next(datetime)
            if any_hour or not _second_time(moment, zone):
                return moment.astimezone(UTC)
    except (CroniterBadDateError, CroniterError) as exc:
        raise Invalid(f"`{cron}` never comes.", mend="look at its day and month.", field="cron") from exc
    raise Invalid(f"`{cron}` never comes.", mend="look at its day and month.", field="cron")


def _second_time(moment: datetime, zone: ZoneInfo) -> bool:
    """Tell whether the clock showed this time once before, an hour earlier or so."""
    first = moment.replace(tzinfo=zone, fold=0)
    return first.astimezone(UTC) < moment.astimezone(UTC)


async def listed(session: AsyncSession, *, after: str | None, limit: int) -> tuple[list[Schedule], str | None]:
    """Return a page of schedules, newest first, and the cursor of the next."""
    return await page(session, select(Schedule), Schedule.id, after=after, limit=limit)


async def get(session: AsyncSession, schedule_id: int, *, lock: bool = False) -> Schedule:
    """Return a schedule; raise NotFound."""
    found = await session.get(Schedule, schedule_id, with_for_update=lock or None)
    if found is None:
        raise NotFound("schedule", schedule_id)
    return found


@dataclass(frozen=True, slots=True)
class Around:
    """What stands beside a schedule: the name of what it runs, and its last run if that is still kept."""

    what: str
    last: Run | None


async def around(session: AsyncSession, found: Sequence[Schedule]) -> dict[int, Around]:
    """Return what stands beside schedules, by their ids."""
    query = (
        select(Schedule.id, func.coalesce(Suite.name, Test.name, "").label("what"), Run)
        .outerjoin(Test, Test.id == Schedule.test_id)
        .outerjoin(Suite, Suite.id == Schedule.suite_id)
        .outerjoin(Run, Run.id == Schedule.last_run_id)
        .where(Schedule.id.in_([one.id for one in found]))
    )
    return {row.id: Around(row.what, row.Run) for row in await session.execute(query)}


async def create(platform: Platform, actor: Actor, new: ScheduleNew) -> Schedule:
    """Store a schedule. Raises Invalid, NotFound."""
    due = following(new.cron, new.timezone, now())
    async with platform.database.write() as session:
        await _subject_there(session, new.test_id, new.suite_id)
        schedule = Schedule(
            name=new.name, cron=new.cron, timezone=new.timezone, test_id=new.test_id, suite_id=new.suite_id,
            request=new.request.stored(), enabled=new.enabled, author=actor.label[:200],
            next_at=due if new.enabled else None,
        )  # fmt: skip
        session.add(schedule)
        await session.flush()
        audit.note(session, actor, "schedule.create", f"schedule {schedule.id}", name=new.name, cron=new.cron)
    return schedule


async def change(platform: Platform, actor: Actor, schedule_id: int, told: ScheduleChange) -> Schedule:
    """Change a schedule; its next moment is reckoned anew. Raises Invalid, NotFound."""
    given = told.model_dump(exclude_unset=True, exclude_none=True)
    async with platform.database.write() as session:
        schedule = await get(session, schedule_id, lock=True)
        if told.request is not None:
            given["request"] = told.request.stored()
        changed = {name: value for name, value in given.items() if getattr(schedule, name) != value}
        for name, value in changed.items():
            setattr(schedule, name, value)
        if {"cron", "timezone", "enabled"} & given.keys():
            due = following(schedule.cron, schedule.timezone, now())
            schedule.next_at = due if schedule.enabled else None
        audit.note(session, actor, "schedule.update", f"schedule {schedule_id}", changed=sorted(changed))
    return schedule


async def delete(platform: Platform, actor: Actor, schedule_id: int) -> None:
    """Delete a schedule; its runs stay. Raises NotFound."""
    async with platform.database.write() as session:
        schedule = await get(session, schedule_id, lock=True)
        await session.delete(schedule)
        audit.note(session, actor, "schedule.delete", f"schedule {schedule_id}", name=schedule.name)


async def run_now(platform: Platform, actor: Actor, schedule_id: int) -> Run:
    """Begin a schedule's run now, beside its moments. Raises what `runs.begin` raises, and NotFound."""
    async with platform.database.read() as session:
        schedule = await get(session, schedule_id)
    run = await _begin(platform, actor, schedule)
    async with platform.database.write() as session:
        last = update(Schedule).where(Schedule.id == schedule_id).values(last_run_id=run.id, last_problem="")
        await session.execute(last)  # `last_at` stays: it is that of the last moment
    return run


async def fire_due(platform: Platform) -> int:
    """Begin the runs of schedules whose moment has come; return how many were begun.

    Each moment is taken by one server, in one transaction. Should that server end before the run is begun, another one
    begins it a minute later.
    """
    begun = 0
    for schedule in await _take(platform):
        problem, run_id = "", await _begun_before(platform, schedule)
        if run_id is None:
            try:
                run_id = (await _begin(platform, system(f"schedule {schedule.id}"), schedule)).id
                begun += 1
            except Problem as exc:
                problem = f"{exc.what} {exc.mend}".strip()
            except AiWebTestError as exc:
                problem = f"{exc.what} {exc.mend}".strip()
        async with platform.database.write() as session:
            found = await session.get(Schedule, schedule.id, with_for_update=True)
            if found is not None and found.last_at == schedule.last_at:
                found.begin_by, found.last_problem = None, problem
                found.last_run_id = run_id or found.last_run_id
    return begun


async def _take(platform: Platform) -> Sequence[Schedule]:
    """Take the moments that have come: what is missed several times is made up for once."""
    moment = now()
    due = (Schedule.next_at <= moment) & Schedule.enabled
    left = Schedule.begin_by <= moment  # by a server that ended in between
    async with platform.database.read() as session:  # a writer's turn is not taken for nothing
        if await session.scalar(select(Schedule.id).where(or_(due, left)).limit(1)) is None:
            return []
    async with platform.database.write() as session:
        query = select(Schedule).where(or_(due, left)).order_by(Schedule.next_at).limit(_AT_ONCE)
        schedules = (await session.scalars(query.with_for_update(skip_locked=True))).all()
        for schedule in schedules:
            if schedule.next_at is not None and schedule.next_at <= moment:
                schedule.last_at = moment
                schedule.next_at = following(schedule.cron, schedule.timezone, moment)
            schedule.begin_by = moment + timedelta(seconds=_BEGIN_S)
    return schedules


async def _begun_before(platform: Platform, schedule: Schedule) -> int | None:
    """Return the run of a moment that another server took, if it came so far."""
    if schedule.last_at is None:
        return None
    async with platform.database.read() as session:
        mine = (Run.schedule_id == schedule.id, Run.trigger == "schedule", Run.created_at >= schedule.last_at)
        return await session.scalar(select(Run.id).where(*mine).order_by(Run.id).limit(1))


async def _begin(platform: Platform, actor: Actor, schedule: Schedule) -> Run:
    try:
        request = RunRequest.model_validate(schedule.request)
    except ValidationError as exc:  # an older server took it
        told = str(exc.errors()[0]["msg"]).rstrip(".")
        what = f"What the schedule runs with is refused now: {told}."
        raise Invalid(what, mend="give it another request by the API, or make it anew.") from exc
    return await runs.begin(
        platform, actor, request, test_id=schedule.test_id, suite_id=schedule.suite_id, trigger="schedule",
        schedule_id=schedule.id,
    )  # fmt: skip


async def _subject_there(session: AsyncSession, test_id: int | None, suite_id: int | None) -> None:
    if test_id is not None:
        test = await session.get(Test, test_id)
        if test is None or test.deleted_at is not None:
            raise NotFound("test", test_id)
    if suite_id is not None and await session.get(Suite, suite_id) is None:
        raise NotFound("suite", suite_id)
