"""The moving picture of a page: what it ends in is always seen."""

from __future__ import annotations

import asyncio
import io

import pytest
from PIL import Image
from playwright.async_api import CDPSession, Page
from playwright.async_api import Error as PlaywrightError

from aiwebtest.browser.launch import BrowserPool, BrowserSettings
from app.workers.screencast import show

_ROUNDS = 8
_PAGE = "<body style='height: 100vh; margin: 0'>"
_CHANGES = """async (last) => {
  const frame = () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))
  const style = document.body.style
  for (let grey = 0; grey < 9; grey++) { style.background = `rgb(${grey}, ${grey}, ${grey})`; await frame() }
  style.background = last
}"""


async def test_what_a_page_comes_to_rest_in_is_seen() -> None:
    """The browser leaves pictures out while those before it are on their way, also the last one."""
    seen: asyncio.Queue[bytes] = asyncio.Queue()
    over = asyncio.Event()
    async with BrowserPool(BrowserSettings()) as pool, pool.session() as session, asyncio.TaskGroup() as group:
        group.create_task(show(lambda: session, over, seen.put))
        await session.page.goto(f"data:text/html,{_PAGE}")
        for number in range(_ROUNDS):
            red = number % 2 == 0
            await session.page.evaluate(_CHANGES, "red" if red else "blue")
            async with asyncio.timeout(30):
                while _colour(await seen.get()) != ("red" if red else "blue"):
                    pass
        over.set()


async def test_a_page_that_cannot_be_pictured_yet_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser refuses while it changes the process behind a page."""
    seen: asyncio.Queue[bytes] = asyncio.Queue()
    over = asyncio.Event()
    async with BrowserPool(BrowserSettings()) as pool, pool.session() as session, asyncio.TaskGroup() as group:
        ask, refused = session.context.new_cdp_session, []

        async def refuse_once(page: Page) -> CDPSession:
            if refused:
                return await ask(page)
            refused.append(page)
            raise PlaywrightError("Not attached to an active page")

        monkeypatch.setattr(session.context, "new_cdp_session", refuse_once)
        await session.page.goto(f"data:text/html,{_PAGE}")
        group.create_task(show(lambda: session, over, seen.put))
        async with asyncio.timeout(30):
            assert await seen.get()
        over.set()
    assert refused


def _colour(picture: bytes) -> str:
    red, _, blue = Image.open(io.BytesIO(picture)).convert("RGB").getpixel((640, 360))
    return "red" if red > 200 else "blue" if blue > 200 else "grey"
