"""Bodies of what owners set in the running server, and of the budget."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict

from app.schemas.base import Answer, Body

__all__ = ["BudgetAnswer", "SettingsAnswer", "SettingsChange"]

_EXAMPLE: JsonDict = {"budget_usd_per_day": 5.0, "retention_days": 60, "allow_origins": ["https://*.example.com"]}


def _origin(text: str) -> str:
    bare = text.partition("://")[2] if "://" in text else text
    if not bare or "/" in bare or any(character.isspace() or ord(character) < 33 for character in text):
        raise ValueError("must be an origin such as https://shop.example.com, without a path; * stands for anything")
    return text


_Origin = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), AfterValidator(_origin)
]
_Money = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]


class SettingsChange(Body):
    """A change of the server's settings; what is left out stays, null goes back to what the environment says."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    budget_usd_per_execution: _Money | None = Field(None, description="What one execution may cost.")
    budget_usd_per_day: _Money | None = Field(None, description="What a day (UTC) may cost, all executions together.")
    retention_days: int | None = Field(None, ge=1, le=36_500, description="Older executions and files are deleted.")
    decision_days: int | None = Field(
        None, ge=1, le=36_500, description="Older decisions of models, recorded with consent, are deleted."
    )
    allow_origins: list[_Origin] | None = Field(
        None, max_length=200, description="Origins that tests may visit. It narrows what the environment allows."
    )
    deny_origins: list[_Origin] | None = Field(
        None, max_length=200, description="Origins that tests may not visit, beside those that the environment denies."
    )


class SettingsAnswer(Answer):
    """The settings that hold now. A budget of null is none; no allowed origin means every one that is not denied."""

    budget_usd_per_execution: float | None
    budget_usd_per_day: float | None
    retention_days: int
    decision_days: int
    allow_origins: list[str]
    deny_origins: list[str]
    changed: list[str] = Field(description="Names of those that were set here; the others are as the environment says.")
    updated_by: str = ""
    updated_at: datetime | None = None


class BudgetAnswer(Answer):
    """What models have cost today, beside what they may."""

    per_execution_usd: float | None
    per_day_usd: float | None
    today_usd: float = Field(description="What is known, since midnight UTC.")
    today_unknown: int = Field(description="Requests of today whose cost nobody knows; they are not in `today_usd`.")
    near: bool = Field(description="Four fifths of the day's budget are spent.")
    reached: bool = Field(description="No model is asked any more before midnight UTC.")
    ends_at: datetime = Field(description="When the next day begins.")
