"""Retention: what is older than the settings say is deleted, and files that belong to nothing any more.

Money is the exception: what requests to models cost is kept, without the execution that it was for.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, exists, not_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now, now_s
from app.models import (
    RUNNING,
    ArtifactFile,
    DecisionRecord,
    Delivery,
    Execution,
    LogIn,
    OneTimeLink,
    Run,
    Share,
    Test,
    Throttle,
    Worker,
)
from app.services import workspace
from app.services.events import OVER
from app.services.platform import Platform
from app.services.settings import chosen

__all__ = ["Cleaned", "clean", "delete_orphans"]

_AT_ONCE = 200  # executions in one transaction
_FILES_AT_ONCE = 500  # looked up together
_SILENT = timedelta(hours=1)  # a worker that was not heard of for so long is taken off the list
_DELIVERED = timedelta(days=14)
_FRESH_S = 3600.0  # a file so young may belong to a batch that is being written

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """What was deleted."""

    executions: int
    files: int
    orphans: int  # files that belonged to nothing
    tests: int  # from the bin
    decisions: int  # of models, recorded for the lab
    workspaces: int


async def clean(platform: Platform) -> Cleaned:
    """Delete what is older than the settings say, and what belongs to nothing. Safe while everything runs."""
    async with platform.database.read() as session:
        mine = await chosen(session)
    before = now() - timedelta(days=mine.retention_days or platform.settings.retention_days)
    executions = files = 0
    while True:
        count, keys = await _delete_executions(platform, before)
        executions, files = executions + count, files + len(keys)
        if count < _AT_ONCE:
            break
    tests = await _delete_rows(platform, before)
    decided_before = now() - timedelta(days=mine.decision_days or platform.settings.decision_days)
    async with platform.database.write() as session:
        gone = delete(DecisionRecord).where(DecisionRecord.at < decided_before).returning(DecisionRecord.id)
        decisions = len((await session.scalars(gone)).all())
    orphans = await delete_orphans(platform)
    await platform.database.learn()
    return Cleaned(
        executions=executions, files=files, orphans=orphans, tests=tests, decisions=decisions,
        workspaces=await asyncio.to_thread(workspace.sweep, platform),
    )  # fmt: skip


async def delete_orphans(platform: Platform, *, fresh_s: float = _FRESH_S) -> int:
    """Delete files of the store that no row names: those of a worker that was killed between file and row.

    Files younger than `fresh_s` seconds stay, as their rows may be on the way; so do those of an attempt at work.
    """
    deleted = 0
    async for keys in _old_files(platform, fresh_s):
        orphans = await _belonging_to_nothing(platform, keys)
        await platform.artifacts.delete(*orphans)
        deleted += len(orphans)
    if not platform.settings.artifacts_url:
        await asyncio.to_thread(_delete_staged, platform.settings.data_dir / "artifacts", fresh_s)
    if deleted:
        _log.info("%d files that belonged to no execution were deleted.", deleted)
    return deleted


async def _old_files(platform: Platform, fresh_s: float) -> AsyncIterator[list[str]]:
    """Yield the keys of files that are no younger than so, some hundred at a time."""
    keys: list[str] = []
    async for key, age_s in platform.artifacts.aged_keys("executions/"):
        if age_s >= fresh_s and key.split("/")[1].isdigit():
            keys.append(key)
        if len(keys) == _FILES_AT_ONCE:
            yield keys
            keys = []
    if keys:
        yield keys


async def _belonging_to_nothing(platform: Platform, keys: Sequence[str]) -> list[str]:
    ids = {int(key.split("/")[1]) for key in keys}
    async with platform.database.read() as session:
        running = select(Execution.id, Execution.attempt).where(Execution.state == RUNNING, Execution.id.in_(ids))
        at_work = tuple(f"executions/{one.id}/{one.attempt}/" for one in await session.execute(running))
        named = set(await session.scalars(select(ArtifactFile.key).where(ArtifactFile.key.in_(keys))))
    return [key for key in keys if key not in named and not key.startswith(at_work)]


def _delete_staged(folder: Path, fresh_s: float) -> None:
    """Delete what a write that was cut off left: the store writes to `name#1` first, and never lists that. Blocks."""
    limit = time.time() - fresh_s
    for staged in folder.rglob("*#*"):
        with suppress(FileNotFoundError):  # written to its end, or deleted by another process
            if staged.is_file() and staged.stat().st_mtime <= limit:
                staged.unlink()


async def _delete_executions(platform: Platform, before: datetime) -> tuple[int, list[str]]:
    async with platform.database.write() as session:
        old = select(Execution.id).where(Execution.state.in_(OVER), Execution.finished_at < before)
        ids = (await session.scalars(old.order_by(Execution.id).limit(_AT_ONCE))).all()
        keys = list(await session.scalars(select(ArtifactFile.key).where(ArtifactFile.execution_id.in_(ids))))
        await session.execute(delete(Execution).where(Execution.id.in_(ids)))
    await platform.artifacts.delete(*keys)  # after the rows: a file without a row is an orphan, found the next time
    return len(ids), keys


async def _delete_rows(platform: Platform, before: datetime) -> int:
    moment = now()
    async with platform.database.write() as session:
        left = exists().where(Execution.run_id == Run.id)
        await session.execute(delete(Run).where(Run.finished_at < before, not_(left)))
        await session.execute(delete(LogIn).where(LogIn.expires_at < moment))
        await session.execute(delete(OneTimeLink).where(OneTimeLink.expires_at < moment))
        await session.execute(delete(Share).where(Share.expires_at < moment))
        await session.execute(delete(Throttle).where(Throttle.blocked_until < now_s() - 86_400))
        await session.execute(delete(Worker).where(Worker.beat_at < moment - _SILENT))
        await session.execute(
            delete(Delivery).where(Delivery.state != "waiting", Delivery.created_at < moment - _DELIVERED)
        )
        return await _delete_binned(session, before)


async def _delete_binned(session: AsyncSession, before: datetime) -> int:
    ids = (await session.scalars(select(Test.id).where(Test.deleted_at < before))).all()
    await session.execute(delete(Test).where(Test.id.in_(ids)))
    return len(ids)
