"""Speed of the engine against the same case hand-written in Playwright, on the Cypress kitchen sink.

Both sides use one browser started in the same way and a fresh context for each case; the browser itself keeps both from
asking other machines, for a script written by hand has no allowed origins to be held to. Three figures: wall time of a
replayed case (runs alternate, medians are compared), throughput of many cases with two at a time, and peak memory of
the whole process tree (Python, driver, browser) meanwhile.

`python -m benchmarks.speed` measures all of it; `replay` or `load` as an argument chooses a part, `--repeats` and
`--cases` make them shorter. Figures of a machine that does other work at the same time mean little.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.async_api import Browser, expect

from aiwebtest.browser.launch import BrowserPool, BrowserSettings
from aiwebtest.core.case import Case
from aiwebtest.core.events import CaseFinished
from aiwebtest.engine.run import RunSettings, run_cases
from benchmarks import material
from benchmarks.harness import case_of, settings_for
from benchmarks.processes import PeakMemory
from benchmarks.report import Report
from benchmarks.serving import serving

REPEATS = 40
MANY = 100
AT_ONCE = 2
WARM_UP = 3
TURNS = 4  # the load is measured in this many turns of each side, one after the other: a machine has its moods
_CHILD = "--child"
_ALONE = BrowserSettings(arguments=("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",))
LOCKED = "speed.test.yaml"  # the lockfile needs the name of a case file; it is kept in a temporary folder

STEPS = (
    'Type "fake@email.com" into the "Email address" field',
    'Check that the "Email address" field has the value "fake@email.com"',
    'Type "HALFOFF" into the "Coupon Code" field and press Enter',
    'Check that "Your form has been submitted!" is visible',
    'Check the first "Checkbox one" checkbox',
    'Check that the first "Checkbox one" checkbox is checked',
    'Choose the "Radio one" radio button',
    'Select "apples" from the first dropdown',
    'Check that the first dropdown has "apples" selected',
    'Click the "Click to toggle popover" button',
    'Check that "This popover shows up on click" is visible',
    'Click the "Utilities" link',
    'Check that the heading "Utilities" is visible',
)


async def by_hand(browser: Browser, base_url: str) -> None:
    """Do what `STEPS` say, as a tester would write it in Playwright."""
    context = await browser.new_context(viewport={"width": 1280, "height": 720})
    try:
        page = await context.new_page()
        await page.goto(f"{base_url}/commands/actions")
        email = page.get_by_label("Email address")
        await email.fill("fake@email.com")
        await expect(email).to_have_value("fake@email.com")
        coupon = page.get_by_label("Coupon Code")
        await coupon.fill("HALFOFF")
        await coupon.press("Enter")
        await expect(page.get_by_text("Your form has been submitted!", exact=True)).to_be_visible()
        box = page.get_by_role("checkbox", name="Checkbox one").first
        await box.check()
        await expect(box).to_be_checked()
        await page.get_by_role("radio", name="Radio one").first.check()
        fruit = page.get_by_role("combobox").first
        await fruit.select_option("apples")
        await expect(fruit).to_have_value("fr-apples")
        await page.get_by_role("button", name="Click to toggle popover").click()
        await expect(page.get_by_text("This popover shows up on click")).to_be_visible()
        await page.get_by_role("link", name="Utilities").click()
        await expect(page.get_by_role("heading", name="Utilities")).to_be_visible()
    finally:
        await context.close()


@dataclass(frozen=True, slots=True)
class Load:
    """Many cases at once: how long they took together, and the peak memory of the whole process tree."""

    seconds: float
    peak_mb: float | None


def main() -> int:
    """Run the benchmark; 0 when its aims are met."""
    if sys.argv[1:2] == [_CHILD]:
        return _child(*sys.argv[2:])
    told = _arguments()
    report = Report("speed", "Speed against hand-written Playwright")
    load_before = os.getloadavg()[0]
    with serving(material.kitchen_sink()) as base_url:
        if told.part in ("all", "replay"):
            _report_replay(report, *asyncio.run(_alternate(base_url, told.repeats)))
        if told.part in ("all", "load"):
            _report_load(report, *_loads(base_url, told.cases), count=told.cases)
    report.note(f"The machine's load was {load_before:.1f} at the beginning, on {os.cpu_count()} processors.")
    return report.close()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("part", nargs="?", choices=("all", "replay", "load"), default="all", help="what to measure")
    parser.add_argument("--repeats", type=int, default=REPEATS, help=f"runs of one case (default {REPEATS})")
    parser.add_argument("--cases", type=int, default=MANY, help=f"cases of the load (default {MANY})")
    return parser.parse_args()


def _case() -> Case:
    return case_of("speed", "/commands/actions", STEPS, path=LOCKED)


def _replaying(base_url: str, folder: Path) -> RunSettings:
    return settings_for(
        base_url,
        allowed_origins=(),
        workers=AT_ONCE,
        lock="read",
        lock_dir=folder,
        frozen=True,
        report_dir=folder / "report",
    )


async def _run(cases: list[Case], settings: RunSettings, pool: BrowserPool | None = None) -> None:
    """Run cases that must pass; what is measured is not to be a failure."""
    async for event in run_cases(cases, settings, pool=pool):
        if isinstance(event, CaseFinished) and event.outcome != "passed":
            raise RuntimeError(f"{event.case.name}: {event.outcome}: {event.problem}")


async def _record(base_url: str, folder: Path, pool: BrowserPool | None = None) -> None:
    await _run([_case()], replace(_replaying(base_url, folder), lock="on", frozen=False), pool)


async def _alternate(base_url: str, repeats: int) -> tuple[list[float], list[float], list[float]]:
    """Return seconds of: by hand, replayed, replayed with a screenshot of each step (the command line's default)."""
    hand, replayed, pictured = [], [], []
    with tempfile.TemporaryDirectory(prefix="aiwebtest-speed-") as folder:
        async with BrowserPool(_ALONE) as pool:
            settings = _replaying(base_url, Path(folder))
            await _record(base_url, Path(folder), pool)
            for turn in range(WARM_UP + repeats):
                times = [await _timed(by_hand(await pool.browser(), base_url))]
                times += [await _timed(_run([_case()], settings, pool))]
                times += [await _timed(_run([_case()], replace(settings, screenshots="on"), pool))]
                if turn >= WARM_UP:
                    for kept, seconds in zip((hand, replayed, pictured), times, strict=True):
                        kept.append(seconds)
    return hand, replayed, pictured


async def _timed(work: object) -> float:
    began = time.perf_counter()
    await work  # type: ignore[misc]
    return time.perf_counter() - began


def _loads(base_url: str, count: int) -> tuple[Load, Load]:
    """Return what `count` cases took by hand and replayed, both sides in turns of a part of them."""
    share = max(count // TURNS, 1)
    raw, engine = [], []
    with tempfile.TemporaryDirectory(prefix="aiwebtest-speed-") as folder:
        asyncio.run(_record(base_url, Path(folder)))
        for _ in range(TURNS):
            raw.append(_load("raw", base_url, folder, share))
            engine.append(_load("engine", base_url, folder, share))
    return _together(raw), _together(engine)


def _together(loads: list[Load]) -> Load:
    peaks = [load.peak_mb for load in loads if load.peak_mb is not None]
    return Load(sum(load.seconds for load in loads), statistics.median(peaks) if peaks else None)


def _load(who: str, base_url: str, folder: str, count: int) -> Load:
    """Run `count` cases in a process of their own and return what it took."""
    command = [sys.executable, "-m", "benchmarks.speed", _CHILD, who, base_url, folder, str(count)]
    here = Path(__file__).parent.parent
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=here) as child,
        PeakMemory(child.pid) as memory,
    ):
        told, _ = child.communicate()
    if child.returncode:
        raise RuntimeError(f"The {who} side of the load ended with code {child.returncode}.")
    return Load(json.loads(told)["seconds"], memory.peak_mb)


def _child(who: str, base_url: str, folder: str, count: str) -> int:
    many = _many_by_hand(base_url, int(count)) if who == "raw" else _many_replayed(base_url, Path(folder), int(count))
    seconds = asyncio.run(many)
    print(json.dumps({"seconds": seconds}))
    return 0


async def _many_by_hand(base_url: str, count: int) -> float:
    waiting = list(range(count))

    async def worker(browser: Browser) -> None:
        while waiting:
            waiting.pop()
            await by_hand(browser, base_url)

    async with BrowserPool(_ALONE) as pool:
        browser = await pool.browser()
        began = time.perf_counter()
        await asyncio.gather(*(worker(browser) for _ in range(AT_ONCE)))
        return time.perf_counter() - began


async def _many_replayed(base_url: str, folder: Path, count: int) -> float:
    async with BrowserPool(_ALONE) as pool:
        await pool.browser()
        began = time.perf_counter()
        await _run([_case()] * count, _replaying(base_url, folder), pool)
        return time.perf_counter() - began


def _report_replay(report: Report, hand: list[float], replayed: list[float], pictured: list[float]) -> None:
    median = statistics.median(hand)
    rows = [
        (what, 1000 * statistics.median(times), 1000 * min(times), statistics.median(times) / median)
        for what, times in (
            ("by hand in Playwright", hand),
            ("replayed", replayed),
            ("replayed, with a screenshot of each step", pictured),
        )
    ]
    report.table(
        f"One case of {len(STEPS)} steps, {len(hand)} runs each", ("what", "median ms", "best ms", "ratio"), rows
    )
    ratio = statistics.median(replayed) / median
    report.aim("replayed against hand-written, wall time", round(ratio, 3), "<= 1.10", met=ratio <= 1.10)


def _report_load(report: Report, raw: Load, engine: Load, *, count: int) -> None:
    done = max(count // TURNS, 1) * TURNS
    rows = [
        (what, load.seconds, done / load.seconds, load.peak_mb)
        for what, load in (("by hand in Playwright", raw), ("replayed", engine))
    ]
    report.table(f"{done} cases, {AT_ONCE} at a time", ("what", "seconds", "cases a second", "peak MB"), rows)
    throughput = raw.seconds / engine.seconds
    report.aim("throughput against hand-written", round(throughput, 3), ">= 0.85", met=throughput >= 0.85)
    if raw.peak_mb is None or engine.peak_mb is None:
        report.note("Memory is not measured: this system has no /proc.")
        return
    memory = engine.peak_mb / raw.peak_mb
    report.aim("peak memory against hand-written", round(memory, 3), "<= 1.15", met=memory <= 1.15)


if __name__ == "__main__":
    sys.exit(main())
