"""Ask the model: whether a step may, whom it asks, and what became of each request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from aiwebtest.core.errors import AiWebTestError
from aiwebtest.core.events import Attempt
from aiwebtest.core.grounding import Candidate
from aiwebtest.core.intent import Intent
from aiwebtest.core.model import ModelAnswer, ModelQuestion
from aiwebtest.core.snapshot import Snapshot
from aiwebtest.engine.state import ExecutionState

__all__ = ["ask", "fallback_notes", "may_ask"]

How = Literal["ground", "judge", "extract"]


def may_ask(state: ExecutionState, how: How = "ground") -> bool:
    """Tell whether the running step may ask a model: there is one, and neither the run nor the test forbids it."""
    return state.model is not None and not state.settings.frozen and _provider(state, how) != "builtin"


async def ask(
    state: ExecutionState,
    how: How,
    text: str,
    snapshot: Snapshot,
    *,
    deadline_s: float,
    intent: Intent | None = None,
    candidates: Sequence[Candidate] = (),
) -> ModelAnswer:
    """Return the model's answer; every request that was made goes into the step's record, also when it raises.

    A model has its own time: that of the step when it is longer, else that of the providers which are asked.
    """
    assert state.model is not None
    question = ModelQuestion(
        execution=state.execution,
        step=state.step,
        text=text,
        snapshot=snapshot,
        page=state.session.page,
        intent=intent,
        candidates=tuple(candidates),
        deadline_s=deadline_s,
        provider=_provider(state, how),
        consensus=state.step.consensus if how == "judge" else (),
        mask=state.scope.mask,
        cdp_url=state.cdp_url,
    )
    try:
        answer: ModelAnswer = await getattr(state.model, how)(question)
    except AiWebTestError as exc:
        state.attempts.extend(attempt for attempt in exc.attempts if isinstance(attempt, Attempt))
        raise
    state.attempts.extend(answer.attempts)
    return answer


def fallback_notes(attempts: Iterable[Attempt]) -> tuple[str, ...]:
    """Return, for people, which provider answered in the place of which others, and why."""
    notes: list[str] = []
    passed_over: dict[str, str] = {}
    for attempt in attempts:
        name = f"{attempt.provider}/{attempt.model_asked}"
        if attempt.outcome != "ok":
            passed_over[name] = attempt.outcome.replace("_", " ")
            continue
        others = [f"{other} ({why})" for other, why in passed_over.items() if other != name]
        if others:
            notes.append(f"{name} answered in the place of {', '.join(others)}.")
        passed_over = {}
    return tuple(dict.fromkeys(notes))


def _provider(state: ExecutionState, how: How) -> str | None:
    """Return who is to be asked: as the step, then the case says; None is the run's own."""
    if how == "ground":
        return state.step.provider or state.case.provider
    return state.step.provider or state.case.check_provider or state.case.provider
