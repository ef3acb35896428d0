"""The head of a description: determiners, ordinal, states, soft adjectives, name and role."""

from __future__ import annotations

import re
from dataclasses import replace

from aiwebtest.core.intent import Relation, RelationKind, State, Target
from aiwebtest.grounding.rules import words
from aiwebtest.grounding.rules.lexer import Span, fold

__all__ = ["HASH_NUMBER", "as_item", "ordinal_at", "read_head", "without_determiners"]

_NUMERAL = re.compile(r"(\d{1,4})(?:st|nd|rd|th)\Z")
HASH_NUMBER = re.compile(r"#(\d{1,4})\Z")
_NUMBER_WORDS = ("number", "no", "no.", "nr", "nr.")


def read_head(span: Span, *, named: bool = False) -> Target:
    """Read what is left once relations are cut off. `named`: the name was given behind it."""
    whole = span
    if fold(span.text) in words.ANAPHORA and not span.has_literal():
        return Target(text=whole.text, anaphora=True)
    anaphora = span.lows[:1] in (("that",), ("this",)) or span.lows[:2] == ("the", "same")
    span = without_determiners(span)
    if not span:
        return Target(text=whole.text, anaphora=anaphora)
    owned = _possessive(span)
    relations: tuple[Relation, ...] = ()
    if owned:
        relation, span = owned
        relations = (relation,)
    ordinal, span = _take_ordinal(span)
    role, noun, middle = _take_role(span, whole, named=named)
    if ordinal is None:
        ordinal, middle, role, noun = _take_number(middle, role, noun)
    if ordinal is None and role:
        ordinal, middle = _take_ordinal(middle)
    states, modifiers, middle = _take_adjectives(middle, role is not None or named)
    if ordinal is None and role:
        ordinal, middle = _take_ordinal(middle)
    if role == "link" and len(middle) > 1 and middle[0].low == "to":
        middle = without_determiners(middle.cut(1))
    name, quoted, spare = _take_name(middle)
    if role == "page" and ordinal is not None and name is None:  # "the second page" is called 2
        name, ordinal = (str(ordinal) if ordinal > 0 else "last" if ordinal == -1 else None), None
    target = Target(
        text=whole.text,
        name=name,
        quoted=quoted,
        role=role,
        ordinal=ordinal,
        states=states,
        relations=relations,
        modifiers=modifiers + spare + ((noun,) if noun else ()),
        anaphora=anaphora and name is None and ordinal is None,
    )
    return as_item(target)


def without_determiners(span: Span) -> Span:
    """Return the span without articles and the like in front; an "A" that stands alone is a name."""
    start = 0
    lows = span.lows
    while start < len(span):
        if lows[start] in words.POSSESSIVES and span[start].capital and span[start].start and start + 1 < len(span):
            break  # "Your name" is what the page says
        if lows[start] in words.DETERMINERS and not (span[start].capital and start + 1 == len(span)):
            start += 1
        elif lows[start : start + 2] == ("one", "of") or lows[start : start + 2] == ("same",):
            start += 2
        elif lows[start] == "same" and start:
            start += 1
        else:
            break
    return span.cut(start) if start < len(span) or not start else span.cut(len(span))


def _possessive(span: Span) -> tuple[Relation, Span] | None:
    """Read "Ada's row" or "Ada's Delete button": whose it is, and the rest."""
    for i, token in enumerate(span.tokens[:-1]):
        if token.kind != "word" or not token.low.endswith(("'s", "s'")) or token.low in words.CONTRACTIONS:
            continue
        rest = span.cut(i + 1)
        role = words.ROLES.ending(rest.lows, len(rest))
        if not role or not (span[0].capital or span[0].literal):
            return None
        if role[0] == "row" or role[1] < len(rest) or rest.has_literal():
            owner = span.source[span[0].start : token.end].removesuffix("'s").removesuffix("’s").removesuffix("'")
            kind: RelationKind = "with" if role[0] in ("row", "card", "item") else "for"
            return Relation(kind=kind, anchor=Target(text=owner, name=owner)), rest
        return None
    return None


def ordinal_at(span: Span, place: int) -> tuple[int, int] | None:
    """Return the ordinal at `place` and its number of words."""
    if place >= len(span):
        return None
    if match := _NUMERAL.match(span[place].low):
        longer = words.ORDINALS.at(span.lows, place)
        return longer or (int(match[1]), 1)
    found = words.ORDINALS.at(span.lows, place)
    if not found:
        return None
    after = span.lows[place + found[1] : place + found[1] + 1]
    if after and after[0] in words.ORDINAL_NAMES:
        return None
    if span[place].capital and place + found[1] < len(span) and span[place + found[1]].capital:
        return None  # "Second Chance", "First Class"
    return found


def _take_ordinal(span: Span) -> tuple[int | None, Span]:
    found = ordinal_at(span, 0)
    if not found or (found[1] == len(span) and span[0].capital):
        return None, span
    return found[0], span.cut(found[1])


def _is_name(whole: Span, span: Span) -> bool:
    """Tell whether a role word on its own is a name: "Menu", and "notifications" without an article."""
    if span[0].capital and (whole[0] is not span[0] or span[0].start > 0):
        return True
    return whole[0] is span[0] and fold(span.text) in words.PLURALS


def _take_role(span: Span, whole: Span, *, named: bool) -> tuple[str | None, str | None, Span]:
    """Take the role word off the end or the start: role, item noun, what is left."""
    lows = span.lows
    if not span:
        return None, None, span
    size = len(span)
    if span[-1].low in words.GENERIC and not span[-1].capital:
        return ("element" if size == 1 else None), None, span.cut(0, size - 1)
    found, start = words.ROLES.ending(lows, size), words.ROLES.at(lows, 0)
    if start and lows[0] in _NAMED_BEHIND and not span[0].capital and _is_capital(span.cut(start[1])):
        return start[0], None, span.cut(start[1])  # "the option Editor", "the button Menu"
    if found and (named or not (found[1] == size and _is_name(whole, span))):
        return found[0], None, span.cut(0, size - found[1])
    if start and start[1] < size and _introduces(span, start[1]) and not _is_lettered(start[0], span.cut(start[1])):
        return start[0], None, span.cut(start[1])
    named = size > 1 and (span[1].literal or lows[1][:1] == "@" or (span[1].capital and not lows[1].isdigit()))
    if lows[0] in words.ITEM_NOUNS and not span[0].capital and named:
        return "item", lows[0], span.cut(1)
    if found:
        return None, None, span
    return None, None, span


def _is_capital(label: Span) -> bool:
    return len(label) > 0 and all(token.capital for token in label)


def _is_lettered(role: str, label: Span) -> bool:
    """Tell whether a letter or number behind the word is a part of the name: "Zone C" is not the section called C."""
    return role == "section" and len(label) == 1 and label[0].kind == "word" and len(label[0].value) == 1


_NAMED_BEHIND = frozenset("button link field textbox checkbox radio tab option menuitem input dropdown".split())


def _introduces(span: Span, size: int) -> bool:
    """Tell whether a role word of `size` words at the start is followed by a name: "button ONE", "link 'In'"."""
    after = span[size]
    if after.literal or HASH_NUMBER.match(after.low):
        return True
    if after.low == "to" and size + 1 < len(span):
        return span[0].low == "link"  # "the link to the privacy policy"
    if after.low in _NUMBER_WORDS and size + 1 < len(span):
        return True
    return after.capital or after.low.isdigit() or (not span[0].capital and span.lows[0] in _NAMED_BEHIND)


def _take_number(span: Span, role: str | None, noun: str | None) -> tuple[int | None, Span, str | None, str | None]:
    """Read "row 3", "button number 3" as a place; "page 2" and "Tab #1" stay names."""
    if role is None or not span:
        return None, span, role, noun
    if len(span) == 2 and span[0].low in _NUMBER_WORDS and span[1].low.isdigit():
        return int(span[1].low), span.cut(2), role, noun
    if len(span) == 3 and span[0].low == "no" and span[1].low == "." and span[2].low.isdigit():
        return int(span[2].low), span.cut(3), role, noun
    if len(span) == 1 and role in words.NUMBERED and (span[0].low.isdigit() or HASH_NUMBER.match(span[0].low)):
        return int(span[0].low.lstrip("#")), span.cut(1), role, noun
    return None, span, role, noun


def _take_adjectives(span: Span, followed: bool) -> tuple[tuple[State, ...], tuple[str, ...], Span]:
    """Take states and soft adjectives off the start, if a role word, quoted text or a capital follows them.

    "the dark mode switch" is called "dark mode"; "the disabled Save button" is disabled and called "Save".
    """
    states: list[State] = []
    modifiers: list[str] = []
    rest = span
    while rest and rest[0].kind != "quote" and not rest[0].capital:
        low = rest[0].low
        if low in words.STATES:
            states.append(words.STATES[low])
        elif low in words.MODIFIERS or low in words.COLLECTIVE:
            modifiers.append(low)
        elif low != "," or not (states or modifiers):
            break
        rest = rest.cut(1)
    ends = followed if not rest else rest[0].literal or (rest[0].capital and bool(states))
    return (tuple(states), tuple(modifiers), rest) if ends else ((), (), span)


def _take_name(span: Span) -> tuple[str | None, bool, tuple[str, ...]]:
    """Return the name, whether it is quoted, and words left over."""
    span = span.trimmed()
    if not span:
        return None, False, ()
    literals = [token for token in span if token.literal]
    if not literals:
        return span.text, False, ()
    rest = [token.value for token in span if token is not literals[0] and token.kind != "stop"]
    return literals[0].value, True, tuple(rest)


def as_item(target: Target, *, held: bool = False) -> Target:
    """Make "the second product" an item that is counted, its noun a modifier."""
    if target.role is not None or target.quoted or target.name is None or target.attribute is not None:
        return target
    noun = fold(target.name)
    singular = noun.removesuffix("s")
    if (target.ordinal is not None or held) and (noun in words.ITEM_NOUNS or singular in words.ITEM_NOUNS):
        return replace(target, name=None, role="item", modifiers=(*target.modifiers, singular))
    return target
