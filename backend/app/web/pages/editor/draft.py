"""A test as it is being written: the file, its lines, and what was changed. Knows nothing of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.core.errors import Invalid
from app.services import sheets
from app.services.sheets import Line, Sheet

__all__ = ["Draft", "Row"]


@dataclass(eq=False)
class Row:
    """A line of the page; it stays the same while it is moved about."""

    line: Line


@dataclass
class Draft:
    """`content` is the file that the lines belong to: a line's `origin` is its place among that file's steps."""

    path: str
    content: str
    sheets: list[Sheet] = field(default_factory=list)
    rows: list[list[Row]] = field(default_factory=list)

    @classmethod
    def of(cls, path: str, content: str) -> Draft:
        """Return a draft of a file. Raises Invalid when it has no lines to show."""
        draft = cls(path, content)
        draft.read(content)
        return draft

    def read(self, content: str) -> None:
        """Take another file's content, as from the YAML view. Raises Invalid, and changes nothing then."""
        found = list(sheets.read(content))
        self.content, self.sheets = content, found
        self.rows = [[Row(line) for line in sheet.lines] for sheet in found]

    def written(self) -> str:
        """Return the YAML as it would be stored: lines without a word are left out."""
        return sheets.write(self.content, self._told())

    def settle(self) -> str:
        """Write the lines into `content`, so that something else of the file can be changed, and return it."""
        self.read(self.written())
        return self.content

    def place_of(self, at: int, row: Row) -> int:
        """Return which of the case's written lines a row is, from 0."""
        written = [one for one in self.rows[at] if _says_something(one)]
        return written.index(row)

    def _told(self) -> list[Sheet]:
        return [
            replace(sheet, lines=tuple(row.line for row in rows if _says_something(row)))
            for sheet, rows in zip(self.sheets, self.rows, strict=True)
        ]

    def restore(self, base: str, lines: Sequence[Sequence[Any]]) -> None:
        """Take back what a browser has kept: the file that the lines belonged to, and each line.

        A line is [sheet, origin or "", kind or "", shared steps or "", text]. Raises Invalid when they do not fit.
        """
        known = list(sheets.read(base))
        rows: list[list[Row]] = [[] for _ in known]
        try:
            for sheet, origin, kind, use, text in lines:
                before = known[int(sheet)].lines
                old = before[int(origin)] if str(origin) != "" else None
                line = replace(old, text=str(text)) if old else Line(text=str(text), kind=kind or None, use=str(use))
                rows[int(sheet)].append(Row(replace(line, fixed=bool(use) or (old is not None and old.fixed))))
        except (ValueError, IndexError, TypeError) as exc:
            raise Invalid("What the browser has kept does not fit this test.", mend="write it again.") from exc
        self.content, self.sheets, self.rows = base, known, rows


def _says_something(row: Row) -> bool:
    return bool(row.line.text.strip() or row.line.fixed)
