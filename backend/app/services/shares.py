"""Links that show one execution's report without a log-in, until they end or somebody revokes them.

Only a digest of a link is kept, as of tokens: what the database holds opens nothing. Deleting the execution ends its
links as well.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.core.errors import Gone, NotFound
from app.core.security import digest, new_secret
from app.models import Execution, Share
from app.schemas.shares import ShareSummary
from app.services import audit, executions
from app.services.actor import Actor
from app.services.listing import Listing
from app.services.platform import Platform

__all__ = ["listed", "look", "revoke", "share"]

_COLUMNS: list[Any] = [Share.id, Share.execution_id, Execution.name, Share.author, Share.created_at, Share.expires_at]
_SHARES = Listing(
    select(*_COLUMNS).join(Execution, Execution.id == Share.execution_id),
    Share.id,
    {
        "working": Share.expires_at > bindparam("working"),
        "execution_id": Share.execution_id == bindparam("execution_id"),
    },
)


async def share(platform: Platform, actor: Actor, execution_id: int, days: int, *, base: str) -> tuple[str, datetime]:
    """Return a link to an execution's report and when it ends. Raises NotFound.

    `base` is how the server was reached by who asks; the public address of the settings beats it.
    """
    actor.require("write")
    ends = (now() + timedelta(days=days)).replace(microsecond=0)
    link = new_secret()
    async with platform.database.write() as session:
        await executions.get(session, execution_id)
        made = Share(digest=digest(link), execution_id=execution_id, author=actor.label[:200], expires_at=ends)
        session.add(made)
        await session.flush()
        audit.note(session, actor, "execution.share", f"execution {execution_id}", link=made.id, until=ends.isoformat())
    base = platform.settings.public_url or base
    return f"{base.rstrip('/')}/shared/{link}", ends


async def look(platform: Platform, link: str) -> int:
    """Return the id of the execution that a link shows. Raises Gone when it is over, revoked, or was never ours."""
    query = select(Share.execution_id).where(Share.digest == digest(link), Share.expires_at > now())
    async with platform.database.read() as session:
        execution_id = await session.scalar(query)
    if execution_id is None:
        raise Gone("This link is unknown or over.", mend="ask whoever sent it for a new one.")
    return execution_id


async def listed(
    session: AsyncSession, *, execution_id: int | None, after: str | None, limit: int
) -> tuple[list[ShareSummary], str | None]:
    """Return a page of links that still work, newest first, and the cursor behind it."""
    asked: dict[str, Any] = {"working": now()}
    if execution_id is not None:
        asked["execution_id"] = execution_id
    rows, cursor = await _SHARES.page(session, asked, after=after, limit=limit)
    return [ShareSummary.model_validate(row) for row in rows], cursor


async def revoke(platform: Platform, actor: Actor, share_id: int) -> None:
    """Make a link useless at once, whoever made it. Raises NotFound."""
    actor.require("write")
    async with platform.database.write() as session:
        found = await session.get(Share, share_id)
        if found is None:
            raise NotFound("link", share_id)
        await session.delete(found)
        audit.note(
            session, actor, "execution.unshare", f"execution {found.execution_id}", link=share_id, author=found.author
        )
