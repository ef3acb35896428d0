"""Data rows: inline, or from a CSV file beside the test."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pydantic_core import PydanticCustomError

from aiwebtest.casefiles.discover import shown
from aiwebtest.casefiles.document import Document, Way
from aiwebtest.casefiles.problem import FileProblem
from aiwebtest.config.values import parse_variable
from aiwebtest.core.case import Place

__all__ = ["Row", "csv_rows", "inline_rows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One execution's values, with a label that is unique among its case's rows."""

    label: str
    values: Mapping[str, str]
    place: Place


def inline_rows(rows: Iterable[Mapping[str, str]], document: Document, way: Way) -> tuple[Row, ...]:
    """Return rows written in the test file, at `way` of its document."""
    return _labelled([(dict(row), document.place((*way, index))) for index, row in enumerate(rows)])


def csv_rows(name: str, document: Document, way: Way) -> tuple[Row, ...]:
    """Return the rows of the CSV file that `name` gives relative to the document; its problems go to the document.

    Comma, semicolon and tab are understood as separators; the first line names the columns.
    """
    path = document.path.parent / name
    if document.leads_out(path, document.place(way)):
        return ()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        document.tell(way, f"There is no file `{name}`.", f"put it at {shown(path)}; paths are relative to this file.")
        return ()
    except (OSError, UnicodeDecodeError) as exc:
        document.tell(way, f"The file `{name}` cannot be read: {exc}.", "save it as UTF-8.")
        return ()
    reader = csv.reader(text.splitlines(keepends=True), delimiter=_separator(text))
    header = [column.strip() for column in next(reader, [])]
    if not _good_header(header, shown(path), document):
        return ()
    rows = []
    for cells in reader:
        place = Place(path=shown(path), line=reader.line_num, via=document.place(way))
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            what = f"The row has {len(cells)} values and the file {len(header)} columns."
            document.problems.append(FileProblem(place=place, what=what, mend="quote values that hold a separator."))
            continue
        rows.append((dict(zip(header, cells, strict=True)), place))
    if not rows and not document.problems:
        document.tell(way, f"The file `{name}` has no rows, so the case would never run.", "add a row.")
    return _labelled(rows)


def _separator(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


def _good_header(header: list[str], path: str, document: Document) -> bool:
    place = Place(path=path, line=1)
    before = len(document.problems)
    if not header or not any(header):
        document.problems.append(FileProblem(place=place, what="The first line names no columns."))
    for column in header:
        if header.count(column) > 1:
            document.problems.append(FileProblem(place=place, what=f"The column `{column}` is there twice."))
        try:
            parse_variable(column)
        except PydanticCustomError as exc:
            context = exc.context or {}
            document.problems.append(FileProblem(place=place, what=context["what"], mend=context["mend"]))
    return len(document.problems) == before


def _labelled(rows: list[tuple[dict[str, str], Place]]) -> tuple[Row, ...]:
    """Return the rows with labels: the column `name`, else the first column; a number tells equal ones apart."""
    labels: dict[str, int] = {}
    labelled = []
    for number, (values, place) in enumerate(rows, start=1):
        label = values.get("name") or next(iter(values.values()), "") or f"row {number}"
        labels[label] = labels.get(label, 0) + 1
        unique = label if labels[label] == 1 else f"{label} ({labels[label]})"
        labelled.append(Row(label=unique, values=values, place=place))
    return tuple(labelled)
