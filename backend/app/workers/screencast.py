"""The moving picture of a browser's page, as JPEGs: captured while somebody looks, the newest only."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from typing import Any

from playwright.async_api import CDPSession, Page
from playwright.async_api import Error as PlaywrightError

from aiwebtest.browser.artifacts import covered_picture
from aiwebtest.browser.session import Session

__all__ = ["show"]

_SIZE = {"format": "jpeg", "quality": 60, "maxWidth": 1280, "maxHeight": 960, "everyNthFrame": 1}
_FRAME_S = 0.1  # ten pictures a second at most
_FOLLOW_S = 0.25  # how soon another tab is shown
_BEGIN_S = 0.05  # how soon a page that begins is
_NOWHERE = "about:blank"


async def show(
    session_now: Callable[[], Session | None], over: asyncio.Event, send: Callable[[bytes], Awaitable[None]]
) -> None:
    """Send pictures of the tab that a session is in, until it is over; what shows a secret is painted over."""
    newest = _Newest()
    async with AsyncExitStack() as stack:
        cast: _Screencast | None = None
        owed = False  # a picture that could not be painted over in time
        while not over.is_set():
            session = session_now()
            page = session.page if session is not None and session.tabs and session.alive else None
            begins = page is not None and page.url == _NOWHERE  # black before the first page is opened
            if begins:
                page = None
            if page is not (cast.page if cast is not None else None):
                await stack.aclose()
                cast = await stack.enter_async_context(_Screencast(page, newest)) if page is not None else None
            frame = await newest.get(_BEGIN_S if begins else _FOLLOW_S)
            if frame is None and cast is not None:
                await cast.catch_up()
            if session is not None and session.secret_shown and (frame is not None or owed):
                frame = await _covered(session) if page is not None else None
                owed = frame is None
            if frame is not None:
                await send(frame)


async def _covered(session: Session) -> bytes | None:
    with suppress(PlaywrightError):
        line = await session.context.new_cdp_session(session.page)
        try:
            return await covered_picture(session, line)
        finally:
            await line.detach()
    return None


class _Newest:
    """Holds the last picture only: a slow viewer misses some, and never lags."""

    def __init__(self) -> None:
        self._frame: bytes | None = None
        self._there = asyncio.Event()

    def put(self, frame: bytes) -> None:
        self._frame = frame
        self._there.set()

    async def get(self, at_most_s: float) -> bytes | None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._there.wait(), at_most_s)
        self._there.clear()
        frame, self._frame = self._frame, None
        return frame


class _Screencast:
    """A page's screencast.

    The browser leaves a picture out where the ones before are not acknowledged, even the last one of a page that stays
    as it is then, and gives none where it could not begin. `catch_up` makes it begin again, which gives one at once.
    """

    def __init__(self, page: Page, newest: _Newest) -> None:
        self.page, self._newest = page, newest
        self._line: CDPSession | None = None
        self._unacknowledged: set[asyncio.Task[None]] = set()
        self._behind = True  # the browser may have left out a picture

    async def __aenter__(self) -> _Screencast:
        await self.catch_up()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._end()

    async def catch_up(self) -> None:
        """Have the page as it is now pictured, unless its last picture shows that."""
        if not self._behind:
            return
        await self._end()
        with suppress(PlaywrightError):  # the page is going, or begins: it is tried again
            self._line = await self.page.context.new_cdp_session(self.page)
            self._line.on("Page.screencastFrame", self._on_frame)
            await self._line.send("Page.startScreencast", _SIZE)

    async def _end(self) -> None:
        for task in self._unacknowledged:
            task.cancel()
        self._unacknowledged.clear()
        if self._line is not None:
            line, self._line = self._line, None
            with suppress(PlaywrightError):
                await line.detach()

    def _on_frame(self, frame: dict[str, Any]) -> None:
        self._newest.put(base64.b64decode(frame["data"]))
        self._behind = bool(self._unacknowledged)
        task = asyncio.ensure_future(self._acknowledge(frame["sessionId"]))
        self._unacknowledged.add(task)
        task.add_done_callback(self._unacknowledged.discard)

    async def _acknowledge(self, number: int) -> None:
        await asyncio.sleep(_FRAME_S)  # the browser takes the next picture only then
        with suppress(PlaywrightError):
            if self._line is not None:
                await self._line.send("Page.screencastFrameAck", {"sessionId": number})
