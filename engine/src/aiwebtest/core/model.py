"""The model seam: what the engine asks of a model, whoever answers (DESIGN: rules first, then the model)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from aiwebtest.core.case import Step
from aiwebtest.core.events import Attempt
from aiwebtest.core.grounding import Candidate
from aiwebtest.core.intent import Intent
from aiwebtest.core.snapshot import Snapshot
from aiwebtest.core.verdict import Verdict

__all__ = ["Model", "ModelAnswer", "ModelQuestion"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelQuestion:
    """What is asked: one step (or one intent of it) on one page. No secret value is in it."""

    execution: str
    step: Step
    text: str  # the sentence with variables filled in and secrets left as placeholders
    snapshot: Snapshot
    page: object  # the browser room's page; opaque here
    intent: Intent | None = None  # as the rules read it, if they could
    candidates: tuple[Candidate, ...] = ()  # what the rules hesitate between
    deadline_s: float = 30.0
    provider: str | None = None  # who is asked: "cerebras" or "cerebras/gpt-oss-120b"; None takes the run's
    consensus: tuple[str, ...] = ()  # providers that must agree on a check
    mask: Callable[[str], str] = str  # puts the names of secrets in the place of their values, in what a page shows
    cdp_url: str = ""  # where the browser listens for a debugger; Stagehand attaches there


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAnswer:
    """What came back: elements with the actions to do on them, a verdict or a value."""

    intents: tuple[tuple[Intent, int], ...] = ()  # each with the ref of its element in the question's snapshot
    verdict: Verdict | None = None
    value: str | None = None
    attempts: tuple[Attempt, ...] = ()
    model: str = ""  # "provider/model" that answered


class Model(Protocol):
    """Grounds, judges and extracts with a model. Knows providers; knows nothing of runs, lockfiles or reports."""

    name: str  # "provider/model", or "scripted/v1"

    async def ground(self, question: ModelQuestion) -> ModelAnswer:
        """Return the intents with their elements.

        Raises GroundingError if nothing fits, ProviderUnavailable if no provider answers.
        """
        ...

    async def judge(self, question: ModelQuestion) -> ModelAnswer:
        """Return a verdict with evidence; raise Undecided if it cannot be told, ProviderUnavailable if none answers."""
        ...

    async def extract(self, question: ModelQuestion) -> ModelAnswer:
        """Return the value asked for; raise Undecided if it is not there, ProviderUnavailable if none answers."""
        ...
