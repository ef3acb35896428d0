"""Serving the demo shop: ready at once, apart from each other, gone afterwards."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from aiwebtest.casefiles import Surroundings, load_cases
from aiwebtest.engine.collect import collect
from aiwebtest.testing.shop import FAULTS, SUITE, serve_shop
from aiwebtest.testing.shop.source import Edit, Source

ENVIRONMENT = {"SHOP_EMAIL": "ada@example.com", "SHOP_PASSWORD": "secret"}
EXAMPLES = Path(__file__).parents[3] / "examples"


def get(url: str, cookie: str = "") -> tuple[str, str]:
    """Return a page and the cookie that came with it."""
    request = urllib.request.Request(url, headers={"Cookie": cookie})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.read().decode(), (answer.headers.get("Set-Cookie") or "").partition(";")[0]


async def test_a_shop_answers_as_soon_as_it_is_there() -> None:
    """Nobody has to wait or to try again."""
    async with serve_shop() as shop:
        page, _ = await asyncio.to_thread(get, shop.url)
        frame, _ = await asyncio.to_thread(get, f"{shop.payment_url}/frame?amount=$1.00")

    assert "Things that last." in page
    assert "$1.00" in frame


async def test_a_shop_is_gone_when_its_block_ends() -> None:
    """No port stays taken behind a test's back."""
    async with serve_shop() as shop:
        pass

    for url in (shop.url, shop.payment_url):
        with pytest.raises(urllib.error.URLError):
            await asyncio.to_thread(get, url)


async def test_an_error_in_the_block_comes_out_as_it_is() -> None:
    """A failing test must not be hidden in a group of exceptions."""
    with pytest.raises(ZeroDivisionError):
        async with serve_shop():
            raise ZeroDivisionError


async def test_twins_in_one_process_do_not_share_their_faults() -> None:
    """Each instance has its own rules and files."""
    async with serve_shop() as intact, serve_shop("dead-sign-in") as twin, serve_shop("match-missing") as other:
        pages = [(await asyncio.to_thread(get, f"{shop.url}/login"))[0] for shop in (intact, twin, other)]
        found = [(await asyncio.to_thread(get, f"{shop.url}/shop?q=linen"))[0] for shop in (intact, twin, other)]

    assert [('type="button">Sign in' in page) for page in pages] == [False, True, False]
    assert ["1 product<" in page for page in found] == [False, False, True]


async def test_browser_sessions_do_not_see_each_other() -> None:
    """Cases that run at the same time each find the shop as it was."""

    def ask_for_german() -> tuple[str, str]:
        _, cookie = get(shop.url)
        body = urllib.request.Request(f"{shop.url}/language", data=b"language=de&back=/", headers={"Cookie": cookie})
        urllib.request.urlopen(body, timeout=20).close()
        return get(shop.url, cookie)[0], get(shop.url)[0]

    async with serve_shop() as shop:
        mine, others = await asyncio.to_thread(ask_for_german)

    assert 'lang="de"' in mine
    assert 'lang="en"' in others


async def test_only_scripts_and_styles_are_kept_by_browsers_and_only_for_their_session() -> None:
    """A page would be stale; and a twin on the port of another shop must not be shown with that one's scripts."""

    def kept(path: str) -> tuple[str | None, str | None]:
        with urllib.request.urlopen(shop.url + path, timeout=20) as answer:
            return answer.headers["Cache-Control"], answer.headers["Vary"]

    async with serve_shop() as shop:
        page, script = [await asyncio.to_thread(kept, path) for path in ("/", "/static/shop.js")]

    assert page == ("no-store", None)
    assert script == ("max-age=3600", "Cookie")


async def test_an_unknown_fault_names_the_known_ones() -> None:
    """A typo must not serve the intact shop."""
    with pytest.raises(KeyError, match="double-charge"):
        async with serve_shop("dubble-charge"):
            pass


async def test_a_taken_port_is_an_error_at_once() -> None:
    """Two shops on one port would mix up their visitors."""
    async with serve_shop() as shop:
        port = int(shop.url.rpartition(":")[2])
        with pytest.raises(OSError, match="use"):
            async with serve_shop(port=port):
                pass


def test_an_edit_that_does_not_fit_is_refused() -> None:
    """A fault that changes nothing would be a twin as sound as the shop."""
    with pytest.raises(ValueError, match="0 times"):
        Source([Edit(file="static/shop.js", old="no such line", new="")])


def test_the_command_lists_every_fault() -> None:
    """Somebody who looks for a fault to plant finds it without reading code."""
    command = [sys.executable, "-m", "aiwebtest.testing.shop", "--list"]

    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert [line.split()[0] for line in listed.splitlines()] == [fault.name for fault in FAULTS]


def test_every_fault_names_a_case_of_the_suite() -> None:
    """What is to catch a fault must be there."""
    loaded = load_cases([SUITE], around=Surroundings(base_url="http://127.0.0.1", environment=ENVIRONMENT))

    assert not loaded.problems
    assert {fault.caught_by for fault in FAULTS} <= {case.name for case in loaded.cases}


def test_fault_names_are_unique() -> None:
    """A name stands for one fault."""
    names = [fault.name for fault in FAULTS]

    assert len(set(names)) == len(names) >= 36


@pytest.mark.parametrize("folder", [SUITE, EXAMPLES], ids=["suite", "examples"])
def test_shipped_test_files_have_no_problem(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every sentence of the files that newcomers read is one that the rules understand."""
    from aiwebtest.config import load_project

    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(EXAMPLES)

    loaded = collect(load_project(), [folder])

    assert [str(problem) for problem in loaded.problems] == []
    assert loaded.cases
