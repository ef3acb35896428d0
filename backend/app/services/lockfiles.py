"""Lockfiles of the platform: kept in the database, laid out as real files for the engine, and merged back.

Executions of one test may run at the same time on different machines. Each writes back only the cases that it changed
itself, so that none of them undoes another's.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from aiwebtest.lockfile.document import Entries, Unreadable, read, write
from aiwebtest.lockfile.store import lockfile_path
from app.core.clock import now
from app.core.errors import Conflict, Invalid, NotFound
from app.models import Lock, Test
from app.services import audit, tests
from app.services.actor import Actor
from app.services.platform import Platform
from app.services.transfer import lock_path, put_lock

__all__ = ["change", "delete", "entries_of", "get", "keep", "lay_out", "merged"]


async def lay_out(platform: Platform, test_id: int, test_file: Path, folder: Path) -> str:
    """Write the lockfile of a test into `folder`, where the engine looks for it, and return its text; "" for none."""
    async with platform.database.read() as session:
        content = await session.scalar(select(Lock.content).where(Lock.test_id == test_id)) or ""
    folder.mkdir(parents=True, exist_ok=True)
    if content:
        lockfile_path(test_file, folder).write_text(content, encoding="utf-8")
    return content


async def keep(session: AsyncSession, test_id: int, before: str, after: str) -> bool:
    """Store what a run made of a lockfile, `before` to `after`, in the caller's transaction; tell whether it did."""
    if after == before:
        return False
    # The test's row is what is locked, as there may be no lockfile yet.
    test = await session.scalar(select(Test.id).where(Test.id == test_id).with_for_update())
    if test is None:
        return False
    lock = await session.get(Lock, test_id, with_for_update=True, populate_existing=True)
    if lock is None:
        session.add(Lock(test_id=test_id, content=after))
        return True
    lock.content = merged(lock.content, before, after)
    lock.revision += 1
    lock.updated_at = now()
    return True


def merged(current: str, before: str, after: str) -> str:
    """Return `current` with the cases that changed between `before` and `after` as they are in `after`."""
    if current == before:
        return after
    mine, old = entries_of(after), entries_of(before)
    changed = {case: steps for case, steps in mine.items() if old.get(case) != steps}
    gone = old.keys() - mine.keys()
    kept = {case: steps for case, steps in entries_of(current).items() if case not in gone}
    return write(kept | changed)


async def get(session: AsyncSession, test_id: int) -> Lock:
    """Return a test's lockfile. Raises NotFound when it has none."""
    await tests.get(session, test_id)
    lock = await session.get(Lock, test_id)
    if lock is None:
        raise NotFound("lockfile of test", test_id)
    return lock


async def change(platform: Platform, actor: Actor, test_id: int, content: str, revision: int | None) -> Lock:
    """Store a lockfile. Raises NotFound, Invalid when it is none, Conflict when it changed since `revision`."""
    if "\0" in content:
        raise Invalid("The lockfile holds a NUL character.", mend="leave it out.")
    async with platform.database.write() as session:
        test = await tests.locked(session, test_id, None)
        lock = await session.get(Lock, test_id, with_for_update=True)
        if revision is not None and (lock is None or lock.revision != revision):
            there = lock.revision if lock else 0
            raise Conflict(f"The lockfile is at revision {there}.", mend="load it again.", revision=there)
        await put_lock(session, test_id, lock_path(test.path), tests.as_bytes(content))
        audit.note(session, actor, "lock.update", f"test {test_id}")
    async with platform.database.read() as session:
        return await get(session, test_id)


async def delete(platform: Platform, actor: Actor, test_id: int) -> None:
    """Forget what was grounded: the next run grounds every sentence anew. Raises NotFound."""
    async with platform.database.write() as session:
        await tests.locked(session, test_id, None)
        lock = await get(session, test_id)
        await session.delete(lock)
        audit.note(session, actor, "lock.delete", f"test {test_id}")


def entries_of(text: str) -> Entries:
    """Return what a lockfile says; of one that is none, and of "", nothing."""
    try:
        return read(text.encode()) if text else {}
    except Unreadable:
        return {}  # the engine, too, grounds anew what it cannot read
