"""Parameters that many routes share."""

from __future__ import annotations

from typing import Annotated

from fastapi import Body, Path, Query
from pydantic import Field

from app.schemas.runs import RunRequest
from app.services.listing import LARGEST

__all__ = ["After", "Id", "Limit", "Number", "RunAsked"]

Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
"""A number of a row or a version, as far as every database counts."""

Id = Annotated[int, Path(ge=1, le=LARGEST, description="Its number.")]
After = Annotated[str | None, Query(max_length=40, description="`next` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=200, description="How many items a page has at most.")]
RunAsked = Annotated[RunRequest, Body(default_factory=RunRequest)]
"""How something is to be run, by default as it says itself. Not `| None`, for which generated clients have no name."""
