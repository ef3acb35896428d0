"""Effects: what was seen to change after an action."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Effect", "EffectKind", "Effects"]

EffectKind = Literal[
    "value", "checked", "selected", "expanded", "navigated", "dom", "request", "focus", "scroll", "download",
    "dialog", "popup", "closed", "hover", "storage", "none_expected",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One change. `detail` says which, for people: the URL navigated to, the number of changed nodes."""

    kind: EffectKind
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """All that was seen between the action and the settling of the page."""

    seen: tuple[Effect, ...] = ()

    @property
    def kinds(self) -> frozenset[EffectKind]:
        """Return the kinds that were seen."""
        return frozenset(effect.kind for effect in self.seen)

    def without(self, kind: EffectKind) -> Effects:
        """Return the effects but those of one kind."""
        return Effects(seen=tuple(effect for effect in self.seen if effect.kind != kind))

    def __bool__(self) -> bool:
        return bool(self.seen)
