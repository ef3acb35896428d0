"""Sessions made ahead are as fresh as any, and none is left behind."""

from __future__ import annotations

from aiwebtest.browser.launch import BrowserPool
from aiwebtest.browser.session import SessionOptions
from aiwebtest.browser.spares import Spares

from .conftest import Site


async def test_a_session_made_ahead_knows_nothing_of_those_before(site: Site) -> None:
    """Each case begins with a fresh context."""
    site.add("/", "<p>Hi</p>")
    async with BrowserPool() as pool:
        seen = []
        for number in range(4):
            async with pool.session(SessionOptions(base_url=site.url)) as session:
                await session.goto("/")
                seen.append(await session.page.evaluate("[document.cookie, localStorage.length]"))
                await session.page.evaluate("document.cookie = 'user=ada'; localStorage.token = 1")
                assert (session.console, session.downloads, len(session.tabs)) == ((), (), 1), number

    assert seen == [["", 0]] * 4


async def test_a_session_of_another_kind_is_made_for_itself(pool: BrowserPool) -> None:
    """A spare with another language would be the wrong one."""
    for locale in ("de-DE", "de-DE", "fr-FR", "de-DE"):
        async with pool.session(SessionOptions(locale=locale)) as session:
            assert await session.page.evaluate("navigator.language") == locale


async def test_a_closed_pool_leaves_no_spare_open(site: Site) -> None:
    """Whatever was made ahead is closed with it."""
    site.add("/", "<p>Hi</p>")
    async with BrowserPool() as pool:
        pool.spares = Spares(processors=2)
        browser = await pool.browser()
        for _ in range(3):
            async with pool.session(SessionOptions(base_url=site.url)) as session:
                await session.goto("/")
        spare = await pool.spares.take(SessionOptions(base_url=site.url).kind)
        assert spare is not None
        await spare.session.goto("/")
        await spare.stack.aclose()
        async with pool.session(SessionOptions(base_url=site.url)) as session:
            await session.goto("/")

        await pool.spares.close()

        assert browser.contexts == []


async def test_no_spare_is_made_where_every_processor_has_a_case(site: Site) -> None:
    """It would take memory, and time from the cases that run."""
    site.add("/", "<p>Hi</p>")
    options = SessionOptions(base_url=site.url)
    async with BrowserPool() as pool:
        pool.spares = Spares(processors=1)
        for _ in range(3):
            async with pool.session(options) as session:
                await session.goto("/")

        assert await pool.spares.take(options.kind) is None


async def test_a_session_made_ahead_is_ready_for_the_trace_that_is_wanted(site: Site) -> None:
    """What a trace needs takes longer to install than to make use of."""
    site.add("/", "<p>Hi</p>")
    async with BrowserPool() as pool:
        pool.spares = Spares(processors=2)
        ready = []
        for _ in range(3):
            async with pool.session(SessionOptions(base_url=site.url, traced=True)) as session:
                ready.append(session.ready_for_trace)
                await session.goto("/")

    assert ready == [False, False, True]
