"""Finds test files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from aiwebtest.casefiles.problem import FileProblem
from aiwebtest.core.case import Place

__all__ = ["find_files", "shown"]

_ENDINGS = (".test.yaml", ".test.yml")
_SKIPPED = frozenset({"node_modules", "__pycache__", "venv", "site-packages"})


def find_files(paths: Iterable[str | Path]) -> tuple[tuple[Path, ...], tuple[FileProblem, ...]]:
    """Return the test files under `paths`, sorted, and a problem for each path that leads to none.

    A folder is searched down, without folders of tools (`node_modules`, virtual environments, dot folders).
    """
    found: dict[Path, None] = {}
    problems = []
    for given in map(Path, paths):
        if given.is_file():
            if given.name.endswith(_ENDINGS):
                found[given.resolve()] = None
            else:
                mend = "name test files `something.test.yaml`."
                problems.append(_problem(given, "The file's name does not end in `.test.yaml`.", mend))
        elif given.is_dir():
            found.update(dict.fromkeys(path.resolve() for path in _walk(given)))
        else:
            problems.append(_problem(given, "There is no such file or folder.", "check the path."))
    return tuple(sorted(found)), tuple(problems)


def shown(path: Path) -> str:
    """Return a path as reports show it: relative to the working directory when it lies in it, with slashes."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.resolve().as_posix()


def _walk(folder: Path) -> Iterator[Path]:
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(
            name for name in folders
            if not name.startswith(".") and name not in _SKIPPED and not (Path(here) / name / "pyvenv.cfg").exists()
        )  # fmt: skip
        yield from (Path(here) / name for name in files if name.endswith(_ENDINGS))


def _problem(path: Path, what: str, mend: str) -> FileProblem:
    return FileProblem(place=Place(path=shown(path), line=1), what=what, mend=mend)
