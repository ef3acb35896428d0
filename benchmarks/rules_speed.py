"""Time the rules: a snapshot, and a whole step's grounding from page to decision, on three pages.

`python -m benchmarks.rules_speed` prints a table and writes `results/rules_speed.json`. Times are wall-clock
milliseconds; the grounding includes taking the snapshot, decoding it, and deciding. Between any two steps the page
changes a little, as steps change pages: what was worked out about it before is of no use, and of its rows those that
changed cross again. The first look at a document, at which all of them cross and the page's engine has compiled nothing
of ours yet, is told apart from the later ones.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import statistics
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from playwright.async_api import Page

from aiwebtest.browser import inpage
from aiwebtest.browser.launch import open_browser
from aiwebtest.browser.snapshot import take_snapshot
from aiwebtest.core.intent import Intent
from aiwebtest.grounding.rules.act import parse_act
from aiwebtest.grounding.rules.decide import decide
from benchmarks.pages import PAGES

__all__ = ["main"]

RESULTS = Path(__file__).parent / "results" / "rules_speed.json"

STEPS: dict[str, tuple[str, ...]] = {
    "login": ('Click "Log in"', 'Type "ada@example.com" into the e-mail field', 'Check "Remember me"'),
    "shop": ('Click "Lamp 055"', 'Click "Add to cart" for "Lamp 137"', 'Type "lamp" into the search box'),
    "table": ('Click "Edit User 0742"', 'Click Edit in the row of "User 0742"', "Click the button in the last row"),
}
CHANGE = "turn => { document.querySelector('button').title = 'turn ' + turn }"
TITLES = ("elements", "first look", "snapshot", "p99", "grounding", "p99", "target")
TARGETS_MS = {"login": 10.0, "shop": 30.0, "table": 120.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The times of one page, in milliseconds."""

    page: str
    elements: int
    first_look_median_ms: float
    snapshot_median_ms: float
    snapshot_p99_ms: float
    grounding_median_ms: float
    grounding_p99_ms: float
    target_ms: float


async def measure(page: Page, name: str, repetitions: int) -> Row:
    """Return the times of one page; every step is grounded `repetitions` times, after one that is not counted."""
    first = [await first_look(page, name) for _ in range(max(repetitions // 3, 1))]
    elements: int = await page.evaluate("document.querySelectorAll('*').length")
    snapshots, groundings = [], []
    for sentence in STEPS[name]:
        (intent,) = parse_act(sentence)
        for repetition in range(repetitions + 1):
            await page.evaluate(CHANGE, repetition)
            snapshot_ms, grounding_ms = await ground_once(page, intent)
            if repetition:
                snapshots.append(snapshot_ms)
                groundings.append(grounding_ms)
    return Row(
        page=name,
        elements=elements,
        first_look_median_ms=round(statistics.median(first), 1),
        snapshot_median_ms=round(statistics.median(snapshots), 1),
        snapshot_p99_ms=round(p99(snapshots), 1),
        grounding_median_ms=round(statistics.median(groundings), 1),
        grounding_p99_ms=round(p99(groundings), 1),
        target_ms=TARGETS_MS[name],
    )


async def first_look(page: Page, name: str) -> float:
    """Return the milliseconds of the first snapshot of a fresh document."""
    await page.goto("about:blank")
    await page.set_content(PAGES[name]())
    began = time.perf_counter()
    await take_snapshot(page)
    return (time.perf_counter() - began) * 1000


async def ground_once(page: Page, intent: Intent) -> tuple[float, float]:
    """Return the milliseconds of the snapshot and of the whole grounding; raise if it is not clear."""
    began = time.perf_counter()
    snapshot = await take_snapshot(page)
    seen = time.perf_counter()
    decision = decide(intent, snapshot)
    done = time.perf_counter()
    if decision.verdict != "clear":
        raise SystemExit(f"{intent.text}: {decision.verdict}; a time for it would mean nothing.")
    return (seen - began) * 1000, (done - began) * 1000


def p99(times: list[float]) -> float:
    """Return the 99th percentile, the slowest of fewer than a hundred."""
    return sorted(times)[min(len(times) - 1, int(len(times) * 0.99))]


async def run(repetitions: int) -> list[Row]:
    """Return the times of all pages, measured in one browser."""
    async with open_browser() as browser:
        context = await browser.new_context()
        await context.add_init_script(inpage.source())
        page = await context.new_page()
        return [await measure(page, name, repetitions) for name in PAGES]


def main() -> None:
    """Measure, print and keep the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=30, help="of every step (default 30)")
    rows = asyncio.run(run(parser.parse_args().repetitions))
    print(f"{'page':8}" + "".join(f"{title:>12}" for title in TITLES) + "   (ms)")
    for row in rows:
        _, *figures = asdict(row).values()
        print(f"{row.page:8}" + "".join(f"{figure:>12}" for figure in figures))
    RESULTS.parent.mkdir(exist_ok=True)
    machine = {"cpus": os.cpu_count(), "load": round(os.getloadavg()[0], 2), "python": platform.python_version()}
    RESULTS.write_text(json.dumps({"machine": machine, "rows": [asdict(row) for row in rows]}, indent=2) + "\n")


if __name__ == "__main__":
    main()
