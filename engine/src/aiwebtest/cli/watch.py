"""`aiwebtest run --watch`: run again what a change concerns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from aiwebtest.config import Project

__all__ = ["watch_and_run"]

_TESTS = (".test.yaml", ".test.yml")
_OTHERS = (".yaml", ".yml", ".csv", ".toml", ".env")


def watch_and_run(project: Project, run: Callable[[list[Path] | None], object]) -> None:
    """Call `run` now and after each change under the project: with the test files that changed, or None for all.

    A change of anything that tests use (steps, data, settings) concerns all of them. Ends with Ctrl-C.
    """
    from watchfiles import watch

    _once(run, None)
    typer.echo("Watching for changes; Ctrl-C ends.", err=True)
    for changes in watch(project.root, watch_filter=_concerns, raise_interrupt=True):
        files = sorted({Path(path) for _, path in changes if Path(path).exists()})
        if not files:
            continue
        tests = [file for file in files if file.name.endswith(_TESTS)]
        typer.echo(f"\nChanged: {', '.join(file.name for file in files)}", err=True)
        _once(run, tests if len(tests) == len(files) else None)
        typer.echo("Watching for changes; Ctrl-C ends.", err=True)


def _once(run: Callable[[list[Path] | None], object], files: list[Path] | None) -> None:
    """Run, and stay alive when the files or settings cannot be used: the next change may mend them."""
    from aiwebtest.cli import complain
    from aiwebtest.core.errors import AiWebTestError

    try:
        run(files)
    except typer.Exit:
        pass  # the problems were listed
    except AiWebTestError as exc:
        complain(exc)


def _concerns(_change: object, path: str) -> bool:
    parts = Path(path).parts
    hidden = any(part.startswith(".") and part != ".env" for part in parts[1:])
    return not hidden and "node_modules" not in parts and path.endswith(_OTHERS) and ".lock." not in Path(path).name
