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

_CALL = """(element, call) => window[Symbol.for("aiwebtest")][call[0]](element, ...call[1])"""
_ELEMENT = """(element, number) => window[Symbol.for("aiwebtest")].element(number)"""
_CLICKABLE = """(element) => {
  const box = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  const shown = style.visibility === "visible" && style.pointerEvents !== "none";
  const drawn = shown && box.width > 1 && box.height > 1 && element.checkVisibility();
  if (drawn && style.opacity !== "0") return element;
  const label = element.labels && element.labels[0];
  return label && label.checkVisibility() ? label : element;
}"""


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
    field: dict[str, Any] | None = None  # what the element was as a field of text just before, if that was asked

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

    @property
    def secret(self) -> bool:
        """Tell whether a value holds a secret."""
        return any(self.scope.uses_secret(value) for value in self.intent.values)

    @property
    def times(self) -> int:
        """Return how often to do it."""
        return max(int(self.intent.amount or 1), 1) if self.intent.unit == "times" else 1

    async def ask(self, script: str, argument: Any = None) -> Any:
        """Return what a function of the element says in its page."""
        return await self.target.evaluate(script, argument)

    async def call(self, name: str, *args: Any, on: ElementHandle | None = None) -> Any:
        """Return what our in-page function `name` says of the element."""
        return await (on or self.target).evaluate(_CALL, [name, list(args)])

    async def element_number(self, number: int) -> ElementHandle:
        """Return the element of that in-page number, in the document of the target."""
        handle = (await self.target.evaluate_handle(_ELEMENT, number)).as_element()
        if handle is None:
            raise ActionError("The element left the page.", mend="wait for the page to come to rest before this step.")
        return handle

    async def clickable(self, handle: ElementHandle) -> ElementHandle:
        """Return `handle`, or its label where the element itself is hidden behind a drawn one."""
        return (await handle.evaluate_handle(_CLICKABLE)).as_element() or handle
