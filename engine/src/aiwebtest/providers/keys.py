"""API keys: told apart without being shown."""

from __future__ import annotations

import hashlib

__all__ = ["fingerprint"]


def fingerprint(api_key: str) -> str:
    """Return what tells one key from another: eight hex digits of its SHA-256, from which it cannot be had back."""
    return hashlib.sha256(api_key.encode()).hexdigest()[:8]
