"""Run cases: workers take executions from a queue and everything that happens comes out as events."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aiwebtest.browser.launch import BrowserPool
from aiwebtest.core.case import Case
from aiwebtest.core.events import Event, RunFinished, RunStarted
from aiwebtest.core.model import Model
from aiwebtest.core.verdict import Outcome, worst
from aiwebtest.engine.execution import execute
from aiwebtest.engine.resources import RunResources, open_resources
from aiwebtest.engine.settings import RunSettings

__all__ = ["RunSettings", "run_cases"]

_RETRIED: frozenset[Outcome] = frozenset({"failed", "error"})


async def run_cases(
    cases: Sequence[Case],
    settings: RunSettings,
    *,
    model: Model | None = None,
    stop: asyncio.Event | None = None,
    pool: BrowserPool | None = None,
) -> AsyncGenerator[Event, None]:
    """Run `cases` and yield what happens, `RunStarted` first and `RunFinished` last.

    Setting `stop` ends the run early: running cases are cancelled and reported as interrupted, browsers are closed,
    and `RunFinished.interrupted` is true. A `pool` given from outside is used and left open.
    """
    run = _Run(list(cases), settings, model, stop or asyncio.Event(), pool)
    work = asyncio.create_task(run.work(), name="aiwebtest-run")
    try:
        while (event := await run.events.get()) is not None:
            yield event
        await work
    finally:
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work


@dataclass
class _Run:
    cases: list[Case]
    settings: RunSettings
    model: Model | None
    stop: asyncio.Event
    pool: BrowserPool | None
    events: asyncio.Queue[Event | None] = field(default_factory=asyncio.Queue)
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    queue: asyncio.Queue[Case] = field(default_factory=asyncio.Queue)

    def asked(self) -> str:
        """Return the providers that answer for the cases: the run's own, or those that cases name."""
        if self.model is None:
            return "builtin"
        names = dict.fromkeys(case.provider or self.model.name for case in self.cases)
        return ", ".join(name for name in names if name != "builtin") or "builtin"

    async def work(self) -> None:
        """Do the whole run; the last thing put on the queue is None, whatever happens."""
        run, began = uuid.uuid4().hex[:12], time.monotonic()
        try:
            workers = max(1, min(self.settings.workers, len(self.cases)))
            self.emit(
                RunStarted(
                    run=run,
                    at=_now(),
                    cases=len(self.cases),
                    workers=workers,
                    base_url=self.settings.base_url,
                    provider=self.asked(),
                )
            )
            for case in self.cases:
                self.queue.put_nowait(case)
            async with (
                open_resources(self.settings, self.model, self.emit, self.pool) as resources,
                asyncio.TaskGroup() as group,
            ):
                for number in range(workers):
                    group.create_task(self.worker(number, resources))
            if self.settings.update_lock and self.settings.whole_files and not self.stop.is_set():
                resources.prune_lockfiles(self.cases)
            self.emit(
                RunFinished(
                    run=run,
                    at=_now(),
                    duration_s=time.monotonic() - began,
                    outcome=worst(*self.outcomes),
                    counts=dict(self.outcomes),
                    interrupted=self.stop.is_set(),
                )
            )
        finally:
            self.events.put_nowait(None)

    async def worker(self, number: int, resources: RunResources) -> None:
        """Take cases from the queue until it is empty or the run is to end."""
        while not self.queue.empty() and not self.enough():
            await self.with_retries(self.queue.get_nowait(), number, resources)

    async def with_retries(self, case: Case, worker: int, resources: RunResources) -> None:
        """Execute a case, again while it does not pass and retries are left."""
        retries = self.settings.retries if case.retries is None else case.retries
        for retry in range(retries + 1):
            finished = await execute(
                case, resources, worker=worker, retry=retry, last_try=retry == retries, stop=self.stop
            )
            self.emit(finished)
            if not finished.will_retry:
                self.outcomes[finished.outcome] += 1
                return

    def enough(self) -> bool:
        """Tell whether no further case is to begin."""
        bad = sum(self.outcomes[outcome] for outcome in _RETRIED)
        limit = self.settings.max_failures
        return self.stop.is_set() or (limit is not None and bad >= limit)

    def emit(self, event: Event) -> None:
        """Send an event out."""
        self.events.put_nowait(event)


def _now() -> datetime:
    return datetime.now(UTC)
