"""What a test file says beside its sentences: data rows, variables, names of secrets. Read, and written back.

Whatever else the file says, comments included, stays as it was. `place` is a case's index among `cases`, None where
the file itself is the case.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from app.core.errors import Invalid
from app.services.sheets import dumped, parsed

__all__ = [
    "Table", "csv_of", "pasted", "secrets_of", "table_of", "variables_of", "with_secret", "with_table",
    "with_variables",
]  # fmt: skip

_MOST_ROWS, _MOST_COLUMNS = 500, 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Data rows: texts under columns. `file` is the CSV file that they come from, "" for rows in the test itself."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    file: str = ""


def table_of(content: str, place: int | None) -> Table:
    """Return the data rows of a case; those of the file where the case has none of its own."""
    top = parsed(content)
    case = _case(top, place)
    data = case.get("data", top.get("data"))
    if isinstance(data, str):
        return Table(file=data)
    rows = [row for row in data if isinstance(row, dict)] if isinstance(data, list) else []
    columns = tuple(dict.fromkeys(str(name) for row in rows for name in row))
    return Table(columns=columns, rows=tuple(tuple(_text(row.get(name)) for name in columns) for row in rows))


def with_table(content: str, place: int | None, table: Table) -> str:
    """Return the file with other data rows; without any, `data` is taken out. Raises Invalid for a bad column."""
    if table == table_of(content, place):
        return content
    _refuse_bad(table)
    top = parsed(content)
    case = _case(top, place)
    owner = case if "data" in case or "data" not in top else top
    if table.file:
        owner["data"] = table.file
    elif not table.columns or not table.rows:
        owner.pop("data", None)
    else:
        made = CommentedSeq()
        for row in table.rows:
            mapping = CommentedMap((name, value) for name, value in zip(table.columns, row, strict=True))
            mapping.fa.set_flow_style()
            made.append(mapping)
        _put(owner, "data", made)
    return dumped(top)


def pasted(text: str) -> Table:
    """Return what was pasted from a spreadsheet, or a CSV file: the first line names the columns.

    Tab, semicolon and comma are understood as separators. Raises Invalid when there is nothing to take.
    """
    lines = text.strip("\n\r\ufeff").splitlines()
    if not lines:
        raise Invalid("There is nothing to take.", mend="copy cells with their headings, or choose a CSV file.")
    separator = max("\t;,", key=lines[0].count)
    cells = [row for row in csv.reader(StringIO("\n".join(lines)), delimiter=separator) if any(map(str.strip, row))]
    columns = tuple(name.strip() for name in cells[0])
    rows = tuple(tuple((*row, *[""] * len(columns))[: len(columns)]) for row in cells[1:])
    table = Table(columns=columns, rows=rows)
    _refuse_bad(table)
    return table


def csv_of(table: Table) -> str:
    """Return the rows as CSV."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows(table.rows)
    return out.getvalue()


def variables_of(content: str, place: int | None) -> dict[str, str]:
    """Return the variables that a case has, the file's included."""
    top = parsed(content)
    found = {}
    for owner in (top, _case(top, place)):
        known = owner.get("variables")
        if isinstance(known, dict):
            found.update({str(name): _text(value) for name, value in known.items()})
    return found


def with_variables(content: str, variables: Mapping[str, str]) -> str:
    """Return the file with these variables at its top; a case's own stay with it."""
    top = parsed(content)
    before = top.get("variables")
    known = dict(before) if isinstance(before, dict) else {}
    if {name: _text(value) for name, value in known.items()} == dict(variables):
        return content
    if not variables:
        top.pop("variables", None)
        return dumped(top)
    if not isinstance(before, CommentedMap):
        before = CommentedMap()
        _put(top, "variables", before)
    for name in [name for name in before if name not in variables]:
        del before[name]
    for name, value in variables.items():
        if name not in before or _text(before[name]) != value:
            before[name] = value
    return dumped(top)


def secrets_of(content: str, place: int | None) -> tuple[str, ...]:
    """Return the secrets that a case names."""
    top = parsed(content)
    found: dict[str, None] = {}
    for owner in (top, _case(top, place)):
        names = owner.get("secrets")
        found.update(dict.fromkeys(str(name) for name in names) if isinstance(names, list) else {})
    return tuple(found)


def with_secret(content: str, place: int | None, name: str) -> str:
    """Return the file in which a case may name a secret."""
    if name in secrets_of(content, place):
        return content
    top = parsed(content)
    names = top.get("secrets")
    if isinstance(names, CommentedSeq):
        names.append(name)
    else:
        made = CommentedSeq([name])
        made.fa.set_flow_style()
        _put(top, "secrets", made)
    return dumped(top)


def _case(top: CommentedMap, place: int | None) -> Any:
    return top if place is None else top["cases"][place]


def _put(owner: Any, key: str, value: Any) -> None:
    """Set a key; a new one stands before the steps or cases."""
    if key in owner or not isinstance(owner, CommentedMap):
        owner[key] = value
        return
    names = list(owner)
    at = next((names.index(name) for name in ("session", "before", "steps", "cases") if name in names), len(names))
    owner.insert(at, key, value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _refuse_bad(table: Table) -> None:
    columns: Sequence[str] = table.columns
    bad = next((name for name in columns if not name.isidentifier()), None)
    if bad is not None:
        told = f"The heading “{bad}” cannot be used in a sentence." if bad else "A column has no heading."
        raise Invalid(told, mend="use letters, digits and _, such as `user_name`.")
    if len(set(columns)) < len(columns):
        raise Invalid("Two columns have the same heading.", mend="give each its own.")
    if len(table.rows) > _MOST_ROWS or len(columns) > _MOST_COLUMNS:
        told = f"That is more than {_MOST_ROWS} rows or {_MOST_COLUMNS} columns."
        raise Invalid(told, mend="put it into a CSV file beside the test: `data: rows.csv`.")
