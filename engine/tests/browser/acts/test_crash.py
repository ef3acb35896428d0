"""Browsers and pages that go away: said at once, and the next case gets a new one."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.async_api import Browser
from playwright.async_api import Error as PlaywrightError

from aiwebtest.browser.launch import BrowserPool, BrowserSettings, open_browser
from aiwebtest.browser.perform import perform
from aiwebtest.browser.session import Session
from aiwebtest.core.effect import Effects
from aiwebtest.core.errors import BrowserUnavailable
from aiwebtest.core.intent import Intent
from aiwebtest.core.scope import Scope

CLICK = Intent(action="click", text="click Save")


async def _pid(browser: Browser) -> int:
    line = await browser.new_browser_cdp_session()
    processes = (await line.send("SystemInfo.getProcessInfo"))["processInfo"]
    await line.detach()
    return next(int(process["id"]) for process in processes if process["type"] == "browser")


async def _gone(pid: int) -> bool:
    """Wait until a process has ended."""
    for _ in range(500):
        if not Path(f"/proc/{pid}").exists() or "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text():
            return True
        await asyncio.sleep(0.02)
    return False


async def _start_clicking(session: Session) -> asyncio.Task[Effects]:
    """Begin a click that will wait: its button is not visible."""
    await session.page.set_content("<button style='visibility:hidden'>Save</button>")
    button = await session.page.query_selector("button")
    return asyncio.ensure_future(perform(session, CLICK, button, None, scope=Scope(), timeout_s=20))


async def test_a_killed_browser_ends_the_step_and_a_new_one_serves_the_next_case() -> None:
    """No hang, and one case's bad luck is not the next one's."""
    notices: list[str] = []
    async with BrowserPool(on_notice=notices.append) as pool:
        async with pool.session() as session:
            pid = await _pid(await pool.browser())
            clicking = await _start_clicking(session)
            os.kill(pid, signal.SIGKILL)

            with pytest.raises(BrowserUnavailable, match="went away"):
                await asyncio.wait_for(clicking, 10)
            assert not session.alive

        async with pool.session() as session:
            await session.page.set_content("<title>Back</title>")
            assert await session.page.title() == "Back"

    assert any("new one was started" in notice for notice in notices)


async def test_a_crashed_page_ends_the_step() -> None:
    """The rest of the browser lives on."""
    async with BrowserPool() as pool:
        async with pool.session() as session:
            line = await session.context.new_cdp_session(session.page)
            clicking = await _start_clicking(session)
            crash = asyncio.ensure_future(line.send("Page.crash"))

            with pytest.raises(BrowserUnavailable, match="crashed"):
                await asyncio.wait_for(clicking, 15)
        with suppress(PlaywrightError):  # the answer of a page that is no more
            await crash

        async with pool.session() as session:
            await session.page.set_content("<title>Back</title>")
            assert await session.page.title() == "Back"


async def test_the_browser_is_gone_when_the_pool_is_closed() -> None:
    """Nothing is left behind."""
    async with BrowserPool() as pool:
        pid = await _pid(await pool.browser())

    assert await _gone(pid)


async def test_a_cancelled_run_closes_its_browser() -> None:
    """Ctrl-C cancels the run's tasks."""
    started: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def run() -> None:
        async with BrowserPool() as pool, pool.session() as session:
            started.set_result(await _pid(await pool.browser()))
            await session.page.wait_for_timeout(60_000)

    task = asyncio.ensure_future(run())
    pid = await started
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert await _gone(pid)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
async def test_the_browser_goes_down_with_our_process(how: signal.Signals) -> None:
    """Also when our process gets no chance to clean up."""
    script = """
import asyncio
from aiwebtest.browser.launch import BrowserPool
async def main():
    async with BrowserPool() as pool:
        line = await (await pool.browser()).new_browser_cdp_session()
        for process in (await line.send("SystemInfo.getProcessInfo"))["processInfo"]:
            if process["type"] == "browser":
                print(process["id"], flush=True)
        await asyncio.sleep(60)
asyncio.run(main())
"""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", script, stdout=subprocess.PIPE)
    assert process.stdout is not None
    pid = int(await process.stdout.readline())

    process.send_signal(how)
    await process.wait()

    assert await _gone(pid)


async def test_a_second_client_can_attach_when_asked() -> None:
    """A model's side drives the same browser through the debugging port."""
    async with BrowserPool(BrowserSettings(debugging=True)) as pool:
        assert pool.cdp_url is not None
        host, port = pool.cdp_url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"GET /json/version HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        answer = await reader.read(4096)
        writer.close()
        await writer.wait_closed()

    assert host == "127.0.0.1"
    assert b"webSocketDebuggerUrl" in answer


async def test_a_browser_that_does_not_start_is_named(tmp_path: Path) -> None:
    """With what it said and what to do."""
    fake = tmp_path / "chrome"
    fake.write_text("#!/bin/sh\necho 'error: cannot open display' >&2\nexit 1\n")
    fake.chmod(0o755)

    with pytest.raises(BrowserUnavailable) as caught:
        async with open_browser(BrowserSettings(executable=str(fake))):
            pass

    assert str(fake) in caught.value.what
    assert "AIWEBTEST_BROWSER" in caught.value.mend
