"""The HTML report in a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from sample_run import SampleRun, case, clicked, full_run, screenshot

from aiwebtest.core.events import Event, Problem
from aiwebtest.reporting.html import HtmlReport

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cf500f0003870180a5d1d6e90000000049454e44ae426082"
)
HOSTILE = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">\" onclick=\"x"


def write(folder: Path, events: list[Event]) -> str:
    """Write the report and return its address."""
    (folder / "pictures").mkdir(exist_ok=True)
    for name in ("1.jpg", "2.jpg"):
        (folder / "pictures" / name).write_bytes(PIXEL)
    report = HtmlReport(folder / "index.html")
    for event in events:
        report.on_event(event)
    report.close()
    return (folder / "index.html").as_uri()


@pytest_asyncio.fixture
async def quiet(page: Page) -> AsyncIterator[Page]:
    """A page that must not complain in its console, nor ask the network for anything."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: complaints.append(request.url) if "://" in request.url[:8] else None)
    yield page
    assert [text for text in complaints if not text.startswith(("file:", "data:"))] == []


async def test_the_first_bad_case_tells_its_story_at_once(quiet: Page, tmp_path: Path) -> None:
    """Who opens the report of a red run wants the reason, not a list to click through."""
    await quiet.goto(write(tmp_path, full_run()))

    case = quiet.locator(".case").first
    await expect(quiet.get_by_role("heading", level=1)).to_have_text("2 of 6 cases did not pass")
    await expect(case.locator(".problem.lead")).to_contain_text("The total is $54.98, not $59.98.")
    await expect(case.locator(".problem.lead .exp")).to_have_text("$59.98")
    await expect(case.get_by_text('The text "Total $59.98" is now')).to_be_visible()
    await expect(case.get_by_text("Sign out")).to_be_visible()
    await expect(case.get_by_text("not run")).to_be_visible()


async def test_a_picture_shows_the_element_where_it_was(quiet: Page, tmp_path: Path) -> None:
    """The mark keeps its place at any size of the picture."""
    await quiet.goto(write(tmp_path, full_run()))

    frame = quiet.locator(".case").first.locator(".step.failed .frame")
    mark = frame.locator(".mark")
    source = await frame.locator("img").get_attribute("src")
    inner, box = await mark.bounding_box(), await frame.bounding_box()

    assert source
    assert source.startswith("data:image/jpeg;base64,")
    assert inner
    assert box
    assert inner["x"] - box["x"] == pytest.approx(0.1 * box["width"], abs=2)
    assert inner["width"] == pytest.approx(0.2 * box["width"], abs=2)


async def test_filters_and_search_leave_what_fits(quiet: Page, tmp_path: Path) -> None:
    """Outcome and words narrow the list together, and the count is announced."""
    await quiet.goto(write(tmp_path, full_run()))

    await quiet.get_by_label("Passed").check()
    await expect(quiet.get_by_role("status")).to_have_text("3 of 6 cases")
    await quiet.get_by_role("searchbox").fill("profile bob")
    await expect(quiet.get_by_role("status")).to_have_text("1 of 6 cases")
    await quiet.get_by_role("searchbox").fill("nothing like it")
    await expect(quiet.get_by_text("No case fits.")).to_be_visible()


async def test_the_keyboard_alone_reaches_everything(quiet: Page, tmp_path: Path) -> None:
    """Search by a key, results by Tab, cases by Enter."""
    await quiet.goto(write(tmp_path, full_run()))

    await quiet.keyboard.press("/")
    await quiet.keyboard.type("order")
    await expect(quiet.get_by_role("status")).to_have_text("1 of 6 cases")
    await quiet.keyboard.press("Tab")
    await quiet.keyboard.press("Tab")
    await quiet.keyboard.press("Enter")

    await expect(quiet.get_by_text('button "Delete" in the row "Order 2"')).to_be_visible()


async def test_page_text_stays_text(quiet: Page, tmp_path: Path) -> None:
    """A page under test must not run anything in the report about it."""
    run = SampleRun(cases=1)
    problem = Problem(code="x", what=HOSTILE, mend=HOSTILE, rewordings=(HOSTILE,))
    result = {
        "outcome": "failed",
        "problem": problem,
        "actions": (clicked(HOSTILE),),
        "url": HOSTILE,
        "notes": (HOSTILE,),
    }
    more = {"problem": problem, "explanation": (HOSTILE,)}
    run.add(case(HOSTILE, HOSTILE, tags=frozenset({HOSTILE})), "failed", [result], **more)

    await quiet.goto(write(tmp_path, run.finish()))

    await expect(quiet).to_have_title("1 of 1 case did not pass · AI Web Test")
    await expect(quiet.locator(".case .name b")).to_have_text(HOSTILE)
    assert await quiet.locator("[onclick], [onerror], img[src=x]").count() == 0


async def test_a_long_report_opens_at_once_and_unfolds_on_demand(quiet: Page, tmp_path: Path) -> None:
    """Good cases of a long report are text until they are opened; hostile text cannot break out of it."""
    run = SampleRun(cases=500)
    for number in range(500):
        steps = [f"Step {n} {HOSTILE}" for n in range(10)]
        result = {"actions": (clicked("x"),), "artifacts": (screenshot("pictures/1.jpg"),)}
        run.add(case(f"Case {number}", *steps, line=number + 1), "passed", [result] * 10)
    await quiet.goto(write(tmp_path, run.finish()))

    assert await quiet.locator("*").count() < 20_000
    await quiet.get_by_text("Case 321", exact=True).click()

    opened = quiet.locator("#case-322")
    await expect(opened.get_by_text("Step 9 <script>")).to_be_visible()
    await opened.get_by_text("Step 9 <script>").click()
    await expect(opened.locator(".step[open] img")).to_have_attribute("src", f"data:image/jpeg;base64,{_base64()}")
    await expect(quiet).to_have_title("All 500 cases passed · AI Web Test")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_follows_the_system_and_can_be_switched(browser: Browser, tmp_path: Path, scheme: str) -> None:
    """The reader's system decides until the reader does."""
    context = await browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(write(tmp_path, full_run()))
    before = await page.evaluate("getComputedStyle(document.body).backgroundColor")

    await page.get_by_role("button", name="Switch between light and dark").click()

    after = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    await context.close()
    assert (before == "rgb(245, 246, 244)") is (scheme == "light")
    assert (after == "rgb(245, 246, 244)") is (scheme == "dark")


async def test_nothing_sticks_out_on_a_phone(browser: Browser, tmp_path: Path) -> None:
    """390 pixels are enough for everything, all of it opened."""
    context = await browser.new_context(viewport={"width": 390, "height": 844})
    page = await context.new_page()
    await page.goto(write(tmp_path, full_run()))
    await page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")

    width = await page.evaluate("document.documentElement.scrollWidth")

    await context.close()
    assert width == 390


def _base64() -> str:
    import base64

    return base64.b64encode(PIXEL).decode()
