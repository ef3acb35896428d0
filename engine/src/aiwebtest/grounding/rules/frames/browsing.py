"""Frames of verbs of the browser: open, back, reload, tabs, frames, window size, downloads."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

from aiwebtest.core.intent import Intent, Relation, Target
from aiwebtest.grounding.rules import words
from aiwebtest.grounding.rules.clauses import Clause
from aiwebtest.grounding.rules.frames.commands import exported_as
from aiwebtest.grounding.rules.frames.entering import set_
from aiwebtest.grounding.rules.frames.moving import edge, scroll
from aiwebtest.grounding.rules.frames.pointing import is_plain_noun, named, point, point_path, whose
from aiwebtest.grounding.rules.lexer import Span, fold, lex
from aiwebtest.grounding.rules.phrase import ends_complete, read_target
from aiwebtest.grounding.rules.problem import Unclear
from aiwebtest.grounding.rules.slots import (
    is_plural,
    take_purpose,
    take_times,
    timed,
)

__all__ = ["download", "frame", "history", "open_", "resize", "tab"]

_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]*://|/|www\.|localhost\b|about:|[./]{1,2}/|\{[A-Za-z_][\w.-]*\}"
    r"|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?:[:/?#]|\Z)|\d{1,3}(?:\.\d{1,3}){3}",
    re.IGNORECASE,
)
_FILE = re.compile(
    r"[\w-]+\.(?:txt|pdf|docx?|xlsx?|pptx?|csv|png|jpe?g|gif|svg|zip|md|json|xml|ya?ml|mp[34]|ods|odt)", re.IGNORECASE
)  # opened in the page, which lists it
_START = frozenset(["application", "app", "site", "website", "web site", "web app", "web application", "start page",
                    "starting page", "page", "web page", "webpage", "start url", "base url"])  # fmt: skip
_HOME = frozenset(
    ["home page", "homepage", "root", "root page", "landing page", "main page", "front page", "index page"]
)
_SAYS_ADDRESS = ("page", "url", "address", "path", "site", "website", "link", "web", "at", "to", "on", "with", "the")


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


_NEW_TAB = re.compile(r"\bnew (?:(?:browser|empty|blank) )?(?:tab|window)\b")


def _refuse_new_tab(clause: Clause, body: Span) -> None:
    if _NEW_TAB.search(" ".join(body.lows)) and not body[-1].literal:
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
    if len(body) == 1 and body[0].capital and clause.verb.verb.phrase == "go to":  # "Go to Application" names a link
        return None
    if bare in _START:
        return [Intent(action="open", text=clause.text)]
    if bare in _HOME:
        return [Intent(action="open", text=clause.text, values=("/",))]
    if bare in ("previous page", "page before", "last page") and "go back" in clause.verb.verb.phrase:
        return [Intent(action="back", text=clause.text)]
    if bare in ("back", "forward"):
        return [Intent(action="back" if bare == "back" else "forward", text=clause.text)]
    return scroll(clause) if edge(body) else None


def _led_to(clause: Clause, body: Span) -> list[Intent]:
    """Read what is no address as a click on what leads there."""
    if len(body) == 1 and body[0].kind == "quote" and " > " in body[0].value:
        body = lex(body[0].value)
    if any(token.low == ">" for token in body):
        return point_path(clause, body, "click")
    if clause.verb.verb.phrase in ("am on", "are on", "is on", "i'm on", "am at"):
        raise Unclear(f"“{clause.text}” names no address", "Open /login", f"Check that the page is called {body.text}")
    if clause.verb.verb.phrase in _ASKING and body[0].low in _WHETHER:
        raise Unclear(f"“{clause.text}” names no thing", "Open the details", 'Check that "Details" is shown')
    intents = point(replace(clause, body=body, action="click"))
    if clause.verb.verb.phrase in _NAMES_OF_LINKS and not body.has_literal():
        name = " ".join(t.value for t in clause.span if t.low not in words.DETERMINERS)
        whole = Target(text=clause.text, name=name)
        intents = [replace(i, target=i.target and _or(i.target, whole)) for i in intents]
    if (
        clause.verb_text.casefold() in _RETURNS and not body.has_literal()
    ):  # "Back to customers", if there is such a one
        name = f"back to {' '.join(t.value for t in body if t.low not in words.DETERMINERS)}"
        intents = [replace(i, target=i.target and _or(i.target, Target(text=clause.text, name=name))) for i in intents]
    if clause.verb.verb.phrase in _ASKING and not body.has_literal():
        bare = " ".join(t.value for t in body if t.low not in words.DETERMINERS)
        for verb in _SHOWING:
            whole = Target(text=clause.text, name=f"{verb} {bare}")
            intents = [replace(i, target=i.target and _or(i.target, whole)) for i in intents]
    return intents


_RETURNS = frozenset(["go back to", "return to", "navigate back to", "switch back to"])
_ASKING = frozenset(["show me", "let me see", "let me look at", "let me have a look at", "look at", "have a look at",
                     "take a look at"])  # fmt: skip
_WHETHER = frozenset("what how why when where who which whether if that".split())
_SHOWING = ("view", "show", "see")
_NAMES_OF_LINKS = frozenset(["proceed to", "return to", "go back to", "go to", "open", "access"])


def _or(target: Target, other: Target) -> Target:
    return replace(target, alternatives=(*target.alternatives, other))


def _address(body: Span) -> str | None:
    """Return the address that the words give, or None."""
    for i, token in enumerate(body):
        spaced = token.kind == "quote" and " " in token.value and "://" not in token.value
        if not _ADDRESS.match(token.value) or spaced or _FILE.fullmatch(token.value):
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
        if clause.verb.verb.phrase == "switch" and body.find("to") > 0 and not body[0].literal:
            return set_(replace(clause, body=body, action="set"))  # "switch the currency to EUR"
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
    if target := exported_as(clause, body):
        return [Intent(action="download", text=clause.text, target=target)]
    target = read_target(body)
    if not target.quoted and not is_plural(body) and not ends_complete(body):
        whole = Target(text=clause.span.text, name=clause.span.text)
        target = replace(target, alternatives=(*target.alternatives, whole, *_beside(clause, body, target)))
    return [Intent(action="download", text=clause.text, target=target)]


def _beside(clause: Clause, body: Span, target: Target) -> tuple[Target, ...]:
    """Return a button of just the verb where it belongs to what is named: never one that belongs to something else."""
    owner = whose(target)
    if is_plain_noun(body, target):
        return ()
    relations = target.relations if owner is target and target.relations else (Relation(kind="row", anchor=owner),)
    return (Target(text=clause.text, name=clause.verb_text, relations=relations),)
