"""What "next to" means where other things are as close on the screen."""

from __future__ import annotations

from playwright.async_api import Page

from aiwebtest.browser.snapshot import take_snapshot
from aiwebtest.core.facts import Facts
from aiwebtest.grounding.rules.checks import judge
from aiwebtest.grounding.rules.decide import decide
from aiwebtest.grounding.rules.sentence import understand

TODOS = """
<style>li, .all {display: flex; height: 40px; margin: 0; padding: 0} li label {flex: 1; line-height: 40px}</style>
<div class="all"><input type="checkbox" id="all"><label for="all">Mark all as complete</label></div>
<ul style="margin: 0">
  <li><input type="checkbox" class="toggle"><label>Buy milk</label></li>
  <li><input type="checkbox" class="toggle"><label>Walk the dog</label></li>
</ul>
"""


async def test_the_box_of_the_same_item_is_next_to_its_text(page: Page) -> None:
    """A box above the list can be closer by a pixel than the item's own."""
    await page.set_content(TODOS)
    [intent] = understand('Check the checkbox next to "Buy milk"').intents
    snapshot = await take_snapshot(page)

    decision = decide(intent, snapshot)

    assert decision.verdict == "clear"
    chosen = snapshot.nodes[decision.candidates[0].ref]
    assert 40 < chosen.box[1] < 80  # CSS pixels: the first row of the list


async def test_a_check_takes_the_same_box_as_the_action_does(page: Page) -> None:
    """Were they to differ, a check would judge one thing after another was acted on."""
    await page.set_content(TODOS)
    await page.locator(".toggle").first.check()
    [claim] = understand('Check that the checkbox next to "Buy milk" is checked').claims

    verdict = judge(claim, Facts(snapshot=await take_snapshot(page)))

    assert verdict.outcome == "passed"
