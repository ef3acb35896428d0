"""Worker processes that are killed, frozen, told to end and told to stop, in the middle of real executions."""

from __future__ import annotations

import asyncio
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select
from working import processes_of, queued, serve_site, start_worker, until

from app.core.config import ServerSettings
from app.models import ArtifactFile, Execution, ExecutionEvent, Lock, StepRecord
from app.services import retention
from app.services.events import follow
from app.services.live import frames
from app.services.platform import Platform, open_platform
from app.workers import folders
from app.workers.housekeeping import housekeep

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="signals and /proc")


@pytest_asyncio.fixture
async def platform(settings: ServerSettings) -> AsyncIterator[Platform]:
    """The platform with short leases, and its housekeeping, as a server has it."""
    quick = {"lease_s": 3.0, "beat_s": 0.3, "drain_s": 0.0, "concurrency": 2}
    async with open_platform(settings.model_copy(update=quick), migrated=True) as platform:
        keeping = asyncio.create_task(housekeep(platform))
        yield platform
        keeping.cancel()
        await asyncio.wait({keeping})


async def told(platform: Platform, execution_id: int) -> list[tuple[int, str, str]]:
    """Return attempt, kind and state of every event of an execution, once it is over."""
    async with asyncio.timeout(90):
        return [(one.attempt, one.kind, one.data.get("state", "")) async for one in follow(platform, execution_id)]


async def row(platform: Platform, execution_id: int) -> Execution:
    async with platform.database.read() as session:
        return await session.get_one(Execution, execution_id)


async def test_an_execution_is_run_and_everything_about_it_is_written_down(platform: Platform) -> None:
    """Events in order, steps, a picture, the lockfile; and a live picture while it runs."""
    async with serve_site() as site, start_worker(platform) as worker:
        site.open.clear()
        [only] = await queued(platform, site)
        await site.visited()
        pictures = frames(platform, only)
        site.open.set()
        async with asyncio.timeout(60):
            picture = await anext(pictures, b"")
            async for _ in pictures:
                pass

        events = await told(platform, only)

    done = await row(platform, only)
    assert (done.state, done.outcome, done.steps_done, done.worker) == ("finished", "passed", 1, worker.name)
    assert picture == b"" or picture.startswith(b"\xff\xd8")  # a page that never changed while it was watched has none
    kinds = [kind for _, kind, _ in events]
    assert [kind for kind in kinds if kind != "artifact"] == [
        "state", "case-started", "step-started", "step-finished", "case-finished", "state",
    ]  # fmt: skip
    async with platform.database.read() as session:
        [step] = (await session.scalars(select(StepRecord).where(StepRecord.execution_id == only))).all()
        [file] = (await session.scalars(select(ArtifactFile).where(ArtifactFile.execution_id == only))).all()
        lock = await session.get(Lock, done.test_id)
    assert lock is not None
    assert '"action": "read"' in lock.content  # where the check looked, and nothing that was done
    assert lock.content.count('"action"') == 1
    assert (step.text, step.outcome) == ('Check that the page shows "Welcome"', "passed")
    assert len(await platform.artifacts.read(file.key)) == file.size_bytes
    assert processes_of(worker.name) == []


async def test_what_a_killed_worker_had_is_run_again_once_and_its_browser_ends(platform: Platform) -> None:
    """SIGKILL in the middle: nothing is lost, nothing is done twice, nothing is left running."""
    async with serve_site() as site:
        site.open.clear()
        async with start_worker(platform) as killed:
            ids = await queued(platform, site, 2)
            await site.visited()
            await site.visited()
            temporary = Path(tempfile.gettempdir(), f"aiwebtest-{killed.name[-6:]}")
            assert any(temporary.iterdir())
            killed.tell(signal.SIGKILL)
            await killed.ended()
            site.open.set()
            async with start_worker(platform):
                events = [await told(platform, one) for one in ids]

        async def gone() -> bool:
            folder = platform.settings.data_dir / "workers" / killed.name
            return not processes_of(killed.name) and not folder.exists() and not temporary.exists()

        await until(gone)
    for one, heard in zip(ids, events, strict=True):
        done = await row(platform, one)
        assert (done.outcome, done.attempt, done.lost) == ("passed", 2, 1)
        assert Counter(kind for _, kind, _ in heard)["case-finished"] == 1
        assert [state for *_, state in heard if state] == ["running", "queued", "running", "finished"]


async def test_a_frozen_worker_that_wakes_up_changes_nothing(platform: Platform) -> None:
    """It was taken for dead; another one did its work meanwhile."""
    async with serve_site() as site:
        site.open.clear()
        async with start_worker(platform) as frozen:
            [only] = await queued(platform, site)
            await site.visited()
            await frozen.freeze(platform)
            site.open.set()
            async with start_worker(platform):
                await told(platform, only)
                before = await row(platform, only)
                frozen.tell(signal.SIGCONT)

                async def heard_of() -> bool:  # it beats again, so it has found out
                    workers = (await platform.queue.status()).workers
                    return any(one.name == frozen.name and one.running == 0 for one in workers)

                await until(heard_of)
    after = await row(platform, only)
    assert (after.outcome, after.attempt, after.finished_at) == ("passed", 2, before.finished_at)
    async with platform.database.read() as session:
        kinds = (await session.scalars(select(ExecutionEvent.kind).where(ExecutionEvent.execution_id == only))).all()
    assert Counter(kinds)["case-finished"] == 1


async def test_a_worker_told_to_end_puts_back_what_it_has(platform: Platform) -> None:
    """SIGTERM, as a deploy sends it: the next worker does it, and it cost no attempt."""
    async with serve_site() as site:
        site.open.clear()
        async with start_worker(platform) as old:
            [only] = await queued(platform, site)
            await site.visited()
            old.tell(signal.SIGTERM)
            assert await old.ended() == 0
        waiting = await row(platform, only)
        site.open.set()
        async with start_worker(platform):
            await told(platform, only)

    done = await row(platform, only)
    assert (waiting.state, waiting.lost) == ("queued", 0)
    assert (done.outcome, done.lost) == ("passed", 0)
    assert processes_of(old.name) == []


async def test_a_running_execution_is_stopped(platform: Platform) -> None:
    """Also one whose page does not answer; who follows hears of it."""
    async with serve_site() as site, start_worker(platform):
        site.open.clear()
        [only] = await queued(platform, site)
        await site.visited()

        assert await platform.queue.stop(only, "ada@example.com") == "running"
        events = await told(platform, only)

    stopped = await row(platform, only)
    assert (stopped.state, stopped.stopped_by) == ("stopped", "ada@example.com")
    assert events[-1][1:] == ("state", "stopped")


async def test_a_worker_ends_with_the_server_that_started_it(platform: Platform) -> None:
    """Also when that is killed: the pipe between them ends."""
    async with serve_site() as site:
        site.open.clear()
        async with start_worker(platform) as worker:
            [only] = await queued(platform, site)
            await site.visited()
            worker.leave()
            assert await worker.ended() == 0

    assert ((await row(platform, only)).state, (await row(platform, only)).lost) == ("queued", 0)
    assert processes_of(worker.name) == []


async def test_files_that_no_row_names_are_deleted(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker was killed between the file and its row."""
    async with serve_site() as site:
        [only] = await queued(platform, site)
    left = platform.settings.data_dir / "left.png"
    left.write_bytes(b"picture")
    await platform.artifacts.put(f"executions/{only}/1/left.png", left)
    await platform.artifacts.put("executions/999/1/left.png", left)
    monkeypatch.setattr(retention, "_FILES_AT_ONCE", 1)

    assert await retention.delete_orphans(platform) == 0  # it may be being written
    assert await retention.delete_orphans(platform, fresh_s=-5.0) == 2
    assert [key async for key in platform.artifacts.keys("executions/")] == []


def test_the_folder_of_a_living_worker_is_left_alone(settings: ServerSettings) -> None:
    """Two workers share a machine and its data folder."""
    with folders.own_folder(settings.data_dir, folders.new_name()) as folder:
        assert folders.reap(settings.data_dir) == []
        assert folder.is_dir()
