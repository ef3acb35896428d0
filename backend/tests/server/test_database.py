"""The two doors of the database, on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, delete, insert, select, text
from sqlalchemy.exc import DBAPIError, StatementError

from app.core.database import Database
from app.core.migrations import migrate
from app.models import Base, ProviderLimit, User


async def test_read_then_write_in_parallel_loses_no_update(database: Database) -> None:
    """SQLite's own transactions lose most of these without an error."""
    async with database.write() as session:
        session.add(ProviderLimit(provider="google", max_parallel=0))

    async def count_up() -> None:
        async with database.write() as session:
            limit = (
                await session.execute(select(ProviderLimit).where(ProviderLimit.provider == "google").with_for_update())
            ).scalar_one()
            limit.max_parallel += 1

    await asyncio.gather(*(count_up() for _ in range(40)))

    async with database.read() as session:
        assert (await session.get_one(ProviderLimit, "google")).max_parallel == 40


async def test_a_moment_comes_back_aware_and_in_utc(database: Database) -> None:
    """SQLite forgets zones; readers must not."""
    at = datetime(2026, 3, 1, 12, 30, tzinfo=timezone(timedelta(hours=2)))
    async with database.write() as session:
        session.add(User(email="ada@example.com", role="owner", last_seen_at=at))

    async with database.read() as session:
        seen = (await session.execute(select(User.last_seen_at))).scalar_one()

    assert seen == at
    assert seen is not None
    assert seen.utcoffset() == timedelta(0)


async def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    """It would mean another moment on another machine."""
    with pytest.raises(StatementError, match="no time zone"):
        async with database.write() as session:
            session.add(User(email="a@example.com", role="owner", last_seen_at=datetime(2026, 3, 1)))  # noqa: DTZ001


async def test_what_raises_inside_a_write_leaves_nothing(database: Database) -> None:
    """One write is one transaction."""

    async def fail_half_way() -> None:
        async with database.write() as session:
            session.add(ProviderLimit(provider="google", max_parallel=1))
            await session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail_half_way()

    async with database.read() as session:
        assert await session.get(ProviderLimit, "google") is None


async def test_a_read_can_change_nothing(database: Database) -> None:
    """A write by the reading door would be committed at once, outside any transaction."""
    with pytest.raises(DBAPIError, match=r"read-?only"):
        async with database.read() as session:
            await session.execute(insert(ProviderLimit).values(provider="google", max_parallel=1))

    async with database.read() as session:
        assert await session.get(ProviderLimit, "google") is None


async def test_all_rows_of_a_long_answer_come(database: Database) -> None:
    """On SQLite the first rows come with their statement, and the rest when they are asked for."""
    numbers = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) SELECT i FROM n")

    async with database.read() as session:
        whole = (await session.scalars(numbers)).all()
    async with database.snapshot() as connection:
        piecemeal = [row.i async for row in await connection.stream(numbers)]

    assert whole == piecemeal == list(range(1, 2501))


async def test_who_waits_for_changes_hears_of_committed_ones(database: Database) -> None:
    """What a process remembers of a table must not outlive a change of it."""
    heard: list[str] = []
    database.when_written({"users"}, lambda: heard.append("users"))

    async with database.write() as session:
        session.add(ProviderLimit(provider="google", max_parallel=1))
        await session.execute(delete(User).where(User.email == "nobody@example.com"))
    assert heard == []

    async with database.write() as session:
        session.add(User(email="ada@example.com", role="owner"))
        await session.flush()
        assert heard == []
    assert heard == ["users"]


async def test_the_migrations_make_the_tables_of_the_models(database: Database) -> None:
    """A forgotten migration shows here."""

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))

    async with database.writer.connect() as connection:
        assert await connection.run_sync(differences) == []


def test_numbers_of_what_was_deleted_are_not_given_again_on_sqlite(migrated_file: Path) -> None:
    """Alembic makes a table anew for many a change, and then forgets that its ids only ever count up."""
    with closing(sqlite3.connect(migrated_file)) as connection:
        made = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))

    counting = {
        name for name, table in Base.metadata.tables.items() if table.dialect_options["sqlite"]["autoincrement"]
    }
    assert "executions" in counting
    assert {name for name in counting if "AUTOINCREMENT" not in made[name]} == set()


async def test_every_migration_can_be_taken_back(database_url: str) -> None:
    """Down to nothing and up again."""
    migrate(database_url, to="base")
    migrate(database_url)


def test_an_upgrade_keeps_what_belongs_to_a_table_that_is_altered(tmp_path: Path) -> None:
    """SQLite makes an altered table anew and drops the old one; its children must not go with it."""
    file = tmp_path / "old.db"
    url = f"sqlite+aiosqlite:///{file}"
    migrate(url, to="0001")
    with closing(sqlite3.connect(file)) as old:
        _insert(old, "runs", id=1)
        _insert(old, "executions", id=1, run_id=1)
        _insert(old, "steps", execution_id=1, index=0)
        old.commit()

    migrate(url)

    with closing(sqlite3.connect(file)) as new:
        assert new.execute("SELECT count(*) FROM executions").fetchone() == (1,)
        assert new.execute("SELECT count(*) FROM steps").fetchone() == (1,)
        assert new.execute("PRAGMA foreign_key_check").fetchall() == []


def _insert(connection: sqlite3.Connection, table: str, **given: int) -> None:
    """Insert a row, with something of the right kind in every column that must have a value."""
    columns = [row for row in connection.execute(f"PRAGMA table_info({table})") if row[3] and row[4] is None]
    values = {name: given.get(name, "2026-01-01" if kind == "DATETIME" else 0) for _, name, kind, *_ in columns}
    names = ", ".join(f'"{name}"' for name in values | given)
    places = ", ".join("?" for _ in values | given)
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", list((values | given).values()))
