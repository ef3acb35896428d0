"""Runs cases through the engine's public API and keeps how each ended, for all benchmarks of grounding and checking."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from aiwebtest.casefiles import Surroundings, load_cases
from aiwebtest.core.case import Case, Place, Step
from aiwebtest.core.events import CaseFinished, StepFinished
from aiwebtest.core.verdict import Outcome
from aiwebtest.engine.run import RunSettings, run_cases
from benchmarks.falsify import falsified_steps
from benchmarks.report import Report

__all__ = [
    "Ran",
    "case_of",
    "cases_in",
    "chosen",
    "falsified",
    "report_failures",
    "report_falsified",
    "report_files",
    "run",
    "settings_for",
]


@dataclass(slots=True)
class Ran:
    """How one case ended."""

    case: Case
    steps: list[StepFinished] = field(default_factory=list)
    finished: CaseFinished | None = None

    @property
    def outcome(self) -> Outcome:
        """Return the case's outcome; a case that never ended is an error."""
        return self.finished.outcome if self.finished else "error"

    @property
    def passed(self) -> bool:
        """Tell whether the case is green."""
        return self.outcome == "passed"

    @property
    def broken(self) -> StepFinished | None:
        """Return the first step that did not pass."""
        return next((step for step in self.steps if step.outcome in ("failed", "error")), None)

    @property
    def why(self) -> str:
        """Return why it did not pass, in one paragraph; "" when it passed."""
        if self.passed:
            return ""
        problem = (self.broken and self.broken.problem) or (self.finished and self.finished.problem)
        if problem is None:
            return "it did not come to an end" if self.finished is None else f"{self.outcome}, and no problem is told"
        rivals = [f"{candidate.described} {candidate.score:.2f}" for candidate in problem.candidates[:3]]
        return problem.what + (f"  [{'; '.join(rivals)}]" if rivals else "")

    @property
    def duration_s(self) -> float:
        """Return how long it took."""
        return self.finished.duration_s if self.finished else 0.0


def case_of(name: str, url: str, sentences: Iterable[str], *, path: str = "benchmark") -> Case:
    """Return a case made of plain sentences."""
    steps = tuple(Step(index=index, text=text) for index, text in enumerate(sentences))
    return Case(name=name, url=url, steps=steps, place=Place(path=path, line=1))


def cases_in(*paths: Path, environment: dict[str, str] | None = None) -> list[Case]:
    """Return the cases of test files; problems in a file end the benchmark."""
    loaded = load_cases(paths, around=Surroundings(environment=environment or {}))
    if loaded.problems:
        sys.exit("\n".join(str(problem) for problem in loaded.problems))
    return list(loaded.cases)


def chosen(arguments: Sequence[str], ways: Sequence[str]) -> tuple[list[str], frozenset[str]]:
    """Part a command line into the names to run alone and the ways to run them in: those of `--only WAY`, else all."""
    names, only = list(arguments), []
    while "--only" in names:
        at = names.index("--only")
        only += names[at + 1 : at + 2]
        del names[at : at + 2]
    if unknown := set(only) - set(ways):
        sys.exit(f"There is no way {', '.join(sorted(unknown))}; there are: {', '.join(ways)}.")
    return names, frozenset(only or ways)


def must_match(wanted: Sequence[str], found: Sequence[object], what: str) -> None:
    """End with an error where nothing goes by the names that were given: no figure may stand on nothing."""
    if wanted and not found:
        sys.exit(f"There is no {what} {' or '.join(wanted)}.")


def falsified(cases: Iterable[Case]) -> list[Case]:
    """Return each case with its last target or expectation made wrong; one without any stays out."""
    twins = []
    for case in cases:
        steps = falsified_steps(case.steps)
        if steps is not None:
            twins.append(replace(case, name=f"{case.name} (falsified)", steps=steps))
    return twins


def settings_for(base_url: str, **changes: object) -> RunSettings:
    """Return settings of a benchmark: rules alone, no lockfile, no artifacts, nothing but loopback."""
    settings = RunSettings(
        base_url=base_url, allowed_origins=(base_url,), workers=2, lock="off", screenshots="off", trace="off"
    )
    return replace(settings, **changes)  # type: ignore[arg-type]


def run(cases: Sequence[Case], settings: RunSettings, *, label: str = "") -> list[Ran]:
    """Run the cases and return how each ended, in the order given."""
    with tempfile.TemporaryDirectory(prefix="aiwebtest-benchmark-") as folder:
        return asyncio.run(_run(cases, replace(settings, report_dir=Path(folder)), label))


async def _run(cases: Sequence[Case], settings: RunSettings, label: str) -> list[Ran]:
    ran = {case.id: Ran(case) for case in cases}
    if len(ran) != len(cases):
        raise ValueError("Two cases have the same id.")
    steps: dict[str, list[StepFinished]] = {}
    done = 0
    async for event in run_cases(cases, settings):
        if isinstance(event, StepFinished):
            steps.setdefault(event.execution, []).append(event)
        elif isinstance(event, CaseFinished):
            ran[event.case.id].finished = event
            ran[event.case.id].steps = steps.pop(event.execution, [])
            done += 1
            _progress(f"{label} {done}/{len(cases)}")
    _progress("")
    return list(ran.values())


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def report_files(report: Report, title: str, column: str, ran: Sequence[Ran]) -> None:
    """Add how many cases of each file passed, those that did not, and the aim that all do."""
    rows = []
    for path in dict.fromkeys(one.case.place.path for one in ran):
        mine = [one for one in ran if one.case.place.path == path]
        rows.append((Path(path).name.removesuffix(".test.yaml"), len(mine), sum(one.passed for one in mine)))
    report.table(title, (column, "cases", "passed"), rows)
    report_failures(report, "Cases that did not pass", ran)
    passed = sum(one.passed for one in ran)
    report.aim("cases passed", passed, f"{len(ran)} of {len(ran)}", met=passed == len(ran))


def report_failures(report: Report, title: str, ran: Iterable[Ran]) -> None:
    """Add the list of cases that did not pass, with the step and the reason."""
    rows = [
        (one.case.name, one.broken.step.text if one.broken else "", one.outcome, one.why)
        for one in ran
        if not one.passed
    ]
    report.table(title, ("case", "step", "outcome", "why"), rows)


def report_falsified(report: Report, originals: Sequence[Case], ran: Sequence[Ran]) -> None:
    """Add how the falsified cases ended: none may be green, and none may have been left out."""
    green = [one for one in ran if one.passed]
    report.table(
        "Falsified cases that passed all the same",
        ("case", "last steps"),
        [(one.case.name, " / ".join(step.text for step in one.case.steps[-3:])) for one in green],
    )
    report.table(
        "Falsified cases",
        ("case", "step", "outcome", "why"),
        [(one.case.name, one.broken.step.text if one.broken else "", one.outcome, one.why) for one in ran],
        show=False,
    )
    left_out = len(originals) - len(ran)
    report.aim("falsified cases that passed", len(green), "0", met=not green)
    report.aim("cases that could not be falsified", left_out, "0", met=not left_out)
