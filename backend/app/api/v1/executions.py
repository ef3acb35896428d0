"""Executions: listed, looked into, followed, stopped, run again, compared, deleted."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response, status
from pydantic import AwareDatetime
from sse_starlette import EventSourceResponse

from app.api.deps import Editor, PlatformDep, Runner, Viewer
from app.api.documents import errors
from app.api.pages import encoded, page_of
from app.api.parameters import After, Id, Limit, Number, RunAsked
from app.api.streams import EVENTS, Follow, LastEventId, resume_after, stream
from app.schemas.base import Page
from app.schemas.executions import Comparison, ExecutionAnswer, ExecutionSummary, Outcome, State, Stats, Stopped
from app.schemas.runs import RunAnswer
from app.services import audit, executions, reruns
from app.services.events import follow
from app.services.executions import Filter
from app.services.listing import LARGEST

__all__ = ["FilterDep", "router"]

router = APIRouter(prefix="/executions", tags=["executions"])


async def _filter(
    state: Annotated[list[State] | None, Query()] = None,
    outcome: Annotated[list[Outcome] | None, Query()] = None,
    test_id: Annotated[Number | None, Query()] = None,
    suite_id: Annotated[Number | None, Query()] = None,
    run_id: Annotated[Number | None, Query()] = None,
    provider: Annotated[str, Query(max_length=80)] = "",
    tag: Annotated[list[str] | None, Query(max_length=20, description="With all of these tags.")] = None,
    since: Annotated[
        AwareDatetime | None, Query(alias="from", description="Asked for at this moment or later.")
    ] = None,
    until: Annotated[AwareDatetime | None, Query(alias="to", description="Asked for before this moment.")] = None,
    search: Annotated[str, Query(max_length=200, description="Words in the name of the case.")] = "",
    flaky: Annotated[bool | None, Query()] = None,
    healed: Annotated[bool | None, Query(description="Whether a stored grounding had to be replaced.")] = None,
) -> Filter:
    return Filter(
        state=state or (), outcome=outcome or (), test_id=test_id, suite_id=suite_id, run_id=run_id, provider=provider,
        tag=tag or (), since=since, until=until, search=search, flaky=flaky, healed=healed,
    )  # fmt: skip


FilterDep = Annotated[Filter, Depends(_filter)]


@router.get("", operation_id="listExecutions", response_model=Page[ExecutionSummary], responses=errors())
async def list_executions(
    platform: PlatformDep, _actor: Viewer, wanted: FilterDep, after: After = None, limit: Limit = 50
) -> Response:
    """List executions, newest first. Filters of several kinds must all hold; of one kind, one of the values."""
    async with platform.database.read() as session:
        rows, cursor = await executions.listed(session, wanted, after=after, limit=limit)
    return page_of(rows, cursor)


@router.get("/stats", operation_id="executionStats", responses=errors())
async def execution_stats(platform: PlatformDep, _actor: Viewer, wanted: FilterDep) -> Stats:
    """Count executions by state and outcome, with the same filters as the list."""
    async with platform.database.read() as session:
        return await executions.stats(session, wanted)


@router.get("/compare", operation_id="compareExecutions", responses=errors(404))
async def compare_executions(
    platform: PlatformDep,
    _actor: Viewer,
    left: Annotated[int, Query(ge=1, le=LARGEST)],
    right: Annotated[int, Query(ge=1, le=LARGEST)],
) -> Comparison:
    """Put two executions beside each other, step by step."""
    async with platform.database.read() as session:
        return await executions.compare(session, left, right)


@router.get("/{execution_id}", operation_id="getExecution", response_model=ExecutionAnswer, responses=errors(404))
async def get_execution(platform: PlatformDep, _actor: Viewer, execution_id: Id) -> Response:
    """Return an execution with its steps, groundings, requests to models and files."""
    async with platform.database.read() as session:
        return encoded(await executions.whole(session, execution_id))


@router.get(
    "/{execution_id}/events",
    operation_id="followExecution",
    response_class=Response,  # what it answers is documented whole in EVENTS
    responses={**errors(404), **EVENTS},
)
async def follow_execution(
    platform: PlatformDep,
    _actor: Viewer,
    execution_id: Id,
    after: Annotated[int, Query(ge=0, le=LARGEST, description="Go on behind this event.")] = 0,
    follow_on: Annotated[Follow, Query(alias="follow")] = True,
    last_event_id: LastEventId = None,
) -> EventSourceResponse:
    """Follow an execution by server-sent events, from its beginning or behind `Last-Event-ID`, to its end."""
    begin = resume_after(last_event_id, after)
    async with platform.database.read() as session:
        await executions.get(session, execution_id)
    if not follow_on:
        return stream(executions.told(platform, [execution_id], begin))
    return stream(follow(platform, execution_id, begin))


@router.post("/{execution_id}/stop", operation_id="stopExecution", responses=errors(404))
async def stop_execution(platform: PlatformDep, actor: Runner, execution_id: Id) -> Stopped:
    """Stop an execution: one that waits at once, a running one within two seconds. One that is over stays as it is."""
    state = await platform.queue.stop(execution_id, actor.label)
    async with platform.database.write() as session:
        audit.note(session, actor, "execution.stop", f"execution {execution_id}", state=state)
    return Stopped(stopped=int(state in ("stopped", "running")), state=state)


@router.post(
    "/{execution_id}/rerun",
    status_code=status.HTTP_202_ACCEPTED,
    operation_id="rerunExecution",
    responses=errors(404, 409, 503),
)
async def rerun_execution(platform: PlatformDep, actor: Runner, execution_id: Id, body: RunAsked) -> RunAnswer:
    """Run the same case again, as its test is written now, asked as before but for what the body says otherwise."""
    run = await reruns.rerun(platform, actor, execution_id, body)
    async with platform.database.read() as session:
        return await executions.run_answer(session, run)


@router.delete(
    "/{execution_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    operation_id="deleteExecution",
    responses=errors(404, 409),
)
async def delete_execution(platform: PlatformDep, actor: Editor, execution_id: Id) -> None:
    """Delete an execution that is over, with its events and files. What models cost stays in the ledger."""
    await executions.delete_execution(platform, actor, execution_id)
