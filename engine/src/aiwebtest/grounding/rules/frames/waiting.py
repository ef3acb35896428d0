"""Waiting: for seconds, for a thing to come or go, for the page to be quiet."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

from aiwebtest.core.intent import Intent, Relation, Target
from aiwebtest.grounding.rules import words
from aiwebtest.grounding.rules.clauses import Clause
from aiwebtest.grounding.rules.frames.pointing import named
from aiwebtest.grounding.rules.lexer import Span, fold
from aiwebtest.grounding.rules.phrase import read_target
from aiwebtest.grounding.rules.problem import Unclear
from aiwebtest.grounding.rules.slots import items_of, read_number

__all__ = ["EVENTS", "condition", "wait"]

_UNITS = {"s": 1.0, "sec": 1.0, "secs": 1.0, "second": 1.0, "seconds": 1.0, "ms": 0.001, "msec": 0.001,
          "millisecond": 0.001, "milliseconds": 0.001, "m": 60.0, "min": 60.0, "mins": 60.0, "minute": 60.0,
          "minutes": 60.0, "millis": 0.001}  # fmt: skip
_GLUED = re.compile(r"(\d+(?:[.,]\d+)?)(ms|s|sec|secs|seconds|second|min|m)\Z")
_GONE = frozenset(
    "disappear disappears disappeared gone vanish vanishes vanished hidden removed closes closed hide hides away "
    "invisible leaves".split()
)
_COME = frozenset(
    "appear appears appeared visible shown displayed show shows display displays exist exists present load loads "
    "loaded ready opens opened open available rendered up there in comes pops popup finished complete completes done "
    "clickable editable interactive finish finishes".split()
)
EVENTS = _GONE | (_COME - {"up", "there", "in", "open", "show", "display", "load", "complete", "ready"})
_SCENE = frozenset(["page", "screen", "view"])
_SCENE_LEADS = frozenset(["the", "on", "in", "into", "this", "from"])
_TAIL = frozenset(
    "to is are be has have been not no longer for loading longer the on of it does completely fully until finish "
    "finishes become becomes screen page a anymore visible again any more sight from view and displayed shown in "
    "present get gets go goes".split()
)


def wait(clause: Clause) -> list[Intent]:
    """Read "wait 3 seconds", "wait for the dialog", "wait until the spinner disappears"."""
    body, limit = _take_duration(clause.body)
    if not body:
        if limit is None:
            raise Unclear(f"“{clause.text}” does not say how long or for what", "Wait 2 seconds",
                          'Wait until "Saved" appears')  # fmt: skip
        return [Intent(action="wait", text=clause.text, amount=limit, unit="s")]
    told = body[0].low in words.DETERMINERS or body[0].capital
    if clause.verb.verb.phrase in ("pause", "hold on") and limit is None and told:
        return named(clause)  # "pause the video"
    conditional = body[0].low in ("for", "until", "till", "while")
    if conditional and len(body) == 1:
        raise Unclear(f"“{clause.text}” does not say for what", "Wait 2 seconds", 'Wait until "Saved" appears')
    while_ = body[0].low == "while"
    body = body.cut(1) if conditional and len(body) > 1 else body
    intents = [condition(clause.text, part, gone=while_) for part in _parts(body)]
    return [replace(intent, amount=limit, unit=None if limit is None else "s") for intent in intents]


def _parts(body: Span) -> list[Span]:
    """Part "the spinner disappears and the table appears" and `"A" and "B" are visible` into their conditions."""
    for i in range(1, len(body) - 1):
        sides = (body.cut(0, i), body.cut(i + 1))
        if body[i].kind == "word" and body[i].low == "and" and all(EVENTS & set(side.lows) for side in sides):
            return [part for side in sides for part in _parts(side.trimmed())]
    end, _, _ = _verdict(body)
    items = items_of(body.cut(0, end))
    if len(items) < 2 or not all(item.has_literal() for item in items):
        return [body]
    return [Span(body.source, item.tokens + body.tokens[end:]) for item in items]


def _take_duration(body: Span) -> tuple[Span, float | None]:
    """Take "3 seconds", "for up to 500 ms" out of the words: the rest, and the seconds."""
    for i in range(len(body)):
        glued = _GLUED.match(body[i].low)
        if glued:
            seconds, end = float(glued[1].replace(",", ".")) * _UNITS[glued[2]], i + 1
        else:
            number = read_number(body[i].low)
            end = i + 1
            while end < len(body) and body[end].low in ("a", "an", "more", "full"):
                end += 1
            if number is None or end >= len(body) or body[end].low not in _UNITS or body[i].literal:
                continue
            seconds, end = number * _UNITS[body[end].low], end + 1
        start = i
        while start and body[start - 1].low in ("for", "up", "to", "at", "most", "another", "about", "the", "max", "of",
                                                "maximum", "timeout", "within", "(", "around", "least", "with",
                                                    "a"):  # fmt: skip
            start -= 1
        rest = body.without(start, end).trimmed()
        return rest, seconds
    return body, None


def condition(text: str, body: Span, *, gone: bool = False) -> Intent:
    """Read "the spinner disappears", "the dialog to be visible", "the page to load"."""
    body = _event_last(body)
    end, verdict, negated = _verdict(body)
    if verdict is None:
        end, negated = len(body), False
        if stated := _stated(body):
            return Intent(action="wait", text=text, target=stated)
    subject = body.cut(0, end).trimmed()
    bare = " ".join(low for low in subject.lows if low not in words.DETERMINERS)
    hidden = gone or (verdict == "gone") != negated
    if not subject.has_literal() and bare in _WHOLE_PAGE and not hidden:
        return Intent(action="wait", text=text)
    if bare in _NO_TIME:
        raise Unclear(f"“{text}” does not say how long", "Wait 2 seconds", 'Wait until "Saved" appears')
    if bare in ("download", "upload", "file download") or read_number(bare) is not None:
        raise Unclear(f"“{text}” is not understood", 'Check that "report.pdf" was downloaded', "Wait 2 seconds")
    target = read_target(subject)
    if target.role == "spinner":  # nobody waits for a number field
        target = replace(target, role="progressbar")
    return Intent(action="wait", text=text, target=target, values=("hidden",) if hidden else ())


def _event_last(body: Span) -> Span:
    """Put the place in front of the event: `"Saved" disappears from the header`."""
    for i in range(1, len(body) - 2):
        if body[i].kind != "word" or body[i].low not in EVENTS or not words.RELATIONS.at(body.lows, i + 1):
            continue
        if not (body[i].low.endswith("s") or body[i - 1].low in _TAIL - {"the", "a"}):
            continue
        start = i
        while start > 1 and body[start - 1].kind == "word" and body[start - 1].low in _TAIL - _SCENE - {"the", "a"}:
            start -= 1
        return Span(body.source, body.tokens[:start] + body.tokens[i + 1 :] + body.tokens[start : i + 1])
    return body


_WHOLE_PAGE = frozenset(
    ["page", "page load", "network", "everything", "loading", "network idle", "navigation", "page loading", "website",
     "site", "app", "application", "results page", "new page", "next page"]
)  # fmt: skip
_NO_TIME = frozenset(["moment", "bit", "little", "while", "short while", "few seconds", "little bit", "few moments"])


def _verdict(body: Span) -> tuple[int, Literal["gone", "come"] | None, bool]:
    """Read the end of a condition backwards: where it begins, whether the thing comes or goes, and "not"."""
    end = len(body)
    negated = False
    verdict: Literal["gone", "come"] | None = None
    while end > 1 and not body[end - 1].literal:
        low = body[end - 1].low
        if low in _GONE:
            verdict = "gone"
        elif low in _COME and verdict is None:
            verdict = "come"
        elif low in ("not", "no", "longer", "anymore"):
            negated = True
        elif low not in _TAIL or (low in _SCENE and (end < 3 or body[end - 2].low not in _SCENE_LEADS)):
            break
        end -= 1
    return end, verdict, negated


def _stated(body: Span) -> Target | None:
    """Read "the button is enabled" and "the total to be 5" as an element in that state, or holding that text."""
    for i in range(1, len(body) - 1):
        if body[i].literal:
            continue
        tail = i + 1
        if body[i].low == "to" and body[i + 1].low in ("be", "become", "show", "contain", "say", "have", "display"):
            tail = i + 2
        elif body[i].low not in (
            "is",
            "are",
            "becomes",
            "become",
            "shows",
            "says",
            "contains",
            "displays",
            "reads",
            "has",
        ):
            continue
        negated = body.lows[tail : tail + 1] == ("not",)
        rest = body.cut(tail + negated)
        if not rest:
            return None
        state = words.STATES.get(rest.lows[0]) if len(rest) == 1 else None
        subject = read_target(body.cut(0, i))
        if fold(subject.name or "") in ("url", "title", "page title", "address") or body[0].low in ("there", "url"):
            raise Unclear(f"“{body.text}” is a check", f"Check that {body.text}")
        if state:
            wanted = words.OPPOSITES.get(state) if negated else state
            return replace(subject, states=(wanted,)) if wanted else None
        if negated:
            raise Unclear(f"“{body.text}” is more than waiting for something to come or go",
                          'Wait until "Saved" appears', 'Wait until the "Loading" message disappears')  # fmt: skip
        held = Relation(kind="with", anchor=read_target(rest))
        return replace(subject, relations=(*subject.relations, held), alternatives=())
    return None
