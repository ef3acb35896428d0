"""Find an element again by its stored recipe, and make sure that it is still what it was."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Error, Frame, Page

from aiwebtest.browser import inpage
from aiwebtest.browser.effects import Opening
from aiwebtest.browser.element import Element
from aiwebtest.core.locator import FrameStep, Identity, Locator, described
from aiwebtest.core.snapshot import Box

__all__ = ["Found", "Miss", "find_again", "recipe", "wait_again"]

_PAUSE_S = 0.03  # while a frame is missing or a document is being replaced
_LOCATE = """(call) => {
  const awt = window[Symbol.for("aiwebtest")];
  if (!awt) return null;
  const answer = awt.locate(call[0]);
  if (call.length > 1 && answer[0] !== null) answer[4] = awt.watch(awt.element(answer[0]), call[1], call[2]);
  return answer;
}"""
_AWAIT = """(call) => {
  const awt = window[Symbol.for("aiwebtest")];
  return awt ? awt.await(call[0], call[1]) : null;
}"""

_REPLACED = re.compile(
    r"context was destroyed|frame (was|got|has been) detached|cannot find context|navigat", re.IGNORECASE
)
"""What Playwright says when the document goes away under a call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The one element that the recipe gives and that is what it was."""

    element: Element
    local: int  # the element's number in its document's registry
    token: str  # of its document
    box: Box  # CSS pixels; of the frame's own viewport when it is in a frame
    described: str
    frame: int = 0  # 0: the top document; else its place among the page's frames
    told: Any = None  # what the element said as a watch began, if that was asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """Nothing that could be acted on without a doubt. `reason` is a clause for people."""

    reason: str
    matches: int = 0


async def find_again(
    page: Page, locator: Locator, identity: Identity, *, opening: Opening | None = None
) -> Found | Miss:
    """Return the element, if exactly one matches and its role, name and neighbourhood are what they were.

    With `opening`, the watch over it begins in the same call. Does not wait. Raises Playwright's `Error` when the page
    itself is gone, and what `read` raises.
    """
    return await _search(page, locator, identity, _LOCATE, None, opening)


async def wait_again(page: Page, locator: Locator, identity: Identity, *, timeout_s: float) -> Found | Miss:
    """Do as `find_again` does, waiting in the page for the element to appear; the last miss is returned at the end.

    Survives navigation meanwhile. Raises Playwright's `Error` when the page itself is gone.
    """
    loop = asyncio.get_running_loop()
    ends = loop.time() + timeout_s
    while True:
        left_s = max(0.0, ends - loop.time())
        result = await _search(page, locator, identity, _AWAIT, left_s)
        if isinstance(result, Found) or loop.time() + _PAUSE_S >= ends:
            return result
        await asyncio.sleep(_PAUSE_S)  # the document or the frame is not there yet


async def _search(
    page: Page,
    locator: Locator,
    identity: Identity,
    script: str,
    timeout_s: float | None,
    opening: Opening | None = None,
) -> Found | Miss:
    try:
        frame = await _frame(page, locator.frames)
        if frame is None:
            return Miss(reason="the frame that it stood in is not there")
        answer = await _ask(frame, locator, identity, script, timeout_s, opening)
        if answer[0] is None:
            return Miss(reason=_reason(answer, locator, identity), matches=answer[1])
        local, token, box, name, *told = answer
    except Error as exc:
        if page.is_closed() or not _REPLACED.search(exc.message):
            raise
        return Miss(reason="the page was being replaced")
    return Found(
        element=Element(frame, local, token), local=local, token=token, box=tuple(box), frame=page.frames.index(frame),
        described=described(locator, replace(identity, name=name) if name else identity),
        told=told[0] if told else None,
    )  # fmt: skip


async def _ask(
    frame: Frame,
    locator: Locator,
    identity: Identity,
    script: str,
    timeout_s: float | None,
    opening: Opening | None,
) -> list[Any]:
    """Return the page's answer."""
    call: list[Any] = [recipe(locator, identity)]
    if timeout_s is not None:
        call.append(timeout_s * 1000)
    elif opening is not None:
        call += [opening.reveal, opening.question]
    return list(await inpage.answer(frame, script, call, waits_s=timeout_s or 0.0))


@lru_cache(maxsize=256)
def recipe(locator: Locator, identity: Identity) -> str:
    """Return what the page needs to know, as one string: nested values cost a call far more."""
    return json.dumps({"locator": asdict(locator), "identity": asdict(identity)})


async def _frame(page: Page, steps: tuple[FrameStep, ...]) -> Frame | None:
    """Return the frame at the end of the way down."""
    frame = page.main_frame
    for step in steps:
        alike = [child for child in frame.child_frames if await _is_step(child, step)]
        if step.index >= len(alike):
            return None
        frame = alike[step.index]
    return frame


async def _is_step(frame: Frame, step: FrameStep) -> bool:
    if step.name:
        return frame.name == step.name
    if step.title:
        owner = await frame.frame_element()
        return (await owner.get_attribute("title") or "").strip() == step.title
    return _path(urlsplit(frame.url).path) == _path(step.url_path)


def _path(path: str) -> str:
    return re.sub(r"[0-9]+", "#", path)


def _reason(answer: list[Any], locator: Locator, identity: Identity) -> str:
    """Return why nothing was found that can be acted on, for people."""
    it = described(locator, identity)
    _, matches, strange, now = answer
    if strange:
        return _difference(identity.role or identity.tag, *strange)
    if matches == 0:
        if now:
            role, name = now
            if role == identity.role and name:
                return f"the {role} “{identity.name or locator.text}” is now called “{name}”"
        return f"nothing on the page is {it}"
    if locator.count > 1:
        return f"{locator.count} elements matched {it}, and now {matches} do"
    if locator.count == 0:
        return f"there are only {matches} like {it}"
    return f"{matches} elements match {it}"


def _difference(role: str, what: str, stored: str, now: str) -> str:
    if what == "name":
        return f"the {role} was called “{stored}” and is now called “{now}”"
    if what == "near":
        return f"the {role} stood by “{stored}” and now stands " + (f"by “{now}”" if now else "somewhere else")
    if what == "mark":
        return f"the mark “{stored}” that told the {role} is now on another element" + (f", “{now}”" if now else "")
    if what == "type":
        return f"the {role} was of type “{stored}” and is now of type “{now}”"
    return f"it was a {stored} and is now a {now}"
