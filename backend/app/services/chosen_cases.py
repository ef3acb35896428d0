"""The cases of tests that a request names, or of a suite: read, checked and allowed, before anything is begun."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiwebtest.config import Project
from aiwebtest.core.case import Case
from app.models import Test
from app.schemas.runs import RunRequest
from app.services import suites, tests
from app.services.cases import LONGEST_NAME, LONGEST_ROW, load, problems_of, refuse, secret_stand_ins
from app.services.platform import Platform
from app.services.settings import check_origin
from app.services.workspace import materialise

__all__ = ["ChosenCase", "choose"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenCase:
    """A case, and where it is from."""

    test: Test
    project: Project
    case: Case

    @property
    def key(self) -> dict[str, Any]:
        """Return by what the case is found again in its test."""
        return {
            "test_id": self.test.id, "version": self.test.version, "name": self.case.name[:LONGEST_NAME],
            "row": self.case.row[:LONGEST_ROW],
        }  # fmt: skip


async def choose(
    platform: Platform, request: RunRequest, *, test_ids: Sequence[int], suite_id: int | None
) -> list[ChosenCase]:
    """Return the cases of a suite, or else of tests. Raises NotFound, Invalid, UsageError."""
    async with platform.database.read() as session:
        if suite_id is not None:
            asked: Sequence[Test] = await suites.tests_of(session, await suites.get(session, suite_id))
        else:
            asked = [await tests.get(session, test_id) for test_id in dict.fromkeys(test_ids)]
        secrets = await secret_stand_ins(session, request)
    found: list[ChosenCase] = []
    for test in asked:
        workspace = await materialise(platform, test.id, test.version)
        project, loaded = await load(platform, workspace, request, secrets=secrets)
        refuse(problems_of(workspace, loaded.problems))
        found += (ChosenCase(test=test, project=project, case=case) for case in loaded.cases)
    await asyncio.gather(
        *(
            check_origin(platform, one.case.url if "://" in one.case.url else one.project.config.base_url)
            for one in found
        )
    )
    return found
