"""Answers about executions: what was asked, what happened, what it left and what it cost."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from app.schemas.base import Answer

__all__ = [
    "PICTURES",
    "ArtifactAnswer",
    "AttemptAnswer",
    "Comparison",
    "ExecutionAnswer",
    "ExecutionSummary",
    "Outcome",
    "State",
    "Stats",
    "StepAnswer",
    "StepPair",
    "Stopped",
]

State = Literal["queued", "running", "finished", "stopped"]
Outcome = Literal["passed", "failed", "error", "skipped"]

PICTURES = ("screenshot", "screenshot-before")
"""Kinds of artifacts that are pictures of a step: after it, and before its first action."""


class ExecutionSummary(Answer):
    """One case run once: where it is, how it ended, what it cost."""

    id: int
    run_id: int
    test_id: int | None = Field(description="Null once the test is gone for good.")
    suite_id: int | None
    test_version: int
    name: str = Field(description="Of the case.")
    row: str = Field(description="Label of its row of data; empty when it has none.")
    tags: list[str]
    provider: str
    base_url: str
    priority: int
    state: State
    outcome: Outcome | None = Field(description="Once it is over.")
    attempt: int = Field(description="How often it was begun; more than once when a worker was lost.")
    stop_requested: bool
    stopped_by: str
    worker: str
    steps_total: int
    steps_done: int = Field(description="Steps that were carried out; those after one that did not pass are skipped.")
    healed: int
    flaky: bool = Field(description="It passed, but not at the first try.")
    model_attempts: int
    input_tokens: int
    output_tokens: int
    cost_usd: float = Field(description="What is known of its cost, in US dollars.")
    cost_unknown: int = Field(description="Requests to models whose cost nobody knows.")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    duration_s: float | None


class StepAnswer(Answer):
    """A step of the attempt that counts, with what was sought and found."""

    index: int
    text: str
    kind: str | None
    phase: str
    outcome: str
    source: str = Field(description="Who grounded it: rules, replay, model or healed; empty when nobody had to.")
    url: str
    duration_s: float
    detail: dict[str, Any] = Field(
        description="understood, actions (with groundings and candidates), verdicts, extracted, problem, notes."
    )


class ArtifactAnswer(Answer):
    """A file that an execution left; its bytes are at `executions/{id}/artifacts/{artifact_id}`."""

    id: int
    attempt: int
    step: int | None
    kind: str
    name: str
    media_type: str
    size_bytes: int
    caption: str
    marks: list[Any] = Field(description="Boxes of the elements acted on or looked at, CSS pixels of the picture.")
    width: float | None
    height: float | None
    created_at: datetime


class AttemptAnswer(Answer):
    """One request to a model provider: retries, failures and fallbacks are requests too."""

    id: int
    execution_attempt: int
    step: int | None
    at: datetime
    provider: str
    model_asked: str
    model_served: str
    request_id: str
    purpose: str
    outcome: str
    status: int | None
    retry_after_s: float | None
    slept_s: float
    latency_s: float
    finish_reason: str
    input_tokens: int | None
    output_tokens: int | None
    reasoning_tokens: int | None
    cached_tokens: int | None
    cost_usd: float | None = Field(description="Null is unknown, never 0.")
    cost_source: str


class ExecutionAnswer(ExecutionSummary):
    """An execution with everything that came of it."""

    request: dict[str, Any]
    problem: dict[str, Any] | None = Field(description="Why it did not pass: code, what, mend.")
    summary: dict[str, Any] = Field(description="Console, failed requests, what differed from the last pass.")
    steps: list[StepAnswer]
    artifacts: list[ArtifactAnswer]
    attempts: list[AttemptAnswer]


class Stopped(Answer):
    """What became of a request to stop."""

    stopped: int = Field(description="How many executions were stopped or are being stopped.")
    state: str = Field("", description="Of the execution: `stopped`, or `running` while its worker ends it.")


class Stats(Answer):
    """How many executions there are, by state and by outcome, and what they took."""

    total: int
    states: dict[str, int]
    outcomes: dict[str, int]
    healed: int
    flaky: int
    duration_s: float = Field(description="All together.")
    cost_usd: float
    cost_unknown: int


class StepPair(Answer):
    """The same step in two executions; null where one of them has no such step."""

    text: str
    left: StepAnswer | None
    right: StepAnswer | None
    same: bool = Field(description="Outcome, grounding's source and what was read are the same.")


class Comparison(Answer):
    """Two executions beside each other, step by step."""

    left: ExecutionSummary
    right: ExecutionSummary
    same_outcome: bool
    duration_s: float | None = Field(description="Right minus left.")
    cost_usd: float = Field(description="Right minus left.")
    steps: list[StepPair]
