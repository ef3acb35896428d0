"""Resources: files of the tree that tests use."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only

from app.core.errors import Invalid, NotFound
from app.models import Resource
from app.services import audit
from app.services.actor import Actor
from app.services.listing import containing, page
from app.services.platform import Platform
from app.services.tests import ENDINGS
from app.services.transfer import put_resource

__all__ = ["delete", "get", "listed", "put"]

_SHOWN = (Resource.id, Resource.path, Resource.size_bytes, Resource.digest, Resource.updated_at)


async def listed(
    session: AsyncSession, *, search: str, after: str | None, limit: int
) -> tuple[list[Resource], str | None]:
    """Return a page of resources without their content, newest first, and the cursor behind it."""
    query = select(Resource).options(load_only(*_SHOWN))
    if search:
        query = query.where(containing(Resource.path, search))
    return await page(session, query, Resource.id, after=after, limit=limit)


async def get(session: AsyncSession, path: str) -> Resource:
    """Return a resource with its content. Raises NotFound."""
    resource = (await session.execute(select(Resource).where(Resource.path == path))).scalar_one_or_none()
    if resource is None:
        raise NotFound("resource", path)
    return resource


async def put(
    platform: Platform, actor: Actor, path: str, content: bytes
) -> tuple[Resource, Literal["created", "updated", "unchanged"]]:
    """Store a resource. Raises Conflict when a test stands there, Invalid for what belongs elsewhere."""
    if path.endswith((*ENDINGS, ".lock.json")):
        raise Invalid(f"`{path}` is a test or a lockfile, not a resource.", mend="use POST /api/v1/tests/import.")
    async with platform.database.write() as session:
        resource, action = await put_resource(session, path, content)
        if action != "unchanged":
            audit.note(session, actor, f"resource.{action}", path, size_bytes=len(content))
    return resource, action


async def delete(platform: Platform, actor: Actor, path: str) -> None:
    """Delete a resource. Tests that use it say so when they are next looked at. Raises NotFound."""
    async with platform.database.write() as session:
        resource = await get(session, path)
        await session.delete(resource)
        audit.note(session, actor, "resource.delete", path)
