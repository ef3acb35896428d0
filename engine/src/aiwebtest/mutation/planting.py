"""Pages under mutation: a browser pool whose sessions tell what they see, or carry one planted fault."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Page, Request, Route

from aiwebtest.browser.effects import ignoring_navigation
from aiwebtest.browser.launch import BrowserPool
from aiwebtest.browser.session import Session, SessionOptions
from aiwebtest.browser.shared import SharedPool
from aiwebtest.mutation.mutants import Mutant

__all__ = ["Planting", "Surveying"]

_BINDING = "__aiwebtest_mutation"
_LAST = f"{_BINDING}_last"
_LAST_LOOK_S = 2.0
_DATA = frozenset({"xhr", "fetch"})


class _Prepared(SharedPool):
    """The browser of another pool, with something done to each session."""

    @asynccontextmanager
    async def session(self, options: SessionOptions | None = None) -> AsyncIterator[Session]:
        async with self.shared.session(options) as session:
            await self.prepare(session)
            yield session

    async def prepare(self, session: Session) -> None:
        """Do what is to be done before the first page is opened."""
        raise NotImplementedError


class Surveying(_Prepared):
    """Tells every mutant that the pages would allow."""

    def __init__(self, pool: BrowserPool, on_sight: Callable[[Mutant], None]) -> None:
        super().__init__(pool)
        self._on_sight = on_sight

    @asynccontextmanager
    async def session(self, options: SessionOptions | None = None) -> AsyncIterator[Session]:
        """Yield a session, and look at its pages once more as it ends: a short case is over before they tell."""
        async with super().session(options) as session:
            yield session
            if not session.dialogs_open:
                with suppress(TimeoutError):
                    async with asyncio.timeout(_LAST_LOOK_S):
                        await asyncio.gather(*(self._last_look(page) for page in session.context.pages))

    async def _last_look(self, page: Page) -> None:
        with ignoring_navigation():
            self._hear({"sights": await page.evaluate("(name) => window[name] ? window[name]() : []", _LAST)})

    async def prepare(self, session: Session) -> None:
        """Let pages and requests be looked at."""
        context = session.context
        await context.expose_binding(_BINDING, lambda _source, message: self._hear(message))
        await context.add_init_script(_script(None))
        context.on("request", self._request)

    def _hear(self, message: dict[str, Any]) -> None:
        for sight in message.get("sights", ()):
            self._on_sight(Mutant(**sight))

    def _request(self, request: Request) -> None:
        if request.resource_type in _DATA:
            what = _request_key(request)
            self._on_sight(Mutant(kind="drop-request", page=_page(request), selector=what, text="", thing=what))


class Planting(_Prepared):
    """Plants one fault. `took` tells afterwards whether it ever took hold."""

    def __init__(self, pool: BrowserPool, mutant: Mutant) -> None:
        super().__init__(pool)
        self.mutant, self.took = mutant, False

    async def prepare(self, session: Session) -> None:
        """Let the fault take hold in every page that has what it changes."""
        context = session.context
        if self.mutant.kind == "drop-request":
            await context.route(_addresses(self.mutant.selector), self._drop)
            return
        await context.expose_binding(_BINDING, lambda _source, _message: self._hold())
        await context.add_init_script(_script(self.mutant))

    def _hold(self) -> None:
        self.took = True

    async def _drop(self, route: Route) -> None:
        request = route.request
        if request.resource_type in _DATA and _request_key(request) == self.mutant.selector:
            self.took = True
            await route.abort()
        else:
            await route.fallback()


def _request_key(request: Request) -> str:
    return f"{request.method} {re.sub('[0-9]+', '#', urlsplit(request.url).path)}"


def _addresses(key: str) -> re.Pattern[str]:
    """Return what fits the addresses of a request's key, so that no other request has to wait for us."""
    path = "[0-9]+".join(map(re.escape, key.partition(" ")[2].split("#")))
    return re.compile(rf"^[a-z]+://[^/?#]+{path}(?:[?#]|$)")


def _page(request: Request) -> str:
    return re.sub("[0-9]+", "#", urlsplit(request.frame.url).path)


@cache
def _source() -> str:
    return files(__package__).joinpath("mutate.js").read_text(encoding="utf-8")


def _script(mutant: Mutant | None) -> str:
    plan = None if mutant is None else {
        "kind": mutant.kind, "page": mutant.page, "selector": mutant.selector, "text": mutant.text
    }  # fmt: skip
    code = re.sub(r"^//.*\n", "", _source(), flags=re.MULTILINE).strip().rstrip(";")
    return f"({code})({json.dumps(plan)}, {json.dumps(_BINDING)});"
