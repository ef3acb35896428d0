"""What the pages of a case ask of the network and say on the console; and the border of the allowed origins."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from playwright.async_api import (
    BrowserContext,
    ConsoleMessage,
    Request,
    Response,
    Route,
    WebError,
    WebSocketRoute,
)

from aiwebtest.core.events import ConsoleLine, FailedRequest

__all__ = ["Traffic", "guard_origins", "outside"]

_AWAITED = frozenset({"fetch", "xhr", "document"})
_MAX_LINES = 1000
_LEVELS: dict[str, str] = {"error": "error", "assert": "error", "warning": "warning"}


class Traffic:
    """Requests and console lines of one context, from its first page on."""

    def __init__(self, context: BrowserContext) -> None:
        self.console: list[ConsoleLine] = []
        self.failed: list[FailedRequest] = []
        self.started: list[Request] = []  # awaited kinds, since the last `mark`
        self.activity = asyncio.Event()  # set by anything that an action may have caused
        self._pending: set[Request] = set()
        self._idle = asyncio.Event()
        self._idle.set()
        context.on("request", self._on_request)
        context.on("requestfinished", self._on_finished)
        context.on("requestfailed", self._on_failed)
        context.on("response", self._on_response)
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)

    def mark(self) -> None:
        """Forget what was begun before: from now on, requests belong to the action that follows."""
        self.started.clear()
        self._pending.clear()
        self._idle.set()
        self.activity.clear()

    @property
    def pending(self) -> bool:
        """Tell whether a request begun since the last `mark` has no answer yet."""
        return bool(self._pending)

    async def idle(self, limit_s: float) -> bool:
        """Wait until no request begun since the last `mark` is open; False when `limit_s` were not enough."""
        if not self._pending:
            return True
        try:
            await asyncio.wait_for(self._idle.wait(), limit_s)
        except TimeoutError:
            return False
        return True

    def refused(self, url: str) -> None:
        """Note a request that the border stopped."""
        self._say(ConsoleLine(level="warning", text=f"Blocked, outside the allowed origins: {url}", url=url))

    def _on_request(self, request: Request) -> None:
        if request.resource_type not in _AWAITED:
            return
        self.started.append(request)
        self._pending.add(request)
        self._idle.clear()
        self.activity.set()

    def _on_finished(self, request: Request) -> None:
        self._pending.discard(request)
        if not self._pending:
            self._idle.set()

    def _on_failed(self, request: Request) -> None:
        self._on_finished(request)
        reason = request.failure or ""
        if "ERR_ABORTED" in reason or "BLOCKED_BY_CLIENT" in reason or _is_noise(request.url):
            return  # left by a navigation, turned into a download, or stopped by ourselves
        self.failed.append(FailedRequest(method=request.method, url=request.url, reason=reason))

    def _on_response(self, response: Response) -> None:
        if response.status >= 400 and not _is_noise(response.url):
            request = response.request
            self.failed.append(
                FailedRequest(
                    method=request.method, url=response.url, status=response.status, reason=response.status_text
                )
            )

    def _on_console(self, message: ConsoleMessage) -> None:
        url = str(message.location.get("url", ""))
        if "ERR_BLOCKED_BY_CLIENT" in message.text or _is_noise(url):
            return
        level = _LEVELS.get(message.type, "info")
        self._say(ConsoleLine(level=level, text=message.text, url=url))  # type: ignore[arg-type]

    def _on_error(self, error: WebError) -> None:
        self._say(ConsoleLine(level="error", text=f"Uncaught {error.error}", url=error.page.url if error.page else ""))

    def _say(self, line: ConsoleLine) -> None:
        if len(self.console) < _MAX_LINES:
            self.console.append(line)


async def guard_origins(context: BrowserContext, allowed: Iterable[str], traffic: Traffic) -> None:
    """Stop every request of `context`, web sockets included, that leaves the allowed origins."""
    pattern = outside(allowed)

    async def refuse(route: Route) -> None:
        traffic.refused(route.request.url)
        await route.abort("blockedbyclient")

    async def refuse_socket(socket: WebSocketRoute) -> None:
        traffic.refused(socket.url)
        await socket.close(code=1008, reason="outside the allowed origins")

    await context.route(pattern, refuse)
    await context.route_web_socket(pattern, refuse_socket)


def outside(allowed: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that matches every network URL outside `allowed`; the browser's side runs it.

    An origin is `https://shop.example`, with `:port` where it is not the usual one; `https://*.shop.example` means any
    sub-domain. Its web sockets (`ws` for `http`, `wss` for `https`) are allowed with it.
    """
    alternatives = "|".join(_origin_pattern(origin) for origin in allowed)
    return re.compile(rf"^(?!(?:{alternatives})(?:[/?#]|$))(?:https?|wss?|ftp):", re.IGNORECASE)


def _origin_pattern(origin: str) -> str:
    parts = urlsplit(origin if "://" in origin else f"https://{origin}")
    host, port = parts.hostname or "", parts.port
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    place = re.escape(host).replace(r"\*", r"[^/:?#]+")
    number = f"(?::{usual})?" if port in (None, usual) else f":{port}"
    scheme = {"http": "(?:http|ws)", "https": "(?:https|wss)"}.get(parts.scheme, re.escape(parts.scheme))
    return f"{scheme}://{place}{number}"


def _is_noise(url: str) -> bool:
    """Browsers ask for an icon by themselves; its absence says nothing about the application."""
    return urlsplit(url).path.endswith("/favicon.ico")
