"""Faults: what providers are known to do wrong, by name, and the plan of when the emulator does it."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

__all__ = ["FAULTS", "Fault", "FaultPlan"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong. `status` is of the answer, None for one that spoils an answer of 200 or the line."""

    name: str
    what: str
    status: int | None = None
    category: str = ""  # the guard's category that it must come to


def _by_name(*faults: Fault) -> Mapping[str, Fault]:
    return MappingProxyType({fault.name: fault for fault in faults})


FAULTS = _by_name(
    Fault(name="bad_request", what="400 for a field of the request", status=400, category="bad_request"),
    Fault(name="context", what="more tokens than the model takes", status=400, category="context"),
    Fault(name="auth", what="the key is wrong", status=401, category="auth"),
    Fault(name="payment", what="no credit left", status=402, category="payment"),
    Fault(name="forbidden", what="the account may not use the model", status=403, category="forbidden"),
    Fault(name="not_found", what="no such model", status=404, category="not_found"),
    Fault(name="request_timeout", what="the provider gave up waiting", status=408, category="timeout"),
    Fault(name="too_large", what="the body is too large", status=413, category="too_large"),
    Fault(name="unprocessable", what="422 for a value of the request", status=422, category="bad_request"),
    Fault(name="rate_limit", what="too many requests; Retry-After in seconds", status=429, category="rate_limit"),
    Fault(name="rate_limit_ms", what="too many requests; retry-after-ms", status=429, category="rate_limit"),
    Fault(name="rate_limit_date", what="too many requests; Retry-After as a date", status=429, category="rate_limit"),
    Fault(name="quota", what="the day's allowance is used up", status=429, category="quota"),
    Fault(name="server_error", what="an internal error", status=500, category="server"),
    Fault(name="bad_gateway", what="an upstream failed", status=502, category="server"),
    Fault(name="unavailable", what="not available", status=503, category="overloaded"),
    Fault(name="gateway_timeout", what="an upstream was too slow", status=504, category="server"),
    Fault(name="overloaded", what="overloaded", status=529, category="overloaded"),
    Fault(name="slow_first_byte", what="nothing comes for longer than anyone waits", category="timeout"),
    Fault(name="drip", what="the body comes a byte at a time, for ever", category="timeout"),
    Fault(name="cut", what="the connection is reset before any answer", category="connection"),
    Fault(name="half_body", what="the connection is closed in the middle of the body", category="connection"),
    Fault(name="html", what="200 with an HTML page", status=200, category="malformed"),
    Fault(name="error_body", what="200 with an error as its body", status=200, category="malformed"),
    Fault(name="no_choices", what="200 without any choice", status=200, category="malformed"),
    Fault(name="broken_json", what="200 with a body that ends too early", status=200, category="malformed"),
    Fault(name="truncated", what="the answer stops at the token limit", status=200, category="truncated"),
    Fault(name="refused", what="a safety filter stops the answer", status=200, category="filtered"),
    Fault(name="empty", what="an answer without text", status=200, category="empty"),
    Fault(name="prose", what="text instead of JSON", status=200, category="prose"),
    Fault(name="off_schema", what="JSON of another shape", status=200, category="off_schema"),
    Fault(name="no_usage", what="a good answer without a count of tokens", status=200, category="ok"),
)
"""Every fault by its name."""


@dataclass
class FaultPlan:
    """When which fault happens: the next ones in a list, then a share of all requests, chosen with `seed`."""

    share: float = 0.0
    names: tuple[str, ...] = ()  # drawn from for the share; () means all
    seed: int = 0
    always: str = ""
    queue: list[str] = field(default_factory=list)  # "" in it is a request that goes well

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def next(self) -> Fault | None:
        """Return the fault of the next request, None when it goes well."""
        if self.queue:
            return FAULTS.get(self.queue.pop(0))
        if self.always:
            return FAULTS[self.always]
        if self.share and self._random.random() < self.share:
            return FAULTS[self._random.choice(self.names or tuple(FAULTS))]
        return None
