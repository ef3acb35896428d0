"""A bench as pages show it: opened for a page, closed with it; the picture, and what it tells."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

from nicegui import background_tasks
from nicegui.element import Element

from app.core.errors import Problem, Unavailable
from app.services.benches import Bench, open_bench
from app.web import kit
from app.web.kit.elements import Tag
from app.web.session import Visit

__all__ = ["OpenBench"]

_LOOK_S, _KNOWN_S = 0.5, 20.0  # how soon a page that goes is noticed; how often the log-in is looked at


class OpenBench:
    """One open bench of a page. It goes when `box` does, when the log-in ends, or when `close` is called."""

    def __init__(self, visit: Visit, bench: Bench, box: Element, ended: Callable[[str], Awaitable[None]]) -> None:
        self.visit, self.bench, self.box = visit, bench, box
        self.on_event: Callable[[dict[str, Any]], None] | None = None
        self.address: Tag | None = None
        self._ended = ended
        self._over = asyncio.Event()
        self._gone = asyncio.Event()
        self._why = ""

    @classmethod
    async def open(
        cls, visit: Visit, box: Element, purpose: str, *, ended: Callable[[str], Awaitable[None]]
    ) -> OpenBench:
        """Open one. `ended` hears why it ended, unless one closed it. Raises as `open_bench` does.

        Raises Unavailable when the server stops meanwhile.
        """
        made: asyncio.Future[OpenBench] = asyncio.get_running_loop().create_future()
        keeping = background_tasks.create(cls._keep(visit, box, purpose, ended, made), name="bench of a page")
        try:
            await asyncio.wait({made, keeping}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            keeping.cancel()  # nobody waits for it any more
            raise
        if keeping.cancelled():
            raise Unavailable("The server is stopping.", mend="open the browser again in a moment.")
        if not made.done():
            keeping.result()  # raises what nobody foresaw
        return made.result()

    @classmethod
    async def _keep(
        cls,
        visit: Visit,
        box: Element,
        purpose: str,
        ended: Callable[[str], Awaitable[None]],
        made: asyncio.Future[OpenBench],
    ) -> None:
        async with AsyncExitStack() as stack:
            try:
                bench = await stack.enter_async_context(open_bench(visit.platform, visit.actor, purpose))
            except Problem as exc:
                made.set_exception(exc)
                return
            kept = cls(visit, bench, box, ended)
            bench.on_event = kept._heard
            made.set_result(kept)
            await kept._wait()
        kept._gone.set()
        if kept._why and not box.is_deleted:
            with box.client:
                await ended(kept._why)

    async def _wait(self) -> None:
        loop = asyncio.get_running_loop()
        look_again = loop.time() + _KNOWN_S
        while not self._over.is_set() and not self.box.is_deleted:
            if loop.time() > look_again:
                look_again = loop.time() + _KNOWN_S
                with self.box.client:
                    if not await self.visit.still():
                        return
            try:
                await asyncio.wait_for(self._over.wait(), _LOOK_S)
            except TimeoutError:
                continue

    def _heard(self, told: dict[str, Any]) -> None:
        if told["event"] == "ended":
            self._why = str(told["why"])
            self._over.set()
        if self.box.is_deleted:
            return
        if told["event"] == "page" and self.address is not None and not self.address.is_deleted:
            self.address.say(told["url"])
        if self.on_event is not None:
            with self.box.client:
                self.on_event(told)

    async def do(self, what: str, **values: Any) -> dict[str, Any]:
        """Have something done, as `Bench.do`."""
        return await self.bench.do(what, **values)

    def tell(self, what: str, **values: Any) -> None:
        """Wish for something, as `Bench.tell`."""
        self.bench.tell(what, **values)

    def stop(self) -> None:
        """Stop what is being done."""
        self.bench.tell("stop")

    async def close(self) -> None:
        """Close it and wait until it is gone."""
        self._over.set()
        await self._gone.wait()

    def picture(self, url: str = "", *, steered: bool = False) -> Tag:
        """Show the page's picture under its address, `url` at first. One that is steered takes clicks and keys."""
        with Tag("div", cls="aw-bench"):
            with kit.browser_frame(url) as chrome:
                Tag("span", "LIVE", cls="aw-live")
            self.address = chrome.address
            with Tag("div", cls="aw-view") as view:
                Tag(
                    "img",
                    src=f"/bench/{self.bench.id}.mjpeg",
                    alt="The browser's page as it is now",
                    draggable="false",
                )
            if steered:
                view.set(tabindex="0", role="application", aria_label="The browser's page: click and type in it")
        return view
