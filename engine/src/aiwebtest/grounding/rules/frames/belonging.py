"""Objects of the page's own verbs that say which one is meant: "the request from Bo", "shipment ZX-4411"."""

from __future__ import annotations

import re
from dataclasses import replace

from aiwebtest.core.intent import Relation, Target
from aiwebtest.grounding.rules import words
from aiwebtest.grounding.rules.lexer import Span, fold
from aiwebtest.grounding.rules.phrase import read_target
from aiwebtest.grounding.rules.slots import read_number

__all__ = ["added", "is_owned", "is_pointed_at", "listed", "rated", "sent_by", "without_joint"]

_NOUN_AND_LABEL = 2  # words


def is_pointed_at(object_: Span) -> bool:
    """Tell whether an object is one of the page's things: with an article, quotes, a capital, a label or a number."""
    if object_[0].low in words.DETERMINERS or object_.has_literal() or object_[0].capital:
        return True
    return _is_labelled(object_) or read_target(object_).ordinal is not None


def _is_labelled(span: Span) -> bool:
    """Tell whether a noun is followed by a name or a code of one of its kind: "order 1042", "shipment ZX-4411"."""
    if len(span) < _NOUN_AND_LABEL or span[0].kind != "word" or span[0].capital:
        return False
    coded = len(span) == _NOUN_AND_LABEL and any(c.isdigit() for c in span[1].value)
    return coded or (span[0].low in words.ITEM_NOUNS and span[1].capital)


def is_owned(tail: Span) -> bool:
    """Tell whether "from Bo" says whose a thing is, rather than from where it is taken: "from the cart"."""
    return tail.lows[:1] == ("from",) and len(tail) > 1 and tail[1].capital and not tail.has_literal()


_JOINT = re.compile(r" (?:to|on|for|with)\Z")


def without_joint(verb: str) -> str:
    """Return "reply" for "reply to": the button in a comment says no more."""
    return _JOINT.sub("", verb)


def listed(anchor: Target, tail: Span) -> Target:
    """Return "the third item from the cart" as the one in the cart: what is counted is counted there, not anywhere."""
    counted = anchor.ordinal is not None and anchor.name is None and anchor.role in ("item", "row", "result", "card")
    if not counted or tail.lows[:1] != ("from",):
        return anchor
    place = Relation(kind="in", anchor=read_target(tail.cut(1)))
    return replace(anchor, relations=(*anchor.relations, place))


_SCORES = frozenset("star stars point points heart hearts".split())


_SCORE_ALONE = 2  # words of "4 stars"
_RATING = frozenset(["rate", "give", "score", "review"])


def rated(verb: str, text: str, body: Span) -> Target | None:
    """Read "rate the second product 4 stars": the mark of a scale that belongs to it.

    "Book the hotel with 4 stars" says which hotel.
    """
    if fold(verb) not in _RATING or len(body) < _SCORE_ALONE or body[-1].low not in _SCORES:
        return None
    number = read_number(body[-2].low)
    if number is None or number != int(number):
        return None
    thing = body.cut(0, len(body) - 2).trimmed()
    if len(thing) > 1 and thing[-1].low == "with":
        thing = thing.cut(0, len(thing) - 1)
    score = f"{int(number)} {body[-1].value}"
    relations = (Relation(kind="row", anchor=read_target(thing)),) if thing else ()
    return Target(text=text, name=score, relations=relations)


def added(verb: str, object_: Span, tail: Span) -> tuple[str, str] | None:
    """Return what "add Typography to the skills" is to choose, and the words for the field, if there is one."""
    if fold(verb) != "add" or not object_ or tail.lows[:1] != ("to",) or len(tail) < _NOUN_AND_LABEL:
        return None
    literals = [token.value for token in object_ if token.literal]
    if literals or not (object_[0].capital or object_[0].low in words.DETERMINERS):
        return (literals[0], tail.cut(1).text) if len(object_) == len(literals) == 1 else None
    return (object_.text, tail.cut(1).text) if object_[0].low not in words.DETERMINERS else None


def sent_by(verb: str, whole: Span, body: Span, tail: Span) -> tuple[Target, ...]:
    """Return the reading of "reject the request from Bo" in which Bo is whom the request is from."""
    if tail.lows[:1] != ("from",) or body.has_literal() or tail.lows[1:2] in (("the",), ("my",)):
        return ()
    sent = Relation(kind="row", anchor=Target(text=body.text, name=body.text))
    return (Target(text=whole.text, name=verb, whole=True, relations=(sent,)),)
