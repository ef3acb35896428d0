"""The state of one execution while it runs: what its steps share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from aiwebtest.browser.session import Session
from aiwebtest.core.case import Case, Step
from aiwebtest.core.events import Attempt, Event
from aiwebtest.core.facts import Facts
from aiwebtest.core.intent import Target
from aiwebtest.core.model import Model
from aiwebtest.core.scope import Scope
from aiwebtest.core.snapshot import Snapshot
from aiwebtest.engine.settings import RunSettings
from aiwebtest.lockfile import Lockfile

__all__ = ["ExecutionState"]


@dataclass(slots=True, kw_only=True)
class ExecutionState:
    """One execution's page, variables and memory. Steps read and change it; nobody else does."""

    execution: str
    case: Case
    step: Step  # the one being run
    settings: RunSettings
    session: Session
    scope: Scope
    emit: Callable[[Event], None]
    model: Model | None = None
    lock: Lockfile | None = None
    last: tuple[int, int] | None = (
        None  # (frame, local) of the element acted on last; means nothing in another document
    )
    frame: Target | None = None  # the frame that a sentence entered
    attempts: list[Attempt] = field(default_factory=list)

    async def look(self) -> Snapshot:
        """Return the page as it is now."""
        return await self.session.snapshot()

    def facts(self, snapshot: Snapshot) -> Facts:
        """Return everything a check may rest on, with this snapshot."""
        return self.session.facts(snapshot, self.last)

    def take_attempts(self) -> list[Attempt]:
        """Return the attempts made since the last call."""
        taken, self.attempts = self.attempts, []
        return taken
