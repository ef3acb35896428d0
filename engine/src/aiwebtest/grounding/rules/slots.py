"""What stands behind a verb, cut into its parts: values, lists, assignments of values to fields, adjuncts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from aiwebtest.core.intent import Intent, Target
from aiwebtest.core.scope import PLACEHOLDER
from aiwebtest.grounding.rules import words
from aiwebtest.grounding.rules.lexer import Phrases, Span
from aiwebtest.grounding.rules.phrase import ends_complete, read_target
from aiwebtest.grounding.rules.problem import Unclear
from aiwebtest.grounding.rules.verbs import VERBS

__all__ = [
    "assign_all", "is_plural", "items_of", "read_number", "read_targets", "read_value", "read_values", "rightmost",
    "take_purpose", "take_times",
]  # fmt: skip

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


# --- values -----------------------------------------------------------------------------------------------------------

_UPPER = "upper upper-case uppercase capital capitals caps capitalized capitalised block"
_CASE: Phrases[str] = Phrases(
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
    if len(span) == 1:
        return span[0].value
    if len(literals) == 1 and span[0].literal:
        raise Unclear(
            f"“{span.cut(1).text}” behind {span[0].value!r} is not understood", f'Type "{span[0].value}" into "Name"'
        )
    if literals and span[-1].kind == "quote":
        raise Unclear(
            f"“{span.text}” mixes quoted and unquoted words", f'Type "{span[-1].value}" into the "Name" field'
        )
    if span[0].low in _VAGUE and not literals:
        raise Unclear(f"“{span.text}” describes a value and does not give it",
                      'Type "ada@example.org" into the "E-mail" field', 'Type "Ada" into the "Name" field')  # fmt: skip
    return span.text


def _take_case(span: Span) -> tuple[Span, str | None]:
    for i in range(1, len(span)):
        found = _CASE.at(span.lows, i)
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
    items = [item for start, end in _cuts(span) if (item := span.cut(start, end).trimmed())]
    return [_without_leads(item) if i else item for i, item in enumerate(items)]


def _without_leads(item: Span) -> Span:
    while len(item) > 1 and item[0].low in _ITEM_LEADS:
        item = item.cut(1)
    return item


def _cuts(span: Span) -> Iterator[tuple[int, int]]:
    start = 0
    for i, token in enumerate(span):
        if token.kind != "quote" and token.low in _SEPARATORS:
            yield start, i
            start = i + 1
    yield start, len(span)


def read_values(span: Span) -> tuple[str, ...]:
    """Return the values of a list such as `"Brazil", "Chile" and Peru`."""
    return tuple(read_value(item) for item in items_of(span))


# --- targets ----------------------------------------------------------------------------------------------------------


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


# --- adjuncts ---------------------------------------------------------------------------------------------------------

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


# --- assignments ------------------------------------------------------------------------------------------------------

_INTO = ("into", "inside", "within")
_TO_FIELD = ("in", "to", "on", "for", "as", "at", "under", "next", "below", "beside", "near")
_TO_VALUE = ("with", "to", "=", "as", "is", ":", "of", "using")


def rightmost(span: Span, *prepositions: str, start: int = 1) -> int:
    """Return the place of the last of these words that has something on both sides, or -1."""
    for i in range(len(span) - 2, start - 1, -1):
        if span[i].kind != "quote" and span[i].low in prepositions:
            return i
    return -1


@dataclass(frozen=True, slots=True)
class Assignment:
    """A value for a field. `noun` names the field in front of the value, `field` behind a preposition."""

    value: Span
    noun: Span | None = None
    field: Span | None = None


def assign_all(span: Span, *, field_first: bool) -> list[Assignment]:
    """Read a list of values for fields, in any of the ways in which people write them.

    `field_first` tells that "A with B" means field A, as behind "fill" and "set".
    """
    cuts = [span.cut(start, end).trimmed() for start, end in _cuts(span)]
    cuts = [cut for cut in cuts if cut]
    found: list[Assignment] = []
    pending: Span | None = None
    for cut in cuts:
        piece = cut if pending is None else _joined(span, pending, cut)
        one = _assignment(piece, field_first=field_first)
        if one is None or (one.noun is None and one.field is None):
            pending = piece
            continue
        found.append(one)
        pending = None
    if pending is not None and found and found[-1].field is not None:
        found[-1] = _prolonged(span, found[-1], found[-1].field, pending)
        pending = None
    if pending is None and found:
        return _shared_field(found)
    whole = _assignment(span, field_first=field_first)
    return [whole or Assignment(span)]


def _prolonged(span: Span, last: Assignment, field: Span, rest: Span) -> Assignment:
    """Give what is left of a list to the part it stands behind: `"Kaigata 7" into Street and number`."""
    if last.value[0].start < field[0].start:
        return Assignment(last.value, last.noun, _joined(span, field, rest))
    return Assignment(_joined(span, last.value, rest), last.noun, field)


def _joined(span: Span, first: Span, second: Span) -> Span:
    return Span(span.source, tuple(t for t in span.tokens if first[0].start <= t.start and t.end <= second[-1].end))


def _shared_field(found: list[Assignment]) -> list[Assignment]:
    """Let "the username x and the password y into the text fields" go to the fields that the nouns name."""
    last = found[-1].field
    if last is None or not is_plural(last) or len(found) < 2:
        return found
    return [Assignment(one.value, one.noun, None if one.noun else one.field) for one in found]


def _assignment(span: Span, *, field_first: bool) -> Assignment | None:
    """Read one assignment, or None if the words are not one."""
    span = span.trimmed()
    if not span:
        return None
    readers = (_field_then_value, _value_then_field) if field_first else (_value_then_field, _field_then_value)
    for reader in (_prepositional, *readers):
        if one := reader(span):
            return one
    return _noun_and_literal(span, field_first=field_first) or _noun_and_word(span)


def _prepositional(span: Span) -> Assignment | None:
    """Read `in the name field "Ada"` and `into the search box: mug`."""
    if span[0].low not in (*_INTO, "in") or len(span) < 3:
        return None
    colon = next((i for i, t in enumerate(span) if t.kind == "stop" and t.low == ":"), -1)
    literals = [i for i, t in enumerate(span) if t.literal]
    place = colon if colon > 1 else (literals[-1] if literals and literals[-1] > 1 else -1)
    if place < 0 or place + (colon > 1) >= len(span):
        return None
    field, value = span.cut(1, place).trimmed(), span.cut(place).trimmed()
    while len(field) > 1 and field[-1].low in words.VALUE_NOUNS | words.DETERMINERS:
        field = field.cut(0, len(field) - 1)
    return Assignment(value, field=field) if field and value else None


def _value_then_field(span: Span) -> Assignment | None:
    literal = next((i for i, t in enumerate(span) if t.literal), -1)
    if literal >= 0 and (early := _after_literal(span, literal)):
        return early
    place = rightmost(span, *_INTO)
    if place < 0:
        place = _field_preposition(span)
    if place < 0:
        return None
    value, field = span.cut(0, place).trimmed(), span.cut(place + 1)
    inner = _field_preposition(value) if literal < 0 and _is_a_place(field) else -1
    if inner > 0 and value[inner].low == "as":  # "Ada as the patient in the dialog"
        value, field = span.cut(0, inner).trimmed(), span.cut(inner + 1)
    if value and value[0].low == "the" and (known := words.FIELD_NOUNS.at(value.lows, 1)) and 1 + known[1] < len(value):
        return Assignment(value.cut(1 + known[1]), noun=value.cut(1, 1 + known[1]), field=field)
    if literal >= 0 and literal > place:
        return None if not ends_complete(field) else Assignment(value, field=field)
    return Assignment(value, field=field)


def _after_literal(span: Span, literal: int) -> Assignment | None:
    """Read what follows a quoted value: a preposition and its field, or a place such as "next to the label"."""
    rest = span.cut(literal + 1).trimmed()
    front = span.cut(0, literal)
    if not rest:
        return None
    case, rest = _case_in_front(rest)
    value = span.cut(0, literal + 1 + case)
    noun = _noun(front)
    if rest and rest[0].low in (*_INTO, "in", "to", "on", "for", "as", "at") and len(rest) > 1:
        if noun:
            return Assignment(span.cut(literal, literal + 1 + case), noun=noun, field=rest.cut(1))
        return Assignment(value, field=rest.cut(1))
    if rest and words.RELATIONS.at(rest.lows, 0) and len(rest) > 1:
        return Assignment(value, noun=noun, field=rest)
    return None


def _case_in_front(rest: Span) -> tuple[int, Span]:
    found = _CASE.at(rest.lows, 0)
    return (found[1], rest.cut(found[1]).trimmed()) if found else (0, rest)


def _field_preposition(span: Span) -> int:
    """Return where "in", "as" and the like split an unquoted value from its field, or -1."""
    for i in range(len(span) - 2, 0, -1):
        if span[i].kind == "quote" or span[i].low not in ("in", "to", "on", "for", "as", "at"):
            continue
        field = span.cut(i + 1)
        sure = (
            field[0].low in words.DETERMINERS
            or field.has_literal()
            or ends_complete(field)
            or span[i].low in ("as", "in")
        )
        known = words.FIELD_NOUNS.at(field.lows, 0)
        if sure or field[0].capital or (known and known[1] == len(field)):
            return i
    return -1


def _is_a_place(field: Span) -> bool:
    """Tell whether words are of a dialog, form or section, in which a field is, rather than of a field."""
    found = words.ROLES.ending(field.lows, len(field))
    return found is not None and found[0] in words.CONTAINERS


def _field_then_value(span: Span) -> Assignment | None:
    for marker in _TO_VALUE:
        place = rightmost(span, marker)
        if place > 0:
            field, value = span.cut(0, place).trimmed(), span.cut(place + 1).trimmed()
            origin = rightmost(field, "from") if marker == "to" else -1
            if (origin > 0 and field[0].low in words.DETERMINERS | {"country"}) or (origin > 0 and field.has_literal()):
                field = field.cut(0, origin)  # "from Open to Closed"
            if value and value[0].literal and len(value) > 1 and words.RELATIONS.at(value.lows, 1):
                field, value = Span(span.source, field.tokens + value.tokens[1:]), value.cut(0, 1)
            if field and value and not _attribute_follows(value):
                return Assignment(value, field=field)
    for i, token in enumerate(span):
        if token.kind == "word" and "=" in token.value[1:-1] and "/" not in token.value and i == 0 == len(span) - 1:
            return None
    return None


def _attribute_follows(span: Span) -> bool:
    return words.ATTRIBUTES.at(span.lows, 0) is not None and len(span) > 1 and span[1].literal


def _noun(front: Span, *, field_first: bool = False) -> Span | None:
    """Return the noun in front of a value, if it names a field: "the username" does, "the text" does not.

    In a list of fields with their values, "the order number" and "street and number" do as well.
    """
    start = 0
    while start < len(front) and front.lows[start] in words.DETERMINERS:
        start += 1
    noun = front.cut(start).trimmed()
    while noun and noun[-1].low in ("is", "of", "as", "=", "to", "with") and len(noun) > 1:
        noun = noun.cut(0, len(noun) - 1).trimmed()
    if not noun or noun.has_literal():
        return None
    known = words.FIELD_NOUNS.at(noun.lows, 0)
    if noun[-1].low in words.VALUE_NOUNS and not (known and known[1] == len(noun) > 1):
        return noun if field_first and not set(noun.lows) <= words.VALUE_NOUNS | words.MODIFIERS else None
    return noun


def _noun_and_literal(span: Span, *, field_first: bool) -> Assignment | None:
    """Read `the username "ada"`."""
    if not span[-1].literal:
        return None
    noun = _noun(span.cut(0, len(span) - 1), field_first=field_first)
    return Assignment(span.cut(len(span) - 1), noun=noun) if noun else None


def _noun_and_word(span: Span) -> Assignment | None:
    """Read "name Ada" and "e-mail: ada@x.org", by what fields are commonly called."""
    start = 0
    while start < len(span) and span.lows[start] in words.DETERMINERS:
        start += 1
    found = words.FIELD_NOUNS.at(span.lows, start)
    if not found or start + found[1] >= len(span) or span.has_literal():
        return None
    noun, value = span.cut(start, start + found[1]), span.cut(start + found[1]).trimmed()
    if words.ROLES.at(value.lows, 0) and value[0].kind == "word" and not value[0].capital:
        return None
    while len(value) > 1 and value[0].low in ("is", "of", "as", "=", "to", "with"):
        value = value.cut(1).trimmed()
    return Assignment(value, noun=noun) if value else None


def timed(intent: Intent, times: float | None) -> Intent:
    """Return the intent, repeated `times` times."""
    return intent if times is None else replace(intent, amount=times, unit="times")
