"""The database: SQLite in WAL mode or PostgreSQL behind the same two doors, `read()` and `write()`.

SQLite allows one writer. Writes begin with BEGIN IMMEDIATE, so that two read-then-write transactions wait for each
other instead of losing an update or failing in the middle; reads have connections of their own and never wait.

Reads are statements by themselves, without a transaction around them, on connections that can change nothing: what
BEGIN, ROLLBACK and asking whether the connection lives take is more than most reads do.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, cast

from psycopg.errors import IdleInTransactionSessionTimeout
from sqlalchemy import Connection, CursorResult, ExceptionContext, UpdateBase, event, make_url, text
from sqlalchemy.exc import DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from app.core.errors import Unavailable
from app.core.sqlite import open_connection

__all__ = ["AWAY", "Database", "told_of"]

AWAY = (OperationalError, InterfaceError, NoConnectionFree)
"""What is raised while the database is away, being restarted, or too busy: another try may go well."""


@contextmanager
def told_of() -> Iterator[None]:
    """Raise Unavailable, for people, where the block finds that the database cannot be used."""
    try:
        yield
    except OperationalError as exc:
        raise Unavailable(
            f"The database cannot be used: {str(exc.orig).strip()}",
            mend="see that it runs, and that DATABASE_URL or AIWEBTEST_DATA_DIR is right.",
        ) from exc


_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=10000", "foreign_keys=ON", "mmap_size=268435456")
_FRESH_S = 1.0  # a connection used so lately is taken for alive: asking it would cost as much as a read
_LOOKED_AT = 1_000  # rows of each index, for statistics
_LIFO: dict[str, Any] = {"pool_use_lifo": True}  # the connection used last has its statements and pages at hand


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
        engine = partial(_sqlite if self.on_sqlite else _postgresql, url, pool_size)
        self.writer: AsyncEngine = engine(writes=True)
        self.reader: AsyncEngine = engine(writes=False)
        self._write = async_sessionmaker(self.writer, expire_on_commit=False)
        self._read = async_sessionmaker(self.reader, expire_on_commit=False, autoflush=False)

    async def __aenter__(self) -> Database:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Give all connections back."""
        await self.writer.dispose()
        await self.reader.dispose()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """Yield a session whose transaction is committed when the block ends."""
        async with self._write() as session, session.begin():
            yield session

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """Yield a session for reading: each statement sees what is committed by then, and none can change anything."""
        async with self._read() as session:
            yield session

    def when_written(self, tables: Collection[str], call: Callable[[], None]) -> None:
        """Let `call` be called behind each transaction of this process that may have changed a row of these tables."""
        engine = self.writer.sync_engine

        def note(connection: Connection, statement: object, *rest: object) -> None:
            if isinstance(statement, UpdateBase) and getattr(statement.table, "name", "") in tables:
                result = cast("CursorResult[Any]", rest[-1])
                if result.returns_rows or result.rowcount:
                    connection.info[call] = True

        def tell(_connection: object, record: Any) -> None:
            if record.info.pop(call, False):
                call()

        event.listen(engine, "after_execute", note)
        event.listen(engine, "checkin", tell)

    async def learn(self) -> None:
        """Let SQLite count what is in its tables, so that it takes the right indexes. PostgreSQL does so by itself."""
        if self.on_sqlite:
            async with self.write() as session:
                await session.execute(text(f"PRAGMA analysis_limit={_LOOKED_AT}"))
                await session.execute(text("ANALYZE"))

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """Yield a connection for reading whose statements all see the database as it is at one moment."""
        async with self.reader.connect() as connection:
            if self.on_sqlite:
                await connection.exec_driver_sql("BEGIN")
            else:
                await connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection


def _sqlite(url: str, pool_size: int, *, writes: bool) -> AsyncEngine:
    path = make_url(url).database or ":memory:"
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(
        url, pool_size=1 if writes else pool_size, max_overflow=0, async_creator=partial(open_connection, path), **_LIFO
    )
    pragmas = _PRAGMAS if writes else (*_PRAGMAS, "query_only=ON")

    def prepare(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    event.listen(engine.sync_engine, "connect", prepare)
    if writes:
        event.listen(engine.sync_engine, "begin", _begin_immediate)
    return engine


def _begin_immediate(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


_HELD_MS = 10_000  # far more than any of our transactions rests


def _postgresql(url: str, pool_size: int, *, writes: bool) -> AsyncEngine:
    options = f"{make_url(url).query.get('options', '')} -c timezone=UTC"  # psycopg then gives moments as they are kept
    more: dict[str, Any] = {}
    if writes:  # a process that is frozen in the middle of a write must not keep everybody else from those rows
        options += f" -c idle_in_transaction_session_timeout={_HELD_MS}"
    else:
        options += " -c default_transaction_read_only=on -c work_mem=32MB -c jit=off"  # sums of a period sort its rows
        more = {"isolation_level": "AUTOCOMMIT"}
    engine = create_async_engine(
        url, pool_size=pool_size, max_overflow=10, connect_args={"options": options}, **_LIFO, **more
    )
    dialect = engine.sync_engine.dialect

    def note_use(_connection: Any, record: Any) -> None:
        record.info["used_at"] = time.monotonic()

    def see_alive(connection: Any, record: Any, _proxy: object) -> None:
        """Let the pool take another connection where this one is gone, as after a restart of PostgreSQL."""
        moment = time.monotonic()
        if moment - record.info.get("used_at", moment) < _FRESH_S:
            return
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as exc:
            raise DisconnectionError from exc

    def tell_away(context: ExceptionContext) -> OperationalError | None:
        """Raise what is among `AWAY` for a write that PostgreSQL ended; the driver calls that an internal error."""
        exc = context.original_exception
        if not isinstance(exc, IdleInTransactionSessionTimeout):
            return None
        context.is_disconnect = True
        return OperationalError(context.statement, context.parameters, exc, connection_invalidated=True)

    event.listen(engine.sync_engine, "checkin", note_use)
    event.listen(engine.sync_engine, "checkout", see_alive)
    event.listen(engine.sync_engine, "handle_error", tell_away, retval=True)
    return engine
