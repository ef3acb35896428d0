"""Deadlines: how long something may still take."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

__all__ = ["Deadline"]

_FIRST_PAUSE_S = 0.03
_LONGEST_PAUSE_S = 0.25


class Deadline:
    """A moment in the future, on the monotonic clock."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._began = time.monotonic()
        self._ends = self._began + seconds

    @property
    def left_s(self) -> float:
        """Return the seconds left, never below zero."""
        return max(0.0, self._ends - time.monotonic())

    @property
    def spent_s(self) -> float:
        """Return the seconds since it was set."""
        return time.monotonic() - self._began

    @property
    def passed(self) -> bool:
        """Tell whether the moment is over."""
        return time.monotonic() >= self._ends

    async def tries(self) -> AsyncIterator[int]:
        """Yield 0, 1, 2 ... until the deadline, with growing pauses between; at least once, and once at the end.

        A pause is never shorter than what the try before it took, so that polling leaves the page room to work.
        """
        number, pause_s = 0, _FIRST_PAUSE_S
        while True:
            last = self.passed
            began = time.monotonic()
            yield number
            if last:
                return
            took_s = time.monotonic() - began
            await asyncio.sleep(min(max(pause_s, took_s), self.left_s))
            number, pause_s = number + 1, min(pause_s * 1.5, _LONGEST_PAUSE_S)
