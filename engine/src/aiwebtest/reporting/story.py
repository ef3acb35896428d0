"""The story of a case that did not pass, as lines of plain text: what, where, why, and the next move."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from aiwebtest.reporting.document import ReportCase, ReportProblem, ReportStep, ReportTry, ReportVerdict
from aiwebtest.reporting.words import place

__all__ = ["story"]

_MOST_CANDIDATES = 5


def story(case: ReportCase, attempt: ReportTry, *, folder: Path | None = None) -> list[str]:
    """Return the lines of one try: the steps that did not pass, then what differed from the last pass.

    `folder` is the one that artifacts lie in, to show their paths as somebody can open them.
    """
    root = folder or Path()
    lines = []
    told: set[str] = set()
    for number, step in enumerate(attempt.steps, start=1):
        if step.outcome in ("failed", "error"):
            lines.append(f"step {number} of {max(len(case.step_texts), number)}: {step.text}")
            lines += [f"  {line}" for line in _step(step, root)]
            told |= {step.problem.what} if step.problem else set()
    if attempt.problem and attempt.problem.what not in told:
        lines += _problem(attempt.problem)
    if attempt.outcome is None:
        lines.append("The run ended before this case did.")
    lines += [f"{'' if number else 'Explanation: '}{line}" for number, line in enumerate(attempt.explanation)]
    lines += [
        f"Left behind: {(root / artifact.path).as_posix()}"
        for artifact in attempt.artifacts
        if artifact.kind != "screenshot"
    ]
    return lines


def _step(step: ReportStep, root: Path) -> Iterator[str]:
    if step.problem:
        yield from _problem(step.problem)
    for verdict in step.verdicts:
        if verdict.outcome in ("failed", "error"):
            yield from _verdict(verdict, step.problem)
    for note in step.notes:
        yield f"note: {note}"
    if step.place:
        yield f"at {place(step.place)}"
    if step.url:
        yield f"on {step.url}"
    for artifact in step.artifacts:
        if artifact.kind == "screenshot":
            yield f"picture: {(root / artifact.path).as_posix()}"


def _problem(problem: ReportProblem) -> Iterator[str]:
    yield from problem.what.splitlines()
    if problem.candidates:
        yield "it could be:"
        for candidate in problem.candidates[:_MOST_CANDIDATES]:
            yield f"  {candidate.score:.2f}  {candidate.described}"
    if problem.rewordings:
        yield "clear would be:"
        for rewording in problem.rewordings:
            yield f"  {rewording}"
    if problem.mend:
        yield f"Try: {problem.mend}"


def _verdict(verdict: ReportVerdict, problem: ReportProblem | None) -> Iterator[str]:
    if problem is None or verdict.claim not in problem.what:
        yield f"checked: {verdict.claim}"
    for label, text in (("expected", verdict.expected), ("actual", verdict.actual), ("nearest", verdict.nearest)):
        if text:
            yield f"{label + ':':10}{text}"
    if verdict.mend and not (problem and problem.mend):
        yield f"Try: {verdict.mend}"
