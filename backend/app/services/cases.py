"""The cases of a stored test, read by the engine's own loader: the same cases and the same messages everywhere."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from aiwebtest.casefiles import FileProblem, Loaded
from aiwebtest.config import Project
from aiwebtest.core.case import Case, Place
from aiwebtest.engine.collect import collect
from app.core.errors import Invalid
from app.models import Secret
from app.schemas.runs import RunRequest
from app.services.platform import Platform
from app.services.project import project_of
from app.services.workspace import Workspace

__all__ = ["LONGEST_NAME", "LONGEST_ROW", "load", "pick", "problems_of", "refuse", "secret_stand_ins", "state_folder"]

LONGEST_NAME, LONGEST_ROW = 300, 200
"""Characters that an execution keeps of a case's name and of the label of its row."""

_STAND_IN = "\N{BULLET}" * 8


async def load(
    platform: Platform, workspace: Workspace, request: RunRequest, *, secrets: Mapping[str, str], running: bool = True,
    preferred: str | None = None,
) -> tuple[Project, Loaded]:  # fmt: skip
    """Return the project and the cases (or the problems) of a workspace's test.

    `secrets` are values, or stand-ins where nothing is run, by the name that tests know them by. With `running` False
    relative URLs are left alone, as `aiwebtest validate` does.
    """
    return await asyncio.to_thread(_load, state_folder(platform), workspace, request, secrets, running, preferred)


def _load(
    state: Path, workspace: Workspace, request: RunRequest, secrets: Mapping[str, str], running: bool,
    preferred: str | None,
) -> tuple[Project, Loaded]:  # fmt: skip
    project = project_of(workspace.folder, workspace.file, request, secrets=secrets, state=state, preferred=preferred)
    loaded = collect(
        project, [workspace.file], base_url_known=running, overrides=request.variables, within=workspace.folder
    )
    return project, loaded


def state_folder(platform: Platform) -> Path:
    """Return the folder in which the engine keeps what the day has cost and what last passes looked like."""
    return platform.settings.data_dir.resolve() / "engine"


async def secret_stand_ins(session: AsyncSession, request: RunRequest) -> dict[str, str]:
    """Return a stand-in for each stored secret, by the names that a run's tests know them by.

    Raises:
        Invalid: the request names a secret that is not stored.
    """
    stored = set((await session.execute(select(Secret.name))).scalars())
    missing = sorted(set(request.secrets.values()) - stored)
    if missing:
        what = f"There is no secret {', '.join(f'`{name}`' for name in missing)} in the platform."
        raise Invalid(what, mend="store it with PUT /api/v1/secrets/NAME first.")
    return dict.fromkeys([*stored, *request.secrets], _STAND_IN)


def problems_of(workspace: Workspace, problems: Sequence[FileProblem]) -> list[dict[str, Any]]:
    """Return problems as the API tells them: path in the tree, line and column from 1, what, and what to write."""
    return [
        {
            **_place(workspace, problem.place),
            "what": workspace.relative(problem.what),
            "mend": workspace.relative(problem.mend),
        }
        for problem in problems
    ]


def _place(workspace: Workspace, place: Place) -> dict[str, Any]:
    via = {"via": _place(workspace, place.via)} if place.via else {}
    return {"path": workspace.relative(place.path), "line": place.line, "column": place.column, **via}


def refuse(problems: Sequence[Mapping[str, Any]]) -> None:
    """Raise Invalid when there are problems: nothing is run before they are mended."""
    if problems:
        first, more = problems[0], len(problems) - 1
        rest = f" {more} more problem{'s' if more > 1 else ''}." if more else ""
        what = f"{first['path']}:{first['line']}:{first['column']}: {first['what']}{rest}"
        raise Invalid(what, mend=str(first["mend"]) or "mend the file.", problems=[dict(one) for one in problems])


def pick(cases: Sequence[Case], *, name: str, row: str) -> Case | None:
    """Return the case that an execution means, None when its test has it no more."""
    return next((case for case in cases if case.name[:LONGEST_NAME] == name and case.row[:LONGEST_ROW] == row), None)
