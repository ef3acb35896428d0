"""Columns and lanes of a board or a calendar that is laid out as a grid of plain elements: told by where they stand."""

from __future__ import annotations

import re
from itertools import islice

from aiwebtest.core.facts import Facts
from aiwebtest.core.intent import Target
from aiwebtest.core.snapshot import Node
from aiwebtest.grounding.rules.checks.rows import children_of
from aiwebtest.grounding.rules.checks.text import fold

__all__ = ["band_of", "beside", "cells_under", "is_mere_title"]

_COUNTED = re.compile(r"(?P<name>.*?)(?: \(?\d+(?: ?/ ?\d+)?\)?)?")
_LANE = re.compile(r"(?P<name>.+) (?:swim ?)?lane", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
_HEAD = 2  # elements around a title at most
_EVEN = 4  # pixels


def band_of(place: Target, facts: Facts) -> list[Node]:
    """Return the cells of "the Done column", of what is called "Done", or of "the Design lane"; [] for other places."""
    if not place.name or place.ordinal is not None or place.relations:
        return []
    if place.role == "column":
        return cells_under(place.name, facts)
    if place.role is not None:
        return []
    lane = _LANE.fullmatch(place.name)
    if lane is None:
        return cells_under(place.name, facts, lines=1)
    lines = [cells for title in _titles(lane["name"], facts) if (cells := beside(title, facts))]
    return lines[0] if len(lines) == 1 else []


def cells_under(name: str | None, facts: Facts, *, lines: int = 2) -> list[Node]:
    """Return the cells of a board below the one title that "the Done column" names, [] where there is none.

    They stand in one grid with their titles, or, with two `lines`, in what follows the line of the titles.
    """
    columns = [cells for title in _titles(name or "", facts) if (cells := _under(title, facts, lines))]
    return columns[0] if len(columns) == 1 else []


def _titles(name: str, facts: Facts) -> list[Node]:
    return [node for node in facts.snapshot.nodes if node.visible and node.text and fold(node.text) == fold(name)]


def _under(title: Node, facts: Facts, lines: int) -> list[Node]:
    """Return the parts of a board that stand below a title, as wide as it is: a cell for each of its lanes.

    The title may bear the number of what stands there: "In progress 2 / 3".
    """
    snapshot, name = facts.snapshot, _called_but_for_number(title, facts)
    for head in (title, *islice(snapshot.ancestors(title), _HEAD)):
        if head.parent < 0 or head.role or _called_but_for_number(head, facts) != name:
            return []
        left, top, width, height = head.box
        around = [n for n in children_of(snapshot, head.parent) if n.visible and n.ref != head.ref]
        below = [n for n in around if n.ref > head.ref and n.box[1] >= top + height - 1]
        cells = [n for n in below if n.box[0] >= left - 1 and n.box[0] + n.box[2] <= left + width + 1]
        others = [n for n in around if n.box[1] == top and n.box[0] != left]
        if not any(_LETTER.search(snapshot.text_of(n)) for n in others):  # no other titles stand in the line
            continue
        if cells or (lines > 1 and (cells := _below_line(head, facts))):
            return cells
    return []


def _below_line(head: Node, facts: Facts) -> list[Node]:
    """Return what stands below a title in the parts that follow the line of titles, as wide as the title."""
    snapshot, line = facts.snapshot, facts.snapshot.nodes[head.parent]
    if line.parent < 0 or line.role or head.tag == "#text":
        return []
    left, _, width, _ = head.box
    after = [n for n in children_of(snapshot, line.parent) if n.visible and n.ref > line.ref]
    parts = [part for lane in after for part in children_of(snapshot, lane.ref) if part.visible and not part.role]
    return [n for n in parts if n.box[0] >= left - 1 and n.box[0] + n.box[2] <= left + width + 1]


def is_mere_title(node: Node, name: str, facts: Facts) -> bool:
    """Tell whether an element says no more than a name and how many there are: "Done 1" holds nothing."""
    return bool(name) and _called_but_for_number(node, facts) == fold(name)


def _called_but_for_number(node: Node, facts: Facts) -> str:
    found = _COUNTED.fullmatch(fold(facts.snapshot.text_of(node)))
    return found["name"] if found else ""


def beside(title: Node, facts: Facts) -> list[Node]:
    """Return what stands to the right of the title of a line, in a grid of plain elements that has other lines too."""
    if title.role or title.parent < 0:
        return []
    left, top, width, height = title.box
    around = [n for n in children_of(facts.snapshot, title.parent) if n.visible and n.ref != title.ref and not n.role]
    lines = [n for n in around if abs(n.box[0] - left) + abs(n.box[2] - width) <= _EVEN and n.box[1] != top]
    level = [n for n in around if n.box[1] >= top - 1 and n.box[1] + n.box[3] <= top + height + 1]
    return [n for n in level if n.box[0] >= left + width - 1] if lines else []
