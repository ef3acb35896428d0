"""The door: who gets in, and that nothing is reached past it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import httpx2
import pytest
from nicegui import __version__ as nicegui_version
from playwright.async_api import Browser, expect
from showcase import EMAIL, PASSWORD, Served

BEHIND = (
    "/",
    "/tests",
    "/tests/1",
    "/executions/1",
    "/settings",
    "/audit",
    "/live/1.mjpeg",
    "/bench/anything.mjpeg",
    "/_nicegui_ws/socket.io/",
    "/anything",
)


OPEN = ("/login", "/link/", "/logout", "/favicon.ico", "/assets", "/shared/")


def test_every_page_and_file_is_behind_the_log_in(served: Served) -> None:
    """Whatever route somebody adds: without a log-in it leads to the log-in or refuses, or it is on the list above.

    The routes of the API are held to their own matrix.
    """
    from nicegui import app as framework

    from app.main import app as application

    public = f"/_nicegui/{nicegui_version}/"
    reached = {}
    paths = {*_paths(application.routes), *_paths(framework.routes)}
    for path in sorted(paths):
        if path.startswith((*OPEN, "/api/", public)):
            continue
        address = re.sub(r"\{[^}]*\}", "1", path)
        answer = httpx2.get(f"{served.url}{address}", headers={"Accept": "text/html"}, timeout=60)
        if not (answer.status_code == 401 or answer.headers.get("location", "").startswith("/login")):
            reached[path] = answer.status_code

    assert {"/live/{execution_id}.mjpeg", "/report/{execution_id}"} <= paths
    assert reached == {}


def _paths(routes: Iterable[object]) -> Iterator[str]:
    """Yield the paths of routes, those of routers in them too."""
    for route in routes:
        if path := getattr(route, "path", None):
            yield str(path)
        yield from _paths(getattr(getattr(route, "original_router", None), "routes", ()))


@pytest.mark.parametrize("path", BEHIND)
def test_nothing_is_shown_to_those_who_are_not_logged_in(served: Served, path: str) -> None:
    """Pages, the live picture and the websocket's own address are all behind the log-in."""
    answer = httpx2.get(f"{served.url}{path}", headers={"Accept": "text/html"}, follow_redirects=False)

    assert answer.status_code in {303, 401}
    assert answer.headers.get("location", "/login").startswith("/login")


def test_what_the_api_does_not_know_is_a_problem_document_and_no_page(served: Served) -> None:
    """A mistyped address of the API must not answer with HTML."""
    answer = httpx2.get(f"{served.url}/api/v1/nothing", headers={"Accept": "text/html"})

    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_a_method_that_an_address_of_the_api_does_not_know_is_told_those_that_it_knows(served: Served) -> None:
    """The pages take every address that no other route answers; they must not take this answer from the API."""
    answer = httpx2.post(f"{served.url}/api/v1/secrets/NAME")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "PUT, DELETE")


def test_an_address_that_no_page_has_is_told_as_other_refusals_are(served: Served) -> None:
    """Who mistypes an address reads a sentence with a way on, not the framework's line."""
    headers = {"Cookie": f"aiwebtest={served.cookie}", "Accept": "text/html"}

    answer = httpx2.get(f"{served.url}/nowhere/at/all", headers=headers, timeout=60)

    assert (answer.status_code, "There is no such page" in answer.text) == (404, True)


def test_the_log_in_leads_to_no_other_host(served: Served) -> None:
    """An address in `next` that leaves the server would lend its name to somebody else's page."""
    form = {"email": EMAIL, "password": PASSWORD, "next": "//elsewhere.example/"}

    answer = httpx2.post(f"{served.url}/login", data=form, follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_pages_run_only_their_own_scripts(served: Served) -> None:
    """The policy has a nonce and no `unsafe-inline` for scripts, and every script of the page carries the nonce."""
    answer = httpx2.get(f"{served.url}/", headers={"Cookie": f"aiwebtest={served.cookie}", "Accept": "text/html"})

    policy = answer.headers["content-security-policy"]
    scripts = next(part for part in policy.split(";") if part.strip().startswith("script-src"))
    nonce = scripts.partition("'nonce-")[2].partition("'")[0]
    assert "unsafe-inline" not in scripts
    assert "http" not in policy
    assert answer.text.count("<script") == answer.text.count(f'<script nonce="{nonce}"') > 3


async def test_a_wrong_password_is_told_and_the_right_one_leads_where_one_wanted(
    served: Served, browser: Browser
) -> None:
    """The form says what is wrong, keeps the address, and Enter sends it."""
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(f"{served.url}/suites")
    await page.get_by_label("E-mail address").fill(EMAIL)
    await page.get_by_label("Password").fill("not this one at all")
    await page.get_by_label("Password").press("Enter")
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(page.get_by_label("E-mail address")).to_have_value(EMAIL)

    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_label("Password").press("Enter")

    await expect(page.get_by_role("heading", name="Suites", level=1)).to_be_visible(timeout=60_000)
    await page.get_by_role("button", name="Log out").first.click()
    await expect(page.get_by_role("heading", name="Log in")).to_be_visible(timeout=60_000)
    await context.close()


async def test_a_log_in_that_is_ended_elsewhere_ends_its_open_pages_and_what_was_typed_is_kept(
    served: Served, browser: Browser
) -> None:
    """What is sent after it is not done; the way back in leads to the same form with the same words."""
    page = await (await browser.new_context()).new_page()
    await page.goto(f"{served.url}/settings?part=secrets")
    await page.get_by_label("E-mail address").fill(EMAIL)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_label("Password").press("Enter")
    await page.get_by_label("Name", exact=True).fill("TYPED_BEFORE")
    await page.get_by_label("Value", exact=True).fill("a value")
    await page.request.post(f"{served.url}/api/v1/auth/logout", headers={"Origin": served.url})

    await page.get_by_role("button", name="Store").click()

    await expect(page.get_by_text("Your log-in is over.")).to_be_visible()
    await page.get_by_label("E-mail address").fill(EMAIL)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_label("Password").press("Enter")
    await expect(page.get_by_label("Name", exact=True)).to_have_value("TYPED_BEFORE")
    await expect(page.get_by_role("heading", name="Secrets", exact=True)).to_be_visible()
    await expect(page.get_by_role("button", name="Delete the secret TYPED_BEFORE")).to_have_count(0)
    await page.context.close()
