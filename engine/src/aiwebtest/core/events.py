"""Events: the one way out of the engine. Terminal, HTML, JUnit, JSON, server-sent events and databases listen.

Order: `RunStarted`, then for each execution `CaseStarted`, (`StepStarted`, `StepFinished`)*, `CaseFinished`, then
`RunFinished`. Executions of different workers interleave; `execution` tells them apart. Every text in an event is
already masked: no secret value is in any of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from aiwebtest.core.case import Case, Step
from aiwebtest.core.effect import Effects
from aiwebtest.core.grounding import Candidate, Grounding
from aiwebtest.core.locator import Identity, Locator
from aiwebtest.core.snapshot import Box
from aiwebtest.core.verdict import Outcome, Verdict

__all__ = [
    "ActionRecord",
    "Alternative",
    "Artifact",
    "Attempt",
    "CaseFinished",
    "CaseStarted",
    "ConsoleLine",
    "Event",
    "FailedRequest",
    "Heal",
    "Listener",
    "Notice",
    "Problem",
    "RunFinished",
    "RunStarted",
    "StepFinished",
    "StepStarted",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a step or a case did not pass, for people: the fact, the place and the next move."""

    code: str  # of the error class, or "check-failed"
    what: str
    mend: str = ""
    candidates: tuple[Candidate, ...] = ()
    rewordings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A file that an execution left."""

    kind: Literal["screenshot", "screenshot-before", "playwright-trace", "video", "download", "page-text", "attempts"]
    path: str  # relative to the report's folder
    media_type: str
    caption: str = ""
    marks: tuple[Box, ...] = ()  # boxes of the elements acted on or looked at, CSS pixels of the picture
    size: tuple[float, float] | None = None  # CSS pixels of the picture


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleLine:
    """One line of the page's console."""

    level: Literal["error", "warning", "info"]
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedRequest:
    """A request that got no answer, or one of status 400 and above."""

    method: str
    url: str
    status: int | None = None  # None when there was no answer
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """What else a healed sentence could have meant: somebody may choose it in the place of what was found."""

    described: str
    score: float  # between 0 and 1, as a candidate's
    locator: Locator
    identity: Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Heal:
    """A stored grounding that no longer fitted, and what took its place."""

    before: str  # described
    after: str
    reason: str  # which side of the replay check did not hold
    others: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One request to a model provider: retries, failures, fallbacks and rejected answers are attempts too."""

    provider: str
    model_asked: str
    model_served: str = ""
    request_id: str = ""
    purpose: Literal["ground", "check", "extract", "generate", "doctor"] = "ground"
    outcome: str = "ok"  # or the category of the failure
    status: int | None = None
    retry_after_s: float | None = None
    slept_s: float = 0.0
    latency_s: float = 0.0
    first_byte_s: float | None = None  # until the answer's head was there, None when none came
    fallback: bool = False  # another provider was asked the same before, and gave no answer
    finish_reason: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_tokens: int | None = None
    cached_tokens: int | None = None
    cost_usd: float | None = None  # None is unknown, never 0
    cost_source: Literal["provider", "price table", "unknown"] = "unknown"
    price_version: str = ""
    schema_hash: str = ""
    form: str = ""  # how the schema was told: "schema", "object" or "prompt"
    tokens_before_pruning: int | None = None
    routing: str = ""  # why this provider was asked first, where that was chosen
    execution: str = ""
    step: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRecord:
    """One action of a step: what was meant, how it was placed, and what it did."""

    grounding: Grounding
    described: str  # the element, for people
    candidates: tuple[Candidate, ...] = ()
    effects: Effects = field(default_factory=Effects)
    heal: Heal | None = None
    duration_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """A run begins: `cases` counts executions, data rows each their own."""

    run: str
    at: datetime
    cases: int
    workers: int
    base_url: str = ""
    provider: str = "builtin"  # that answers for the cases; several are parted by ", "
    browser: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStarted:
    """An execution begins. `retry` counts from 0."""

    execution: str
    case: Case
    at: datetime
    worker: int = 0
    retry: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StepStarted:
    """A step begins."""

    execution: str
    step: Step
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFinished:
    """A step is over. `understood` tells how the sentence was read."""

    execution: str
    step: Step
    outcome: Outcome
    at: datetime
    duration_s: float
    understood: str = ""
    actions: tuple[ActionRecord, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    readings: tuple[Grounding, ...] = ()  # what its checks read, to be looked at first the next time
    extracted: Mapping[str, str] = field(default_factory=dict)
    attempts: tuple[Attempt, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    problem: Problem | None = None
    notes: tuple[str, ...] = ()  # "no effect", "optional step skipped" ...
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFinished:
    """An execution is over. `explanation` says what differed from the last pass, when it did not pass."""

    execution: str
    case: Case
    outcome: Outcome
    at: datetime
    duration_s: float
    retry: int = 0
    will_retry: bool = False
    problem: Problem | None = None
    console: tuple[ConsoleLine, ...] = ()
    failed_requests: tuple[FailedRequest, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    explanation: tuple[str, ...] = ()
    flaky: bool = False  # passed after a retry
    healed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something worth telling that belongs to no step: a browser restarted, a file could not be read."""

    at: datetime
    text: str
    level: Literal["info", "warning"] = "info"
    execution: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFinished:
    """The run is over. `interrupted` when it was stopped before its end."""

    run: str
    at: datetime
    duration_s: float
    outcome: Outcome
    counts: Mapping[Outcome, int]
    interrupted: bool = False


Event = RunStarted | CaseStarted | StepStarted | StepFinished | CaseFinished | Notice | RunFinished


class Listener(Protocol):
    """Hears every event of a run, in order. A listener that raises ends the run with an error."""

    def on_event(self, event: Event) -> None:
        """Take one event."""
        ...

    def close(self) -> None:
        """Finish what was begun: write the file, restore the terminal. Called once, also after an interruption."""
        ...
