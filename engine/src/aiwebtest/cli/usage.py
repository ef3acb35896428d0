"""`aiwebtest usage`: what models were asked and what that cost, in the last run or lately, and what is to come."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from aiwebtest.cli.options import ConfigPath, project_of
from aiwebtest.core.errors import UsageError

if TYPE_CHECKING:
    from aiwebtest.cli.figures import Figures
    from aiwebtest.config import Project
    from aiwebtest.usage import Outlook, RunUsage

__all__ = ["usage"]

By = Literal["model", "case", "day"]

_NEEDS = 'Forecasts and changes need scipy, which is not installed: pip install "aiwebtest[experiments]".'


def usage(
    path: Annotated[
        Path | None,
        typer.Argument(help="An attempts.jsonl, or the folder of a report: its sums alone. Default: the last run."),
    ] = None,
    days: Annotated[
        int | None, typer.Option(min=1, max=100, help="Sum up the runs of so many days in the place of the last run.")
    ] = None,
    by: Annotated[By, typer.Option(help="What the sums of these days are of.")] = "model",
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
    config: ConfigPath = None,
) -> None:
    """Sum up every request to model providers, and say what is to come and what has changed.

    The runs of a project are kept in .aiwebtest/usage.jsonl, for a hundred days. From them comes what a run like the
    last one and what this month will cost, how much of the budgets is used, and what costs, takes or fails more than it
    did. Exit codes: 0 done, 2 usage.
    """
    from aiwebtest.cli.figures import of_ledger, of_runs
    from aiwebtest.usage import UsageFile

    if path is not None and days is not None:
        raise UsageError("Days are of a project, and a file is of one run.", mend="leave out one of them.")
    if by != "model" and days is None:
        raise UsageError(f"--by {by} is for the runs of some days.", mend=f"write, for example, --days 28 --by {by}.")
    project, now = project_of(config), datetime.now(UTC)
    runs, strange = UsageFile(project.root).read() if path is None else ([], 0)
    if strange:
        typer.echo(f"warning: {strange} lines of {UsageFile(project.root).path} cannot be read.", err=True)
    if days is not None:
        figures = of_runs(_since(runs, now, days), by)
    else:
        figures = of_ledger(_ledger(path or project.config.report_dir, needed=not runs))
    seen = _outlook(runs, project, now) if runs and find_spec("scipy") else None
    if as_json:
        typer.echo(json.dumps({"version": 1, "days": days, "by": by, "sums": figures.plain, **_plain(seen)}, indent=2))
        return
    _print(figures, seen)
    if runs and seen is None:
        typer.echo(_NEEDS, err=True)


def _ledger(found: Path, *, needed: bool) -> Path | None:
    """Return the record of the last run's requests, None when it asked nobody. Raises UsageError when one is needed."""
    from aiwebtest.providers.metering import LEDGER_NAME

    file = found / LEDGER_NAME if found.is_dir() or not found.suffix else found
    if file.is_file():
        return file
    if needed:
        raise UsageError(
            f"There is no record of requests at {file}.",
            mend="run tests with a provider (`aiwebtest run --provider NAME`); without one nothing is asked.",
        )
    return None


def _since(runs: Sequence[RunUsage], now: datetime, days: int) -> list[RunUsage]:
    """Return the runs of so many days (UTC), today included."""
    first = now.date() - timedelta(days=days - 1)
    if not (found := [run for run in runs if run.at.date() >= first]):
        raise UsageError(f"No run of the last {days} days is kept.", mend="run tests: `aiwebtest run`.")
    return found


def _outlook(runs: Sequence[RunUsage], project: Project, now: datetime) -> Outlook:
    from aiwebtest.providers.budget import Budget, spent_file
    from aiwebtest.usage import outlook

    limits = project.providers
    day = limits.budget_usd_per_day
    today = None if day is None else Budget(per_day_usd=day, state_file=spent_file(), now=lambda: now).today_usd()
    return outlook(
        runs, now, per_day_usd=day, per_execution_usd=limits.budget_usd_per_execution, today_usd=today
    )  # fmt: skip


def _print(figures: Figures, seen: Outlook | None) -> None:
    from aiwebtest.cli.tables import say

    typer.echo(figures.text)
    if seen is None:
        return
    typer.echo()
    say(f"Next run, if it is like the last: {seen.run.told}", f"Month {seen.month.told}", _budget(seen))
    if changes := seen.changes():
        say("What has changed:", below=changes)
    elif seen.series:
        say(f"Nothing has changed, as far as {seen.series} courses of the last 28 days show.")


def _budget(seen: Outlook) -> str:
    told, unknown = f"Budget: {seen.budget.told}", seen.budget.today_unknown
    return f"{told} Requests of today whose cost nobody knows: {unknown}." if unknown else told


def _plain(seen: Outlook | None) -> dict[str, Any]:
    """Return what is to come as JSON has it; null where there is no history, or no scipy."""
    import msgspec

    if seen is None:
        return {"run": None, "month": None, "budget": None, "changes": None, "courses": 0}
    told = {
        name: {**msgspec.to_builtins(value), "told": value.told}
        for name, value in (("run", seen.run), ("month", seen.month), ("budget", seen.budget))
    }
    changes = [
        {**msgspec.to_builtins(one), "better": one.better, "told": text}
        for one, text in zip(seen.anomalies, seen.changes(), strict=True)
    ]
    return {**told, "changes": changes, "courses": seen.series}
