"""On PostgreSQL, a process that is stopped in the middle of a write keeps nobody else waiting for long."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from sqlalchemy import text
from sqlalchemy.exc import InternalError, ProgrammingError

from app.core import database as databases
from app.core.database import AWAY, Database


async def test_a_write_that_is_never_ended_lets_go_of_its_rows(
    empty_postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waits for the rows gets them; the one that was stopped finds that the database is away."""
    monkeypatch.setattr(databases, "_HELD_MS", 300)
    async with Database(empty_postgres) as database:
        async with database.write() as session:
            await session.execute(text("create table held (id int primary key, told int)"))
            await session.execute(text("insert into held values (1, 0)"))

        with pytest.raises(AWAY):
            await _written_while_stopped(database)

        async with database.read() as session:
            assert (await session.execute(text("select told from held"))).scalar_one() == 2


async def test_a_mistake_within_a_write_is_no_absence_of_the_database(empty_postgres: str) -> None:
    """The driver calls both an internal error; what is a fault of ours must be told as one, and not tried again."""
    async with Database(empty_postgres) as database:
        with pytest.raises(InternalError) as raised:
            await _gone_on_after_a_mistake(database)

    assert not isinstance(raised.value, AWAY)


async def _written_while_stopped(database: Database) -> None:
    """Write a row in the middle of another write of it, which goes on after that."""
    async with database.write() as stopped:
        await stopped.execute(text("update held set told = 1"))
        async with asyncio.timeout(10), database.write() as other:
            await other.execute(text("update held set told = 2"))
        await stopped.execute(text("select 1"))


async def _gone_on_after_a_mistake(database: Database) -> None:
    async with database.write() as session:
        with suppress(ProgrammingError):
            await session.execute(text("select * from nowhere"))
        await session.execute(text("select 1"))
