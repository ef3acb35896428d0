"""The state of one execution while it runs: what its steps share."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from playwright.async_api import Error as PlaywrightError

from aiwebtest.browser.artifacts import Camera
from aiwebtest.browser.element import AnyElement
from aiwebtest.browser.reading import DialogOpened
from aiwebtest.browser.session import Session
from aiwebtest.browser.snapshot import Rivals, element, take_part, take_snapshot
from aiwebtest.core.case import Case, Step
from aiwebtest.core.errors import ActionError
from aiwebtest.core.events import Artifact, Attempt, Event
from aiwebtest.core.facts import Facts
from aiwebtest.core.intent import Target
from aiwebtest.core.locator import Identity, Locator
from aiwebtest.core.model import Model
from aiwebtest.core.scope import Scope
from aiwebtest.core.snapshot import Box, Snapshot
from aiwebtest.core.verdict import Outcome
from aiwebtest.engine.settings import RunSettings
from aiwebtest.lockfile import Lockfile

__all__ = ["ExecutionState"]

_LOOKS = 4  # a page that redirects a few times in a row is still read


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
    answered: tuple[int, int] | None = None  # the field whose typing the page answered, in the action before
    followed: bool = False  # the running action, by another one of its step on the page as a whole
    frame: Target | None = None  # the frame that a sentence entered
    attempts: list[Attempt] = field(default_factory=list)
    camera: Camera | None = None  # None when the run keeps no screenshots
    cdp_url: str = ""  # where a model's side attaches to the session's browser
    seen: Snapshot | None = None  # the page when the running step last looked at it
    pictured: bool = False  # the running step looked last as the picture was begun that the step before is owed
    before: Artifact | None = None  # the picture from before the running step's first action

    def begin(self, step: Step) -> None:
        """Make a step the one that is being run."""
        self.step, self.pictured = step, False

    async def look(self) -> Snapshot:
        """Return the page as it is now; a page that is on its way elsewhere is waited for, and an alert accepted.

        Raises BrowserUnavailable when the browser or the page went away, ActionError when the page cannot be read.
        """
        for _ in range(_LOOKS):
            try:
                snapshot = await take_snapshot(self.session.page)
            except DialogOpened as exc:
                await self.session.ensure_unblocked()
                last: PlaywrightError = exc
            except PlaywrightError as exc:
                if gone := self.session.gone():
                    raise gone from exc
                await self.session.navigated(self.settings.navigation_timeout_s)
                last = exc
            else:
                self.seen, self.pictured = snapshot, self.session.expose()
                return snapshot
        raise ActionError(
            f"The page could not be read: {last.message.splitlines()[0]}",
            mend="wait for it to be ready in a step before.",
        ) from last

    async def look_at(self, locator: Locator, identity: Identity, rivals: Rivals) -> Snapshot | None:
        """Return what stands around one element, None where it cannot be seen by itself or the page does not answer.

        Also None where one of `rivals` stands elsewhere on the page.

        Raises BrowserUnavailable when the page does not answer at all.
        """
        with suppress(PlaywrightError):  # the page is on its way elsewhere, or has a dialog: `look` knows what to do
            part = await take_part(self.session.page, locator, identity, rivals)
            if part is not None:
                self.seen, self.pictured = None, self.session.expose()
            return part
        return None

    async def element(self, snapshot: Snapshot, ref: int) -> AnyElement:
        """Return the element of a node. Raises ActionError when it has left the page."""
        return await element(self.session.page, snapshot, ref)

    async def facts(self, snapshot: Snapshot) -> Facts:
        """Return everything a check may rest on, with this snapshot."""
        return await self.session.facts(snapshot, self.last)

    async def picture_before(self, element: AnyElement) -> None:
        """Keep a screenshot from before the step's first action, its element marked, if the run keeps such."""
        settings = self.settings
        if self.camera is None or self.before is not None or not settings.screenshots_before:
            return
        if settings.screenshots == "on":
            name = f"step-{self.step.index + 1:02d}-before"
            self.before = await self.camera.shoot_before(element, name, caption=self.step.text)

    async def picture(self, outcome: Outcome, boxes: tuple[Box, ...], *, acted: bool) -> tuple[Artifact, ...]:
        """Return a screenshot of the page with these boxes marked, if the run keeps one."""
        if self.camera is None or (self.settings.screenshots == "on-failure" and outcome == "passed"):
            return ()
        name = f"step-{self.step.index + 1:02d}"
        passed = outcome == "passed"
        same = passed and not acted and self.pictured
        shot = await self.camera.shoot(name, caption=self.step.text, marks=boxes, wait=not passed, same=same)
        return (shot,) if shot is not None else ()

    def take_before(self) -> tuple[Artifact, ...]:
        """Return the picture from before the step's first action, once."""
        before, self.before = self.before, None
        return (before,) if before is not None else ()

    def take_seen(self) -> Snapshot | None:
        """Return the page as the running step last saw it, once."""
        seen, self.seen = self.seen, None
        return seen

    def take_attempts(self) -> list[Attempt]:
        """Return the attempts made since the last call."""
        taken, self.attempts = self.attempts, []
        return taken
