"""Sessions made ahead: making a context and its page takes half the time of a short case."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Awaitable, Callable, Hashable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.async_api import Error as PlaywrightError

from aiwebtest.core.errors import AiWebTestError

if TYPE_CHECKING:
    from aiwebtest.browser.session import Session

__all__ = ["Prepared", "Spares"]

_ASKED_BEFORE = 2  # a spare is made only where this many sessions of a kind were wanted: then there will be more


@dataclass(frozen=True, slots=True)
class Prepared:
    """A session that is ready, and what closes it."""

    session: Session
    stack: AsyncExitStack


Make = Callable[[], Awaitable[Prepared]]


class Spares:
    """Keeps one session ready, of the kind that was wanted last. Nobody has used it: it is as fresh as any.

    It is made while a case waits for its page. Where as many cases run as there are processors, nothing ever waits, and
    a spare would only take memory: none is made then.
    """

    def __init__(self, processors: int | None = None) -> None:
        self._processors = processors or os.cpu_count() or 1
        self._used = 0
        self._wanted: Counter[Hashable] = Counter()
        self._kind: Hashable = None
        self._making: asyncio.Task[Prepared] | None = None

    async def take(self, kind: Hashable) -> Prepared | None:
        """Return the spare, if it is of that kind and in order."""
        if self._making is None or kind is None or kind != self._kind:
            return None
        making, self._making = self._making, None
        try:
            prepared = await making
        except (AiWebTestError, PlaywrightError):
            return None  # the one that is made in its place tells what is wrong
        if prepared.session.alive:
            return prepared
        await prepared.stack.aclose()
        return None

    @contextmanager
    def in_use(self, kind: Hashable, make: Make) -> Iterator[Callable[[], Awaitable[None]]]:
        """Count a session of that kind as in use; yields what begins to make the next one, where that is of use."""
        self._wanted[kind] += 1
        self._used += 1
        try:
            yield lambda: self._refill(kind, make)
        finally:
            self._used -= 1

    async def _refill(self, kind: Hashable, make: Make) -> None:
        expected = kind is not None and self._wanted[kind] >= _ASKED_BEFORE
        if not expected or self._used >= self._processors or (self._making is not None and self._kind == kind):
            return
        await self.close()
        self._kind = kind
        self._making = asyncio.ensure_future(make())

    async def close(self) -> None:
        """Give up the spare."""
        making, self._making = self._making, None
        if making is None:
            return
        await asyncio.wait({making})
        if not making.cancelled() and making.exception() is None:
            await making.result().stack.aclose()
