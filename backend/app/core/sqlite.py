"""SQLite for asyncio with one crossing between threads a statement, and with percentiles.

aiosqlite runs a connection in a thread of its own, and crosses to it for the cursor, the statement, the rows and the
end, each of them a wait for two threads. Here statement, rows and end go together.

`nearest_ranks(value)` is an aggregate function: median and 95th percentile of values that are not NULL, as a JSON list.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, cast

import aiosqlite

__all__ = ["open_connection"]

_AT_ONCE = 1_000  # rows that come with their statement; who asks for more crosses again


async def open_connection(path: str) -> Connection:
    """Return a new connection to the file at `path`, in autocommit: transactions begin by BEGIN only."""
    connection = Connection(partial(_connect, path), _AT_ONCE)
    connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does: a process may end without closing it
    return cast("Connection", await connection)  # the one wait: a connection that nobody waits for any more is closed


def _connect(path: str) -> sqlite3.Connection:
    plain = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
    plain.create_aggregate("nearest_ranks", 1, cast("Any", _Ranks))  # its `step` is that of lists
    return plain


class _Ranks(list[float]):
    """The values of one group; `step` and `finalize` are SQLite's names."""

    step = list.append

    def finalize(self) -> str | None:
        if not self:
            return None
        self.sort()
        return str([self[(len(self) * percent + 99) // 100 - 1] for percent in (50, 95)])


class Connection(aiosqlite.Connection):
    """A connection whose cursors cross once a statement, and which crosses only for a transaction that there is."""

    def cursor(self) -> Cursor:  # type: ignore[override]
        """Return a new cursor."""
        return Cursor(self)

    async def commit(self) -> None:
        """Commit the transaction, if there is one."""
        if self.in_transaction:
            await super().commit()

    async def rollback(self) -> None:
        """Roll the transaction back, if there is one."""
        if self.in_transaction:
            await super().rollback()

    async def run(self, work: Callable[..., Any], *given: Any) -> Any:
        """Return what `work` returns in the connection's thread."""
        return await self._execute(work, *given)  # type: ignore[no-untyped-call]

    @property
    def plain(self) -> sqlite3.Connection:
        """Return the connection itself, for use in its thread."""
        return self._conn


class Cursor:
    """A cursor as SQLAlchemy's asyncio dialects use one."""

    arraysize = 1

    def __init__(self, connection: Connection) -> None:
        self.description: Sequence[Any] | None = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self._connection = connection
        self._rows: list[Any] = []
        self._open: sqlite3.Cursor | None = None  # while there may be more rows

    async def __aenter__(self) -> Cursor:
        return self

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> Cursor:
        """Run a statement and fetch its first rows."""
        await self._connection.run(self._execute, statement, parameters)
        return self

    async def executemany(self, statement: str, parameters: Sequence[Sequence[Any]]) -> Cursor:
        """Run a statement once for each of the parameters."""
        await self._connection.run(self._execute_many, statement, parameters)
        return self

    async def fetchall(self) -> list[Any]:
        """Return all rows that were not fetched yet."""
        rows, self._rows = self._rows, []
        if self._open is not None:
            rows += await self._connection.run(self._rest)
        return rows

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        """Return the next rows, `size` at most."""
        wanted = size or self.arraysize
        if len(self._rows) < wanted and self._open is not None:
            self._rows += await self._connection.run(self._open.fetchmany, max(wanted, _AT_ONCE))
        rows, self._rows = self._rows[:wanted], self._rows[wanted:]
        return rows

    async def fetchone(self) -> Any:
        """Return the next row, None behind the last."""
        rows = await self.fetchmany(1)
        return rows[0] if rows else None

    def __aiter__(self) -> Cursor:
        return self

    async def __anext__(self) -> Any:
        if (row := await self.fetchone()) is None:
            raise StopAsyncIteration
        return row

    async def close(self) -> None:
        """Let go of rows that were not fetched."""
        self._rows = []
        cursor, self._open = self._open, None
        if cursor is not None:
            await self._connection.run(cursor.close)

    def _execute(self, statement: str, parameters: Sequence[Any]) -> None:
        cursor = self._connection.plain.execute(statement, parameters)
        self.description, self.lastrowid = cursor.description, cursor.lastrowid
        self._rows = cursor.fetchmany(_AT_ONCE) if cursor.description else []
        self.rowcount = cursor.rowcount  # of what changes rows and returns them, known behind its last row
        if len(self._rows) == _AT_ONCE:
            self._open = cursor
        else:
            cursor.close()

    def _execute_many(self, statement: str, parameters: Sequence[Sequence[Any]]) -> None:
        cursor = self._connection.plain.executemany(statement, parameters)
        self.description, self.rowcount, self.lastrowid = None, cursor.rowcount, cursor.lastrowid
        cursor.close()

    def _rest(self) -> list[Any]:
        cursor, self._open = self._open, None
        assert cursor is not None
        rows = cursor.fetchall()
        self.rowcount = cursor.rowcount
        cursor.close()
        return rows
