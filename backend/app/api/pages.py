"""Pages of lists, encoded straight from rows of the database: they were checked when they were stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from fastapi import Response
from sqlalchemy import Row

__all__ = ["encoded", "page_of"]


def page_of(rows: Sequence[Row[Any]], cursor: str | None) -> Response:
    """Answer with a page of a list; the route's `response_model` says what its rows hold."""
    names = rows[0]._fields if rows else ()
    items = [dict(zip(names, row, strict=True)) for row in rows]
    return encoded({"items": items, "next": cursor, "total": None})


def encoded(answer: Any) -> Response:
    """Answer with plain values as JSON."""
    return Response(msgspec.json.encode(answer), media_type="application/json")
