"""Fixtures for every test: one Chromium a worker process, one fresh context a test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from aiwebtest.browser.launch import open_browser

_TESTS = Path(__file__).parent
_DEAREST_FIRST = ("acceptance", "browser", "wire", "unit")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, in random order still, so that no processor waits for another at the end."""
    items.sort(key=lambda item: _DEAREST_FIRST.index(item.path.relative_to(_TESTS).parts[0]))


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
