"""Heals: what replaced a stored grounding waits here for a person's word; approved, it goes into the lockfile."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from aiwebtest.lockfile.document import Entries, StoredAction, Unreadable, read, write
from app.core.clock import now
from app.core.errors import Conflict, Invalid, NotFound
from app.models import Heal, Lock, Test
from app.services import audit, tests
from app.services.actor import Actor
from app.services.listing import page
from app.services.platform import Platform
from app.services.sheets import Sheet
from app.services.sheets import read as read_sheets
from app.services.sheets import write as write_sheets
from app.services.transfer import lock_path, put_lock

__all__ = ["decide", "delete_lock", "get_lock", "listed", "reword", "set_lock"]

_ACTIONS: TypeAdapter[tuple[StoredAction, ...]] = TypeAdapter(tuple[StoredAction, ...])


async def listed(
    session: AsyncSession, *, state: str | None, test_id: int | None, after: str | None, limit: int
) -> tuple[list[Heal], str | None]:
    """Return a page of heals, newest first, and the cursor behind it."""
    query = select(Heal)
    if state is not None:
        query = query.where(Heal.state == state)
    if test_id is not None:
        query = query.where(Heal.test_id == test_id)
    return await page(session, query, Heal.id, after=after, limit=limit)


async def decide(
    platform: Platform, actor: Actor, heal_id: int, state: Literal["approved", "rejected"], *, other: int | None = None
) -> Heal:
    """Approve or reject a heal. Approved, the lockfile says from now on what took the old grounding's place.

    `other` is the place of the candidate that is meant instead of the one that was found, among `entry["others"]`.

    Other heals of the same sentence that still wait are settled with it when it is approved: they speak of a
    grounding that is no longer stored.

    Raises:
        NotFound: there is no such heal.
        Conflict: it was decided already.
        Invalid: it has no such other candidate.
    """
    async with platform.database.write() as session:
        heal = await _waiting(session, heal_id)
        if other is not None:
            _choose(heal, other)
        heal.state, heal.decided_by, heal.decided_at = state, actor.label[:200], now()
        if state == "approved":
            await _write(session, heal)
            await _settle(session, heal)
        audit.note(
            session,
            actor,
            f"heal.{state}",
            f"heal {heal_id}",
            test=heal.test_id,
            text=heal.text[:200],
            after=heal.after,
        )
    return heal


async def reword(platform: Platform, actor: Actor, heal_id: int, text: str) -> Heal:
    """Change the sentence of a heal in its test, and settle the heal: the next run places the new sentence anew.

    Raises:
        NotFound: there is no such heal.
        Conflict: it was decided already.
        Invalid: the test's own file does not say the sentence (it is in shared steps), or the new one is empty.
    """
    text = " ".join(text.split())
    if not text:
        raise Invalid("The sentence is empty.", mend="write what is to be done.")
    async with platform.database.read() as session:
        heal = await _waiting(session, heal_id, locked=False)
        test = await tests.get(session, heal.test_id)
    sheets = read_sheets(test.content)
    changed = tuple(_reworded(sheet, heal.text, text) for sheet in sheets)
    if changed == sheets and text != heal.text:
        raise Invalid(
            f"The file of the test does not say “{heal.text}” itself.", mend="change it in the shared steps it uses."
        )
    draft = tests.Draft(content=write_sheets(test.content, changed), version=test.version, message="A heal reworded")
    await tests.change(platform, actor, test.id, draft)
    async with platform.database.write() as session:
        heal = await _waiting(session, heal_id)
        heal.state, heal.decided_by, heal.decided_at = "approved", actor.label[:200], now()
        heal.after = f"the sentence “{text}”"
        await _settle(session, heal)
        audit.note(session, actor, "heal.reworded", f"heal {heal_id}", test=heal.test_id, text=text[:200])
    return heal


def _reworded(sheet: Sheet, old: str, new: str) -> Sheet:
    lines = (replace(line, text=new) if line.text == old and not line.fixed else line for line in sheet.lines)
    return replace(sheet, lines=tuple(lines))


async def _waiting(session: AsyncSession, heal_id: int, *, locked: bool = True) -> Heal:
    """Return a heal that waits, `locked` until the transaction ends."""
    query = select(Heal).where(Heal.id == heal_id)
    heal = (await session.execute(query.with_for_update() if locked else query)).scalar_one_or_none()
    if heal is None:
        raise NotFound("heal", heal_id)
    if heal.state != "waiting":
        raise Conflict(f"Heal {heal_id} is {heal.state} already.", mend="run the test again to get a new one.")
    return heal


def _choose(heal: Heal, other: int) -> None:
    """Put another candidate in the place of the one that was found."""
    others, actions = heal.entry.get("others") or [], list(heal.entry.get("actions") or [])
    place = int(heal.entry.get("place", 0))
    if other >= len(others) or place >= len(actions):
        raise Invalid(f"Heal {heal.id} has no candidate {other}.", mend="choose one that it lists.")
    actions[place] = others[other]["action"]
    heal.entry = {**heal.entry, "actions": actions}
    heal.after = str(others[other]["described"])


async def _write(session: AsyncSession, heal: Heal) -> None:
    case, step = str(heal.entry.get("case", "")), str(heal.entry.get("step", ""))
    try:
        actions = _ACTIONS.validate_python(heal.entry.get("actions", ()))
    except ValidationError as exc:
        raise Conflict(f"Heal {heal.id} cannot be stored any more.", mend="reject it and run the test again.") from exc
    await session.execute(select(Test.id).where(Test.id == heal.test_id).with_for_update())
    lock = await session.get(Lock, heal.test_id, with_for_update=True, populate_existing=True)
    entries = _entries(lock.content if lock else "")
    entries.setdefault(case, {})[step] = actions
    content = write(entries)
    if lock is None:
        session.add(Lock(test_id=heal.test_id, content=content))
    else:
        lock.content, lock.revision, lock.updated_at = content, lock.revision + 1, now()


async def _settle(session: AsyncSession, heal: Heal) -> None:
    same = Heal.test_id == heal.test_id, Heal.case == heal.case, Heal.text == heal.text, Heal.id != heal.id
    await session.execute(
        update(Heal)
        .where(*same, Heal.state == "waiting")
        .values(state="rejected", decided_by=heal.decided_by, decided_at=heal.decided_at)
        .execution_options(synchronize_session=False)
    )


def _entries(text: str) -> Entries:
    try:
        return read(text.encode()) if text else {}
    except Unreadable:
        return {}


async def get_lock(session: AsyncSession, test_id: int) -> Lock:
    """Return a test's lockfile. Raises NotFound when it has none."""
    await tests.get(session, test_id)
    lock = await session.get(Lock, test_id)
    if lock is None:
        raise NotFound("lockfile of test", test_id)
    return lock


async def set_lock(platform: Platform, actor: Actor, test_id: int, content: str, revision: int | None) -> Lock:
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
        return await get_lock(session, test_id)


async def delete_lock(platform: Platform, actor: Actor, test_id: int) -> None:
    """Forget what was grounded: the next run grounds every sentence anew. Raises NotFound."""
    async with platform.database.write() as session:
        await tests.locked(session, test_id, None)
        lock = await get_lock(session, test_id)
        await session.delete(lock)
        audit.note(session, actor, "lock.delete", f"test {test_id}")
