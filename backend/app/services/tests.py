"""Tests: stored, listed, changed without losing anybody's change, put into the bin and taken out again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from aiwebtest.casefiles import Loaded
from app.core.clock import now
from app.core.errors import Conflict, Invalid, NotFound
from app.models import Test, TestVersion
from app.schemas.runs import RunRequest
from app.schemas.tests import TestSummary
from app.services import audit, paths
from app.services.actor import Actor
from app.services.cases import load, problems_of, secret_stand_ins
from app.services.listing import Listing, columns_of, matching, pattern, tagged
from app.services.platform import Platform
from app.services.workspace import lay_out, planned

__all__ = [
    "Draft",
    "Read",
    "change",
    "create",
    "delete",
    "get",
    "listed",
    "read",
    "read_all",
    "restore_deleted",
    "store",
    "tags",
]

ENDINGS = (".test.yaml", ".test.yml")

_MOST_SEEN = 1_000
_TESTS = Listing(
    select(*columns_of(Test, TestSummary)),
    Test.id,
    {
        "there": Test.deleted_at.is_(None),
        "deleted": Test.deleted_at.is_not(None),
        "words": or_(*(matching(column, "words") for column in (Test.name, Test.path, Test.content))),
        "members": Test.id.in_(bindparam("members", expanding=True)),
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What the loader made of a test file: the columns of its row, and what is wrong with it."""

    path: str
    content: str
    name: str
    tags: tuple[str, ...] = ()
    provider: str | None = None
    url: str = ""
    cases: int = 0
    titles: tuple[str, ...] = ()
    problems: tuple[dict[str, Any], ...] = ()


_seen: dict[str, Read] = {}
"""What was read lately, by workspace (which is named by its content), test and names of secrets."""


async def read(platform: Platform, path: str, content: str, *, more: Mapping[str, bytes] | None = None) -> Read:
    """Return what a test file says. Mistakes do not keep it from being stored, only from being run.

    `more` are further files of its tree that beat the stored ones. Raises Invalid for a path that is no test's.
    """
    [seen] = await read_all(platform, {path: content}, more=more)
    return seen


async def read_all(
    platform: Platform, contents: Mapping[str, str], *, more: Mapping[str, bytes] | None = None
) -> list[Read]:
    """Return what several test files of one tree say, as `read` does for one."""
    for path in contents:
        if not path.endswith(ENDINGS):
            raise Invalid(f"`{path}` is no test file: its name does not end in `.test.yaml`.", mend="rename it.")
    given = {**(more or {}), **{path: as_bytes(content) for path, content in contents.items()}}
    if not contents:
        return []
    async with platform.database.read() as session:
        folder, _ = await planned(platform, session, given)
        secrets = await secret_stand_ins(session, RunRequest())
    seen = []
    for path, content in contents.items():
        key = f"{folder}/{path} {sorted(secrets)}"
        found = _seen.get(key)
        if found is None:  # what was seen before needs no files
            here = await lay_out(platform, path, given[path], more=given)
            _, loaded = await load(platform, here, RunRequest(), secrets=secrets, running=False)
            found = _seen[key] = _described(path, content, loaded, tuple(problems_of(here, loaded.problems)))
            if len(_seen) > _MOST_SEEN:
                _seen.pop(next(iter(_seen)), None)
        seen.append(found)
    return seen


def _described(path: str, content: str, loaded: Loaded, problems: tuple[dict[str, Any], ...]) -> Read:
    stem = path.rpartition("/")[2].partition(".")[0]
    cases = loaded.cases
    if not cases:
        return Read(path=path, content=content, name=stem[:200] or path[:200], problems=problems)
    names = list(dict.fromkeys(case.name for case in cases))
    return Read(
        path=path, content=content, name=(names[0] if len(names) == 1 else stem)[:200], url=cases[0].url[:2000],
        tags=tuple(sorted({tag for case in cases for tag in case.tags})), cases=len(cases),
        provider=next((case.provider for case in cases if case.provider), None),
        titles=() if problems else tuple(case.title for case in cases), problems=problems,
    )  # fmt: skip


async def get(session: AsyncSession, test_id: int, *, deleted: bool = False) -> Test:
    """Return a test; one in the bin only with `deleted`. Raises NotFound."""
    test = await session.get(Test, test_id)
    if test is None or (test.deleted_at is not None and not deleted):
        raise NotFound("test", test_id)
    return test


async def listed(
    session: AsyncSession, *, search: str = "", tag: Sequence[str] = (), suite_id: int | None = None,
    deleted: bool = False, after: str | None = None, limit: int = 50,
) -> tuple[list[Row[Any]], str | None]:  # fmt: skip
    """Return a page of tests as rows of a summary's columns, newest first, and the cursor behind it.

    `search` looks at name, path and text.
    """
    asked: dict[str, Any] = {"deleted" if deleted else "there": True}
    if search:
        asked["words"] = pattern(search)
    if suite_id is not None:
        from app.services import suites

        members = await suites.tests_of(session, await suites.get(session, suite_id))
        asked["members"] = [test.id for test in members]
    more = [tagged(session, Test.tags, one) for one in tag]
    return await _TESTS.page(session, asked, *more, after=after, limit=limit)


async def tags(session: AsyncSession) -> dict[str, int]:
    """Return the tags in use and how many tests have each."""
    counted: dict[str, int] = {}
    for row in (await session.execute(select(Test.tags).where(Test.deleted_at.is_(None)))).scalars():
        for tag in row:
            counted[tag] = counted.get(tag, 0) + 1
    return dict(sorted(counted.items()))


async def create(platform: Platform, actor: Actor, path: str, content: str, message: str = "") -> tuple[Test, Read]:
    """Store a new test. Raises Conflict when the path is taken."""
    seen = await read(platform, path, content)
    async with platform.database.write() as session:
        await paths.refuse_taken(session, path)
        test = store(session, actor, seen, message)
        await session.flush()
        audit.note(session, actor, "test.create", f"test {test.id}", path=path)
    return test, seen


def store(session: AsyncSession, actor: Actor, seen: Read, message: str) -> Test:
    """Add a new test with its first version to the session."""
    test = Test(path=seen.path, content=seen.content, version=1, name=seen.name)
    _take_over(test, seen)
    test.versions = [TestVersion(number=1, content=seen.content, message=message, author=actor.label[:200])]
    session.add(test)
    return test


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A change of a test. None leaves what is there; `version` is the one that it is based on, None for whatever."""

    path: str | None = None
    content: str | None = None
    message: str = ""
    version: int | None = None


async def change(platform: Platform, actor: Actor, test_id: int, draft: Draft) -> tuple[Test, Read]:
    """Change a test: a new version when its content is another one.

    Raises:
        NotFound: there is no such test.
        Conflict: somebody changed it since `draft.version`, or the new path is taken.
    """
    async with platform.database.read() as session:
        now_there = await get(session, test_id)
    path, content = draft.path or now_there.path, now_there.content if draft.content is None else draft.content
    seen = await read(platform, path, content)
    async with platform.database.write() as session:
        test = await locked(session, test_id, draft.version, was=now_there)
        changes = (path, seen.content) != (test.path, test.content)
        if path != test.path:
            await paths.refuse_taken(session, path)
            test.path = path
        apply(session, actor, test, seen, draft.message)
        if changes:
            audit.note(session, actor, "test.update", f"test {test.id}", version=test.version, path=path)
    return test, seen


async def locked(session: AsyncSession, test_id: int, version: int | None, *, was: Test | None = None) -> Test:
    """Return a test for changing, held until the transaction ends.

    Raises Conflict when it is not at `version` (or, with none given, no longer as `was`).
    """
    found = select(Test).where(Test.id == test_id).with_for_update().execution_options(populate_existing=True)
    test = (await session.execute(found)).scalar_one_or_none()
    if test is None or test.deleted_at is not None:
        raise NotFound("test", test_id)
    expected = version if version is not None else (was.version if was is not None else None)
    if expected is not None and test.version != expected:
        raise Conflict(
            f"Test {test_id} is at version {test.version}, and this change is based on version {expected}.",
            mend="load it again and make the change there.", version=test.version,
        )  # fmt: skip
    return test


def apply(session: AsyncSession, actor: Actor, test: Test, seen: Read, message: str) -> None:
    """Give a test its new content, as a version of its own if it differs from the current one."""
    if seen.content != test.content:
        test.version += 1
        test.content = seen.content
        version = TestVersion(test_id=test.id, number=test.version, content=seen.content, message=message)
        version.author = actor.label[:200]
        session.add(version)
    _take_over(test, seen)
    test.updated_at = now()


async def delete(platform: Platform, actor: Actor, test_id: int, version: int | None = None) -> None:
    """Put a test into the bin; its path is free again. Raises NotFound, and Conflict as `change` does."""
    async with platform.database.write() as session:
        test = await locked(session, test_id, version)
        test.deleted_at = now()
        audit.note(session, actor, "test.delete", f"test {test_id}", path=test.path)


async def restore_deleted(platform: Platform, actor: Actor, test_id: int) -> Test:
    """Take a test out of the bin. Raises NotFound when it is not in there, Conflict when its path is taken."""
    async with platform.database.write() as session:
        found = select(Test).where(Test.id == test_id, Test.deleted_at.is_not(None)).with_for_update()
        test = (await session.execute(found)).scalar_one_or_none()
        if test is None:
            raise NotFound("deleted test", test_id)
        await paths.refuse_taken(session, test.path)
        test.deleted_at, test.updated_at = None, now()
        audit.note(session, actor, "test.undelete", f"test {test_id}", path=test.path)
    return test


def _take_over(test: Test, seen: Read) -> None:
    test.name, test.tags, test.provider = seen.name, list(seen.tags), seen.provider
    test.url, test.cases = seen.url, seen.cases


def as_bytes(content: str) -> bytes:
    """Return a file's bytes. Raises Invalid for what no database keeps as text."""
    if "\0" in content:
        raise Invalid("The content holds a NUL character.", mend="send it as UTF-8 text.")
    try:
        return content.encode()
    except UnicodeEncodeError as exc:
        raise Invalid("The content holds half a character.", mend="send it as UTF-8.") from exc
