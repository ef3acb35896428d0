"""What reads as one phrase on a real page."""

from __future__ import annotations

from playwright.async_api import Page

from aiwebtest.browser.snapshot import take_snapshot
from aiwebtest.grounding.rules.checks.text import blocks_of


async def test_an_element_of_the_pages_own_making_reads_on_with_the_words_beside_it(page: Page) -> None:
    """Frameworks put plurals and translations into elements of their own, in the middle of a phrase."""
    await page.set_content("<p><strong>3</strong> <plural-form>items left</plural-form></p>")

    texts = [block.text for block in blocks_of(await take_snapshot(page))]

    assert "3 items left" in texts


async def test_elements_of_the_pages_own_making_do_not_run_into_each_other(page: Page) -> None:
    """Two cards are two phrases: the end of one and the beginning of the next are no text of the page."""
    await page.set_content(
        "<style>my-card {display: block}</style><main><my-card>Total 5</my-card><my-card>items sold</my-card></main>"
    )

    texts = [block.text for block in blocks_of(await take_snapshot(page))]

    assert texts == ["Total 5", "items sold"]
