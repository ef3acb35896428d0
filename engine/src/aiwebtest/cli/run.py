"""`aiwebtest run`: run tests."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aiwebtest.cli.exits import Exit, of_run
from aiwebtest.cli.options import ConfigPath, Paths, Variables, pairs, project_of, refuse, select, shard

if TYPE_CHECKING:
    from aiwebtest.casefiles import Loaded
    from aiwebtest.config import Project
    from aiwebtest.core.case import Case

__all__ = ["run"]


def run(
    paths: Paths = None,
    base_url: Annotated[str | None, typer.Option(help="What relative URLs are relative to.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="Only cases with this tag; `!tag` without. Repeatable.")] = None,
    name: Annotated[list[str] | None, typer.Option(help="Only cases with this in their name. Repeatable.")] = None,
    workers: Annotated[str | None, typer.Option(metavar="N|auto", help="How many cases at the same time.")] = None,
    headed: Annotated[bool | None, typer.Option("--headed/--headless", help="Show the browser's window.")] = None,
    slow: Annotated[str | None, typer.Option(metavar="MS", help="Pause in front of each action.")] = None,
    provider: Annotated[str | None, typer.Option(help="Model provider for what rules cannot place.")] = None,
    frozen: Annotated[bool | None, typer.Option("--frozen", help="Replay only: no model, no new grounding.")] = None,
    fail_on_heal: Annotated[bool | None, typer.Option("--fail-on-heal", help="A healed step does not pass.")] = None,
    strict_effects: Annotated[
        bool | None, typer.Option("--strict-effects", help="An action without any effect fails.")
    ] = None,
    retries: Annotated[str | None, typer.Option(metavar="N", help="Tries more for a case that did not pass.")] = None,
    max_failures: Annotated[
        str | None, typer.Option(metavar="N", help="End early after so many cases that did not pass.")
    ] = None,
    timeout: Annotated[str | None, typer.Option(help="How long a step may take: 10s, 500ms.")] = None,
    shard_: Annotated[str | None, typer.Option("--shard", metavar="I/N", help="Only part I of N.")] = None,
    report: Annotated[
        list[str] | None, typer.Option(metavar="KIND[=PATH]", help="html, junit, json or md. Repeatable.")
    ] = None,
    report_dir: Annotated[Path | None, typer.Option(help="Folder of reports and pictures.")] = None,
    trace: Annotated[str | None, typer.Option(metavar="on|off|on-failure", help="Playwright's trace.")] = None,
    screenshots: Annotated[str | None, typer.Option(metavar="on|off|on-failure", help="Pictures of steps.")] = None,
    update_lock: Annotated[
        bool, typer.Option("--update-lock", help="Ground every step anew and store what passed.")
    ] = False,
    var: Variables = None,
    watch: Annotated[bool, typer.Option("--watch", help="Run again when a file changes.")] = False,
    list_: Annotated[bool, typer.Option("--list", help="List the cases that would be run, and end.")] = False,
    config: ConfigPath = None,
) -> None:
    """Run tests.

    Exit codes: 0 passed, 1 failed, 2 usage, 3 error, 5 nothing selected, 130 interrupted.
    """
    given: dict[str, Any] = {
        "base_url": base_url, "workers": workers, "headed": headed, "slow": slow, "provider": provider,
        "frozen": frozen, "fail_on_heal": fail_on_heal, "strict_effects": strict_effects, "retries": retries,
        "max_failures": max_failures, "timeout": timeout, "report": tuple(report) if report else None,
        "report_dir": report_dir, "trace": trace, "screenshots": screenshots,
    }  # fmt: skip
    chosen = _Choice(paths or [], tag or [], name or [], shard_, pairs(var), update_lock=update_lock)
    project = project_of(config, **given)
    if list_:
        _list(chosen.cases(project))
        return
    if watch:
        from aiwebtest.cli.watch import watch_and_run

        watch_and_run(project, lambda changed: chosen.run(project_of(config, **given), changed))
        return
    raise typer.Exit(chosen.run(project))


class _Choice:
    """What was asked for on the command line besides settings: which cases, and with which variables."""

    def __init__(
        self, paths: list[Path], tags: list[str], names: list[str], part: str | None, variables: dict[str, str], *,
        update_lock: bool,
    ) -> None:  # fmt: skip
        self.paths, self.tags, self.names, self.part = paths, tags, names, part
        self.variables, self.update_lock = variables, update_lock

    def collect(self, project: Project, files: list[Path] | None = None) -> Loaded:
        """Return what the files hold; end the command if they have problems."""
        from aiwebtest.engine.collect import collect

        loaded = collect(project, files or self.paths, overrides=self.variables)
        refuse(loaded)
        return loaded

    def cases(self, project: Project) -> list[Case]:
        """Return the chosen cases."""
        return self._chosen(self.collect(project))

    def run(self, project: Project, files: list[Path] | None = None) -> Exit:
        """Run the chosen cases (of `files`, if given) and return how that ended."""
        from aiwebtest.cli.running import Reports, perform_project
        from aiwebtest.config.files import keep_out_of_git
        from aiwebtest.engine.collect import HISTORY, settings_of
        from aiwebtest.engine.serving import serving
        from aiwebtest.usage import UsageFile, UsageRecord

        loaded = self.collect(project, files)
        cases = self._chosen(loaded)
        if not cases:
            typer.echo(self._nothing(loaded), err=True)
            return Exit.NOTHING
        config = project.config
        settings = settings_of(
            config, secrets=dict(loaded.secrets), history=project.root / HISTORY, update_lock=self.update_lock
        )
        settings = replace(settings, whole_files=not (self.tags or self.names or self.part))
        keep_out_of_git(project.root / HISTORY.parent)
        reports = Reports(config.report, config.report_dir)
        with serving(config.serve, config.base_url, folder=project.root, timeout_s=config.serve_timeout, tell=_tell):
            usage = UsageRecord(UsageFile(project.root), "run")
            end = asyncio.run(perform_project(cases, project, settings, reports.listeners, usage=usage))
        reports.tell()
        return of_run(end)

    def _chosen(self, loaded: Loaded) -> list[Case]:
        return shard(select(loaded.cases, tags=self.tags, names=self.names), self.part)

    def _nothing(self, loaded: Loaded) -> str:
        from aiwebtest.reporting.words import plural

        if not loaded.cases:
            where = ", ".join(map(str, self.paths)) or "the configured paths"
            return f"No test file (*.test.yaml) was found in {where}.\n  Try: aiwebtest init writes a first one."
        given = [("--tag", self.tags), ("--name", self.names), ("--shard", self.part)]
        options = " and ".join(option for option, value in given if value)
        known = sorted({tag for case in loaded.cases for tag in case.tags})
        tags = f" Tags in use: {', '.join(known)}." if self.tags and known else ""
        return f"No case was selected by {options}, out of {plural(len(loaded.cases), 'case')}.{tags}"


def _tell(text: str) -> None:
    typer.echo(text, err=True)


def _list(cases: list[Case]) -> None:
    for case in cases:
        tags = f"  [{', '.join(sorted(case.tags))}]" if case.tags else ""
        typer.echo(f"{case.id}{tags}")
    from aiwebtest.reporting.words import plural

    typer.echo(plural(len(cases), "case"), err=True)
