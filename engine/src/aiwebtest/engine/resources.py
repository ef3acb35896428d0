"""What the executions of a run share: the browser, the model, the lockfiles, the log-ins."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from aiwebtest.browser.launch import BrowserPool, BrowserSettings
from aiwebtest.core.case import Case
from aiwebtest.core.events import Event, Notice
from aiwebtest.core.model import Model
from aiwebtest.engine.settings import RunSettings
from aiwebtest.lockfile import History, Lockfile

__all__ = ["RunResources", "open_resources"]


@dataclass(slots=True, kw_only=True)
class RunResources:
    """Shared by all workers of a run."""

    settings: RunSettings
    model: Model | None
    emit: Callable[[Event], None]
    pool: BrowserPool
    lockfiles: dict[str, Lockfile] = field(default_factory=dict)
    history: History | None = None  # of last passes, for explaining failures
    logins: dict[str, asyncio.Future[Any]] = field(default_factory=dict)  # session name and URL -> what its log-in left

    async def end_logins(self) -> None:
        """End the log-ins that still go on: nobody waits for them any more, and a run that is over acts no more."""
        for login in self.logins.values():
            login.cancel()
        await asyncio.gather(*self.logins.values(), return_exceptions=True)

    def prune_lockfiles(self, cases: Iterable[Case]) -> None:
        """Drop from the lockfiles what belongs to none of `cases`, which are all cases of their files."""
        by_path: dict[str, list[Case]] = {}
        for case in cases:
            by_path.setdefault(case.place.path, []).append(case)
        for path, lockfile in self.lockfiles.items():
            lockfile.prune(by_path.get(path, []))
            lockfile.save()

    def lockfile(self, case: Case) -> Lockfile | None:
        """Return the lockfile of the case's file, loaded once a run; None when lockfiles are not used."""
        if self.settings.lock == "off":
            return None
        path = case.place.path
        if path not in self.lockfiles:
            lockfile = self.lockfiles[path] = Lockfile.for_file(path, directory=self.settings.lock_dir)
            if lockfile.notice:
                self.emit(Notice(at=datetime.now(UTC), text=lockfile.notice, level="warning"))
        return self.lockfiles[path]


@asynccontextmanager
async def open_resources(
    settings: RunSettings, model: Model | None, emit: Callable[[Event], None], pool: BrowserPool | None
) -> AsyncIterator[RunResources]:
    """Yield a run's shared resources; what was opened here is closed when the block ends."""
    async with AsyncExitStack() as stack:
        if pool is None:
            browser = BrowserSettings(headless=settings.headless, slow_ms=settings.slow_ms, debugging=model is not None)
            notice = partial(_notice, emit)
            pool = await stack.enter_async_context(BrowserPool(browser, on_notice=notice))
        history = History(settings.history_dir) if settings.history_dir else None
        resources = RunResources(settings=settings, model=model, emit=emit, pool=pool, history=history)
        try:
            yield resources
        finally:
            await resources.end_logins()


def _notice(emit: Callable[[Event], None], text: str) -> None:
    emit(Notice(at=datetime.now(UTC), text=text, level="warning"))
