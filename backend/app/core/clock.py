"""Moments: aware and UTC everywhere inside; leases count in seconds since the epoch."""

from __future__ import annotations

import time
from datetime import UTC, datetime

__all__ = ["now", "now_s"]


def now() -> datetime:
    """Return this moment, aware, in UTC."""
    return datetime.now(UTC)


def now_s() -> float:
    """Return this moment in seconds since the epoch: what leases and deadlines in the database are written in."""
    return time.time()
