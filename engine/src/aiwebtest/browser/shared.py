"""The browser of one pool, as one of its users sees it: to look at its sessions, or to do something to each."""

from __future__ import annotations

from playwright.async_api import Browser

from aiwebtest.browser.launch import BrowserPool

__all__ = ["SharedPool"]


class SharedPool(BrowserPool):
    """Stands in for another pool and opens its sessions in the browser of that; never opened or closed itself.

    A subclass overrides `session` and takes the session from `self.shared`.
    """

    def __init__(self, shared: BrowserPool) -> None:
        super().__init__(shared.settings, resolve=shared.resolve)
        self.shared, self.spares = shared, shared.spares

    @property
    def cdp_url(self) -> str | None:
        """Return where a second client can attach to the shared browser."""
        return self.shared.cdp_url

    @property
    def alive(self) -> bool:
        """Tell whether there is a browser now."""
        return self.shared.alive

    @property
    def version(self) -> str:
        """Return the browser's version."""
        return self.shared.version

    async def browser(self) -> Browser:
        """Return the shared browser."""
        return await self.shared.browser()
