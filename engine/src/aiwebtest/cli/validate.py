"""`aiwebtest validate`: read test files and tell their problems, without a browser."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aiwebtest.cli.exits import Exit
from aiwebtest.cli.options import ConfigPath, Paths, project_of

if TYPE_CHECKING:
    from aiwebtest.casefiles import FileProblem, Loaded
    from aiwebtest.core.case import Place

__all__ = ["validate"]


def validate(
    paths: Paths = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the problems as JSON, for editors and CI.")] = False,
    config: ConfigPath = None,
) -> None:
    """Read test files and tell all their problems, without a browser. Exit code 2 if there are any."""
    from aiwebtest.casefiles import listing
    from aiwebtest.cli import tell
    from aiwebtest.engine.collect import collect
    from aiwebtest.reporting.words import plural

    loaded = collect(project_of(config), paths or (), base_url_known=False)
    if as_json:
        typer.echo(json.dumps(_as_json(loaded), indent=2, ensure_ascii=False))
    elif loaded.problems:
        tell(listing(loaded.problems))
    else:
        cases, files = plural(len(loaded.cases), "case"), plural(len(loaded.files), "file")
        typer.echo(f"{cases} in {files}, no problem found.")
    if loaded.problems:
        raise typer.Exit(Exit.USAGE)


def _as_json(loaded: Loaded) -> dict[str, Any]:
    return {
        "files": len(loaded.files),
        "cases": [case.id for case in loaded.cases] if not loaded.problems else [],
        "problems": [_problem(problem) for problem in loaded.problems],
    }


def _problem(problem: FileProblem) -> dict[str, Any]:
    return {**_place(problem.place), "what": problem.what, "try": problem.mend}


def _place(place: Place) -> dict[str, Any]:
    via = {"via": _place(place.via)} if place.via else {}
    return {"path": place.path, "line": place.line, "column": place.column, **via}
