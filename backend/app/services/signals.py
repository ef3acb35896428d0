"""Bells between tasks and processes: "there is work", "something was written about execution 12".

A bell only makes somebody look at the database earlier. Nothing depends on its being heard: whoever waits for one looks
again by itself after a while. On PostgreSQL bells are NOTIFY, rung by the transaction they tell of and heard by every
process; on SQLite a process that waits asks the file whether anything was committed, which costs microseconds.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

import psycopg
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.database import Database

__all__ = ["STOP", "WORK", "Bell", "Signals", "about_execution", "about_run"]

WORK = "work"
STOP = "stop"

_CHANNEL = "aiwebtest"
_NOTIFY = text("SELECT pg_notify(:channel, topic) FROM unnest(CAST(:topics AS text[])) AS topic")
_WRITTEN = """
    SELECT max(id), execution_id, (SELECT run_id FROM executions WHERE id = execution_id)
    FROM execution_events WHERE id > ? GROUP BY execution_id
"""
_LOOK_S = 0.01  # between two looks at an SQLite file that somebody follows
_AGAIN_S = 0.5  # before the next try to listen, after PostgreSQL went away

_log = logging.getLogger(__name__)


def about_execution(execution_id: int) -> str:
    """Return the topic of everything that is written about an execution."""
    return f"execution/{execution_id}"


def about_run(run_id: int) -> str:
    """Return the topic of everything that is written about a run and its executions."""
    return f"run/{run_id}"


class Bell:
    """Rings when one of its topics was told of. One task waits at a time."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Ring."""
        self._rung.set()

    def quiet(self) -> None:
        """Forget what rang so far: what is looked up from now on is newer."""
        self._rung.clear()

    async def wait(self, at_most_s: float) -> bool:
        """Wait until it rings, but not longer than so; tell whether it did."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._rung.wait(), at_most_s)
        return self._rung.is_set()


class Signals:
    """The bells of one process. Open it with the platform and close it with it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._bells: dict[str, set[Bell]] = {}
        self._listening: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Signals:
        return self

    async def __aexit__(self, *_: object) -> None:
        listening, self._listening = self._listening, None
        if listening is not None:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening

    async def tell(self, session: AsyncSession, *topics: str) -> None:
        """Ring when the transaction of `session` is committed, in every process that listens."""
        if self._database.on_sqlite:
            return  # the file itself tells
        await session.execute(_NOTIFY, {"channel": _CHANNEL, "topics": list(topics)})

    def ring(self, topic: str) -> None:
        """Ring in this process only."""
        for bell in self._bells.get(topic, ()):
            bell.ring()

    @contextmanager
    def listening(self, *topics: str) -> Iterator[Bell]:
        """Yield a bell for `topics`; look at the database once after that, for what was told before."""
        bell = Bell()
        for topic in topics:
            self._bells.setdefault(topic, set()).add(bell)
        if self._listening is None:
            listen = self._watch_file() if self._database.on_sqlite else self._listen()
            self._listening = asyncio.create_task(listen, name="signals")
        try:
            yield bell
        finally:
            for topic in topics:
                self._bells[topic].discard(bell)
                if not self._bells[topic]:
                    del self._bells[topic]

    def _ring_all(self) -> None:
        for bells in self._bells.values():
            for bell in bells:
                bell.ring()

    async def _watch_file(self) -> None:
        """Ring when some connection committed something. Ends when nobody listens any more.

        Where that was events, only for those who wait for them: with many followers most of them wait for others.
        """
        path = make_url(self._database.url).database or ""
        try:
            while self._bells:
                try:
                    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)) as connection:
                        await self._watch(connection)
                except sqlite3.Error as exc:
                    _log.warning("The database's file cannot be watched, trying again: %s", exc)
                    await asyncio.sleep(_AGAIN_S)
        finally:
            self._listening = None

    async def _watch(self, connection: sqlite3.Connection) -> None:
        (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM execution_events").fetchone()
        seen = None  # all are told at first, for what was written while nobody watched
        while self._bells:
            (version,) = connection.execute("PRAGMA data_version").fetchone()
            if version != seen:
                seen = version
                last = self._ring_for_events(connection, last)
            await asyncio.sleep(_LOOK_S)

    def _ring_for_events(self, connection: sqlite3.Connection, last: int) -> int:
        """Ring for those who follow what was written behind the event `last`; return the new last one."""
        for event_id, execution_id, run_id in (rows := connection.execute(_WRITTEN, [last]).fetchall()):
            last = max(last, event_id)
            self.ring(about_execution(execution_id))
            self.ring(about_run(run_id))
        if not rows:
            self._ring_all()  # something else was written
        return last

    async def _listen(self) -> None:
        """Pass on what PostgreSQL tells, on a connection of its own that is opened again when it breaks."""
        url = make_url(self._database.url).set(drivername="postgresql").render_as_string(hide_password=False)
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
                    await connection.execute(f"LISTEN {_CHANNEL}")
                    self._ring_all()  # for what was told while nobody listened
                    async for notice in connection.notifies():
                        self.ring(notice.payload)
            except (psycopg.Error, OSError) as exc:
                _log.warning("PostgreSQL cannot be listened to, trying again: %s", exc)
                await asyncio.sleep(_AGAIN_S)
