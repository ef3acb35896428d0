"""A remark in brackets behind a name: the page may decorate, the writer's own must be there."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from aiwebtest.browser.snapshot import take_snapshot
from aiwebtest.core.facts import Facts
from aiwebtest.grounding.rules.checks import judge, parse_check

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ('The tab "Reviews (2)" is selected', "passed"),
        ('The tab "Reviews" is selected', "passed"),
        ('The tab "Reviews (3)" is selected', "failed"),
        ('The tab "Reviews (3)" is visible', "failed"),
        ("The Reviews (3) tab is selected", "failed"),
    ],
)
async def test_a_number_asked_for_is_not_taken_for_decoration(page: Page, sentence: str, outcome: str) -> None:
    """A stale counter is a fault of the page; reading over it would be a false pass."""
    await page.set_content('<div role="tablist"><button role="tab" aria-selected="true">Reviews (2)</button></div>')
    [claim] = parse_check(sentence)

    verdict = judge(claim, Facts(snapshot=await take_snapshot(page)))

    assert verdict.outcome == outcome
