"""A worker's heart: takes executions as long as it has free slots, beats for those it has, and sweeps up after others.

Wake-ups only make it look earlier; it looks by itself as well.
"""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from pathlib import Path

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.database import AWAY
from app.models import Worker
from app.services import faults
from app.services.leases import Claim, LostLease
from app.services.platform import Platform
from app.services.signals import STOP, WORK
from app.services.stagehand_service import StagehandService
from app.workers.jobs import Job, perform

__all__ = ["Runner"]

_LOOK_S = 0.25  # between two looks for work, where no bell rings
_LOOK_HEARING_S = 1.0  # where one does
_DRAIN_MORE_S = 20.0  # for what was cut off to be put back

_log = logging.getLogger(__name__)


class Runner:
    """Runs executions until it is told to end.

    `name` is the owner in leases, unique to this process. `folder` is the process's own, for what executions leave on
    the way.
    """

    def __init__(self, platform: Platform, service: StagehandService, *, name: str, folder: Path) -> None:
        self.jobs: dict[Claim, Job] = {}
        self.draining = False
        self._platform, self._service, self._name, self._folder = platform, service, name, folder
        self._leases = platform.queue.leases
        self._concurrency = platform.settings.concurrency
        self._wake, self._beat_now = asyncio.Event(), asyncio.Event()
        self._looking = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._beaten_at = time.monotonic()

    def look(self, topic: str) -> None:
        """Look for work or for stops now, whichever the topic says."""
        (self._wake if topic == WORK else self._beat_now).set()

    def find(self, execution_id: int) -> Job | None:
        """Return the job of an execution that runs here."""
        return next((job for job in self.jobs.values() if job.claim.execution_id == execution_id), None)

    async def run(self) -> None:
        """Take executions until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._take_work(), name="take work")
            group.create_task(self._keep_beating(), name="beat")
            if not self._platform.database.on_sqlite:
                for topic in (WORK, STOP):
                    group.create_task(self._hear(topic), name=f"hear of {topic}")

    async def take(self) -> Job | None:
        """Claim what is due and begin it; None when nothing is, or no slot is free."""
        async with self._looking:
            if self.draining or len(self.jobs) >= self._concurrency:
                return None
            claim = await self._leases.claim(self._name)
            if claim is None:
                return None
            job = self.jobs[claim] = Job(claim)
        task = asyncio.create_task(self._perform(job), name=f"execution {claim.execution_id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return job

    async def drain(self, patience_s: float) -> None:
        """Begin nothing more; let what runs end within `patience_s`, and put back what does not."""
        self.draining = True
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=patience_s)
        for job in self.jobs.values():
            job.end("drained")
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=_DRAIN_MORE_S)

    async def _perform(self, job: Job) -> None:
        folder = self._folder / f"{job.claim.execution_id}-{job.claim.attempt}"
        try:
            await perform(self._platform, self._service, job, folder)
        except AWAY:
            _log.exception("Execution %s could not be written down", job.claim.execution_id)
        except Exception as exc:  # noqa: BLE001 - the task's border: told as a fault of ours, and not tried again
            _log.exception("Execution %s could not be written down", job.claim.execution_id)
            what = f"A fault of AI Web Test while it wrote down what happened: {type(exc).__name__}."
            problem = {"code": "internal", "what": what, "mend": "see the worker's log, and report it."}
            with suppress(LostLease, *AWAY):  # it is another's by now, or found when its lease is over
                await self._leases.finish(job.claim, outcome="error", problem=problem)
            await faults.tell(self._platform, f"execution {job.claim.execution_id}", exc)
        finally:
            del self.jobs[job.claim]
            job.done.set()
            self._wake.set()

    async def _take_work(self) -> None:
        pause = _LOOK_S if self._platform.database.on_sqlite else _LOOK_HEARING_S
        while True:
            self._wake.clear()
            try:
                while await self.take() is not None:
                    pass
            except AWAY as exc:
                _log.warning("No work can be taken, the database is away: %s", str(exc).splitlines()[0])
            await _heard(self._wake, pause)

    async def _keep_beating(self) -> None:
        lease_s = self._platform.settings.lease_s
        while True:
            self._beat_now.clear()
            claims = list(self.jobs)
            begun = time.monotonic()
            try:
                async with asyncio.timeout(lease_s):  # a database that hangs is away as well
                    beaten = await self._leases.beat(
                        self._name, claims, draining=self.draining, browser=self._service.health().browser
                    )
            except (TimeoutError, *AWAY):
                if time.monotonic() - self._beaten_at > lease_s:  # by now somebody else may have them
                    for claim in claims:
                        self._end(claim, lost=True)
            else:
                self._beaten_at = begun
                for claim in beaten.stop:
                    self._end(claim, lost=False)
                for claim in beaten.lost:
                    self._end(claim, lost=True)
            await _heard(self._beat_now, self._platform.settings.beat_s)

    def _end(self, claim: Claim, *, lost: bool) -> None:
        job = self.jobs.get(claim)
        if job is not None:
            job.end("lost" if lost else "stopped")

    async def _hear(self, topic: str) -> None:
        """Look when PostgreSQL tells of it."""
        with self._platform.signals.listening(topic) as bell:
            while True:
                await bell.wait(60.0)
                bell.quiet()
                self.look(topic)


async def _heard(event: asyncio.Event, at_most_s: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), at_most_s)
    except TimeoutError:
        return


async def forget(session: AsyncSession, name: str) -> None:
    """Take a worker off the list."""
    await session.execute(delete(Worker).where(Worker.name == name))
