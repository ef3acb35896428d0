"""Answers about the server itself."""

from __future__ import annotations

from pydantic import Field

from app.schemas.base import Answer

__all__ = ["Alive", "Ready"]


class Alive(Answer):
    """The process answers."""

    status: str = "ok"
    version: str


class Ready(Answer):
    """Whether the server can do its work, part by part."""

    status: str = Field(description="`ok`, `degraded` (it answers; a part does not work), or `down`.")
    version: str
    parts: dict[str, str] = Field(description="`ok`, or what is wrong, for database, files, workers and housekeeping.")
