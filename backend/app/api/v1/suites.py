"""Suites: tests chosen together, and run together."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response, status

from app.api.deps import Editor, PlatformDep, Runner, Viewer
from app.api.documents import errors
from app.api.pages import page_of
from app.api.parameters import After, Id, Limit, RunAsked
from app.schemas.base import Page
from app.schemas.runs import RunAnswer
from app.schemas.suites import SuiteAnswer, SuiteChange, SuiteNew, SuiteSummary
from app.services import executions, runs, suites

__all__ = ["router"]

router = APIRouter(prefix="/suites", tags=["suites"])


@router.get("", operation_id="listSuites", response_model=Page[SuiteSummary], responses=errors())
async def list_suites(
    platform: PlatformDep,
    _actor: Viewer,
    search: Annotated[str, Query(max_length=200, description="Words in name or description.")] = "",
    tag: Annotated[list[str] | None, Query(max_length=20)] = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """List suites, newest first."""
    async with platform.database.read() as session:
        rows, cursor = await suites.listed(session, search=search, tag=tag or (), after=after, limit=limit)
    return page_of(rows, cursor)


@router.post("", status_code=status.HTTP_201_CREATED, operation_id="createSuite", responses=errors(409))
async def create_suite(platform: PlatformDep, actor: Editor, body: SuiteNew) -> SuiteAnswer:
    """Store a suite: tests by id, and all tests with one of its tags, now and later."""
    return await suites.create(platform, actor, body)


@router.get("/{suite_id}", operation_id="getSuite", responses=errors(404))
async def get_suite(platform: PlatformDep, _actor: Viewer, suite_id: Id) -> SuiteAnswer:
    """Return a suite with the tests that a run of it would take now."""
    async with platform.database.read() as session:
        return await suites.answer(session, await suites.get(session, suite_id))


@router.patch("/{suite_id}", operation_id="changeSuite", responses=errors(404, 409))
async def change_suite(platform: PlatformDep, actor: Editor, suite_id: Id, body: SuiteChange) -> SuiteAnswer:
    """Change a suite; what is left out stays as it is."""
    return await suites.change(platform, actor, suite_id, body)


@router.delete("/{suite_id}", status_code=status.HTTP_204_NO_CONTENT, operation_id="deleteSuite", responses=errors(404))
async def delete_suite(platform: PlatformDep, actor: Editor, suite_id: Id) -> None:
    """Delete a suite and its schedules. Its tests and runs stay."""
    await suites.delete(platform, actor, suite_id)


@router.post(
    "/{suite_id}/run", status_code=status.HTTP_202_ACCEPTED, operation_id="runSuite", responses=errors(404, 503)
)
async def run_suite(platform: PlatformDep, actor: Runner, suite_id: Id, body: RunAsked) -> RunAnswer:
    """Run all tests of a suite. What the request does not say is as the suite's settings say."""
    run = await runs.begin(platform, actor, body, suite_id=suite_id)
    async with platform.database.read() as session:
        return await executions.run_answer(session, run)
