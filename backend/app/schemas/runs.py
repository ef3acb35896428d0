"""What can be asked of a run. The same call whatever the provider: it is one optional member."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator

from aiwebtest.config.values import Provider
from app.schemas.base import Answer, Body, WebAddress

__all__ = ["Mode", "RunAnswer", "RunRequest", "RunSummary", "Trigger"]

Mode = Literal["parallel", "sequential"]
Trigger = Literal["api", "ui", "schedule", "rerun", "experiment"]

_Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*$", max_length=100)]


def _named(value: Any) -> Any:
    """Return a mapping for a list of names: each is known in the tests as in the store."""
    return {name: name for name in value} if isinstance(value, list) and all(map(_is_text, value)) else value


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


class RunRequest(Body):
    """How to run a test or a suite. Everything is optional; what is not given is as the test, the suite or the server
    says, in this order.
    """  # noqa: D205

    provider: Provider | None = Field(
        None,
        description="Who is asked what rules and lockfile cannot place: `builtin`, `google`, `cerebras`, "
        "`openrouter`, `openai`, or `vendor/model`. Beats what the tests name.",
        examples=["cerebras/gpt-oss-120b"],
    )
    fallbacks: list[Provider] | None = Field(
        None, max_length=8, description="Who is asked next when the provider does not answer, in order."
    )
    base_url: WebAddress | None = Field(None, description="What relative URLs of the tests are relative to.")
    variables: dict[_Name, Annotated[str, Field(max_length=10_000)]] = Field(
        default_factory=dict, max_length=200, description="Values that sentences name in braces; beat the tests' own."
    )
    secrets: Annotated[
        dict[_Name, _Name], BeforeValidator(_named, json_schema_input_type=list[_Name] | dict[_Name, _Name])
    ] = Field(
        default_factory=dict,
        max_length=100,
        description="Stored secrets by name: a list of names, or a mapping from the name in the test to the name in "
        "the store. A secret not mentioned here is looked up by its own name. Values never travel here.",
    )
    frozen: bool | None = Field(None, description="Replay only: no model is asked and nothing is grounded anew.")
    fail_on_heal: bool | None = Field(None, description="A case in which a stored grounding was replaced fails.")
    priority: int | None = Field(None, ge=-100, le=100, description="Higher goes first; 0 is usual.")
    mode: Mode | None = Field(None, description="Whether the executions may run at the same time.")
    max_parallel: int | None = Field(None, ge=1, le=64, description="How many of the run may run at once.")
    retries: int | None = Field(None, ge=0, le=10, description="Tries more for a case that did not pass.")
    timeout_s: float | None = Field(None, gt=0, le=600, description="How long a step may take, in seconds.")
    alone: bool | None = Field(
        None,
        description="The provider answers for itself and everything is grounded anew: no fallbacks, no consensus, no "
        "retries, and the lockfile is neither read nor written. So are the arms of experiments run.",
    )

    @field_validator("fallbacks")
    @classmethod
    def _each_once(cls, value: list[str] | None) -> list[str] | None:
        return list(dict.fromkeys(value)) if value else value

    def over(self, defaults: RunRequest) -> RunRequest:
        """Return this request with what it does not say taken from `defaults`; variables and secrets are joined."""
        given = {name: value for name, value in self if name in self.model_fields_set and value is not None}
        joined = {
            "variables": {**defaults.variables, **self.variables},
            "secrets": {**defaults.secrets, **self.secrets},
        }
        return defaults.model_copy(update={**given, **joined})

    def stored(self) -> dict[str, Any]:
        """Return what a run's row keeps: what was said, as JSON."""
        return self.model_dump(mode="json", exclude_none=True, exclude_defaults=True)


class RunSummary(Answer):
    """Executions that were asked for together, and how far they are."""

    id: int
    name: str = Field(description="Of the test or the suite.")
    test_id: int | None
    suite_id: int | None
    trigger: Trigger
    schedule_id: int | None
    mode: Mode
    max_parallel: int | None
    request: dict[str, Any] = Field(description="The run request as it came, defaults filled in.")
    author: str
    total: int = Field(description="How many executions it has.")
    finished: int = Field(description="How many of them are over.")
    outcome: Literal["passed", "failed", "error", "skipped"] | None = Field(
        description="The worst of its executions, once all are over."
    )
    created_at: datetime
    finished_at: datetime | None


class RunAnswer(RunSummary):
    """A run with its executions."""

    executions: list[int] = Field(description="Ids of its executions, in order.")
