"""Frames of verbs that move: to an address, through the page, between tabs and frames, and in time."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

from aiwebtest.core.intent import Intent, Relation, Target
from aiwebtest.grounding.rules import words
from aiwebtest.grounding.rules.clauses import Clause
from aiwebtest.grounding.rules.frames.pointing import named, point, point_path
from aiwebtest.grounding.rules.lexer import Span, fold, lex
from aiwebtest.grounding.rules.phrase import ends_complete, read_target
from aiwebtest.grounding.rules.problem import Unclear
from aiwebtest.grounding.rules.slots import is_plural, items_of, read_number, take_purpose, take_times, timed

__all__ = ["EVENTS", "condition", "download", "drag", "frame", "history", "open_", "resize", "scroll", "tab", "wait"]

_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]*://|/|www\.|localhost\b|about:|[./]{1,2}/|\{[A-Za-z_][\w.-]*\}"
    r"|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?:[:/?#]|\Z)|\d{1,3}(?:\.\d{1,3}){3}",
    re.IGNORECASE,
)
_START = frozenset(["application", "app", "site", "website", "web site", "web app", "web application", "start page",
                    "starting page", "page", "web page", "webpage", "start url", "base url"])  # fmt: skip
_HOME = frozenset(
    ["home page", "homepage", "root", "root page", "landing page", "main page", "front page", "index page"]
)
_SAYS_ADDRESS = ("page", "url", "address", "path", "site", "website", "link", "web", "at", "to", "on", "with", "the")


# --- addresses and history --------------------------------------------------------------------------------------------


def open_(clause: Clause) -> list[Intent]:
    """Read "open /checkout", "go to https://...", "open the application"; anything else leads there by a click."""
    body, _ = take_times(take_purpose(clause.body))
    body = body.cut(1) if len(body) > 1 and body[0].low == "to" else body
    if not body:
        raise Unclear(f"“{clause.text}” does not say where", "Open /checkout", 'Click the "Orders" link')
    address = _address(body)
    if address is not None:
        return [Intent(action="open", text=clause.text, values=(address,))]
    _refuse_new_tab(clause, body)
    return _well_known(clause, body) or _led_to(clause, body)


def _refuse_new_tab(clause: Clause, body: Span) -> None:
    if {"tab", "window"} & set(body.lows) and "new" in body.lows and not body[-1].literal:
        place = body.find("in")
        raise Unclear(
            f"“{clause.text}”: a new tab comes from what is clicked on the page",
            f"Click {body.cut(0, place).text if place > 0 else 'the “Help” link'}",
            "Switch to the new tab",
        )


def _well_known(clause: Clause, body: Span) -> list[Intent] | None:
    """Read places that need no page: "the application", "the home page", "the previous page", "the bottom"."""
    if body.has_literal():
        return None
    bare = " ".join(low for low in body.lows if low not in words.DETERMINERS)
    if bare in _START:
        return [Intent(action="open", text=clause.text)]
    if bare in _HOME:
        return [Intent(action="open", text=clause.text, values=("/",))]
    if bare in ("previous page", "page before", "last page") and "go back" in clause.verb.verb.phrase:
        return [Intent(action="back", text=clause.text)]
    if bare in ("back", "forward"):
        return [Intent(action="back" if bare == "back" else "forward", text=clause.text)]
    return scroll(clause) if _edge(body) else None


def _led_to(clause: Clause, body: Span) -> list[Intent]:
    """Read what is no address as a click on what leads there."""
    if len(body) == 1 and body[0].kind == "quote" and " > " in body[0].value:
        body = lex(body[0].value)
    if any(token.low == ">" for token in body):
        return point_path(clause, body, "click")
    if clause.verb.verb.phrase in ("am on", "are on", "is on", "i'm on", "am at"):
        raise Unclear(f"“{clause.text}” names no address", "Open /login", f"Check that the page is called {body.text}")
    intents = point(replace(clause, body=body, action="click"))
    if clause.verb.verb.phrase in _NAMES_OF_LINKS and not body.has_literal():
        name = " ".join(t.value for t in clause.span if t.low not in words.DETERMINERS)
        whole = Target(text=clause.text, name=name)
        intents = [replace(i, target=i.target and _or(i.target, whole)) for i in intents]
    return intents


_NAMES_OF_LINKS = frozenset(["proceed to", "return to", "go back to", "go to", "open", "access"])


def _or(target: Target, other: Target) -> Target:
    return replace(target, alternatives=(*target.alternatives, other))


def _address(body: Span) -> str | None:
    """Return the address that the words give, or None."""
    for i, token in enumerate(body):
        spaced = token.kind == "quote" and " " in token.value and "://" not in token.value
        if not _ADDRESS.match(token.value) or spaced:
            continue
        if i and i == len(body) - 1 and body[i - 1].low == "at" and token.value[0] in "/h{":
            return token.value
        if token.kind == "word" and token.value == "/" and len(body) > i + 1:
            continue
        others = [t.low for j, t in enumerate(body) if j != i]
        if all(low in words.DETERMINERS or low in _SAYS_ADDRESS or not low.isalnum() for low in others if low):
            return token.value
        if i == 0 and token.kind == "word" and ("://" in token.value or token.value.startswith("/")):
            raise Unclear(f"“{body.cut(1).text}” behind the address is not understood", f"Open {token.value}")
    return None


def history(clause: Clause) -> list[Intent]:
    """Read "go back", "reload the page"; "refresh the table" is something to click."""
    body, times = take_times(take_purpose(clause.body))
    left = [low for low in body.lows if low and low not in words.DETERMINERS]
    plain = {"page", "browser", "tab", "window", "current", "one", "in", "to", "previous", "website", "site", "app",
             "whole", "url", "history", "a", "step", "next", "screen", "last", "button", "web",
                 "application"}  # fmt: skip
    if not body.has_literal() and set(left) <= plain:
        return [timed(Intent(action=clause.action, text=clause.text), times)]
    if clause.action == "reload":
        return named(clause)
    raise Unclear(f"“{body.text}” is not understood behind “{clause.verb_text}”", "Go back", f'Click "{body.text}"')


# --- waiting ----------------------------------------------------------------------------------------------------------

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
    conditional = body[0].low in ("for", "until", "till", "while")
    while_ = body[0].low == "while"
    body = body.cut(1) if conditional and len(body) > 1 else body
    intent = condition(clause.text, body, gone=while_)
    return [replace(intent, amount=limit, unit=None if limit is None else "s")]


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
    end, verdict, negated = _verdict(body)
    if verdict is None:
        end, negated = len(body), False
        if stated := _stated(body):
            return Intent(action="wait", text=text, target=stated)
    subject = body.cut(0, end).trimmed()
    bare = " ".join(low for low in subject.lows if low not in words.DETERMINERS)
    hidden = gone or (verdict == "gone") != negated
    if not subject.has_literal() and bare in _WHOLE_PAGE:
        return Intent(action="wait", text=text)
    if bare in _NO_TIME:
        raise Unclear(f"“{text}” does not say how long", "Wait 2 seconds", 'Wait until "Saved" appears')
    if bare in ("download", "upload", "file download") or read_number(bare) is not None:
        raise Unclear(f"“{text}” is not understood", 'Check that "report.pdf" was downloaded', "Wait 2 seconds")
    target = read_target(subject)
    if target.role == "spinner":  # nobody waits for a number field
        target = replace(target, role="progressbar")
    return Intent(action="wait", text=text, target=target, values=("hidden",) if hidden else ())


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


# --- scrolling and dragging -------------------------------------------------------------------------------------------

_DIRECTIONS = {"down": "down", "downwards": "down", "downward": "down", "up": "up", "upwards": "up", "upward": "up",
               "left": "left", "right": "right", "bottom": "bottom", "end": "bottom", "top": "top", "beginning": "top",
               "start": "top"}  # fmt: skip
_DISTANCE = re.compile(r"([+-]?\d+(?:\.\d+)?)(?:px|pixels?)?\Z")
_PAGE_WORDS = frozenset(["page", "the page", "window", "screen", "browser", "website", "view", "this page", "document",
                         "the text", "text", "it", "whole page", "entire page"])  # fmt: skip


def _edge(body: Span) -> bool:
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
    return [Intent(action="drag", text=clause.text, target=read_target(thing), to=read_target(place), side=side)]


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


# --- tabs, frames, windows, files ------------------------------------------------------------------------------------

_OTHER_TAB = {"new": "new", "newly": "new", "opened": "new", "other": "previous", "previous": "previous",
              "original": "1", "main": "1", "first": "1", "last": "last", "latest": "last", "next": "next"}  # fmt: skip


def tab(clause: Clause) -> list[Intent]:
    """Read "switch to the new tab"; "switch to the Orders tab" is a tab of the page.

    Raises:
        Unclear: "switch to the second tab" may mean either.
    """
    body, _ = take_times(take_purpose(clause.body))
    body = body.cut(1) if len(body) > 1 and body[0].low in ("to", "into", "back", "over") else body
    body = body.cut(1) if len(body) > 1 and body[0].low == "to" else body
    if not body:
        raise Unclear(f"“{clause.text}” does not say what to switch to", "Switch to the new tab")
    lows = set(body.lows)
    browsers = bool(lows & {"browser", "window", "windows", "browser's"})
    tabs = bool(lows & {"tab", "tabs"})
    if {"frame", "iframe"} & lows:
        return frame(replace(clause, body=body, action="enter_frame"))
    if not (browsers or tabs):
        if lows & {"on", "off"}:
            action: Literal["check", "uncheck"] = "check" if "on" in lows else "uncheck"
            rest = Span(body.source, tuple(t for t in body.tokens if t.low not in ("on", "off")))
            return [Intent(action=action, text=clause.text, target=read_target(rest))]
        return point(replace(clause, body=body, action="click"))
    if value := _tab_value(body, browsers=browsers):
        return [Intent(action="switch_tab", text=clause.text, values=(value,))]
    return point(replace(clause, body=body, action="click"))


def _tab_value(body: Span, *, browsers: bool) -> str | None:
    """Return which of the browser's tabs is meant, or None for a tab of the page."""
    target = read_target(body)
    marker = next(
        (
            _OTHER_TAB[low]
            for low in body.lows
            if low in ("new", "newly", "opened", "other", "original", "previous", "main")
        ),
        None,
    )
    titled = {"titled", "title", "url"} & set(body.lows)
    if (browsers or titled) and target.name and (target.quoted or titled):
        return target.name
    if marker:
        return marker
    number = target.ordinal or (
        int(target.name.lstrip("#")) if target.name and target.name.lstrip("#").isdigit() else None
    )
    if number is not None and not browsers and not target.quoted:
        place = {1: "first", 2: "second", 3: "third", -1: "last"}.get(number, f"{number}.")
        raise Unclear(f"“{body.text}” may be a tab of the browser or of the page",
                      f"Switch to the {place} browser tab", f"Click the {place} tab")  # fmt: skip
    if number is not None:
        return "last" if number == -1 else str(number)
    if browsers:
        bare = [t.value for t in body if t.low not in words.DETERMINERS | {"browser", "tab", "window", "browser's"}]
        name = " ".join(bare)
        return "new" if fold(name) in ("", "popup", "pop-up", "child") else name
    return None


def frame(clause: Clause) -> list[Intent]:
    """Read "switch to the payment frame", "leave the frame"."""
    if clause.action == "leave_frame":
        return [Intent(action="leave_frame", text=clause.text)]
    if not clause.body:
        target = Target(text=clause.text, role="frame")
    else:
        target = read_target(clause.body)
        target = replace(target, role="frame", alternatives=())
    return [Intent(action="enter_frame", text=clause.text, target=target)]


def resize(clause: Clause) -> list[Intent]:
    """Read "resize the window to 800x600"."""
    match = re.search(r"(\d{2,5})\s*(?:px)?\s*(?:x|×|by|\*|wide and|,)\s*(\d{2,5})", clause.span.text, re.IGNORECASE)
    if not match:
        raise Unclear(f"“{clause.text}” gives no size", "Resize the window to 1280x720")
    return [Intent(action="resize", text=clause.text, values=(f"{match[1]}x{match[2]}",))]


def download(clause: Clause) -> list[Intent]:
    """Read "download the invoice": a click that must start a download."""
    body, _ = take_times(take_purpose(clause.body))
    if not body:
        return [Intent(action="download", text=clause.text, target=Target(text=clause.text, name=clause.verb_text))]
    target = read_target(body)
    whole = Target(text=clause.span.text, name=clause.span.text)
    if not target.quoted and not is_plural(body) and not ends_complete(body):
        target = replace(
            target, alternatives=(*target.alternatives, whole, Target(text=clause.text, name=clause.verb_text))
        )
    return [Intent(action="download", text=clause.text, target=target)]
