"""Frames of verbs that move things on the page: scroll and drag."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

from aiwebtest.core.intent import Intent, Target
from aiwebtest.grounding.rules import words
from aiwebtest.grounding.rules.clauses import Clause
from aiwebtest.grounding.rules.frames.waiting import condition
from aiwebtest.grounding.rules.lexer import Span
from aiwebtest.grounding.rules.phrase import read_target
from aiwebtest.grounding.rules.problem import Unclear
from aiwebtest.grounding.rules.slots import (
    items_of,
    read_number,
    take_purpose,
    take_times,
)

__all__ = ["drag", "edge", "scroll"]

_DIRECTIONS = {"down": "down", "downwards": "down", "downward": "down", "up": "up", "upwards": "up", "upward": "up",
               "left": "left", "right": "right", "bottom": "bottom", "end": "bottom", "top": "top", "beginning": "top",
               "start": "top"}  # fmt: skip
_DISTANCE = re.compile(r"([+-]?\d+(?:\.\d+)?)(?:px|pixels?)?\Z")
_PAGE_WORDS = frozenset(["page", "the page", "window", "screen", "browser", "website", "view", "this page", "document",
                         "the text", "text", "it", "whole page", "entire page"])  # fmt: skip


def edge(body: Span) -> bool:
    """Tell whether the words name an end of the page: "the bottom", "the top of the page"."""
    lows = [low for low in body.lows if low not in words.DETERMINERS | {"very"}]
    return len(lows) >= 1 and lows[0] in ("bottom", "top", "end") and (len(lows) == 1 or lows[1:] == ["of", "page"])


def scroll(clause: Clause) -> list[Intent]:
    """Read "scroll down", "scroll to the footer", "scroll the list to the bottom", "scroll down by 300 pixels"."""
    body, amount, unit = _take_amount(clause.body)
    body, again = take_times(take_purpose(body))
    until = next((i for i, t in enumerate(body) if t.low in ("until", "till") and i + 1 < len(body)), -1)
    if until >= 0:
        goal = body.cut(until + 1)
        while len(goal) > 1 and goal[0].low in ("you", "i", "we", "can", "see"):
            goal = goal.cut(1)
        return [Intent(action="scroll", text=clause.text, target=condition(clause.text, goal).target)]
    if _into_view(body):
        return [Intent(action="scroll", text=clause.text, target=read_target(body.cut(0, len(body) - 2)))]
    direction, place = _direction(body)
    if direction is None:
        return _scroll_to(clause, body, amount, unit)
    target = _scrolled(body, place)
    if amount is None and again is not None:
        amount, unit = again, "page"
    values = (direction,)
    return [Intent(action="scroll", text=clause.text, target=target, values=values, amount=amount, unit=unit)]


def _into_view(body: Span) -> bool:
    return len(body) > 2 and body.lows[-2:] in (("into", "view"), ("in", "view"), ("to", "view"))


def _scroll_to(clause: Clause, body: Span, amount: float | None, unit: Literal["px", "page"] | None) -> list[Intent]:
    start = 0
    while start < len(body) - 1 and (
        body[start].low in ("to", "until", "towards", "for", "through", "at", "all", "way", "back")
        or (body[start].low in ("down", "up") and body[start + 1].low in ("to", "until", "towards"))
    ):
        start += 1
    rest = body.cut(start)
    if not rest:
        raise Unclear(f"“{clause.text}” does not say where to", "Scroll down", 'Scroll to the "Contact" heading')
    bare = " ".join(low for low in rest.lows if low not in words.DETERMINERS)
    if not start and bare in _PAGE_WORDS:
        return [Intent(action="scroll", text=clause.text, values=("down",), amount=amount, unit=unit)]
    return [Intent(action="scroll", text=clause.text, target=read_target(rest))]


def _direction(body: Span) -> tuple[str | None, tuple[int, int]]:
    """Return the direction or edge and the places of the words that say it."""
    for i, token in enumerate(body):
        if token.literal or token.low not in _DIRECTIONS:
            continue
        start = i
        while start and body[start - 1].low in ("to", "the", "very", "all", "way", "its", "until", "towards", "till"):
            start -= 1
        end = i + 1
        edge = _DIRECTIONS[token.low] in ("top", "bottom")
        said = any(t.low in ("to", "until", "till", "the") for t in body.tokens[start:i])
        if edge and not said:
            continue
        further = any(t.low in ("top", "bottom", "end", "beginning") for t in body.tokens[end:])
        if not edge and further and body[end].low in ("to", "until"):
            continue
        if not edge and end < len(body) and body[end].low in ("to", "until") and _target_follows(body, end):
            return None, (0, 0)
        if edge and end < len(body) and body[end].low not in ("of", "in", "on"):
            continue
        if not edge and words.ROLES.at(body.lows, end) and body.lows[end : end + 1] != ("page",):
            continue  # "the left panel"
        return _DIRECTIONS[token.low], (start, end)
    return None, (0, 0)


def _target_follows(body: Span, place: int) -> bool:
    rest = [low for low in body.lows[place + 1 :] if low not in words.DETERMINERS | {"very"}]
    return not rest or _DIRECTIONS.get(rest[0]) not in ("top", "bottom")


def _scrolled(body: Span, place: tuple[int, int]) -> Target | None:
    """Return what scrolls: None for the page."""
    before, after = body.cut(0, place[0]).trimmed(), body.cut(place[1]).trimmed()
    if after and after[0].low in ("to", "until"):
        further, spot = _direction(after)
        after = after.cut(spot[1]) if further else after
    while len(after) > 0 and after[0].low in ("of", "in", "on", "inside", "within", "through", "down", "for"):
        after = after.cut(1)
    if before.lows in (("back",), ("all", "the", "way"), ("up",), ("down",), ("up", "back")):
        before = before.cut(len(before))
    if after.lows in (("a", "bit"), ("a", "little"), ("slightly",), ("further",), ("more",), ("a", "bit", "more")):
        after = after.cut(len(after))
    while len(before) > 1 and before[0].low in ("in", "on", "inside", "within", "through"):
        before = before.cut(1)
    for span in (before, after):
        bare = " ".join(low for low in span.lows if low not in words.DETERMINERS)
        if span and (span.has_literal() or bare not in _PAGE_WORDS):
            return read_target(span)
    return None


def _take_amount(body: Span) -> tuple[Span, float | None, Literal["px", "page"] | None]:
    """Take "by 300 pixels", "two pages" out of the words."""
    for i, token in enumerate(body):
        match = _DISTANCE.match(token.low)
        number = float(match[1]) if match else read_number(token.low)
        if number is None or token.literal:
            continue
        end = i + 1
        unit: Literal["px", "page"] | None = "px" if match and token.low.endswith(("px", "pixel", "pixels")) else None
        if (
            unit is None
            and end < len(body)
            and body[end].low in ("px", "pixel", "pixels", "page", "pages", "screen", "screens")
        ):
            unit = "px" if body[end].low.startswith("p") and "x" in body[end].low else "page"
            end += 1
        if unit is None:
            continue
        start = i - 1 if i and body[i - 1].low in ("by", "about") else i
        return body.without(start, end).trimmed(), number, unit
    return body, None, None


def drag(clause: Clause) -> list[Intent]:
    """Read "drag A onto B", "drag A above B", "drag the slider 100 pixels to the right", "drag A by (100, 50)"."""
    parts = items_of(clause.body)
    if len(parts) > 1 and all(len(part) > 2 and _drop(part) for part in parts):
        return [intent for part in parts for intent in drag(replace(clause, body=part))]
    body, _ = take_times(clause.body)
    offset, body = _take_offset(body)
    if offset is not None:
        return [Intent(action="drag", text=clause.text, target=read_target(_unquoted_end(body)), offset=offset)]
    found = _drop(body)
    if not found:
        raise Unclear(f"“{clause.text}” does not say where to drag it", 'Drag "Apples" onto "Basket"',
                      'Drag the "Volume" handle by 100 pixels to the right')  # fmt: skip
    thing, place, side = found
    if len(place) == 1 and _NUMBER.fullmatch(place[0].value) and read_target(thing).role in ("slider", "spinner"):
        return [Intent(action="set", text=clause.text, target=read_target(thing), values=(place[0].value,))]
    return [Intent(action="drag", text=clause.text, target=read_target(thing), to=read_target(place), side=side)]


_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?%?")


def _unquoted_end(body: Span) -> Span:
    while len(body) > 1 and body[-1].low in ("by", "to", "the", "and", "from"):
        body = body.cut(0, len(body) - 1)
    return body


_DROPS: dict[str, Literal["before", "after"] | None] = {
    "to": None, "onto": None, "into": None, "on": None, "over": None, "in": None, "inside": None, "at": None,
    "above": "before", "before": "before", "below": "after", "beneath": "after", "under": "after", "after": "after",
    "behind": "after", "towards": None, "between": None,
}  # fmt: skip


def _drop(body: Span) -> tuple[Span, Span, Literal["before", "after"] | None] | None:
    """Part "A and drop it on B" into the thing, the place, and which side of it."""
    dropped = next((i for i, t in enumerate(body) if t.low in ("drop", "release", "drops") and i), -1)
    if dropped > 0:
        left = body.cut(0, dropped).trimmed()
        while left and left[-1].low in ("and", "then", ","):
            left = left.cut(0, len(left) - 1)
        right = body.cut(dropped + 1)
        while right and right[0].low in ("it", "them", "that", "this"):
            right = right.cut(1)
        if left and len(right) > 1 and right[0].low in _DROPS:
            return left, right.cut(1), _DROPS[right[0].low]
        return None
    order = (
        "onto",
        "into",
        "to",
        "on",
        "over",
        "above",
        "below",
        "before",
        "after",
        "under",
        "beneath",
        "behind",
        "in",
        "inside",
    )
    for preposition in order:
        place = next((i for i in range(1, len(body) - 1) if body[i].kind == "word" and body[i].low == preposition), -1)
        if place > 0:
            right, side = body.cut(place + 1), _DROPS[preposition]
            if right[0].low in ("above", "below", "before", "after", "under") and len(right) > 1:
                right, side = right.cut(1), _DROPS[right[0].low]
            left = body.cut(0, place)
            origin = next((i for i, t in enumerate(left) if t.low == "from" and i), -1)
            return (left.cut(0, origin) if origin > 0 and left[0].literal else left), right, side
    return None


_AXES = {"right": (1, 0), "left": (-1, 0), "down": (0, 1), "up": (0, -1), "horizontally": (1, 0), "vertically": (0, 1),
         "downwards": (0, 1), "upwards": (0, -1), "rightwards": (1, 0), "leftwards": (-1, 0)}  # fmt: skip
_POINT = re.compile(r"\(?([+-]?\d+(?:\.\d+)?)(?:px)?,\s*([+-]?\d+(?:\.\d+)?)(?:px)?\)?\Z")


def _take_offset(body: Span) -> tuple[tuple[float, float] | None, Span]:
    """Read "by 100 pixels to the right and 50 down": the offset, and the words in front of it."""
    by = next((i for i, t in enumerate(body) if i and t.low == "by"), -1)
    first = next((i for i, t in enumerate(body) if i and not t.literal and _amount(body, i) is not None), -1)
    start = by if by > 0 else first
    if start < 0:
        return None, body
    joined = "".join(t.value for t in body.tokens[start + (by > 0) :])
    if by > 0 and (match := _POINT.match(joined)):
        return (float(match[1]), float(match[2])), body.cut(0, start)
    x = y = 0.0
    pending: float | None = None
    seen = False
    axis_before: tuple[int, int] | None = None
    for i in range(start, len(body)):
        low = body[i].low
        number = _amount(body, i)
        if number is not None:
            if axis_before:
                x, y, axis_before = x + axis_before[0] * number, y + axis_before[1] * number, None
            else:
                pending = number
            seen = True
        elif low in _AXES:
            if pending is None:
                axis_before = _AXES[low]
            else:
                x, y, pending = x + _AXES[low][0] * pending, y + _AXES[low][1] * pending, None
        elif low not in ("by", "to", "the", "px", "pixels", "pixel", "and", ",", "of"):
            return None, body
    if not seen:
        return None, body
    front = body.cut(0, start)
    lead = front[-1].low if front else ""
    if pending is not None:
        axis = _AXES.get(lead, (1, 0))
        x, y = x + axis[0] * pending, y + axis[1] * pending
    while len(front) > 1 and front[-1].low in (*_AXES, "to", "the"):
        front = front.cut(0, len(front) - 1)
    return (x, y), front


def _amount(body: Span, place: int) -> float | None:
    """Return the number of pixels at `place`: "100px", "100 pixels", "by 100"."""
    match = _DISTANCE.match(body[place].low)
    if not match:
        return None
    glued = not body[place].low[-1].isdigit()
    behind = place + 1 < len(body) and body[place + 1].low in (
        "px",
        "pixel",
        "pixels",
        "right",
        "left",
        "up",
        "down",
        "to",
        "and",
    )
    return float(match[1]) if glued or behind or body[place - 1].low in ("by", *_AXES, "and") else None
