"""The models of a run: who is asked by which case, with providers, ledger and browser side put together."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from aiwebtest.config import Project
from aiwebtest.core.case import PROVIDERS, Case, Step
from aiwebtest.core.events import Attempt, Listener
from aiwebtest.core.generation import Generator
from aiwebtest.core.model import Model
from aiwebtest.lab import Decisions
from aiwebtest.providers.metering import LEDGER_NAME, Ledger
from aiwebtest.usage import UsageRecord

if TYPE_CHECKING:
    from aiwebtest.providers.registry import Providers
    from aiwebtest.providers.router import Router

__all__ = ["DECISIONS", "RunModels", "alone", "named_providers"]

DECISIONS = Path(".aiwebtest") / "decisions.jsonl"
"""Where a project keeps what models were asked and answered, when it says so."""


ROUTING = Path(".aiwebtest") / "routing.json"
"""Where a project keeps what routing has learned of its providers."""


class RunModels:
    """The model of a run, made when a case needs one.

    ```python
    async with RunModels(project) as models:
        cases = models.prepare(cases)
        run_cases(cases, settings, model=models.model)
    ```
    `warnings` tells of retired models and settings that disagree; `listeners` want to hear the run's events.
    """

    def __init__(
        self, project: Project, *, decisions: Decisions | None = None, router: Router | None = None,
        usage: UsageRecord | None = None,
    ) -> None:  # fmt: skip
        """`decisions` and `router` are those of a program around it, which lets them hear the events itself.

        `usage` takes each request, and is kept by whoever made it.
        """
        self.model: Model | None = None
        self.warnings: tuple[str, ...] = ()
        self._project = project
        self._ledger = Ledger(project.config.report_dir / LEDGER_NAME)
        self._ledger_begun = False
        self._stack = AsyncExitStack()
        self._providers: Providers | None = None
        self._decisions, self._router, self._usage = decisions, router, usage
        if router is None:
            self._router = _router(project)
        if decisions is None and project.config.record_decisions:
            self._decisions = Decisions(project.root / DECISIONS, routed=self._router is not None)

    async def __aenter__(self) -> RunModels:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    @property
    def listeners(self) -> tuple[Listener, ...]:
        """Return what wants to hear the run's events: records of decisions and use, and the router that learns."""
        return tuple(one for one in (self._decisions, self._router, self._usage) if one is not None)

    @property
    def could_ask(self) -> bool:
        """Tell whether this or a later case may ask a model: there is one, or a key for one."""
        settings = self._project.providers
        keys = any(settings.key_of(vendor) for vendor in PROVIDERS if vendor != "builtin")
        return self.model is not None or keys or bool(settings.base_url_of("openai"))

    async def prepare(self, cases: Sequence[Case]) -> list[Case]:
        """Return the cases with the provider that each is to ask, and make what answers them.

        The command line beats the test, the test beats the settings. Raises UsageError, before any browser, when a
        provider that is needed cannot be asked: its key is missing, or nobody knows it.
        """
        settings, config = self._project.providers, self._project.config
        default = config.provider or "builtin"
        given = default if self._project.provider_given else None
        told = [_with_provider(case, given, default, settings.check_provider) for case in cases]
        wanted = named_providers(told)
        if config.frozen or not wanted:  # a frozen run asks nobody, and needs no key
            self._begin_ledger()
            return told if given else list(cases)
        await self._make(wanted, default)
        return told

    async def warm(self) -> None:
        """Make what answers the cases that name no provider themselves, before the first of them comes.

        Raises UsageError when that provider cannot be asked.
        """
        config = self._project.config
        if config.provider not in (None, "builtin") and not config.frozen:
            await self._make([config.provider], config.provider)

    def know_spent(self, today_usd: float) -> None:
        """Take over what today has cost on other machines too, for the day's budget."""
        if self._providers is not None:
            self._providers.know_spent(today_usd)

    async def _make(self, wanted: Sequence[str], default: str) -> None:
        if self._providers is None:
            await asyncio.to_thread(import_module, "aiwebtest.grounding.model.stagehand")  # it takes seconds, too
            await self._open(default)
        assert self._providers is not None
        self.warnings = (*self._project.providers.choice().warnings, *self._providers.check(wanted))
        self._begin_ledger()
        await asyncio.to_thread(self._providers.load, wanted)
        for name in wanted:
            self._providers.chain(name)

    def _begin_ledger(self) -> None:
        """Take away the ledger of the run before, once it is sure that this one takes place."""
        if not self._ledger_begun:
            self._ledger.clear()
            self._ledger_begun = True

    def _note(self, attempt: Attempt) -> None:
        self._ledger.write([attempt])
        if self._usage is not None:
            self._usage.take(attempt)

    async def _open(self, default: str) -> None:
        from aiwebtest.browser.observed import node_at
        from aiwebtest.grounding.model.stagehand import StagehandModel
        from aiwebtest.providers.budget import spent_file
        from aiwebtest.providers.registry import Providers

        project = self._project
        providers = Providers(
            project.providers, looked_in=project.keys_looked_in, on_attempt=self._note,
            spent_file=spent_file(), order=self._router.order if self._router else None,
        )  # fmt: skip
        self._providers = await self._stack.enter_async_context(providers)

        def chain(name: str | None, *fallbacks: tuple[str, ...]) -> Generator:
            made = providers.chain(name or default, *fallbacks)
            return self._decisions.around(made) if self._decisions else made

        model = StagehandModel(chain, alone=lambda name: chain(name, ()), name=default, resolve=node_at)
        self._stack.push_async_callback(model.close)
        self.model = model


def _router(project: Project) -> Router | None:
    """Return what chooses who is asked first; None where that is fixed."""
    settings = project.providers
    if settings.model_routing == "fixed":
        return None
    from aiwebtest.providers.router import Router, policy_of

    return Router(policy_of(settings), project.root / ROUTING)


def named_providers(cases: Iterable[Case]) -> list[str]:
    """Return the providers that cases name, each once; `builtin` is none."""
    named: list[str | None] = []
    for case in cases:
        named += [case.provider, case.check_provider]
        for step in (*case.steps, *(case.session.steps if case.session else ())):
            named += [step.provider, *step.consensus]
    return [name for name in dict.fromkeys(named) if name and name != "builtin"]


def alone(case: Case) -> Case:
    """Return the case as an arm runs it: once, and each provider answers for itself, without a consensus."""
    return replace(case, retries=0, steps=tuple(replace(step, consensus=()) for step in case.steps))


def _with_provider(case: Case, given: str | None, default: str, check_provider: str | None) -> Case:
    """Return the case with whom it asks: as given on the command line, else as it says, else as set."""
    if given is None:
        judge = case.check_provider or (check_provider if case.provider is None else None)
        return replace(case, provider=case.provider or default, check_provider=judge)
    session = case.session and replace(case.session, steps=_steps(case.session.steps, given))
    return replace(case, provider=given, check_provider=None, steps=_steps(case.steps, given), session=session)


def _steps(steps: tuple[Step, ...], given: str) -> tuple[Step, ...]:
    """Return the steps without providers of their own; a consensus stays, unless no model is to be asked at all."""
    return tuple(replace(step, provider=None, consensus=() if given == "builtin" else step.consensus) for step in steps)
