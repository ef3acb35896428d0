"""What the executions of a run share: the browser, the model, the lockfiles, the log-ins."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiwebtest.browser.launch import BrowserSettings
from aiwebtest.browser.session import BrowserPool
from aiwebtest.core.case import Case
from aiwebtest.core.events import Event
from aiwebtest.core.model import Model
from aiwebtest.engine.settings import RunSettings
from aiwebtest.lockfile import Lockfile

__all__ = ["RunResources", "open_resources"]


@dataclass(slots=True, kw_only=True)
class RunResources:
    """Shared by all workers of a run."""

    settings: RunSettings
    model: Model | None
    emit: Callable[[Event], None]
    pool: BrowserPool
    lockfiles: dict[str, Lockfile] = field(default_factory=dict)
    logins: dict[str, asyncio.Future[Any]] = field(default_factory=dict)  # session name -> its storage state

    def lockfile(self, case: Case) -> Lockfile | None:
        """Return the lockfile of the case's file, loaded once a run; None when lockfiles are not used."""
        if self.settings.lock == "off":
            return None
        path = case.place.path
        if path not in self.lockfiles:
            self.lockfiles[path] = Lockfile.for_file(path, directory=self.settings.lock_dir)
        return self.lockfiles[path]


@asynccontextmanager
async def open_resources(
    settings: RunSettings, model: Model | None, emit: Callable[[Event], None], pool: BrowserPool | None
) -> AsyncIterator[RunResources]:
    """Yield a run's shared resources; what was opened here is closed when the block ends."""
    async with AsyncExitStack() as stack:
        if pool is None:
            browser = BrowserSettings(headless=settings.headless, slow_ms=settings.slow_ms)
            pool = await stack.enter_async_context(BrowserPool(browser))
        yield RunResources(settings=settings, model=model, emit=emit, pool=pool)
