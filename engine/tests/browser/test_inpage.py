"""Our script in a page: it is there whenever it is asked, in whatever document."""

from __future__ import annotations

from typing import Any, cast

import pytest
from playwright.async_api import Error, Frame, Page

from aiwebtest.browser import inpage

pytestmark = pytest.mark.browser


class Leaving:
    """A frame whose document is replaced `times` times, each time just after our script was installed."""

    def __init__(self, page: Page, times: int) -> None:
        self.page, self.left = page, times

    async def evaluate(self, script: str, argument: Any = None) -> Any:
        answer = await self.page.evaluate(script, argument)
        if script == inpage.source() and self.left:
            self.left -= 1
            await self.page.goto(f"data:text/html,<h1>{self.left}</h1>")
        return answer


async def test_a_document_that_was_replaced_before_it_could_be_asked_is_asked_anew(page: Page) -> None:
    """Pages redirect two and three times in a row, and what asks must not end in an error of ours."""
    assert await inpage.call(cast("Frame", Leaving(page, 2)), "watch") is not None

    await page.goto("about:blank")
    with pytest.raises(Error, match="navigated each time"):
        await inpage.call(cast("Frame", Leaving(page, 9)), "watch")
