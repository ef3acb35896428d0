"""Executions run once more: the same case of the same test, as it is written now."""

from __future__ import annotations

from app.core.errors import Conflict
from app.models import Run
from app.schemas.runs import RunRequest
from app.services import executions, runs
from app.services.actor import Actor
from app.services.platform import Platform

__all__ = ["rerun"]


async def rerun(platform: Platform, actor: Actor, execution_id: int, request: RunRequest) -> Run:
    """Run an execution's case again, asked as before but for what `request` says otherwise.

    Raises:
        NotFound: there is no such execution.
        Conflict: its test, or the case in it, is gone.
    """
    async with platform.database.read() as session:
        before = await executions.get(session, execution_id)
    if before.test_id is None:
        raise Conflict(f"The test of execution {execution_id} is gone.", mend="run another test.")
    asked = request.over(RunRequest.model_validate(before.request))
    return await runs.begin(
        platform, actor, asked, test_id=before.test_id, trigger="rerun", only=(before.name, before.row)
    )
