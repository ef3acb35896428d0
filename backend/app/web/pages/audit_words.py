"""What entries of the audit trail say beside their action, in the words of the pages. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from app.web.kit import words

__all__ = ["subject", "told"]

_NAMES = {
    "allow_origins": "allowed origins",
    "base_url": "base URL",
    "budget_usd_per_day": "budget of one day",
    "budget_usd_per_execution": "budget of one execution",
    "cost_cap_usd": "cost cap",
    "cron": "when",
    "decision_days": "days that recorded decisions are kept",
    "deny_origins": "denied origins",
    "enabled": "active",
    "events": "when it is told",
    "made_at": "made at",
    "max_parallel": "at most at once",
    "only": "what it is told of",
    "request": "how it runs",
    "retention_days": "days kept",
    "settings": "how it runs",
    "size_bytes": "bytes",
    "timezone": "time zone",
    "url": "address",
}
_SWITCHES = {"on": ("turned on", "turned off"), "active": ("made active", "made inactive")}
_NAMED = ("changed", "fields")  # details that list names of fields
_MOMENTS = ("made_at", "until")
_SUBJECTS = {"record_decisions": "recording of decisions"}


def subject(name: str) -> str:
    """Return what it was done to."""
    return _SUBJECTS.get(name, name)


def told(detail: Mapping[str, object]) -> str:
    """Return an entry's details as a sentence's parts: `budget of one day: $2.50 · days kept: 30`."""
    return " · ".join(_parts(detail))


def _parts(detail: Mapping[str, object]) -> Iterator[str]:
    for name, value in detail.items():
        if name in _SWITCHES and isinstance(value, bool):
            yield _SWITCHES[name][not value]
        elif name in _NAMED and isinstance(value, list):
            yield f"changed: {words.value_of([_name(str(one)) for one in value]) if value else 'nothing'}"
        elif name in _MOMENTS and isinstance(value, str):
            yield f"{_name(name)}: {datetime.fromisoformat(value).astimezone(UTC):%d %b %Y, %H:%M} UTC"
        elif name.startswith("budget_") and isinstance(value, int | float):
            yield f"{_name(name)}: {words.limit(value)}"
        else:
            yield f"{_name(name)}: {words.value_of(value)}"


def _name(name: str) -> str:
    return _NAMES.get(name, name.replace("_", " "))
