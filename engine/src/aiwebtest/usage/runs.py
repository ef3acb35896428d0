"""What one run came to: by case, and by model and purpose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from aiwebtest.providers.metering import Totals

__all__ = ["VERSION", "CaseUsage", "ModelUsage", "RunUsage"]

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseUsage:
    """One case in one run, retries included. `cost_usd` is what is known, `unpriced` the requests without a price."""

    case: str  # its id, with the file's path from the project's folder
    executions: int
    passed: int
    not_passed: int  # failed, or an error
    duration_s: float
    requests: int = 0
    tokens: int = 0
    cost_usd: float = 0.0
    unpriced: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelUsage:
    """What one run asked of one model for one purpose."""

    model: str  # "provider/model", as asked for
    served: str  # the same as served, where that is known
    purpose: str
    sums: Totals
    answered_s: float = 0.0  # how long the requests with an answer took together


@dataclass(frozen=True, slots=True, kw_only=True)
class RunUsage:
    """One run. `trial`: an experiment or a comparison, whose cases say nothing of an ordinary run."""

    at: datetime  # when it began, UTC
    command: str  # that ran it: run, pytest, experiment ...
    trial: bool = False
    cases: tuple[CaseUsage, ...] = ()
    models: tuple[ModelUsage, ...] = ()
    executions_usd: tuple[float, ...] = ()  # of those that cost something, as far as it is known
    version: int = VERSION
