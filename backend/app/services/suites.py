"""Suites: tests chosen together, by name or by tag."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFound
from app.models import Suite, SuiteTest, Test
from app.services.listing import tagged

__all__ = ["get", "tests_of"]


async def get(session: AsyncSession, suite_id: int) -> Suite:
    """Return a suite that is not deleted. Raises NotFound."""
    suite = await session.get(Suite, suite_id)
    if suite is None or suite.deleted_at is not None:
        raise NotFound("suite", suite_id)
    return suite


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
