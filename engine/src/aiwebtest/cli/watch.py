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
_POLL_MS = 500
_OTHERS = (".yaml", ".yml", ".csv", ".toml", ".env")


def watch_and_run(project: Project, run: Callable[[list[Path] | None], object]) -> None:
    """Call `run` now and after each change under the project: with the test files that changed, or None for all.

    A change of anything that tests use (steps, data, settings) concerns all of them. Ends with Ctrl-C.
    """
    from watchfiles import watch

    # The first pass of this loop comes once the watching has begun, so that no change is missed from then on.
    changes = watch(
        project.root, watch_filter=_concerns, raise_interrupt=True, yield_on_timeout=True, rust_timeout=_POLL_MS
    )
    begun = False
    for changed in changes:
        files = sorted({Path(path) for _, path in changed if Path(path).exists()})
        if begun and not files:
            continue
        tests = [file for file in files if file.name.endswith(_TESTS)]
        if begun:
            typer.echo(f"\nChanged: {', '.join(file.name for file in files)}", err=True)
        _once(run, tests if begun and len(tests) == len(files) else None)
        begun = True
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
