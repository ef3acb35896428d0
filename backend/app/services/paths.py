"""Paths of the one tree that tests and resources share."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import Conflict
from app.models import Resource, Test
from app.services.listing import beginning

__all__ = ["refuse_taken"]


async def refuse_taken(session: AsyncSession, path: str) -> None:
    """Raise Conflict when something stands at `path` already, or a file where a folder is needed."""
    parts = path.split("/")
    above = ["/".join(parts[:count]) for count in range(1, len(parts))]
    for table in (Test, Resource):
        clash = or_(table.path.in_([path, *above]), beginning(table.path, f"{path}/"))
        query = select(table.path).where(clash).limit(1)
        if table is Test:
            query = query.where(Test.deleted_at.is_(None))
        taken = (await session.execute(query)).scalar_one_or_none()
        if taken == path:
            raise Conflict(f"There is already a file `{path}`.", mend="choose another path, or change that file.")
        if taken is not None:
            raise Conflict(f"`{path}` and `{taken}` cannot be in one tree.", mend="choose another path.")
