"""The running browser's picture for the pages, behind the log-in like everything else."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from starlette.responses import Response, StreamingResponse

from app.core.errors import NotFound
from app.services import benches
from app.services.live import BOUNDARY, motion_jpeg
from app.web.session import actor_of, platform_of

__all__ = ["picture_of", "router"]

router = APIRouter(include_in_schema=False)


def picture_of(execution_id: int) -> str:
    """Return the address of an execution's moving picture."""
    return f"/live/{execution_id}.mjpeg"


@router.get("/live/{execution_id}.mjpeg")
async def live(request: Request, execution_id: int) -> Response:
    """Show the pictures of an execution as they come, to those who are logged in."""
    platform = platform_of(request)
    actor = await actor_of(platform, request)
    if actor is None or not actor.may("read"):
        return Response(status_code=401)
    return _moving(request, platform.pictures.frames(platform, execution_id))


@router.get("/bench/{bench_id}.mjpeg")
async def bench(request: Request, bench_id: str) -> Response:
    """Show the pictures of a bench, to whoever opened it."""
    platform = platform_of(request)
    actor = await actor_of(platform, request)
    if actor is None:
        return Response(status_code=401)
    try:
        found = benches.find(platform, actor, bench_id)
    except NotFound:
        return Response(status_code=404)
    return _moving(request, found.slot.pictures())


def _moving(request: Request, pictures: AsyncIterator[bytes]) -> Response:

    async def until_gone() -> AsyncIterator[bytes]:
        async for part in motion_jpeg(pictures):
            yield part
            if await request.is_disconnected():
                return

    return StreamingResponse(
        until_gone(),
        media_type=f"multipart/x-mixed-replace; boundary={BOUNDARY}",
        headers={"Cache-Control": "no-store"},
    )
