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
    about = [marks for marks in _scales(view) if asked <= view.surroundings(marks[0].ref) | _title(marks[0], view)]
    if len(about) != 1 or not 1 <= int(score[1]) <= len(about[0]):
        return None
    one = Evidence(about[0][int(score[1]) - 1].ref)
    one.add("role alone", note=f"mark {score[1]} of {len(about[0])} on the scale")
    one.add("can be acted on")
    return Ranking([one])


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
    return frozenset(wording(view.text(heading.ref) or heading.name).stems) if heading is not None else frozenset()


def _says(mark: Node, view: PageView) -> bool:
    return any(c.isalnum() for c in view.text(mark.ref) + mark.name)
