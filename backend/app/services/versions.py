"""Versions of tests: listed, compared, made current again."""

from __future__ import annotations

import difflib
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFound
from app.models import Test, TestVersion
from app.services import tests
from app.services.actor import Actor
from app.services.listing import cursor
from app.services.platform import Platform

__all__ = ["diff", "get", "listed", "merged", "restore"]


async def listed(
    session: AsyncSession, test_id: int, *, after: str | None, limit: int
) -> tuple[list[TestVersion], str | None]:
    """Return a page of a test's versions, newest first, and the cursor behind it."""
    await tests.get(session, test_id, deleted=True)
    query = select(TestVersion).where(TestVersion.test_id == test_id)
    if after is not None:
        query = query.where(TestVersion.number < cursor(after))
    rows = list((await session.execute(query.order_by(TestVersion.number.desc()).limit(limit + 1))).scalars())
    return rows[:limit], str(rows[limit - 1].number) if len(rows) > limit else None


async def get(session: AsyncSession, test_id: int, number: int) -> TestVersion:
    """Return one version. Raises NotFound."""
    query = select(TestVersion).where(TestVersion.test_id == test_id, TestVersion.number == number)
    version = (await session.execute(query)).scalar_one_or_none()
    if version is None:
        raise NotFound(f"version of test {test_id}:", number)
    return version


async def diff(session: AsyncSession, test_id: int, before: int | None, after: int | None) -> tuple[int, int, str]:
    """Return two versions' numbers and how they differ; by default the current one and the one before it."""
    test = await tests.get(session, test_id, deleted=True)
    after = after or test.version
    before = before or max(1, after - 1)
    old, new = await get(session, test_id, before), await get(session, test_id, after)
    lines = difflib.unified_diff(
        _lines(old.content), _lines(new.content), f"{test.path} (version {before})", f"{test.path} (version {after})",
        lineterm="",
    )  # fmt: skip
    return before, after, "".join(f"{line}\n" for line in lines)


def _lines(content: str) -> list[str]:
    lines = content.split("\n")
    if lines[-1]:
        lines[-1] += "\n\\ No newline at end of file"
        return lines
    return lines[:-1]


async def restore(
    platform: Platform, actor: Actor, test_id: int, number: int, *, version: int | None, message: str
) -> tuple[Test, tests.Read]:
    """Make an older version's content the current one, as a new version. Raises as `tests.change` does."""
    async with platform.database.read() as session:
        content = (await get(session, test_id, number)).content
    draft = tests.Draft(content=content, version=version, message=message or f"Restore version {number}")
    return await tests.change(platform, actor, test_id, draft)


def merged(base: str, mine: str, theirs: str) -> str | None:
    """Return a text with what two people changed in `base`; None where they changed the same lines."""
    lines = base.splitlines(keepends=True)
    changes = sorted({*_changes(lines, mine), *_changes(lines, theirs)})
    for (begin, end, _), (start, stop, _) in pairwise(changes):
        added = begin == end or start == stop  # where both add, nobody knows whose comes first
        if start < end or (start == end and added):
            return None
    for start, end, new in reversed(changes):
        lines[start:end] = new
    return "".join(lines)


def _changes(lines: list[str], text: str) -> list[tuple[int, int, tuple[str, ...]]]:
    """Return what makes other lines of `lines`: from where, to where, and what takes their place."""
    new = text.splitlines(keepends=True)
    steps = difflib.SequenceMatcher(None, lines, new, autojunk=False).get_opcodes()
    return [(start, end, tuple(new[low:high])) for tag, start, end, low, high in steps if tag != "equal"]
