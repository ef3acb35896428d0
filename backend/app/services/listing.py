"""Lists: pages by cursor, search and tags, the same on both databases and quick however long the table is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy import ColumnElement, Row, Select, String, cast, func, select, type_coerce
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.core.errors import Invalid
from app.models import Base

__all__ = ["LARGEST", "beginning", "columns_of", "containing", "cursor", "page", "plain_rows", "row_page",
           "tagged"]  # fmt: skip

Entity = TypeVar("Entity")

LARGEST = 2**63 - 1
"""Largest number that both databases keep."""


async def page(
    session: AsyncSession, query: Select[Entity], key: InstrumentedAttribute[int], *, after: str | None, limit: int
) -> tuple[list[Entity], str | None]:
    """Return a page of entities, newest first, and the cursor of the next one, None at the end.

    The cursor is the id of the last row, so that a page costs the same wherever it is and none is skipped or told
    twice when rows are added meanwhile.
    """
    rows = list((await session.execute(_cut(query, key, after, limit))).scalars())
    return rows[:limit], str(getattr(rows[limit - 1], key.key)) if len(rows) > limit else None


async def row_page(
    session: AsyncSession, query: Select[Any], key: InstrumentedAttribute[int], *, after: str | None, limit: int
) -> tuple[list[Row[Any]], str | None]:
    """Return a page of a query of columns, `key` among them. Plain rows cost a fraction of entities."""
    rows = list(await plain_rows(session, _cut(query, key, after, limit)))
    return rows[:limit], str(getattr(rows[limit - 1], key.key)) if len(rows) > limit else None


async def plain_rows(session: AsyncSession, query: Select[Any]) -> Sequence[Row[Any]]:
    """Return all rows of a query of columns: the session's connection gives them for half of what itself takes."""
    connection = await session.connection()
    rows: Sequence[Row[Any]] = (await connection.execute(query)).all()
    return rows


def columns_of(table: type[Base], answer: type[BaseModel]) -> list[ColumnElement[Any]]:
    """Return the columns of a table that an answer shows, in its order; the table's own, which cost the least."""
    return [table.__table__.c[name] for name in answer.model_fields]


def _cut(query: Select[Any], key: InstrumentedAttribute[int], after: str | None, limit: int) -> Select[Any]:
    """Return the query of one page and one row more, which says whether there is a next page."""
    if after is not None:
        query = query.where(key < cursor(after))
    return query.order_by(key.desc()).limit(limit + 1)


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
