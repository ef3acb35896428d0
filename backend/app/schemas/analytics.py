"""Answers of the analytics."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from app.schemas.base import Answer

__all__ = ["Analytics", "ExecutionFigures", "ExecutionsBy", "ModelFigures", "ModelsBy"]

ExecutionsBy = Literal["provider", "test", "suite", "day"]
ModelsBy = Literal["provider", "model", "test", "suite", "day"]


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


class ModelFigures(Answer):
    """Requests to models of one group."""

    key: str = Field(description="Provider, provider/model, id of the test or suite, or day (UTC).")
    name: str = ""
    requests: int
    answered: int = Field(description="Requests with a valid answer.")
    latency_median_s: float | None = Field(description="Of those that were answered.")
    latency_p95_s: float | None
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
