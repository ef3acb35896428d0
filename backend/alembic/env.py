"""Runs the migrations on the database that the caller names, else on the one of the settings."""

from __future__ import annotations

import asyncio
import sys
import threading
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from alembic import context

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from app.core.config import load_settings
from app.core.database import Database
from app.models import Base
from app.models.base import Moment


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,  # SQLite cannot alter a table in place
        compare_type=True,
        render_item=_rendered,
    )
    with context.begin_transaction():
        context.run_migrations()


def _rendered(kind: str, thing: object, _context: object) -> str | Literal[False]:
    """Write our own column types as what they are in the database: scripts must not change when our code does."""
    if kind == "type" and isinstance(thing, Moment):
        return "sa.DateTime(timezone=True)"
    return "postgresql.JSONB()" if kind == "type" and isinstance(thing, JSONB) else False


async def _online(url: str) -> None:
    async with Database(url) as database, database.writer.connect() as connection:
        if connection.dialect.name == "sqlite":
            await _keep_children(connection)
        await connection.run_sync(_run)
        await connection.commit()


async def _keep_children(connection: AsyncConnection) -> None:
    """Let SQLite forget foreign keys on this connection, before its transaction begins.

    A table that is altered is made anew and its old self dropped: with them on, all that belongs to it would go too.
    """
    raw = await connection.get_raw_connection()
    assert raw.driver_connection is not None
    await raw.driver_connection.execute("PRAGMA foreign_keys=OFF")


def _in_a_thread(url: str) -> None:
    """Run on a loop of our own, also when the caller has one running."""
    failed: list[BaseException] = []

    def work() -> None:
        try:
            asyncio.run(_online(url))
        except BaseException as exc:  # noqa: BLE001 - handed to the caller's thread
            failed.append(exc)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]


if context.is_offline_mode():
    raise SystemExit("Migrations need the database; there is no offline mode.")
_in_a_thread(context.config.attributes.get("url") or load_settings().database)
