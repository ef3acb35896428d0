"""The main path through each page, as a person goes it."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, expect
from showcase import Served, serve
from sqlalchemy import select

from app.core.config import ServerSettings
from app.core.database import Database
from app.models import ProviderLimit, Schedule, Suite, SuiteTest, Test
from tests.web.conftest import logged_in

_BEYOND = """() => [...document.querySelectorAll("h1, h2, .aw-name, .aw-name *, .aw-grow, .aw-sub, .aw-tag, .aw-read")]
  .filter((one) => one.getBoundingClientRect().right > innerWidth).map((one) => one.outerHTML.slice(0, 200))"""
"""What is beyond the right edge of the window."""


async def test_the_dashboard_leads_to_what_needs_somebody(page: Page, filled: Served) -> None:
    """The heal that waits is on the dashboard, and can be rejected where the link leads."""
    await page.goto(filled.url)
    await page.get_by_role("link", name="to approve").click()
    await expect(page.get_by_text('button "Next page" in the navigation "Pages"')).to_be_visible()

    waiting = page.get_by_role("link", name="Heals").get_by_label("waiting")
    count = int(await waiting.inner_text())
    await page.get_by_role("button", name="Reject the heal of Click Next").click()

    await expect(page.get_by_role("heading", name="“Click Next”")).to_have_count(0)
    await expect(waiting).to_have_text([str(count - 1)] if count > 1 else [])


async def test_a_heal_can_be_corrected_before_it_is_approved(page: Page, filled: Served) -> None:
    """Somebody who sees that another thing is meant chooses it; that is what is kept."""
    await page.goto(f"{filled.url}/heals")
    await page.get_by_role("button", name="Edit the heal of Open the basket").click()
    await page.get_by_role("radio", name="Add to basket").check()

    await page.get_by_role("button", name="Approve this").click()

    await expect(page.get_by_text("Approved. The next run replays what was found.")).to_be_visible()
    await expect(page.get_by_role("heading", name="“Open the basket”")).to_have_count(0)
    await page.get_by_role("link", name="Approved").click()
    await expect(page.get_by_text('button "Add to basket" in the section "Lantern"')).to_be_visible()


async def test_who_decides_by_keys_stays_where_they_are(page: Page, filled: Served) -> None:
    """One press approves a change for all data rows; the focus goes to the next heal, not to the top of the page."""
    await page.goto(f"{filled.url}/heals")
    waiting = page.get_by_role("button", name="Reject the heal of")
    await expect(waiting.nth(2)).to_be_visible()
    before = await waiting.count()
    focused = page.locator(":focus")

    await page.get_by_role("button", name="Reject the heal of Click Continue in Order a {item} [Kettle]").press("Enter")
    await expect(waiting).to_have_count(before - 1)
    await expect(focused).to_have_accessible_name("Reject the heal of Click Continue in Order a {item} [Lantern]")

    await page.get_by_role("button", name="Approve all 2 heals alike of Click Continue").first.press("Enter")
    await expect(waiting).to_have_count(before - 3)
    left = (
        re.compile("^(Approve|Reject) (the heal|all 2 heals alike) of ") if before > 3 else "Heals"
    )  # the title, when none is left
    await expect(focused).to_have_accessible_name(left)


async def test_a_mistyped_model_is_asked_about_and_honoured(browser: Browser, tmp_path: Path) -> None:
    """A slip costs a run of failed requests; who means a model that nobody here knows goes on with it."""
    with serve(tmp_path / "data", GOOGLE_API_KEY="never asked") as served:
        page = await logged_in(browser, served)
        await page.goto(served.url)
        await page.get_by_role("button", name="Load the demo shop").click()
        await page.get_by_role("heading", name="Demo shop", level=1).wait_for()
        await page.goto(f"{served.url}/experiments")
        await page.get_by_role("button", name="New experiment").click()
        dialog = page.get_by_role("dialog", name="New experiment")
        await dialog.get_by_label("Name").fill("Who is there")
        arms = dialog.get_by_label("Arms")
        await arms.fill("builtin, google/gemini-3.5-flsh-lite")
        await arms.press("Enter")
        question = page.get_by_role("dialog", name="Is this model meant?")

        await expect(question.get_by_text("did you mean gemini-3.5-flash-lite?")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(question).to_have_count(0)
        await expect(dialog.get_by_label("Name")).to_have_value("Who is there")
        await arms.press("Enter")
        await question.get_by_role("button", name="Go on with it").click()

        await expect(page.get_by_role("heading", name="Who is there", level=1)).to_be_visible()
        compared = page.get_by_role("region", name="What is compared")
        await expect(compared.get_by_text("google/gemini-3.5-flsh-lite")).to_be_visible()
        await page.context.close()


async def test_an_experiment_says_who_is_compared_on_what(page: Page, filled: Served) -> None:
    """A plan of "1 case on 2 arms" cannot be agreed to by who does not see which."""
    await page.goto(f"{filled.url}/experiments/1")
    compared = page.get_by_role("region", name="What is compared")

    await expect(compared.get_by_text("cerebras", exact=True)).to_be_visible()
    await expect(compared.get_by_role("link").first).to_have_attribute("href", re.compile(r"^/tests/\d+$"))


async def test_a_run_that_no_worker_takes_says_so(page: Page, filled: Served) -> None:
    """Who waits before a page that says "running" while nothing can begin waits for long."""
    await page.goto(f"{filled.url}/tests?q=basket&tag=basket")
    await page.get_by_role("button", name="Run basket").click()
    await page.get_by_role("button", name="Start").click()
    run = page.get_by_role("region", name="Run")

    await expect(run.get_by_text("No worker is running, so nothing begins.")).to_be_visible()
    await expect(run.locator(".aw-pill").first).to_have_text("Queued")
    await page.get_by_role("button", name="Stop").click()
    await expect(run.get_by_text("No worker is running")).to_have_count(0)


async def test_a_viewer_is_offered_nothing_that_changes(browser: Browser, filled: Served) -> None:
    """Who only looks sees figures, steps and reasons, and no command that would be refused."""
    page = await logged_in(browser, filled)
    invited = {"email": "vic@example.com", "role": "viewer"}
    link = (await (await page.request.post(f"{filled.url}/api/v1/users/invitations", data=invited)).json())["link"]
    await page.context.clear_cookies()
    await page.goto(f"{filled.url}/link/{link.rpartition('/')[2]}")
    await page.get_by_label("Your name").fill("Vic Tor")
    await page.get_by_label("Password").fill("five quiet words of a pass")
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("heading", name="Dashboard", level=1)).to_be_visible()
    changing = page.get_by_role("main").locator("button, .aw-btn.aw-pri").filter(visible=True)

    for path in ("/", "/tests", "/tests/1", "/suites", "/suites/1", "/heals", "/providers", "/schedules", "/mutations"):
        await page.goto(f"{filled.url}{path}")
        await expect(page.locator("main :is(.aw-card, .aw-note)").first).to_be_visible()

        assert await changing.all_inner_texts() == [], path
    await page.goto(f"{filled.url}/tests/1")
    await expect(page.get_by_role("region", name="About")).to_be_visible()
    await expect(page.get_by_role("region", name="How to say it")).to_have_count(0)
    await page.context.close()


async def test_what_has_no_course_yet_is_not_called_unchanged(browser: Browser, served: Served) -> None:
    """On a new server nothing can have changed, which is another thing than that nothing has."""
    page = await logged_in(browser, served)
    await page.goto(f"{served.url}/analytics")

    await expect(page.get_by_text("Nothing can be compared yet: that needs runs of several days.")).to_be_visible()
    await page.context.close()


async def test_a_test_that_needs_a_model_is_not_called_broken(page: Page, filled: Served) -> None:
    """The demo's sentences for models run as they are, once somebody chooses a provider."""
    await page.goto(f"{filled.url}/tests/8")
    note = page.get_by_role("alert").filter(has_text="choose a provider when you run it")

    await expect(note).to_have_attribute("data-s", "warn")
    await expect(page.get_by_text("This must be mended before it can run")).to_have_count(0)


async def test_long_names_stay_within_a_phone(browser: Browser, filled: Served) -> None:
    """Names of sixty letters, a long tag and path, and a word without an end widen no page and are cut nowhere."""
    page = await logged_in(browser, filled, viewport={"width": 390, "height": 844})
    word = "AVeryLongUnbrokenNameThatGoesOnAndOnWithoutASpaceForeverMore"
    steps = f'  - Click on the button called "{word}"\n  - The page shows "{word}"\n'
    text = f"name: {word}\nurl: https://shop.example.com/{word}\ntags: [{word.lower()}]\nsteps:\n{steps}"
    sent = {
        "tests": {"path": f"{word.lower()}/{word.lower()}.test.yaml", "content": text},
        "suites": {"name": word, "description": word, "tags": [word.lower()]},
        "schedules": {"name": word, "cron": "0 2 * * *", "timezone": "UTC"},
    }
    made: dict[str, int] = {}
    for kind, told in sent.items():
        told |= {"suite_id": made["suites"]} if kind == "schedules" else {}
        made[kind] = (await (await page.request.post(f"{filled.url}/api/v1/{kind}", data=told)).json())["id"]
    test, suite = f"/tests/{made['tests']}", f"/suites/{made['suites']}"
    for path in ("/", "/tests", test, f"{test}?view=versions", "/suites", suite, "/schedules"):
        await page.goto(f"{filled.url}{path}")
        await expect(page.get_by_text(word).filter(visible=True).first).to_be_visible()

        assert await page.evaluate(_BEYOND) == [], path
    for kind in ("schedules", "suites", "tests"):
        await page.request.delete(f"{filled.url}/api/v1/{kind}/{made[kind]}")
    await page.context.close()


async def test_a_change_of_all_rows_is_rejected_at_once(page: Page, filled: Served) -> None:
    """Who sees that the page is wrong says so once, and not for each row."""
    await page.goto(f"{filled.url}/heals")
    waiting = page.get_by_role("button", name="Reject the heal of Click Remove")
    await expect(waiting).to_have_count(2)

    await page.get_by_role("button", name="Reject all 2 heals alike of Click Remove").first.press("Enter")

    await expect(page.get_by_text("2 heals rejected. The old places stay stored.")).to_be_visible()
    await expect(waiting).to_have_count(0)
    await page.get_by_role("link", name="Rejected").click()
    await expect(page.get_by_role("heading", name="“Click Remove”")).to_have_count(2)


async def test_a_budget_of_the_environment_stays_its_own_when_another_is_set(browser: Browser, tmp_path: Path) -> None:
    """A form shows what holds; only what somebody touched in it is set, and told in the audit trail."""
    with serve(tmp_path / "data", BUDGET_USD_PER_DAY="7") as served:
        page = await logged_in(browser, served)
        await page.goto(f"{served.url}/settings?part=limits")
        await expect(page.get_by_label("One day")).to_have_value("7")

        await page.get_by_label("One execution").fill("2.5")
        await page.get_by_role("button", name="Save budgets").click()
        await expect(page.get_by_text("The budgets are saved.")).to_be_visible()

        await page.goto(f"{served.url}/audit")
        noted = page.get_by_role("row").filter(has_text="Settings changed")
        await expect(noted.get_by_text("budget of one execution: $2.50", exact=True)).to_be_visible()
        await page.context.close()


async def test_a_budget_is_set_shown_and_warned_of(page: Page, filled: Served) -> None:
    """What today has cost stands beside its limit everywhere; a limit that is reached is the first thing one sees."""
    await page.goto(f"{filled.url}/settings?part=limits")
    day = page.get_by_label("One day")
    await day.fill("0")
    await page.get_by_role("button", name="Save budgets").click()
    await expect(page.get_by_text("The budgets are saved.")).to_be_visible()

    await page.goto(filled.url)

    await expect(page.get_by_role("link", name="The day's budget is spent")).to_be_visible()
    await page.goto(f"{filled.url}/settings?part=limits")
    await day.fill("")
    await page.get_by_role("button", name="Save budgets").click()
    await expect(page.get_by_text("The budgets are saved.")).to_be_visible()


async def test_a_limit_that_was_stored_for_a_mistyped_provider_is_seen_and_taken_away(
    page: Page, filled: Served
) -> None:
    """Servers took such names once. What it says of another number is told beside the field."""
    settings = ServerSettings(_env_file=None, data_dir=filled.data_dir)
    async with Database(settings.database) as database, database.write() as session:
        session.add_all(ProviderLimit(provider=name, max_parallel=1) for name in ("gogle", "cerebras/qwen"))
    await page.goto(f"{filled.url}/settings?part=providers")
    mistyped = page.get_by_role("row", name="gogle")
    await expect(mistyped).to_contain_text("No such provider")
    await expect(page.get_by_role("row", name="Cerebras qwen")).to_contain_text("one model")
    most = page.get_by_label("At once")
    await page.get_by_role("button", name="Limit executions with gogle").click()
    await most.fill("2")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("alert")).to_contain_text("Did you mean google?")

    await most.fill("")
    await page.get_by_role("button", name="Save").click()

    await expect(mistyped).to_have_count(0)
    await page.get_by_role("button", name="Limit executions with Cerebras qwen").click()
    await most.fill("")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("row", name="Cerebras qwen")).to_have_count(0)


async def test_a_webhook_is_made_tried_and_looked_into(page: Page, filled: Served) -> None:
    """Its secret is shown once; its test is sent once for a double click, seen to be on its way, and told."""
    asked, answer = 0, asyncio.Event()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        await answer.wait()
        writer.close()

    async with await asyncio.start_server(listen, "127.0.0.1", 0) as server:
        hook = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
        await page.goto(f"{filled.url}/settings?part=webhooks")
        await page.get_by_role("button", name="New webhook").click()
        await page.get_by_label("Address").fill("ftp://chat.example.com")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("alert")).to_have_text(re.compile(r"^Address: that is no address of the web"))
        await page.get_by_label("Address").fill(hook)
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_text("awh_")).to_be_visible()
        await page.get_by_role("button", name="Done").click()

        await page.get_by_role("button", name=f"Send a test to {hook}").dblclick()

        await expect(page.locator("body[data-busy]")).to_be_attached()
        answer.set()
        await expect(page.get_by_text("It could not be reached").first).to_be_visible()
        await expect(page.locator("body[data-busy]")).to_have_count(0)
        await page.get_by_role("button", name=f"Last deliveries to {hook}").click()
        await expect(page.get_by_role("dialog").get_by_text("Given up")).to_have_count(1)
        assert asked == 1


async def test_a_report_is_a_plain_page_that_a_link_shows_to_strangers(
    page: Page, browser: Browser, filled: Served
) -> None:
    """The report needs no script; what is shared is this one page, for those who have the link."""
    await page.goto(f"{filled.url}/executions/2")
    await page.get_by_role("button", name="Share").click()
    await page.get_by_role("button", name="Make the link").click()
    link = await page.get_by_text("/shared/").inner_text()
    context = await browser.new_context(java_script_enabled=False)
    stranger = await context.new_page()

    await stranger.goto(link)

    await expect(stranger.get_by_role("heading", name="Account, case 2", level=1)).to_be_visible()
    assert await stranger.locator("script").count() == 0
    await stranger.goto(link[:-2])
    await expect(stranger.get_by_role("alert")).to_contain_text("unknown or over")
    await stranger.goto(f"{filled.url}/report/2")
    await expect(stranger.get_by_role("heading", name="Log in")).to_be_visible()

    of_failed = await page.request.get(f"{filled.url}/api/v1/executions?outcome=failed&limit=1")
    [failed] = (await of_failed.json())["items"]
    report = await page.request.get(f"{filled.url}/report/{failed['id']}")
    assert (report.status, "The total is $52.90, not $59.98." in await report.text()) == (200, True)

    await page.get_by_role("button", name="Done").click()
    await page.get_by_role("button", name="Share").click()
    await page.get_by_role("button", name="Revoke the link").click()
    await page.get_by_role("button", name="Revoke", exact=True).click()

    await expect(page.get_by_text("The link is revoked.")).to_be_visible()
    await stranger.goto(link)
    await expect(stranger.get_by_role("alert")).to_contain_text("unknown or over")
    await context.close()


async def test_costs_are_told_by_test_and_given_out_as_a_table(page: Page, filled: Served) -> None:
    """What a suite costs is a question of each test; the same figures open in a spreadsheet."""
    await page.goto(f"{filled.url}/providers?days=30")
    await page.get_by_role("link", name="Test", exact=True).click()
    await expect(page.get_by_role("table", name="Costs").get_by_role("link", name="checkout")).to_be_visible()

    async with page.expect_download() as waited:
        await page.get_by_role("link", name="These costs as CSV").click()

    table = Path(await (await waited.value).path()).read_text()
    assert table.startswith("test,name,requests,answered,")
    assert ",checkout," in table


async def test_an_execution_is_compared_with_another_of_its_case(page: Page, filled: Served) -> None:
    """The last pass is offered first; what differs is marked."""
    await page.goto(f"{filled.url}/executions/30")
    await page.get_by_role("button", name="Compare", exact=True).click()

    await page.get_by_role("dialog").get_by_role("link").first.click()

    await expect(page.get_by_role("table", name="Steps of both")).to_be_visible()


async def test_a_step_that_is_chosen_by_keys_keeps_the_focus(page: Page, filled: Served) -> None:
    """The list is painted anew, and who goes on with Tab goes on from there."""
    await page.goto(f"{filled.url}/executions/30")
    first = page.get_by_role("button", name="Open /")
    await expect(page.get_by_role("heading", name="Open /", level=2)).to_have_count(0)

    await first.press("Enter")

    await expect(page.get_by_role("heading", name="Open /", level=2)).to_be_visible()
    await expect(first).to_be_focused()


async def test_a_link_in_a_dialog_leaves_the_dialog_behind(page: Page, filled: Served) -> None:
    """Another execution is chosen in a dialog, which must not stand before the comparison."""
    await page.goto(f"{filled.url}/executions/1")
    await page.get_by_role("button", name="Compare").click()

    await page.get_by_role("dialog").get_by_role("link").first.click()

    await expect(page.get_by_role("heading", name="Account, case 1: two executions", level=1)).to_be_visible()
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_tests_are_found_by_typing_and_run_together(page: Page, filled: Served) -> None:
    """Search narrows the list; what is ticked is run with one button; its dialog takes the focus and gives it back."""
    await page.goto(f"{filled.url}/tests")
    await page.get_by_role("searchbox").fill("signing")
    await expect(page.get_by_role("link", name="basket", exact=True)).to_have_count(0)
    await page.get_by_role("checkbox", name="Choose signing-in").check()
    run = page.get_by_role("button", name="Run them")
    await run.press("Enter")
    await expect(page.get_by_role("dialog")).to_contain_text("from history about")
    await expect(page.get_by_label("Provider")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(run).to_be_focused()
    await run.press("Enter")

    await page.get_by_role("button", name="Start").click()

    await expect(page.get_by_text("0 of 3 are over")).to_be_visible()
    await page.get_by_role("button", name="Stop").click()
    await expect(page.get_by_text("3 of 3 are over")).to_be_visible()


async def test_a_sentence_is_understood_as_it_is_typed_and_kept_as_a_version(page: Page, filled: Served) -> None:
    """The editor reads each line at once, offers clearer words, and stores what is written as YAML."""
    await page.goto(f"{filled.url}/tests/new")
    await page.get_by_label("Name", exact=True).fill("Look for a lantern")
    await page.get_by_label("Sentences").fill("Open /")
    await page.get_by_role("button", name="Create").click()
    line = page.get_by_role("textbox", name="Sentence 1")
    await expect(line).to_have_value("Open /")
    await line.press("End")
    await line.press("Enter")
    await page.keyboard.type('The page shows "Camp lantern"')  # sooner than the new line is there
    second = page.get_by_role("textbox", name="Sentence 2")
    await expect(second).to_have_value('The page shows "Camp lantern"')
    await expect(page.get_by_text('the text "Camp lantern" is shown')).to_be_visible()

    await page.keyboard.press("Control+s")

    await expect(page.get_by_text("· version 2 ·")).to_be_visible()
    await page.get_by_role("link", name="YAML").click()
    await expect(page.get_by_label("The file, as the command line runs it")).to_have_value(
        'name: Look for a lantern\nsteps:\n  - Open /\n  - The page shows "Camp lantern"\n'
    )


async def test_a_deleted_test_can_be_taken_back(page: Page, filled: Served) -> None:
    """A test goes into the bin without a question, since the message offers to undo it."""
    await page.goto(f"{filled.url}/tests/2")
    await page.get_by_role("button", name="Delete this test").click()
    await expect(page.get_by_role("heading", name="Tests", level=1)).to_be_visible()

    await page.get_by_role("button", name="Undo").click()

    await expect(page.get_by_role("heading", name="around", level=1)).to_be_visible()


async def test_a_suite_is_made_changed_and_deleted(page: Page, filled: Served) -> None:
    """The dialog keeps what was chosen; deleting asks first."""
    await page.goto(f"{filled.url}/suites")
    await page.get_by_role("button", name="New suite").click()
    await page.get_by_label("Name", exact=True).fill("Smoke")
    await page.get_by_role("checkbox", name="basket").check()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("heading", name="Smoke", level=1)).to_be_visible()
    await expect(page.get_by_role("link", name="basket")).to_be_visible()

    delete, cancel = (page.get_by_role("button", name=name) for name in ("Delete this suite", "Cancel"))
    await delete.press("Enter")
    await expect(cancel).to_be_focused()
    await cancel.press("Enter")
    await expect(delete).to_be_focused()
    await delete.press("Enter")
    await page.get_by_role("button", name="Delete", exact=True).click()

    await expect(page.get_by_role("heading", name="Suites", level=1)).to_be_visible()
    await expect(page.get_by_role("link", name="Smoke")).to_have_count(0)


async def test_who_looks_at_a_measurement_that_somebody_deletes_is_told(page: Page, filled: Served) -> None:
    """The page follows it, and would go on showing what is no longer there."""
    api, headers = f"{filled.url}/api/v1/mutations", {"Origin": filled.url}
    body = {"name": "Soon gone", "test_ids": [1]}
    made = await (await page.request.post(f"{api}/runs", data=body, headers=headers)).json()
    await page.goto(f"{filled.url}/mutations/{made['id']}")
    await expect(page.get_by_text("Waits for a worker.")).to_be_visible()

    await page.request.delete(f"{api}/{made['id']}", headers=headers)

    await expect(page.get_by_text(f"There is no mutation report {made['id']}.")).to_be_visible()


async def test_a_token_is_shown_once_and_can_be_revoked(page: Page, filled: Served) -> None:
    """What CI needs is made here; nobody can read it again."""
    await page.goto(f"{filled.url}/settings?part=tokens")
    await page.get_by_role("button", name="New token").click()
    await page.get_by_label("Name", exact=True).fill("CI of the shop")
    await page.get_by_role("button", name="Make the token").click()
    await expect(page.get_by_text("awt_")).to_be_visible()
    await page.keyboard.press("Escape")

    await page.get_by_role("button", name="Revoke the token CI of the shop").click()
    await page.get_by_role("button", name="Revoke", exact=True).click()

    await expect(page.get_by_role("heading", name="No token yet")).to_be_visible()


async def test_a_schedule_says_when_it_is_due(page: Page, filled: Served) -> None:
    """A bad expression is refused with a sentence; a good one is listed."""
    await page.goto(f"{filled.url}/schedules")
    await page.get_by_role("button", name="New schedule").click()
    await page.get_by_label("Name", exact=True).fill("Mornings")
    await page.get_by_label("When, as a cron expression").fill("every day please")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("label", has=page.get_by_role("alert"))).to_contain_text(
        "every day please is no schedule"
    )
    await expect(page.get_by_label("When, as a cron expression")).to_be_focused()

    await page.keyboard.press("Control+a")
    await page.keyboard.type("0 7 * * 1-5")
    await expect(page.get_by_role("alert")).to_have_count(0)
    await page.get_by_role("button", name="Save").click()

    await expect(page.get_by_role("row", name="Mornings")).to_contain_text("On working days at 07:00")


async def test_what_a_form_does_not_show_of_a_run_request_stays_stored(page: Page, filled: Served) -> None:
    """Secrets, time limits and a model came by the API; a new name takes none of them away, and a run is as told."""
    hidden = {"timeout_s": 90.0, "max_parallel": 2, "fail_on_heal": False}
    told = {**hidden, "provider": "cerebras/gpt-oss-120b", "frozen": True}
    nightly = {**told, "secrets": {"PW": "STAGING_PW"}}
    settings = ServerSettings(_env_file=None, data_dir=filled.data_dir)
    async with Database(settings.database) as database, database.write() as session:
        suite = Suite(name="By the API", settings=told)
        session.add(suite)
        await session.flush()
        basket = await session.scalar(select(Test.id).where(Test.path.like("%basket%")).limit(1))
        assert basket is not None
        session.add(SuiteTest(suite_id=suite.id, test_id=basket, position=0))
        schedule = Schedule(name="By hand", cron="0 2 * * *", timezone="UTC", suite_id=suite.id, request=nightly)
        session.add(schedule)

    async def stored(kind: str, key: int) -> dict[str, Any]:
        return dict(await (await page.request.get(f"{filled.url}/api/v1/{kind}/{key}")).json())

    await page.goto(f"{filled.url}/schedules")
    await page.get_by_role("button", name="Edit: By hand").click()
    await page.get_by_label("Name", exact=True).fill("By night")
    await page.get_by_text("How it runs").click()
    await expect(page.get_by_label("Provider")).to_have_value("cerebras/gpt-oss-120b")
    await expect(page.get_by_role("dialog")).to_contain_text(
        "secrets PW=STAGING_PW, at once at most 2, seconds for a step 90"
    )
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("“By night” is saved.")).to_be_visible()
    assert (await stored("schedules", schedule.id))["request"] == nightly

    await page.goto(f"{filled.url}/suites/{suite.id}")
    await page.get_by_role("button", name="Edit", exact=True).click()
    await page.get_by_label("Name", exact=True).fill("From the API")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("heading", name="From the API", level=1)).to_be_visible()
    assert (await stored("suites", suite.id))["settings"] == told

    await page.get_by_role("button", name="Run suite").click()
    await page.get_by_label("Provider").select_option("")
    await page.get_by_role("dialog").get_by_text("More", exact=True).click()
    await page.get_by_role("checkbox", name="Frozen").uncheck()
    await page.get_by_role("button", name="Start").click()
    await page.wait_for_url("**/runs/*")
    assert (await stored("runs", int(page.url.rpartition("/")[2])))["request"] == hidden


async def test_a_run_is_watched_live_until_it_has_passed(browser: Browser, working: Served) -> None:
    """A live page becomes the result by itself, and says who placed each step."""
    page = await logged_in(browser, working)
    await page.goto(f"{working.url}/tests")
    await page.get_by_role("link", name="signing-in").click()
    await page.get_by_role("button", name="Run", exact=True).click()
    await page.get_by_role("button", name="Start").click()
    await page.get_by_role("link", name="A wrong password is refused").click()

    await expect(page.get_by_text("Passed", exact=True).first).to_be_visible(timeout=180_000)
    await expect(page.get_by_role("button", name="Run again")).to_be_visible()
    await page.get_by_role("button", name=re.compile("I fill in the form")).first.click()
    before, after = (page.get_by_role("img", name=f"Screenshot: {which}") for which in ("Before", "After"))
    await expect(before).to_be_visible()
    await expect(after).to_be_visible()
    await expect(page.locator("figure", has=before).locator(".aw-box-mark")).to_have_count(1)
    await page.context.close()
