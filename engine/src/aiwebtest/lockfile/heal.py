"""Heals: a stored grounding that no longer fitted, and what took its place, in words."""

from __future__ import annotations

from aiwebtest.core.events import Heal
from aiwebtest.core.grounding import Grounding
from aiwebtest.core.locator import described

__all__ = ["heal_of"]


def heal_of(before: Grounding, after: Grounding, reason: str) -> Heal:
    """Return the record of a heal; `reason` says which side of the replay check did not hold."""
    return Heal(before=_described(before), after=_described(after), reason=reason)


def _described(grounding: Grounding) -> str:
    if grounding.locator is None or grounding.identity is None:
        return "the page"
    return described(grounding.locator, grounding.identity)
