"""Elements that Stagehand observed: an absolute XPath of its own kind, turned into a node of our snapshot at once.

In such a path `tag[n]` is the n-th child element of that tag, `//` goes into a shadow root, and what stands behind an
`iframe[n]` belongs to the frame's own document. It is followed step by step in the page: an XPath engine knows neither
shadow roots nor frames.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from playwright.async_api import ElementHandle, Error, Page

from aiwebtest.browser.reading import read, read_handle
from aiwebtest.core.snapshot import Flag, Snapshot

__all__ = ["node_at", "node_of"]

_Step = tuple[str, int, bool]  # tag in lower case, its number among its like from 1, whether a shadow root is entered

_STEP = re.compile(r"(?P<slashes>//?)(?P<tag>[^/\[\]()]+|\*\[[^\]]*\]|text\(\))(?:\[(?P<number>\d+)\])?")
_NAMED = re.compile(r"name\(\)\s*=\s*['\"]([^'\"]+)['\"]")
_FRAMES = frozenset({"iframe", "frame"})
_WALK = """(steps) => {
  let at = document;
  for (let i = 0; i < steps.length; i++) {
    const parent = steps[i][2] ? at.shadowRoot : at;
    let left = steps[i][1], found = null;
    for (let child = parent && parent.firstElementChild; child; child = child.nextElementSibling) {
      if (child.localName.toLowerCase() === steps[i][0] && --left === 0) { found = child; break; }
    }
    if (!found) return null;
    at = found;
  }
  return at;
}"""
_NUMBERS = """(element, tokens) => {
  const awt = window[Symbol.for("aiwebtest")];
  if (!awt) return null;
  const own = awt.numberOf(element), within = [own], around = [];
  const frame = tokens.findIndex((token) => awt.element(own, token) === element);
  for (let e = element.firstElementChild; e && e.parentElement.childElementCount === 1; e = e.firstElementChild)
    within.push(awt.numberOf(e));
  for (let e = element.parentElement; e && around.length < 4; e = e.parentElement) around.push(awt.numberOf(e));
  return [frame, within, around];
}"""


async def node_at(page: Page, selector: str, snapshot: Snapshot) -> int | None:
    """Return the ref of the element in `snapshot`; None when it is gone, or in a place that the snapshot cannot see."""
    try:
        handle = await _element(page, selector)
        return None if handle is None else await node_of(handle, snapshot)
    except Error:  # a frame or the page went away meanwhile, and the element with it
        return None


async def node_of(handle: ElementHandle, snapshot: Snapshot) -> int | None:
    """Return the ref of an element in `snapshot`, None when it is not in there. Raises Playwright's `Error`.

    An element that the snapshot leaves out stands for what it wraps, or for the control that it is part of.
    """
    found = await read(handle, _NUMBERS, [facts.token for facts in snapshot.frames])
    if found is None or found[0] < 0:
        return None
    frame, within, around = found
    ref = _listed(snapshot, frame, within)
    if ref is not None:
        return ref
    control = _listed(snapshot, frame, around)
    return control if control is not None and snapshot.nodes[control].has(Flag.CLICKABLE) else None


async def _element(page: Page, selector: str) -> ElementHandle | None:
    """Follow the path through shadow roots and frames."""
    frame = page.main_frame
    documents = _documents(_steps(selector))
    for steps in documents[:-1]:
        owner = (await read_handle(frame, _WALK, steps)).as_element()
        inner = await owner.content_frame() if owner else None
        if inner is None:
            return None
        frame = inner
    return (await read_handle(frame, _WALK, documents[-1])).as_element() if documents else None


def _steps(selector: str) -> list[_Step]:
    """Return the steps of a path; what points at a text points at the element around it."""
    steps: list[_Step] = []
    for match in _STEP.finditer(selector.removeprefix("xpath=")):
        tag = match["tag"].strip()
        if tag == "text()":
            break
        named = _NAMED.search(tag)
        steps.append(((named[1] if named else tag).lower(), int(match["number"] or 1), match["slashes"] == "//"))
    return steps


def _documents(steps: list[_Step]) -> list[list[_Step]]:
    """Return the steps parted by document: each part but the last ends at a frame."""
    parts: list[list[_Step]] = [[]] if steps else []
    for number, step in enumerate(steps):
        parts[-1].append(step)
        into_frame = step[0] in _FRAMES and number + 1 < len(steps) and steps[number + 1][0] == "html"
        if into_frame:
            parts.append([])
    return parts


def _listed(snapshot: Snapshot, frame: int, numbers: Iterable[int]) -> int | None:
    """Return the ref of the first of these elements that the snapshot lists."""
    listed = {node.local: node.ref for node in snapshot.nodes if node.frame == frame and node.tag != "#text"}
    return next((listed[number] for number in numbers if number in listed), None)
