"""Tables as rows and columns: header texts, the cells under them, spans counted."""

from __future__ import annotations

import re

from aiwebtest.core.snapshot import Node, Snapshot
from aiwebtest.grounding.rules.checks.names import canonical
from aiwebtest.grounding.rules.checks.offered import only_offered
from aiwebtest.grounding.rules.checks.quantities import dates_in
from aiwebtest.grounding.rules.checks.text import contains_words, fold, tidy, words_of

__all__ = [
    "cell_of_row",
    "cells_of",
    "column_cells",
    "column_in",
    "header_row",
    "in_headed_table",
    "is_column",
    "rows_of",
    "says_of_row",
    "table_around",
    "titles_of_row",
]

_CELLS = frozenset({"cell", "gridcell", "columnheader", "rowheader"})
_TABLES = frozenset({"table", "grid", "treegrid"})


def table_around(node: Node, snapshot: Snapshot) -> Node | None:
    """Return the table that a node is in."""
    return next((around for around in snapshot.ancestors(node) if around.role in _TABLES), None)


def cells_of(row: Node, snapshot: Snapshot) -> list[tuple[int, Node]]:
    """Return the cells of a row, each with the number of its column from 0, spans counted."""
    cells: list[tuple[int, Node]] = []
    at, ref = 0, row.ref + 1
    while ref < row.end:
        node = snapshot.nodes[ref]
        if node.role in _CELLS:
            cells.append((at, node))
            at += _span(node)
            ref = node.end
        else:
            ref += 1
    return cells


def _span(cell: Node) -> int:
    span = cell.extra.get("colspan", "1")
    return max(1, int(span)) if span.isdigit() else 1


def rows_of(table: Node, snapshot: Snapshot) -> list[Node]:
    """Return the visible rows of a table that hold data: no header rows, none of inner tables."""
    known: dict[int, list[Node]] = snapshot.memo.setdefault("rows", {})
    if table.ref not in known:
        rows = [node for node in snapshot.subtree(table)[1:] if node.role == "row" and node.visible]
        own = [row for row in rows if table_around(row, snapshot) is table]
        data = [row for row in own if not is_header(row, snapshot)]
        data = [row for row in data if snapshot.nodes[row.parent].tag != "tfoot"] or data  # no totals
        known[table.ref] = [] if len(data) == 1 and _says_none(data[0], table, snapshot) else data
    return list(known[table.ref])


_NONE = re.compile(r"(?:there (?:are|is) )?(?:no|nothing)\b.*|.*\b(?:is|are) empty\W*")


def _says_none(row: Node, table: Node, snapshot: Snapshot) -> bool:
    """Tell whether the only row of a table of several columns is one cell that says that there is nothing."""
    one_cell = len(cells_of(row, snapshot)) == 1 < len(header_row(table, snapshot))
    return one_cell and _NONE.fullmatch(fold(snapshot.text_of(row))) is not None


def is_header(row: Node, snapshot: Snapshot) -> bool:
    """Tell whether a row heads its table: it stands in its head, or all its cells head columns."""
    if row.parent >= 0 and snapshot.nodes[row.parent].tag == "thead":
        return True
    cells = cells_of(row, snapshot)
    return bool(cells) and all(cell.role == "columnheader" for _, cell in cells)


def header_row(table: Node, snapshot: Snapshot) -> dict[int, str]:
    """Return the header texts of a table by column number."""
    for node in snapshot.subtree(table)[1:]:
        if node.role == "row" and (cells := cells_of(node, snapshot)):
            headers = {at: snapshot.text_of(cell) or cell.name for at, cell in cells if cell.role == "columnheader"}
            if headers:
                return headers
    return {}


def _columns(table: Node, name: str, snapshot: Snapshot) -> list[int]:
    """Return the numbers of the columns that a name means: "3" and "third" by place, else by header text."""
    headers = header_row(table, snapshot)
    wanted = fold(name)
    exact = [at for at, text in headers.items() if _bare(text) == wanted or canonical(_bare(text)) == canonical(wanted)]
    if exact:
        return exact
    if re.fullmatch(r"\d+", wanted):
        return [int(wanted) - 1]
    if wanted == "last" and headers:
        return [max(headers)]
    if wanted in _ORDINALS:
        return [_ORDINALS.index(wanted)]
    held = [at for at, text in headers.items() if contains_words(_bare(text), wanted)]
    return held or [at for at, text in headers.items() if f"{_bare(text)} date" == wanted]  # "Due": the due date


_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()


def _bare(text: str) -> str:
    return re.sub(r"\s*[▲▼↑↓⇅⇵↕△▽:*]+\s*$", "", fold(text)).strip()


_PAIR = 2  # columns of a table whose first cell is the label of the second


def in_headed_table(node: Node, snapshot: Snapshot) -> bool:
    """Tell whether a node is in a row of data, whose cells are told apart by the headers of their columns."""
    table = table_around(node, snapshot)
    return table is not None and len(header_row(table, snapshot)) > _PAIR


def says_of_row(row: Node, value: str, snapshot: Snapshot) -> tuple[Node, bool] | None:
    """Return the cell of a row that says just `value`, or the one where other rows say it, and whether it does.

    A link or button says so in a column of states only: "Open" in another is what it does.
    """
    table = table_around(row, snapshot)
    if table is None or not header_row(table, snapshot):
        return None
    wanted = fold(value)
    mine = cells_of(row, snapshot)
    states = {at for at, text in header_row(table, snapshot).items() if _bare(text) in _OF_STATES}
    hit = next((cell for at, cell in mine if _says(cell, wanted, snapshot, stated=at in states)), None)
    if hit is not None:
        return hit, True
    others = {
        at for other in rows_of(table, snapshot) for at, cell in cells_of(other, snapshot)
        if _says(cell, wanted, snapshot, stated=at in states)
    }  # fmt: skip
    elsewhere = [cell for at, cell in mine if at in others]
    return (elsewhere[0], False) if len(elsewhere) == 1 else None


def titles_of_row(row: Node, snapshot: Snapshot) -> tuple[list[str], list[str]]:
    """Return what a row is called, and what its other cells say: the first words of it that are no date and no code."""
    said = [text for _, cell in cells_of(row, snapshot) if (text := snapshot.text_of(cell))]
    at = next((i for i, text in enumerate(said) if _TITLE.match(text) and not dates_in(text)), 0)
    return said[at : at + 1], [*said[:at], *said[at + 1 :]]


_TITLE = re.compile(r"(?!\S*\d\S*\Z)[^\W\d_]")  # "Rent 4", and no code such as "T-104"


_OF_STATES = frozenset("status state result outcome phase stage condition".split())


def _says(cell: Node, wanted: str, snapshot: Snapshot, *, stated: bool) -> bool:
    return fold(snapshot.text_of(cell)) == wanted and (stated or not only_offered(cell, snapshot))


def cell_of_row(row: Node, name: str, snapshot: Snapshot) -> list[Node]:
    """Return the cells of a row under the columns that a name means."""
    table = table_around(row, snapshot)
    if table is None:
        return []
    wanted = _columns(table, name, snapshot) or _columns(table, _without_noun(name, table), snapshot)
    return [cell for at, cell in cells_of(row, snapshot) if at in wanted]


def _without_noun(name: str, table: Node) -> str:
    """Return "quiz" of "quiz grade" in a table that is called "Grades of class 7A", "" where the noun says more."""
    header, _, noun = name.rpartition(" ")
    known = noun in {"amount", "value"} or fold(noun) in {word.removesuffix("s") for word in words_of(table.name)}
    return header if known else ""


def column_in(value: str, table: Node, snapshot: Snapshot) -> tuple[str, str] | None:
    """Return column and rest of "status Delayed" and "Dahl as customer", None where a row says the whole itself."""
    said, folded = tidy(value), fold(value)
    if any(contains_words(fold(snapshot.text_of(row)), folded) for row in rows_of(table, snapshot)):
        return None
    for header in sorted({_bare(text) for text in header_row(table, snapshot).values()}, key=len, reverse=True):
        if header and folded.startswith(f"{header} "):
            return header, re.sub(r"^(?:of|is|=|:) ", "", said[len(header) + 1 :])
        if header and folded.endswith((f" as {header}", f" as the {header}")):
            return header, re.sub(r" as (?:the )?$", "", said[: -len(header)])
    return None


def is_column(name: str, snapshot: Snapshot, inside: Node | None = None) -> bool:
    """Tell whether a header in the page or in a place says just a name, folded."""
    nodes = snapshot.nodes if inside is None else snapshot.subtree(inside)
    tables = [node for node in nodes if node.role in _TABLES and node.visible]
    return any(_bare(text) == name for table in tables for text in header_row(table, snapshot).values())


def column_cells(name: str, snapshot: Snapshot, inside: Node | None = None) -> list[Node]:
    """Return the data cells under the columns that a name means, in every table of the page or of a place."""
    nodes = snapshot.nodes if inside is None else snapshot.subtree(inside)
    tables = [node for node in nodes if node.role in _TABLES and node.visible]
    found = []
    for table in tables:
        wanted = _columns(table, name, snapshot)
        for row in rows_of(table, snapshot):
            found += [cell for at, cell in cells_of(row, snapshot) if at in wanted]
    return found
