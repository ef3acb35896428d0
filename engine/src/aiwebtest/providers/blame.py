"""What became of answers of models: whether a step could go on with them, and which a later failure puts in doubt."""

from __future__ import annotations

from dataclasses import dataclass, field

from aiwebtest.core.billing import UNSENT
from aiwebtest.core.events import StepFinished

__all__ = ["Suspicion", "judged"]

_NOBODYS_FAULT = frozenset(
    {"browser", "browser-unavailable", "provider-unavailable", "interrupted", "internal", "usage"}
)


def judged(step: StepFinished) -> list[bool | None]:
    """Return for each request of a step whether it served: None where nobody can say.

    A request without a valid answer did not, nor did an answer with which the step could not go on. Of several answers
    the last is the one that was taken. What was never sent says nothing.
    """
    answers = [place for place, attempt in enumerate(step.attempts) if attempt.outcome == "ok"]
    found: list[bool | None] = []
    for place, attempt in enumerate(step.attempts):
        if attempt.outcome in UNSENT:
            found.append(None)
        elif attempt.outcome != "ok":
            found.append(False)
        else:
            found.append(step.outcome in ("passed", "failed") if place == answers[-1] else None)
    return found


@dataclass(slots=True)
class Suspicion:
    """Hears the steps of one case, in their order."""

    _since_check: list[StepFinished] = field(default_factory=list)

    def hear(self, step: StepFinished) -> list[StepFinished]:
        """Return the steps whose answers are in doubt now: at a failure, those since a check that rules saw pass.

        The step that failed is one of them: its own answer may be why. Where that was no good, it is why, and nothing
        else is in doubt. A failure of the browser says nothing, and what runs after a failure is no evidence.
        """
        if step.step.phase == "after" or step.outcome == "skipped":
            return []
        if step.outcome == "passed":
            if step.verdicts and all(one.decided_by == "rules" for one in step.verdicts):
                self._since_check.clear()
            elif step.attempts and not step.verdicts:
                self._since_check.append(step)
            return []
        doubted = [*self._since_check, step]
        self._since_check.clear()
        explained = False in judged(step) or (step.problem is not None and step.problem.code in _NOBODYS_FAULT)
        return [] if explained else doubted
