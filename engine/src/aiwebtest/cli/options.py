"""Options that several commands have, and what becomes of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aiwebtest.core.errors import UsageError

if TYPE_CHECKING:
    from aiwebtest.casefiles import Loaded
    from aiwebtest.config import Project
    from aiwebtest.core.case import Case

__all__ = ["ConfigPath", "Paths", "Variables", "pairs", "project_of", "refuse", "select", "shard"]

Paths = Annotated[
    list[Path] | None,
    typer.Argument(help="Test files and folders. Default: `paths` of the configuration.", show_default=False),
]
ConfigPath = Annotated[
    Path | None,
    typer.Option("--config", help="Configuration file. Default: aiwebtest.toml or pyproject.toml, found upwards."),
]
Variables = Annotated[
    list[str] | None,
    typer.Option("--var", metavar="NAME=VALUE", help="A variable; beats the files' own. Repeatable."),
]


def project_of(config_path: Path | None, **overrides: Any) -> Project:
    """Return the project around the working directory, with the command line's settings on top."""
    from aiwebtest.config import load_project

    if config_path is not None and not config_path.is_file():
        raise UsageError(f"There is no file {config_path}.", mend="check --config.")
    return load_project(config_path=config_path, overrides=overrides)


def pairs(values: Sequence[str] | None) -> dict[str, str]:
    """Return `NAME=VALUE` options as a mapping."""
    found = {}
    for value in values or ():
        name, equals, text = value.partition("=")
        if not equals or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]*", name):
            raise UsageError(f"--var {value} is not NAME=VALUE.", mend="write, for example, --var city=Rome.")
        found[name] = text
    return found


def refuse(loaded: Loaded) -> None:
    """Raise UsageError-like end of the command when the files have problems, after listing them."""
    if loaded.problems:
        from aiwebtest.casefiles import listing
        from aiwebtest.cli import tell
        from aiwebtest.cli.exits import Exit

        tell(listing(loaded.problems))
        raise typer.Exit(Exit.USAGE)


def select(cases: Sequence[Case], *, tags: Sequence[str], names: Sequence[str]) -> list[Case]:
    """Return the cases with one of the tags (and none of those written `!tag`) and one of the words in the name."""
    wanted = {tag for tag in tags if not tag.startswith("!")}
    unwanted = {tag[1:] for tag in tags if tag.startswith("!")}
    words = [name.casefold() for name in names]
    return [
        case for case in cases
        if (not wanted or wanted & case.tags) and not unwanted & case.tags
        and (not words or any(word in case.title.casefold() for word in words))
    ]  # fmt: skip


def shard(cases: Sequence[Case], part: str | None) -> list[Case]:
    """Return the cases of one part of several, `2/5`: every fifth from the second, so that parts are of like length."""
    if part is None:
        return list(cases)
    match = re.fullmatch(r"(\d+)/(\d+)", part)
    if not match or not 1 <= int(match[1]) <= int(match[2]):
        raise UsageError(f"--shard {part} is not a part of a whole.", mend="write, for example, --shard 1/4 up to 4/4.")
    return list(cases[int(match[1]) - 1 :: int(match[2])])
