"""The report as one value: what every written report shows, in a form that other programs can read.

Its JSON form has a version; a field may be added to it, none is renamed or taken away within a version.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from aiwebtest.core.verdict import Outcome

__all__ = [
    "VERSION",
    "Report",
    "ReportAction",
    "ReportArtifact",
    "ReportCandidate",
    "ReportCase",
    "ReportConsoleLine",
    "ReportEffect",
    "ReportHeal",
    "ReportNotice",
    "ReportPlace",
    "ReportProblem",
    "ReportRequest",
    "ReportStep",
    "ReportTry",
    "ReportUsage",
    "ReportVerdict",
]

VERSION = 1


class ReportPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where something stands in a file; lines and columns count from 1. `via` is the `use` that brought it in."""

    path: str
    line: int
    column: int = 1
    via: ReportPlace | None = None


class ReportCandidate(msgspec.Struct, frozen=True, kw_only=True):
    """An element that could be meant, with a score between 0 and 1."""

    described: str
    score: float
    reasons: list[str] = []


class ReportProblem(msgspec.Struct, frozen=True, kw_only=True):
    """Why a step or a case did not pass, and what to do about it."""

    code: str
    what: str
    mend: str = ""
    candidates: list[ReportCandidate] = []
    rewordings: list[str] = []


class ReportArtifact(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was left; `path` is relative to the report's folder, boxes are x, y, width, height in CSS pixels."""

    kind: str
    path: str
    media_type: str
    caption: str = ""
    marks: list[tuple[float, float, float, float]] = []
    size: tuple[float, float] | None = None


class ReportEffect(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was seen to change after an action."""

    kind: str
    detail: str = ""


class ReportHeal(msgspec.Struct, frozen=True, kw_only=True):
    """A stored grounding that no longer fitted, and what took its place."""

    before: str
    after: str
    reason: str


class ReportAction(msgspec.Struct, frozen=True, kw_only=True):
    """One action of a step. `source` tells how its element was found."""

    action: str
    text: str
    element: str = ""
    source: str = "rules"
    confidence: float = 1.0
    reason: str = ""
    model: str = ""
    candidates: list[ReportCandidate] = []
    effects: list[ReportEffect] = []
    heal: ReportHeal | None = None
    duration_s: float = 0.0


class ReportVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """What a check came to."""

    outcome: Outcome
    claim: str
    expected: str = ""
    actual: str = ""
    nearest: str = ""
    evidence: list[str] = []
    decided_by: str = "rules"
    mend: str = ""


class ReportUsage(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked of one model for one purpose. `cost_usd` null is unknown, never 0."""

    provider: str
    model: str
    purpose: str
    attempts: int
    failed: int
    input_tokens: int
    output_tokens: int
    cost_usd: float | None
    latency_s: float
    failures: dict[str, int] = {}  # attempts by the category of their failure


class ReportStep(msgspec.Struct, frozen=True, kw_only=True):
    """One step, done."""

    index: int
    text: str
    outcome: Outcome
    duration_s: float
    kind: Literal["act", "check", "extract"] | None = None
    phase: str = "main"
    place: ReportPlace | None = None
    understood: str = ""
    actions: list[ReportAction] = []
    verdicts: list[ReportVerdict] = []
    extracted: dict[str, str] = {}
    problem: ReportProblem | None = None
    notes: list[str] = []
    url: str = ""
    artifacts: list[ReportArtifact] = []
    usage: list[ReportUsage] = []


class ReportConsoleLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the page's console."""

    level: str
    text: str
    url: str = ""


class ReportRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request that failed."""

    method: str
    url: str
    status: int | None = None
    reason: str = ""


class ReportTry(msgspec.Struct, frozen=True, kw_only=True):
    """One try of a case; `retry` counts from 0. `outcome` is null when the run ended before it did."""

    execution: str
    retry: int
    started_at: datetime
    outcome: Outcome | None = None
    duration_s: float = 0.0
    worker: int = 0
    steps: list[ReportStep] = []
    problem: ReportProblem | None = None
    explanation: list[str] = []
    console: list[ReportConsoleLine] = []
    failed_requests: list[ReportRequest] = []
    artifacts: list[ReportArtifact] = []
    healed: int = 0

    @property
    def bad_step(self) -> ReportStep | None:
        """Return the first step that did not pass."""
        return next((step for step in self.steps if step.outcome in ("failed", "error")), None)

    @property
    def first_problem(self) -> ReportProblem | None:
        """Return what to tell first about it."""
        of_step = self.bad_step.problem if self.bad_step else None
        return of_step or self.problem or next((step.problem for step in self.steps if step.problem), None)


class ReportCase(msgspec.Struct, frozen=True, kw_only=True):
    """One case, or one row of its data, with all its tries; the last one counts."""

    id: str
    name: str
    outcome: Outcome | None
    place: ReportPlace
    row: str = ""
    url: str = ""
    tags: list[str] = []
    provider: str = ""
    step_texts: list[str] = []
    variables: dict[str, str] = {}
    flaky: bool = False
    healed: int = 0
    duration_s: float = 0.0
    tries: list[ReportTry] = []

    @property
    def title(self) -> str:
        """Return its name, with the label of its data row."""
        return f"{self.name} [{self.row}]" if self.row else self.name

    @property
    def last(self) -> ReportTry:
        """Return the try that counts."""
        return self.tries[-1]


class ReportNotice(msgspec.Struct, frozen=True, kw_only=True):
    """Something worth telling that belongs to no step."""

    at: datetime
    level: str
    text: str
    execution: str = ""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A whole run."""

    version: int
    run: str
    started_at: datetime | None
    outcome: Outcome
    counts: dict[str, int]
    duration_s: float
    interrupted: bool
    cases: list[ReportCase]
    base_url: str = ""
    provider: str = "builtin"
    browser: str = ""
    workers: int = 1
    flaky: int = 0
    healed: int = 0
    notices: list[ReportNotice] = []
    usage: list[ReportUsage] = []
