"""Makes a case wrong on purpose: the last thing it names or expects becomes one that is not there.

A test that still passes then would pass whatever the page does. The change is made in the sentence, in general ways:
a quoted name or text becomes one that no page has, and so does a name that is written with capitals; a number becomes
another, and a target without a name gets one.
Sentences that expect an absence, or only bound a number, stay as they are, since another name leaves them true; the
step before them is made wrong instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from aiwebtest.core.case import Step

__all__ = ["STRANGER", "falsified_steps", "falsify"]

STRANGER = "Quagga Xylem"
"""A name that is on no page of any benchmark."""

_QUOTED = re.compile(r'"[^"]*"|“[^”]*”')
_LOOSE = re.compile(
    r"\b(not|no|never|nothing|none|without|gone|absent|hidden|disappears?|disappeared|vanish\w*|removed|empty|\w+n't)\b"
    r"|\b(dialog|modal|pop-?up|drawer)\b.* (is|are|was) closed\b"  # so is one that never was
    r"|\b(at (least|most)|(more|less|fewer) than|below|above|under|over|between|before|after)\s+[$€£]?\d",
    re.IGNORECASE,
)
_INTERLUDE = re.compile(r"^(wait\b|go back|go forward|reload|refresh|accept|dismiss|press\b)", re.IGNORECASE)
_TYPED = re.compile(
    r"^\W*(?:\w+ ){0,3}?(type|enter|fill|append|set|write|input|paste|upload|save|remember|store)\b", re.IGNORECASE
)
_UNNAMED = re.compile(
    r"\b(the|a|an|into|in|on)\s+((?:\d+(?:st|nd|rd|th)|first|second|third|fourth|fifth|last|next)\s+)?"
    r"(?=(?:text\s*|search\s+|check|radio\s+)?"
    r"(?:button|link|box|textbox|area|textarea|field|form|slider|spinner|tab|row|icon|result|image|checkbox|list|notice"
    r")\b)",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<=[a-z,] )(?!I\b)[A-Z]\w+(?:[ -][A-Z]\w+)*")  # "Dario Ricci"; not what begins the sentence
_NUMBER = re.compile(r"(?<![\w\"{])\d+(?:[.,]\d+)*(?![\w\"}])")


def falsified_steps(steps: Sequence[Step]) -> tuple[Step, ...] | None:
    """Return the steps with the last falsifiable one made wrong, or None if there is none."""
    for index in range(len(steps) - 1, -1, -1):
        wrong = falsify(steps[index].text)
        if wrong is not None:
            return (*steps[:index], replace(steps[index], text=wrong), *steps[index + 1 :])
    return None


def falsify(sentence: str) -> str | None:
    """Return the sentence with its target or expectation made wrong, or None if that cannot be done safely."""
    unquoted = _QUOTED.sub('""', sentence)
    if _LOOSE.search(unquoted) or _INTERLUDE.match(sentence):
        return None
    quotes = list(_QUOTED.finditer(sentence))
    if _TYPED.match(unquoted) and not _choice(sentence):
        return _wrong_field(sentence, quotes)
    if quotes:
        return _put(sentence, quotes[-1], f'"{STRANGER}"')
    if name := _last(_NAME, sentence):
        return _put(sentence, name, STRANGER)
    if unnamed := _last(_UNNAMED, sentence):
        return f'{sentence[: unnamed.end()]}"{STRANGER}" {sentence[unnamed.end() :]}'
    if number := _last(_NUMBER, sentence):
        return _put(sentence, number, f"{number[0]}7")
    return None


def _choice(sentence: str) -> bool:
    """Tell whether what is entered must be one that the page offers, so that a wrong one cannot be entered."""
    return re.search(r"\b(item|option|suggestion)s?\b", sentence, re.IGNORECASE) is not None


def _wrong_field(sentence: str, quotes: Sequence[re.Match[str]]) -> str | None:
    """Return the sentence with another field: any value can be typed, so only the field can be wrong."""
    for quote in reversed(quotes):
        if re.search(r"\b(in|into|to|for|as|of|with|under)(\s+the)?\s+$", sentence[: quote.start()], re.IGNORECASE):
            return _put(sentence, quote, f'"{STRANGER}"')
    if unnamed := _last(_UNNAMED, sentence):
        return f'{sentence[: unnamed.end()]}"{STRANGER}" {sentence[unnamed.end() :]}'
    return None


def _last(pattern: re.Pattern[str], sentence: str) -> re.Match[str] | None:
    found = list(pattern.finditer(sentence))
    return found[-1] if found else None


def _put(sentence: str, place: re.Match[str], text: str) -> str:
    return sentence[: place.start()] + text + sentence[place.end() :]
