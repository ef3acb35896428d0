"""Take a picture of each page of the web UI: light, dark and on a phone. `make screenshots`."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, ViewportSize

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "backend"), str(ROOT / "backend" / "tests" / "support")]

from measured import fill_measuring  # noqa: E402 - found by the line above
from showcase import Served, fill, serve  # noqa: E402

from aiwebtest.browser.launch import open_browser  # noqa: E402

PAGES = {
    "dashboard": "/", "tests": "/tests", "new-test": "/tests/new", "record": "/tests/record",
    "generate": "/tests/generate", "test": "/tests/7", "yaml": "/tests/7?view=yaml",
    "versions": "/tests/7?view=versions", "executions": "/executions", "execution": "/executions/1", "run": "/runs/1",
    "compare": "/compare/1/2", "suites": "/suites", "suite": "/suites/1", "heals": "/heals", "providers": "/providers",
    "schedules": "/schedules", "account": "/settings", "tokens": "/settings?part=tokens",
    "secrets": "/settings?part=secrets", "people": "/settings?part=people", "audit": "/audit",
    "settings-providers": "/settings?part=providers", "limits": "/settings?part=limits",
    "webhooks": "/settings?part=webhooks", "server": "/settings?part=server", "report": "/report/1",
    "links": "/settings?part=links", "analytics": "/analytics", "experiments": "/experiments",
    "experiment": "/experiments/1", "lab": "/lab", "routing": "/routing", "mutations": "/mutations",
}  # fmt: skip
DESK, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)
LOOKS = {"light": (DESK, False), "dark": (DESK, True), "phone": (PHONE, False)}
PATIENCE_MS = 60_000.0
# Fonts are there, and nothing was added for a moment: lists and charts come after their cards.
_AT_REST = """() => document.fonts.ready.then(() => new Promise((rest) => {
  let quiet = setTimeout(rest, 400);
  const look = new MutationObserver(() => { clearTimeout(quiet); quiet = setTimeout(rest, 400); });
  look.observe(document.body, { childList: true, subtree: true });
}))"""


async def main(folder: Path) -> None:
    """Serve a filled server, and take the pictures into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, serve(Path(data)) as served:
        async with open_browser() as browser:
            await load_demo(browser, served)
            await fill(served.data_dir)
            await fill_measuring(served.data_dir)
            for look, (viewport, dark) in LOOKS.items():
                await take(browser, served, folder, look, viewport, dark=dark)
    print(f"{len(PAGES) * len(LOOKS)} pictures are in {folder}.")


async def load_demo(browser: Browser, served: Served) -> None:
    """Load the demo shop as a person would."""
    context = await browser.new_context()
    context.set_default_timeout(PATIENCE_MS)
    await context.add_cookies([{"name": "aiwebtest", "value": served.cookie, "url": served.url}])
    page = await context.new_page()
    await page.goto(served.url)
    await page.get_by_role("button", name="Load the demo shop").click()
    await page.get_by_role("heading", name="Demo shop", level=1).wait_for()
    await context.close()


async def take(
    browser: Browser, served: Served, folder: Path, look: str, viewport: ViewportSize, *, dark: bool
) -> None:
    """Take a picture of each page in one look."""
    context = await browser.new_context(viewport=viewport, color_scheme="dark" if dark else "light")
    context.set_default_timeout(PATIENCE_MS)
    await context.add_cookies([{"name": "aiwebtest", "value": served.cookie, "url": served.url}])
    page = await context.new_page()
    for name, path in PAGES.items():
        await page.goto(served.url + path, wait_until="commit")
        await page.locator("h1").first.wait_for()
        await page.locator("main :is(.aw-card, .aw-note, .facts)").first.wait_for()
        await page.evaluate(_AT_REST)
        await page.screenshot(path=folder / f"{name}-{look}.png", full_page=True)
    await context.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "screenshots"))
