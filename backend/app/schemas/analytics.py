"""Answers of the analytics."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from app.schemas.base import Answer

__all__ = [
    "Analytics", "Anomalies", "Anomaly", "BudgetUse", "Estimated", "ExecutionFigures", "ExecutionsBy", "Forecast",
    "ModelFigures", "ModelsBy", "MonthForecast", "RunForecast",
]  # fmt: skip

ExecutionsBy = Literal["provider", "test", "suite", "day"]
ModelsBy = Literal["provider", "model", "purpose", "test", "suite", "day"]


class ExecutionFigures(Answer):
    """Executions of one group that are over."""

    key: str = Field(description="Provider, id of the test or suite, or day (UTC).")
    name: str = Field("", description="Of the test or the suite.")
    executions: int
    passed: int
    failed: int
    error: int
    skipped: int
    flaky: int
    healed: int
    duration_median_s: float | None
    duration_p95_s: float | None
    input_tokens: int
    output_tokens: int
    cost_usd: float = Field(description="What is known.")
    cost_unknown: int = Field(description="Requests whose cost nobody knows; they are not in `cost_usd`.")
    cost_per_pass_usd: float | None = Field(
        description="All of the cost over what passed; null without a pass, and while a part of the cost is unknown."
    )


class ModelFigures(Answer):
    """Requests to models of one group."""

    key: str = Field(description="Provider, provider/model, purpose, id of the test or suite, or day (UTC).")
    name: str = ""
    requests: int
    answered: int = Field(description="Requests with a valid answer.")
    fallbacks: int = Field(description="Requests made because another provider had given no answer.")
    schema_failures: int = Field(description="Answers not of the shape that was asked for; billed all the same.")
    served: int = Field(description="Answers with which their step could go on.")
    not_served: int = Field(description="Requests without a valid answer, and answers with which no step could go on.")
    agreement: float | None = Field(
        None,
        description="By provider and model: in experiments, the share of equal outcomes with other arms in the same "
        "round. Null without any.",
    )
    latency_median_s: float | None = Field(description="Of those that were answered.")
    latency_p95_s: float | None
    first_byte_median_s: float | None = Field(description="Until the head of the answer was there.")
    first_byte_p95_s: float | None
    input_tokens: int
    output_tokens: int
    reasoning_tokens: int
    cached_tokens: int
    cost_usd: float = Field(description="What is known.")
    cost_unknown: int = Field(description="Requests whose cost nobody knows; they are not in `cost_usd`.")


class Analytics(Answer):
    """Both kinds of figures for a period."""

    since: datetime
    until: datetime
    executions: list[ExecutionFigures] = Field(default_factory=list)
    models: list[ModelFigures] = Field(default_factory=list)


class Estimated(Answer):
    """An estimate with the bounds of its 95 % interval."""

    estimate: float
    low: float
    high: float


class RunForecast(Answer):
    """What one run of a test or suite will take and cost, by its last runs."""

    cases: int = Field(description="Executions that the run would make.")
    tests: int
    known: int = Field(description="Tests with two runs or more to tell from; the others are not in the figures.")
    unpriced: int = Field(description="Of those, tests whose cost is not known and not in `cost_usd`.")
    changed: int = Field(description="Courses of costs or times that are taken from their last shown change on.")
    cost_usd: Estimated | None = Field(description="Null without any history of known cost.")
    duration_s: Estimated | None = Field(description="One after the other. Null without any history.")
    told: str = Field(description="In words.")


class MonthForecast(Answer):
    """What this calendar month (UTC) will have cost, by the last eight weeks."""

    month: str = Field(examples=["2026-11"])
    spent_usd: float = Field(description="Until now, as far as it is known.")
    unknown: int = Field(description="Requests of this month whose cost nobody knows; they are not in the figures.")
    cost_usd: Estimated | None = Field(description="At its end. Null before a week of history.")
    days_seen: int = Field(description="Days that the forecast is made of.")
    sure: float | None = Field(description="How often such bounds hold; less from fewer than 28 days. Null with them.")
    told: str


class Forecast(Answer):
    """What is to come."""

    run: RunForecast | None = Field(description="Of the test or suite that was named.")
    month: MonthForecast


class BudgetUse(Answer):
    """How much of the budgets is used. Limits are null where none is set."""

    per_day_usd: float | None
    today_usd: float = Field(description="Spent today (UTC), as far as it is known.")
    today_unknown: int = Field(description="Requests of today whose cost nobody knows.")
    days_at_limit: int = Field(description="Of the last 28 days, those that spent the day's budget or more.")
    per_execution_usd: float | None
    executions_at_limit: int = Field(description="Executions of the last 28 days that spent their budget or more.")
    told: str


class Anomaly(Answer):
    """A level that has changed: since when, from what to what, and how sure that is."""

    subject: Literal["test", "model"]
    key: str = Field(description="Id of the test, or provider/model.")
    name: str
    measure: Literal["cost", "duration", "failures", "latency"]
    since: datetime = Field(description="The first run of the new level.")
    before: float = Field(description="US dollars or seconds a run, or a share.")
    after: float
    p_value: float = Field(description="Of such a change where there is none, for all places that were looked at.")
    runs_before: int
    runs_after: int
    better: bool = Field(description="Whether less is what happened.")
    told: str


class Anomalies(Answer):
    """Changes that are shown: over everything looked at, the chance of any false alarm is at most 5 %."""

    since: datetime
    series: int = Field(description="How many courses were looked at.")
    anomalies: list[Anomaly]
