"""Values for fields, in the ways in which people write them: "Ada in the name field", "the name: Ada"."""

from __future__ import annotations

from dataclasses import dataclass

from aiwebtest.grounding.rules import words
from aiwebtest.grounding.rules.lexer import Span
from aiwebtest.grounding.rules.phrase import ends_complete
from aiwebtest.grounding.rules.slots import CASE, cuts_of, is_plural

__all__ = ["assign_all", "rightmost"]

_INTO = ("into", "inside", "within")
_TO_FIELD = ("in", "to", "on", "for", "as", "at", "under", "next", "below", "beside", "near")
_TO_VALUE = ("with", "to", "=", "as", "is", ":", "of", "using")


def rightmost(span: Span, *prepositions: str, start: int = 1) -> int:
    """Return the place of the last of these words that has something on both sides, or -1."""
    for i in range(len(span) - 2, start - 1, -1):
        if span[i].kind != "quote" and span[i].low in prepositions and not _is_called_so(span, i):
            return i
    return -1


def _is_called_so(span: Span, place: int) -> bool:
    """Tell whether a preposition is what a field is called, as "To" and "From" are: "the To field"."""
    return span[place].capital and not span[place].value.isupper() and not span[place - 1].capital


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
    cuts = [span.cut(start, end).trimmed() for start, end in cuts_of(span)]
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
    put = span[0].literal and len(span) > 1 and span[1].low in _INTO  # "fill "Ada" into the name field"
    readers = (_value_then_field, _field_then_value)
    readers = readers[::-1] if field_first and not put else readers
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
    found = CASE.at(rest.lows, 0)
    return (found[1], rest.cut(found[1]).trimmed()) if found else (0, rest)


def _field_preposition(span: Span) -> int:
    """Return where "in", "as" and the like split an unquoted value from its field, or -1."""
    for i in range(len(span) - 2, 0, -1):
        if span[i].kind == "quote" or span[i].low not in ("in", "to", "on", "for", "as", "at"):
            continue
        if _is_called_so(span, i):
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
        return _noun_and_name(span) if span[0].low == "the" and not span.has_literal() else None
    noun, value = span.cut(start, start + found[1]), span.cut(start + found[1]).trimmed()
    if words.ROLES.at(value.lows, 0) and value[0].kind == "word" and not value[0].capital:
        return None
    while len(value) > 1 and value[0].low in ("is", "of", "as", "=", "to", "with"):
        value = value.cut(1).trimmed()
    return Assignment(value, noun=noun) if value else None


def _noun_and_name(span: Span) -> Assignment | None:
    """Read "the promotion code LARK10" and "the recipient Bo Falk": a noun of the page's own, and a name or a code."""
    named = [token.capital or any(c.isdigit() for c in token.value) for token in span]
    at = named.index(True) if True in named else 0
    plain = all(
        token.kind == "word" and token.low.isalpha() and token.low not in _JOINING for token in span.tokens[1:at]
    )
    noun = _noun(span.cut(0, at)) if at > 1 and all(named[at:]) and plain else None
    return Assignment(span.cut(at), noun=noun) if noun else None


_JOINING = frozenset(_TO_FIELD) | frozenset(_INTO) | frozenset("of and or with from by named called that which".split())
