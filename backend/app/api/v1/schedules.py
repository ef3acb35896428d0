"""Schedules: runs by the clock."""

from __future__ import annotations

from fastapi import APIRouter, status

from app.api.deps import Editor, PlatformDep, Runner, Viewer
from app.api.documents import errors
from app.api.parameters import After, Id, Limit
from app.schemas.base import Page
from app.schemas.runs import RunAnswer
from app.schemas.schedules import ScheduleAnswer, ScheduleChange, ScheduleNew
from app.services import executions, schedules

__all__ = ["router"]

router = APIRouter(prefix="/schedules", tags=["schedules"])


@router.get("", operation_id="listSchedules", responses=errors())
async def list_schedules(
    platform: PlatformDep, _actor: Viewer, after: After = None, limit: Limit = 50
) -> Page[ScheduleAnswer]:
    """List schedules, newest first."""
    async with platform.database.read() as session:
        rows, cursor = await schedules.listed(session, after=after, limit=limit)
    return Page(items=[ScheduleAnswer.model_validate(row) for row in rows], next=cursor)


@router.post("", status_code=status.HTTP_201_CREATED, operation_id="createSchedule", responses=errors(404))
async def create_schedule(platform: PlatformDep, actor: Editor, body: ScheduleNew) -> ScheduleAnswer:
    """Store a schedule for a test or a suite."""
    return ScheduleAnswer.model_validate(await schedules.create(platform, actor, body))


@router.get("/{schedule_id}", operation_id="getSchedule", responses=errors(404))
async def get_schedule(platform: PlatformDep, _actor: Viewer, schedule_id: Id) -> ScheduleAnswer:
    """Return a schedule."""
    async with platform.database.read() as session:
        return ScheduleAnswer.model_validate(await schedules.get(session, schedule_id))


@router.patch("/{schedule_id}", operation_id="changeSchedule", responses=errors(404))
async def change_schedule(
    platform: PlatformDep, actor: Editor, schedule_id: Id, body: ScheduleChange
) -> ScheduleAnswer:
    """Change a schedule; what is left out stays as it is."""
    return ScheduleAnswer.model_validate(await schedules.change(platform, actor, schedule_id, body))


@router.delete(
    "/{schedule_id}", status_code=status.HTTP_204_NO_CONTENT, operation_id="deleteSchedule", responses=errors(404)
)
async def delete_schedule(platform: PlatformDep, actor: Editor, schedule_id: Id) -> None:
    """Delete a schedule. Its runs stay."""
    await schedules.delete(platform, actor, schedule_id)


@router.post(
    "/{schedule_id}/run",
    status_code=status.HTTP_202_ACCEPTED,
    operation_id="runSchedule",
    responses=errors(404, 503),
)
async def run_schedule(platform: PlatformDep, actor: Runner, schedule_id: Id) -> RunAnswer:
    """Begin its run now, beside its moments."""
    run = await schedules.run_now(platform, actor, schedule_id)
    async with platform.database.read() as session:
        return await executions.run_answer(session, run)
