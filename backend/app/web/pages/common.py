"""What several pages need: numbers from addresses, reading with a service, addresses with queries."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

from app.core.errors import NotFound
from app.services.listing import LARGEST
from app.web.session import Visit

__all__ = ["address", "number", "read"]

Answer = TypeVar("Answer")


def number(text: str, kind: str) -> int:
    """Return the number in an address. Raises NotFound when it is none."""
    if not (text.isascii() and text.isdigit()) or int(text) > LARGEST:
        raise NotFound(kind, text[:40])
    return int(text)


async def read(visit: Visit, service: Callable[..., Awaitable[Answer]], *arguments: Any, **named: Any) -> Answer:
    """Return what a service reads, in a session of its own."""
    async with visit.platform.database.read() as session:
        return await service(session, *arguments, **named)


def address(path: str, **query: object) -> str:
    """Return an address with those parts of a query that say something."""
    told = urlencode({name: value for name, value in query.items() if value not in ("", None, False)})
    return f"{path}?{told}" if told else path
