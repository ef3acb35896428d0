"""A draft of a test made ready to be tried: its files laid out, its case read as a run would read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

import msgspec

from aiwebtest.core.case import Case, Step
from aiwebtest.engine.collect import settings_of
from app.core.errors import Invalid
from app.schemas.runs import RunRequest
from app.services import cases
from app.services.platform import Platform
from app.services.settings import chosen, within
from app.services.tests import as_bytes
from app.services.workspace import lay_out
from app.workers.preparing import Ready, read_cases, secrets_of

__all__ = ["Draft", "by_line", "make_ready"]


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A test file as it is being written. `sheet` says which of its cases is meant, from 0."""

    path: str
    content: str
    sheet: int = 0
    request: dict[str, object] = {}


async def make_ready(platform: Platform, draft: Draft) -> Ready:
    """Return a draft's case, with data of its first row. Raises Invalid when it has mistakes, and as a run would."""
    request = RunRequest.model_validate(draft.request)
    async with platform.database.read() as session:
        stand_ins = await cases.secret_stand_ins(session, request)
        mine = await chosen(session)
    workspace = await lay_out(platform, draft.path, as_bytes(draft.content))
    project, loaded = await read_cases(platform, workspace, request, mine=mine, stand_ins=stand_ins)
    case = _chosen(loaded, draft.sheet)
    config = project.config.model_copy(update={"screenshots": "off", "trace": "off"})
    settings = replace(
        settings_of(config, secrets=await secrets_of(platform, request, case)),
        workers=1, lock="off", files_within=workspace.folder, variables=request.variables,
    )  # fmt: skip
    return Ready(case=within(mine, case), settings=settings, project=project, workspace=workspace)


def _chosen(loaded: Sequence[Case], sheet: int) -> Case:
    """Return the first row of the case that stands at a place among the file's cases."""
    first_rows = [next(rows) for _, rows in groupby(loaded, key=lambda case: case.place.line)]
    if not first_rows:
        raise Invalid("There is nothing to try: the test has no case.", mend="write a sentence first.")
    return first_rows[min(sheet, len(first_rows) - 1)]


def by_line(case: Case) -> list[tuple[Step, ...]]:
    """Return a case's steps by the line of the draft that each comes from."""
    main = [step for step in case.steps if step.phase == "main"]
    return [tuple(group) for _, group in groupby(main, key=_line)]


def _line(step: Step) -> int:
    """Return the line of the test's own file that brought a step in, `use` included."""
    place = step.place
    while place is not None and place.via is not None:
        place = place.via
    return place.line if place is not None else -1 - step.index
