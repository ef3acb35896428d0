"""Gathers the events of a run into one report value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from aiwebtest.core.billing import total_cost
from aiwebtest.core.case import Case, Place, Step
from aiwebtest.core.events import (
    ActionRecord,
    Artifact,
    Attempt,
    CaseFinished,
    CaseStarted,
    Event,
    Notice,
    Problem,
    RunFinished,
    RunStarted,
    StepFinished,
)
from aiwebtest.core.grounding import Candidate
from aiwebtest.core.verdict import Verdict, worst
from aiwebtest.reporting import document as doc

__all__ = ["Record"]


@dataclass(slots=True)
class _Try:
    started: CaseStarted
    steps: list[StepFinished] = field(default_factory=list)
    finished: CaseFinished | None = None


class Record:
    """Hears the events of a run; `report` is what they come to so far, at any time."""

    def __init__(self) -> None:
        self._run: RunStarted | None = None
        self._end: RunFinished | None = None
        self._tries: dict[str, _Try] = {}
        self._cases: dict[str, list[_Try]] = {}
        self._notices: list[Notice] = []
        self._last_at: datetime | None = None

    def on_event(self, event: Event) -> None:
        """Take one event."""
        self._last_at = event.at
        match event:
            case RunStarted():
                self._run = event
            case RunFinished():
                self._end = event
            case Notice():
                self._notices.append(event)
            case CaseStarted():
                attempt = _Try(event)
                self._tries[event.execution] = attempt
                self._cases.setdefault(event.case.id, []).append(attempt)
            case StepFinished() if event.execution in self._tries:
                self._tries[event.execution].steps.append(event)
            case CaseFinished() if event.execution in self._tries:
                self._tries[event.execution].finished = event
            case _:
                pass

    def report(self) -> doc.Report:
        """Return the report of what was heard, cases in order of their files."""
        cases = [_case(tries) for tries in self._cases.values()]
        cases.sort(key=lambda case: (case.place.path, case.place.line))
        counts: Counter[str] = Counter(case.outcome or "interrupted" for case in cases)
        run, end = self._run, self._end
        attempts = [attempt for tries in self._tries.values() for step in tries.steps for attempt in step.attempts]
        return doc.Report(
            version=doc.VERSION, run=run.run if run else "", started_at=run.at if run else None,
            outcome=end.outcome if end else worst(*(case.outcome or "error" for case in cases)),
            counts=dict(counts), duration_s=end.duration_s if end else self._elapsed(),
            interrupted=end.interrupted if end else True, cases=cases,
            base_url=run.base_url if run else "", provider=run.provider if run else "builtin",
            browser=run.browser if run else "", workers=run.workers if run else 1,
            flaky=sum(case.flaky for case in cases), healed=sum(case.healed for case in cases),
            notices=[_notice(notice) for notice in self._notices], usage=_usage(attempts),
        )  # fmt: skip

    def _elapsed(self) -> float:
        return (self._last_at - self._run.at).total_seconds() if self._run and self._last_at else 0.0


def _case(tries: list[_Try]) -> doc.ReportCase:
    case, last = tries[-1].started.case, tries[-1].finished
    return doc.ReportCase(
        id=case.id, name=case.name, outcome=last.outcome if last else None, place=_place(case.place), row=case.row,
        url=case.url, tags=sorted(case.tags), provider=case.provider or "", variables=_variables(case),
        step_texts=[step.text for step in case.steps], flaky=bool(last and last.flaky),
        healed=last.healed if last else 0, duration_s=sum(t.finished.duration_s for t in tries if t.finished),
        tries=[_try(attempt) for attempt in tries],
    )  # fmt: skip


def _variables(case: Case) -> dict[str, str]:
    return {name: value for name, value in case.variables.items() if name not in case.secrets}


def _try(attempt: _Try) -> doc.ReportTry:
    started, finished = attempt.started, attempt.finished
    begun = doc.ReportTry(
        execution=started.execution, retry=started.retry, started_at=started.at, worker=started.worker,
        steps=[_step(step) for step in attempt.steps],
    )  # fmt: skip
    if finished is None:
        return begun
    return msgspec.structs.replace(
        begun, outcome=finished.outcome, duration_s=finished.duration_s, problem=_problem(finished.problem),
        explanation=list(finished.explanation), healed=finished.healed,
        console=[doc.ReportConsoleLine(level=c.level, text=c.text, url=c.url) for c in finished.console],
        failed_requests=[
            doc.ReportRequest(method=r.method, url=r.url, status=r.status, reason=r.reason)
            for r in finished.failed_requests
        ],
        artifacts=[_artifact(artifact) for artifact in finished.artifacts],
    )  # fmt: skip


def _step(event: StepFinished) -> doc.ReportStep:
    step: Step = event.step
    return doc.ReportStep(
        index=step.index, text=step.text, outcome=event.outcome, duration_s=event.duration_s, kind=step.kind,
        phase=step.phase, place=_place(step.place) if step.place else None, understood=event.understood,
        actions=[_action(action) for action in event.actions], verdicts=[_verdict(v) for v in event.verdicts],
        extracted=dict(event.extracted), problem=_problem(event.problem), notes=list(event.notes), url=event.url,
        artifacts=[_artifact(artifact) for artifact in event.artifacts], usage=_usage(event.attempts),
    )  # fmt: skip


def _action(record: ActionRecord) -> doc.ReportAction:
    grounding, heal = record.grounding, record.heal
    return doc.ReportAction(
        action=grounding.action, text=grounding.intent.text, element=record.described, source=grounding.source,
        confidence=grounding.confidence, reason=grounding.reason, model=grounding.model,
        candidates=[_candidate(candidate) for candidate in record.candidates],
        effects=[doc.ReportEffect(kind=effect.kind, detail=effect.detail) for effect in record.effects.seen],
        heal=doc.ReportHeal(before=heal.before, after=heal.after, reason=heal.reason) if heal else None,
        duration_s=record.duration_s,
    )  # fmt: skip


def _verdict(verdict: Verdict) -> doc.ReportVerdict:
    return doc.ReportVerdict(
        outcome=verdict.outcome, claim=verdict.claim, expected=verdict.expected, actual=verdict.actual,
        nearest=verdict.nearest, evidence=list(verdict.evidence), decided_by=verdict.decided_by, mend=verdict.mend,
    )  # fmt: skip


def _problem(problem: Problem | None) -> doc.ReportProblem | None:
    if problem is None:
        return None
    return doc.ReportProblem(
        code=problem.code, what=problem.what, mend=problem.mend, rewordings=list(problem.rewordings),
        candidates=[_candidate(candidate) for candidate in problem.candidates],
    )  # fmt: skip


def _candidate(candidate: Candidate) -> doc.ReportCandidate:
    return doc.ReportCandidate(
        described=candidate.described, score=round(candidate.score, 3), reasons=list(candidate.reasons)
    )


def _artifact(artifact: Artifact) -> doc.ReportArtifact:
    return doc.ReportArtifact(
        kind=artifact.kind, path=artifact.path, media_type=artifact.media_type, caption=artifact.caption,
        marks=list(artifact.marks), size=artifact.size,
    )  # fmt: skip


def _place(place: Place) -> doc.ReportPlace:
    return doc.ReportPlace(
        path=place.path, line=place.line, column=place.column, via=_place(place.via) if place.via else None
    )


def _notice(notice: Notice) -> doc.ReportNotice:
    return doc.ReportNotice(at=notice.at, level=notice.level, text=notice.text, execution=notice.execution)


def _usage(attempts: Iterable[Attempt]) -> list[doc.ReportUsage]:
    """Return the sums by provider, model and purpose. One attempt of unknown cost makes a sum unknown."""
    groups: dict[tuple[str, str, str], list[Attempt]] = {}
    for attempt in attempts:
        key = (attempt.provider, attempt.model_served or attempt.model_asked, attempt.purpose)
        groups.setdefault(key, []).append(attempt)
    return [_sum(key, group) for key, group in sorted(groups.items())]


def _sum(key: tuple[str, str, str], group: list[Attempt]) -> doc.ReportUsage:
    return doc.ReportUsage(
        provider=key[0], model=key[1], purpose=key[2], attempts=len(group),
        failed=sum(attempt.outcome != "ok" for attempt in group),
        failures=dict(sorted(Counter(attempt.outcome for attempt in group if attempt.outcome != "ok").items())),
        input_tokens=sum(attempt.input_tokens or 0 for attempt in group),
        output_tokens=sum(attempt.output_tokens or 0 for attempt in group),
        cost_usd=total_cost(group),
        latency_s=sum(attempt.latency_s for attempt in group),
    )  # fmt: skip
