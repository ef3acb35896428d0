"""The moving picture of a browser's page, as JPEGs: captured while somebody looks, the newest only."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from aiwebtest.browser.artifacts import covered_picture
from aiwebtest.browser.session import Session

__all__ = ["show"]

_SIZE = {"format": "jpeg", "quality": 60, "maxWidth": 1280, "maxHeight": 960, "everyNthFrame": 1}
_FRAME_S = 0.1  # ten pictures a second at most
_FOLLOW_S = 0.25  # how soon another tab is shown
_NOWHERE = "about:blank"


async def show(
    session_now: Callable[[], Session | None], over: asyncio.Event, send: Callable[[bytes], Awaitable[None]]
) -> None:
    """Send pictures of the tab that a session is in, until it is over; what shows a secret is painted over."""
    newest = _Newest()
    async with AsyncExitStack() as stack:
        shown: Page | None = None
        owed = False  # a picture that could not be painted over in time
        while not over.is_set():
            session = session_now()
            page = session.page if session is not None and session.tabs and session.alive else None
            if page is not shown:
                await stack.aclose()
                shown = page
                if page is not None:
                    with suppress(PlaywrightError):
                        await stack.enter_async_context(_screencast(page, newest))
            frame = await newest.get(_FOLLOW_S)
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


@asynccontextmanager
async def _screencast(page: Page, newest: _Newest) -> AsyncIterator[None]:
    line = await page.context.new_cdp_session(page)
    tasks: set[asyncio.Task[None]] = set()

    async def acknowledge(number: int) -> None:
        await asyncio.sleep(_FRAME_S)  # the browser takes the next picture only then
        with suppress(PlaywrightError):
            await line.send("Page.screencastFrameAck", {"sessionId": number})

    def on_frame(frame: dict[str, Any]) -> None:
        if page.url != _NOWHERE:  # it is black before the first page is opened
            newest.put(base64.b64decode(frame["data"]))
        task = asyncio.ensure_future(acknowledge(frame["sessionId"]))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    line.on("Page.screencastFrame", on_frame)
    try:
        await line.send("Page.startScreencast", _SIZE)
        yield
    finally:
        for task in tasks:
            task.cancel()
        with suppress(PlaywrightError):
            await line.detach()
