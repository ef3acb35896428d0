"""Scroll through what a page hides below its edges, as a person looking for something would."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from playwright.async_api import Frame, Page

__all__ = ["scroll_through"]

_MAX_STOPS = 400  # a list of 10,000 rows at 25 rows a screen

_COLLECT = """() => {
  const found = [];
  const walk = (root) => {
    for (const el of root.querySelectorAll('*')) {
      if (el.shadowRoot) walk(el.shadowRoot);
      if (el.scrollHeight <= el.clientHeight + 4 || el.clientHeight < 40) continue;
      const how = getComputedStyle(el).overflowY;
      if (how === 'auto' || how === 'scroll' || how === 'overlay') found.push(el);
    }
  };
  walk(document);
  const page = document.scrollingElement;
  if (page && page.scrollHeight > page.clientHeight + 4 && !found.includes(page)) found.push(page);
  return found;
}"""

_STEP = """(el, top) => new Promise((done) => {
  const before = el.scrollTop;
  el.scrollTo({top: top < 0 ? before + Math.max(40, el.clientHeight * 0.8) : top, behavior: 'instant'});
  requestAnimationFrame(() => requestAnimationFrame(() => done([before, el.scrollTop])));
})"""


class _Deadline(Protocol):
    @property
    def passed(self) -> bool: ...


async def scroll_through(page: Page, deadline: _Deadline) -> AsyncIterator[None]:
    """Scroll each list of the page, then the page, from its top to its end; yield after each stop.

    What was scrolled goes back to where it was, unless the caller leaves in the middle because it found its thing.
    """
    for frame in page.frames:
        async for _ in _through_frame(frame, deadline):
            yield


async def _through_frame(frame: Frame, deadline: _Deadline) -> AsyncIterator[None]:
    lists = await frame.evaluate_handle(_COLLECT)
    try:
        for item in (await lists.get_properties()).values():
            element = item.as_element()
            if element is None:
                continue
            began, position = await element.evaluate(_STEP, 0)
            if began != position:
                yield
            for _ in range(_MAX_STOPS):
                before, position = await element.evaluate(_STEP, -1)
                if deadline.passed or position <= before:
                    break
                yield
            await element.evaluate(_STEP, began)
    finally:
        await lists.dispose()
