"""A model's answer, checked: a closed set of actions, values from the sentence only, evidence from the page only."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from aiwebtest.core.errors import GroundingError
from aiwebtest.core.intent import Action, Intent, Target
from aiwebtest.core.snapshot import Snapshot

__all__ = ["intent_of", "missing_evidence", "on_page"]

_ACTIONS: dict[str, Action] = {
    "click": "click",
    "fill": "type",
    "type": "type",
    "press": "press",
    "scrollTo": "scroll",
    "nextChunk": "scroll",
    "prevChunk": "scroll",
    "selectOptionFromDropdown": "select",
    "hover": "hover",
    "doubleClick": "double_click",
}
_WAYS = {"nextChunk": "down", "prevChunk": "up"}  # that Stagehand's words for scrolling go
_OF_PAGE: frozenset[Action] = frozenset({"press", "scroll"})  # need no element: keys go to what has the focus
_WITH_VALUE: frozenset[Action] = frozenset({"type", "press", "select"})
_SPACE = re.compile(r"\s+")
_PLAIN = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "‑": "-", "\u00ad": ""})
_TREE_MARK = re.compile(r"^(?:\[\d+-\d+\] ?)?(?:[A-Za-z]+: )?")  # how the tree writes a line: `[0-12] heading: Welcome`


def intent_of(method: str, arguments: tuple[str, ...], sentence: str) -> Intent:
    """Return the intent that a model read into a sentence. Raises GroundingError for an action or value of its own.

    A page may try to talk the model into other values; what is typed, pressed or chosen must stand in the sentence, as
    words of their own, and is taken as the sentence spells it.
    """
    action = _ACTIONS.get(method)
    if action is None:
        raise GroundingError(f"The model proposes “{method}” for “{sentence}”.", mend="say it as one plain action.")
    values = arguments[:1] if action in _WITH_VALUE else ()
    if action in _WITH_VALUE and not (values and values[0].strip()):
        raise GroundingError(
            f"The model proposes to {action} nothing for “{sentence}”.", mend="name the value in quotes."
        )
    spelled = (_WAYS[method],) if method in _WAYS else tuple(_in_sentence(value, sentence) for value in values)
    return Intent(action=action, text=sentence, target=Target(text=sentence), values=spelled, read_by="model")


def on_page(intent: Intent) -> Intent:
    """Return what is meant when a model points at the whole page: keys and scrolling need no element then."""
    if intent.action not in _OF_PAGE:
        return intent
    way = intent.values or (("down",) if intent.action == "scroll" else ())
    return replace(intent, target=None, values=way)


def _in_sentence(value: str, sentence: str) -> str:
    words = r"\s+".join(re.escape(word) for word in value.split())
    match = re.search(rf"(?<!\w){words}(?!\w)", sentence, re.IGNORECASE)
    if match is None:
        raise GroundingError(
            f"The model proposes the value “{value}”, which is not in “{sentence}”.", mend="name the value in quotes."
        )
    return match[0]


def missing_evidence(evidence: Iterable[str], snapshot: Snapshot, mask: Callable[[str], str] = str) -> tuple[str, ...]:
    """Return the quotes that are on no visible part of the page.

    White space, case and the shape of quotation marks and dashes do not count: a quote may go over several elements.
    `mask` is what the page went through before the model saw it.
    """
    seen = _fold(mask("\n".join(_texts(snapshot))))
    return tuple(quote for quote in evidence if not any(form and form in seen for form in _forms(quote)))


def _forms(quote: str) -> Iterator[str]:
    """Yield the quote as it is, and without what the tree writes in front of a text."""
    yield _fold(quote)
    yield _fold(_TREE_MARK.sub("", quote.strip()))


def _texts(snapshot: Snapshot) -> Iterator[str]:
    yield from (snapshot.title, snapshot.url, snapshot.text)
    for node in snapshot.nodes:
        if node.visible:
            yield from (text for text in (node.name, node.value, node.alt, node.title, node.placeholder) if text)


def _fold(text: str) -> str:
    return _SPACE.sub("", text.translate(_PLAIN)).casefold()
