"""Log-ins: a session's steps run once a run, and what they leave in the browser serves every case that names it."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urljoin

from aiwebtest.browser.session import SessionOptions
from aiwebtest.core.case import Case, Session, Viewport
from aiwebtest.core.errors import UsageError
from aiwebtest.core.scope import Scope
from aiwebtest.engine.resources import RunResources
from aiwebtest.engine.state import ExecutionState
from aiwebtest.engine.step import run_step

__all__ = ["storage_state"]


async def storage_state(case: Case, resources: RunResources) -> Any | None:
    """Return the storage state of the case's session, logging in first if no case has; None without a session.

    Raises UsageError naming the step when the log-in does not pass; every case that names the session gets it.
    """
    if case.session is None:
        return None
    key = f"{case.session.name}\n{case.session.url}"
    if key not in resources.logins:
        resources.logins[key] = asyncio.ensure_future(_log_in(case, case.session, resources))
    return await asyncio.shield(resources.logins[key])


async def _log_in(case: Case, session: Session, resources: RunResources) -> Any:
    settings = resources.settings
    secrets = {name: settings.secrets[name] for name in case.secrets if name in settings.secrets}
    scope = Scope({**case.variables, **settings.variables}, secrets)
    async with resources.pool.session(
        SessionOptions(base_url=settings.base_url, viewport=case.viewport or Viewport())
    ) as page:
        await page.goto(urljoin(settings.base_url, scope.fill(session.url)))
        state = ExecutionState(
            execution=f"session-{session.name}",
            case=case,
            step=session.steps[0],
            settings=settings,
            session=page,
            scope=scope,
            emit=resources.emit,
            model=resources.model,
            lock=resources.lockfile(case),
            cdp_url=resources.pool.cdp_url or "",
        )
        for step in session.steps:
            finished = await run_step(state, step)
            if finished.outcome not in ("passed", "skipped"):
                what = finished.problem.what if finished.problem else "it did not pass."
                raise UsageError(
                    scope.mask(f"The session “{session.name}” could not be set up: “{step.text}”: {what}"),
                    mend=finished.problem.mend if finished.problem else "run its steps as a case of their own.",
                )
        return await page.storage_state()
