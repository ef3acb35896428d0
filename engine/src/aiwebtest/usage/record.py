"""Hears a run and its requests, and puts together what they came to."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from aiwebtest.core.case import Case
from aiwebtest.core.events import Attempt, CaseFinished, Event
from aiwebtest.providers.metering import Totals, totals
from aiwebtest.usage.kept import UsageFile
from aiwebtest.usage.runs import CaseUsage, ModelUsage, RunUsage

__all__ = ["UsageRecord"]


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class UsageRecord:
    """Takes the requests of a run as they are made, hears its events, and is kept at the end.

    A `trial` keeps only what was asked of models: its cases say nothing of an ordinary run.
    """

    file: UsageFile
    command: str
    trial: bool = False
    now: Callable[[], datetime] = _utc_now
    _began_at: datetime = field(init=False)
    _attempts: list[Attempt] = field(default_factory=list)
    _finished: list[CaseFinished] = field(default_factory=list)
    _kept: bool = False

    def __post_init__(self) -> None:
        self._began_at = self.now()

    def take(self, attempt: Attempt) -> None:
        """Take one request."""
        self._attempts.append(attempt)

    def on_event(self, event: Event) -> None:
        """Take one event. A case that was skipped or interrupted says nothing of what it takes."""
        if isinstance(event, CaseFinished) and event.outcome != "skipped" and not _interrupted(event):
            self._finished.append(event)

    def close(self) -> None:
        """Do nothing: requests may still come in; `keep` ends it."""

    def keep(self) -> str:
        """Append the run to the file, once; return what hindered it, "" if nothing did."""
        if self._kept or not (self._attempts or self._finished):
            return ""
        self._kept = True
        try:
            self.file.append(self.told())
        except OSError as exc:  # a lock's timeout is one too
            return f"What this run used is not kept for `aiwebtest usage`: {self.file.path}: {exc.strerror or exc}."
        return ""

    def told(self) -> RunUsage:
        """Return what was heard so far."""
        by_execution: dict[str, list[Attempt]] = {}
        for attempt in self._attempts:
            by_execution.setdefault(attempt.execution, []).append(attempt)
        spent = (round(totals(attempts).cost_usd, 6) for attempts in by_execution.values())
        return RunUsage(
            at=self._began_at, command=self.command, trial=self.trial,
            cases=() if self.trial else self._cases(by_execution), models=self._models(),
            executions_usd=tuple(usd for usd in spent if usd),
        )  # fmt: skip

    def _cases(self, by_execution: dict[str, list[Attempt]]) -> tuple[CaseUsage, ...]:
        by_case: dict[str, list[CaseFinished]] = {}
        for one in self._finished:
            by_case.setdefault(_id(one.case, self.file.project), []).append(one)
        return tuple(_case(case, tries, by_execution) for case, tries in by_case.items())

    def _models(self) -> tuple[ModelUsage, ...]:
        groups: dict[tuple[str, str, str], list[Attempt]] = {}
        for one in self._attempts:
            model = f"{one.provider}/{one.model_asked}"
            served = f"{one.provider}/{one.model_served or one.model_asked}"
            groups.setdefault((model, served, one.purpose), []).append(one)
        return tuple(
            ModelUsage(
                model=model, served=served, purpose=purpose, sums=_rounded(totals(attempts)),
                answered_s=round(sum(one.latency_s for one in attempts if one.outcome == "ok"), 3),
            )
            for (model, served, purpose), attempts in sorted(groups.items())
        )  # fmt: skip


def _interrupted(case: CaseFinished) -> bool:
    return case.problem is not None and case.problem.code == "interrupted"


def _rounded(sums: Totals) -> Totals:
    """Return the sums with times in whole milliseconds: more digits say no more, and fill the file."""
    latency_s = tuple(round(one, 3) for one in sums.latency_s)
    return replace(sums, cost_usd=round(sums.cost_usd, 9), latency_s=latency_s)


def _case(case: str, tries: list[CaseFinished], by_execution: dict[str, list[Attempt]]) -> CaseUsage:
    last = [one for one in tries if not one.will_retry]
    executions = dict.fromkeys(one.execution for one in tries)
    asked = totals(attempt for execution in executions for attempt in by_execution.get(execution, ()))
    return CaseUsage(
        case=case, executions=len(last), passed=sum(one.outcome == "passed" for one in last),
        not_passed=sum(one.outcome in ("failed", "error") for one in last),
        duration_s=sum(one.duration_s for one in tries), requests=asked.attempts,
        tokens=asked.input_tokens + asked.output_tokens, cost_usd=asked.cost_usd, unpriced=asked.unpriced,
    )  # fmt: skip


def _id(case: Case, project: Path) -> str:
    """Return the case's id with its path from the project's folder, wherever the command was called."""
    path = Path(os.path.relpath(case.place.path, project)).as_posix()
    return f"{path}::{case.title}"
