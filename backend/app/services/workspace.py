"""Tests as real files: what the engine's loader reads and a worker runs, in a cache named by its content.

A workspace holds one test file and all resources (shared steps, data, uploads, `aiwebtest.toml`). It is never changed
once it is there. Lockfiles are not in it: they change with every pass, so who runs a test gives the engine a folder of
its own for them (`RunSettings.lock_dir`).
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from aiwebtest.casefiles import shown
from app.core.errors import Invalid, NotFound
from app.models import Resource, Test, TestVersion
from app.services.platform import Platform

__all__ = ["Workspace", "lay_out", "materialise", "planned", "sweep"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A tree of files on this machine. `file` is the test's, inside `folder`."""

    folder: Path
    file: Path

    def relative(self, text: str) -> str:
        """Return a message of the engine with paths as the platform knows them: relative to the tree."""
        return text.replace(f"{shown(self.folder)}/", "").replace(f"{self.folder.resolve().as_posix()}/", "")


async def materialise(platform: Platform, test_id: int, version: int | None = None) -> Workspace:
    """Return a test (its current version, if none is named) and all resources as files.

    Raises:
        NotFound: there is no such test or version.
    """
    async with platform.database.read() as session:
        test = await session.get(Test, test_id)
        if test is None:
            raise NotFound("test", test_id)
        path, content = test.path, test.content
        if version is not None and version != test.version:
            wanted = select(TestVersion.content).where(TestVersion.test_id == test_id, TestVersion.number == version)
            older = (await session.execute(wanted)).scalar_one_or_none()
            if older is None:
                raise NotFound(f"version of test {test_id}:", version)
            content = older
    return await lay_out(platform, path, content.encode())


async def lay_out(
    platform: Platform, path: str, content: bytes, *, more: Mapping[str, bytes] | None = None
) -> Workspace:
    """Return a file that need not be stored, among all resources, as files. `more` are files that beat resources."""
    given = {**(more or {}), path: content}
    async with platform.database.read() as session:
        folder, digests = await planned(platform, session, given)
    if not await asyncio.to_thread(_there, folder):
        async with platform.database.read() as session:
            stored = (await session.execute(select(Resource.path, Resource.content))).all()
        files = {row.path: row.content for row in stored if row.path in digests} | given
        await asyncio.to_thread(_write, folder, files)
    return Workspace(folder=folder, file=folder / path)


async def planned(
    platform: Platform, session: AsyncSession, given: Mapping[str, bytes]
) -> tuple[Path, Mapping[str, str]]:
    """Return the folder of files among all resources, there or not, and the digest of each file in it."""
    rows = (await session.execute(select(Resource.path, Resource.digest))).all()
    digests: dict[str, str] = {row.path: row.digest for row in rows if row.path not in given}
    digests.update((name, hashlib.sha256(data).hexdigest()) for name, data in given.items())
    _refuse_nested(digests)
    key = hashlib.sha256("\n".join(f"{digest} {name}" for name, digest in sorted(digests.items())).encode()).hexdigest()
    return _root(platform) / key[:2] / key, digests


def sweep(platform: Platform, *, unused_s: float = 86_400.0) -> int:
    """Delete workspaces that nobody used for so long; return how many. Blocks."""
    limit, deleted = time.time() - unused_s, 0
    for folder in _root(platform).glob("*/*"):
        with suppress(FileNotFoundError):  # another process was faster
            if folder.stat().st_mtime < limit:
                shutil.rmtree(folder, ignore_errors=True)
                deleted += 1
    return deleted


def _root(platform: Platform) -> Path:
    return platform.settings.data_dir.resolve() / "workspaces"


def _there(folder: Path) -> bool:
    """Tell whether a workspace is there, and note that it is used."""
    try:
        os.utime(folder)
    except FileNotFoundError:
        return False
    return True


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the files beside and rename the whole, so that a reader sees all of them or nothing."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".new-", dir=folder.parent))
    try:
        for name, data in files.items():
            target = beside / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        try:
            beside.rename(folder)
        except OSError:  # somebody else was faster, and wrote the same
            if not folder.is_dir():
                raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _refuse_nested(paths: Mapping[str, str]) -> None:
    """Refuse a tree in which one path is a file and a folder."""
    for path in paths:
        above = path.rpartition("/")[0]
        while above:
            if above in paths:
                raise Invalid(f"`{above}` is a file, and `{path}` needs a folder of that name.", mend="rename one.")
            above = above.rpartition("/")[0]
