"""A draft of a test made ready to be tried: its files laid out, its case read as a run would read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import msgspec

from aiwebtest.config import Project
from aiwebtest.core.case import Case, Step
from aiwebtest.engine.collect import settings_of
from aiwebtest.engine.settings import RunSettings
from app.core.errors import Invalid
from app.schemas.runs import RunRequest
from app.services import cases, secrets
from app.services.platform import Platform
from app.services.settings import chosen, within
from app.services.tests import as_bytes
from app.services.workspace import Workspace, lay_out

__all__ = ["Draft", "Ready", "make_ready"]


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A test file as it is being written. `sheet` says which of its cases is meant, from 0."""

    path: str
    content: str
    sheet: int = 0
    request: dict[str, object] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A case that can be tried. `lines` are its steps by the line of the file that each comes from."""

    case: Case
    settings: RunSettings
    project: Project
    workspace: Workspace
    lines: Sequence[tuple[Step, ...]]


async def make_ready(platform: Platform, draft: Draft) -> Ready:
    """Return a draft's case, with data of its first row. Raises Invalid when it has mistakes, and as a run would."""
    request = RunRequest.model_validate(draft.request)
    async with platform.database.read() as session:
        stand_ins = await cases.secret_stand_ins(session, request)
        mine = await chosen(session)
    workspace = await lay_out(platform, draft.path, as_bytes(draft.content))
    project, loaded = await cases.load(platform, workspace, request, secrets=stand_ins)
    project = replace(project, providers=project.providers.model_copy(update=mine.budgets))
    cases.refuse(cases.problems_of(workspace, loaded.problems))
    case = _chosen(loaded.cases, draft.sheet)
    stored = {name: request.secrets.get(name, name) for name in case.secrets}
    values = await secrets.reveal(platform, stored.values())
    config = project.config.model_copy(update={"screenshots": "off", "trace": "off"})
    settings = replace(
        settings_of(config, secrets={name: values[of] for name, of in stored.items()}),
        workers=1, lock="off", files_within=workspace.folder, variables=request.variables,
    )  # fmt: skip
    case = within(mine, case)
    return Ready(case=case, settings=settings, project=project, workspace=workspace, lines=_by_line(case.steps))


def _chosen(loaded: Sequence[Case], sheet: int) -> Case:
    """Return the first row of the case that stands at a place among the file's cases."""
    first_rows = [next(rows) for _, rows in groupby(loaded, key=lambda case: case.place.line)]
    if not first_rows:
        raise Invalid("There is nothing to try: the test has no case.", mend="write a sentence first.")
    return first_rows[min(sheet, len(first_rows) - 1)]


def _by_line(steps: Sequence[Step]) -> list[tuple[Step, ...]]:
    main = [step for step in steps if step.phase == "main"]
    return [tuple(group) for _, group in groupby(main, key=_line)]


def _line(step: Step) -> int:
    """Return the line of the test's own file that brought a step in, `use` included."""
    place = step.place
    while place is not None and place.via is not None:
        place = place.via
    return place.line if place is not None else -1 - step.index
