"""The browser that we launch."""

from playwright.async_api import Page


async def test_a_launched_browser_shows_a_page(page: Page) -> None:
    """The simplest thing that must work."""
    await page.set_content("<h1>Hello</h1>")

    assert await page.locator("h1").inner_text() == "Hello"
