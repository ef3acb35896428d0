"""Log-ins: a session's steps run once a run, and what they leave in the browser serves every case that names it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

from aiwebtest.browser.session import SessionOptions
from aiwebtest.core.case import Case, Session, Step
from aiwebtest.core.errors import UsageError
from aiwebtest.core.events import Notice
from aiwebtest.core.grounding import Grounding
from aiwebtest.core.scope import Scope
from aiwebtest.engine.resources import RunResources
from aiwebtest.engine.state import ExecutionState
from aiwebtest.engine.step import groundings_to_keep, run_step

__all__ = ["LoggedIn", "groundings_of_login", "logged_in"]


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """What a log-in left: the storage state of its browser, and where its steps found their elements."""

    storage: Any
    groundings: Mapping[Step, tuple[Grounding, ...]] = field(default_factory=dict)


async def logged_in(case: Case, resources: RunResources, options: SessionOptions, *, anew: bool) -> LoggedIn | None:
    """Return the log-in of the case's session, made first if no case has; None without a session.

    `options` are those of the case's own context. Raises UsageError naming the step when the log-in does not pass;
    every case that names the session gets it, but one that is tried `anew` logs in once more.
    """
    if case.session is None:
        return None
    key = _key(case.session)
    known = resources.logins.get(key)
    if known is None or (anew and known.done() and not known.cancelled() and known.exception() is not None):
        resources.logins[key] = asyncio.ensure_future(_log_in(case, case.session, resources, options))
    found: LoggedIn = await asyncio.shield(resources.logins[key])
    return found


def groundings_of_login(case: Case, resources: RunResources) -> Mapping[Step, tuple[Grounding, ...]]:
    """Return where the log-in of the case's session found its elements; empty without a session that logged in."""
    made = resources.logins.get(_key(case.session)) if case.session else None
    if made is None or not made.done() or made.cancelled() or made.exception() is not None:
        return {}
    left: LoggedIn = made.result()
    return left.groundings


def _key(session: Session) -> str:
    return f"{session.name}\n{session.url}"


async def _log_in(case: Case, session: Session, resources: RunResources, options: SessionOptions) -> LoggedIn:
    settings = resources.settings
    secrets = {name: settings.secrets[name] for name in case.secrets if name in settings.secrets}
    scope = Scope({**case.variables, **settings.variables}, secrets)
    groundings: dict[Step, tuple[Grounding, ...]] = {}
    async with resources.pool.session(replace(options, storage_state=None, traced=False)) as page:
        await page.goto(urljoin(settings.base_url, scope.fill(session.url)), timeout_s=settings.navigation_timeout_s)
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
                at = f"{step.place}: " if step.place else ""
                raise UsageError(
                    scope.mask(f"{at}The session “{session.name}” could not be set up: “{step.text}”: {what}"),
                    mend=finished.problem.mend if finished.problem else "run its steps as a case of their own.",
                )
            if any(record.heal is not None for record in finished.actions):
                text = scope.mask(f"The session “{session.name}” was healed in its step “{step.text}”.")
                resources.emit(Notice(at=datetime.now(UTC), text=text, level="warning"))
            if placed := groundings_to_keep(finished):
                groundings[step] = placed
        return LoggedIn(await page.storage_state(), groundings)
