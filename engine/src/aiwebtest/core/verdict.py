"""Outcomes and verdicts: what a step, a case and a check came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Outcome", "Verdict", "worst"]

Outcome = Literal["passed", "failed", "error", "skipped"]
"""`failed`: the application is wrong. `error`: we cannot tell. `skipped`: not done, with a reason."""

_ORDER: tuple[Outcome, ...] = ("skipped", "passed", "failed", "error")


def worst(*outcomes: Outcome) -> Outcome:
    """Return the gravest outcome; nothing at all is `skipped`."""
    return max(outcomes, key=_ORDER.index, default="skipped")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Result of a check. `outcome` is never `passed` unless the claim was confirmed on the page."""

    outcome: Outcome
    claim: str  # the check in words, as understood
    expected: str = ""
    actual: str = ""
    nearest: str = ""  # the nearest thing seen, when what was sought is missing
    evidence: tuple[str, ...] = ()  # quotes from the page
    decided_by: str = "rules"  # "rules", or "provider/model"
    mend: str = ""  # next move when it is an error
    refs: tuple[int, ...] = ()  # elements that it rests on, into the last snapshot
