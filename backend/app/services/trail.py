"""The audit trail, read: newest first, by who, what and when."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from app.core.errors import Invalid
from app.models import AuditEntry
from app.services.listing import beginning, containing, page
from app.services.platform import Platform

__all__ = ["entries"]


async def entries(
    platform: Platform,
    *,
    actor: str | None = None,
    action: str | None = None,
    subject: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    after: str | None = None,
    limit: int = 50,
) -> tuple[list[AuditEntry], str | None]:
    """Return a page of entries and the cursor of the next.

    `actor` and `subject` are parts of what is sought, `action` its beginning ("user." for all about users).
    """
    query = select(AuditEntry)
    if actor:
        query = query.where(containing(AuditEntry.actor, actor))
    if subject:
        query = query.where(containing(AuditEntry.subject, subject))
    if action:
        query = query.where(beginning(AuditEntry.action, action))
    if since:
        query = query.where(AuditEntry.at >= _in_utc(since))
    if until:
        query = query.where(AuditEntry.at < _in_utc(until))
    async with platform.database.read() as session:
        return await page(session, query, AuditEntry.id, after=after, limit=limit)


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as exc:
        raise Invalid(f"{moment.isoformat()} is beyond the calendar.", mend="take a moment between them.") from exc
