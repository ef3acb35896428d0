"""Breakers: a provider that fails is left alone for a while, then asked once before it is trusted again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aiwebtest.providers.categories import FACTS, Category

__all__ = ["Breaker"]

_FAILURES = 3  # in a row, until a provider is rested for a fault that one failure alone does not prove
_REST_S = 30.0
_LONGEST_REST_S = 24 * 3600.0


@dataclass(slots=True)
class Breaker:
    """One provider's state, shared by all workers of a process.

    Closed: requests pass. Open: none passes until `rest` is over. Half open: one request passes as a probe; its success
    closes the breaker, its failure opens it again.
    """

    clock: Callable[[], float]  # monotonic seconds
    failures: int = 0
    open_until: float = 0.0
    probing: bool = False
    reason: Category = "ok"

    @property
    def state(self) -> str:
        """Return "closed", "open" or "half-open"."""
        if self.open_until == 0.0:
            return "closed"
        return "open" if self.clock() < self.open_until or self.probing else "half-open"

    def admit(self) -> bool:
        """Tell whether a request may be sent now; in the half-open state the first caller becomes the probe."""
        state = self.state
        if state == "half-open":
            self.probing = True
        return state != "open"

    def healthy(self) -> bool:
        """Tell whether a request would be admitted, without becoming the probe."""
        return self.state != "open"

    @property
    def rest_s(self) -> float:
        """Return how long no request is admitted yet, in seconds."""
        return max(0.0, self.open_until - self.clock()) if self.open_until else 0.0

    def succeeded(self) -> None:
        """Close the breaker."""
        self.failures, self.open_until, self.probing, self.reason = 0, 0.0, False, "ok"

    def failed(self, category: Category, retry_after_s: float | None = None) -> None:
        """Count a failure, and open the breaker when it calls for a rest."""
        facts = FACTS[category]
        was_probe, self.probing = self.probing, False
        if not facts.trips:  # the provider works; this one answer was of no use
            if was_probe:
                self.succeeded()
            return
        self.failures += 1
        rest_s = retry_after_s if retry_after_s is not None else facts.rest_s
        if not rest_s and (self.failures >= _FAILURES or was_probe):
            rest_s = _REST_S
        if rest_s:
            self.open_until = self.clock() + min(rest_s, _LONGEST_REST_S)
            self.reason = category

    def abandoned(self) -> None:
        """Forget a probe that ended without an answer, such as a cancelled one."""
        self.probing = False
