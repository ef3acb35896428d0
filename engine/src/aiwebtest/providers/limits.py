"""Limits of a key: how many requests at once, and how many a minute, shared by all workers of a process."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

__all__ = ["Limits"]

_MINUTE_S = 60.0


class Limits:
    """Lets requests through, at most `at_once` together and `per_minute` in any sixty seconds. None is no limit."""

    def __init__(
        self,
        clock: Callable[[], float],
        *,
        at_once: int | None = None,
        per_minute: int | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._clock, self._sleep, self._per_minute = clock, sleep, per_minute
        self._slots = asyncio.Semaphore(at_once) if at_once else None
        self._sent: deque[float] = deque()
        self._turn = asyncio.Lock()

    @property
    def paced(self) -> bool:
        """Tell whether there is a number of requests a minute to keep to."""
        return self._per_minute is not None

    def wait_s(self) -> float:
        """Return how long a request would have to wait for its minute now, in seconds."""
        if self._per_minute is None:
            return 0.0
        self._forget()
        return 0.0 if len(self._sent) < self._per_minute else max(0.0, self._sent[0] + _MINUTE_S - self._clock())

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[float]:
        """Hold a place for one request; yield the seconds waited for it."""
        began = self._clock()
        if self._slots is None:
            await self._minute()
            yield self._clock() - began
            return
        async with self._slots:
            await self._minute()
            yield self._clock() - began

    async def _minute(self) -> None:
        if self._per_minute is None:
            return
        async with self._turn:
            while (wait_s := self.wait_s()) > 0:
                await self._sleep(wait_s)
            self._sent.append(self._clock())

    def _forget(self) -> None:
        while self._sent and self._sent[0] <= self._clock() - _MINUTE_S:
            self._sent.popleft()
