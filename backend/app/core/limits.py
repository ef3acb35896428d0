"""How many requests somebody may make in a minute. Kept in the memory of one process, so each server counts its own."""

from __future__ import annotations

import time
from collections.abc import Callable

from app.core.errors import TooMany

__all__ = ["RateLimits"]

_WINDOW_S = 60.0
_KEYS_KEPT = 10_000


class RateLimits:
    """Counts requests by key in windows of a minute, each beginning with the key's first request."""

    def __init__(self, per_minute: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute, self._clock = per_minute, clock
        self._windows: dict[str, tuple[float, int]] = {}  # when it began, requests since

    def take(self, key: str, *, share: float = 1.0) -> None:
        """Count a request; raises `TooMany` when the key has had its minute's requests, or its `share` of them."""
        moment = self._clock()
        began, count = self._windows.get(key, (moment, 0))
        if moment - began >= _WINDOW_S:
            began, count = moment, 0
        if count >= max(1, self._per_minute * share):
            raise TooMany(
                f"These are more than {max(1, round(self._per_minute * share))} requests in a minute.",
                retry_after_s=began + _WINDOW_S - moment,
            )
        self._windows[key] = began, count + 1
        if len(self._windows) > _KEYS_KEPT:
            self._windows = {k: window for k, window in self._windows.items() if moment - window[0] < _WINDOW_S}
