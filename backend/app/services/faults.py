"""Faults of the server itself, told to those who asked to hear of them: they belong to no execution."""

from __future__ import annotations

import logging

from sqlalchemy.exc import SQLAlchemyError

from app.core.database import AWAY
from app.services.platform import Platform
from app.services.webhooks import announce_fault

__all__ = ["tell"]

_log = logging.getLogger(__name__)


async def tell(platform: Platform, part: str, fault: Exception) -> None:
    """Emit `server.fault` of a part of the server. Where the database cannot take it, the log has to do."""
    try:
        async with platform.database.write() as session:
            await announce_fault(session, part, type(fault).__name__)
    except (*AWAY, SQLAlchemyError, OSError) as exc:
        why = str(exc).partition("\n")[0] or type(exc).__name__
        _log.warning("Nobody could be told of the fault in %s: %s", part, why)
