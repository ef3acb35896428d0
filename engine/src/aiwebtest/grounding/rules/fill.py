"""Placeholders of intents and targets put to use: every text that a sentence gave is filled, structure is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from aiwebtest.core.intent import Intent, OptionPattern, Target

__all__ = ["fill_intent", "fill_target"]

Fill = Callable[[str], str]


def fill_target(target: Target, fill: Fill) -> Target:
    """Return the target with `fill` applied to its name, its anchors' names and its other readings."""
    return replace(
        target,
        name=None if target.name is None else fill(target.name),
        modifiers=tuple(fill(word) for word in target.modifiers),
        relations=tuple(replace(r, anchor=fill_target(r.anchor, fill)) for r in target.relations),
        alternatives=tuple(fill_target(other, fill) for other in target.alternatives),
    )


def fill_intent(intent: Intent, fill: Fill) -> Intent:
    """Return the intent with `fill` applied to its values and to its targets; `text` stays as written."""
    return replace(
        intent,
        values=tuple(fill(value) for value in intent.values),
        target=None if intent.target is None else fill_target(intent.target, fill),
        thing=fill(intent.thing),
        pattern=None if intent.pattern is None else _fill_pattern(intent.pattern, fill),
        to=None if intent.to is None else fill_target(intent.to, fill),
    )


def _fill_pattern(pattern: OptionPattern, fill: Fill) -> OptionPattern:
    return OptionPattern(starts=fill(pattern.starts), ends=fill(pattern.ends), contains=fill(pattern.contains))
