"""Bodies of suites."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from app.schemas.base import Answer, Body, Line
from app.schemas.runs import Mode, RunRequest

__all__ = ["SuiteAnswer", "SuiteChange", "SuiteNew", "SuiteSummary"]

_Tag = Annotated[Line, Field(min_length=1, max_length=100)]
_Member = Annotated[int, Field(ge=1, le=2**63 - 1)]
_EXAMPLE: JsonDict = {"name": "Smoke", "tags": ["smoke"], "tests": [], "mode": "parallel", "settings": {"retries": 1}}


class SuiteNew(Body):
    """A suite: tests named one by one, and all tests that have one of its tags."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    name: Line = Field(min_length=1, max_length=200)
    description: str = Field("", max_length=5_000)
    tags: list[_Tag] = Field(default_factory=list, max_length=50, description="Tests with one of these belong to it.")
    tests: list[_Member] = Field(default_factory=list, max_length=2_000, description="Ids of its members, in order.")
    mode: Mode = "parallel"
    max_parallel: int | None = Field(None, ge=1, le=64)
    settings: RunRequest = Field(default_factory=RunRequest, description="Defaults of its runs.")


class SuiteChange(Body):
    """A change of a suite; what is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"mode": "sequential", "tests": []}]})

    name: Line | None = Field(None, min_length=1, max_length=200)
    description: str | None = Field(None, max_length=5_000)
    tags: list[_Tag] | None = Field(None, max_length=50)
    tests: list[_Member] | None = Field(None, max_length=2_000, description="All members, in their new order.")
    mode: Mode | None = None
    max_parallel: int | None = Field(None, ge=1, le=64, description="Null takes the limit away.")
    settings: RunRequest | None = None


class SuiteSummary(Answer):
    """A suite without its tests."""

    id: int
    name: str
    description: str
    tags: list[str]
    mode: Mode
    max_parallel: int | None
    settings: dict[str, Any]
    created_at: datetime
    updated_at: datetime


class SuiteAnswer(SuiteSummary):
    """A suite with its tests."""

    members: list[int] = Field(description="Ids of the tests that were named, in order.")
    tests: list[int] = Field(description="Ids of all tests that a run of it takes, those by tag behind the members.")
