"""Runs single cases from synchronous code, in one browser that is kept on a thread and event loop of its own."""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import replace
from datetime import UTC, datetime

from aiwebtest.browser.launch import BrowserPool, BrowserSettings
from aiwebtest.config import Project
from aiwebtest.core.case import Case
from aiwebtest.core.events import CaseFinished, Event, Listener, Notice, RunFinished, RunStarted
from aiwebtest.core.verdict import Outcome, worst
from aiwebtest.engine.collect import HISTORY, settings_of
from aiwebtest.engine.models import RunModels
from aiwebtest.engine.run import run_cases
from aiwebtest.engine.serving import serving
from aiwebtest.engine.settings import RunSettings
from aiwebtest.usage import UsageFile, UsageRecord

__all__ = ["BackgroundRuns"]


class BackgroundRuns:
    """One run, case by case: the listeners hear one beginning, all that happens in the cases, and one end.

    Callers may be on any thread, also on one with a running event loop; one at a time. `close` ends the run.
    """

    def __init__(self, project: Project, listeners: Sequence[Listener] = ()) -> None:
        self._project, self._listeners = project, listeners
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="aiwebtest", daemon=True)
        self._stack = AsyncExitStack()
        self._pool: BrowserPool | None = None
        self._usage = UsageRecord(UsageFile(project.root), "pytest")
        self._models = RunModels(project, usage=self._usage)
        self._warned: set[str] = set()
        self._outcomes: Counter[Outcome] = Counter()
        self._began_at: datetime | None = None
        self._run = uuid.uuid4().hex[:12]

    def run(self, case: Case, secrets: Mapping[str, str]) -> tuple[Event, ...]:
        """Run one case, retries included, and return what happened.

        Raises:
            UsageError: the application could not be started as the configuration says, or a provider's key is missing.
            BrowserUnavailable: there is no browser.
        """
        if not self._thread.is_alive():
            self._thread.start()
        stop = asyncio.Event()
        future = asyncio.run_coroutine_threadsafe(self._run_case(case, secrets, stop), self._loop)
        try:
            return future.result()
        finally:
            if not future.done():  # Ctrl-C above all: the case must not go on behind its caller's back
                self._loop.call_soon_threadsafe(stop.set)
                future.cancel()

    def close(self) -> None:
        """Close the browser, end the application if it was started, and let the listeners write."""
        try:
            if self._thread.is_alive():
                asyncio.run_coroutine_threadsafe(self._stack.aclose(), self._loop).result()
                self._loop.call_soon_threadsafe(self._loop.stop)
                self._thread.join()
        finally:
            self._loop.close()
            self._end()

    async def _run_case(self, case: Case, secrets: Mapping[str, str], stop: asyncio.Event) -> tuple[Event, ...]:
        settings = settings_of(self._project.config, secrets=secrets, history=self._project.root / HISTORY)
        [case] = await self._models.prepare([case])
        pool = self._pool or await self._open(settings)
        heard: list[Event] = []
        model = self._models.model
        async with aclosing(run_cases([case], settings, model=model, stop=stop, pool=pool)) as events:
            async for event in events:
                heard.append(event)
                self._tell(event)
                self._warn()
        return tuple(heard)

    def _warn(self) -> None:
        """Tell once what is odd about the models."""
        for text in self._models.warnings:
            if text not in self._warned:
                self._warned.add(text)
                self._tell(Notice(at=datetime.now(UTC), text=text, level="warning"))

    async def _open(self, settings: RunSettings) -> BrowserPool:
        config = self._project.config
        self._stack.enter_context(
            serving(config.serve, config.base_url, folder=self._project.root, timeout_s=config.serve_timeout)
        )
        browser = BrowserSettings(
            headless=settings.headless, slow_ms=settings.slow_ms, debugging=self._models.could_ask
        )
        self._pool = await self._stack.enter_async_context(BrowserPool(browser))
        await self._stack.enter_async_context(self._models)
        return self._pool

    def _tell(self, event: Event) -> None:
        """Pass an event on; each case's own beginning and end of a run are put together to one."""
        if isinstance(event, RunStarted):
            if self._began_at is not None:
                return
            self._began_at, event = event.at, replace(event, run=self._run)
        elif isinstance(event, RunFinished):
            return
        elif isinstance(event, CaseFinished) and not event.will_retry:
            self._outcomes[event.outcome] += 1
        for listener in self._everyone:
            listener.on_event(event)

    @property
    def _everyone(self) -> tuple[Listener, ...]:
        return *self._listeners, *self._models.listeners

    def _end(self) -> None:
        if self._began_at is not None:
            now = datetime.now(UTC)
            if hindered := self._usage.keep():
                self._tell(Notice(at=now, text=hindered, level="warning"))
            end = RunFinished(
                run=self._run, at=now, duration_s=(now - self._began_at).total_seconds(),
                outcome=worst(*self._outcomes), counts=dict(self._outcomes),
            )  # fmt: skip
            for listener in self._everyone:
                listener.on_event(end)
        for listener in self._everyone:
            listener.close()
