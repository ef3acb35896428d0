"""What every action function is given, and the questions they all ask."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playwright.async_api import ElementHandle, Page

from aiwebtest.core.errors import ActionError
from aiwebtest.core.intent import Intent
from aiwebtest.core.scope import Scope

if TYPE_CHECKING:
    from aiwebtest.browser.session import Session

__all__ = ["Act", "Deadline"]


class Deadline:
    """A moment that the whole action must not pass."""

    def __init__(self, timeout_s: float) -> None:
        self.timeout_s = timeout_s
        self._loop = asyncio.get_running_loop()
        self._end = self._loop.time() + timeout_s

    @property
    def left_s(self) -> float:
        """Return the seconds left, never less than a token amount: zero would mean "for ever" to Playwright."""
        return max(self._end - self._loop.time(), 0.001)

    @property
    def left_ms(self) -> float:
        """Return the milliseconds left."""
        return self.left_s * 1000

    @property
    def passed(self) -> bool:
        """Tell whether it is over."""
        return self._loop.time() >= self._end


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One intent about to be carried out on the elements it was placed on."""

    session: Session
    intent: Intent
    element: ElementHandle | None
    to: ElementHandle | None
    scope: Scope
    deadline: Deadline

    @property
    def page(self) -> Page:
        """Return the current tab."""
        return self.session.page

    @property
    def target(self) -> ElementHandle:
        """Return the element; raise ActionError where the intent needs one and has none."""
        if self.element is None:
            raise ActionError(
                f'"{self.intent.text}" names no element.', mend="say which element, by its text, label or role."
            )
        return self.element

    @property
    def written(self) -> str:
        """Return the single value as the test has it: secrets as placeholders. For messages."""
        return self.scope.fill(self.intent.value or "")

    @property
    def value(self) -> str:
        """Return the single value in full. For the browser, never for messages."""
        return self.scope.reveal(self.intent.value or "")

    @property
    def values(self) -> list[str]:
        """Return all values in full."""
        return [self.scope.reveal(value) for value in self.intent.values]

    async def ask(self, script: str, argument: Any = None) -> Any:
        """Return what a function of the element says in its page."""
        return await self.target.evaluate(script, argument)
