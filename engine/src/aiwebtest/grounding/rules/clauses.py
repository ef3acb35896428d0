"""Sentences cut into clauses: one verb with what belongs to it, in the order in which things are to happen."""

from __future__ import annotations

import re
from dataclasses import dataclass

from aiwebtest.grounding.rules import words
from aiwebtest.grounding.rules.lexer import Phrases, Span
from aiwebtest.grounding.rules.verbs import VERBS, Frame, VerbForm

__all__ = ["Clause", "lead_of", "split_clauses", "verb_at"]


@dataclass(frozen=True, slots=True)
class Clause:
    """A verb and the words behind it. `verb` is None when the clause has none that we know."""

    verb: VerbForm | None
    body: Span
    span: Span  # the clause as a whole, for messages
    topic: Span | None = None  # "In the Billing section, ...": holds for every clause that follows
    polite: bool = False


_LEADS: Phrases[str] = Phrases(
    dict.fromkeys(
        (
            "given, when, then, and, but, and then, so, also, plus, please, kindly, now, next, finally, lastly, first, "
            "firstly, second, secondly, third, thirdly, afterwards, afterward, after that, after this, thereafter, "
            "subsequently, just, simply, again, once more, immediately, quickly, manually, carefully, ok, okay, "
            "go ahead and, try to, attempt to, proceed to, let's, lets, let us, let me, could you, can you, would you, "
            "will you, could you please, can you please, would you please, you should, you can, you need to, you must, "
            "you have to, i, we, you, he, she, they, the user, user, a user, the users, the tester, tester, the customer, "
            "the admin, the administrator, an admin, the visitor, a visitor, the client, the shopper, someone, "
            "i want to, i need to, i would like to, i'd like to, i will, i'll, i can, i have, i've, i am, i'm, we will, "
            "we'll, i now, i then, i try to, i also, i go to the page and, make sure to, be sure to, remember to, "
            "don't forget to, do not forget to, the next step is to, the user should, the user then, the user now, "
            "user should be able to, start by, begin by, continue by, finish by, end by, to start, to begin with, "
            "from there, as a user, as an admin, at this point, at the end, in the end, meanwhile, followed by, it is "
            "time to, we need to, we want to, we can, we now, we then, has, have, has to, must, will, is going to, wants "
            "to, want to, needs to, need to, would like to, should, can, may, also then, after which, and after that, "
            "and finally, and also, and now, and next, by, before that, find and, once there, once done, - , *"
        ).split(", "),
        "",
    )
)
_NUMBERING = re.compile(
    r"\A\s*(?:(?:step\s*)?\d{1,3}\s*[.):]\s+|step\s+\d{1,3}\s+[-–—]\s+|[-*•–]\s+|\[[ xX]?\]\s+)", re.I
)
_CONNECTORS = frozenset(["and", "then", "&", "+", "plus", "followed", "before", "after", "but", "afterwards", "also"])
# Verbs that open a clause even without an object of their own: "..., and submit".
_ALONE = frozenset(["submit", "continue", "save", "confirm", "reload", "refresh", "proceed", "go back", "go forward",
                    "log in", "login", "sign in", "log out", "logout", "sign out", "search", "close"])  # fmt: skip
_STRONG_FRAMES: frozenset[Frame] = frozenset(
    ["point", "press", "type", "fill", "select", "deselect", "mark", "open", "wait", "drag", "scroll", "upload", "tab",
     "set", "clear"]
)  # fmt: skip
# Strong verbs that may follow a finished description without any connector: "... into the field hit submit".
_ABRUPT = frozenset(["hit", "press", "click", "tap", "click on", "double click", "double-click"])


def lead_of(span: Span) -> int:
    """Return how many tokens at the start only lead in: Gherkin keywords, politeness, adverbs, the person acting."""
    place = 0
    lows = span.lows
    while place < len(span):
        if span[place].kind == "stop" and span[place].low != ">":
            place += 1
            continue
        found = _LEADS.at(lows, place)
        if not found or place + found[1] >= len(span):
            break
        if span[place].low in ("next", "first", "second", "third", "user", "ok", "by") and not _leads_on(
            span, place + found[1]
        ):
            break
        place += found[1]
    return place


def _leads_on(span: Span, place: int) -> bool:
    """Tell whether a lead word is followed by what a lead word stands in front of: a comma, a verb, another lead."""
    if span[place].kind == "stop":
        return True
    return VERBS.at(span.lows, place) is not None or _LEADS.at(span.lows, place) is not None


def verb_at(span: Span, place: int = 0) -> tuple[VerbForm, int] | None:
    """Return the verb at `place` and its number of words."""
    if place >= len(span) or span[place].kind != "word":
        return None
    return VERBS.at(span.lows, place)


def split_clauses(span: Span) -> list[Clause]:
    """Cut an act sentence into its clauses, in the order in which they are to be done."""
    match = _NUMBERING.match(span.source)
    if match and span.tokens:
        span = Span(span.source, tuple(t for t in span.tokens if t.start >= match.end())) or span
    pieces = _pieces(span)
    return [_clause(piece) for piece in pieces]


def _pieces(span: Span) -> list[Span]:
    starts = [0]
    place = lead_of(span) + 1
    while place < len(span):
        if _starts_clause(span, starts[-1], place):
            starts.append(place)
            place += lead_of(span.cut(place))
        place += 1
    ends = [*starts[1:], len(span)]
    return [piece for start, end in zip(starts, ends, strict=True) if (piece := _stripped(span.cut(start, end)))]


def _stripped(span: Span) -> Span:
    span = span.trimmed()
    while len(span) > 1 and span[-1].low in ("and", "then", "&"):
        span = span.cut(0, len(span) - 1).trimmed()
    return span


def _starts_clause(span: Span, begun: int, place: int) -> bool:
    """Tell whether a new clause starts with the connector at `place`."""
    token = span[place]
    if token.kind == "stop" and token.low in (",", ";", ".", ":", "!"):
        return _head_behind(span, begun, place, sure=token.low in ";.")
    if token.kind == "word" and token.low in _CONNECTORS:
        return _head_behind(span, begun, place, sure=token.low in ("then", "afterwards"))
    return _abrupt(span, begun, place)


def _abrupt(span: Span, begun: int, place: int) -> bool:
    token = span[place]
    if token.kind != "word" or token.capital or token.low not in _ABRUPT or place + 1 >= len(span):
        return False
    before = span[place - 1]
    if not (before.literal or words.ROLES.ending(span.lows, place)):
        return False
    return verb_at(span, begun + lead_of(span.cut(begun))) is not None and place - 1 > begun


def _head_behind(span: Span, begun: int, place: int, *, sure: bool) -> bool:
    rest = span.cut(place)
    lead = lead_of(rest)
    if not lead:
        return False
    subject = any(token.low in ("i", "we", "user") for token in rest.tokens[:lead])
    then = any(token.low in ("then", "finally", "afterwards", "next") for token in rest.tokens[:lead])
    found = verb_at(rest, lead)
    if not found:
        return False
    form, size = found
    if form.form == "ed" or (form.form == "ing" and not {"by", "followed"} & set(rest.lows[:lead])):
        return False
    if form.form == "s" and not subject:
        return form.verb.frame in _STRONG_FRAMES and lead + size < len(rest)
    if sure or subject or then:
        return True
    return _has_object(span.cut(begun, place), form, rest.cut(lead), size)


def _has_object(before: Span, form: VerbForm, rest: Span, size: int) -> bool:
    """Tell whether the verb at the start of `rest` acts on something, rather than being a word of a name."""
    behind = rest.cut(size)
    ended = not behind or behind[0].kind == "stop" or behind[0].low in ("and", "then")
    if ended:
        return form.verb.phrase in _ALONE and not rest[0].capital and _complete(before)
    if rest[0].capital and before and before[-1].capital and not behind[0].literal:
        return behind[0].low in words.DETERMINERS or form.verb.frame in _STRONG_FRAMES
    if form.verb.frame in _STRONG_FRAMES:
        return True
    role = words.ROLES.at(behind.lows, 0)
    only_role = role is not None and (role[1] == len(behind) or behind[role[1]].kind == "stop")
    return not only_role


def _complete(before: Span) -> bool:
    """Tell whether the clause so far needs nothing more, so that a bare verb behind it is a clause of its own."""
    before = before.trimmed()
    if not before:
        return False
    lead = lead_of(before)
    found = verb_at(before, lead)
    if not found or found[0].verb.frame not in ("point", "press"):
        return True
    return before[-1].literal or words.ROLES.ending(before.lows, len(before)) is not None


def _clause(piece: Span) -> Clause:
    lead = lead_of(piece)
    rest = piece.cut(lead)
    found = verb_at(rest)
    if found:
        return Clause(found[0], rest.cut(found[1]).trimmed(), rest.trimmed())
    return Clause(None, rest.trimmed(), rest.trimmed())
