"""Finding elements again on pages of 100, 3,000 and 10,000 nodes: what a replayed step pays before it acts.

Compared with the like of it in a hand-written test: resolving a Playwright role locator to its element.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import Page

from aiwebtest.browser.launch import open_browser
from aiwebtest.browser.locate import Found, find_again
from aiwebtest.browser.snapshot import take_snapshot
from aiwebtest.core.intent import Intent
from aiwebtest.core.snapshot import Node, Snapshot
from aiwebtest.grounding.locators import locator_for
from benchmarks.pages import PAGES
from benchmarks.report import Report

ELEMENTS = 12  # of each page, spread over it
REPEATS = 15
WARM_UP = 3
INTENT = Intent(action="click", text="Click it")
SOUGHT = ("button", "link", "textbox", "spinbutton", "checkbox")


@dataclass(frozen=True, slots=True)
class Row:
    """One page's figures, in milliseconds."""

    page: str
    nodes: int
    found: int  # of the elements tried
    tried: int
    again_ms: float
    by_hand_ms: float
    recipe_ms: float


def main(_arguments: list[str]) -> int:
    """Run the benchmark; 0 when every element is found again."""
    report = Report("replay_find", "Finding elements again")
    rows = asyncio.run(_measure())
    report.table(
        "Median a step (ms)",
        ("page", "nodes", "found again", "find again", "Playwright role locator", "making the recipe"),
        [(r.page, r.nodes, f"{r.found}/{r.tried}", r.again_ms, r.by_hand_ms, r.recipe_ms) for r in rows],
    )
    report.aim(
        "elements found again", sum(r.found for r in rows), f"{sum(r.tried for r in rows)}",
        met=all(r.found == r.tried for r in rows),
    )  # fmt: skip
    worst = max(r.again_ms / r.by_hand_ms for r in rows)
    report.aim("find again against a role locator", round(worst, 2), "<= 1.10", met=worst <= 1.10)
    return report.close()


async def _measure() -> list[Row]:
    async with open_browser() as browser:
        context = await browser.new_context()
        page = await context.new_page()
        rows = []
        for name, html in PAGES.items():
            await page.set_content(html())
            rows.append(await _measured(page, name))
        await context.close()
        return rows


async def _measured(page: Page, name: str) -> Row:
    snapshot = await take_snapshot(page)
    again: list[float] = []
    by_hand: list[float] = []
    recipes: list[float] = []
    found = 0
    nodes = _spread(snapshot)
    for node in nodes:
        began = time.perf_counter()
        locator, identity = locator_for(node, snapshot, INTENT)
        recipes.append((time.perf_counter() - began) * 1000)
        result = await find_again(page, locator, identity)
        found += isinstance(result, Found) and result.local == node.local
        again.append(await _median_ms(lambda locator=locator, identity=identity: find_again(page, locator, identity)))
        role = page.get_by_role(node.role, name=node.name, exact=True).first  # type: ignore[arg-type]
        by_hand.append(await _median_ms(lambda role=role: role.element_handle()))
    return Row(
        page=name, nodes=len(snapshot.nodes), found=found, tried=len(nodes),
        again_ms=statistics.median(again), by_hand_ms=statistics.median(by_hand), recipe_ms=statistics.median(recipes),
    )  # fmt: skip


def _spread(snapshot: Snapshot) -> list[Node]:
    """Return named elements from the whole length of the page."""
    nodes = [node for node in snapshot.nodes if node.role in SOUGHT and node.name and node.visible]
    return nodes[:: max(1, len(nodes) // ELEMENTS)][:ELEMENTS]


async def _median_ms(call: Callable[[], Awaitable[object]]) -> float:
    took = []
    for number in range(WARM_UP + REPEATS):
        began = time.perf_counter()
        await call()
        if number >= WARM_UP:
            took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
