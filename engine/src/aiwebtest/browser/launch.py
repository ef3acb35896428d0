"""Launch a Chromium that Playwright drives and Stagehand can attach to."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, async_playwright

from aiwebtest.browser.discover import find_browser

__all__ = ["open_browser"]


@asynccontextmanager
async def open_browser(*, headless: bool = True) -> AsyncIterator[Browser]:
    """Yield a browser; it and its driver are gone when the block ends."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(
            executable_path=find_browser(), headless=headless, chromium_sandbox=not root
        )
        try:
            yield browser
        finally:
            await browser.close()
