"""`aiwebtest compare`: the same tests on several providers, side by side."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aiwebtest.cli.arms import Arm, collected, opened, tell
from aiwebtest.cli.exits import Exit
from aiwebtest.cli.options import ConfigPath, Paths, Variables, pairs, project_of
from aiwebtest.core.errors import UsageError

if TYPE_CHECKING:
    from aiwebtest.core.case import Case
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
    document: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Fill the part “Measured on your tests” of this page."),
    ] = None,
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
    if document is not None:
        _fillable(document)
    names = list(dict.fromkeys(part.strip() for part in providers.split(",") if part.strip()))
    if len(names) < 2:
        raise UsageError("A comparison needs two providers.", mend="write, for example, --providers google,cerebras.")
    given = {"base_url": base_url, "timeout": timeout, "report_dir": report_dir}
    arms = [Arm.of(project_of(config, provider=one, **given), one, "compare") for one in names]
    cases, settings, project = collected(arms, paths or [], tag or [], name or [], pairs(var))
    if not cases:
        typer.echo("No case was selected.", err=True)
        raise typer.Exit(Exit.NOTHING)

    from aiwebtest.config.files import keep_out_of_git
    from aiwebtest.engine.serving import serving
    from aiwebtest.reporting.comparison import Comparison

    at = project.config
    keep_out_of_git(at.report_dir.parent.parent)
    with serving(at.serve, at.base_url, folder=project.root, timeout_s=at.serve_timeout, tell=tell):
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
    if document is not None:
        from aiwebtest.reporting.comparison import filled

        today = datetime.now(UTC).date()
        page = filled(_text(document), compared, on=today)
        document.parent.mkdir(parents=True, exist_ok=True)
        document.write_text(page, encoding="utf-8")
        typer.echo(f"Filled: {document}")


def _fillable(document: Path) -> None:
    """Raise UsageError, before anybody is asked, when a page is there and has no place for the figures."""
    from aiwebtest.reporting.comparison import PLACE

    if document.exists() and PLACE not in _text(document).splitlines():
        mend = f"write `{PLACE}` where the figures are to stand, or name a file that is not there yet."
        raise UsageError(f"{document} has no heading `{PLACE}`.", mend=mend)


def _text(document: Path) -> str:
    try:
        return document.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as exc:
        raise UsageError(f"{document} cannot be read as text: {exc}.", mend="name a Markdown page.") from exc


async def _run(arms: list[Arm], cases: list[Case], settings: RunSettings, repeat: int) -> list[Heard] | None:
    """Run all rounds and return what was heard of each provider; None when it was interrupted."""
    async with AsyncExitStack() as stack:
        asked = await opened(arms, cases, settings, stack)
        for number in range(repeat):
            # Another one begins each round, so that a slow minute does not always meet the same provider.
            for one in asked[number % len(asked) :] + asked[: number % len(asked)]:
                one.heard.round = number
                if (end := await one.run()) is None:
                    return None
                counts = ", ".join(f"{count} {outcome}" for outcome, count in end.counts.items())
                tell(f"{one.heard.provider} {number + 1}/{repeat}: {counts} in {end.duration_s:.1f} s")
        return [one.heard for one in asked]


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
