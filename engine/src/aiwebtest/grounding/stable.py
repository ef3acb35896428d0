"""What of a page can be relied upon to be there tomorrow: stable names, stable words.

Numbers and dates change while the thing stays the same: the "2" in "Basket (2)", the day in "Due 12 March 2026". In a
stored text `#` stands for any of them. Generated ids (`:r3:`, `css-1q2w3e`, `ember42`) say nothing at all.

The in-page side (`browser/inpage/tree.js`) compares texts by the same rules.
"""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["alike", "is_stable_word", "pattern", "squeeze"]

_NUMBER = re.compile(r"[0-9]+(?:[.,:/-][0-9]+)*")
_DATE_WORD = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"  # English; others stay as they are
_DATED = re.compile(rf"\b{_DATE_WORD}(?= #)|(?<=# ){_DATE_WORD}(?![a-z])", re.IGNORECASE)
_ANY_NUMBER = rf"(?:#|{_NUMBER.pattern}|{_DATE_WORD})"
_SPACE = re.compile(r"\s+")


def folded(text: str) -> str:
    """Return `text` with `#` in the place of each number, and of month names beside one."""
    return _DATED.sub("#", _NUMBER.sub("#", text))


def squeeze(text: str) -> str:
    """Return `text` in lower case without white space: how texts are compared."""
    return _SPACE.sub("", text).lower()


def alike(stored: str, text: str) -> bool:
    """Tell whether a text on the page is what the stored one says; `#` in the stored one may be any number or date."""
    wanted = squeeze(stored)
    if "#" in wanted:
        return _wildcard(wanted).fullmatch(squeeze(text)) is not None
    return wanted == squeeze(text)


@lru_cache(maxsize=512)
def _wildcard(wanted: str) -> re.Pattern[str]:
    return re.compile(_ANY_NUMBER.join(re.escape(part) for part in wanted.split("#")))


def pattern(text: str, spoken: str) -> str:
    """Return a text of the page as it is to be stored: numbers that the sentence does not speak of become `#`."""
    if all(number in spoken for number in _NUMBER.findall(text)):
        return text
    return folded(text)


_HASHY = re.compile(r"[a-z][A-Z]+[a-z]?[A-Z]|[A-Z]{2,}[a-z]+[A-Z]|^[^aeiouyAEIOUY]{4,}$")


def is_stable_word(word: str) -> bool:
    """Tell whether an id, name or class looks written by a person: words, no digits, no hash."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z_-]{1,39}", word):
        return False
    return not any(_HASHY.search(part) for part in re.split(r"[-_]+", word) if part)
