"""The database: SQLite in WAL mode or PostgreSQL behind the same two doors, `read()` and `write()`.

SQLite allows one writer. Writes begin with BEGIN IMMEDIATE, so that two read-then-write transactions wait for each
other instead of losing an update or failing in the middle; reads have connections of their own and never wait.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

__all__ = ["Database"]

_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=10000", "foreign_keys=ON")


class Database:
    """Connections to one database. Open it once a process and close it at the end.

    ```python
    async with Database(settings.database) as database:
        async with database.write() as session:  # committed when the block ends, rolled back when it raises
            session.add(test)
    ```
    """

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = url
        self.on_sqlite = url.startswith("sqlite")
        self._pool_size = pool_size
        self.writer: AsyncEngine = self._engine(writes=True)
        self.reader: AsyncEngine = self._engine(writes=False) if self.on_sqlite else self.writer
        self._write = async_sessionmaker(self.writer, expire_on_commit=False)
        self._read = async_sessionmaker(self.reader, expire_on_commit=False)

    async def __aenter__(self) -> Database:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Give all connections back."""
        await self.writer.dispose()
        if self.reader is not self.writer:
            await self.reader.dispose()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """Yield a session whose transaction is committed when the block ends."""
        async with self._write() as session, session.begin():
            yield session

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """Yield a session for reading; nothing done in it is kept."""
        async with self._read() as session:
            yield session

    def _engine(self, *, writes: bool) -> AsyncEngine:
        if not self.on_sqlite:
            return create_async_engine(self.url, pool_size=self._pool_size, max_overflow=10, pool_pre_ping=True)
        path = make_url(self.url).database
        if path:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        engine = create_async_engine(self.url, pool_size=1 if writes else self._pool_size, max_overflow=0)
        event.listen(engine.sync_engine, "connect", _prepare)
        event.listen(engine.sync_engine, "begin", _begin_immediate if writes else _begin)
        return engine


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin as said below, not when the driver thinks so
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN")
