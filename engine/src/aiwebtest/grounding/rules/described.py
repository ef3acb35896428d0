"""Which one "the lost shipment" is, or "Bo's request", or "shipment ZX-4411": by the page's own noun and what it says.

The noun has to be one that the page has things of (`checks.things`); the other words must be what one of them says of
itself (`checks.saying`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from aiwebtest.core.facts import Facts
from aiwebtest.core.intent import Target
from aiwebtest.core.snapshot import Node
from aiwebtest.grounding.rules.checks.saying import saying
from aiwebtest.grounding.rules.checks.seek import nth
from aiwebtest.grounding.rules.checks.things import things
from aiwebtest.grounding.rules.lexer import fold
from aiwebtest.grounding.rules.page import PageView
from aiwebtest.grounding.rules.words import DETERMINERS

__all__ = ["described", "told_apart"]

_JOINED = re.compile(r"(?:of|from|by|for|with|about|at|on|called|named|number|(?:that|which) (?:is|are|has|have)) ")
_NOUN_AND_MORE = 2  # words: a noun alone describes nothing
_PLAIN_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*\Z")


def described(target: Target, view: PageView) -> list[Node] | None:
    """Return the things that an unquoted name describes: those of its noun that say its other words.

    None where the page has no things of such a noun; empty where it has, and none says so.
    """
    nodes, words = told_apart(target, view)
    if not words:
        return None
    return nth(nodes, target.ordinal) if target.ordinal is not None else nodes


def told_apart(target: Target, view: PageView) -> tuple[list[Node], str]:
    """Return the things that an unquoted name describes, and the words of it that tell them from the others."""
    if target.role is not None or target.quoted or not target.name or target.attribute is not None:
        return [], ""
    words = target.name.split()
    asked = ""
    for noun, rest in _readings(words[fold(words[0]) in DETERMINERS :]):
        told = things(Target(text=noun, name=noun), Facts(snapshot=view.snapshot), None)
        if told is not None and told.nodes:
            if nodes := saying(told.nodes, noun, rest, view.snapshot):
                return nodes, rest
            asked = asked or rest
    return [], asked


def _readings(words: list[str]) -> Iterator[tuple[str, str]]:
    """Yield what may be the noun, with the words that describe one of it."""
    if len(words) < _NOUN_AND_MORE:
        return
    if _PLAIN_WORD.match(words[-1]):
        owner = re.sub(r"(?:'s|’s|(?<=s)['’])\Z", "", " ".join(words[:-1]))
        yield words[-1], owner
    if _PLAIN_WORD.match(fold(words[0])):
        rest = " ".join(words[1:])
        yield words[0], _JOINED.sub("", rest, count=1) if _JOINED.match(rest) else rest
