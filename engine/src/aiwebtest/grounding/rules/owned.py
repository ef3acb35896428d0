"""Elements that are told by a name and by what they are for: "Away: Ada", the stars under "How was your week?"."""

from __future__ import annotations

import re
from itertools import islice

from aiwebtest.core.intent import Target
from aiwebtest.core.snapshot import Flag, Node
from aiwebtest.grounding.rules.labels import is_control
from aiwebtest.grounding.rules.page import PageView
from aiwebtest.grounding.rules.wording import wording

__all__ = ["edge_page", "named_with_owner", "of_captioned_scale"]

_JOINTS = frozenset("for of in to by from".split())
_WHOSE = frozenset(["for", "in", "row"])
_SCORE = re.compile(r"\d+ (?:stars?|points?|hearts?)", re.IGNORECASE)
_REACH = 5  # elements between a mark of a scale and what holds the scale with its caption


def named_with_owner(target: Target, view: PageView) -> list[int]:
    """Return what is called by a name and by its owner together, in either order: "Away: Ada" for "Away" of Ada."""
    owner = target.relations[0].anchor if len(target.relations) == 1 else None
    if owner is None or target.relations[0].kind not in _WHOSE or not target.name or not owner.name or owner.role:
        return []
    mine, theirs = _words(target.name), _words(owner.name)
    both = (mine + theirs, theirs + mine)
    acted_on = (n for n in view.nodes if n.name and (n.has(Flag.CLICKABLE) or is_control(n)))
    return [node.ref for node in acted_on if _words(node.name) in both]


def _words(text: str) -> tuple[str, ...]:
    return tuple(token for token in wording(text).tokens if token not in _JOINTS and any(c.isalnum() for c in token))


def of_captioned_scale(target: Target, view: PageView) -> list[int]:
    """Return the mark "4 stars" of the one scale with whose caption the words are said: "How was your week?"."""
    thing = target.relations[0].anchor if len(target.relations) == 1 else None
    if thing is None or thing.role or not thing.name or not _SCORE.fullmatch(target.name or ""):
        return []
    wanted, asked = wording(target.name or "").stems, set(wording(thing.name).stems)
    marks = [n for n in view.nodes if n.role == "radio" and wording(n.name).stems == wanted]
    return [mark.ref for mark in marks if asked and asked <= set(wording(_caption(mark, view)).stems)]


def _caption(mark: Node, view: PageView) -> str:
    """Return the text before a scale, in the smallest part around it that says more than the names of its marks."""
    for above in islice(view.parents(mark.ref), _REACH):
        texts = [n.text for n in view.nodes[above : mark.ref] if n.text and n.visible]
        if said := [text for text in texts if not _SCORE.fullmatch(text) and any(c.isalpha() for c in text)]:
            return said[-1]
    return ""


_PAGE = re.compile(r"(?:(?:go )?to )?(?:page )?(\d+)", re.IGNORECASE)


def edge_page(target: Target, view: PageView) -> list[int]:
    """Return the number that leads to the first or last page, where the numbers are all that turns to it."""
    if target.role != "page" or target.quoted or target.relations or target.name not in ("first", "last"):
        return []
    numbers = [
        (int(told[1]), n) for n in view.nodes
        if n.role in ("button", "link") and n.visible and (told := _PAGE.fullmatch(n.name.strip()))
    ]  # fmt: skip
    bars = {_bar(node, view) for _, node in numbers}
    found = sorted(numbers, key=lambda pair: pair[0])
    if len(bars) != 1 or len(found) < 2 or len({number for number, _ in found}) < len(found) or found[0][0] != 1:
        return []
    if not _turns_pages(found[0][1], next(iter(bars)), view):
        return []
    if target.name == "last" and _goes_on(found[-1][1], next(iter(bars)), view):
        return []
    return [found[0 if target.name == "first" else -1][1].ref]


def _bar(node: Node, view: PageView) -> int:
    """Return the element that holds all numbers of a pager: each may stand in a list item of its own."""
    parent = view.nodes[node.parent]
    return parent.parent if parent.role == "listitem" else parent.ref


def _turns_pages(number: Node, bar: int, view: PageView) -> bool:
    """Tell whether numbers are those of pages, and no marks of a scale: a name, a class or a role says so."""
    around = (number, *(view.nodes[ref] for ref in (bar, *islice(view.parents(bar), 2))))
    said = " ".join(f"{node.name} {node.ident}" for node in around).casefold()
    return any(word in said for word in ("page", "pagination", "pager", "paging"))


def _goes_on(last: Node, bar: int, view: PageView) -> bool:
    """Tell whether dots behind the last number say that there are more."""
    behind = view.nodes[last.end : view.nodes[bar].end]
    return any(node.text.strip() in ("…", "...") for node in behind)
