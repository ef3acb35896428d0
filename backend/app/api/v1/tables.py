"""Tables for spreadsheets, as CSV."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import StreamingResponse

from app.api.deps import PlatformDep, Viewer
from app.api.documents import errors
from app.api.v1.analytics import From, To, period
from app.api.v1.executions import FilterDep
from app.core.clock import now
from app.schemas.analytics import ModelsBy
from app.services import tables

__all__ = ["router"]

router = APIRouter(prefix="/tables", tags=["tables"])

_CSV: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The table; its first line names the columns.",
        "content": {"text/csv": {"schema": {"type": "string"}}},
    }
}
_RESPONSES = {**errors(), **_CSV}


@router.get(
    "/executions.csv",
    operation_id="tableOfExecutions",
    response_class=StreamingResponse,
    responses=_RESPONSES,
)
async def table_of_executions(platform: PlatformDep, _actor: Viewer, wanted: FilterDep) -> StreamingResponse:
    """Return executions as CSV, newest first, with the same filters as the list."""
    return _answer("executions", tables.of_executions(platform, wanted))


@router.get("/tests.csv", operation_id="tableOfTests", response_class=StreamingResponse, responses=_RESPONSES)
async def table_of_tests(platform: PlatformDep, _actor: Viewer) -> StreamingResponse:
    """Return all tests as CSV, with how each has done lately."""
    return _answer("tests", tables.of_tests(platform))


@router.get("/costs.csv", operation_id="tableOfCosts", response_class=StreamingResponse, responses=_RESPONSES)
async def table_of_costs(
    platform: PlatformDep,
    _actor: Viewer,
    by: Annotated[ModelsBy, Query()] = "provider",
    since: From = None,
    until: To = None,
) -> StreamingResponse:
    """Return what requests to models came to as CSV: answers, latency, tokens, money; unknown cost counted apart."""
    begin, end = period(since, until)
    return _answer(f"costs-by-{by}", tables.of_costs(platform, by, begin, end))


def _answer(name: str, lines: AsyncIterator[str]) -> StreamingResponse:
    file = f"aiwebtest-{name}-{now():%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{file}"'}
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)
