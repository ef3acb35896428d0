"""Heals: what replaced a stored grounding waits here for a person's word; approved, it goes into the lockfile."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from aiwebtest.lockfile.document import StoredAction, write
from app.core.clock import now
from app.core.errors import Conflict, Invalid, NotFound
from app.models import Execution, Heal, Lock, Test, TestVersion
from app.services import audit, lockfiles, tests
from app.services.actor import Actor
from app.services.listing import page
from app.services.platform import Platform
from app.services.sheets import Sheet
from app.services.sheets import read as read_sheets
from app.services.sheets import write as write_sheets

__all__ = [
    "Decision",
    "alike",
    "decide",
    "decide_alike",
    "listed",
    "reword",
    "said_no_more",
]

Decision = Literal["approved", "rejected"]

_ACTIONS: TypeAdapter[tuple[StoredAction, ...]] = TypeAdapter(tuple[StoredAction, ...])
_step_key = Heal.entry["step"].as_string()  # its key in the lockfile
_step_place = func.coalesce(Heal.entry["place"].as_integer(), 0)  # which of the step's actions it replaces


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


async def said_no_more(session: AsyncSession, heals: Sequence[Heal]) -> set[int]:
    """Return the ids of those whose sentence the file of their test said when it was healed, and says no more.

    Sentences of shared steps are in no test's own file: of them nothing is told.
    """
    query = (
        select(Heal.id, Heal.text, TestVersion.content.label("then"), Test.content.label("now"))
        .join(Execution, Execution.id == Heal.execution_id)
        .join(Test, Test.id == Heal.test_id)
        .join(TestVersion, and_(TestVersion.test_id == Test.id, TestVersion.number == Execution.test_version))
        .where(Heal.id.in_([heal.id for heal in heals]), Execution.test_version != Test.version)
    )
    rows = (await session.execute(query)).all()
    said = {content: _sentences(content) for content in {text for row in rows for text in (row.then, row.now)}}
    return {row.id for row in rows if row.text in said[row.then] and row.text not in said[row.now]}


def _sentences(content: str) -> frozenset[str]:
    try:
        return frozenset(line.text for sheet in read_sheets(content) for line in sheet.lines)
    except Invalid:
        return frozenset()


async def alike(session: AsyncSession, heals: Sequence[Heal]) -> dict[int, list[Heal]]:
    """Return, by the id of each, the heals that wait in other cases of its test and change the lockfile as it does.

    So do data rows: the same step of each row finds its way to the same new place. Of several that wait for one step of
    a case the newest counts alone.
    """
    newest = (
        select(func.max(Heal.id))
        .where(
            Heal.state == "waiting",
            Heal.test_id.in_({heal.test_id for heal in heals}),
            Heal.text.in_({heal.text for heal in heals}),
        )
        .group_by(Heal.test_id, Heal.case, _step_key, _step_place)
    )
    found = (await session.scalars(select(Heal).where(Heal.id.in_(newest)).order_by(Heal.id.desc()))).all()
    by_change: dict[str | None, list[Heal]] = {None: []}
    for one in found:
        if (change := _change(one)) is not None:
            by_change.setdefault(change, []).append(one)
    return {heal.id: [one for one in by_change.get(_change(heal), ()) if one.case != heal.case] for heal in heals}


def _change(heal: Heal) -> str | None:
    """Return what a heal changes in the lockfile, whatever its case: equal texts, equal changes; None when nothing."""
    entry = heal.entry
    if not entry.get("actions"):
        return None
    places = [[action.get(part) for part in ("action", "locator", "to")] for action in entry["actions"]]
    return json.dumps([heal.test_id, entry.get("step"), entry.get("place"), places], sort_keys=True)


async def decide(platform: Platform, actor: Actor, heal_id: int, state: Decision, *, other: int | None = None) -> Heal:
    """Approve or reject a heal. Approved, the lockfile says from now on what took the old grounding's place.

    `other` is the place of the candidate that is meant instead of the one that was found, among `entry["others"]`.

    Other heals of the same sentence that still wait are settled with it when it is approved: they speak of a
    grounding that is no longer stored.

    Raises:
        NotFound: there is no such heal.
        Conflict: it was decided already; or it is approved, and its test says its sentence no more.
        Invalid: it has no such other candidate.
    """
    async with platform.database.write() as session:
        heal = await _waiting(session, heal_id)
        if state == "approved":
            await _refuse_unsaid(session, heal)
        if other is not None:
            _choose(heal, other)
        await _decide(session, actor, heal, state)
    return heal


async def decide_alike(platform: Platform, actor: Actor, heal_id: int, state: Decision) -> list[Heal]:
    """Approve or reject a heal and, with it, those that are `alike`; return all of them, that one first.

    Those whose sentences their tests say no more are decided apart from the others. Each goes into the audit trail by
    itself and, approved, into the lockfile. Raises NotFound, Conflict, as `decide` does.
    """
    async with platform.database.write() as session:
        heal = await _waiting(session, heal_id)
        if state == "approved":
            await _refuse_unsaid(session, heal)
        others = (await alike(session, [heal]))[heal.id]
        unsaid = await said_no_more(session, [heal, *others])
        decided = [heal, *(one for one in others if (one.id in unsaid) == (heal.id in unsaid))]
        for one in decided:
            await _decide(session, actor, one, state)
    return decided


async def _decide(session: AsyncSession, actor: Actor, heal: Heal, state: Decision) -> None:
    heal.state, heal.decided_by, heal.decided_at = state, actor.label[:200], now()
    if state == "approved":
        settled = [Heal.test_id == heal.test_id, Heal.case == heal.case, _step_key == str(heal.entry.get("step", ""))]
        if await _write(session, heal):
            settled.append(_step_place == heal.entry.get("place", 0))
        await _settle(session, heal, *settled)
    audit.note(
        session,
        actor,
        f"heal.{state}",
        f"heal {heal.id}",
        test=heal.test_id,
        text=heal.text[:200],
        after=heal.after,
    )


async def reword(platform: Platform, actor: Actor, heal_id: int, text: str) -> Heal:
    """Change the sentence of a heal in its test, and settle the heal: the next run places the new sentence anew.

    Other heals of that sentence in the test are settled with it, those of other data rows too.

    Raises:
        NotFound: there is no such heal.
        Conflict: it was decided already.
        Invalid: the test's own file does not say the sentence (it is in shared steps), or the new one is empty or the
            same.
    """
    text = " ".join(text.split())
    if not text:
        raise Invalid("The sentence is empty.", mend="write what is to be done.", field="text")
    async with platform.database.read() as session:
        heal = await _waiting(session, heal_id, locked=False)
        test = await tests.get(session, heal.test_id)
    if text == heal.text:
        raise Invalid("The sentence is as it was.", mend="word it another way, or decide on the heal.", field="text")
    sheets = read_sheets(test.content)
    changed = tuple(_reworded(sheet, heal.text, text) for sheet in sheets)
    if changed == sheets:
        raise Invalid(
            f"The file of the test does not say “{heal.text}” itself.",
            mend="change it in the shared steps it uses; if it was changed meanwhile, reject the heal.",
            field="text",
        )
    draft = tests.Draft(content=write_sheets(test.content, changed), version=test.version, message="A heal reworded")
    await tests.change(platform, actor, test.id, draft)
    async with platform.database.write() as session:
        heal = await _waiting(session, heal_id)
        heal.state, heal.decided_by, heal.decided_at = "approved", actor.label[:200], now()
        heal.after = f"the sentence “{text}”"
        await _settle(session, heal, Heal.test_id == heal.test_id)
        audit.note(session, actor, "heal.reworded", f"heal {heal_id}", test=heal.test_id, text=text[:200])
    return heal


def _reworded(sheet: Sheet, old: str, new: str) -> Sheet:
    lines = (replace(line, text=new) if line.text == old and not line.fixed else line for line in sheet.lines)
    return replace(sheet, lines=tuple(lines))


async def _waiting(session: AsyncSession, heal_id: int, *, locked: bool = True) -> Heal:
    """Return a heal that waits, `locked` until the transaction ends: heals of one test are decided in turns."""
    if locked:
        of_heal = select(Heal.test_id).where(Heal.id == heal_id).scalar_subquery()
        await session.execute(select(Test.id).where(Test.id == of_heal).with_for_update())
    heal = await session.get(Heal, heal_id)
    if heal is None:
        raise NotFound("heal", heal_id)
    if heal.state != "waiting":
        raise Conflict(f"Heal {heal_id} is {heal.state} already.", mend="run the test again to get a new one.")
    return heal


async def _refuse_unsaid(session: AsyncSession, heal: Heal) -> None:
    if await said_no_more(session, [heal]):
        what = f"The test was changed since and says “{heal.text[:200]}” no more."
        raise Conflict(what, mend="reject the heal: nothing would use what is kept.")


def _choose(heal: Heal, other: int) -> None:
    """Put another candidate in the place of the one that was found."""
    others, actions = heal.entry.get("others") or [], list(heal.entry.get("actions") or [])
    place = int(heal.entry.get("place", 0))
    if other >= len(others) or place >= len(actions):
        raise Invalid(f"Heal {heal.id} has no candidate {other}.", mend="choose one that it lists.")
    actions[place] = others[other]["action"]
    heal.entry = {**heal.entry, "actions": actions}
    heal.after = str(others[other]["described"])


async def _write(session: AsyncSession, heal: Heal) -> bool:
    """Put what a heal found into the lockfile; return whether that is one place of its step, or the whole step.

    Of a step with several places the others stay as they are stored: their heals wait for a word of their own. What its
    checks read stays as well.
    """
    case, step = str(heal.entry.get("case", "")), str(heal.entry.get("step", ""))
    try:
        actions = _ACTIONS.validate_python(heal.entry.get("actions", ()))
    except ValidationError as exc:
        raise Conflict(f"Heal {heal.id} cannot be stored any more.", mend="reject it and run the test again.") from exc
    lock = await session.get(Lock, heal.test_id, with_for_update=True, populate_existing=True)
    entries = lockfiles.entries_of(lock.content if lock else "")
    known, place = entries.get(case, {}).get(step, ()), int(heal.entry.get("place", 0))
    stored = tuple(one for one in known if one.action != "read")
    alone = place < len(actions) == len(stored)
    found = (*stored[:place], actions[place], *stored[place + 1 :]) if alone else actions
    entries.setdefault(case, {})[step] = (*found, *(one for one in known if one.action == "read"))
    content = write(entries)
    if lock is None:
        session.add(Lock(test_id=heal.test_id, content=content))
    else:
        lock.content, lock.revision, lock.updated_at = content, lock.revision + 1, now()
    return alone


async def _settle(session: AsyncSession, heal: Heal, *of: ColumnElement[bool]) -> None:
    """Settle the other heals of its sentence with it, those `of` the same test, or of the same case there."""
    await session.execute(
        update(Heal)
        .where(*of, Heal.text == heal.text, Heal.id != heal.id, Heal.state == "waiting")
        .values(state="rejected", decided_by=heal.decided_by, decided_at=heal.decided_at)
        .execution_options(synchronize_session=False)
    )
