"""The parts that a process of the platform stands on, opened together and closed together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from app.core.config import ServerSettings
from app.core.database import Database
from app.core.migrations import migrate
from app.core.security import Keys
from app.services.anomalies import Anomalous
from app.services.artifacts import Store, open_store
from app.services.benches import Bench
from app.services.delivery import Announcer, Bells, Procrastinated
from app.services.leases import Leases
from app.services.live import Pictures
from app.services.queue import Queue
from app.services.recent import Recent
from app.services.secret_key import know_key
from app.services.signals import Signals

__all__ = ["Platform", "open_platform"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """What services are made of. One a process: the server's, a worker's, a command's."""

    settings: ServerSettings
    database: Database
    keys: Keys
    signals: Signals
    queue: Queue
    artifacts: Store
    announcer: Announcer
    recent: Recent
    anomalous: Anomalous = field(default_factory=Anomalous)
    pictures: Pictures = field(default_factory=Pictures)
    benches: dict[str, Bench] = field(default_factory=dict)
    failing: dict[str, str] = field(default_factory=dict)  # duties of housekeeping whose last try hit a fault: which


@asynccontextmanager
async def open_platform(settings: ServerSettings, *, migrated: bool = False) -> AsyncIterator[Platform]:
    """Yield the platform's parts, the database brought up to date unless the caller has done that."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)  # passwords' hashes and secrets are in it
    if not migrated:
        await asyncio.to_thread(migrate, settings.database)
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(Database(settings.database))
        keys = Keys.load(settings)
        await know_key(database, keys)
        signals = await stack.enter_async_context(Signals(database))
        announcer: Announcer = Procrastinated(settings.database) if _by_procrastinate(settings) else Bells()
        stack.push_async_callback(announcer.close)
        leases = Leases(
            database, signals, lease_s=settings.lease_s, max_attempts=settings.max_attempts,
            again=settings.lost_worker == "again",
        )  # fmt: skip
        yield Platform(
            settings=settings, database=database, keys=keys, signals=signals,
            queue=Queue(database, signals, leases, announcer), artifacts=open_store(settings), announcer=announcer,
            recent=Recent(database),
        )  # fmt: skip


def _by_procrastinate(settings: ServerSettings) -> bool:
    return settings.on_postgresql and settings.queue != "database"
