"""Lists: pages by cursor, search and tags, the same on both databases and quick however long the table is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy import ColumnElement, Integer, Row, Select, String, bindparam, cast, func, select, type_coerce
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.core.errors import Invalid
from app.models import Base

__all__ = ["LARGEST", "Listing", "beginning", "columns_of", "containing", "cursor", "matching", "page", "pattern",
           "plain_rows", "tagged"]  # fmt: skip

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
    if after is not None:
        query = query.where(key < cursor(after))
    rows = list((await session.execute(query.order_by(key.desc()).limit(limit + 1))).scalars())
    return rows[:limit], str(getattr(rows[limit - 1], key.key)) if len(rows) > limit else None


class Listing:
    """Pages of a list, newest first, as plain rows, which cost a fraction of entities.

    The statement for each set of filters is made once: making one takes as long as running it.
    `filters` are conditions by name, each with a parameter of that name, `bindparam(name)`, if it has any. With one of
    those in `wide`, which many rows in no order of their ids fulfil, a page's ids are found in an index first, so that
    no other row is read.
    """

    def __init__(
        self,
        query: Select[Any],
        key: InstrumentedAttribute[int],
        filters: Mapping[str, ColumnElement[bool]],
        *,
        wide: Collection[str] = (),
    ) -> None:
        self._query, self._key, self._filters, self._wide = query, key, filters, frozenset(wide)
        self._made: dict[tuple[str, ...], Select[Any]] = {}

    async def page(
        self, session: AsyncSession, asked: Mapping[str, Any], *more: ColumnElement[bool], after: str | None, limit: int
    ) -> tuple[list[Row[Any]], str | None]:
        """Return a page of the rows for which all filters that are asked for hold, and the cursor of the next page.

        `asked` are values by the names of filters; `more` are conditions that are not known before.
        """
        names = (*sorted(asked), "after") if after is not None else tuple(sorted(asked))
        query = self._made.get(names)
        if query is None or more:
            query = self._making(names, *more)
        if not more:
            self._made[names] = query
        given = {**asked, "at_most": limit + 1} | ({"after": cursor(after)} if after is not None else {})
        rows = list(await plain_rows(session, query, given))
        return rows[:limit], str(getattr(rows[limit - 1], self._key.key)) if len(rows) > limit else None

    def _making(self, names: Sequence[str], *more: ColumnElement[bool]) -> Select[Any]:
        behind = {"after": self._key < bindparam("after")}
        wanted = [*(self._filters[name] if name in self._filters else behind[name] for name in names), *more]
        at_most = bindparam("at_most", type_=Integer())
        if not self._wide.isdisjoint(names):
            ids = select(self._key).where(*wanted).order_by(self._key.desc()).limit(at_most)
            return self._query.where(self._key.in_(ids)).order_by(self._key.desc())
        return self._query.where(*wanted).order_by(self._key.desc()).limit(at_most)


async def plain_rows(session: AsyncSession, query: Any, given: Mapping[str, Any] | None = None) -> Sequence[Any]:
    """Return all rows of a query of columns: the session's connection gives them for half of what itself takes."""
    connection = await session.connection()
    rows: Sequence[Any] = (await connection.execute(query, given)).all()
    return rows


def columns_of(table: type[Base], answer: type[BaseModel]) -> list[ColumnElement[Any]]:
    """Return the columns of a table that an answer shows, in its order; the table's own, which cost the least."""
    return [table.__table__.c[name] for name in answer.model_fields]


def cursor(after: str) -> int:
    """Return the id that a cursor means. Raises Invalid."""
    if not (after.isascii() and after.isdigit()) or int(after) > LARGEST:
        raise Invalid(f"`{after[:40]}` is no cursor.", mend="give `next` of the page before as `after`.")
    return int(after)


def containing(column: Any, words: str) -> ColumnElement[bool]:
    """Return whether a text contains `words`, whatever the case of letters."""
    return func.lower(column).contains(words.lower(), autoescape=True)


def matching(column: Any, name: str) -> ColumnElement[bool]:
    """Return the same as a condition with a parameter, whose value `pattern` makes of the words."""
    return func.lower(column).like(bindparam(name), escape="/")


def pattern(words: str) -> str:
    """Return what `matching` compares with."""
    for special in "/%_":
        words = words.replace(special, f"/{special}")
    return f"%{words.lower()}%"


def beginning(column: Any, start: str) -> ColumnElement[bool]:
    """Return whether a text begins with `start`, exactly."""
    return func.substr(column, 1, len(start)) == start


def tagged(session: AsyncSession, column: Any, tag: str) -> ColumnElement[bool]:
    """Return whether a JSON list of texts holds `tag`."""
    if session.get_bind().dialect.name == "postgresql":
        return cast(column, JSONB).contains(type_coerce([tag], JSONB))
    each = func.json_each(column).table_valued("value")
    return select(1).select_from(each).where(cast(each.c.value, String) == tag).exists()
