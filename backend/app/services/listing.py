"""Lists: pages by cursor, search and tags, the same on both databases and quick however long the table is."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, String, cast, func, select, type_coerce
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.core.errors import Invalid

__all__ = ["LARGEST", "beginning", "containing", "cursor", "page", "tagged"]

Row = TypeVar("Row")

LARGEST = 2**63 - 1
"""Largest number that both databases keep."""


async def page(
    session: AsyncSession, query: Select[Row], key: InstrumentedAttribute[int], *, after: str | None, limit: int
) -> tuple[list[Row], str | None]:
    """Return a page of rows, newest first, and the cursor of the next one, None at the end.

    The cursor is the id of the last row, so that a page costs the same wherever it is and none is skipped or told
    twice when rows are added meanwhile.
    """
    if after is not None:
        query = query.where(key < cursor(after))
    rows = list((await session.execute(query.order_by(key.desc()).limit(limit + 1))).scalars())
    more = len(rows) > limit
    rows = rows[:limit]
    return rows, str(getattr(rows[-1], key.key)) if more else None


def cursor(after: str) -> int:
    """Return the id that a cursor means. Raises Invalid."""
    if not (after.isascii() and after.isdigit()) or int(after) > LARGEST:
        raise Invalid(f"`{after[:40]}` is no cursor.", mend="give `next` of the page before as `after`.")
    return int(after)


def containing(column: Any, words: str) -> ColumnElement[bool]:
    """Return whether a text contains `words`, whatever the case of letters."""
    return func.lower(column).contains(words.lower(), autoescape=True)


def beginning(column: Any, start: str) -> ColumnElement[bool]:
    """Return whether a text begins with `start`, exactly."""
    return func.substr(column, 1, len(start)) == start


def tagged(session: AsyncSession, column: Any, tag: str) -> ColumnElement[bool]:
    """Return whether a JSON list of texts holds `tag`."""
    if session.get_bind().dialect.name == "postgresql":
        return cast(column, JSONB).contains(type_coerce([tag], JSONB))
    each = func.json_each(column).table_valued("value")
    return select(1).select_from(each).where(cast(each.c.value, String) == tag).exists()
