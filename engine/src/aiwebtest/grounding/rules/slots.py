"""What stands behind a verb, cut into its parts: values, lists, targets, adjuncts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from aiwebtest.core.intent import Intent, Target
from aiwebtest.core.scope import PLACEHOLDER
from aiwebtest.grounding.rules import words
from aiwebtest.grounding.rules.lexer import Phrases, Span
from aiwebtest.grounding.rules.phrase import ends_complete, read_target
from aiwebtest.grounding.rules.problem import Unclear
from aiwebtest.grounding.rules.verbs import VERBS

__all__ = [
    "CASE",
    "cuts_of",
    "is_plural",
    "items_of",
    "read_number",
    "read_targets",
    "read_value",
    "read_values",
    "take_purpose",
    "take_times",
]

_SEPARATORS = frozenset([",", "and", "&", ";"])
_ITEM_LEADS = frozenset(["then", "also", "finally", "on"])
_NUMBER_WORDS = {
    word: n
    for n, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split()
    )
} | {"a": 1, "an": 1, "once": 1, "twice": 2, "thrice": 3, "couple": 2, "half": 0.5, "thirty": 30, "sixty": 60}
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?\Z")


def read_number(word: str) -> float | None:
    """Return the number that a folded word stands for: "3", "2.5", "three"."""
    if _NUMBER.match(word):
        return float(word.replace(",", "."))
    return _NUMBER_WORDS.get(word)


_UPPER = "upper upper-case uppercase capital capitals caps capitalized capitalised block"
CASE: Phrases[str] = Phrases(
    {
        f"{opening}{amount}{word}{noun}": ("upper" if word in _UPPER.split() or word == "upper case" else "lower")
        for opening in ("in ", "using ", "as ", "with ")
        for amount in ("", "all ")
        for word in ("upper case", "lower case", "uppercase", "lowercase", "upper-case", "lower-case", "capital",
            "caps",
                     "capitals", "small", "block capital")
        for noun in ("", " letters", " characters", " text")
    }
)  # fmt: skip
_VAGUE = frozenset(
    "some any a an valid invalid random correct incorrect wrong right appropriate arbitrary existing my your matching "
    "registered unregistered unique today's tomorrow's yesterday's current".split()
)

_UNTOLD = frozenset(["nothing", "something", "anything", "whatever"])


def read_value(span: Span) -> str:
    """Return a value as the sentence gives it: quoted to the letter, else as written.

    Raises:
        Unclear: it describes a value ("a valid email") or has words that are no part of it.
    """
    span = span.trimmed()
    span, case = _take_case(span)
    span = _without_noun(span)
    if not span:
        raise Unclear("the value is missing", 'Type "Ada" into the "Name" field', 'Select "Germany" in "Country"')
    return _cased(_plain(span), case)


def _plain(span: Span) -> str:
    literals = [token for token in span if token.literal]
    if len(span) == 1 and (literals or span[0].low not in _UNTOLD):
        return span[0].value
    if len(literals) == 1 and span[0].literal:
        raise Unclear(
            f"“{span.cut(1).text}” behind {span[0].value!r} is not understood", f'Type "{span[0].value}" into "Name"'
        )
    if literals and span[-1].kind == "quote":
        raise Unclear(
            f"“{span.text}” mixes quoted and unquoted words", f'Type "{span[-1].value}" into the "Name" field'
        )
    if (span[0].low in _VAGUE or len(span) == 1) and not literals:
        raise Unclear(f"“{span.text}” describes a value and does not give it",
                      'Type "ada@example.org" into the "E-mail" field', 'Type "Ada" into the "Name" field')  # fmt: skip
    return span.text


def _take_case(span: Span) -> tuple[Span, str | None]:
    for i in range(1, len(span)):
        found = CASE.at(span.lows, i)
        if found and i + found[1] == len(span):
            return span.cut(0, i).trimmed(), found[0]
    return span, None


def _cased(value: str, case: str | None) -> str:
    if case is None:
        return value
    if PLACEHOLDER.search(value):
        raise Unclear(f"the letters of {value} are not known here, so their case cannot be changed", f'Type "{value}"')
    return value.upper() if case == "upper" else value.lower()


def _without_noun(span: Span) -> Span:
    """Leave out "the text", "the number" and the like in front of a value."""
    start = 0
    while start < len(span) and span.lows[start] in words.DETERMINERS | {"following"}:
        start += 1
    noun = start
    while noun < len(span) and span.lows[noun] in words.VALUE_NOUNS:
        noun += 1
    if noun > start and noun < len(span):
        rest = span.cut(noun).trimmed()
        if rest and rest[0].low in ("of", "is", "=") and len(rest) > 1:
            rest = rest.cut(1)
        return rest
    if start and start < len(span) and span[start].literal:
        return span.cut(start)
    if span and len(span) == 2 and span[0].literal and span[1].low in words.VALUE_NOUNS:
        return span.cut(0, 1)
    return span


def items_of(span: Span) -> list[Span]:
    """Return the parts of a list: "A, B and C". Separators inside quoted text do not count."""
    items = [item for start, end in cuts_of(span) if (item := span.cut(start, end).trimmed())]
    return [_without_leads(item) if i else item for i, item in enumerate(items)]


def _without_leads(item: Span) -> Span:
    while len(item) > 1 and item[0].low in _ITEM_LEADS:
        item = item.cut(1)
    return item


def cuts_of(span: Span) -> Iterator[tuple[int, int]]:
    """Yield where the parts of a list begin and end."""
    start = 0
    for i, token in enumerate(span):
        if token.kind != "quote" and token.low in _SEPARATORS:
            yield start, i
            start = i + 1
    yield start, len(span)


def read_values(span: Span) -> tuple[str, ...]:
    """Return the values of a list such as `"Brazil", "Chile" and Peru`."""
    return tuple(read_value(item) for item in items_of(span))


def is_plural(span: Span) -> bool:
    """Tell whether a description ends with a role word in the plural, or is said of both or all."""
    found = words.ROLES.ending(span.lows, len(span))
    return bool(found and " ".join(span.lows[len(span) - found[1] :]) in words.PLURALS)


def read_targets(span: Span, *, split_names: bool) -> list[Target]:
    """Read one description, or a list of them: "A, B and C", "the first and third check boxes".

    `split_names` tells whether "A and B" without quotes are two things rather than one name.

    Raises:
        Unclear: it speaks of all of something, whose number only the page knows.
    """
    span = span.trimmed()
    if counted := _counted(span):
        return counted
    items = items_of(span)
    if len(items) < 2 or not _is_list(span, items, split_names=split_names):
        return [_single(span)]
    targets = [_single(item) for item in items]
    return _distribute(targets, plural=is_plural(items[-1]))


def _single(span: Span) -> Target:
    target = read_target(span)
    first = next((low for low in span.lows if low not in words.DETERMINERS), "")
    if (
        set(target.modifiers) & words.QUANTIFIERS
        or (first in words.QUANTIFIERS and is_plural(span))
        or (first in ("every", "each"))
        or (is_plural(span) and read_number(first) is not None and not span[-1].literal)  # "3 items" is not the third
    ):
        raise Unclear(f"“{span.text}” is more than one element: name each of them", 'Check "A", "B" and "C"')
    return target


def _counted(span: Span) -> list[Target] | None:
    """Read "both text fields" and "the first three check boxes"."""
    lows = [low for low in span.lows if low not in words.DETERMINERS]
    if not lows or not is_plural(span):
        return None
    if lows[0] == "both":
        base = read_target(span.cut(span.find("both") + 1), determined=True)
        return [replace(base, ordinal=n) for n in (1, 2)]
    if len(lows) > 2 and lows[0] == "first" and (number := read_number(lows[1])) and number == int(number):
        base = read_target(span.cut(span.find("first") + 2), determined=True)
        return [replace(base, ordinal=n) for n in range(1, int(number) + 1)]
    return None


def _is_list(span: Span, items: list[Span], *, split_names: bool) -> bool:
    if is_plural(items[-1]) or all(item.has_literal() for item in items):
        return True
    commas = any(token.kind == "stop" and token.low in ",;" for token in span)
    if commas and len(items) > 2:
        return True
    if all(item[0].low in words.DETERMINERS for item in items) or all(ends_complete(item) for item in items):
        return True  # but "the Street and number field" is one
    if words.ROLES.ending(items[-1].lows, len(items[-1])) and not any(ends_complete(item) for item in items[:-1]):
        return False
    return split_names and (commas or all(len(item) <= 3 for item in items))


def _distribute(targets: list[Target], *, plural: bool) -> list[Target]:
    """Give every member of a list what its last member says of all: "A and B in the Toppings section"."""
    last = targets[-1]
    spread = last.relations if not any(target.relations for target in targets[:-1]) else ()
    role = last.role if plural else None
    return [
        replace(target, relations=target.relations or spread, role=target.role or role,
                alternatives=() if role or spread else target.alternatives)
        for target in targets
    ]  # fmt: skip


_MANNER: Phrases[None] = Phrases(
    dict.fromkeys(
        "again, once more, now, please, slowly, quickly, immediately, carefully, with the mouse, using the mouse, "
        "with the left mouse button, using the left mouse button, with your mouse, instead, first, as well, too, "
        "directly, on the keyboard, using the keyboard, with the keyboard, via keyboard, on your keyboard, once, "
        "on the page, on the screen, on this page, on screen, on the current page, afterwards, at last".split(", ")
    )
)


def take_times(span: Span) -> tuple[Span, float | None]:
    """Take "twice", "3 times" and manner adverbs off the end: the rest, and how often."""
    times = None
    while len(span) > 1:
        manner = _MANNER.ending(span.lows, len(span))
        if span[-1].low == "first" and span[-2].low.endswith("est"):  # an order: "Cheapest first"
            break
        if manner and manner[1] < len(span):
            span = span.cut(0, len(span) - manner[1]).trimmed()
        elif span[-1].low in ("twice", "thrice"):
            times, span = _NUMBER_WORDS[span[-1].low], span.cut(0, len(span) - 1).trimmed()
        elif span[-1].low in ("times", "time", "x") and len(span) > 2 and (n := read_number(span[-2].low)):
            times, span = n, span.cut(0, len(span) - 2).trimmed()
        else:
            break
    return span, times


def take_purpose(span: Span) -> Span:
    """Leave out what an action is for: "click the star icon to mark it as important"."""
    for i in range(1, len(span) - 1):
        low = span[i].low
        if span.lows[i : i + 3] == ("in", "order", "to") or span.lows[i : i + 2] == ("so", "that"):
            return span.cut(0, i).trimmed()
        if low == "to" and ends_complete(span.cut(0, i)) and _is_verb(span, i + 1):
            return span.cut(0, i).trimmed()
    return span


def _is_verb(span: Span, place: int) -> bool:
    known = VERBS.at(span.lows, place)
    return bool(known and known[0].form == "base") or span.lows[place] in _PURPOSES


_PURPOSES = frozenset(
    "see get begin complete perform return confirm process finalize finalise change mark verify check".split()
)


def timed(intent: Intent, times: float | None) -> Intent:
    """Return the intent, repeated `times` times."""
    return intent if times is None else replace(intent, amount=times, unit="times")
