"""Scales to rate a thing on that are drawn of plain signs: five stars side by side, of which the fourth is pressed."""

from __future__ import annotations

import re

from aiwebtest.core.intent import Intent
from aiwebtest.core.snapshot import Flag, Node, Snapshot
from aiwebtest.grounding.rules.features import Evidence
from aiwebtest.grounding.rules.page import PageView, view_of
from aiwebtest.grounding.rules.rank import Ranking
from aiwebtest.grounding.rules.wording import wording

__all__ = ["mark_on_scale"]

_SCORE = re.compile(r"(\d{1,2}) (?:star|heart|point)s?", re.IGNORECASE)
_NUMBERED = re.compile(r"\W*(?P<n>\d{1,2})\W*(?:stars?|hearts?|points?)?\W*")
_FEWEST, _MOST = 3, 10  # marks of a scale
_CARD = 300  # characters; more is a part of the page rather than a thing
_CLICKABLE = int(Flag.CLICKABLE)


def mark_on_scale(intent: Intent, snapshot: Snapshot) -> Ranking | None:
    """Return the fourth mark of the only scale that stands for the thing in "rate the waiting room 4 stars".

    The words for the thing must be those of the titles above the scale, or of its card. None where it is another kind
    of sentence or no mark is meant clearly.
    """
    target = intent.target
    score = _SCORE.fullmatch(target.name or "") if target is not None else None
    if target is None or score is None or target.quoted or len(target.relations) > 1:
        return None
    view = view_of(snapshot)
    anchor = target.relations[0].anchor if target.relations else None
    asked = set(wording(anchor.name or anchor.text).stems) if anchor is not None else set()
    if anchor is not None and anchor.ordinal is not None:
        return None
    if (called := _mark_called(int(score[1]), asked, view)) is not None:
        return Ranking([_evidence(called, f"it is called {score[1]} of several")])
    about = [marks for marks in _scales(view) if asked <= view.surroundings(marks[0].ref) | _title(marks[0], view)]
    if len(about) != 1 or not 1 <= int(score[1]) <= len(about[0]):
        return None
    mark = about[0][int(score[1]) - 1]
    return Ranking([_evidence(mark, f"mark {score[1]} of {len(about[0])} on the scale")])


_PLACE = re.compile(r"(?:\w+ )?(\d{1,2}) ?(?:of|out of|/) ?\d{1,2}(?: stars?)?|(\d{1,2}) stars?", re.IGNORECASE)


def _mark_called(score: int, asked: set[str], view: PageView) -> Node | None:
    """Return the button "Rating 4 of 5" of the thing that is meant: the one in the smallest part that speaks of it."""
    found = []
    for node in view.nodes:
        if node.visible and node.role in ("button", "radio") and (place := _PLACE.fullmatch(node.name)):
            part = _part_about(asked, node, view)
            if int(place[1] or place[2]) == score and part:
                found.append((part, node))
    found.sort(key=lambda one: one[0])
    return found[0][1] if found and (len(found) == 1 or found[0][0] < found[1][0]) else None


def _part_about(asked: set[str], mark: Node, view: PageView) -> int:
    """Return how large the smallest part around a mark is that has all the words, 0 where none has."""
    if asked <= _title(mark, view):
        return 1
    for above in view.parents(mark.ref):
        text = view.text(above)
        if len(text) > _CARD or view.nodes[above].tag == "body" or view.nodes[above].role == "main":
            return 0
        if asked <= set(wording(text).stems):
            return view.nodes[above].end - above
    return 0


def _evidence(mark: Node, why: str) -> Evidence:
    one = Evidence(mark.ref)
    one.add("role alone", note=why)
    one.add("can be acted on")
    return one


def _scales(view: PageView) -> list[list[Node]]:
    """Return the rows of marks: alike elements side by side that react to clicks and say nothing."""
    found = []
    for parent in {node.parent for node in view.nodes if node.flags & _CLICKABLE and node.visible}:
        marks = [view.nodes[ref] for ref in view.children(parent) if parent >= 0 and view.nodes[ref].visible]
        marks = [mark for mark in marks if mark.flags & _CLICKABLE and not _says(mark, view)]
        if _is_scale(marks):
            found.append(marks)
    groups = [[n for n in view.subtree(node) if n.role == "radio"] for node in view.nodes if node.role == "radiogroup"]
    return found + [marks for marks in groups if _is_scale(marks) and _are_numbered(marks, view)]


def _is_scale(marks: list[Node]) -> bool:
    return _FEWEST <= len(marks) <= _MOST and len({(mark.tag, mark.role, mark.box[1]) for mark in marks}) == 1


def _are_numbered(marks: list[Node], view: PageView) -> bool:
    """Tell whether radio buttons are called by how many they are: "★ 1", "★ 2" or "1 star", "2 stars"."""
    said = [_NUMBERED.fullmatch((mark.name or view.text(mark.ref)).strip().lower()) for mark in marks]
    return all(one is not None and int(one["n"]) == at for at, one in enumerate(said, 1))


def _title(mark: Node, view: PageView) -> frozenset[str]:
    """Return the words, as stems, of the heading that stands before a mark."""
    before = (node for node in reversed(view.nodes[: mark.ref]) if node.role == "heading" and node.visible)
    heading = next(before, None)
    if heading is not None:
        scale = max(mark.parent, heading.end)
        between = (node for node in view.nodes[heading.end : scale] if node.visible)
        if any(any(c.isalnum() for c in node.text) for node in between):
            return frozenset()  # what is asked there stands between
    return frozenset(wording(view.text(heading.ref) or heading.name).stems) if heading is not None else frozenset()


def _says(mark: Node, view: PageView) -> bool:
    return any(c.isalnum() for c in view.text(mark.ref) + mark.name)
