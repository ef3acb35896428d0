"""A session on real pages: what each action does, and what is seen of it."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import ElementHandle, Frame

from aiwebtest.browser.launch import BrowserPool
from aiwebtest.browser.perform import perform
from aiwebtest.browser.session import Session
from aiwebtest.core.effect import Effects
from aiwebtest.core.intent import Action, Intent
from aiwebtest.core.scope import Scope


@pytest_asyncio.fixture(scope="session")
async def pool() -> AsyncIterator[BrowserPool]:
    """One browser for all of these tests."""
    async with BrowserPool() as pool:
        yield pool


@pytest_asyncio.fixture
async def session(pool: BrowserPool) -> AsyncIterator[Session]:
    """A fresh session."""
    async with pool.session() as session:
        yield session


Do = Callable[..., Awaitable[Effects]]


@pytest.fixture
def scope() -> Scope:
    """Names that sentences may use: a variable and a secret."""
    return Scope({"CITY": "Oslo"}, {"PASSWORD": "tr0ub4dor&3"})


@pytest.fixture
def do(session: Session, scope: Scope) -> Do:
    """Carry out one action on the element that a selector finds."""

    async def act(
        action: Action,
        selector: str | None = None,
        *values: str,
        to: str | None = None,
        frame: Frame | None = None,
        timeout_s: float = 5.0,
        expected: tuple[Any, ...] = (),
        **more: Any,
    ) -> Effects:
        async def find(selector: str | None) -> ElementHandle | None:
            if selector is None:
                return None
            return await (frame or session.page).wait_for_selector(selector, state="attached", timeout=5000)

        intent = Intent(action=action, text=f"{action} {selector or ''} {' '.join(values)}", values=values, **more)
        element, destination = await find(selector), await find(to)
        return await perform(session, intent, element, destination, scope=scope, timeout_s=timeout_s, expected=expected)

    return act


class Site:
    """A small server on loopback; pages are added as the test goes. `asked` lists the paths it was asked for."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, bytes, dict[str, str]]] = {}
        self.asked: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                kind, body, headers = site.pages.get(self.path.partition("?")[0], ("", b"", {}))
                self.send_response(int(headers.get("status", 200 if kind else 404)))
                self.send_header("Content-Type", kind or "text/plain")
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.do_GET()

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def url(self) -> str:
        """Return its origin."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def add(self, path: str, body: str | bytes, kind: str = "text/html; charset=utf-8", **headers: str) -> str:
        """Serve `body` at `path` and return its URL."""
        raw = body.encode() if isinstance(body, str) else body
        self.pages[path] = (kind, raw, {name.replace("_", "-"): value for name, value in headers.items()})
        return self.url + path

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def site() -> Iterator[Site]:
    """A server of the test's own."""
    site = Site()
    yield site
    site.close()


@pytest.fixture
def other_site() -> Iterator[Site]:
    """A second server: another origin."""
    site = Site()
    yield site
    site.close()
