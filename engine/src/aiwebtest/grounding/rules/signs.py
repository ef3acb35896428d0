"""Signs that make another word or number of the one they touch: "C++" is not "C", "A-" not "A", "-5" not "5".

Other signs are ornament: a colon or an asterisk behind a label, brackets, an icon drawn as text.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["BEFORE", "BEHIND", "CURRENCY", "goes_on_left", "goes_on_right"]

CURRENCY: Final = "[$\u20ac\u00a3\u00a5]"
_MINUS = "(?<!\\w)[-\u2212\u2010\u2011]"

BEFORE: Final = rf"(?:{_MINUS}|[<>\u2264\u2265]=?\s?)(?={CURRENCY}?\d)"
"""A pattern for signs in front of a number; those of a comparison may stand apart: "> 18"."""
BEHIND: Final = r"(?:[+#]{1,2}(?![\w+#])|(?<![^\W_]{3})-(?![\w-]))"
"""A pattern for signs behind a word: pluses, a sharp, and a minus where the word is as short as a grade."""

_NEGATIVE = re.compile(rf"{_MINUS}{CURRENCY}?\Z")
_NUMBER = re.compile(rf"{CURRENCY}?\d")
_BEHIND = re.compile(BEHIND)


def goes_on_left(text: str, at: int) -> bool:
    """Tell whether a minus in front of the place `at` belongs to the number or amount that begins there."""
    return bool(_NUMBER.match(text, at) and _NEGATIVE.search(text, max(0, at - 3), at))


def goes_on_right(text: str, at: int) -> bool:
    """Tell whether signs behind the place `at` belong to the word or number that ends there."""
    return text[at - 1 : at].isalnum() and _BEHIND.match(text, at) is not None
