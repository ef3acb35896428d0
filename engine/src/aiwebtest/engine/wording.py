"""Words for people: how an intent was read."""

from __future__ import annotations

from aiwebtest.core.intent import Intent

__all__ = ["read_intent"]


def read_intent(intent: Intent) -> str:
    """Return what is to be done, in a few words: `type “lamp” → the search field`."""
    parts = [intent.action.replace("_", " ")]
    if intent.values:
        parts.append(", ".join(f"“{value}”" for value in intent.values))
    if intent.target is not None:
        parts.append(f"→ {intent.target.text}" if intent.values else intent.target.text)
    if intent.to is not None:
        parts.append(f"onto {intent.to.text}")
    if intent.into is not None:
        parts.append(f"into {{{intent.into}}}")
    return " ".join(parts)
