"""Suites: tests chosen together, by name or by tag."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, or_, select
from sqlalchemy import delete as delete_from
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.core.errors import Conflict, Invalid, NotFound
from app.models import Suite, SuiteTest, Test
from app.schemas.suites import SuiteAnswer, SuiteChange, SuiteNew, SuiteSummary
from app.services import audit
from app.services.actor import Actor
from app.services.listing import Listing, columns_of, matching, pattern, tagged
from app.services.platform import Platform

__all__ = ["answer", "change", "create", "delete", "get", "listed", "tests_of"]

_SUITES = Listing(
    select(*columns_of(Suite, SuiteSummary)),
    Suite.id,
    {"words": or_(matching(Suite.name, "words"), matching(Suite.description, "words"))},
)


async def get(session: AsyncSession, suite_id: int) -> Suite:
    """Return a suite. Raises NotFound."""
    suite = await session.get(Suite, suite_id)
    if suite is None:
        raise NotFound("suite", suite_id)
    return suite


async def listed(
    session: AsyncSession, *, search: str, tag: Sequence[str], after: str | None, limit: int
) -> tuple[list[Row[Any]], str | None]:
    """Return a page of suites as rows of a summary's columns, newest first, and the cursor behind it."""
    more = [tagged(session, Suite.tags, one) for one in tag]
    asked = {"words": pattern(search)} if search else {}
    return await _SUITES.page(session, asked, *more, after=after, limit=limit)


async def tests_of(session: AsyncSession, suite: Suite) -> list[Test]:
    """Return a suite's tests: its members in their order, then those that have one of its tags, by path."""
    members = (
        select(Test)
        .join(SuiteTest, SuiteTest.test_id == Test.id)
        .where(SuiteTest.suite_id == suite.id, Test.deleted_at.is_(None))
        .order_by(SuiteTest.position, Test.id)
    )
    tests = list((await session.execute(members)).scalars())
    if suite.tags:
        wanted = or_(*(tagged(session, Test.tags, str(tag)) for tag in suite.tags))
        query = select(Test).where(wanted, Test.deleted_at.is_(None)).order_by(Test.path)
        known = {test.id for test in tests}
        tests += [test for test in (await session.execute(query)).scalars() if test.id not in known]
    return tests


async def answer(session: AsyncSession, suite: Suite) -> SuiteAnswer:
    """Return a suite with its tests."""
    members = select(SuiteTest.test_id).where(SuiteTest.suite_id == suite.id).order_by(SuiteTest.position)
    return SuiteAnswer(
        **SuiteSummary.model_validate(suite).model_dump(),
        members=list((await session.scalars(members)).all()),
        tests=[test.id for test in await tests_of(session, suite)],
    )


async def create(platform: Platform, actor: Actor, body: SuiteNew) -> SuiteAnswer:
    """Store a suite. Raises Conflict when the name is taken, Invalid when a member is no test."""
    async with platform.database.write() as session:
        await _refuse_taken(session, body.name)
        suite = Suite(
            name=body.name, description=body.description, tags=list(dict.fromkeys(body.tags)), mode=body.mode,
            max_parallel=body.max_parallel, settings=body.settings.stored(),
        )  # fmt: skip
        session.add(suite)
        await session.flush()
        await _set_members(session, suite.id, body.tests)
        audit.note(session, actor, "suite.create", f"suite {suite.id}", name=suite.name)
        return await answer(session, suite)


async def change(platform: Platform, actor: Actor, suite_id: int, body: SuiteChange) -> SuiteAnswer:
    """Change a suite. Raises NotFound, and as `create` does."""
    async with platform.database.write() as session:
        suite = await session.get(Suite, suite_id, with_for_update=True)
        if suite is None:
            raise NotFound("suite", suite_id)
        before = await answer(session, suite)
        if body.name is not None and body.name != suite.name:
            await _refuse_taken(session, body.name)
            suite.name = body.name
        suite.description = suite.description if body.description is None else body.description
        suite.tags = suite.tags if body.tags is None else list(dict.fromkeys(body.tags))
        suite.mode = body.mode or suite.mode
        if "max_parallel" in body.model_fields_set:
            suite.max_parallel = body.max_parallel
        suite.settings = suite.settings if body.settings is None else body.settings.stored()
        suite.updated_at = now()
        if body.tests is not None:
            await _set_members(session, suite_id, body.tests)
        await session.flush()
        after = await answer(session, suite)
        told = {"tests": "members"}  # as answers call what bodies give
        changed = [name for name in sorted(body.model_fields_set)
                   if getattr(before, told.get(name, name)) != getattr(after, told.get(name, name))]  # fmt: skip
        audit.note(session, actor, "suite.update", f"suite {suite_id}", fields=changed)
        return after


async def delete(platform: Platform, actor: Actor, suite_id: int) -> None:
    """Delete a suite; its tests and runs stay. Raises NotFound."""
    async with platform.database.write() as session:
        suite = await session.get(Suite, suite_id, with_for_update=True)
        if suite is None:
            raise NotFound("suite", suite_id)
        audit.note(session, actor, "suite.delete", f"suite {suite_id}", name=suite.name)
        await session.execute(delete_from(Suite).where(Suite.id == suite_id))


async def _set_members(session: AsyncSession, suite_id: int, test_ids: Sequence[int]) -> None:
    wanted = list(dict.fromkeys(test_ids))
    known = select(Test.id).where(Test.id.in_(wanted), Test.deleted_at.is_(None))
    missing = set(wanted) - set((await session.scalars(known)).all())
    if missing:
        what = f"There is no test {', '.join(map(str, sorted(missing)))}."
        raise Invalid(what, mend="look the ids up in the list of tests.")
    await session.execute(delete_from(SuiteTest).where(SuiteTest.suite_id == suite_id))
    session.add_all(SuiteTest(suite_id=suite_id, test_id=one, position=place) for place, one in enumerate(wanted))
    await session.flush()


async def _refuse_taken(session: AsyncSession, name: str) -> None:
    if await session.scalar(select(Suite.id).where(Suite.name == name)) is not None:
        raise Conflict(f"There is already a suite `{name}`.", mend="choose another name, or change that suite.")
