"""The queue: what waits, what runs, who works; limits of providers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from app.api.deps import Owner, PlatformDep, Viewer
from app.api.documents import errors
from app.schemas.queue import LimitBody, QueueAnswer
from app.services import limits

__all__ = ["router"]

router = APIRouter(prefix="/queue", tags=["queue"])

_Provider = Annotated[
    str,
    Path(
        max_length=80,
        pattern=r"^[a-z][a-z0-9-]*(/[A-Za-z0-9][A-Za-z0-9._:/-]*)?$",
        description="A vendor, whose models count together, or `vendor/model`.",
    ),
]


@router.get("/status", operation_id="queueStatus", responses=errors())
async def queue_status(platform: PlatformDep, _actor: Viewer) -> QueueAnswer:
    """Return the queue at this moment: executions, workers, load of providers."""
    return QueueAnswer.model_validate(await platform.queue.status())


@router.put("/limits/{provider:path}", operation_id="limitProvider", responses=errors())
async def limit_provider(platform: PlatformDep, actor: Owner, provider: _Provider, body: LimitBody) -> QueueAnswer:
    """Say how many executions that name a provider may run at once, over all workers."""
    await limits.put(platform, actor, provider, body.max_parallel)
    return QueueAnswer.model_validate(await platform.queue.status())
