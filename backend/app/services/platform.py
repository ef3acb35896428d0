"""The parts that a process of the platform stands on, opened together and closed together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from app.core.config import ServerSettings
from app.core.database import Database
from app.core.migrations import migrate

__all__ = ["Platform", "open_platform"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """What services are made of. One a process: the server's, a worker's, a command's."""

    settings: ServerSettings
    database: Database


@asynccontextmanager
async def open_platform(settings: ServerSettings, *, migrated: bool = False) -> AsyncIterator[Platform]:
    """Yield the platform's parts, the database brought up to date unless the caller has done that."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    if not migrated:
        migrate(settings.database)
    async with Database(settings.database) as database:
        yield Platform(settings=settings, database=database)
