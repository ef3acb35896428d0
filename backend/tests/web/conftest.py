"""Servers with the web UI, each in a process of its own, and a Chromium that is logged in there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from measured import fill_measuring
from playwright.async_api import Browser, Page, ViewportSize, expect
from showcase import Served, fill, serve

from aiwebtest.browser.launch import open_browser

PATIENCE_MS = 60_000.0  # a page's, on a machine that does much else
expect.set_options(timeout=PATIENCE_MS)


@pytest_asyncio.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for all tests of a worker."""
    async with open_browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server without a worker, as it is after its first start."""
    with serve(tmp_path_factory.mktemp("web")) as served:
        yield served


@pytest_asyncio.fixture(scope="session")
async def filled(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> AsyncIterator[Served]:
    """A server with the demo shop loaded by its button, and three weeks of runs."""
    with serve(tmp_path_factory.mktemp("filled")) as served:
        page = await logged_in(browser, served)
        await page.goto(served.url)
        await page.get_by_role("button", name="Load the demo shop").click()
        await page.get_by_role("heading", name="Demo shop", level=1).wait_for()
        await page.context.close()
        await fill(served.data_dir)
        await fill_measuring(served.data_dir)
        yield served


@pytest_asyncio.fixture(scope="session")
async def working(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> AsyncIterator[Served]:
    """A server with a worker and the demo shop."""
    with serve(tmp_path_factory.mktemp("working"), worker="embedded") as served:
        page = await logged_in(browser, served)
        await page.goto(served.url)
        await page.get_by_role("button", name="Load the demo shop").click()
        await page.get_by_role("heading", name="Demo shop", level=1).wait_for()
        await page.context.close()
        yield served


async def logged_in(
    browser: Browser, served: Served, *, viewport: ViewportSize | None = None, dark: bool = False
) -> Page:
    """Return a page of a fresh context that has the owner's cookie."""
    context = await browser.new_context(
        viewport=viewport or {"width": 1280, "height": 860}, color_scheme="dark" if dark else "light"
    )
    context.set_default_timeout(PATIENCE_MS)
    await context.add_cookies([{"name": "aiwebtest", "value": served.cookie, "url": served.url}])
    return await context.new_page()


@pytest_asyncio.fixture
async def page(browser: Browser, filled: Served) -> AsyncIterator[Page]:
    """A page that is logged in at the filled server."""
    page = await logged_in(browser, filled)
    yield page
    await page.context.close()
