"""Bodies of experiments. Figures are those of the engine's `aiwebtest experiment`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, field_validator, model_validator
from pydantic.config import JsonDict

from aiwebtest.config.values import Provider
from app.schemas.base import Answer, Body, Line
from app.schemas.runs import RunRequest

__all__ = ["ArmAnswer", "Bounds", "ContrastAnswer", "ExperimentAnswer", "ExperimentNew", "ExperimentSummary",
           "PlanAnswer", "TrialAnswer"]  # fmt: skip

_Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
_EXAMPLE: JsonDict = {"name": "Who checks out best", "arms": ["google", "cerebras"], "suite_id": 1, "rounds": 10}


class ExperimentNew(Body):
    """Which arms run which tests, how often at most, and when to end before."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    name: Line = Field(min_length=1, max_length=180)
    arms: list[Provider] = Field(min_length=2, max_length=8, description="Who is compared, the one to beat first.")
    test_ids: list[_Id] = Field(default_factory=list, max_length=500)
    suite_id: _Id | None = None
    rounds: int = Field(10, ge=1, le=1000, description="How often each arm runs each case, at most.")
    alpha: float = Field(
        0.05, ge=0.0001, le=0.49,
        description="Chance of naming a false winner that is accepted, over all arms and looks together.",
    )  # fmt: skip
    cost_cap_usd: float | None = Field(None, gt=0, description="End when so much is known to be spent.")
    to_the_end: bool = Field(False, description="Do not end when the verdict is in.")
    seed: int = Field(0, ge=0, le=2**31 - 1, description="Of the order in which cases and arms take turns.")
    at_once: int = Field(
        1, ge=1, le=16, description="Trials at the same time. More are sooner done, and disturb each other's times."
    )
    request: RunRequest = Field(default_factory=RunRequest, description="How to run them: address, variables, secrets.")

    @field_validator("arms")
    @classmethod
    def _apart(cls, value: list[str]) -> list[str]:
        if len(set(value)) < len(value):
            raise ValueError("names an arm twice")
        return value

    @model_validator(mode="after")
    def _some_subject(self) -> ExperimentNew:
        if bool(self.test_ids) == (self.suite_id is not None):
            raise ValueError("name either test_ids or a suite_id")
        return self


class PlanAnswer(Answer):
    """What an experiment can show, before it begins."""

    cases: int
    trials: int = Field(description="At most.")
    detectable: float | None = Field(
        description="Smallest lead in pass rates over all other arms that is likely to be shown; null when none is."
    )
    bounds: str = Field(description="What the bounds between arms hold, in words.")
    told: str


class Bounds(Answer):
    """An estimate with an interval."""

    estimate: float
    low: float
    high: float
    level: float


class ArmAnswer(Answer):
    """One arm's own figures."""

    arm: str
    trials: int
    rate: Bounds | None = Field(description="Share that passed, with Wilson's 95 % interval.")
    median_s: float | None = Field(description="Of a case.")
    model_s: float | None = Field(description="Of the time that a case waited for the model, the median.")
    tokens: int
    cost_usd: float | None = Field(description="Null while a part of it is unknown.")
    known_cost_usd: float
    unpriced: int = Field(description="Trials whose cost is not known.")


class ContrastAnswer(Answer):
    """An arm against the first, on the trials that both made."""

    arm: str
    base: str
    verdict: Literal["better", "worse", "open"]
    factor: float = Field(description="How many times likelier the trials are under a difference than under none.")
    pairs: int
    difference: Bounds | None = Field(description="Of pass rates, arm minus base; null for fewer than ten pairs.")
    p_value: float | None = Field(description="McNemar's exact test; null before the plan's end.")
    time: Bounds | None = Field(
        description="How many times as long the model takes in a case, geometric mean; null for fewer than five pairs."
    )
    cost: Bounds | None = Field(
        description="What the arm costs of the base; null for fewer than twenty pairs, or while a price is not known."
    )
    cost_so_far: float | None = Field(description="The same without bounds; null while a price is not known.")
    told: str = Field(description="In words.")


class ExperimentSummary(Answer):
    """An experiment in a list."""

    id: int
    name: str
    arms: list[str]
    state: Literal["planned", "running", "finished"]
    rounds: int
    round: int = Field(description="The one under way or the last, from 1; 0 before the first.")
    why: str = Field(description='Why it ended; "" before.')
    author: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class ExperimentAnswer(ExperimentSummary):
    """An experiment with everything that its trials have shown so far."""

    cases: list[dict[str, Any]] = Field(description="Each with test_id, version, name and row.")
    alpha: float
    cost_cap_usd: float | None
    to_the_end: bool
    seed: int
    at_once: int
    request: dict[str, Any]
    run_id: int | None = Field(description="The run of the round under way.")
    plan: PlanAnswer
    trials: int = Field(description="Trials that are over.")
    spent_usd: float = Field(description="As far as it is known.")
    winner: str | None
    summary: str
    figures: list[ArmAnswer]
    contrasts: list[ContrastAnswer]
    open_questions: list[str] = Field(description="What the trials could not tell.")
    remarks: list[str]
    course: dict[str, list[float]] = Field(
        description="By arm but the first: the factor of its contrast after each pair of trials."
    )
    threshold: float = Field(description="A factor from here on is a verdict.")


class TrialAnswer(Answer):
    """One case run once on one arm."""

    arm: str
    case: str
    round: int
    outcome: str | None = Field(description="Null while it is not over.")
    execution_id: int | None
    duration_s: float
    model_s: float
    requests: int
    tokens: int
    cost_usd: float | None = Field(description="Null is unknown.")
