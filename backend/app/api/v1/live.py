"""The moving picture of a running execution."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import StreamingResponse

from app.api.deps import PlatformDep, Viewer
from app.api.documents import errors
from app.api.parameters import Id
from app.services import live
from app.services.executions import get

__all__ = ["router"]

router = APIRouter(prefix="/executions", tags=["executions"])


@router.get(
    "/{execution_id}/live",
    operation_id="livePicture",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Motion JPEG, for an `<img>`; ends with the execution.",
            "content": {"multipart/x-mixed-replace": {"schema": {"type": "string", "format": "binary"}}},
        },
        **errors(404),
    },
)
async def live_picture(platform: PlatformDep, _actor: Viewer, execution_id: Id) -> StreamingResponse:
    """Show the page of a running execution as it changes, from whichever machine its browser runs on."""
    async with platform.database.read() as session:
        await get(session, execution_id)
    body = live.motion_jpeg(platform.pictures.frames(platform, execution_id))
    return StreamingResponse(
        body,
        media_type=f"multipart/x-mixed-replace; boundary={live.BOUNDARY}",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
