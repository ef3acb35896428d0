"""Files of executions: pictures, traces, downloads; in parts, where a client asks for parts."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Header, Response
from fastapi.responses import StreamingResponse

from app.api.deps import PlatformDep, Viewer
from app.api.documents import errors
from app.api.parameters import Id
from app.core.errors import Problem
from app.services import executions

__all__ = ["router"]

router = APIRouter(prefix="/executions/{execution_id}/artifacts", tags=["executions"])

_SHOWN = frozenset({"image/png", "image/jpeg", "image/webp", "video/webm", "video/mp4"})
"""Kinds that a browser may show in our origin; all else is offered for saving, as it may hold a page's own script."""


_BYTES = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}


class _Unsatisfiable(Problem):
    """The range that was asked for is behind the end of the file."""

    status, code, title = 416, "range", "Range not satisfiable"


@router.get(
    "/{artifact_id}",
    operation_id="getArtifact",
    response_class=StreamingResponse,
    responses={
        **errors(404, 416),
        200: {"description": "The file.", "content": _BYTES},
        206: {"description": "The part that was asked for.", "content": _BYTES},
        304: {"description": "It is as it was."},
    },
)  # fmt: skip
async def get_artifact(
    platform: PlatformDep,
    _actor: Viewer,
    execution_id: Id,
    artifact_id: Id,
    wanted: Annotated[str | None, Header(alias="Range", max_length=200)] = None,
    if_none_match: Annotated[str | None, Header(max_length=200)] = None,
) -> Response:
    """Return a file of an execution, or the part that `Range` names."""
    async with platform.database.read() as session:
        file = await executions.artifact(session, execution_id, artifact_id)
    etag = f'"{file.id}-{file.size_bytes}"'
    kind = "inline" if file.media_type in _SHOWN else "attachment"
    headers = {
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, max-age=31536000, immutable",
        "Content-Disposition": f"{kind}; filename*=UTF-8''{quote(file.name)}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    if if_none_match and etag in if_none_match:
        return Response(status_code=304, headers=headers)
    size = await platform.artifacts.size(file.key)
    start, end, partial = _range(wanted, size)
    part = await platform.artifacts.open(file.key, start, end)
    headers["Content-Length"] = str(part.end - part.start)
    if partial:
        headers["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{size}"
    return StreamingResponse(
        part.chunks, status_code=206 if partial else 200, headers=headers, media_type=file.media_type
    )


def _range(header: str | None, size: int) -> tuple[int, int, bool]:
    """Return start and end (not included) of what was asked for, and whether it is a part.

    What is not one simple range of bytes is ignored, as RFC 9110 allows.
    """
    match = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", (header or "").strip())
    if match is None or not (match[1] or match[2]):
        return 0, size, False
    if not match[1]:
        start, end = max(0, size - int(match[2])), size
    else:
        start, end = int(match[1]), min(size, int(match[2]) + 1 if match[2] else size)
        if match[2] and int(match[2]) < start:
            return 0, size, False
    if start >= size:
        raise _Unsatisfiable(f"The file has {size} bytes.", mend="ask for less, or for all of it.", size_bytes=size)
    return start, end, True
