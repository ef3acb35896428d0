"""Import and export: the very files that the command line runs, byte for byte."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from aiwebtest.lockfile.document import Unreadable
from aiwebtest.lockfile.document import read as read_lock
from aiwebtest.lockfile.store import lockfile_path
from app.core.clock import now
from app.core.errors import Conflict, Invalid
from app.models import Lock, Resource, Test
from app.schemas.base import TreePath
from app.services import audit, paths, suites, tests
from app.services.actor import Actor
from app.services.archives import is_archive, unpack
from app.services.platform import Platform

__all__ = ["Incoming", "Taken", "export", "import_files", "lock_path"]

Kind = Literal["test", "lock", "resource"]
Action = Literal["created", "updated", "unchanged", "skipped"]

_LOCK = ".lock.json"
_PATH: TypeAdapter[str] = TypeAdapter(TreePath)
_IGNORED = ("__MACOSX", "__pycache__", "node_modules", "aiwebtest-report")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of one file of an import."""

    path: str
    kind: Kind
    action: Action
    test_id: int | None = None
    cases: int = 0
    why: str = ""  # it was skipped
    problems: tuple[dict[str, object], ...] = ()


@dataclass(slots=True)
class Incoming:
    """Files that came in, by path, and those that are left out with the reason."""

    files: dict[str, bytes] = field(default_factory=dict)
    skipped: list[Taken] = field(default_factory=list)

    def add(self, name: str, data: bytes, *, folder: str = "") -> None:
        """Take one file, or all files of an archive, below `folder`. Raises Invalid for a path that leads elsewhere."""
        found = unpack(name, data) if is_archive(name, data) else {name: data}
        for path, content in found.items():
            path = f"{folder.strip('/')}/{path}" if folder.strip("/") else path
            if why := _left_out(path):
                self.skipped.append(Taken(path=path[:400], kind="resource", action="skipped", why=why))
                continue
            try:
                self.files[_PATH.validate_python(path)] = content
            except ValidationError as exc:
                what = exc.errors()[0]["msg"].removeprefix("Value error, ")
                raise Invalid(f"The path `{path[:400]}` cannot be used: {what}.", mend="rename the file.") from exc


def _left_out(path: str) -> str:
    parts = path.split("/")
    if any(part.startswith(".") and part not in (".", "..") for part in parts):
        return "hidden files are not kept"
    if any(part in _IGNORED for part in parts):
        return "it is made by tools"
    return ""


def lock_path(test_path: str) -> str:
    """Return where a test's lockfile stands: `shop.test.yaml` has `shop.test.lock.json` beside it."""
    return lockfile_path(test_path).as_posix()


async def import_files(
    platform: Platform, actor: Actor, incoming: Incoming, *, message: str, replace: bool = True, dry_run: bool = False
) -> list[Taken]:
    """Store files: tests with what is wrong with them, lockfiles with their tests, everything else as resources.

    All or nothing. With `replace` False a file that is there already with other content is a Conflict.

    Raises:
        Invalid: a test is not UTF-8, or a lockfile is none.
    """
    contents = {path: _text(path, data) for path, data in incoming.files.items() if path.endswith(tests.ENDINGS)}
    others = {path: data for path, data in incoming.files.items() if path not in contents}
    seen = await tests.read_all(platform, contents, more=_without_locks(others))
    async with platform.database.write() as session:
        taken = [await _resource(session, path, data, replace) for path, data in _without_locks(others).items()]
        taken += [await _test(session, actor, one, message, replace) for one in seen]
        locks = sorted(others.keys() - _without_locks(others).keys())
        taken += [await _lock(session, path, others[path], replace) for path in locks]
        changed = [one for one in taken if one.action in ("created", "updated")]
        if dry_run:
            await session.rollback()
        elif changed:
            audit.note(
                session, actor, "test.import", f"{len(changed)} files", paths=[one.path for one in changed][:100]
            )
    return sorted(taken, key=lambda one: one.path) + incoming.skipped


def _without_locks(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {path: data for path, data in files.items() if not path.endswith(_LOCK)}


def _text(path: str, data: bytes) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError as exc:
        raise Invalid(f"`{path}` is not UTF-8 (byte {exc.start}).", mend="save it as UTF-8.") from exc
    tests.as_bytes(text)
    return text


async def _resource(session: AsyncSession, path: str, data: bytes, replace: bool) -> Taken:
    resource, action = await put_resource(session, path, data, replace=replace)
    return Taken(path=resource.path, kind="resource", action=action)


async def put_resource(
    session: AsyncSession, path: str, data: bytes, *, replace: bool = True
) -> tuple[Resource, Literal["created", "updated", "unchanged"]]:
    """Store a file that tests use. Raises Conflict when a test is there, or another file and `replace` is False."""
    query = select(Resource).where(Resource.path == path).with_for_update()
    resource = (await session.execute(query)).scalar_one_or_none()
    digest = sha256(data).hexdigest()
    if resource is None:
        await paths.refuse_taken(session, path)
        resource = Resource(path=path, content=data, digest=digest, size_bytes=len(data))
        session.add(resource)
        await session.flush()
        return resource, "created"
    if resource.digest == digest:
        return resource, "unchanged"
    _allow(path, replace)
    resource.content, resource.digest, resource.size_bytes, resource.updated_at = data, digest, len(data), now()
    return resource, "updated"


async def _test(session: AsyncSession, actor: Actor, seen: tests.Read, message: str, replace: bool) -> Taken:
    query = select(Test).where(Test.path == seen.path, Test.deleted_at.is_(None)).with_for_update()
    test = (await session.execute(query)).scalar_one_or_none()
    action: Action = "unchanged"
    if test is None:
        await paths.refuse_taken(session, seen.path)
        test, action = tests.store(session, actor, seen, message), "created"
        await session.flush()
    elif test.content != seen.content:
        _allow(seen.path, replace)
        tests.apply(session, actor, test, seen, message)
        action = "updated"
    return Taken(path=seen.path, kind="test", action=action, test_id=test.id, cases=seen.cases, problems=seen.problems)


async def _lock(session: AsyncSession, path: str, data: bytes, replace: bool) -> Taken:
    stem = path.removesuffix(_LOCK)
    query = select(Test).where(Test.path.in_([f"{stem}.yaml", f"{stem}.yml"]), Test.deleted_at.is_(None))
    test = (await session.execute(query)).scalars().first()
    if test is None:
        return Taken(path=path, kind="lock", action="skipped", why="there is no test that it belongs to")
    action = await put_lock(session, test.id, path, data, replace=replace)
    return Taken(path=path, kind="lock", action=action, test_id=test.id)


async def put_lock(
    session: AsyncSession, test_id: int, path: str, data: bytes, *, replace: bool = True
) -> Literal["created", "updated", "unchanged"]:
    """Store a test's lockfile. Raises Invalid when it is none."""
    try:
        read_lock(data)
        content = data.decode()
    except (Unreadable, UnicodeDecodeError) as exc:
        raise Invalid(f"`{path}` is no lockfile: {exc}.", mend="leave it out; it is made anew by a run.") from exc
    lock = await session.get(Lock, test_id, with_for_update=True)
    if lock is None:
        session.add(Lock(test_id=test_id, content=content))
        await session.flush()
        return "created"
    if lock.content == content:
        return "unchanged"
    _allow(path, replace)
    lock.content, lock.revision, lock.updated_at = content, lock.revision + 1, now()
    return "updated"


def _allow(path: str, replace: bool) -> None:
    if not replace:
        raise Conflict(f"There is already another `{path}`.", mend="import with `replace=true`, or rename it.")


async def export(
    session: AsyncSession, *, test_ids: Sequence[int] = (), suite_id: int | None = None
) -> dict[str, bytes]:
    """Return tests (all of them, if none are named) with their lockfiles and all resources, by path."""
    query = select(Test).where(Test.deleted_at.is_(None))
    wanted: Iterable[Test]
    if suite_id is not None:
        wanted = await suites.tests_of(session, await suites.get(session, suite_id))
    else:
        wanted = (await session.execute(query.where(Test.id.in_(test_ids)) if test_ids else query)).scalars().all()
    chosen = {test.id: test for test in wanted}
    files = {test.path: test.content.encode() for test in chosen.values()}
    for lock in (await session.execute(select(Lock).where(Lock.test_id.in_(chosen)))).scalars():
        files[lock_path(chosen[lock.test_id].path)] = lock.content.encode()
    for resource in (await session.execute(select(Resource))).scalars():
        files[resource.path] = resource.content
    return files
