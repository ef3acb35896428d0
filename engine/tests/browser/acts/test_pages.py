"""Tabs, dialogs, frames, navigation, forms and files."""

from __future__ import annotations

import asyncio
import gc
from pathlib import Path
from typing import Any

import pytest

from aiwebtest.browser.launch import BrowserPool
from aiwebtest.browser.perform import perform
from aiwebtest.browser.session import Session, SessionOptions
from aiwebtest.core.errors import ActionError, UsageError
from aiwebtest.core.intent import Intent
from aiwebtest.core.scope import Scope

from .conftest import Do, Site


async def test_an_alert_does_not_hold_up_the_action(session: Session, do: Do) -> None:
    """The page stands still until the dialog is answered; the step must not."""
    await session.page.set_content("<button onclick=\"alert('Saved'); document.title = 'done'\">Save</button>")

    effects = await do("click", "button")

    assert [(e.kind, e.detail) for e in effects.seen] == [("dialog", "alert: Saved")]
    assert session.dialogs_open
    assert session.dialogs[-1].text == "Saved"


async def test_an_accepted_dialog_lets_the_action_end(session: Session, do: Do) -> None:
    """The answer is the next step, and the page goes on."""
    await session.page.set_content("<button onclick=\"document.title = confirm('Sure?')\">Delete</button>")
    await do("click", "button")

    effects = await do("accept_dialog")

    assert await session.page.title() == "true"
    assert "dom" in effects.kinds
    assert session.dialogs[-1].answer == "accepted"


async def test_a_dismissed_dialog_answers_no(session: Session, do: Do) -> None:
    """Cancel is an answer too."""
    await session.page.set_content("<button onclick=\"document.title = confirm('Sure?')\">Delete</button>")
    await do("click", "button")

    await do("dismiss_dialog")

    assert await session.page.title() == "false"


async def test_a_prompt_takes_text(session: Session, do: Do) -> None:
    """As in "type Ada into the dialog and accept it"."""
    await session.page.set_content("<button onclick=\"document.title = prompt('Name?', 'nobody')\">Ask</button>")
    await do("click", "button")

    await do("accept_dialog", None, "Ada")

    assert await session.page.title() == "Ada"
    assert session.dialogs[-1].default == "nobody"


async def test_dialogs_one_after_another_are_answered_in_turn(session: Session, do: Do) -> None:
    """The answer to the first opens the second."""
    await session.page.set_content("<button onclick=\"if (confirm('Sure?')) alert('Gone')\">Delete</button>")
    await do("click", "button")

    effects = await do("accept_dialog")
    await do("accept_dialog")

    assert "dialog" in effects.kinds
    assert [dialog.answer for dialog in session.dialogs] == ["accepted", "accepted"]


async def test_an_alert_left_open_is_accepted_by_the_next_step(session: Session, do: Do) -> None:
    """It has but one answer."""
    await session.page.set_content("<button onclick=\"alert('Saved')\">Save</button><input>")
    await do("click", "button")

    await session.ensure_unblocked()
    await do("type", "input", "x")

    assert 'accepted the alert "Saved"' in session.take_notes()


async def test_a_question_left_open_is_an_error_of_the_next_step(session: Session, do: Do) -> None:
    """Only the author of the test knows the answer."""
    await session.page.set_content("<button onclick=\"confirm('Sure?')\">Delete</button>")
    await do("click", "button")

    with pytest.raises(ActionError) as caught:
        await session.ensure_unblocked()

    assert '"Sure?"' in caught.value.what
    assert "dismiss the dialog" in caught.value.mend


async def test_a_case_that_ends_under_an_open_dialog_leaves_no_complaint(pool: BrowserPool, scope: Scope) -> None:
    """The click is still waiting for the answer; that its tab goes away now is nothing to print on a terminal."""
    complaints: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: complaints.append(context))
    intent = Intent(action="click", text="click")
    try:
        async with pool.session() as session:
            await session.page.set_content("<button onclick=\"confirm('Sure?')\">Delete</button>")
            button = await session.page.query_selector("button")
            await perform(session, intent, button, scope=scope, timeout_s=5)
            assert session.dialogs_open
        gc.collect()
        await asyncio.sleep(0)
    finally:
        loop.set_exception_handler(None)

    assert complaints == []


async def test_accepting_without_a_dialog_is_an_error(session: Session, do: Do) -> None:
    """Nothing was there to accept."""
    with pytest.raises(ActionError, match="no browser dialog"):
        await do("accept_dialog", timeout_s=0.2)


async def test_a_dialog_of_a_page_that_loads_does_not_hold_up_the_opening(session: Session, do: Do, site: Site) -> None:
    """It stands there before the page does, and is answered like any other."""
    url = site.add("/", "<script>document.title = confirm('Cookies?')</script><h1>Shop</h1>")
    await session.goto(url)

    await do("accept_dialog")

    assert await session.page.title() == "true"
    assert await session.page.inner_text("h1") == "Shop"


async def test_opening_without_an_address_goes_back_to_the_start(session: Session, do: Do, site: Site) -> None:
    """As in "open the application"."""
    site.add("/next", "<h1>Next</h1>")
    await session.goto(site.add("/", "<h1>Start</h1>"))
    await do("open", None, "/next")

    await do("open")

    assert await session.page.inner_text("h1") == "Start"


async def test_leaving_a_page_on_purpose_needs_no_answer(session: Session, do: Do, site: Site) -> None:
    """A page that asks "Leave?" must not stop a step that says to open another one."""
    site.add("/next", "<h1>Next</h1>")
    await session.goto(site.add("/", "<input><script>onbeforeunload = (e) => { e.preventDefault(); }</script>"))
    await do("type", "input", "draft")

    await do("open", None, site.url + "/next")

    assert await session.page.inner_text("h1") == "Next"


async def test_a_new_tab_is_followed(session: Session, do: Do, site: Site) -> None:
    """People look at what just opened."""
    site.add("/terms", "<title>Terms</title>")
    await session.goto(site.add("/", "<title>Shop</title><a target=_blank href=/terms>Terms</a>"))

    effects = await do("click", "a")

    assert "popup" in effects.kinds
    assert session.page.url == site.url + "/terms"
    assert await session.tab_titles() == ("Shop", "Terms")
    assert any("new tab" in note for note in session.take_notes())


@pytest.mark.parametrize("wanted", ["Shop", "1", "first", "previous", "/shop"])
async def test_tabs_are_switched_by_title_number_place_and_address(
    session: Session, do: Do, site: Site, wanted: str
) -> None:
    """However the sentence names them."""
    site.add("/terms", "<title>Terms</title>")
    await session.goto(site.add("/shop", "<title>Shop</title><a target=_blank href=/terms>Terms</a>"))
    await do("click", "a")

    await do("switch_tab", None, wanted)

    assert await session.page.title() == "Shop"


async def test_a_tab_that_is_not_there_lists_those_that_are(session: Session, do: Do) -> None:
    """The reader sees the titles."""
    await session.page.set_content("<title>Shop</title>")

    with pytest.raises(ActionError, match='"Shop"'):
        await do("switch_tab", None, "Terms", timeout_s=0.3)


async def test_a_closed_tab_gives_way_to_the_one_before(session: Session, do: Do, site: Site) -> None:
    """Whether the test or the page closes it."""
    site.add("/terms", "<title>Terms</title><button onclick='window.close()'>Close</button>")
    await session.goto(site.add("/shop", "<title>Shop</title><a target=_blank href=/terms>Terms</a>"))
    await do("click", "a")

    effects = await do("click", "button")

    assert "closed" in effects.kinds
    assert await session.page.title() == "Shop"


async def test_frames_of_other_origins_are_acted_in(session: Session, do: Do, site: Site, other_site: Site) -> None:
    """A payment form lives in one."""
    other_site.add("/pay", "<input><button onclick=\"document.body.append('Paid')\">Pay</button>")
    await session.goto(site.add("/", f"<h1>Checkout</h1><iframe src='{other_site.url}/pay'></iframe>"))
    frame = session.page.frames[1]

    typed = await do("type", "input", "4111", frame=frame)
    paid = await do("click", "button", frame=frame)

    assert "value" in typed.kinds
    assert any(e.kind == "dom" and "Paid" in e.detail for e in paid.seen)


async def test_going_back_forward_and_again(session: Session, do: Do, site: Site) -> None:
    """As the browser's own buttons do."""
    site.add("/b", "<title>B</title>")
    await session.goto(site.add("/a", "<title>A</title>"))
    await do("open", None, site.url + "/b")

    back = await do("back")
    at_a = await session.page.title()
    await do("forward")
    await do("reload")

    assert "navigated" in back.kinds
    assert at_a == "A"
    assert await session.page.title() == "B"
    assert site.asked.count("/b") >= 2


async def test_an_address_that_does_not_answer_says_why(session: Session) -> None:
    """Most often the application is not running."""
    with pytest.raises(ActionError) as caught:
        await session.goto("http://127.0.0.1:9/")

    assert "could not be opened" in caught.value.what


async def test_a_relative_address_needs_a_base(session: Session) -> None:
    """The remedy is an option, so it is named."""
    with pytest.raises(UsageError, match="--base-url"):
        await session.goto("/shop")


async def test_an_error_page_is_noted(session: Session, site: Site) -> None:
    """It may be what the test is about; it must not go unseen."""
    await session.goto(site.add("/gone", "<h1>Gone</h1>", status="410"))

    assert any("status 410" in note for note in session.take_notes())
    assert [(r.status, r.url) for r in session.failed_requests] == [(410, site.url + "/gone")]


async def test_a_form_is_submitted_by_its_button(session: Session, do: Do) -> None:
    """So that what the page does on its click happens."""
    await session.page.set_content(
        '<form onsubmit="document.title = event.submitter.name; return false"><input><button name=go>Go</button></form>'
    )
    await do("type", "input", "x")

    await do("submit")

    assert await session.page.title() == "go"


async def test_a_form_without_a_button_is_submitted_by_enter(session: Session, do: Do) -> None:
    """As a person would."""
    await session.page.set_content("<form onsubmit=\"document.title = 'sent'; return false\"><input></form>")

    await do("submit", "form")

    assert await session.page.title() == "sent"


async def test_the_page_is_resized(session: Session, do: Do) -> None:
    """As in "resize the window to 390x844"."""
    await do("resize", None, "390x844")

    assert await session.page.evaluate("[innerWidth, innerHeight]") == [390, 844]


async def test_a_file_is_uploaded_to_a_field(session: Session, do: Do, tmp_path: Path) -> None:
    """And the field is seen to hold it."""
    (tmp_path / "photo.png").write_bytes(b"png")
    await session.page.set_content("<input type=file>")

    effects = await do("upload", "input", str(tmp_path / "photo.png"))

    assert ("value", "photo.png") in [(e.kind, e.detail) for e in effects.seen]


async def test_a_file_is_uploaded_through_a_button(session: Session, do: Do, tmp_path: Path) -> None:
    """The real field is often hidden, or made on the fly."""
    (tmp_path / "photo.png").write_bytes(b"png")
    await session.page.set_content(
        """<button onclick="const f = document.createElement('input'); f.type = 'file';
          f.onchange = () => { document.title = f.files[0].name; }; f.click()">Add photo</button>"""
    )

    await do("upload", "button", str(tmp_path / "photo.png"))

    assert await session.page.title() == "photo.png"


async def test_a_file_is_dropped_onto_an_area(session: Session, do: Do, tmp_path: Path) -> None:
    """Some pages have no field at all."""
    (tmp_path / "photo.png").write_bytes(b"png!")
    await session.page.set_content(
        """<div ondragover='event.preventDefault()'
          ondrop="event.preventDefault(); document.title = event.dataTransfer.files[0].size">Drop here</div>"""
    )

    await do("upload", "div", str(tmp_path / "photo.png"))

    assert await session.page.title() == "4"


async def test_a_missing_file_is_named(session: Session, do: Do) -> None:
    """Before anything is clicked."""
    await session.page.set_content("<input type=file>")

    with pytest.raises(UsageError, match=r"no file .*nothing\.png"):
        await do("upload", "input", "nothing.png")


async def test_a_download_is_kept(pool: BrowserPool, site: Site, tmp_path: Path) -> None:
    """Its name and content can be checked."""
    from aiwebtest.browser.perform import perform
    from aiwebtest.core.intent import Intent
    from aiwebtest.core.scope import Scope

    site.add("/report", "a,b", "text/csv", Content_Disposition="attachment; filename=report.csv")
    async with pool.session(SessionOptions(downloads=tmp_path)) as session:
        await session.goto(site.add("/", "<a href=/report>Report</a>"))
        link = await session.page.query_selector("a")

        effects = await perform(
            session, Intent(action="download", text="download the report"), link, None, scope=Scope(), timeout_s=10
        )

        [download] = session.downloads
        assert "download" in effects.kinds
        assert (download.name, download.size_bytes) == ("report.csv", 3)
        assert Path(download.path).read_text() == "a,b"


async def test_waiting_for_an_element_to_go(session: Session, do: Do) -> None:
    """As in "wait until the spinner is gone"."""
    await session.page.set_content(
        "<p>Loading</p><script>setTimeout(() => { document.querySelector('p').hidden = true }, 100)</script>"
    )

    await do("wait", "p", "hidden")

    assert not await session.page.is_visible("p")


async def test_a_page_at_rest_settles_at_once_and_a_busy_one_later(session: Session, site: Site) -> None:
    """A check looks at a page that has come to rest."""
    await session.goto(site.add("/", "<p>0</p>"))
    await session.page.evaluate(
        """() => {
          let n = 0;
          const grow = () => {
            document.querySelector("p").append(++n);
            if (n < 4) setTimeout(grow, 20);
          };
          grow();
        }"""
    )

    assert await session.settle(5)
    assert await session.page.inner_text("p") == "01234"


async def test_what_a_page_says_and_misses_is_recorded(session: Session, site: Site) -> None:
    """Checks of the console and of requests rest on it; a missing icon is the browser's own affair."""
    await session.goto(
        site.add(
            "/",
            "<script>console.error('bad'); console.log('fine'); fetch('/none'); setTimeout(() => { boom() })</script>",
        )
    )
    async with asyncio.timeout(30):
        while len(session.failed_requests) < 1 or len(session.console) < 4:
            await asyncio.sleep(0.02)

    assert [(r.method, r.url, r.status) for r in session.failed_requests] == [("GET", site.url + "/none", 404)]
    assert ("error", "bad") in [(line.level, line.text) for line in session.console]
    assert any("boom is not defined" in line.text for line in session.console)


async def test_requests_stay_inside_the_allowed_origins(pool: BrowserPool, site: Site, other_site: Site) -> None:
    """At network level: what would leave never does, by whatever means."""
    other_site.add("/data", "x", "text/plain")
    far = other_site.url
    page = f"<img src='{far}/a'><script>fetch('{far}/b').catch(() => {{ document.title = 'blocked' }})</script>"
    async with pool.session(SessionOptions(base_url=site.url, allowed_origins=(site.url,))) as session:
        site.add("/", page)
        await session.goto("/")
        await session.settle()

        assert await session.page.title() == "blocked"
        assert other_site.asked == []
        assert session.failed_requests == ()
        assert any("outside the allowed origins" in line.text for line in session.console)


async def test_a_redirect_does_not_leave_the_allowed_origins(pool: BrowserPool, site: Site, other_site: Site) -> None:
    """A redirect is a request too."""
    site.add("/out", "", status="302", Location=other_site.url + "/in")
    site.add("/", "<a href=/out>Out</a>")
    async with pool.session(SessionOptions(base_url=site.url, allowed_origins=(site.url,))) as session:
        await session.goto("/")
        await session.page.evaluate("fetch('/out', { mode: 'no-cors' }).catch(() => 0)")
        link = await session.page.query_selector("a")
        assert link is not None
        await link.click()
        await session.settle()

        assert other_site.asked == []


async def test_storage_serves_a_second_session(pool: BrowserPool, site: Site) -> None:
    """Log in once, use it in every case."""
    site.add("/", "<p>Hi</p>")
    async with pool.session() as first:
        await first.goto(site.url + "/")
        await first.page.evaluate("localStorage.token = 'abc'; document.cookie = 'user=ada'")
        # The page's process sends a cookie off without waiting; one that is read back there has arrived.
        assert await first.page.evaluate("document.cookie") == "user=ada"
        state = await first.storage_state()

    async with pool.session(SessionOptions(storage_state=state)) as second:
        await second.goto(site.url + "/")

        assert await second.page.evaluate("[localStorage.token, document.cookie]") == ["abc", "user=ada"]


async def test_options_reach_the_page(pool: BrowserPool) -> None:
    """Viewport, language and time zone."""
    from aiwebtest.core.case import Viewport

    options = SessionOptions(viewport=Viewport(width=390, height=844), locale="de-DE", timezone="Asia/Tokyo")
    async with pool.session(options) as session:
        seen = await session.page.evaluate(
            "[innerWidth, navigator.language, Intl.DateTimeFormat().resolvedOptions().timeZone]"
        )

    assert seen == [390, "de-DE", "Asia/Tokyo"]


async def test_a_setting_the_browser_does_not_know_is_named(pool: BrowserPool) -> None:
    """It is the user's to correct."""
    with pytest.raises(UsageError, match="Nowhere"):
        async with pool.session(SessionOptions(timezone="Nowhere/Land")):
            pass


async def test_a_form_that_is_drawn_anew_before_it_is_sent_is_looked_for_once_more(session: Session, do: Do) -> None:
    """The button that was found is gone before it is touched; nothing was sent by it."""
    await session.page.set_content(
        "<form id=f onsubmit='event.preventDefault(); document.title = `sent`'><input id=q><button>Go</button></form>"
        "<script>let turns = 0; f.querySelectorAll = () => {"
        "if (!turns++) setTimeout(() => { f.innerHTML = f.innerHTML }, 0); return [] }</script>"
    )
    await session.page.focus("#q")

    await do("submit")

    assert await session.page.title() == "sent"
