"""The audit trail: who changed what, when, from where. Entries are only ever added, by the change's own transaction."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from app.models import AuditEntry
from app.services.actor import Actor

__all__ = ["note"]


def note(session: AsyncSession, actor: Actor, action: str, subject: str = "", **detail: object) -> None:
    """Add an entry to the caller's transaction: kept when the change is, gone when it is not.

    `action` is a noun and a verb ("test.update"), `subject` what was changed ("test 12"). `detail` must be JSON, and
    must not hold a secret.
    """
    session.add(
        AuditEntry(actor=actor.label, action=action, subject=subject[:200], detail=detail, address=actor.address)
    )
