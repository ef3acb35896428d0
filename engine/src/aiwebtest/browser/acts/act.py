"""What every action function is given, and the questions they all ask."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playwright.async_api import Page

from aiwebtest.browser.effects import ignoring_navigation
from aiwebtest.browser.element import AnyElement, Element
from aiwebtest.browser.reading import read, read_handle
from aiwebtest.core.errors import ActionError, AiWebTestError, GroundingError, UsageError
from aiwebtest.core.intent import Action, Intent
from aiwebtest.core.scope import Scope

if TYPE_CHECKING:
    from aiwebtest.browser.effects import Watch
    from aiwebtest.browser.session import Session

__all__ = ["QUESTIONS", "Act", "Deadline", "no_such"]

QUESTIONS: dict[Action, str] = {
    "type": "field",
    "append": "field",
    "clear": "field",
    "click": "pressing",
    "check": "box",
    "uncheck": "box",
    "toggle": "box",
    "select": "chooser",
    "deselect": "chooser",
}
"""What an action wants to know of its element first: asked in the call that begins the watch, it costs nothing."""

_CALL = """(element, call) => window[Symbol.for("aiwebtest")][call[0]](element, ...call[1])"""
_STAND_IN = """(element) => {
  const awt = window[Symbol.for("aiwebtest")];
  return [awt.clickable(element), awt.numberOf(element)];
}"""
_IS_THERE = """(element, number) => window[Symbol.for("aiwebtest")].element(number) !== null"""
_PLAIN = """(element) => element.nodeType !== 1
  || !element.matches("input, select, textarea, summary, [role], [aria-haspopup], [aria-expanded]")"""
_ELEMENT = """(element, number) => window[Symbol.for("aiwebtest")].element(number)"""


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
    element: AnyElement | None
    to: AnyElement | None
    scope: Scope
    deadline: Deadline
    watch: Watch | None = None  # what looks for the effects of it
    followed: bool = False  # at once by an action on the page as a whole, such as a key

    @property
    def page(self) -> Page:
        """Return the current tab."""
        return self.session.page

    @property
    def target(self) -> AnyElement:
        """Return the element; raise UsageError where the intent needs one and has none."""
        if self.element is None:
            raise UsageError(
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
        return await read(self.target, script, argument)

    async def call(self, name: str, *args: Any, on: AnyElement | None = None) -> Any:
        """Return what our in-page function `name` says of the element."""
        return await read(on or self.target, _CALL, [name, list(args)])

    async def first(self, question: str) -> Any:
        """Return what our in-page function `question` says of the element, told already where the watch asked it."""
        watch = self.watch
        if watch is not None and watch.told is not None and watch.asked == (self.element, question):
            return watch.told
        return await self.call(question)

    async def last(self, question: str, on: AnyElement, *, hurry: bool = False, value: str | None = None) -> Any:
        """Return what our in-page function `question` says of an element once the action is done.

        The effects come with the same call; so does the beginning of the next watch where the element holds `value` and
        another action follows. Nothing may be done to the page after it. None when the action brought another document,
        which is its effect.
        """
        said = seen = None
        with ignoring_navigation():
            said, seen = await read(on, _CALL, ["outcome", [question, hurry, value if self._may_go_on else None]])
        if self.watch is not None:
            self.watch.glimpsed = seen
        return said

    @property
    def _may_go_on(self) -> bool:
        return self.followed and self.watch is not None and self.watch.alone

    async def element_number(self, number: int) -> AnyElement:
        """Return the element of that in-page number, in the document of the target."""
        target = self.target
        if isinstance(target, Element):
            found: AnyElement | None = target.other(number) if await read(target, _IS_THERE, number) else None
        else:
            found = (await read_handle(target, _ELEMENT, number)).as_element()
        if found is None:
            raise ActionError("The element left the page.", mend="wait for the page to come to rest before this step.")
        return found

    async def clickable(self, handle: AnyElement) -> AnyElement:
        """Return `handle`, or its label where the element itself is hidden behind a drawn one."""
        number, own = await read(handle, _STAND_IN)
        return handle if number == own else await self.element_number(number)


async def no_such(act: Act, what: str, mend: str) -> AiWebTestError:
    """Return the error of an element that is not of the kind the action needs.

    One that the page calls a field or a list is at fault. Of a plain one it cannot be told that it was meant.
    """
    return GroundingError(what, mend=mend) if await act.ask(_PLAIN) else ActionError(what, mend=mend)
