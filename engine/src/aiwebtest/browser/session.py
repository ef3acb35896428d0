"""A session: one isolated context of the browser, for one case, with all that its checks may ask about."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit
from urllib.request import getproxies

from playwright.async_api import BrowserContext, Download, Page
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from aiwebtest.browser import inpage
from aiwebtest.browser.border import Border, open_border
from aiwebtest.browser.dialogs import Dialogs, let_go
from aiwebtest.browser.downloads import Downloads
from aiwebtest.browser.element import AnyElement
from aiwebtest.browser.exposure import Exposure
from aiwebtest.browser.launch import BrowserPool
from aiwebtest.browser.network import Traffic
from aiwebtest.browser.spares import Prepared
from aiwebtest.browser.wayout import Refused, WayOut, in_words, open_way_out
from aiwebtest.core.case import Viewport
from aiwebtest.core.errors import ActionError, BrowserUnavailable, UsageError
from aiwebtest.core.events import ConsoleLine, FailedRequest
from aiwebtest.core.facts import DialogSeen, DownloadSeen, Facts
from aiwebtest.core.snapshot import Snapshot

__all__ = ["Session", "SessionOptions", "open_session"]

_TITLE_S = 5.0
_CLOSE_S = 10.0  # a context that does not close by then goes down with its browser
_LOAD_S = 10.0  # for pictures and styles, once the document itself is there
_BOOT_S = 2.0  # for what an application still fetches then: without any script that comes or is asked for
_BOOTS_S = 8.0  # for all of it, one after the other
_CALM_MS = 50.0  # without any change, a page is at rest


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOptions:
    """What a case asks of its browser context. None and empty values take the browser's defaults."""

    base_url: str = ""
    viewport: Viewport = field(default_factory=Viewport)
    locale: str | None = None
    timezone: str | None = None
    permissions: tuple[str, ...] = ()
    storage_state: str | dict[str, Any] | None = None  # path of a Playwright storage-state file, or its content
    allowed_origins: tuple[str, ...] = ()  # () means no restriction; the base URL's own origin always belongs to them
    traced: bool = False  # without film: a session made ahead is ready for that, see `ready_for_trace`
    downloads: Path | None = None  # folder where downloads are kept; None: one that goes away with the session

    @property
    def kind(self) -> str | None:
        """Return what sessions of one kind share; None where none can be made ahead, as the state may change."""
        if isinstance(self.storage_state, str):
            return None
        values = replace(self, downloads=None, storage_state=None)
        return f"{values!r} {json.dumps(self.storage_state, sort_keys=True)}"


@asynccontextmanager
async def open_session(pool: BrowserPool, options: SessionOptions | None = None) -> AsyncIterator[Session]:
    """Yield a session in a fresh context; the context is gone when the block ends.

    Raises:
        BrowserUnavailable: no browser could be started, or it went away at once.
        UsageError: an option is one that the browser does not know.
    """
    options = options or SessionOptions()
    kind = options.kind
    prepared = await pool.spares.take(kind) or await _prepare(pool, options)
    async with prepared.stack:
        session = prepared.session
        with pool.spares.in_use(kind, lambda: _prepare(pool, options, ahead=True)) as make_next:
            session.when_loaded = make_next
            if options.downloads:
                session.kept_files.folder = options.downloads
            yield session


async def _prepare(pool: BrowserPool, options: SessionOptions, *, ahead: bool = False) -> Prepared:
    browser = await pool.browser()
    async with AsyncExitStack() as stack:
        refused: list[str] = []
        border = await _border(stack, pool, options, refused.append)
        folder = Path(stack.enter_context(_folder()))
        try:
            context = await browser.new_context(**_context_arguments(options, border.address if border else ""))
            stack.push_async_callback(_close, context)
            session = Session(context, options, folder)
            stack.push_async_callback(session.end)
            session.traffic.guard(border, refused)
            await session.start()
            if ahead and options.traced:
                await session.ready_trace()
        except PlaywrightError as exc:
            raise _not_opened(exc, browser.is_connected()) from exc
        return Prepared(session, stack.pop_all())


async def _border(
    stack: AsyncExitStack, pool: BrowserPool, options: SessionOptions, on_refused: Callable[[str], None]
) -> Border | WayOut | None:
    """Open what stands between the pages and the network; None where they may go anywhere."""
    resolve, host = pool.resolve, pool.settings.proxy_host
    if options.allowed_origins or (resolve is not None and {"http", "https"} & getproxies().keys()):
        allowed = {*options.allowed_origins, _origin(options.base_url)} - {""} if options.allowed_origins else None
        return await stack.enter_async_context(open_border(allowed, on_refused, resolve=resolve, host=host))
    if resolve is not None:
        return await stack.enter_async_context(open_way_out(resolve, on_refused, host=host))
    return None


class Session:
    """One case's browser: its tabs, what they said and asked for, and the tab the case is in."""

    def __init__(self, context: BrowserContext, options: SessionOptions, folder: Path) -> None:
        self.context, self.options = context, options
        self.kept_files = Downloads(folder)
        self.traffic = Traffic(context)
        self.first_url = ""  # where the case began
        self.closed_tabs = 0  # so far
        self.opened_tabs = 0  # so far, the first not counted
        self.secret_fields: list[AnyElement] = []  # fields into which a secret was put
        self.field_gone = False  # whether the field that was filled in last left the page with that
        self.secret_shown = False  # whether one of them showed it in the clear
        self.watched: tuple[Page, str] | None = None  # the page, and its address, whose next watch has begun already
        self.exposing: Exposure | None = None  # the picture that is owed, or being taken
        self.ready_for_trace = False  # what a trace without film needs is installed, and records nothing yet
        self.when_loaded: Callable[[], Awaitable[None]] | None = None  # called once, when the first page is there
        self._boots = False  # the page had loaded and still fetched something
        self._parsed: int | None = None  # scripts that the document of a page just opened had asked for itself
        self.prompts = Dialogs(context)
        self._tabs: list[Page] = []
        self._page: Page | None = None
        self._arrived: list[Page] = []  # tabs that opened and were not gone to yet
        self._crashed = False
        self._notes: list[str] = []
        context.on("page", self._on_page)

    async def start(self) -> None:
        """Install what every document gets, and open the first tab."""
        await self.context.add_init_script(inpage.source())
        await self.context.new_page()

    async def ready_trace(self) -> None:
        """Install what a trace without film needs; recording begins with the next chunk of it."""
        await self.context.tracing.start(screenshots=False, snapshots=True)
        await self.context.tracing.stop_chunk()
        self.ready_for_trace = True

    async def end(self) -> None:
        """Give up what an action that was cut off is still waiting for; the context is closed next."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.prompts.drop(), _CLOSE_S)

    # --- what there is to see -----------------------------------------------------------------------------------------

    @property
    def page(self) -> Page:
        """Return the current tab."""
        if self._page is None:
            raise BrowserUnavailable("The case has no open tab left.", mend="open a page first.")
        return self._page

    @property
    def tabs(self) -> tuple[Page, ...]:
        """Return the open tabs, oldest first."""
        return tuple(self._tabs)

    @property
    def console(self) -> tuple[ConsoleLine, ...]:
        """Return what the pages wrote to their consoles since the case began, uncaught errors included."""
        return self.traffic.lines

    @property
    def failed_requests(self) -> tuple[FailedRequest, ...]:
        """Return the requests without an answer, or with one of status 400 and above."""
        return tuple(self.traffic.failed)

    @property
    def dialogs(self) -> tuple[DialogSeen, ...]:
        """Return the browser dialogs since the case began, oldest first; the last may be open."""
        return tuple(self.prompts.seen)

    @property
    def dialogs_open(self) -> bool:
        """Tell whether a dialog is open: the page then answers nothing, a snapshot included."""
        return self.prompts.current is not None

    @property
    def downloads(self) -> tuple[DownloadSeen, ...]:
        """Return the downloads since the case began; those still running have no path."""
        return tuple(self.kept_files.seen)

    @property
    def alive(self) -> bool:
        """Tell whether the browser and the current tab can still be used."""
        browser = self.context.browser
        return not self._crashed and browser is not None and browser.is_connected()

    async def facts(self, snapshot: Snapshot, last: tuple[int, int] | None = None) -> Facts:
        """Return everything a check may rest on, at this moment."""
        return Facts(
            snapshot=snapshot,
            console=self.console,
            failed_requests=self.failed_requests,
            downloads=self.downloads,
            dialogs=self.dialogs,
            tabs=await self._titles(snapshot),
            last=last,
        )

    async def _titles(self, snapshot: Snapshot) -> tuple[str, ...]:
        """Return the titles of the open tabs; that of the current one is known from its snapshot."""
        if len(self._tabs) == 1 and snapshot.nodes:
            return (snapshot.title or snapshot.url,)
        return await self.tab_titles()

    async def tab_titles(self) -> tuple[str, ...]:
        """Return the titles of the open tabs; the address where a tab has no title."""
        if self.dialogs_open:
            return tuple(page.url for page in self._tabs)
        return tuple([await _title(page) for page in self._tabs])

    def take_notes(self) -> tuple[str, ...]:
        """Return what is worth telling about the last step ("went to the new tab"), once."""
        notes, self._notes = tuple(self._notes), []
        return notes

    def note(self, text: str) -> None:
        """Add a note for the step that is going on."""
        self._notes.append(text)

    def gone(self) -> BrowserUnavailable | None:
        """Return the error to raise when the browser or the page went away, None while both are there."""
        browser = self.context.browser
        if browser is None or not browser.is_connected():
            return BrowserUnavailable(
                "The browser went away in the middle of the case.",
                mend="run the case again; if it happens again, look for too little memory or a fault of that browser.",
            )
        if self._crashed:
            return BrowserUnavailable(
                "The page crashed.",
                mend="run the case again; if it happens again, the page may use more memory than this machine has.",
            )
        return None

    # --- moving around ------------------------------------------------------------------------------------------------

    async def goto(self, url: str, *, timeout_s: float = 30.0) -> None:
        """Open `url`, absolute or relative to the base URL, in the current tab, and wait until it has loaded.

        Raises:
            ActionError: it could not be reached, or did not answer in time.
            UsageError: it is relative and there is no base URL, or tests may not go there.
        """
        address = self.absolute(url)
        self.first_url = self.first_url or address
        await self.exposed()
        self.traffic.mark()
        try:
            await self.prompts.race(self._load(address, timeout_s))  # a page may open a dialog before it is there
        except PlaywrightError as exc:
            if gone := self.gone():
                raise gone from exc
            if "Download is starting" not in str(exc):
                raise _unreachable(address, exc, timeout_s, self.traffic.failure(address)) from exc
        finally:
            self.traffic.rest()
        when_loaded, self.when_loaded = self.when_loaded, None
        if when_loaded is not None:
            await when_loaded()

    async def _load(self, address: str, timeout_s: float) -> None:
        self._parsed = None
        self.page.once("domcontentloaded", self._on_parsed)
        with self.prompts.waved_through():
            answer = await self.page.goto(address, timeout=timeout_s * 1000, wait_until="domcontentloaded")
        with suppress(PlaywrightTimeout):  # a picture that never comes does not make the page unusable
            await self.page.wait_for_load_state("load", timeout=min(_LOAD_S, timeout_s) * 1000)
        self._boots = self.traffic.pending
        if answer is not None and answer.status >= 400:
            self.note(f"{address} answered with status {answer.status} {answer.status_text}".rstrip())

    def _on_parsed(self, _: Page) -> None:
        self._parsed = self.traffic.scripts

    async def booted(self, left_s: float) -> None:
        """Wait for an application that is not there yet although its page has loaded, once, before something is done.

        It still fetches something, or loads its scripts by itself, one after the other. Until it is there it may show
        its fields and answer to nothing. `left_s` is all the time there is.
        """
        seen, self._parsed = self._parsed, None
        fetches, self._boots = self._boots and self.traffic.pending, False
        if seen is None or not (fetches or self.traffic.scripts > seen):
            return
        now = asyncio.get_running_loop().time
        end, seen = now() + min(_BOOTS_S, left_s), -1
        while self.traffic.scripts > seen and now() < end:
            seen = self.traffic.scripts
            await self.traffic.scripts_there(end - now(), still_s=_BOOT_S)
            await self.settle(max(min(_BOOT_S, end - now()), 0))

    def absolute(self, url: str) -> str:
        """Return `url` with the base URL in front where it is relative."""
        if urlsplit(url).scheme in {"http", "https", "file", "data", "about", "blob"}:
            return url
        if not self.options.base_url:
            current = self._page.url if self._page else ""
            if not current.startswith("http"):
                raise UsageError(
                    f"{url} is a relative address, and there is no base URL.",
                    mend="give the run a base URL (--base-url).",
                )
            return urljoin(current, url)
        return urljoin(self.options.base_url.rstrip("/") + "/", url.lstrip("/") if url.startswith("/") else url)

    async def settle(self, max_s: float = 2.0) -> bool:
        """Wait until the page is at rest: nothing loading, no request open, nothing changing. False if it never was.

        Costs one call on a page at rest.
        """
        if self.dialogs_open or not self.alive:
            return True
        loop = asyncio.get_running_loop()
        end = loop.time() + max_s
        await self.navigated(max_s)
        quiet = await self.traffic.idle(max(end - loop.time(), 0))
        try:
            left_s = max(end - loop.time(), 0)
            rest = asyncio.ensure_future(inpage.call(self.page, "rest", _CALM_MS, left_s * 1000, waits_s=left_s))
            opened = asyncio.ensure_future(self.prompts.opened.wait())
            try:
                await asyncio.wait({rest, opened}, return_when=asyncio.FIRST_COMPLETED)
                return quiet and (not rest.done() or bool(await rest))
            finally:
                let_go(rest)
                let_go(opened)
        except PlaywrightError as exc:
            if gone := self.gone():
                raise gone from exc
            return await self.navigated(max(end - loop.time(), 0))

    async def navigated(self, limit_s: float) -> bool:
        """Wait until a navigation under way has brought its document; at once when there is none."""
        try:
            await self.page.wait_for_load_state("domcontentloaded", timeout=max(limit_s, 0.001) * 1000)
        except PlaywrightTimeout:
            return False
        except PlaywrightError as exc:
            if gone := self.gone():
                raise gone from exc
        return True

    async def ensure_unblocked(self) -> None:
        """Make sure that the page answers: alerts are accepted with a note, and a tab opened late is followed.

        Raises:
            ActionError: a confirm or prompt waits for its answer.
            BrowserUnavailable: the browser or the page went away.
        """
        if gone := self.gone():
            raise gone
        for note in await self.prompts.clear():
            self.note(note)
        self.follow()

    def follow(self) -> None:
        """Go to the tab that opened last, as people do, if one did and is still there."""
        arrived, self._arrived = [page for page in self._arrived if page in self._tabs], []
        if arrived:
            self._page = arrived[-1]
            self.note(f"went to the new tab that opened, {self._page.url}")

    def switch(self, page: Page) -> None:
        """Make `page` the current tab."""
        self._page = page

    async def storage_state(self) -> dict[str, Any]:
        """Return cookies and local storage, in the form that `SessionOptions.storage_state` takes."""
        return dict(await self.context.storage_state(indexed_db=True))

    def expose(self) -> bool:
        """Begin to take the picture that is owed; False when there is none, or it was begun before."""
        return self.exposing is not None and self.exposing.begin()

    async def exposed(self) -> None:
        """Wait until the picture that is owed is taken: before that, the page must not change."""
        shot, self.exposing = self.exposing, None
        if shot is not None:
            await shot.finish()

    # --- what the browser tells ---------------------------------------------------------------------------------------

    def _on_page(self, page: Page) -> None:
        self._tabs.append(page)
        page.on("close", self._on_close)
        page.on("crash", self._on_crash)
        page.on("download", self._on_download)
        if self._page is None:
            self._page = page
            return
        self.opened_tabs += 1
        self._arrived.append(page)
        self.traffic.activity.set()

    def _on_close(self, page: Page) -> None:
        self._tabs.remove(page)
        self.closed_tabs += 1
        if page is self._page:
            self._page = self._tabs[-1] if self._tabs else None
        self.traffic.activity.set()

    def _on_crash(self, page: Page) -> None:
        if page is self._page:
            self._crashed = True
        self.traffic.activity.set()

    def _on_download(self, download: Download) -> None:
        self.kept_files.begin(download)
        self.traffic.activity.set()


def _context_arguments(options: SessionOptions, proxy: str) -> dict[str, Any]:
    arguments: dict[str, Any] = {
        "viewport": {"width": options.viewport.width, "height": options.viewport.height},
        "accept_downloads": True,
        "locale": options.locale,
        "timezone_id": options.timezone,
        "permissions": list(options.permissions) or None,
        "storage_state": options.storage_state,
        "proxy": {"server": proxy} if proxy else None,
    }
    return {name: value for name, value in arguments.items() if value is not None}


def _not_opened(exc: PlaywrightError, connected: bool) -> BrowserUnavailable | UsageError:
    if not connected:
        return BrowserUnavailable("The browser went away before the case began.", mend="run it again.")
    told = exc.message.splitlines()[0]
    return UsageError(f"The browser does not accept the case's settings: {told}", mend="correct the setting it names.")


def _unreachable(
    address: str, exc: PlaywrightError, timeout_s: float, failure: Refused | OSError | None
) -> ActionError | UsageError:
    if isinstance(exc, PlaywrightTimeout):
        return ActionError(
            f"{address} did not answer within {timeout_s:g} s.",
            mend="see whether the application is up, or raise `navigation_timeout` in aiwebtest.toml.",
        )
    told = exc.message.splitlines()[0]
    known = in_words(failure) if failure and "ERR_SOCKS" in told else ""  # else a page failed for reasons of its own
    reason = known or told.partition("net::ERR_")[2].split(" ")[0].replace("_", " ").lower() or told
    what = f"{address} could not be opened: {reason}."
    if known and isinstance(failure, Refused):  # which says nothing of the application
        return UsageError(what, mend="open another address, or let whoever runs the tests allow this one.")
    return ActionError(what, mend="start the application, or correct the address.")


async def _close(context: BrowserContext) -> None:
    """Close a context, whatever became of its browser; a cancelled case closes it too."""
    with suppress(PlaywrightError, TimeoutError):
        await asyncio.wait_for(asyncio.shield(context.close()), _CLOSE_S)


async def _title(page: Page) -> str:
    try:
        return await asyncio.wait_for(page.title(), _TITLE_S) or page.url
    except (PlaywrightError, TimeoutError):  # it is gone, or shows a dialog
        return page.url


def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="aiwebtest-", ignore_cleanup_errors=True)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
