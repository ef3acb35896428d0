"""Arms: the providers of a comparison or an experiment, each alone, on the same cases and with a browser of its own."""

from __future__ import annotations

import re
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from aiwebtest.cli.options import refuse, select
from aiwebtest.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aiwebtest.browser.launch import BrowserPool
    from aiwebtest.config import Project
    from aiwebtest.core.case import Case
    from aiwebtest.core.events import RunFinished
    from aiwebtest.engine.models import RunModels
    from aiwebtest.engine.settings import RunSettings
    from aiwebtest.reporting.comparison import Heard

__all__ = ["Arm", "Asked", "collected", "opened", "require_statistics", "tell"]


@dataclass(frozen=True, slots=True)
class Arm:
    """One provider with the project's settings as it is to be asked: alone, and with a record of its own."""

    provider: str
    project: Project
    command: str  # that asks it

    @classmethod
    def of(cls, project: Project, provider: str, command: str) -> Arm:
        """Return the arm of a provider; its records go to a folder called as the command in the folder of reports."""
        records = project.config.report_dir / command / re.sub(r"[^\w.-]+", "-", provider)
        return cls(
            provider,
            replace(
                project,
                config=project.config.model_copy(update={"report_dir": records, "frozen": False}),
                providers=project.providers.model_copy(update={"model_fallbacks": ()}),
            ),
            command,
        )

    def remarks(self) -> list[str]:
        """Return what a reader of the figures must know: another address is not the provider itself."""
        vendor = self.provider.partition("/")[0]
        address = "" if vendor == "builtin" else self.project.providers.base_url_of(vendor)
        return [f"{self.provider} was asked at {address}"] if address else []


def collected(
    arms: list[Arm], paths: list[Path], tags: list[str], names: list[str], variables: dict[str, str]
) -> tuple[list[Case], RunSettings, Project]:
    """Return the chosen cases, read as a provider may be asked, how they are run, and the project they are of."""
    from aiwebtest.engine.collect import collect, settings_of
    from aiwebtest.engine.models import alone

    project = next((arm.project for arm in arms if arm.provider != "builtin"), arms[0].project)
    loaded = collect(project, paths, overrides=variables)
    refuse(loaded)
    settings = settings_of(project.config, secrets=dict(loaded.secrets))
    settings = replace(settings, lock="off", retries=0, max_failures=None, workers=1, trace="off", screenshots="off")
    return [alone(case) for case in select(loaded.cases, tags=tags, names=names)], settings, project


async def opened(arms: Sequence[Arm], cases: list[Case], settings: RunSettings, stack: AsyncExitStack) -> list[Asked]:
    """Return the arms ready to be asked. Raises UsageError, before any browser is started, when one cannot be."""
    from aiwebtest.browser.launch import BrowserPool, BrowserSettings

    browser = BrowserSettings(headless=settings.headless, slow_ms=settings.slow_ms, debugging=True)
    asked = [await _asked(arm, cases, settings, stack) for arm in arms]
    for one in asked:  # after all of them: a missing key ends the command before a browser is started
        one.pool = await stack.enter_async_context(BrowserPool(browser, on_notice=tell))
    return asked


async def _asked(arm: Arm, cases: list[Case], settings: RunSettings, stack: AsyncExitStack) -> Asked:
    from aiwebtest.cli.running import keeping
    from aiwebtest.engine.models import RunModels
    from aiwebtest.reporting.comparison import Heard
    from aiwebtest.usage import UsageFile, UsageRecord

    usage = UsageRecord(UsageFile(arm.project.root), arm.command, trial=True)
    stack.enter_context(keeping(usage))
    models = await stack.enter_async_context(RunModels(arm.project, usage=usage))
    prepared = await models.prepare(cases)
    for warning in models.warnings:
        tell(f"warning: {warning}")
    own = replace(settings, provider=arm.provider, report_dir=arm.project.config.report_dir)
    return Asked(Heard(arm.provider), models, prepared, own)


@dataclass(slots=True)
class Asked:
    """One provider, ready to run: its cases and settings, and a browser of its own, where its Stagehand is attached."""

    heard: Heard
    models: RunModels
    cases: list[Case]
    settings: RunSettings
    pool: BrowserPool | None = None

    async def run(self, cases: list[Case] | None = None) -> RunFinished | None:
        """Run the cases (all of them, unless some are given) once; None when it was interrupted."""
        from aiwebtest.cli.running import perform

        told = self.cases if cases is None else cases
        end = await perform(told, self.settings, [self.heard], model=self.models.model, pool=self.pool)
        return None if end is None or end.interrupted else end


def require_statistics(what: str) -> None:
    """Say what to install where the libraries of statistics are missing, before anything is run."""
    from importlib.util import find_spec

    if not (find_spec("scipy") and find_spec("statsmodels")):
        raise UsageError(
            f"{what} need scipy and statsmodels, which are not installed.",
            mend='pip install "aiwebtest[experiments]"',
        )


def tell(text: str) -> None:
    """Print a line beside the results."""
    typer.echo(text, err=True)
