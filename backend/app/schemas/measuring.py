"""Bodies of the lab, of routing, of suggestions and of mutation reports."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, field_validator, model_validator

from aiwebtest.config.values import Provider
from aiwebtest.mutation import Kind
from app.schemas.base import Answer, Body, Line
from app.schemas.experiments import ArmAnswer, ContrastAnswer
from app.schemas.runs import RunRequest

__all__ = ["ArmStanding", "Consent", "DecisionAnswer", "DecisionLabel", "DecisionSummary", "LabRunAnswer", "LabRunNew",
           "LabRunSummary", "MutationAnswer", "MutationNew", "MutationRunNew", "MutationSummary", "PreferredProvider",
           "RoutedRequest", "RoutingAnswer", "SuggestionAnswer", "VerdictCounts"]  # fmt: skip

LabelName = Literal["right", "wrong", "open"]


class Consent(Body):
    """Whether decisions of models are recorded: what was asked, with the page's text, and what was answered."""

    model_config = ConfigDict(extra="forbid", from_attributes=True, json_schema_extra={"examples": [{"on": True}]})

    on: bool


class DecisionSummary(Answer):
    """A recorded decision in a list."""

    id: int
    sentence: str
    purpose: str
    model: str
    label: LabelName = Field(description="What the answer was worth.")
    labelled_by: str = Field(description='Who said so; "" is the run that it was made in.')
    execution_id: int | None
    test_id: int | None
    at: datetime


class DecisionAnswer(DecisionSummary):
    """A recorded decision whole. Secrets are masked in it."""

    system: str
    prompt: str
    schema_name: str
    answer: Any


class DecisionLabel(Body):
    """What a person says of an answer; later runs do not change it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"label": "right"}]})

    label: LabelName


class LabRunNew(Body):
    """Which arms are asked the decisions that proved right."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"arms": ["google", "cerebras"], "repeat": 2}]})

    arms: list[Provider] = Field(min_length=1, max_length=8, description="Who is asked, the one to beat first.")
    repeat: int = Field(1, ge=1, le=100, description="How often each decision is asked of each arm.")
    newest: int = Field(500, ge=1, le=5000, description="Only so many of the decisions, the newest.")
    seed: int = Field(0, ge=0, le=2**31 - 1)
    cost_cap_usd: float | None = Field(None, gt=0, description="End when so much is known to be spent.")

    @field_validator("arms")
    @classmethod
    def _models(cls, value: list[str]) -> list[str]:
        if "builtin" in value:
            raise ValueError("builtin asks nobody: there is nothing to compare")
        if len(set(value)) < len(value):
            raise ValueError("names an arm twice")
        return value


class LabRunSummary(Answer):
    """A run of the lab in a list."""

    id: int
    arms: list[str]
    repeat: int
    state: Literal["running", "finished"]
    why: str = Field(description='Why it ended before its end; "" when it did not.')
    author: str
    created_at: datetime
    finished_at: datetime | None


class VerdictCounts(Answer):
    """How often an arm answered as it proved right, otherwise, that there is nothing, or not at all."""

    arm: str
    same: int
    other: int
    refused: int
    unanswered: int
    schema_failures: int


class LabRunAnswer(LabRunSummary):
    """A run of the lab with what it has shown so far."""

    total: int
    answered: int
    spent_usd: float
    summary: str
    winner: str | None
    counts: list[VerdictCounts]
    figures: list[ArmAnswer]
    contrasts: list[ContrastAnswer]
    open_questions: list[str]


class ArmStanding(Answer):
    """What routing has learned of an arm at one kind of step. What was seen fades; counts are no whole numbers."""

    kind: str
    arm: str
    good: float
    bad: float
    doubted: float = Field(description="Of the good ones; the case failed later, before a check passed.")
    low: float = Field(description="Its true success is surely above this.")
    high: float = Field(description="And surely below this.")
    cost_usd: float | None = Field(description="Mean of a request; null is unknown.")
    latency_s: float | None
    resting: bool = Field(description="It failed just now, and is left alone for minutes.")


class RoutedRequest(Answer):
    """A request whose provider was chosen, and why."""

    id: int
    at: datetime
    purpose: str
    provider: str
    model_asked: str
    routing: str = Field(description="Why it was asked first.")
    outcome: str
    good: bool | None = Field(description="Whether its step could go on with the answer.")
    doubted: bool = Field(description="It could, and the case failed later, before a check passed.")
    cost_usd: float | None
    latency_s: float
    execution_id: int | None
    step: int | None


class RoutingAnswer(Answer):
    """How providers are chosen, what was learned, and the newest choices."""

    mode: Literal["fixed", "cheapest", "fastest", "learned"]
    target: float
    explore: float
    arms: list[str] = Field(description="Who may be asked, as configured.")
    standings: list[ArmStanding]
    choices: dict[str, str] = Field(description="By kind of step: who would be asked first now, and why.")
    decisions: list[RoutedRequest]


class SuggestionAnswer(Answer):
    """Which provider should serve a test, by what was measured."""

    test_id: int
    name: str
    asked_now: str = Field(description='Who is asked for it now; "" when nobody is named.')
    provider: str | None = Field(description="Who should be; null while nobody is surely good enough.")
    told: str = Field(description="The evidence in words.")


class PreferredProvider(Body):
    """Who is asked for a test whose file names nobody."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"provider": "cerebras/gpt-oss-120b"}]})

    provider: Provider | None = Field(description="Null takes it back.")


class MutationNew(Body):
    """A report of `aiwebtest mutate --json`, to be kept."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Nightly", "report": {
                        "version": 1, "score": 1.0, "offered": 1, "counts": {"caught": 1},
                        "faults": [{"mutant": {"kind": "hide", "what": "button Save"}, "verdict": "caught", "by": "a"}],
                    },
                }
            ]
        }
    )  # fmt: skip

    name: Line = Field(min_length=1, max_length=200)
    report: dict[str, Any] = Field(description="The file as it was written.")


class MutationRunNew(Body):
    """What is measured by a worker of the server: which tests, and how many faults."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Checkout", "suite_id": 1, "per_case": 2}]})

    name: Line = Field(min_length=1, max_length=200)
    test_ids: list[Annotated[int, Field(ge=1, le=2**63 - 1)]] = Field(default_factory=list, max_length=500)
    suite_id: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None
    per_case: int = Field(3, ge=1, le=100, description="Faults tried of what each case saw.")
    cases_each: int = Field(3, ge=1, le=100, description="Cases that a fault is shown to, at most.")
    kinds: list[Kind] = Field(default_factory=list, max_length=6, description="Kinds of faults; none: all of them.")
    seed: int = Field(0, ge=0, le=2**31 - 1, description="Of which faults are tried.")
    providers: list[Provider] = Field(
        default_factory=list,
        max_length=6,
        description="Compare these instead, each asked all that needs a model, none replayed: two or more.",
    )
    request: RunRequest = Field(default_factory=RunRequest, description="How to run them: address, variables, secrets.")

    @model_validator(mode="after")
    def _some_subject(self) -> MutationRunNew:
        if len(self.providers) == 1 or len(set(self.providers)) < len(self.providers):
            raise ValueError("name two different providers or more, or none")
        if bool(self.test_ids) == (self.suite_id is not None):
            raise ValueError("name either test_ids or a suite_id")
        return self


class MutationSummary(Answer):
    """A mutation report in a list."""

    id: int
    name: str
    score: float | None = Field(description="Share of the faults that some case noticed.")
    counts: dict[str, int]
    offered: int = Field(description="Faults that the pages would have allowed.")
    providers: list[str] = Field(description="Those that are compared; none where no model is asked.")
    state: Literal["running", "finished"]
    told: str = Field(description="How far a worker is with it, or why nothing was measured.")
    author: str
    created_at: datetime
    finished_at: datetime | None = Field(description="Null for one that was sent, and for one under way.")


class MutationAnswer(MutationSummary):
    """A mutation report with each fault."""

    faults: Annotated[list[dict[str, Any]], Field(description="As `aiwebtest mutate --json` tells them.")]
    comparison: dict[str, Any] | None = Field(description="As `aiwebtest mutate --providers A,B --json` tells it.")
