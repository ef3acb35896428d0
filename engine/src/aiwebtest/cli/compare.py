"""`aiwebtest compare`: the same tests on several providers, side by side."""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aiwebtest.cli.exits import Exit
from aiwebtest.cli.options import ConfigPath, Paths, Variables, pairs, project_of, refuse, select
from aiwebtest.core.errors import UsageError

if TYPE_CHECKING:
    from aiwebtest.browser.launch import BrowserPool
    from aiwebtest.config import Project
    from aiwebtest.core.case import Case
    from aiwebtest.engine.models import RunModels
    from aiwebtest.engine.settings import RunSettings
    from aiwebtest.reporting.comparison import Comparison, Heard

__all__ = ["compare"]


def compare(
    paths: Paths = None,
    providers: Annotated[
        str, typer.Option(metavar="A,B,...", help="Who is asked: google,cerebras/gpt-oss-120b,openrouter, builtin.")
    ] = "google,cerebras,openrouter",
    repeat: Annotated[int, typer.Option(min=1, help="How often each provider runs all tests.")] = 1,
    markdown: Annotated[Path | None, typer.Option(help="Write the comparison there as Markdown.")] = None,
    json_: Annotated[Path | None, typer.Option("--json", help="Write it there as JSON.")] = None,
    base_url: Annotated[str | None, typer.Option(help="What relative URLs are relative to.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="Only cases with this tag; `!tag` without. Repeatable.")] = None,
    name: Annotated[list[str] | None, typer.Option(help="Only cases with this in their name. Repeatable.")] = None,
    timeout: Annotated[str | None, typer.Option(help="How long a step may take: 10s, 500ms.")] = None,
    report_dir: Annotated[Path | None, typer.Option(help="Folder of the records of requests.")] = None,
    var: Variables = None,
    config: ConfigPath = None,
) -> None:
    """Run the same tests on several providers, and show speed, tokens, money, outcome and agreement side by side.

    Lockfiles are neither read nor written, so that the models are really asked; each provider stands alone, without
    fallbacks. Providers take turns round by round, one case at a time. Exit codes: 0 compared, 2 usage, 5 nothing
    selected, 130 interrupted.
    """
    names = list(dict.fromkeys(part.strip() for part in providers.split(",") if part.strip()))
    if len(names) < 2:
        raise UsageError("A comparison needs two providers.", mend="write, for example, --providers google,cerebras.")
    given = {"base_url": base_url, "timeout": timeout, "report_dir": report_dir}
    arms = [_Arm.of(project_of(config, provider=one, **given), one) for one in names]
    cases, settings, project = _collected(arms, paths or [], tag or [], name or [], pairs(var))
    if not cases:
        typer.echo("No case was selected.", err=True)
        raise typer.Exit(Exit.NOTHING)

    from aiwebtest.cli.running import keep_out_of_git
    from aiwebtest.engine.serving import serving
    from aiwebtest.reporting.comparison import Comparison

    at = project.config
    keep_out_of_git(at.report_dir.parent.parent)
    with serving(at.serve, at.base_url, folder=project.root, timeout_s=at.serve_timeout, tell=_tell):
        heard = asyncio.run(_run(arms, cases, settings, repeat))
    if heard is None:
        raise typer.Exit(Exit.INTERRUPTED)
    compared = Comparison(heard, remarks=[remark for arm in arms for remark in arm.remarks()])
    _print(compared)
    for file, text in ((markdown, compared.markdown()), (json_, json.dumps(compared.as_json(), indent=2) + "\n")):
        if file:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            typer.echo(f"Report: {file}")


@dataclass(frozen=True, slots=True)
class _Arm:
    """One provider with the project's settings as it is to be asked: alone, and with a record of its own."""

    provider: str
    project: Project

    @classmethod
    def of(cls, project: Project, provider: str) -> _Arm:
        folder = project.config.report_dir / "compare" / re.sub(r"[^\w.-]+", "-", provider)
        return cls(
            provider,
            replace(
                project,
                config=project.config.model_copy(update={"report_dir": folder, "frozen": False}),
                providers=project.providers.model_copy(update={"model_fallbacks": ()}),
            ),
        )

    def remarks(self) -> list[str]:
        """Return what a reader of the figures must know: another address is not the provider itself."""
        vendor = self.provider.partition("/")[0]
        address = "" if vendor == "builtin" else self.project.providers.base_url_of(vendor)
        return [f"{self.provider} was asked at {address}"] if address else []


def _collected(
    arms: list[_Arm], paths: list[Path], tags: list[str], names: list[str], variables: dict[str, str]
) -> tuple[list[Case], RunSettings, Project]:
    """Return the chosen cases, read as a provider may be asked, how they are run, and the project they are of."""
    from aiwebtest.engine.collect import collect, settings_of

    project = next((arm.project for arm in arms if arm.provider != "builtin"), arms[0].project)
    loaded = collect(project, paths, overrides=variables)
    refuse(loaded)
    settings = settings_of(project.config, secrets=dict(loaded.secrets))
    settings = replace(settings, lock="off", retries=0, max_failures=None, workers=1, trace="off", screenshots="off")
    return [_unanimous(case) for case in select(loaded.cases, tags=tags, names=names)], settings, project


def _unanimous(case: Case) -> Case:
    """Return the case without consensus: each provider answers for itself."""
    return replace(case, steps=tuple(replace(step, consensus=()) for step in case.steps))


async def _run(arms: list[_Arm], cases: list[Case], settings: RunSettings, repeat: int) -> list[Heard] | None:
    """Run all rounds and return what was heard of each provider; None when it was interrupted."""
    from aiwebtest.browser.launch import BrowserPool, BrowserSettings

    browser = BrowserSettings(headless=settings.headless, slow_ms=settings.slow_ms, debugging=True)
    async with AsyncExitStack() as stack:
        asked = [await _asked(arm, cases, settings, stack) for arm in arms]
        for one in asked:  # after all of them: a missing key ends the command before a browser is started
            one.pool = await stack.enter_async_context(BrowserPool(browser, on_notice=_tell))
        for number in range(repeat):
            # Another one begins each round, so that a slow minute does not always meet the same provider.
            for one in asked[number % len(asked) :] + asked[: number % len(asked)]:
                one.heard.round = number
                if not await one.run(f"{number + 1}/{repeat}"):
                    return None
        return [one.heard for one in asked]


async def _asked(arm: _Arm, cases: list[Case], settings: RunSettings, stack: AsyncExitStack) -> _Asked:
    """Return one provider ready to be asked. Raises UsageError when it cannot be."""
    from aiwebtest.engine.models import RunModels
    from aiwebtest.reporting.comparison import Heard

    models = await stack.enter_async_context(RunModels(arm.project))
    prepared = await models.prepare(cases)
    for warning in models.warnings:
        _tell(f"warning: {warning}")
    own = replace(settings, provider=arm.provider, report_dir=arm.project.config.report_dir)
    return _Asked(Heard(arm.provider), models, prepared, own)


@dataclass(slots=True)
class _Asked:
    """One provider, ready to run: its cases and settings, and a browser of its own, where its Stagehand is attached."""

    heard: Heard
    models: RunModels
    cases: list[Case]
    settings: RunSettings
    pool: BrowserPool | None = None

    async def run(self, which: str) -> bool:
        """Run the cases once; False when it was interrupted."""
        from aiwebtest.cli.running import perform

        end = await perform(self.cases, self.settings, [self.heard], model=self.models.model, pool=self.pool)
        if end is None or end.interrupted:
            return False
        counts = ", ".join(f"{count} {outcome}" for outcome, count in end.counts.items())
        _tell(f"{self.heard.provider} {which}: {counts} in {end.duration_s:.1f} s")
        return True


def _print(compared: Comparison) -> None:
    from rich.console import Console
    from rich.table import Table

    from aiwebtest.reporting.comparison import COLUMNS, FORMULA

    rows = compared.rows()
    table = Table(show_edge=False, pad_edge=False)
    table.add_column("")
    for row in rows:
        table.add_column(row.provider, justify="right", overflow="fold")
    for label, *cells in list(zip(COLUMNS, *(row.cells() for row in rows), strict=True))[1:]:
        table.add_row(label, *cells)
    console = Console(highlight=False)
    console.print(table)
    for remark in compared.remarks:
        console.print(remark, markup=False)
    if number := len(compared.differences()):
        console.print(f"Steps with different results: {number}; --markdown and --json list them.")
    console.print(FORMULA, style="dim")


def _tell(text: str) -> None:
    typer.echo(text, err=True)
