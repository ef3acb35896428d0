"""Runs: executions that were asked for together."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response, status
from sse_starlette import EventSourceResponse

from app.api.deps import Editor, PlatformDep, Runner, Viewer
from app.api.documents import errors
from app.api.pages import page_of
from app.api.parameters import After, Id, Limit, Number
from app.api.streams import EVENTS, Follow, LastEventId, resume_after, stream
from app.schemas.base import Page
from app.schemas.executions import Stopped
from app.schemas.runs import RunAnswer, RunSummary
from app.services import audit, executions, runs
from app.services.events import follow_run
from app.services.listing import LARGEST

__all__ = ["router"]

router = APIRouter(prefix="/runs", tags=["runs"])


@router.get("", operation_id="listRuns", response_model=Page[RunSummary], responses=errors())
async def list_runs(
    platform: PlatformDep,
    _actor: Viewer,
    test_id: Annotated[Number | None, Query()] = None,
    suite_id: Annotated[Number | None, Query()] = None,
    schedule_id: Annotated[Number | None, Query()] = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """List runs, newest first."""
    async with platform.database.read() as session:
        rows, cursor = await executions.runs_listed(
            session, test_id=test_id, suite_id=suite_id, schedule_id=schedule_id, after=after, limit=limit
        )
    return page_of(rows, cursor)


@router.get("/{run_id}", operation_id="getRun", responses=errors(404))
async def get_run(platform: PlatformDep, _actor: Viewer, run_id: Id) -> RunAnswer:
    """Return a run, how far it is, and the ids of its executions."""
    async with platform.database.read() as session:
        return await executions.run_answer(session, await runs.get(session, run_id))


@router.get(
    "/{run_id}/events",
    operation_id="followRun",
    response_class=Response,  # what it answers is documented whole in EVENTS
    responses={**errors(404), **EVENTS},
)
async def follow_whole_run(
    platform: PlatformDep,
    _actor: Viewer,
    run_id: Id,
    after: Annotated[int, Query(ge=0, le=LARGEST, description="Go on behind this event.")] = 0,
    follow_on: Annotated[Follow, Query(alias="follow")] = True,
    last_event_id: LastEventId = None,
) -> EventSourceResponse:
    """Follow all executions of a run by server-sent events, until the last of them is over."""
    begin = resume_after(last_event_id, after)
    async with platform.database.read() as session:
        answer = await executions.run_answer(session, await runs.get(session, run_id))
    if not follow_on:
        return stream(executions.told(platform, answer.executions, begin))
    return stream(follow_run(platform, run_id, begin))


@router.post("/{run_id}/stop", operation_id="stopRun", responses=errors(404))
async def stop_run(platform: PlatformDep, actor: Runner, run_id: Id) -> Stopped:
    """Stop all executions of a run that are not over."""
    stopped = await platform.queue.stop_run(run_id, actor.label)
    async with platform.database.write() as session:
        audit.note(session, actor, "run.stop", f"run {run_id}", executions=stopped)
    return Stopped(stopped=stopped)


@router.delete(
    "/{run_id}", status_code=status.HTTP_204_NO_CONTENT, operation_id="deleteRun", responses=errors(404, 409)
)
async def delete_run(platform: PlatformDep, actor: Editor, run_id: Id) -> None:
    """Delete a run that is over with all its executions and their files."""
    await executions.delete_run(platform, actor, run_id)
