"""An element known by its number in its document, at hand without a handle.

A handle costs the driver a script of its own in the page, and more calls for each action on it: it belongs to the
page's world, while Playwright acts from another. So questions go to the frame with the number, and actions go through a
selector engine of ours, which finds the element in Playwright's own world. A handle is made only where one is needed.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeAlias

from playwright.async_api import ElementHandle, Error, FloatRect, Frame, JSHandle

__all__ = ["ENGINE", "ENGINE_SCRIPT", "AnyElement", "Element"]

ENGINE = "aiwebtest"
"""The name of the selector engine, to be registered as a content script."""

ENGINE_SCRIPT = """{
  queryAll(root, selector) {
    const [number, token] = selector.split(":");
    const found = [];
    const hear = (event) => found.push(event.composedPath()[0]);
    window.addEventListener("aiwebtest-here-" + token, hear, true);
    window.dispatchEvent(new InputEvent("aiwebtest-where-" + token, { data: number }));
    window.removeEventListener("aiwebtest-here-" + token, hear, true);
    if (!found.length) throw new Error("Element is not attached to the DOM");
    return found;
  },
  query(root, selector) { return this.queryAll(root, selector)[0]; }
}"""
"""Asks the in-page side, in the page's own world, for the element: worlds share elements and events, no values."""

_HELD = """(call) => {
  const awt = window[Symbol.for("aiwebtest")];
  const element = awt ? awt.held(call[0], call[1]) : null;
  if (!element) throw new Error("The execution context was destroyed: the element's document is another one.");
  return (%s)(element, call[2]);
}"""


class Element:
    """One element of one document. It offers what a `playwright.async_api.ElementHandle` does, as far as it is used.

    Actions wait up to `timeout` milliseconds for the element to be visible, enabled and at rest.
    """

    def __init__(self, frame: Frame, number: int, token: str) -> None:
        self.frame, self._number, self._token = frame, number, token
        self._handle: ElementHandle | None = None
        self._locator = frame.locator(f"{ENGINE}={number}:{token}")

    def other(self, number: int) -> Element:
        """Return another element of the same document, by its number."""
        return Element(self.frame, number, self._token)

    async def handle(self) -> ElementHandle:
        """Return a handle. Raises Playwright's `Error` when the document was replaced."""
        if self._handle is None:
            handle = (await self.evaluate_handle("(element) => element")).as_element()
            if handle is None:
                raise Error("Element is not attached to the DOM")
            self._handle = handle
        return self._handle

    async def evaluate(self, script: str, argument: Any = None) -> Any:
        """Return what a function of the element says."""
        return await self.frame.evaluate(_held(script), [self._number, self._token, argument])

    async def evaluate_handle(self, script: str, argument: Any = None) -> JSHandle:
        """Return what a function of the element gives, as a handle."""
        return await self.frame.evaluate_handle(_held(script), [self._number, self._token, argument])

    async def owner_frame(self) -> Frame | None:
        """Return the frame it stands in."""
        return self.frame

    async def click(self, **options: Any) -> None:
        """Click it."""
        await self._locator.click(**options)

    async def dblclick(self, **options: Any) -> None:
        """Click it twice, as one gesture."""
        await self._locator.dblclick(**options)

    async def hover(self, **options: Any) -> None:
        """Move the pointer over it."""
        await self._locator.hover(**options)

    async def fill(self, value: str, **options: Any) -> None:
        """Put a text into it, in place of what it holds."""
        await self._locator.fill(value, **options)

    async def select_option(self, **options: Any) -> list[str]:
        """Choose options of it."""
        return await self._locator.select_option(**options)

    async def focus(self) -> None:
        """Put the keyboard focus on it."""
        await (await self.handle()).focus()

    async def type(self, text: str, **options: Any) -> None:
        """Type a text into it key by key."""
        await (await self.handle()).type(text, **options)

    async def press(self, key: str, **options: Any) -> None:
        """Press a key on it."""
        await (await self.handle()).press(key, **options)

    async def bounding_box(self) -> FloatRect | None:
        """Return its place in CSS pixels of the page's viewport, None where it has none."""
        return await (await self.handle()).bounding_box()

    async def input_value(self) -> str:
        """Return the value of a field."""
        return await (await self.handle()).input_value()

    async def set_input_files(self, files: list[str], **options: Any) -> None:
        """Choose files in a field for them."""
        await (await self.handle()).set_input_files(files, **options)

    async def scroll_into_view_if_needed(self, **options: Any) -> None:
        """Bring it into view."""
        await (await self.handle()).scroll_into_view_if_needed(**options)

    async def wait_for_element_state(self, state: Any, **options: Any) -> None:
        """Wait until it is "visible", "hidden" ..."""
        await (await self.handle()).wait_for_element_state(state, **options)


AnyElement: TypeAlias = ElementHandle | Element


@lru_cache(maxsize=128)
def _held(script: str) -> str:
    return _HELD % script
