"""The service that keeps browser, Stagehand and provider of a process."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

import pytest
from working import processes_of, serve_site

from aiwebtest.browser.discover import find_browser
from aiwebtest.browser.launch import BrowserPool, BrowserSettings
from aiwebtest.browser.session import SessionOptions
from aiwebtest.config import load_project
from aiwebtest.core.errors import AiWebTestError, BrowserUnavailable, UsageError
from app.core.config import ServerSettings
from app.services.stagehand_service import StagehandService
from app.workers import folders

_PROVIDERS = ("MODEL_PROVIDER", "USE_CEREBRAS", "USE_GOOGLE_DIRECT", "CEREBRAS_API_KEY", "GOOGLE_API_KEY")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ServerSettings:
    """Settings of a server in an empty folder, with no provider in the environment."""
    for name in _PROVIDERS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return ServerSettings(_env_file=None, data_dir=tmp_path / "data")


async def test_it_is_opened_once_kept_warm_and_leaves_no_process(here: ServerSettings) -> None:
    """What a server and a worker do with it."""
    name = folders.new_name()
    with folders.own_folder(here.data_dir, name):
        service = StagehandService(here, owner=name)
        before = service.health()
        await service.initialize()
        pool = service.pool
        await service.initialize()
        warm = service.health()
        async with serve_site() as site, service.pool.session() as session:
            await session.goto(site.url)
            assert await session.tab_titles() == ("Site",)
        same = service.pool is pool
        await service.shutdown()
        await service.shutdown()
        left = [one for one in processes_of(name) if "chromium" in one or "driver" in one]

    assert not before.ready
    assert same
    assert (warm.ready, warm.browser_alive, warm.provider, warm.models) == (True, True, "builtin", False)
    assert warm.browser
    assert left == []
    assert not service.health().ready
    with pytest.raises(BrowserUnavailable):
        _ = service.pool


@pytest.mark.parametrize(
    ("settings", "provider"),
    [
        pytest.param({"MODEL_PROVIDER": "cerebras"}, "cerebras", id="the new name"),
        pytest.param({"USE_CEREBRAS": "true"}, "cerebras", id="the older name"),
        pytest.param({"USE_GOOGLE_DIRECT": "true"}, "google", id="the older name of another"),
    ],
)
async def test_it_picks_the_provider_that_the_settings_name(
    here: ServerSettings, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], provider: str
) -> None:
    """Changing it changes no code; nobody is asked for that."""
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    for vendor in ("CEREBRAS", "GOOGLE"):
        monkeypatch.setenv(f"{vendor}_API_KEY", "not-a-real-key")

    async with StagehandService(here) as service:
        health = service.health()

    assert (health.provider, health.models) == (provider, True)


async def test_a_provider_without_a_key_is_told_and_the_browser_works_all_the_same(
    here: ServerSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tests that ask nobody, or somebody else, go on."""
    monkeypatch.setenv("MODEL_PROVIDER", "cerebras")
    service = StagehandService(here, project=load_project(start=here.data_dir.parent))
    try:
        with pytest.raises(AiWebTestError, match="CEREBRAS_API_KEY"):
            await service.initialize()

        assert service.health().ready
        assert "CEREBRAS_API_KEY" in service.health().problem
    finally:
        await service.shutdown()


WAYS = """<!doctype html><title>Ways</title><h1>Ways</h1><iframe src="http://{there}/frame"></iframe>
<iframe src="/redirected"></iframe><img src="http://{there}/picture"><script>
const tell = (what) => document.title += ` ${{what}}`;
const socket = new WebSocket("ws://{there}/socket");
const ways = [
  new Promise((done) => {{ socket.onerror = done; }}).then(() => tell("socket")),
  fetch("http://{there}/fetched", {{mode: "no-cors"}}).catch(() => tell("fetch")),
  fetch("/redirected", {{mode: "no-cors"}}).catch(() => tell("redirect")),
  navigator.serviceWorker.register("/worker.js").then(() => navigator.serviceWorker.ready)
    .then(() => new Promise((done) => {{
      navigator.serviceWorker.onmessage = done;
      navigator.serviceWorker.ready.then((one) => one.active.postMessage("go"));
    }})).then((message) => tell(message.data)),
];
Promise.all(ways).then(() => tell("all"));
</script>"""
WORKER = """onmessage = (asked) => fetch("http://{there}/worked", {{mode: "no-cors"}})
  .then(() => asked.source.postMessage("reached"), () => asked.source.postMessage("worker"));"""


async def test_no_page_reaches_a_denied_origin_by_any_way(here: ServerSettings) -> None:
    """Neither by a redirect, nor a frame, a picture, a script, a web socket or a service worker."""
    reached: list[bytes] = []
    there = ""

    async def serve_there(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.append(await reader.readline())
        writer.close()

    async def serve_here(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            path = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1]
            kind, status, more = "text/html", "200 OK", ""
            text = WAYS.format(there=there) if path == b"/" else ""
            if path == b"/worker.js":
                kind, text = "text/javascript", WORKER.format(there=there)
            elif path == b"/redirected":
                status, more = "302 Found", f"Location: http://{there}/moved\r\n"
            head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nConnection: close\r\n{more}"
            writer.write(f"{head}Content-Length: {len(text)}\r\n\r\n{text}".encode())
            await writer.drain()
        writer.close()

    async with (
        await asyncio.start_server(serve_there, "127.0.0.1", 0) as far,
        await asyncio.start_server(serve_here, "127.0.0.1", 0) as near,
    ):
        there, site = (f"127.0.0.1:{one.sockets[0].getsockname()[1]}" for one in (far, near))
        denying = here.model_copy(update={"deny_origins": (f"http://{there}",)})
        async with StagehandService(denying) as service, service.pool.session() as session:
            await session.goto(f"http://{site}/")
            await session.page.wait_for_function("document.title.includes('all')")
            told = (await session.page.title()).split()
            with pytest.raises(UsageError, match="denied origins"):
                await session.goto(f"http://{there}/")
            lines = [line.text for line in session.console]

    assert sorted(told) == ["Ways", "all", "fetch", "redirect", "socket", "worker"]
    assert any(there in line for line in lines)
    assert reached == []


async def test_no_page_reaches_a_clouds_metadata(here: ServerSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """However the address is written, and whatever name leads to it, also one that a test's own list allows."""
    loop = asyncio.get_running_loop()
    looked_up = loop.getaddrinfo

    async def resolved(host: str, *given: object, **more: object) -> object:
        if host in ("innocent.test", "metadata.google.internal"):
            return [(0, 0, 0, "", ("169.254.169.254", 0))]
        return await looked_up(host, *given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(loop, "getaddrinfo", resolved)
    own = SessionOptions(allowed_origins=("http://169.254.169.254", "http://innocent.test"))
    async with StagehandService(here) as service:
        async with service.pool.session() as session:
            for host in ("169.254.169.254", "0xA9FEA9FE", "2852039166", "[fd00:ec2::254]", "[::ffff:169.254.169.254]",
                         "[fe80::1]", "metadata.google.internal", "innocent.test"):  # fmt: skip
                with pytest.raises(UsageError, match="metadata"):
                    await session.goto(f"http://{host}/latest")
        async with service.pool.session(own) as session:
            for host in ("169.254.169.254", "innocent.test"):
                await session.goto(f"http://{host}/")
                assert "Outside the allowed origins" in await session.page.inner_text("body")


@asynccontextmanager
async def devtools() -> AsyncIterator[str]:
    """Yield the address of a browser that speaks CDP."""
    async with BrowserPool(BrowserSettings(debugging=True)) as there:
        yield there.cdp_url or ""
        assert there.alive


@asynccontextmanager
async def playwright_server() -> AsyncIterator[str]:
    """Yield the address at which Playwright's own server starts a browser for who connects."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "playwright", "run-server", "--host", "127.0.0.1", "--port", "0", "--unsafe",
        stdout=asyncio.subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        address = (await process.stdout.readline()).decode().split()[-1].rstrip("/")
        options = {"executablePath": find_browser(shell_first=True), "chromiumSandbox": False}
        yield f"{address}/?{urlencode({'browser': 'chromium', 'launch-options': json.dumps(options)})}"
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # it does not end by SIGTERM
        await process.wait()


@pytest.mark.parametrize("elsewhere", [devtools, playwright_server])
async def test_a_browser_that_runs_elsewhere_is_used_and_kept_inside_as_well(
    here: ServerSettings, elsewhere: Callable[[], AbstractAsyncContextManager[str]]
) -> None:
    """Its pages come to the worker for their way out."""
    async with serve_site() as site, elsewhere() as address:
        remote = here.model_copy(update={"browser_endpoint": address})
        async with StagehandService(remote) as service, service.pool.session() as session:
            await session.goto(site.url)
            assert await session.tab_titles() == ("Site",)
            with pytest.raises(UsageError, match="metadata"):
                await session.goto("http://169.254.169.254/latest")


async def test_a_browser_that_cannot_reach_the_worker_is_told_before_anything_runs(here: ServerSettings) -> None:
    """Every page would fail otherwise, with the words of a proxy."""
    service = StagehandService(here.model_copy(update={"browser_endpoint": "ws://grid.example:3000/"}))

    with pytest.raises(UsageError, match="AIWEBTEST_WORKER_HOST"):
        await service.initialize()

    assert not service.health().ready
    assert "grid.example" not in service.health().problem
