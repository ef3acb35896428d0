"""What requests to providers cost together, and for which of them nobody knows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

__all__ = ["UNBILLED", "UNSENT", "Billed", "is_unpriced", "total_cost"]

UNSENT = frozenset({"breaker_open", "budget", "unsuited"})
"""Outcomes of attempts that never left this machine."""

_TURNED_AWAY = frozenset(
    {"auth", "forbidden", "payment", "quota", "rate_limit", "not_found", "bad_request", "too_large", "context"}
)

UNBILLED = UNSENT | _TURNED_AWAY
"""Outcomes that cost nothing: nothing was sent, or a status of 4xx came before a model read the request.

Vendors bill tokens, and such a request has used none (Google's page on billing says so of its 400 and 500, OpenRouter's
on its "zero completion insurance" of every error). Where an answer was begun or may have been (a time limit, a cut
connection, a fault behind the address) no rule holds for all of them, so that its cost stays unknown.
"""


class Billed(Protocol):
    """An attempt, as far as its money goes."""

    @property
    def outcome(self) -> str:
        """Return "ok" or the category of the failure."""

    @property
    def cost_usd(self) -> float | None:
        """Return US dollars, None where neither the provider nor the price table tells."""


def is_unpriced(attempt: Billed) -> bool:
    """Say whether nobody knows what an attempt cost."""
    return attempt.cost_usd is None and attempt.outcome not in UNBILLED


def total_cost(attempts: Iterable[Billed]) -> float | None:
    """Return what attempts cost together, in US dollars; None when that of one is not known."""
    rows = list(attempts)
    return None if any(map(is_unpriced, rows)) else sum(row.cost_usd or 0.0 for row in rows)
