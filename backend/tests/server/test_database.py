"""The two doors of the database, on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, select
from sqlalchemy.exc import StatementError

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


async def test_the_migrations_make_the_tables_of_the_models(database: Database) -> None:
    """A forgotten migration shows here."""

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))

    async with database.writer.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_every_migration_can_be_taken_back(database_url: str) -> None:
    """Down to nothing and up again."""
    migrate(database_url, to="base")
    migrate(database_url)
