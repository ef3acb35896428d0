"""Resources: files that tests use, by their path in the tree."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request, Response, status

from app.api.deps import Editor, PlatformDep, Viewer
from app.api.documents import errors
from app.api.parameters import After, Limit
from app.schemas.base import Page, TreePath
from app.schemas.resources import ResourceAnswer
from app.services import resources

__all__ = ["router"]

router = APIRouter(prefix="/resources", tags=["resources"])

FilePath = Annotated[TreePath, Path(description="Where the file stands in the tree.", examples=["shop/prices.csv"])]
_BYTES = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}


@router.get("", operation_id="listResources", responses=errors())
async def list_resources(
    platform: PlatformDep,
    _actor: Viewer,
    search: Annotated[str, Query(max_length=200, description="Words in the path.")] = "",
    after: After = None,
    limit: Limit = 50,
) -> Page[ResourceAnswer]:
    """List resources, newest first."""
    async with platform.database.read() as session:
        rows, cursor = await resources.listed(session, search=search, after=after, limit=limit)
    return Page(items=[ResourceAnswer.model_validate(row) for row in rows], next=cursor)


@router.get(
    "/{path:path}",
    operation_id="getResource",
    response_class=Response,
    responses={**errors(404), 200: {"description": "The file.", "content": _BYTES}},
)
async def get_resource(platform: PlatformDep, _actor: Viewer, path: FilePath) -> Response:
    """Return a file's content."""
    async with platform.database.read() as session:
        resource = await resources.get(session, path)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(path.rpartition('/')[2])}",
        "ETag": f'"{resource.digest}"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(resource.content, media_type="application/octet-stream", headers=headers)


@router.put(
    "/{path:path}",
    operation_id="putResource",
    responses=errors(409),
    openapi_extra={"requestBody": {"required": True, "content": _BYTES}},
)
async def put_resource(platform: PlatformDep, actor: Editor, path: FilePath, request: Request) -> ResourceAnswer:
    """Store a file: `curl -T prices.csv .../resources/shop/prices.csv`."""
    resource, _ = await resources.put(platform, actor, path, await request.body())
    return ResourceAnswer.model_validate(resource)


@router.delete(
    "/{path:path}", status_code=status.HTTP_204_NO_CONTENT, operation_id="deleteResource", responses=errors(404)
)
async def delete_resource(platform: PlatformDep, actor: Editor, path: FilePath) -> None:
    """Delete a file."""
    await resources.delete(platform, actor, path)
