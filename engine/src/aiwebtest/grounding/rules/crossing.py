"""The cell where a row and a column cross: "seat 10A", "the hours of Piet Maas"."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from aiwebtest.core.intent import Target
from aiwebtest.core.snapshot import Flag, Node
from aiwebtest.grounding.rules.labels import is_control
from aiwebtest.grounding.rules.page import PageView
from aiwebtest.grounding.rules.relations import Anchor
from aiwebtest.grounding.rules.wording import JUST_SO, Wording, compare, ident_words, wording

__all__ = ["called_by_code", "cells_at", "cells_called", "is_code"]

_CODE = re.compile(
    r"(?:(?P<noun>[^\W\d_]+) )?(?:(?P<n>\d{1,3})[ -]?(?P<c>[A-Za-z])|(?P<c2>[A-Za-z])[ -]?(?P<n2>\d{1,3}))"
)
_TABLES = frozenset(["table", "grid", "treegrid"])
_CELLS = frozenset(["cell", "gridcell"])
_SAME = JUST_SO | {"name means the same"}


def cells_called(target: Target, view: PageView) -> list[int]:
    """Return what stands in the row and the column that a code such as "seat 10A" names, in each table that has both.

    The noun must be one that the page has for it: in a title over the table, or in the classes of what is in it.
    """
    match = _CODE.fullmatch(target.name or "")
    if match is None or target.role not in (None, "cell") or target.relations or target.ordinal is not None:
        return []
    row, column, noun = match["n"] or match["n2"], match["c"] or match["c2"], match["noun"]
    found = []
    rows = {above for ref in view.holding(row) if (above := view.up(ref, "row")) is not None}
    for cell in _cells(rows, view):
        if _row_is(cell, row, view) and _is_headed(cell, column, view):
            held = _held(cell, view)
            if (noun is None and target.role == "cell") or (noun is not None and _speaks(noun, held, view)):
                found.append(held)
    return found


def cells_at(target: Target, anchors: Sequence[Anchor], view: PageView) -> list[int]:
    """Return what stands in the column that a target names and in the rows that hold the anchors: "the rate of Ada"."""
    if not target.name or target.role not in (None, "cell", "field", "textbox"):
        return []
    rows = {row for ref, _ in anchors if (row := _row_of(ref, view)) is not None}
    found = [_held(cell, view) for cell in _cells(rows, view) if _is_headed(cell, target.name, view)]
    header, _, noun = target.name.rpartition(" ")  # "the Project grade" in a table of grades
    if found or not header or target.quoted:
        return found
    headed = [cell for cell in _cells(rows, view) if _is_headed(cell, header, view)]
    return [_held(cell, view) for cell in headed if _speaks(noun, _held(cell, view), view)]


def called_by_code(asked: Wording, seen: Wording, ref: int, view: PageView) -> bool:
    """Tell whether a name is the code in "seat 10A" or "the 10A seat", the noun being the page's for it."""
    if len(seen.tokens) != 1 or not is_code(seen.tokens[0]) or seen.tokens[0] not in asked.tokens:
        return False
    rest = [word for word in asked.tokens if word != seen.tokens[0]]
    return len(rest) == 1 and rest[0].isalpha() and _speaks(rest[0], ref, view)


def is_code(word: str) -> bool:
    """Tell whether a word has digits and letters: "10a"."""
    return any(c.isdigit() for c in word) and any(c.isalpha() for c in word)


def _cells(rows: Collection[int], view: PageView) -> Iterator[Node]:
    """Yield the cells of these rows, in document order."""
    for row in sorted(rows):
        for node in view.subtree(view.nodes[row]):
            if node.role in _CELLS and node.visible and view.up(node.ref, "row") == row:
                yield node


def _row_of(ref: int, view: PageView) -> int | None:
    return ref if view.nodes[ref].role == "row" else view.up(ref, "row")


def _is_headed(cell: Node, name: str, view: PageView) -> bool:
    place = view.column_of(cell.ref)
    header = view.header(place[0], place[1]) if place is not None else ""
    match = compare(wording(name), wording(header), quoted=False) if header else None
    return match is not None and match.kind in _SAME


def _row_is(cell: Node, number: str, view: PageView) -> bool:
    """Tell whether the first cell of the row is just that number."""
    row = view.up(cell.ref, "row")
    first = next(iter(view.children(row)), None) if row is not None else None
    return first is not None and first != cell.ref and view.text(first).strip() == number


def _held(cell: Node, view: PageView) -> int:
    """Return the only control or button of a cell, else the cell."""
    inside = view.subtree(cell)[1:]
    usable = [n.ref for n in inside if n.visible and (is_control(n) or n.role in ("button", "link"))]
    usable = usable or [n.ref for n in inside if n.visible and n.flags & int(Flag.CLICKABLE)]
    return usable[0] if len(usable) == 1 else cell.ref


def _speaks(noun: str, ref: int, view: PageView) -> bool:
    stems = set(wording(noun).stems)
    table = next((above for above in view.parents(ref) if view.nodes[above].role in _TABLES), ref)
    idents = " ".join(f"{view.nodes[at].ident} {view.nodes[at].testid}" for at in (ref, table))
    said = {stem for words in ident_words(idents) for stem in wording(words).stems}
    return stems <= said | view.topic | view.surroundings(ref) | set(wording(view.nodes[table].name).stems)
