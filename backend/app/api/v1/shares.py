"""Links that show an execution's report without a log-in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, status

from app.api.deps import Editor, PlatformDep
from app.api.documents import errors
from app.api.parameters import After, Id, Limit, Number
from app.schemas.base import Page
from app.schemas.shares import ShareAnswer, ShareNew, ShareSummary
from app.services import shares

__all__ = ["router"]

router = APIRouter(tags=["executions"])


@router.post(
    "/executions/{execution_id}/share",
    status_code=status.HTTP_201_CREATED,
    operation_id="shareExecution",
    responses=errors(404),
)
async def share_execution(
    request: Request, platform: PlatformDep, actor: Editor, execution_id: Id, body: ShareNew | None = None
) -> ShareAnswer:
    """Make a link that shows the execution's report, pictures included, to whoever has it, until it ends."""
    days = (body or ShareNew()).days
    url, ends = await shares.share(platform, actor, execution_id, days, base=str(request.base_url))
    return ShareAnswer(url=url, expires_at=ends)


@router.get("/shares", operation_id="listShares", responses=errors())
async def list_shares(
    platform: PlatformDep,
    _actor: Editor,
    execution_id: Annotated[Number | None, Query()] = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[ShareSummary]:
    """List the links that work, newest first: of which execution, who made them, until when."""
    async with platform.database.read() as session:
        found, cursor = await shares.listed(session, execution_id=execution_id, after=after, limit=limit)
    return Page(items=found, next=cursor)


@router.delete(
    "/shares/{share_id}", status_code=status.HTTP_204_NO_CONTENT, operation_id="revokeShare", responses=errors(404)
)
async def revoke_share(platform: PlatformDep, actor: Editor, share_id: Id) -> None:
    """Make a link useless at once, whoever made it."""
    await shares.revoke(platform, actor, share_id)
