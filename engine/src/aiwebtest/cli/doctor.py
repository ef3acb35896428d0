"""`aiwebtest doctor`: is every configured provider set up, and does it answer?"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from aiwebtest.cli.exits import Exit
from aiwebtest.cli.options import ConfigPath, project_of

if TYPE_CHECKING:
    from aiwebtest.config import Project
    from aiwebtest.providers.examination import Report

__all__ = ["doctor"]

_COLOURS = {"good": "green", "bad": "red", "warning": "yellow", "not asked": "dim"}


def doctor(
    live: Annotated[
        bool, typer.Option("--live", help="Ask the providers too: their models, and a small question a schema.")
    ] = False,
    provider: Annotated[
        list[str] | None, typer.Option(help="Only this one, `cerebras` or `cerebras/MODEL`. Repeatable.")
    ] = None,
    config: ConfigPath = None,
) -> None:
    """Look at every configured provider: key (never shown), model, price; with --live also what it answers.

    Exit codes: 0 all is well, 2 something is not set up, 3 a provider does not answer as it should.
    """
    project = project_of(config)
    choice = project.providers.choice()
    typer.echo(f"Provider in use: {project.config.provider or 'builtin'}" + _by(choice.named_by))
    typer.echo(f"Looked for keys in: {', '.join(project.keys_looked_in)}")
    for warning in choice.warnings:
        typer.echo(f"warning: {warning}")
    wanted = provider or _configured(project)
    if not wanted:
        typer.echo("No provider is set up; `builtin` (rules and lockfile) needs none. Try: aiwebtest providers")
        return
    reports = asyncio.run(_examine(project, wanted, live=live))
    _print(reports)
    bad = [finding for report in reports for finding in report.findings if finding.state == "bad"]
    if any(finding.what in ("key", "model") for finding in bad):
        raise typer.Exit(Exit.USAGE)
    if bad:
        raise typer.Exit(Exit.ERROR)


def _by(setting: str) -> str:
    return f" (by {setting})" if setting else ""


def _configured(project: Project) -> list[str]:
    """Return the providers that are named by a setting or have a key."""
    from aiwebtest.providers.catalog import KNOWN

    settings = project.providers
    named = [project.config.provider, settings.check_provider, *settings.model_fallbacks]
    found = [name for name in dict.fromkeys(named) if name and name != "builtin"]
    vendors = {name.partition("/")[0] for name in found}
    return found + [name for name in KNOWN if name not in vendors and settings.key_of(name)]


async def _examine(project: Project, wanted: list[str], *, live: bool) -> list[Report]:
    from aiwebtest.providers.examination import examine
    from aiwebtest.providers.registry import Providers

    async with Providers(project.providers, looked_in=project.keys_looked_in) as providers:
        return [await examine(providers, name, live=live) for name in wanted]


def _print(reports: list[Report]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(show_edge=False, pad_edge=False)
    for column in ("provider", "looked at", "", "found"):
        table.add_column(column, overflow="fold")
    for report in reports:
        name = f"{report.provider}/{report.model}" if report.model else report.provider
        for number, finding in enumerate(report.findings):
            colour = _COLOURS[finding.state]
            told = f"{finding.told}\nTry: {finding.mend}" if finding.mend else finding.told
            table.add_row("" if number else name, finding.what, f"[{colour}]{finding.state}[/]", told)
        table.add_section()
    Console().print(table)
