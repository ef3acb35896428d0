"""A model's answer, checked: a closed set of actions, values from the sentence only, evidence from the page only."""

from __future__ import annotations

import re
from collections.abc import Iterable

from aiwebtest.core.errors import GroundingError
from aiwebtest.core.intent import Action, Intent, Target
from aiwebtest.core.snapshot import Snapshot

__all__ = ["intent_of", "missing_evidence"]

_ACTIONS: dict[str, Action] = {
    "click": "click",
    "fill": "type",
    "type": "type",
    "press": "press",
    "scrollTo": "scroll",
    "selectOptionFromDropdown": "select",
    "hover": "hover",
    "doubleClick": "double_click",
}
_WITH_VALUE: frozenset[Action] = frozenset({"type", "press", "select"})
_SPACE = re.compile(r"\s+")


def intent_of(method: str, arguments: tuple[str, ...], sentence: str) -> Intent:
    """Return the intent that a model read into a sentence. Raises GroundingError for an action or value of its own.

    A page may try to talk the model into other values; what is typed, pressed or chosen must stand in the sentence.
    """
    action = _ACTIONS.get(method)
    if action is None:
        raise GroundingError(f"The model proposes “{method}” for “{sentence}”.", mend="say it as one plain action.")
    values = arguments[:1] if action in _WITH_VALUE else ()
    if action in _WITH_VALUE and not values:
        raise GroundingError(
            f"The model proposes to {action} nothing for “{sentence}”.", mend="name the value in quotes."
        )
    for value in values:
        if _fold(value) not in _fold(sentence):
            raise GroundingError(
                f"The model proposes the value “{value}”, which is not in “{sentence}”.",
                mend="name the value in quotes.",
            )
    return Intent(action=action, text=sentence, target=Target(text=sentence), values=values, read_by="model")


def missing_evidence(evidence: Iterable[str], snapshot: Snapshot) -> tuple[str, ...]:
    """Return the quotes that are on no visible part of the page; white space and case do not count."""
    seen = _fold(" ".join([snapshot.title, snapshot.url, snapshot.text, *_other_texts(snapshot)]))
    return tuple(quote for quote in evidence if _fold(quote) not in seen)


def _other_texts(snapshot: Snapshot) -> Iterable[str]:
    for node in snapshot.nodes:
        if node.visible:
            yield from (text for text in (node.name, node.value, node.alt, node.title, node.placeholder) if text)


def _fold(text: str) -> str:
    return _SPACE.sub(" ", text).strip().casefold()
