"""Writing a test in the browser: suggestions, data, drafts that outlive the page, sentences tried, hands recorded."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Page, WebSocketRoute, expect
from showcase import Served

from tests.web.conftest import logged_in


async def test_what_is_suggested_is_taken_by_keys_and_kept_over_a_reload(page: Page, filled: Served) -> None:
    """Nobody needs a mouse for a suggestion, and what was written and not saved comes back."""
    await page.goto(f"{filled.url}/tests")
    await page.get_by_role("link", name="signing-in", exact=True).click()
    first = page.get_by_role("textbox", name="Sentence 1").first
    await first.press("End")
    await first.press("Enter")
    second = page.get_by_role("textbox", name="Sentence 2").first
    await expect(second).to_be_focused()
    await page.keyboard.type("The heading")
    await expect(page.get_by_role("option", name='The heading is "…"')).to_be_visible()
    await expect(page.get_by_role("status").filter(has_text="arrow down to choose")).to_be_attached()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await page.keyboard.type("Welcome")
    await expect(page.get_by_text("There are changes that are not saved.")).to_be_visible()

    await page.reload()

    await expect(second).to_have_value('The heading is "Welcome"')
    await page.get_by_role("button", name="Throw it away").click()
    await expect(page.get_by_text("Nothing is changed.")).to_be_visible()
    await expect(second).to_have_value(re.compile("^Enter "))
    await page.get_by_role("button", name="Undo").click()
    await expect(second).to_have_value('The heading is "Welcome"')


@asynccontextmanager
async def far_away(page: Page) -> AsyncIterator[asyncio.Event]:
    """Let the server's answers wait, while the block lasts, whenever the event that it yields is not set."""
    near = asyncio.Event()
    near.set()
    answers: asyncio.Queue[tuple[WebSocketRoute, str | bytes]] = asyncio.Queue()

    async def pass_on() -> None:
        while True:
            browser, answer = await answers.get()
            await near.wait()
            browser.send(answer)

    def connect(browser: WebSocketRoute) -> None:
        server = browser.connect_to_server()
        browser.on_message(server.send)
        server.on_message(lambda answer: answers.put_nowait((browser, answer)))

    await page.route_web_socket(re.compile("socket.io"), connect)
    passing = asyncio.create_task(pass_on())
    try:
        yield near
    finally:
        passing.cancel()
        await asyncio.wait([passing])


async def test_who_types_on_after_enter_loses_no_letter_however_far_away_the_server_is(
    page: Page, filled: Served
) -> None:
    """By keys, by paste and by what composes a letter; after seconds it is given back, and moves on at last."""
    first, second, third = (page.get_by_role("textbox", name=f"Sentence {place}", exact=True) for place in (1, 2, 3))
    async with far_away(page) as near:
        await page.goto(f"{filled.url}/tests/new")
        await page.get_by_label("Name", exact=True).fill("Far away")
        await page.get_by_label("Sentences").fill("Open /")
        await page.get_by_role("button", name="Create").click()
        await expect(first).to_have_value("Open /")

        await first.press("End")
        near.clear()
        await page.keyboard.press("Enter")
        await page.keyboard.type("Pay ")
        await page.keyboard.insert_text("é")  # as a dead key, AltGr or the clipboard puts it in
        await page.keyboard.type("5\nLook at it")
        near.set()
        await expect(third).to_have_value("Look at it")
        await expect(third).to_be_focused()
        await expect(second).to_have_value("Pay é5")
        await expect(first).to_have_value("Open /")

        near.clear()
        await page.keyboard.press("Enter")
        await page.keyboard.type("again")
        await expect(third).to_have_value("Look at it again")  # the server says nothing for seconds
        await page.keyboard.type(" and")
        near.set()
        fourth = page.get_by_role("textbox", name="Sentence 4", exact=True)
        await expect(fourth).to_have_value("again and")
        await expect(third).to_have_value("Look at it")

        typed_and_moved = """box => {
            box.setRangeText("!", box.value.length, box.value.length, "end");
            box.dispatchEvent(new Event("input", { bubbles: true }));
            box.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp", altKey: true, bubbles: true }));
        }"""
        await fourth.evaluate(typed_and_moved)  # sooner than anybody can, so that no rest is between
        await expect(third).to_have_value("again and!")
        await expect(fourth).to_have_value("Look at it")

        near.clear()
        await fourth.press("End")
        await page.keyboard.press("Enter")
        await page.keyboard.type("Leave")
        near.set()
        await page.reload()  # as when the server is started again
        await expect(page.get_by_role("textbox", name=re.compile("^Sentence")).last).to_have_value(re.compile("Leave$"))


async def test_rows_are_pasted_and_yaml_is_in_step(page: Page, filled: Served) -> None:
    """A spreadsheet's cells become data rows; the YAML view shows them and tells mistakes at their place."""
    await page.goto(f"{filled.url}/tests")
    await page.get_by_role("link", name="signing-in", exact=True).click()
    await page.get_by_role("button", name="Paste rows").first.click()
    await page.get_by_role("textbox", name="Rows", exact=True).fill("user\tcity\nada\tLondon\nlin\tOslo")
    await page.get_by_role("button", name="Take them").click()
    await expect(page.get_by_role("textbox", name="city, row 2")).to_have_value("Oslo")

    await page.get_by_role("link", name="YAML").click()

    file = page.get_by_label("The file, as the command line runs it")
    await expect(file).to_have_value(re.compile(r"\{user: lin, city: Oslo\}"))
    await expect(page).to_have_url(re.compile("view=yaml"))  # told a moment after the view is drawn
    await page.reload()
    await expect(file).to_have_value(re.compile(r"\{user: lin, city: Oslo\}"))  # in the view that the address names
    await file.fill(f"{await file.input_value()}\nstepz: []\n")
    await expect(page.get_by_text("did you mean steps")).to_be_visible()
    await page.get_by_role("button", name=re.compile(r"^line \d+, column 1$")).click()
    await expect(file).to_be_focused()


async def test_a_sentence_is_tried_in_a_live_browser(browser: Browser, working: Served) -> None:
    """The arrow beside a sentence opens a browser, and tells what the sentence was taken for."""
    page = await logged_in(browser, working)
    await page.goto(f"{working.url}/tests")
    await page.get_by_role("link", name="signing-in", exact=True).click()

    await page.get_by_role("button", name="Try sentence 1", exact=True).first.click()

    told = page.get_by_role("region", name="Try it")
    await expect(told).to_contain_text('link "Sign in" in the header · placed by rules', timeout=180_000)
    await expect(told).to_contain_text("/login")
    await page.get_by_role("button", name="Close the browser").click()
    await expect(page.get_by_role("button", name="Open a browser")).to_be_visible()
    await page.context.close()


async def test_hands_in_the_picture_become_a_test(browser: Browser, working: Served) -> None:
    """A click and what is typed are sentences at once, and are saved as a test."""
    page = await logged_in(browser, working)
    await page.goto(f"{working.url}/suites")
    await page.get_by_role("link", name="Demo shop", exact=True).click()
    shop = await page.get_by_text(re.compile(r"http://127\.0\.0\.1:\d+")).first.inner_text()
    await page.goto(f"{working.url}/tests/record")
    await page.get_by_label("Begins at").fill(re.search(r"http://[\d.:]+", shop)[0] + "/")  # type: ignore[index]
    await page.get_by_role("button", name="Begin").click()
    view = page.get_by_role("application")
    await view.wait_for(timeout=180_000)
    box = await view.bounding_box()
    assert box is not None
    await view.click(position={"x": box["width"] * 0.4, "y": box["height"] * 0.047})  # the search field
    log = page.get_by_role("log", name="Recorded sentences")
    await expect(log).to_contain_text("Click ")
    await page.keyboard.type("lamp")
    await expect(log).to_contain_text('Type "lamp" into ')
    await page.keyboard.press("Enter")
    await expect(log).to_contain_text("Press Enter")

    await page.get_by_label("Name", exact=True).fill("Find a lamp")
    await page.get_by_role("button", name="Save").click()

    await expect(page.get_by_role("heading", name="Find a lamp", level=1)).to_be_visible()
    await expect(page.get_by_role("textbox", name="Sentence 1")).to_have_value(re.compile('^Type "lamp" into '))
    await page.context.close()


async def test_what_was_typed_into_a_dialog_is_kept_over_a_reload_and_no_longer(page: Page, filled: Served) -> None:
    """A server that is started again loads the page anew; what was closed is thrown away; secrets are not kept.

    What was typed is its writer's: whoever logs in in the same tab later does not see it.
    """
    await page.goto(f"{filled.url}/settings?part=secrets")
    await page.get_by_label("Name", exact=True).fill("SHOP_CODE")
    await page.get_by_label("Value").fill("never-kept")
    assert "never-kept" not in str(await page.evaluate("Object.entries(sessionStorage)"))
    await page.goto(f"{filled.url}/schedules")
    new, name = page.get_by_role("button", name="New schedule"), page.get_by_label("Name", exact=True)
    await new.click()
    await name.fill("Before the market opens")
    kept = await page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('typed:'))")
    assert {key.split("\n")[0] for key in kept} == {"typed:1"}  # the owner's number

    await page.reload()

    await expect(page.get_by_text("open “New schedule” again")).to_be_visible()
    await new.click()
    await expect(name).to_have_value("Before the market opens")
    await page.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await new.click()
    await expect(name).to_have_value("")
