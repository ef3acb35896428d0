"""Who carries the word that there is work: the database's own bells, or Procrastinate to any number of machines.

Either way only a wake-up travels: "somebody with a free slot should look". What is to be done, and by whom, stands in
`executions` alone, so that a wake-up that is lost or comes twice does no harm.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Protocol

import procrastinate
import psycopg
from procrastinate.exceptions import ConnectorException
from procrastinate.schema import SchemaManager
from psycopg_pool import PoolTimeout
from sqlalchemy import make_url

__all__ = ["Announcer", "Bells", "Procrastinated"]

_SCHEMA = "procrastinate_3_10"  # tables of its own for each version: tokens are worth nothing, so none are moved over
_QUEUE = "executions"
_MOST = 64  # tokens at once: each keeps its slot busy until nothing is due any more
_OPEN_S = 10.0
_LATER_S = 0.5  # for bells to be heard first

_log = logging.getLogger(__name__)


class Announcer(Protocol):
    """Tells workers that there is work."""

    async def announce(self, count: int) -> None:
        """Say that `count` executions are due. What hinders the telling is logged, never raised."""
        ...

    async def close(self) -> None:
        """Give back what telling took."""
        ...


class Bells:
    """Nothing to be done: `Signals` tell it already."""

    async def announce(self, count: int) -> None:
        """Leave it to the bells."""

    async def close(self) -> None:
        """Nothing was taken."""


class Procrastinated:
    """Tokens in Procrastinate's own tables, which PostgreSQL keeps for it in a schema of its own.

    A worker with a free slot takes one and works as long as something is due.
    """

    def __init__(self, database_url: str) -> None:
        url = make_url(database_url).set(drivername="postgresql")
        self._url = url.render_as_string(hide_password=False)
        self._connector = procrastinate.PsycopgConnector(
            conninfo=self._url, kwargs={"options": f"-c search_path={_SCHEMA}"}, min_size=1, max_size=6, timeout=_OPEN_S
        )
        self.app = procrastinate.App(connector=self._connector)
        self._opening = asyncio.Lock()
        self._open = False
        self._due = 0  # tokens to be put
        self._putting: asyncio.Task[None] | None = None

    @property
    def queue(self) -> str:
        """Return the queue that tokens lie in."""
        return _QUEUE

    async def open(self) -> None:
        """Make its tables where they are missing, and connect. Raises psycopg.Error, PoolTimeout or so."""
        async with self._opening:
            if self._open:
                return
            await self._make_tables()
            await self.app.open_async()
            self._open = True

    async def close(self) -> None:
        """Disconnect. Tokens that were not put yet are not missed: workers look by themselves as well."""
        if self._putting is not None:
            self._putting.cancel()
            await asyncio.wait({self._putting})
        async with self._opening:
            if self._open:
                await self.app.close_async()
                self._open = False

    async def announce(self, count: int) -> None:
        """Put a token for each execution, up to some: a moment later, for workers that no bell has reached.

        Bells are quicker, and whoever they woke is not to be woken again while it begins.
        """
        self._due += count
        if self._putting is None or self._putting.done():
            self._putting = asyncio.create_task(self._put(), name="put tokens")

    async def _put(self) -> None:
        while self._due:
            await asyncio.sleep(_LATER_S)
            count, self._due = self._due, 0
            try:
                await self.open()
                deferrer = self.app.configure_task("deliver", queue=_QUEUE, allow_unknown=True)
                await deferrer.batch_defer_async(*({} for _ in range(min(count, _MOST))))
            except (psycopg.Error, PoolTimeout, ConnectorException) as exc:
                _log.warning("Workers could not be told of new work, they will look by themselves: %s", exc)

    async def _make_tables(self) -> None:
        async with await psycopg.AsyncConnection.connect(self._url) as connection:  # one transaction
            await connection.execute("SELECT pg_advisory_xact_lock(7072)")
            found = await connection.execute("SELECT to_regclass(%s)", [f"{_SCHEMA}.procrastinate_jobs"])
            row = await found.fetchone()
            if row is not None and row[0] is not None:
                return
            await connection.execute(f"CREATE SCHEMA IF NOT EXISTS {_SCHEMA}".encode())
            await connection.execute(f"SET LOCAL search_path TO {_SCHEMA}".encode())
            await connection.execute(SchemaManager.get_schema().encode())
