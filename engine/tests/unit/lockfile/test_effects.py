"""Which effects a replay must show again."""

from __future__ import annotations

import pytest

from aiwebtest.core.effect import Effect, EffectKind, Effects
from aiwebtest.lockfile import fits, worth_keeping


def seen(*kinds: EffectKind) -> Effects:
    return Effects(seen=tuple(Effect(kind=kind) for kind in kinds))


@pytest.mark.parametrize(
    "kind", ["value", "checked", "selected", "expanded", "navigated", "download", "dialog", "popup"]
)
def test_what_an_action_is_for_binds(kind: EffectKind) -> None:
    """The element may look right and do the wrong thing: then its own effect is missing."""
    assert fits(frozenset({kind}), seen(kind, "dom")) is None
    assert fits(frozenset({kind}), seen("dom", "request")) is not None


@pytest.mark.parametrize("kind", ["dom", "request", "focus", "scroll", "storage", "hover"])
def test_what_only_accompanies_an_action_may_be_another(kind: EffectKind) -> None:
    """Requests are cached and focus moves with timing: any reaction will do where one was."""
    assert fits(frozenset({kind}), seen("focus")) is None
    assert fits(frozenset({kind}), seen()) == "when it last passed, the page reacted, and now nothing happened"


def test_more_than_before_is_no_miss() -> None:
    """A further effect is for the checks to judge."""
    assert fits(frozenset({"value"}), seen("value", "navigated")) is None


def test_nothing_stored_asks_for_nothing() -> None:
    """An action that had no effect when it passed may have none again."""
    assert fits(frozenset(), seen()) is None


def test_only_what_can_be_missed_is_stored() -> None:
    """So the lockfile does not change with the weather."""
    assert worth_keeping({"navigated", "dom", "request"}) == {"navigated"}
    assert worth_keeping({"focus", "request", "dom"}) == {"dom"}
    assert worth_keeping(()) == frozenset()
