"""Makes guessing slow: each failed try of an account or an address makes its next ones wait longer.

Kept in the database, so that it holds over all processes and over a restart. A try is counted before it is judged:
a thousand tries at once are a thousand tries, not one.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now_s
from app.core.database import Database
from app.core.errors import TooMany
from app.models import Throttle

__all__ = ["Limit", "begin_try", "forgive", "of_account", "of_address"]

_FORGET_AFTER_S = 3600.0


@dataclass(frozen=True, slots=True)
class Limit:
    """How often something may fail before it waits, and how long at most. The wait doubles with each failure."""

    key: str
    free: int
    longest_s: float

    def wait_s(self, failures: int) -> float:
        """Return how long the next try waits after so many failures, in seconds."""
        return min(self.longest_s, 2.0 ** min(failures - self.free, 30)) if failures > self.free else 0.0


def of_account(email: str) -> Limit:
    """Return the limit of an account, known or not. Short, lest strangers lock its owner out."""
    return Limit(f"account:{email}", free=5, longest_s=300)


def of_address(address: str) -> Limit:
    """Return the limit of an address that requests come from: many people may share it."""
    return Limit(f"address:{address}", free=20, longest_s=900)


async def begin_try(database: Database, *limits: Limit) -> None:
    """Count one try against each limit; raises `TooMany` when one of them is still waiting, and counts nothing then."""
    async with database.write() as session:
        rows = [await _row(session, limit.key) for limit in sorted(limits, key=lambda limit: limit.key)]
        moment = now_s()
        if (wait := max(row.blocked_until - moment for row in rows)) > 0:
            raise TooMany("There were too many failed tries.", retry_after_s=wait)
        for row, limit in zip(rows, sorted(limits, key=lambda limit: limit.key), strict=True):
            row.failures = 1 if row.blocked_until < moment - _FORGET_AFTER_S else row.failures + 1
            row.blocked_until = moment + limit.wait_s(row.failures)


async def forgive(session: AsyncSession, account: Limit, address: Limit) -> None:
    """Take a counted try back: it succeeded. The address keeps its other failures, lest one account clear them."""
    await session.execute(delete(Throttle).where(Throttle.key == account.key))
    await session.execute(
        update(Throttle)
        .where(Throttle.key == address.key, Throttle.failures > 0)
        .values(failures=Throttle.failures - 1, blocked_until=now_s())
    )


async def _row(session: AsyncSession, key: str) -> Throttle:
    """Return the row of a key, made if need be, and locked until the transaction ends."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    await session.execute(insert(Throttle).values(key=key, failures=0, blocked_until=0.0).on_conflict_do_nothing())
    return (await session.execute(select(Throttle).where(Throttle.key == key).with_for_update())).scalar_one()
