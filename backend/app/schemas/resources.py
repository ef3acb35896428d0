"""Bodies of resources, lockfiles and heals."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from app.schemas.base import Answer, Body, Line

__all__ = ["HealAnswer", "HealApproval", "HealRewording", "LockAnswer", "LockChange", "ResourceAnswer"]


class ResourceAnswer(Answer):
    """A file that tests use: shared steps, a table of data, something to upload, `aiwebtest.toml`."""

    id: int
    path: str
    size_bytes: int
    digest: str = Field(description="SHA-256 of its content, in hexadecimal digits.")
    updated_at: datetime


class LockAnswer(Answer):
    """A test's lockfile: the groundings of its steps that passed."""

    test_id: int
    revision: int
    content: str = Field(description="The JSON that the command line keeps beside the test.")
    updated_at: datetime


class LockChange(Body):
    """A lockfile from elsewhere."""

    content: str = Field(max_length=20_000_000, examples=['{"cases": {}, "version": 1}'])
    revision: int | None = Field(None, ge=1, le=2**31 - 1, description="The revision that this is based on.")


class HealApproval(Body):
    """What is meant, when it is not what was found."""

    other: int | None = Field(None, ge=0, le=100, description="Place of another candidate in `entry.others`.")


class HealRewording(Body):
    """A clearer sentence in the place of the one that was healed."""

    text: Line = Field(min_length=1, max_length=2000, examples=['Click the button "Next page"'])


class HealAnswer(Answer):
    """A stored grounding that no longer fitted, and what took its place; waits for a person's word."""

    id: int
    test_id: int
    execution_id: int | None
    case: str
    step: int
    text: str
    before: str
    after: str
    reason: str
    entry: dict[str, Any] = Field(
        description="What the lockfile says once it is approved; `others` are further candidates."
    )
    state: Literal["waiting", "approved", "rejected"]
    decided_by: str
    decided_at: datetime | None
    created_at: datetime
