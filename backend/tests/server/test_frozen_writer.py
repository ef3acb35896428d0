"""A process that is stopped in the middle of a write keeps nobody else waiting for long."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from app.core import database as databases
from app.core.config import ServerSettings
from app.core.database import AWAY, Database


async def test_a_write_that_is_never_ended_lets_go_of_its_rows(
    settings: ServerSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL gives the rows to whoever waits for them; the one that was stopped finds that the database is away."""
    if "postgresql" not in settings.database:
        pytest.skip("SQLite has one writer, which is not stopped in the middle")
    monkeypatch.setattr(databases, "_HELD_MS", 300)
    async with Database(settings.database) as database:
        async with database.write() as session:
            await session.execute(text("create table held (id int primary key, told int)"))
            await session.execute(text("insert into held values (1, 0)"))
        try:
            with pytest.raises(AWAY):
                await _written_while_stopped(database)
            async with database.read() as session:
                told = (await session.execute(text("select told from held"))).scalar_one()
        finally:
            async with database.write() as session:
                await session.execute(text("drop table held"))

    assert told == 2


async def _written_while_stopped(database: Database) -> None:
    """Write a row in the middle of another write of it, which goes on after that."""
    async with database.write() as stopped:
        await stopped.execute(text("update held set told = 1"))
        async with asyncio.timeout(10), database.write() as other:
            await other.execute(text("update held set told = 2"))
        await stopped.execute(text("select 1"))
