"""A case made ready to be run by the engine in this process: its files, settings, secrets and lockfile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from aiwebtest.config import Project
from aiwebtest.core.case import Case
from aiwebtest.engine.collect import settings_of
from aiwebtest.engine.models import alone
from aiwebtest.engine.settings import RunSettings
from app.core.errors import Invalid, Problem
from app.schemas.runs import RunRequest
from app.services import cases, lockfiles, secrets
from app.services.platform import Platform
from app.services.settings import Chosen, within
from app.services.workspace import Workspace, materialise

__all__ = ["Ready", "gone", "make_ready", "read_cases", "secrets_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A case with all that the engine is told."""

    case: Case
    settings: RunSettings
    project: Project
    workspace: Workspace
    lock: tuple[int, str] | None = None  # id of the test, its lockfile before; None for a draft


async def make_ready(
    platform: Platform, request: RunRequest, folder: Path, *, test_id: int, version: int | None, name: str, row: str,
    mine: Chosen, stand_ins: Mapping[str, str], preferred: str | None = None,
) -> Ready:  # fmt: skip
    """Return a case of a test with its files laid out; what it leaves goes to `folder`. Raises Invalid, UsageError."""
    workspace = await materialise(platform, test_id, version)
    project, loaded = await read_cases(
        platform, workspace, request, mine=mine, stand_ins=stand_ins, preferred=preferred
    )
    case = cases.pick(loaded, name=name, row=row)
    if case is None:
        raise gone(f"Version {version} of the test has no case `{name}` {row}".rstrip() + ".")
    settings = replace(
        settings_of(
            project.config,
            secrets=await secrets_of(platform, request, case),
            history=cases.state_folder(platform) / "history" / str(test_id),
        ),
        workers=1,
        max_failures=None,
        report_dir=folder / "report",
        lock_dir=folder / "locks",
        files_within=workspace.folder,
        screenshots_before=True,
        variables=request.variables,
    )
    if request.alone:
        case = alone(case)
        settings = replace(settings, lock="off", retries=0, trace="off", screenshots="on-failure")
    before = await lockfiles.lay_out(platform, test_id, workspace.file, folder / "locks")
    return Ready(
        case=within(mine, case), settings=settings, project=project, workspace=workspace, lock=(test_id, before)
    )


async def read_cases(
    platform: Platform, workspace: Workspace, request: RunRequest, *, mine: Chosen, stand_ins: Mapping[str, str],
    preferred: str | None = None,
) -> tuple[Project, Sequence[Case]]:  # fmt: skip
    """Return the project of a file that is laid out, with the owners' budgets, and its cases. Raises Invalid."""
    project, loaded = await cases.load(platform, workspace, request, secrets=stand_ins, preferred=preferred)
    cases.refuse(cases.problems_of(workspace, loaded.problems))
    return replace(project, providers=project.providers.model_copy(update=mine.budgets)), loaded.cases


async def secrets_of(platform: Platform, request: RunRequest, case: Case) -> dict[str, str]:
    """Return the values of the secrets that a case names, by the names that it knows them by."""
    stored = {name: request.secrets.get(name, name) for name in case.secrets}
    values = await secrets.reveal(platform, stored.values())
    return {name: values[of] for name, of in stored.items()}


def gone(what: str) -> Problem:
    """Return the error for a test or case that is there no more."""
    return Invalid(what, mend="run the test as it is now.")
