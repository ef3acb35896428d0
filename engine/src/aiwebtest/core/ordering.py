"""Orders in words: by what things are sorted, and in which direction."""

from __future__ import annotations

import re
from typing import Literal

__all__ = ["Direction", "direction_of", "read_order", "says_order"]

Direction = Literal["ascending", "descending"]

_BY = re.compile(
    r"\b(?:by|on|according to|based on) (?:the |their |its )?(?P<key>.+?)(?= (?:in|from|with|and|then)\b|,| \(|$|"
    r" ascending| descending| (?:low|high|cheap|new|old|small|larg|early|earli|lat)\w*(?: to| first))",
    re.IGNORECASE,
)
_DOWN = re.compile(
    r"descending|\bdesc\b|reverse|(?:high|larg|great|bigg|new|lat|long|heav|most (?:expensive|recent|popular))\w*"
    r"(?: \w+)? (?:to|first)|from (?:high|z|most expensive|new|larg|lat)|z ?(?:to|[-–→]) ?a\b|newest|latest first"
    r"|best first|decreasing|[↓▼]",
    re.IGNORECASE,
)
_UP = re.compile(
    r"ascending|\basc\b|alphabetical|\ba ?(?:to|[-–→]) ?z|from (?:low|a\b|cheap|old|small|earl)|(?:low|cheap|old|small"
    r"|earl|short|lightest|fewest)\w*(?: \w+)? (?:to|first)|chronological|numerical|increasing|first to last|[↑▲]",
    re.IGNORECASE,
)
_COMES_LAST = re.compile(
    r"\b(?P<word>\w{2,}est|(?:most|least) \w+)(?: \w+)? (?:(?:stands?|comes?) )?(?:last|at the (?:bottom|end|foot))\b",
    re.IGNORECASE,
)
_OPPOSITE: dict[Direction | None, Direction] = {"ascending": "descending", "descending": "ascending"}


def direction_of(text: str) -> Direction | None:
    """Return the direction that words such as "lowest first", "(Z-A)" or "descending" say, None if they say none."""
    if comes_last := _COMES_LAST.search(text):
        return _OPPOSITE.get(direction_of(f"{comes_last['word']} first"))
    down, up = bool(_DOWN.search(text)), bool(_UP.search(text))
    if down and not up:
        return "descending"
    if up:
        return "descending" if down and "reverse" in text.lower() else "ascending"
    return None


def says_order(label: str, key: str, direction: Direction | None) -> bool:
    """Tell whether the label of an option says an order: just as `key`, or by that key and in that direction."""
    if _words(label) == _words(key):
        return True
    return _words(_key(label)) == _words(_key(key)) and (direction is None or direction_of(label) == direction)


def _key(text: str) -> str:
    """Return what is sorted by, without the words of a direction: "Price" of "Sort by price: low to high"."""
    bare = re.sub(r"^sort(?:ed)? by:? ", "", text.strip(), flags=re.IGNORECASE)
    cut = min((found.start() for form in (_DOWN, _UP) if (found := form.search(bare))), default=len(bare))
    return re.sub(r"\W*(?:\b(?:in|from)\b)?\W*$", "", bare[:cut])


def _words(text: str) -> list[str]:
    return [word.removesuffix("s") for word in re.findall(r"\w+", text.casefold())]


def read_order(how: str) -> tuple[str, Direction | None]:
    """Return key and direction of "by price, lowest first"; the key is "" where none is named, as in "A to Z"."""
    key = _BY.search(how)
    name = key["key"].strip() if key else ""
    rest = how.replace(key[0], " ") if key else how
    if not name and re.search(r"newest|latest|oldest|earliest|most recent|chronolog", rest, re.IGNORECASE):
        name = "date"
    if not name and re.search(r"cheapest|(?:most|least) expensive", rest, re.IGNORECASE):
        name = "price"
    return name, direction_of(rest)
