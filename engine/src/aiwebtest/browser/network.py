"""What the pages of a case ask of the network, and say on the console."""

from __future__ import annotations

import asyncio
from collections import Counter
from urllib.parse import urlsplit

from playwright.async_api import (
    BrowserContext,
    ConsoleMessage,
    Error,
    Frame,
    Request,
    Response,
    WebError,
)

from aiwebtest.browser.border import Border
from aiwebtest.browser.wayout import Refused, WayOut
from aiwebtest.core.events import ConsoleLine, FailedRequest

__all__ = ["Traffic", "leaves_page"]

_AWAITED = frozenset({"fetch", "xhr", "document"})
_MAX_LINES = 1000
_LOOK_S = 0.01
_ASKS_ON_S = 0.1  # in which a loader that has got a script asks for the next
_POLLS = 2  # requests of one kind while nothing is done, after which they count as the page's own habit
_LEVELS: dict[str, str] = {"error": "error", "assert": "error", "warning": "warning"}


class Traffic:
    """Requests and console lines of one context, from its first page on."""

    def __init__(self, context: BrowserContext) -> None:
        self.console: list[ConsoleLine] = []
        self.failed: list[FailedRequest] = []
        self.started: list[Request] = []  # awaited kinds, since the last `mark`
        self.activity = asyncio.Event()  # set by anything that an action may have caused
        self._active = True
        self._unasked: Counter[str] = Counter()  # requests sent while nothing was done, in this document
        self._border: Border | WayOut | None = None
        self._refused: list[str] = []
        self._pending: set[Request] = set()
        self.scripts = 0  # asked for since the last `mark`
        self._scripts: set[Request] = set()  # those of them without an answer
        self._script_at = 0.0  # when the last one came, by the loop's clock
        self._idle = asyncio.Event()
        self._idle.set()
        context.on("request", self._on_request)
        context.on("requestfinished", self._on_finished)
        context.on("requestfailed", self._on_failed)
        context.on("response", self._on_response)
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)

    def mark(self) -> None:
        """Forget what was begun before: from now on, until `rest`, requests belong to the action that follows."""
        self._active = True
        self.started.clear()
        self.scripts = 0
        self._scripts.clear()
        self._pending.clear()
        self._idle.set()
        self.activity.clear()

    def rest(self) -> None:
        """End what `mark` began: requests from now on are the page's own doing."""
        self._active = False

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

    async def scripts_there(self, limit_s: float, *, still_s: float) -> None:
        """Wait until no script asked for since the last `mark` is on its way, and none has just come: it may ask on.

        Gives up after `limit_s`, and once for `still_s` none came and none was asked for.
        """
        now = asyncio.get_running_loop().time
        began, moved, asked = now(), now(), self.scripts
        while self._scripts or now() - self._script_at < _ASKS_ON_S:
            if self.scripts > asked:
                moved, asked = now(), self.scripts
            if now() - began >= limit_s or now() - max(moved, self._script_at) >= still_s:
                return
            await asyncio.sleep(_LOOK_S)

    async def tabs_known(self, limit_s: float) -> None:
        """Wait until the tab that a request opens is there; at once when there is no such request."""
        end = asyncio.get_running_loop().time() + limit_s
        while any(_opens_tab(request) for request in self.started) and asyncio.get_running_loop().time() < end:
            await asyncio.sleep(_LOOK_S)

    def guard(self, border: Border | WayOut | None, refused: list[str]) -> None:
        """Tell what a border refuses, and take none of it for a failure of the application."""
        self._border, self._refused = border, refused

    def failure(self, url: str) -> Refused | OSError | None:
        """Return why the border could not connect to `url`, None when it is not known."""
        return self._border.failure(url) if self._border is not None else None

    @property
    def lines(self) -> tuple[ConsoleLine, ...]:
        """Return the console's lines, with a warning for each address that the border refused."""
        told = dict.fromkeys(f"Blocked, outside the allowed origins: {url}" for url in self._refused)
        return (*self.console, *(ConsoleLine(level="warning", text=text) for text in told))

    def _on_request(self, request: Request) -> None:
        if request.resource_type == "script":
            self.scripts += 1
            self._scripts.add(request)
        if request.resource_type not in _AWAITED or self._is_polling(request):
            return
        self.started.append(request)
        self._pending.add(request)
        self._idle.clear()
        self.activity.set()

    def _is_polling(self, request: Request) -> bool:
        """Tell whether the document sends the same request again and again while nothing is done."""
        if leaves_page(request):
            self._unasked.clear()
            return False
        key = f"{request.method} {request.url.partition('?')[0]}"
        polling = self._unasked[key] >= _POLLS
        if not self._active:
            self._unasked[key] += 1
        return polling

    def _on_finished(self, request: Request) -> None:
        if request in self._scripts:
            self._scripts.discard(request)
            self._script_at = asyncio.get_running_loop().time()
        self._pending.discard(request)
        if not self._pending:
            self._idle.set()

    def _on_failed(self, request: Request) -> None:
        self._on_finished(request)
        reason = request.failure or ""
        if "ERR_ABORTED" in reason or self._is_noise(request.url):
            return  # left by a navigation, turned into a download, or stopped by ourselves
        self.failed.append(FailedRequest(method=request.method, url=request.url, reason=reason))

    def _on_response(self, response: Response) -> None:
        if response.status >= 400 and not self._is_noise(response.url):
            request = response.request
            self.failed.append(
                FailedRequest(
                    method=request.method, url=response.url, status=response.status, reason=response.status_text
                )
            )

    def _on_console(self, message: ConsoleMessage) -> None:
        url = str(message.location.get("url", ""))
        if self._is_noise(url):
            return
        level = _LEVELS.get(message.type, "info")
        self._say(ConsoleLine(level=level, text=message.text, url=url))  # type: ignore[arg-type]

    def _on_error(self, error: WebError) -> None:
        self._say(ConsoleLine(level="error", text=f"Uncaught {error.error}", url=error.page.url if error.page else ""))

    def _is_noise(self, url: str) -> bool:
        """Browsers ask for an icon by themselves, and what we stop ourselves is no fault of the application."""
        return urlsplit(url).path.endswith("/favicon.ico") or (
            self._border is not None and not self._border.allows(url)
        )

    def _say(self, line: ConsoleLine) -> None:
        if len(self.console) < _MAX_LINES:
            self.console.append(line)


def leaves_page(request: Request) -> bool:
    """Tell whether a request loads another document into a tab, rather than into a frame of its page."""
    if not request.is_navigation_request():
        return False
    return _opens_tab(request) or request.frame.parent_frame is None


def _opens_tab(request: Request) -> bool:
    """Tell whether it is the first request of a new tab, whose page is not known yet."""
    try:
        return request.is_navigation_request() and not isinstance(request.frame, Frame)
    except Error:
        return True
