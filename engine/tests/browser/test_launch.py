"""The browser that we launch."""

import pytest
from playwright.async_api import Page

from aiwebtest.browser.launch import BrowserPool, BrowserSettings
from aiwebtest.core.errors import BrowserUnavailable


async def test_a_launched_browser_shows_a_page(page: Page) -> None:
    """The simplest thing that must work."""
    await page.set_content("<h1>Hello</h1>")

    assert await page.locator("h1").inner_text() == "Hello"


async def test_a_browser_that_runs_elsewhere_is_used_and_left_running() -> None:
    """A grid's browser is told by its address; it outlives the cases that ran in it."""
    async with BrowserPool(BrowserSettings(debugging=True)) as there:
        assert there.cdp_url is not None
        for _ in range(2):
            async with BrowserPool(BrowserSettings(endpoint=there.cdp_url)) as pool, pool.session() as session:
                await session.goto("data:text/html,<title>Far away</title>")
                assert await session.tab_titles() == ("Far away",)
                assert pool.cdp_url == there.cdp_url

        assert (await there.browser()).is_connected()


async def test_a_browser_that_cannot_be_reached_is_named_without_its_key() -> None:
    """Addresses of grids carry keys."""
    pool = BrowserPool(BrowserSettings(endpoint="ws://ada:hush@127.0.0.1:9/?token=hush"))

    with pytest.raises(BrowserUnavailable) as told:
        await pool.__aenter__()

    assert "ws://127.0.0.1:9" in told.value.what
    assert "hush" not in told.value.what
