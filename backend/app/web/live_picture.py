"""The running browser's picture for the pages, behind the log-in like everything else."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from starlette.responses import Response, StreamingResponse

from app.services.live import BOUNDARY, frames, motion_jpeg
from app.web.session import actor_of, platform_of

__all__ = ["picture_of", "router"]

router = APIRouter(include_in_schema=False)


def picture_of(execution_id: int) -> str:
    """Return the address of an execution's moving picture."""
    return f"/live/{execution_id}.mjpeg"


@router.get("/live/{execution_id}.mjpeg")
async def live(request: Request, execution_id: int) -> Response:
    """Show the pictures as they come, to those who are logged in."""
    platform = platform_of(request)
    actor = await actor_of(platform, request)
    if actor is None or not actor.may("read"):
        return Response(status_code=401)

    async def until_gone() -> AsyncIterator[bytes]:
        async for part in motion_jpeg(frames(platform, execution_id)):
            yield part
            if await request.is_disconnected():
                return

    return StreamingResponse(
        until_gone(),
        media_type=f"multipart/x-mixed-replace; boundary={BOUNDARY}",
        headers={"Cache-Control": "no-store"},
    )
