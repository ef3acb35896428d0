"""Whether the server lives and can work; figures for Prometheus."""

from __future__ import annotations

from fastapi import APIRouter, Response

from aiwebtest import __version__
from app.api.deps import PlatformDep, Viewer
from app.api.documents import errors
from app.schemas.health import Alive, Ready
from app.services import health

__all__ = ["router"]

router = APIRouter(tags=["health"])


@router.get("/health/live", operation_id="live", responses=errors(always=(400, 429)))
async def live() -> Alive:
    """Tell that the process answers. Nothing else is looked at."""
    return Alive(version=__version__)


@router.get(
    "/health/ready",
    operation_id="ready",
    responses={**errors(always=(400, 429)), 503: {"model": Ready, "description": "It is down; the parts say why."}},
)
async def ready(platform: PlatformDep, response: Response) -> Ready:
    """Tell whether the server can do its work: database, tables, files, workers."""
    found = await health.ready(platform)
    if found.status == "down":
        response.status_code = 503
    return found


@router.get(
    "/metrics",
    operation_id="metrics",
    response_class=Response,
    responses={**errors(), 200: {"description": "Figures.", "content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def metrics(platform: PlatformDep, _actor: Viewer) -> Response:
    """Return figures in Prometheus' text format."""
    return Response(await health.metrics(platform), media_type="text/plain; version=0.0.4; charset=utf-8")
