"""Sentences as tokens: words, quoted text, placeholders and punctuation, each with its place in the sentence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from aiwebtest.core.scope import PLACEHOLDER

__all__ = ["Phrases", "Span", "Token", "fold", "lex"]

_QUOTES = {
    '"': '"',
    "“": '”"',
    "”": "”",
    "„": '“”"',
    "‟": "”",
    "«": "»",
    "»": "«",
    "‹": "›",
    "`": "`",
    "'": "'’",
    "‘": "’'",
    "‚": "‘’",
    "「": "」",
    "『": "』",
    "《": "》",
    "〈": "〉",
    "＂": "＂",
    "＇": "＇",
}
_APOSTROPHES = "'’‘"
_STOPS = ",.;:!?…"  # end a word only in front of white space, another stop, a quote or the end
_WIDE_STOPS = "，。；：！？、、．"  # end a word anywhere
_ARROWS = ("->", "=>", "→", "⇒", "▸", "►", "➔", "›", "»")
_ARROW_STARTS = frozenset(arrow[0] for arrow in _ARROWS)
_NARROW = str.maketrans("，。；：！？、．", ",.;:!?,.")


def fold(text: str) -> str:
    """Return `text` in the form in which words are compared: one width, one case, straight apostrophes."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text).replace("’", "'").replace("‘", "'").casefold()


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a sentence. `value` is its text without quotes, `low` its folded form ("" for quoted text)."""

    kind: Literal["word", "quote", "hole", "stop"]
    value: str
    low: str
    start: int
    end: int

    @property
    def literal(self) -> bool:
        """Tell whether the writer marked it as text to be taken as it is: quoted, or a placeholder."""
        return self.kind in ("quote", "hole")

    @property
    def capital(self) -> bool:
        """Tell whether it is a word that starts with a capital letter."""
        return self.kind == "word" and self.value[:1].isupper()


@dataclass(frozen=True, slots=True)
class Span:
    """A run of tokens of one sentence."""

    source: str
    tokens: tuple[Token, ...]

    def __len__(self) -> int:
        return len(self.tokens)

    def __iter__(self) -> Iterator[Token]:
        return iter(self.tokens)

    def __getitem__(self, index: int) -> Token:
        return self.tokens[index]

    def cut(self, start: int, end: int | None = None) -> Span:
        """Return the tokens from `start` up to `end`, as a slice does."""
        return Span(self.source, self.tokens[start:end])

    def without(self, start: int, end: int) -> Span:
        """Return the span with the tokens from `start` up to `end` left out."""
        return Span(self.source, self.tokens[:start] + self.tokens[end:])

    @property
    def text(self) -> str:
        """Return the words as written, quotes and the space between them included."""
        return self.source[self.tokens[0].start : self.tokens[-1].end] if self.tokens else ""

    @property
    def lows(self) -> tuple[str, ...]:
        """Return the folded words; a quoted text or a placeholder counts as ""."""
        return tuple(token.low for token in self.tokens)

    def trimmed(self) -> Span:
        """Return the span without punctuation at its ends."""
        start, end = 0, len(self.tokens)
        while start < end and self.tokens[start].kind == "stop":
            start += 1
        while end > start and self.tokens[end - 1].kind == "stop":
            end -= 1
        return self.cut(start, end)

    def find(self, *words: str) -> int:
        """Return the position of the first token whose folded form is one of `words`, or -1."""
        return next((i for i, token in enumerate(self.tokens) if token.low in words and token.kind != "quote"), -1)

    def has_literal(self) -> bool:
        """Tell whether some token is quoted or a placeholder."""
        return any(token.literal for token in self.tokens)


T = TypeVar("T")


class Phrases(Generic[T]):
    """A lexicon of phrases of one or several words, found by longest match."""

    def __init__(self, entries: dict[str, T]) -> None:
        self._entries = {tuple(phrase.split()): meaning for phrase, meaning in entries.items()}
        self._longest: dict[str, int] = {}
        self._longest_end: dict[str, int] = {}
        for words in self._entries:
            self._longest[words[0]] = max(len(words), self._longest.get(words[0], 0))
            self._longest_end[words[-1]] = max(len(words), self._longest_end.get(words[-1], 0))

    def at(self, lows: tuple[str, ...], start: int) -> tuple[T, int] | None:
        """Return the meaning of the longest phrase that starts at `start`, and its number of words."""
        if start >= len(lows):
            return None
        for size in range(min(self._longest.get(lows[start], 0), len(lows) - start), 0, -1):
            words = lows[start : start + size]
            if words in self._entries:
                return self._entries[words], size
        return None

    def ending(self, lows: tuple[str, ...], end: int) -> tuple[T, int] | None:
        """Return the meaning of the longest phrase that ends in front of `end`, and its number of words."""
        if end <= 0:
            return None
        for size in range(min(self._longest_end.get(lows[end - 1], 0), end), 0, -1):
            words = lows[end - size : end]
            if words in self._entries:
                return self._entries[words], size
        return None

    def get(self, phrase: str) -> T | None:
        """Return the meaning of exactly this folded phrase."""
        return self._entries.get(tuple(phrase.split()))


def lex(sentence: str) -> Span:
    """Return the tokens of a sentence. Every string has tokens; nothing is dropped but white space."""
    return Span(sentence, tuple(_tokens(sentence)))


def _tokens(text: str) -> Iterator[Token]:
    place = 0
    while place < len(text):
        char = text[place]
        if char.isspace():
            place += 1
            continue
        token = _quote_at(text, place) or _mark_at(text, place) or _word_at(text, place)
        yield token
        place = token.end


def _quote_at(text: str, place: int) -> Token | None:
    closers = _QUOTES.get(text[place])
    if closers is None or not _opens(text, place):
        return None
    end = _closing(text, place, closers)
    if end < 0:
        return None
    inner = text[place + 1 : end]
    if "\\" in inner:
        inner = re.sub(r"\\([\"'`\\])", r"\1", inner)
    return Token("quote", inner, "", place, end + 1)


def _opens(text: str, place: int) -> bool:
    """Tell whether the quotation mark can open: an apostrophe or an inch mark behind a letter or digit does not."""
    if place == 0 or text[place] not in "\"'’‘`»":
        return True
    before = text[place - 1]
    return not (before.isascii() and before.isalnum())


def _closing(text: str, place: int, closers: str) -> int:
    for end in range(place + 1, len(text)):
        if text[end] not in closers or (text[end - 1] == "\\" and end - 1 > place):
            continue
        inside_word = text[end] in _APOSTROPHES and text[end + 1 : end + 2].isalnum()
        if not inside_word and end > place + 1:
            return end
        if not inside_word and text[end] not in _APOSTROPHES:
            return end  # an empty text, as in: type "" into the field
    return -1


def _mark_at(text: str, place: int) -> Token | None:
    for arrow in _ARROWS:
        if text.startswith(arrow, place):
            return Token("stop", ">", ">", place, place + len(arrow))
    char = text[place]
    if char in _WIDE_STOPS:
        narrow = char.translate(_NARROW)
        return Token("stop", narrow, narrow, place, place + 1)
    if char in "()>|" or (char in _STOPS and _ends_word(text, place)):
        return Token("stop", char, char, place, place + 1)
    return None


def _ends_word(text: str, place: int) -> bool:
    """Tell whether the stop at `place` ends a word, rather than being inside one such as 3.5 or 10:30."""
    after = text[place + 1 : place + 2]
    return not after or after.isspace() or after in _STOPS + ")" or (after in _QUOTES and _opens(text, place + 1))


def _word_at(text: str, place: int) -> Token:
    end = place
    while end < len(text):
        char = text[end]
        if char.isspace() or char in _WIDE_STOPS:
            break
        if char == "{" and (hole := PLACEHOLDER.match(text, end)):
            end = hole.end()
            continue
        if end > place and _breaks(text, end):
            break
        end += 1
    raw = text[place:end]
    if PLACEHOLDER.fullmatch(raw):
        return Token("hole", raw, "", place, end)
    return Token("word", raw, fold(raw), place, end)


def _breaks(text: str, place: int) -> bool:
    char = text[place]
    if char in _QUOTES:
        return _opens(text, place) and _quote_at(text, place) is not None
    if char in "()>|":
        return not (char in "()" and text[place - 1].isalnum() and text[place + 1 : place + 2].isalnum())
    if char in _ARROW_STARTS and any(text.startswith(arrow, place) for arrow in _ARROWS):
        return True
    return char in _STOPS and _ends_word(text, place)
