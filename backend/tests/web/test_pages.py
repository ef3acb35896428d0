"""Every page, on a desk and on a phone, light and dark: it shows, asks nothing of other hosts, and axe is content."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Browser, Error, Page, Request, ViewportSize, expect
from showcase import Served

from tests.web.conftest import logged_in

PAGES = {
    "/": "Dashboard",
    "/tests": "Tests",
    "/tests/new": "New test",
    "/tests/record": "Record a test",
    "/tests/generate": "Generate tests",
    "/tests/1": "account",
    "/tests/1?view=yaml": "account",
    "/tests/1?view=versions": "account",
    "/executions": "Executions",
    "/executions/1": "Account, case 1",
    "/runs/1": "Demo shop",
    "/compare/1/2": "Account, case 1: two executions",
    "/suites": "Suites",
    "/suites/1": "Demo shop",
    "/heals": "Heals",
    "/providers": "Providers",
    "/analytics": "Analytics",
    "/analytics?by=day": "Analytics",
    "/experiments": "Experiments",
    "/experiments/1": "Who checks out best",
    "/lab": "Lab",
    "/lab/1": "Lab run 1",
    "/routing": "Routing",
    "/mutations": "Mutations",
    "/mutations/1": "Nightly",
    "/mutations/2": "Who looks closely",
    "/schedules": "Schedules",
    "/settings": "Settings",
    "/settings?part=tokens": "Settings",
    "/settings?part=links": "Settings",
    "/settings?part=secrets": "Settings",
    "/settings?part=people": "Settings",
    "/settings?part=server": "Settings",
    "/settings?part=providers": "Settings",
    "/settings?part=limits": "Settings",
    "/settings?part=webhooks": "Settings",
    "/report/1": "Account, case 1",
    "/audit": "Audit",
}


COLOURS = ("color-contrast", "link-in-text-block")
"""The rules of axe that look at colours: most of its time, so of long lists they see the beginning."""

REPEATED = ":is(tbody > tr, .aw-lines > li):nth-child(n + 9)"

DESK: ViewportSize = {"width": 1280, "height": 860}
PHONE: ViewportSize = {"width": 390, "height": 844}
_DRAWN = """async () => {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  do { await frame(); await frame(); } while (document.getAnimations().some((one) => one.playState === "running"));
}"""
"""Two frames, and as many more as colours take to change."""
_EXCESS = """() => new Promise((resolve) => {
  const end = performance.now() + 5000;
  const look = () => {
    const excess = document.documentElement.scrollWidth - innerWidth;
    if (excess <= 0 || performance.now() > end) resolve(excess);
    else requestAnimationFrame(look);
  };
  look();
})"""
_JUDGE = """async ({ only, disabled, within, exclude }) => {
  const rules = Object.fromEntries((disabled ?? []).map((rule) => [rule, { enabled: false }]));
  const options = { reporter: "no-passes", resultTypes: ["violations"], rules, ...(only && { runOnly: only }) };
  const { violations } = await axe.run({ include: [[within]], exclude: exclude ? [[exclude]] : [] }, options);
  const why = (node) => [...node.any, ...node.all, ...node.none].map((check) => check.message).join(" ");
  return violations
    .filter((fault) => ["serious", "critical"].includes(fault.impact))
    .map((fault) => [fault.id, fault.nodes.map((node) => [node.html, why(node)])]);
}"""
_DIALOG = ":is(dialog[open], [role=dialog], [aria-modal=true])"
DIALOGS = {
    "/tests": ("Import", "Run account"),
    "/executions/1": ("Share", "Delete this execution"),
    "/suites": ("New suite",),
    "/suites/1": ("Run suite", "Edit"),
    "/experiments": ("New experiment",),
    "/lab": ("Ask them again", "Show: Put the lamp into my bag"),
    "/mutations": ("Measure",),
    "/schedules": ("New schedule",),
    "/settings?part=tokens": ("New token",),
    "/settings?part=webhooks": ("New webhook",),
}


@pytest_asyncio.fixture(scope="module")
async def desk(browser: Browser, filled: Served) -> AsyncIterator[Page]:
    """One page for all addresses: scripts and styles are loaded once. Nothing moves, so that axe sees final colours."""
    page = await logged_in(browser, filled, viewport=DESK)
    await page.emulate_media(color_scheme="light", reduced_motion="reduce")
    yield page
    await page.context.close()


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_has_no_serious_fault_for_anybody(desk: Page, filled: Served, path: str) -> None:
    """Names, roles, contrast and order as axe judges them, in both colours; nothing is fetched from elsewhere.

    At 390 pixels nothing is cut off and nothing scrolls sideways.
    """
    foreign: list[str] = []
    errors: list[str] = []

    def asked(request: Request) -> None:
        if not request.url.startswith((filled.url, "data:", "blob:")):
            foreign.append(request.url)

    def broke(error: Error) -> None:
        errors.append(str(error))

    desk.on("request", asked)
    desk.on("pageerror", broke)
    await _open(desk, filled, path)
    faults = await _faults(desk)
    await _keep_picture(desk, path, "light")
    await _darken(desk)
    faults += await _colour_faults(desk)
    await _keep_picture(desk, path, "dark")
    await desk.set_viewport_size(PHONE)
    excess = await _excess(desk)
    await _keep_picture(desk, path, "phone")
    desk.remove_listener("request", asked)
    desk.remove_listener("pageerror", broke)

    assert faults == []
    assert excess <= 0, f"{excess} pixels wider than a phone"
    assert (foreign, errors) == ([], [])


async def test_open_dialogs_have_no_serious_fault_for_anybody(desk: Page, filled: Served) -> None:
    """What lies over a page is judged as the page is."""
    found = {}
    for path, buttons in DIALOGS.items():
        await _open(desk, filled, path)
        for button in buttons:
            await desk.get_by_role("button", name=button, exact=True).click()
            await expect(desk.get_by_role("dialog")).to_be_visible()
            faults = await _faults(desk, _DIALOG)
            await _darken(desk)
            faults += await _colour_faults(desk, _DIALOG)
            if faults:
                found[f"{path} {button}"] = faults
            await _lighten(desk)
            await desk.keyboard.press("Escape")
            await expect(desk.get_by_role("dialog")).to_have_count(0)

    assert found == {}


async def _darken(page: Page) -> None:
    """Show an open page in its dark colours, as it does when the system changes."""
    await page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    await expect(page.locator("body.body--light")).to_have_count(0)
    await page.evaluate(_DRAWN)


async def _lighten(page: Page) -> None:
    await page.emulate_media(color_scheme="light", reduced_motion="reduce")
    await expect(page.locator("body.body--dark")).to_have_count(0)
    await page.evaluate(_DRAWN)


async def _faults(page: Page, within: str = "html") -> list[tuple[str, list[str]]]:
    """Return what axe calls serious or critical."""
    return [*await _judged(page, within, {"disabled": COLOURS}), *await _colour_faults(page, within)]


async def _colour_faults(page: Page, within: str = "html") -> list[tuple[str, list[str]]]:
    """Return what axe calls serious or critical of the colours that the page shows now."""
    return await _judged(page, within, {"only": COLOURS, "exclude": REPEATED})


async def _judged(page: Page, within: str, how: dict[str, Any]) -> list[tuple[str, list[str]]]:
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(AXE_SCRIPT)
    faults = await page.evaluate(_JUDGE, {"within": within, **how})
    return [(rule, [f"{html[:160]}: {why}" for html, why in nodes][:3]) for rule, nodes in faults]


async def _excess(page: Page) -> int:
    """Return by how many pixels the page is wider than the window, once what is drawn anew has its size."""
    return int(await page.evaluate(_EXCESS))


async def test_what_is_not_there_is_told_with_a_way_on(page: Page, filled: Served) -> None:
    """A wrong number in an address ends in a sentence, not in an empty page."""
    await page.goto(f"{filled.url}/executions/999999")

    await expect(page.get_by_text("There is no execution 999999.")).to_be_visible()
    await page.get_by_role("link", name="To the executions", exact=True).click()
    await expect(page.get_by_role("heading", name="Executions", level=1)).to_be_visible()


async def _keep_picture(page: Page, path: str, look: str) -> None:
    """Keep a picture of the page where CI asks for it: whoever changes a page sees what became of it."""
    if folder := os.environ.get("SCREENSHOTS_DIR"):
        name = re.sub(r"[^a-z0-9]+", "-", path).strip("-") or "dashboard"
        await page.screenshot(path=Path(folder) / f"{name}-{look}.png", full_page=True)


async def _open(page: Page, served: Served, path: str) -> None:
    """Open a page on the desk, in light colours, whatever was looked at before."""
    await page.set_viewport_size(DESK)
    await page.emulate_media(color_scheme="light", reduced_motion="reduce")
    await page.goto(f"{served.url}{path}", wait_until="commit")
    await expect(page.get_by_role("heading", name=PAGES[path], level=1, exact=True)).to_be_visible()
    await expect(page.locator("[aria-busy=true]")).to_have_count(0)
