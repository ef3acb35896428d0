"""Browser, Stagehand and provider of one process of the server: opened once, kept warm, closed without a trace.

    service = StagehandService(settings)
    await service.initialize()
    ...
    await service.shutdown()

Which provider is asked is told by the settings (`MODEL_PROVIDER`, or the older `USE_CEREBRAS` and `USE_GOOGLE_DIRECT`)
and may be another one for each execution; the browser is the same for all of them.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from types import TracebackType

from aiwebtest.browser.launch import BrowserPool, BrowserSettings
from aiwebtest.config import Project
from aiwebtest.core.case import PROVIDERS
from aiwebtest.core.errors import AiWebTestError, BrowserUnavailable, UsageError
from aiwebtest.engine.models import RunModels
from aiwebtest.lab import Decisions
from aiwebtest.providers.router import Router
from app.core.config import ServerSettings
from app.services import origins
from app.services.project import server_project
from app.services.routing import router_of

__all__ = ["StagehandHealth", "StagehandService"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StagehandHealth:
    """How the service is. `problem` says why it is not `ready`, for people."""

    ready: bool
    browser: str = ""  # its version
    browser_alive: bool = False
    provider: str = "builtin"  # who is asked when nothing else is said
    models: bool = False  # whether anybody can be asked: there is a key, or a server of one's own
    problem: str = ""
    warnings: tuple[str, ...] = ()  # settings that disagree, models that are retired


class StagehandService:
    """One warm browser and the model clients that executions share.

    `owner` marks the processes it starts, so that they are found when this one is killed.
    """

    def __init__(self, settings: ServerSettings, *, project: Project | None = None, owner: str = "") -> None:
        self._settings, self._project, self._owner = settings, project, owner
        self._stack = AsyncExitStack()
        self._opening, self._making = asyncio.Lock(), asyncio.Lock()
        self._pool: BrowserPool | None = None
        self._models: dict[tuple[object, ...], RunModels] = {}
        self._warnings: tuple[str, ...] = ()
        self.decisions = Decisions(None, only=set())  # of the executions that may be recorded
        self.router: Router | None = None  # chooses who is asked first, where that is not fixed
        self._problem = "It was not initialized yet."

    async def __aenter__(self) -> StagehandService:
        await self.initialize()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.shutdown()

    async def initialize(self) -> None:
        """Read which provider is meant, start the browser, and make the clients of its models.

        Does nothing when that is done already; tries again when it failed before. A provider that cannot be asked
        leaves the browser usable, for tests that ask nobody or somebody else.

        Raises:
            UsageError: settings are wrong, or the provider that they name has no key.
            BrowserUnavailable: no browser could be started or reached.
        """
        async with self._opening:
            if self._pool is not None:
                return
            try:
                await self._open()
            except AiWebTestError as exc:
                self._problem = f"{exc.what} {exc.mend}"
                raise

    async def _open(self) -> None:
        if self._project is None:
            self._project = await asyncio.to_thread(server_project)
        project, settings = self._project, self._settings
        self.router = router_of(project)
        if not settings.reached_by_browser:
            raise UsageError(
                "The browser of BROWSER_ENDPOINT is on another machine. Its pages need a way out by this worker, which "
                f"listens at {settings.worker_host}.",
                mend="set AIWEBTEST_WORKER_HOST to an address of this machine that the browser reaches.",
            )
        browser = BrowserSettings(
            endpoint=settings.browser_endpoint,
            debugging=could_ask(project),
            arguments=(f"--aiwebtest-worker={self._owner}",) if self._owner else (),
            proxy_host=settings.proxy_host,
        )
        async with AsyncExitStack() as stack:
            pool = await stack.enter_async_context(BrowserPool(browser, resolve=origins.resolver(settings)))
            async with pool.session():  # the first page of a browser takes longer than all later ones
                pass
            self._stack = stack.pop_all()
        self._pool, self._problem = pool, ""
        await self.models(project)

    @property
    def pool(self) -> BrowserPool:
        """Return the warm browser. Raises BrowserUnavailable before `initialize` and after `shutdown`."""
        if self._pool is None:
            raise BrowserUnavailable("The server's browser is not started.", mend="wait until it is, or see its log.")
        return self._pool

    @property
    def provider(self) -> str:
        """Return who is asked when nothing else is said: `builtin`, or `vendor/model` as the settings name it."""
        return (self._project.config.provider if self._project else None) or "builtin"

    async def models(self, project: Project) -> RunModels:
        """Return the models of a run's project; projects that ask the same share them, and they stay warm."""
        config = project.config
        asked = project.providers
        budgets = asked.budget_usd_per_execution, asked.budget_usd_per_day
        key = (config.provider, config.frozen, project.provider_given, asked.model_fallbacks, budgets)
        async with self._making:
            if key not in self._models:
                folder = self._settings.data_dir.resolve() / "engine" / f"ledger-{self._owner or 'server'}"
                told = config.model_copy(update={"report_dir": folder / str(len(self._models))})
                models = await self._stack.enter_async_context(
                    RunModels(replace(project, config=told), decisions=self.decisions, router=self.router)
                )
                await models.warm()
                self._models[key] = models
            self._warnings = self._models[key].warnings or self._warnings
            return self._models[key]

    def health(self) -> StagehandHealth:
        """Return how it is, without asking anybody."""
        pool = self._pool
        if pool is None:
            return StagehandHealth(ready=False, provider=self.provider, problem=self._problem)
        alive = pool.alive
        return StagehandHealth(
            ready=True,  # a browser that went away is started again by the next execution
            browser=pool.version,
            browser_alive=alive,
            provider=self.provider,
            models=self._project is not None and could_ask(self._project),
            problem=self._problem if alive else "The browser went away; the next execution starts it again.",
            warnings=self._warnings,
        )

    async def shutdown(self) -> None:
        """Close clients, browser and driver; none of their processes is left. May be called twice."""
        async with self._opening:
            self._pool, self._problem = None, "It was shut down."
            self._models.clear()
            await self._stack.aclose()


def could_ask(project: Project) -> bool:
    """Tell whether any provider can be asked with the project's settings."""
    providers = project.providers
    keys = any(providers.key_of(vendor) for vendor in PROVIDERS if vendor != "builtin")
    return keys or bool(providers.base_url_of("openai"))
