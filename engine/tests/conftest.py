"""Fixtures for every test: one Chromium a worker process, one fresh context a test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser, Page

from aiwebtest.browser.launch import open_browser


@pytest_asyncio.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for all tests of a worker."""
    async with open_browser() as browser:
        yield browser


@pytest_asyncio.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A page in a fresh context."""
    context = await browser.new_context()
    yield await context.new_page()
    await context.close()
