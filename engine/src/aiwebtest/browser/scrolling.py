"""Scroll through what a page hides below its edges, as a person looking for something would.

A *virtual* list holds only the rows that can be seen: the room for the others is there, and nothing is in it.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Protocol

from playwright.async_api import Frame, Page

from aiwebtest.browser.element import AnyElement
from aiwebtest.browser.reading import read, read_handle

__all__ = ["is_in_virtual_list", "scroll_through"]

_MAX_STOPS = 400  # a list of 10,000 rows at 25 rows a screen

_IS_VIRTUAL = """(el) => {
  const page = el === document.scrollingElement, height = el.clientHeight;
  if (el.scrollHeight <= height + 4 || height < 40) return false;
  const zero = (page ? 0 : el.getBoundingClientRect().top) - el.scrollTop;
  let top = Infinity, bottom = -Infinity;
  const speaks = (child) => {
    for (const node of child.childNodes) if (node.nodeType === 3 && node.data.trim()) return true;
    return !child.firstElementChild && /^(img|svg|canvas|video|input|button|iframe)$/.test(child.localName);
  };
  const walk = (root) => {
    for (const child of root.querySelectorAll('*')) {
      if (child.shadowRoot) walk(child.shadowRoot);
      if (!child.shadowRoot && !speaks(child)) continue;
      const box = child.getBoundingClientRect();
      if (!box.height || !box.width) continue;
      top = Math.min(top, box.top - zero);
      bottom = Math.max(bottom, box.bottom - zero);
    }
  };
  walk(el.shadowRoot || el);
  // A list that holds a part of itself fills what is in sight: room that is seen to be empty is just that.
  const start = el.scrollTop, end = start + height, room = height / 4, margin = Math.min(room, 80);
  return (top > room && top <= start + margin) || (el.scrollHeight - bottom > room && bottom >= end - margin);
}"""

_COLLECT = """(virtual) => {
  const isVirtual = IS_VIRTUAL;
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
  return virtual ? found.filter(isVirtual) : found;
}""".replace("IS_VIRTUAL", _IS_VIRTUAL)

_IN_VIRTUAL = """(el) => {
  const isVirtual = IS_VIRTUAL;
  for (let at = el; at; at = at.assignedSlot || at.parentNode || at.host) {
    if (at.nodeType !== 1) continue;
    const scrolls = at === document.scrollingElement || /auto|scroll|overlay/.test(getComputedStyle(at).overflowY);
    if (scrolls && isVirtual(at)) return true;
  }
  return false;
}""".replace("IS_VIRTUAL", _IS_VIRTUAL)

_STEP = """(el, top) => new Promise((done) => {
  const before = el.scrollTop;
  el.scrollTo({top: top < 0 ? before + Math.max(40, el.clientHeight * 0.8) : top, behavior: 'instant'});
  requestAnimationFrame(() => requestAnimationFrame(() => done([before, el.scrollTop])));
})"""


_GROWN = """(el, patience) => new Promise((done) => {
  const height = el.scrollHeight, ends = performance.now() + patience;
  const look = () => {
    if (el.scrollHeight > height || !el.isConnected) done(el.isConnected);
    else if (performance.now() > ends) done(false);
    else setTimeout(look, 50);
  };
  look();
})"""

_PATIENCE_MS = 1000  # what a list gets to load more when its end is reached


class _Deadline(Protocol):
    @property
    def passed(self) -> bool: ...


async def scroll_through(page: Page, deadline: _Deadline, *, only_virtual: bool = False) -> AsyncGenerator[None, None]:
    """Scroll each list of the page (each virtual one), then the page, from its top to its end; yield after each stop.

    What was scrolled goes back to where it was, unless the caller leaves in the middle because it found its thing.
    """
    for frame in page.frames:
        async for _ in _through_frame(frame, deadline, only_virtual=only_virtual):
            yield


async def _grows(element: AnyElement, frame: Frame, is_virtual: bool) -> bool:
    """Tell whether a list whose end is reached loads more; a virtual one has its full length from the start."""
    return not is_virtual and bool(await read(element, _GROWN, _PATIENCE_MS, within=frame))


async def is_in_virtual_list(element: AnyElement) -> bool:
    """Tell whether an element stands in a list that holds only what can be seen of it."""
    found: bool = await read(element, _IN_VIRTUAL)
    return found


async def _through_frame(frame: Frame, deadline: _Deadline, *, only_virtual: bool) -> AsyncGenerator[None, None]:
    lists = await read_handle(frame, _COLLECT, only_virtual)
    try:
        for item in (await lists.get_properties()).values():
            element = item.as_element()
            if element is None:
                continue
            began, position = await read(element, _STEP, 0, within=frame)
            if began != position:
                yield
            for _ in range(_MAX_STOPS):
                before, position = await read(element, _STEP, -1, within=frame)
                if deadline.passed or (position <= before and not await _grows(element, frame, only_virtual)):
                    break
                yield
            await read(element, _STEP, began, within=frame)
    finally:
        await lists.dispose()
