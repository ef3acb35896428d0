"""Which stored effects a replay must show again.

Some effects are what an action is for: a box got its tick, the page went elsewhere, a file came down. They bind: when
one was seen as the step passed and is not seen now, the element may still look right and do the wrong thing. The others
accompany actions and come and go with timing and caches (a request, a change somewhere in the page, focus). Of them
it binds only that there was anything at all.
"""

from __future__ import annotations

from collections.abc import Iterable

from aiwebtest.core.effect import EffectKind, Effects

__all__ = ["fits", "worth_keeping"]

_BINDING: dict[EffectKind, str] = {
    "value": "the field took the value",
    "checked": "a box or switch changed",
    "selected": "an option was chosen",
    "expanded": "something opened or closed",
    "navigated": "the page went to another address",
    "download": "a file was downloaded",
    "dialog": "a dialog opened",
    "popup": "a new window opened",
    "closed": "the window closed",
}
_SOFT: tuple[EffectKind, ...] = ("dom", "request", "storage", "scroll", "focus", "hover")  # most telling first


def worth_keeping(kinds: Iterable[EffectKind]) -> frozenset[EffectKind]:
    """Return the kinds to store: all that bind; when there is none, the most telling of the others.

    The rest would only make the lockfile change with the weather.
    """
    seen = frozenset(kinds)
    binding = seen & _BINDING.keys()
    return binding or frozenset([kind for kind in _SOFT if kind in seen][:1])


def fits(stored: frozenset[EffectKind], seen: Effects) -> str | None:
    """Return why the effects seen do not fit the stored ones, as half a sentence; None when they do."""
    lost = sorted((stored & _BINDING.keys()) - seen.kinds)
    if lost:
        return "; ".join(f"when it last passed, {_BINDING[kind]}, and now it did not" for kind in lost)
    if stored & frozenset(_SOFT) and not seen:
        return "when it last passed, the page reacted, and now nothing happened"
    return None
