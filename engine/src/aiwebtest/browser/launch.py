"""Launch a Chromium that Playwright drives and Stagehand can attach to, and keep one alive for all workers."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from types import TracebackType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from playwright.async_api import Browser, Playwright, async_playwright
from playwright.async_api import Error as PlaywrightError

from aiwebtest.browser.discover import find_browser
from aiwebtest.browser.element import ENGINE, ENGINE_SCRIPT
from aiwebtest.browser.install import no_browser
from aiwebtest.browser.spares import Spares
from aiwebtest.browser.wayout import Resolve
from aiwebtest.core.errors import BrowserUnavailable

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from aiwebtest.browser.session import Session, SessionOptions

__all__ = ["BrowserPool", "BrowserSettings", "open_browser"]

_QUIET = (  # beside what Playwright turns off: nothing of the browser's own may talk to the network
    "--disable-domain-reliability",
    "--disable-client-side-phishing-detection",
    "--no-pings",
    # The updater and the account service ask at each start in spite of all other flags: at a port where nobody listens.
    "--component-updater=url-source=http://127.0.0.1:9/",
    "--gaia-url=http://127.0.0.1:9/",
)
# Without a limit the browser starts spare processes for every context, and hardly any is ever used. Sites and contexts
# are kept apart all the same.
_LEAN = ("--renderer-process-limit=1",)
_DEBUGGING = ("--enable-unsafe-extension-debugging", "--remote-allow-origins=*")
_SANDBOX_SIGNS = ("sandbox", "credentials.cc", "zygote_host")
_LIBRARY_SIGNS = ("error while loading shared libraries", "Host system is missing dependencies")


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserSettings:
    """How the browser is started.

    `debugging` opens a port on loopback, so that a model's side (Stagehand) can attach to the same browser.
    """

    headless: bool = True
    slow_ms: float = 0.0  # pause after each browser operation, for watching
    executable: str | None = None  # None: found, see `find_browser`
    channel: str | None = None  # "chrome", "msedge" ...: Playwright's name of an installed browser
    debugging: bool = False
    launch_timeout_s: float = 30.0
    endpoint: str = (
        ""  # of a browser that runs elsewhere: Playwright's ws(s)://, or CDP's http(s):// or ws .../devtools/
    )
    arguments: tuple[str, ...] = ()  # further command-line flags
    proxy_host: str = "127.0.0.1"  # address at which the browser reaches this process, for the proxies of its sessions


class BrowserPool:
    """One browser for all workers of a run, started again when it crashed.

    ```python
    async with BrowserPool(BrowserSettings()) as pool:
        async with pool.session(SessionOptions(base_url="http://127.0.0.1:8000")) as session:
            await session.goto("/")
    ```
    """

    def __init__(
        self,
        settings: BrowserSettings | None = None,
        *,
        on_notice: Callable[[str], None] = lambda text: None,
        resolve: Resolve | None = None,
    ) -> None:
        self.settings = settings or BrowserSettings()
        self.resolve = resolve  # where pages may go; None: anywhere, and the browser finds the way itself
        self._notice = on_notice
        self._stack = AsyncExitStack()
        self._lock = asyncio.Lock()
        self._driver: Playwright | None = None
        self._browser: Browser | None = None
        self._port: int | None = None
        self._sandbox = not _is_root()
        self.spares = Spares()

    async def __aenter__(self) -> BrowserPool:
        async with self._stack as opening:  # ended again where a later part cannot be had
            self._driver = await opening.enter_async_context(async_playwright())
            await self._driver.selectors.register(ENGINE, ENGINE_SCRIPT, content_script=True)
            await self.browser()
            self._stack = opening.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self.spares.close()
            if self._browser and self._browser.is_connected():
                await self._browser.close()
        finally:
            self._browser = None
            await self._stack.aclose()  # ends the driver, and with it a browser that did not close

    @property
    def cdp_url(self) -> str | None:
        """Return where a second client can attach, or None without `debugging`."""
        if _speaks_cdp(self.settings.endpoint):
            return self.settings.endpoint
        return f"http://127.0.0.1:{self._port}" if self._port else None

    @property
    def alive(self) -> bool:
        """Tell whether there is a browser now; one that went away is started again when it is asked for."""
        return self._browser is not None and self._browser.is_connected()

    @property
    def version(self) -> str:
        """Return the browser's version, "" before it is started."""
        return self._browser.version if self._browser else ""

    async def browser(self) -> Browser:
        """Return the live browser, started anew when the last one went away.

        Raises:
            BrowserUnavailable: it could not be started.
        """
        async with self._lock:
            if self._browser and self._browser.is_connected():
                return self._browser
            if self._browser:
                self._notice("The browser had gone away; a new one was started.")
            self._browser = await self._launch()
            return self._browser

    def session(self, options: SessionOptions | None = None) -> AbstractAsyncContextManager[Session]:
        """Open a fresh, isolated context with one page, for one case; it is gone when the block ends."""
        from aiwebtest.browser.session import open_session

        return open_session(self, options)

    async def _launch(self) -> Browser:
        if self._driver is None:
            raise BrowserUnavailable("The browser pool is not open.", mend="use it with `async with`.")
        settings = self.settings
        if settings.endpoint:
            return await _connect(self._driver, settings)
        if not settings.executable and not settings.channel:
            executable = find_browser(shell_first=settings.headless and not settings.debugging)
            if not executable:
                raise no_browser()
            settings = replace(settings, executable=executable)
        self._port = _free_port() if settings.debugging else None
        try:
            return await self._start(self._driver, settings)
        except PlaywrightError as exc:
            if not self._sandbox or not any(sign in str(exc) for sign in _SANDBOX_SIGNS):
                raise _launch_failed(settings, exc) from exc
        self._sandbox = False
        self._notice("This system does not let the browser use its sandbox; it runs without one.")
        try:
            return await self._start(self._driver, settings)
        except PlaywrightError as exc:
            raise _launch_failed(settings, exc) from exc

    async def _start(self, driver: Playwright, settings: BrowserSettings) -> Browser:
        debugging = (*_DEBUGGING, f"--remote-debugging-port={self._port}") if self._port else ()
        return await driver.chromium.launch(
            executable_path=settings.executable,
            channel=settings.channel,
            headless=settings.headless,
            slow_mo=settings.slow_ms or None,
            chromium_sandbox=self._sandbox,
            args=[*_QUIET, *_LEAN, *debugging, *settings.arguments],
            ignore_default_args=["--disable-extensions"] if self._port else None,
            timeout=settings.launch_timeout_s * 1000,
            handle_sigint=False,  # Ctrl-C ends the run in order: what was recorded is kept, then the browser is closed
            handle_sigterm=False,
            handle_sighup=False,
        )


@asynccontextmanager
async def open_browser(settings: BrowserSettings | None = None) -> AsyncIterator[Browser]:
    """Yield a browser; it and its driver are gone when the block ends."""
    async with BrowserPool(settings) as pool:
        yield await pool.browser()


def _speaks_cdp(endpoint: str) -> bool:
    return endpoint.startswith(("http://", "https://")) or "/devtools/" in endpoint


async def _connect(driver: Playwright, settings: BrowserSettings) -> Browser:
    """Return a browser that runs elsewhere; closing it lets go of it and of what was opened in it."""
    timeout = settings.launch_timeout_s * 1000
    try:
        if _speaks_cdp(settings.endpoint):
            return await driver.chromium.connect_over_cdp(
                settings.endpoint, timeout=timeout, slow_mo=settings.slow_ms or None
            )
        return await driver.chromium.connect(settings.endpoint, timeout=timeout, slow_mo=settings.slow_ms or None)
    except PlaywrightError as exc:
        where = urlsplit(settings.endpoint)
        reason = str(exc).splitlines()[0].replace(settings.endpoint, "it")  # its query may hold a key
        raise BrowserUnavailable(
            f"The browser at {where.scheme}://{where.netloc.rpartition('@')[2]} could not be reached: {reason}",
            mend="see that it runs and that its address (BROWSER_ENDPOINT) is right.",
        ) from exc


def _launch_failed(settings: BrowserSettings, exc: PlaywrightError) -> BrowserUnavailable:
    text = str(exc)
    told = next((line.strip() for line in text.splitlines() if "error" in line.lower()), text.splitlines()[0])
    if any(sign in text for sign in _LIBRARY_SIGNS):
        mend = (
            "`python -m playwright install-deps chromium` as root: system libraries that the browser needs are missing."
        )
    elif not settings.headless:
        mend = "run without `--headed`: this machine may have no display."
    else:
        mend = "start that program by hand to see why, or set AIWEBTEST_BROWSER to another browser."
    return BrowserUnavailable(f"{settings.executable or settings.channel} could not be started: {told}", mend=mend)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
