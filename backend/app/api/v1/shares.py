"""Links that show an execution's report without a log-in."""

from __future__ import annotations

from fastapi import APIRouter, Request, status

from app.api.deps import Editor, PlatformDep
from app.api.documents import errors
from app.api.parameters import Id
from app.schemas.shares import ShareAnswer, ShareNew
from app.services import shares

__all__ = ["router"]

router = APIRouter(prefix="/executions", tags=["executions"])


@router.post(
    "/{execution_id}/share",
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
