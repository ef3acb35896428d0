"""Wordings compared: how close the words of a sentence come to the words on an element, in any script."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from aiwebtest.grounding.rules.lexer import fold
from aiwebtest.grounding.rules.signs import BEFORE, BEHIND, CURRENCY

__all__ = [
    "JUST_SO",
    "TYPO_SHORTEST",
    "Match",
    "Wording",
    "bare",
    "compare",
    "ident_words",
    "search_terms",
    "spellings",
    "wording",
    "words_within",
]

# Words that interfaces use for one thing. The first of a line stands for all of them; one with "=" only where it is all
# there is to read.
_SYNONYMS = """
sign in; log in; login; signin; log on; logon; sign on
sign up; signup; register; create account; create an account; join
sign out; signout; log out; logout; log off; sign off
basket; cart; shopping cart; shopping basket; shopping bag; trolley
email; e mail; =mail; email address; e mail address; mail address
delete; remove; trash; discard; bin; erase; trashcan; destroy
ok; okay
search; find; magnifier; magnify; lookup
settings; preferences; gear; cog
close; dismiss; =x; ×; ✕; ✖; ✗
phone; telephone; phone number; telephone number; mobile; mobile number; tel
zip; zip code; zipcode; postcode; post code; postal code
username; user name; =user; login name; user id; userid
password; passwd; pwd; passcode
quantity; qty
calendar; date picker; choose date; pick date; select date; open calendar; show calendar
clock; time picker; choose time; pick time; select time
previous; prev; prior
back; go back; return
add; plus; =+; =＋
minus; =−; =–; =-
edit; pencil; modify
menu; hamburger; ☰; navigation menu
buy; purchase
favorite; favourite; heart
color; colour
first name; firstname; given name; forename
last name; lastname; surname; family name
date of birth; birthday; birth date; birthdate; dob
checkout; check out
cancel; abort
picture; image; photo
homepage; home page; home
retweet; repost
reply; respond; answer
organization; organisation
address line 1; address 1; address1
address line 2; address 2; address2
"""
_SMALL_WORDS = frozenset("the a an your my our this that please of".split())
_LETTER = re.compile(r"(?<=\w )A(?=\s*(?:\Z|[^\w\s]))")  # "Zone A" ends in a letter and in no article
# "3.99", "3,99", "ada@example.com", "don't", "-5" and "C++" are one each.
_WORD = re.compile(rf"(?:{BEFORE}{CURRENCY}?)?[^\W_]+(?:(?:['@.]|(?<=\d),(?=\d))[^\W_]+)*{BEHIND}?")
_SIGNS = re.compile(rf"^(?:{BEFORE}{CURRENCY}?)|{BEHIND}\Z")
_SPELLED_SIGNS = {ord(minus): "-" for minus in "\u2212\u2010\u2011"} | {
    ord(left_out): None for left_out in "$\u20ac\u00a3\u00a5 "
}
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_MORE = "..."  # as `fold` leaves an ellipsis
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1780-\u17ff\uac00-\ud7af]")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=[0-9]{1,3}\b)")
_SERIAL = re.compile(r"(?<![a-z0-9])(?=[a-f]*\d)[0-9a-f]{4,}(?![a-z0-9])", re.IGNORECASE)  # "row_05dd2c3c-74f1"
_SEPARATORS = re.compile(r"[\s_\-./:]+")
# Parts of ids and classes that only say what kind of thing they are on.
_NOISE = frozenset(
    "fa fas far fab fal bi mdi icon icons ico btn button glyphicon material lucide feather svg img".split()
)
_DECORATION = re.compile(r"^(?:[\d.,]+\+?|\.{3}|optional|required|new|[a-z]{0,3}[\d.,]+[a-z%]{0,3})$")
JUST_SO = frozenset(["name is exactly so", "name is so but for case", "name is so but for punctuation"])
"""The kinds of match that say: it is called just that."""
TYPO_SHORTEST = 6  # characters; a shorter word with a wrong letter is another word: "print", "paint"
_TYPO_LETTERS = 6  # one wrong letter for so many
_GROUP = 3  # digits of a thousand


@dataclass(frozen=True, slots=True)
class Wording:
    """A text in the forms in which it is compared."""

    raw: str
    folded: str
    tokens: tuple[str, ...]  # words; in scripts without spaces, characters; a text of signs is one token
    stems: tuple[str, ...]  # words without small words, with plural endings and synonyms made one


def bare(word: str) -> str:
    """Return a word as any text holds it in which it is written, its signs and the marks in its number left out."""
    letters = _SIGNS.sub("", word)
    return letters.partition(".")[0] if letters[:1].isdigit() else letters or word


@dataclass(frozen=True, slots=True)
class Match:
    """How two wordings compare: the evidence's key in `weights.POINTS`, and the share of words that agree."""

    kind: str
    share: float = 1.0


@lru_cache(maxsize=50_000)
def wording(text: str) -> Wording:
    """Return a text ready to be compared."""
    raw = " ".join(text.split())
    folded = fold(raw)
    tokens = _tokens(folded)
    lettered = _LETTER.search(raw) is not None and not raw.isupper()
    return Wording(raw, folded, tokens, _stems(tokens, lettered=lettered))


def _tokens(folded: str) -> tuple[str, ...]:
    if folded.isascii():
        words = [_plain(word) for word in _WORD.findall(folded)]
    else:
        words = []
        for word in _WORD.findall(_composed(folded)):
            words.extend(_characters(word) if _UNSPACED.search(word) else [_plain(word)])
    if words and folded.endswith(_MORE):
        words.append(_MORE)  # "Open…" is a command that asks for more, not a state
    return tuple(words) if words else ((folded,) if folded else ())


def _plain(word: str) -> str:
    """Return a word in one spelling of its signs and of its number: "- 1,500" is "-1500", "3,5" is "3.5"."""
    if word.isalpha():
        return word
    return _THOUSANDS.sub("", word.translate(_SPELLED_SIGNS)).replace(",", ".")


def _composed(folded: str) -> str:
    """Return the text with accents taken off Latin letters: "café" is found by "cafe"."""
    apart = unicodedata.normalize("NFD", folded)
    bare = "".join(c for i, c in enumerate(apart) if not (_is_accent(c) and i and apart[i - 1].isascii()))
    return unicodedata.normalize("NFC", bare)


def _is_accent(character: str) -> bool:
    return "\u0300" <= character <= "\u036f"


def _characters(word: str) -> list[str]:
    pieces: list[str] = []
    for character in word:
        if pieces and not _UNSPACED.match(character) and not _UNSPACED.match(pieces[-1][-1]):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _stem(word: str) -> str:
    if len(word) > 3 and word.isascii():
        word = word.removesuffix("'s")
        if word.endswith("ies") and len(word) > 4:
            return word[:-3] + "y"
        if word.endswith(("ches", "shes", "xes", "sses")):
            return word[:-2]
        if word.endswith("s") and not word.endswith(("ss", "us", "is")):
            return word[:-1]
    return word


def _read_synonyms() -> tuple[dict[tuple[str, ...], tuple[str, ...]], dict[tuple[str, ...], tuple[str, ...]]]:
    """Return what phrases stand for, and what they stand for as the whole of a text."""
    table: dict[tuple[str, ...], tuple[str, ...]] = {}
    alone: dict[tuple[str, ...], tuple[str, ...]] = {}
    for line in _SYNONYMS.strip().splitlines():
        phrases = [phrase.strip() for phrase in line.split(";")]
        first = _stemmed(phrases[0])
        for phrase in phrases:
            (alone if phrase.startswith("=") else table)[_stemmed(phrase.removeprefix("="))] = first
    return table, alone


def _stemmed(phrase: str) -> tuple[str, ...]:
    return tuple(_stem(word) for word in _tokens(fold(phrase)))


_CANONICAL, _ALONE = _read_synonyms()
_LONGEST = max(map(len, _CANONICAL))
_SPELLINGS = {
    canonical: tuple(" ".join(phrase) for phrase, meant in _CANONICAL.items() if meant == canonical)
    for canonical in set(_CANONICAL.values())
}


def _stems(tokens: tuple[str, ...], *, lettered: bool = False) -> tuple[str, ...]:
    small = _SMALL_WORDS - {"a"} if lettered else _SMALL_WORDS
    words = [_stem(word) for word in tokens if word not in small and word != _MORE] or list(tokens)
    if (alone := _ALONE.get(tuple(words))) is not None:
        return alone
    result: list[str] = []
    at = 0
    while at < len(words):
        for size in range(min(_LONGEST, len(words) - at), 0, -1):
            canonical = _CANONICAL.get(tuple(words[at : at + size]))
            if canonical:
                result.extend(canonical)
                at += size
                break
        else:
            result.append(words[at])
            at += 1
    return tuple(result)


def spellings(text: str) -> tuple[tuple[str, ...], ...]:
    """Return, for each thing that `text` names in its order, the ways in which interfaces write it, words as stems."""
    words = [_stem(word) for word in _tokens(fold(text)) if word not in _SMALL_WORDS]
    found: list[tuple[str, ...]] = []
    at = 0
    while at < len(words):
        sizes = range(min(_LONGEST, len(words) - at), 0, -1)
        size = next((n for n in sizes if tuple(words[at : at + n]) in _CANONICAL), 1)
        phrase = tuple(words[at : at + size])
        found.append(_SPELLINGS.get(_CANONICAL.get(phrase, ()), (" ".join(phrase),)))
        at += size
    return tuple(found)


@lru_cache(maxsize=2_000)
def search_terms(text: str) -> tuple[tuple[str, ...], ...]:
    """Return, for each word of `text`, the folded strings one of which a matching element must contain."""
    asked = wording(text)
    terms: dict[str, dict[str, None]] = {stem: dict.fromkeys(_numbers_of(stem)) for stem in asked.stems}
    for phrase, canonical in (*_CANONICAL.items(), *_ALONE.items()):
        if set(canonical) <= set(asked.stems):
            for stem in canonical:
                terms[stem][phrase[0]] = None
    return tuple(tuple(spelled) for spelled in terms.values())


def _numbers_of(stem: str) -> tuple[str, ...]:
    """Return a stem as texts hold it, with its plural where that does not begin so: "category", "categories"."""
    stem = bare(stem)
    return (stem, f"{stem[:-1]}ies") if stem.endswith("y") and len(stem) > 3 else (stem,)


@lru_cache(maxsize=20_000)
def ident_words(ident: str) -> tuple[str, ...]:
    """Return what a machine-made name spells: each of its names in words, "btn-delete-row" as "btn delete row"."""
    spelled: list[str] = []
    for name in ident.split():
        split = _SEPARATORS.split(_CAMEL.sub(" ", _SERIAL.sub(" ", name)))
        words = [word for word in split if word and word.lower() not in _NOISE]
        if words:
            spelled.append(" ".join(words))
    return tuple(spelled)


@lru_cache(maxsize=50_000)
def compare(asked: Wording, seen: Wording, *, quoted: bool) -> Match | None:
    """Return how `seen` on an element answers `asked` in a sentence; None when it does not.

    Quoted words are meant to the letter: case, white space, punctuation, and a count or a mark behind are forgiven.
    A single sign, as in "x" for a button that closes, is what an icon looks like.
    """
    if not asked.folded or not seen.folded:
        return None
    if asked.raw == seen.raw:
        return Match("name is exactly so")
    if quoted and not asked.raw.isascii() and _accented(asked.raw) - _accented(seen.raw):
        return None  # "Zürück" is not "Zurück", though "Zuruck" may be typed for it
    if asked.folded == seen.folded:
        return Match("name is so but for case")
    if _same_tokens(asked, seen):
        return Match("name is so but for punctuation")
    if asked.stems == seen.stems and (not quoted or len(asked.folded) == 1):  # "x" is drawn, not written
        return Match("name means the same")
    if quoted:
        return _to_the_letter(asked, seen)
    return _in_part(asked, seen) or _nearly(asked, seen) or _in_other_joints(asked, seen)


def _accented(text: str) -> Counter[str]:
    """Return the Latin letters of a text that have an accent, counted."""
    letters = unicodedata.normalize("NFC", text.casefold())
    return Counter(c for c in letters if _is_accent(unicodedata.normalize("NFD", c)[-1]))


def _same_tokens(asked: Wording, seen: Wording) -> bool:
    if asked.tokens == seen.tokens or _run_together(asked.tokens) == _run_together(seen.tokens):
        return _has_words(asked)
    size = len(asked.tokens)
    rest = seen.tokens[size:] if seen.tokens[:size] == asked.tokens else ()
    return bool(rest) and _has_words(asked) and all(_DECORATION.match(word) for word in rest)


def _run_together(tokens: tuple[str, ...]) -> str:
    """Return words without what parts them, but for numbers: "e-mail" is "email", "1/2" is not "12"."""
    joined = ""
    for before, word in zip(("", *tokens), tokens, strict=False):
        numbers = before[-1:].isdigit() and word[0].isdigit()
        grouped = len(word) == _GROUP or min(len(before), len(word)) > 1  # "1 500", "20-44-91"
        joined += f" {word}" if numbers and not grouped else word
    return joined


def _has_words(text: Wording) -> bool:
    return any(character.isalnum() for character in text.folded)


def _to_the_letter(asked: Wording, seen: Wording) -> Match | None:
    """Let a quotation of several words stand for a text that begins so, or ends so after a little."""
    size, whole = len(asked.tokens), len(seen.tokens)
    if size < 2 or not _has_words(asked):
        return None
    if seen.tokens[:size] == asked.tokens:
        return Match("name begins so", size / whole)
    if size * 2 > whole and seen.tokens[-size:] == asked.tokens:
        return Match("name contains it", size / whole)
    return None


def _in_part(asked: Wording, seen: Wording) -> Match | None:
    mine, theirs = asked.stems, seen.stems
    if all(word.isdigit() for word in mine):  # page 2 is not step 2
        return None
    if len(theirs) > 1 and theirs[-1].isdigit() and len(mine) >= len(theirs) and not any(w.isdigit() for w in mine):
        theirs = theirs[:-1]  # "Drafts 1" has a count
    size, whole = len(mine), len(theirs)
    if size == 1 and whole == 2 and theirs[0].isdigit() and seen.tokens[-1] != asked.tokens[-1]:
        return None  # "Reply" is not what "2 replies" says
    if size < whole:
        share = size / whole
        if theirs[:size] == mine:
            return Match("name begins so", share)
        if any(theirs[i : i + size] == mine for i in range(1, whole - size + 1)):
            return Match("name contains it", share)
        if size > 1 and set(mine) <= set(theirs):
            return Match("name contains it", share * 0.8)
        return None
    if whole < size and any(mine[i : i + whole] == theirs for i in range(size - whole + 1)):
        return Match("words contain the name", whole / size)
    if sorted(mine) == sorted(theirs):
        return Match("name contains it", 1.0)
    return None


def words_within(asked: Wording, seen: Wording) -> Match | None:
    """Return how a quotation is a part of a longer label, in whole words; None when it is not."""
    size, whole = len(asked.tokens), len(seen.tokens)
    if not _has_words(asked) or size >= whole:
        return None
    at = next((i for i in range(whole - size + 1) if seen.tokens[i : i + size] == asked.tokens), -1)
    return None if at < 0 else Match("name contains it" if at else "name begins so", size / whole)


_JOINTS = frozenset(["to", "for", "as", "in", "with", "of", "on", "at", "by", "and"])
_LEAST_WORDS = 2


def _in_other_joints(asked: Wording, seen: Wording) -> Match | None:
    """Forgive a joint that interfaces leave out: "reply to all" for "Reply all"."""
    plain = tuple(word for word in asked.stems if word not in _JOINTS)
    return Match("name contains it", 1.0) if len(plain) >= _LEAST_WORDS and plain == seen.stems else None


def _nearly(asked: Wording, seen: Wording) -> Match | None:
    """Forgive a slip of the keyboard: one letter in six, in words of six letters and more, never the first."""
    if len(asked.stems) != len(seen.stems):
        return None
    slips = 0
    for mine, theirs in zip(asked.stems, seen.stems, strict=True):
        if mine == theirs:
            continue
        longest = max(len(mine), len(theirs))
        if min(len(mine), len(theirs)) < TYPO_SHORTEST or any(c.isdigit() or c in "+#-" for c in mine + theirs):
            return None
        if mine[0] != theirs[0]:  # a syllable in front makes the opposite: "subscribe", "unsubscribe"
            return None
        distance = OSA.distance(mine, theirs)
        if distance > max(1, longest // _TYPO_LETTERS):
            return None
        slips += distance
    return Match("name is nearly so", 1.0 - slips / max(1, len(asked.folded)))
