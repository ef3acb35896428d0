"""What goes on in the background goes on after a fault."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app.core.config import ServerSettings
from app.core.database import Database
from app.services import signals
from app.services.leases import Claim
from app.services.signals import Signals
from app.workers import embedded, housekeeping
from app.workers.jobs import Job
from app.workers.runner import Runner


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.005)


async def test_a_fault_while_sweeping_is_told_and_lost_executions_are_looked_for_again(
    monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    """A server that swept no more would leave what killed workers had for ever, and say nothing."""
    looked: list[bool] = []
    platform: Any = SimpleNamespace(failing={}, settings=SimpleNamespace(lease_s=60.0), queue=SimpleNamespace())
    platform.database = database

    async def sweep() -> list[int]:
        looked.append(True)
        if len(looked) == 1:
            raise KeyError("lease")
        return []

    platform.queue.leases = SimpleNamespace(sweep=sweep)
    monkeypatch.setattr(housekeeping, "_DUTIES", ())
    monkeypatch.setattr(housekeeping, "_SWEEP_S", 0.01)
    keeping = asyncio.create_task(housekeeping.housekeep(platform))
    await until(lambda: platform.failing == {"lost executions": "KeyError"})
    await until(lambda: len(looked) > 1 and not platform.failing)
    keeping.cancel()
    await asyncio.wait([keeping])


@pytest.mark.parametrize("reason", ["", "the disk is full"])
async def test_a_fault_of_which_nobody_can_be_told_ends_no_duty(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, reason: str
) -> None:
    """Not even when what stands in the way says nothing: the log names its kind then."""
    done: list[bool] = []

    async def broken(_platform: object) -> None:
        raise KeyError("cron")

    async def well(_platform: object) -> None:
        done.append(True)

    def out_of_reach() -> None:
        raise TimeoutError(reason)

    platform: Any = SimpleNamespace(failing={}, settings=SimpleNamespace(lease_s=60.0), queue=SimpleNamespace())
    platform.queue.leases = SimpleNamespace(sweep=hang)
    platform.database = SimpleNamespace(write=out_of_reach)
    monkeypatch.setattr(housekeeping, "_DUTIES", (("schedules", 0.0, broken), ("webhooks", 0.0, well)))
    keeping = asyncio.create_task(housekeeping.housekeep(platform))
    told = f"Nobody could be told of the fault in schedules: {reason or 'TimeoutError'}"
    await until(lambda: keeping.done() or told in caplog.text)
    done.clear()
    await until(lambda: keeping.done() or done)
    assert not keeping.done()
    keeping.cancel()
    await asyncio.wait([keeping])


async def test_a_worker_gives_up_what_it_has_when_the_database_hangs_for_a_lease(tmp_path: Path) -> None:
    """A database that answers nothing, not even no, must not let two workers run the same case at once."""
    leases, settings = SimpleNamespace(beat=hang), SimpleNamespace(concurrency=1, lease_s=0.05, beat_s=0.01)
    platform: Any = SimpleNamespace(queue=SimpleNamespace(leases=leases), settings=settings)
    service: Any = SimpleNamespace(health=lambda: SimpleNamespace(browser="156"))
    runner = Runner(platform, service, name="w", folder=tmp_path)
    job = Job(Claim(execution_id=1, run_id=1, attempt=1, owner="w"))
    runner.jobs[job.claim] = job
    beating = asyncio.create_task(runner._keep_beating())
    async with asyncio.timeout(30):
        await job.stop.wait()
    beating.cancel()
    await asyncio.wait([beating])

    assert job.why == "lost"


async def hang(*_: object, **__: object) -> None:
    """Answer nothing."""
    await asyncio.Event().wait()


async def test_a_worker_that_cannot_be_started_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A machine that has no process to give for a moment must not cost the server its worker for good."""
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    monkeypatch.setattr(embedded, "_AGAIN_S", (0.0,))
    platform: Any = SimpleNamespace(settings=ServerSettings(_env_file=None, data_dir=tmp_path))
    keeping = asyncio.create_task(embedded._Child(platform).keep())
    await until(lambda: keeping.done() or caplog.text.count("could not be started (") > 1)
    assert not keeping.done()
    keeping.cancel()
    await asyncio.wait([keeping])


async def test_a_file_that_cannot_be_watched_is_watched_as_soon_as_it_can_be(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Who follows an execution on SQLite hears of it at once, also after the file was out of reach."""
    monkeypatch.setattr(signals, "_AGAIN_S", 0.01)
    path = tmp_path / "aiwebtest.db"
    async with Database(f"sqlite+aiosqlite:///{path}") as database, Signals(database) as ours:
        with ours.listening("run/1") as bell:
            await until(lambda: "cannot be watched" in caplog.text)
            with closing(sqlite3.connect(path)) as connection:
                connection.executescript(
                    "CREATE TABLE executions (id, run_id); CREATE TABLE execution_events (id, execution_id)"
                )
            assert await bell.wait(30.0)
