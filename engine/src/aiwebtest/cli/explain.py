"""`aiwebtest explain`: how each step is understood, and what it would touch."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aiwebtest.cli.exits import Exit
from aiwebtest.cli.options import ConfigPath, Variables, pairs, project_of, refuse, select

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aiwebtest.config import Project
    from aiwebtest.core.case import Case
    from aiwebtest.engine.preview import Preview, PreviewPart

__all__ = ["explain"]

_MOST_CANDIDATES = 4
_FINDINGS = {
    "clear": "would touch", "ambiguous": "could be any of", "missing": "nothing here fits",
    "page": "needs no element", "holds": "holds here", "does not hold": "does not hold here",
    "cannot tell": "cannot be told here", "no page": "no page was looked at",
}  # fmt: skip


def explain(
    file: Annotated[Path, typer.Argument(help="A test file.")],
    url: Annotated[str | None, typer.Option(help="Look at this page instead of the one the case begins at.")] = None,
    base_url: Annotated[str | None, typer.Option(help="What relative URLs are relative to.")] = None,
    name: Annotated[list[str] | None, typer.Option(help="Only cases with this in their name.")] = None,
    var: Variables = None,
    config: ConfigPath = None,
) -> None:
    """Tell how each step is understood and what it would touch on the case's first page, without touching anything.

    Exit codes: 0 every sentence is understood, 2 the file cannot be used, 3 a sentence is not understood.
    """
    from aiwebtest.engine.collect import collect
    from aiwebtest.engine.serving import serving

    project = project_of(config, base_url=base_url)
    loaded = collect(project, [file], base_url_known=url is None, overrides=pairs(var), check_sentences=False)
    refuse(loaded)
    cases = select(loaded.cases, tags=(), names=name or ())
    if not cases:
        typer.echo("No case was selected.", err=True)
        raise typer.Exit(Exit.NOTHING)
    settings = project.config
    with serving(settings.serve, settings.base_url, folder=project.root, timeout_s=settings.serve_timeout):
        understood = asyncio.run(_explain(cases, project, url, dict(loaded.secrets)))
    raise typer.Exit(Exit.PASSED if understood else Exit.ERROR)


async def _explain(cases: Sequence[Case], project: Project, url: str | None, secrets: Mapping[str, str]) -> bool:
    from aiwebtest.engine.collect import settings_of
    from aiwebtest.engine.preview import preview_cases

    case: Case | None = None
    understood = True
    async with aclosing(preview_cases(cases, settings_of(project.config, secrets=secrets), url=url)) as previews:
        async for step in previews:
            if step.case is not case:
                if case is not None:
                    typer.echo()
                case = step.case
                _print_head(step)
            _print(step)
            understood = understood and not step.problem
    return understood


def _print_head(step: Preview) -> None:
    typer.echo(f"{step.case.title}  {step.url or '(no page)'}")
    if step.stranger:
        typer.echo(f"  not logged in: {step.stranger}")
    elif step.session:
        typer.echo(f"  logged in by the session “{step.session}”")


def _print(step: Preview) -> None:
    place = f"{step.step.place}  " if step.step.place else ""
    typer.echo(f"\n  {place}{step.step.text}")
    if step.problem:
        typer.echo(f"      not understood: {step.problem}" if not step.parts else f"      {step.problem}")
        for rewording in step.rewordings:
            typer.echo(f"      clear would be: {rewording}")
    for part in step.parts:
        _print_part(step.kind, part)


def _print_part(kind: str, part: PreviewPart) -> None:
    typer.echo(f"      {kind:7} {part.read}")
    lines = [f"{candidate.score:.2f}  {candidate.described}" for candidate in part.candidates[:_MOST_CANDIDATES]]
    if part.finding == "clear" and part.candidates:
        lead = part.candidates[0]
        reasons = f"  ({'; '.join(lead.reasons[:3])})" if lead.reasons else ""
        typer.echo(f"              {_FINDINGS[part.finding]}: {lead.score:.2f}  {lead.described}{reasons}")
        return
    nearest = "; nearest" if lines and part.finding == "missing" else ""
    typer.echo(f"              {_FINDINGS[part.finding]}{nearest}{':' if lines else ''}")
    for line in lines:
        typer.echo(f"                {line}")
    if part.verdict and part.finding != "holds":
        for label, text in (("expected", part.verdict.expected), ("actual", part.verdict.actual)):
            if text:
                typer.echo(f"                {label}: {text}")
    for rewording in part.rewordings:
        typer.echo(f"              clear would be: {rewording}")
