"""What the OpenAPI document says of every route: which problem documents it may answer."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from app.schemas.base import ProblemDocument

__all__ = ["errors"]

_MEANING = {
    400: "The request cannot be read.",
    401: "Nobody is logged in, or the token is not valid.",
    403: "The role or the token's scope does not reach so far.",
    404: "There is no such thing.",
    405: "The method is not known here.",
    409: "The thing has changed meanwhile, or is in a state that does not allow this.",
    413: "The body is larger than the server takes.",
    416: "The range lies behind the end of the file.",
    422: "The content cannot be used; `problems` says where and why.",
    429: "Too many requests; `Retry-After` says when to come back.",
    502: "Something that the server asked answered badly.",
    503: "Something that the server needs is not there now.",
}
_ALWAYS = (400, 401, 403, 413, 422, 429, 503)


def errors(*more: int, always: tuple[int, ...] = _ALWAYS) -> dict[int | str, dict[str, Any]]:
    """Return the error statuses of a route for `responses=`: those that every route has, and `more`."""
    return {
        status: {
            "model": ProblemDocument,
            "description": _MEANING.get(status, HTTPStatus(status).phrase),
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
        }
        for status in sorted({*always, *more})
    }
