"""Bodies of schedules."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from app.schemas.base import Answer, Body, Line
from app.schemas.runs import RunRequest

__all__ = ["ScheduleAnswer", "ScheduleChange", "ScheduleNew"]

_Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
_Cron = Annotated[Line, Field(min_length=9, max_length=100, description="Minute, hour, day, month, weekday.")]
_Zone = Annotated[Line, Field(min_length=1, max_length=60, description="Name of a time zone, such as Europe/Berlin.")]
_EXAMPLE: JsonDict = {"name": "Every night", "cron": "30 2 * * *", "timezone": "Europe/Berlin", "test_id": 1}


class ScheduleNew(Body):
    """When to run a test or a suite, by the clock of a time zone.

    A time that does not exist (clocks go forward) is the next that does; one that comes twice (clocks go back) counts
    once, unless the schedule is for every hour. What was missed while no server ran is made up for once.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    name: Line = Field(min_length=1, max_length=200)
    cron: _Cron
    timezone: _Zone = "UTC"
    test_id: _Id | None = None
    suite_id: _Id | None = None
    request: RunRequest = Field(default_factory=RunRequest, description="How to run it.")
    enabled: bool = True

    @model_validator(mode="after")
    def _one_subject(self) -> ScheduleNew:
        if (self.test_id is None) == (self.suite_id is None):
            raise ValueError("name either a test_id or a suite_id")
        return self


class ScheduleChange(Body):
    """A change of a schedule; what is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"enabled": False}]})

    name: Line | None = Field(None, min_length=1, max_length=200)
    cron: _Cron | None = None
    timezone: _Zone | None = None
    request: RunRequest | None = None
    enabled: bool | None = None


class ScheduleAnswer(Answer):
    """A schedule, when it is due next and what became of it last."""

    id: int
    name: str
    cron: str
    timezone: str
    test_id: int | None
    suite_id: int | None
    request: dict[str, Any]
    enabled: bool
    author: str
    next_at: datetime | None = Field(description="When it is due next; null while it is not enabled.")
    last_at: datetime | None = Field(description="The last moment that came.")
    last_run_id: int | None = Field(description="Its last run, whether its moment came or somebody ran it by hand.")
    last_problem: str = Field(description='Why its last run could not be begun; "" when it was.')
    created_at: datetime
