"""Measures a suite: its cases pass first, then each is run again with one fault at a time, and should not pass."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from aiwebtest.browser.launch import BrowserPool
from aiwebtest.core.case import Case
from aiwebtest.core.events import CaseFinished, Listener, Problem, StepFinished
from aiwebtest.core.masking import mask_value
from aiwebtest.core.model import Model
from aiwebtest.core.scope import Scope
from aiwebtest.engine.run import run_cases
from aiwebtest.engine.settings import RunSettings
from aiwebtest.mutation.mutants import KINDS, Kind, Mutant, Sight, choose
from aiwebtest.mutation.planting import Planting, Surveying

__all__ = ["Broken", "Measured", "Subject", "Tried", "Verdict", "masking", "measure", "survey", "try_one"]

_PATIENCE_S = 20.0  # for a step on the pages as they are: a busy machine is no fault of a case
_TIMES_AS_LONG, _AT_LEAST_S = 3.0, 1.5  # as its longest step took there, a step may take with a fault
Verdict = Literal["caught", "noticed", "survived", "idle", "unanswered"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What became of one mutant. `by` is the case that did not pass; `ran` are those that were run."""

    mutant: Mutant
    verdict: Verdict  # a case failed, could not go on, all passed, it never took hold, or no model answered
    by: str = ""
    ran: tuple[str, ...] = ()
    seen_by: int = 0  # cases that saw what it changes
    why: str = ""  # what the case said


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A case that does not pass as things are."""

    case: str
    outcome: str
    why: str
    unanswered: bool = False  # because no model answered


@dataclass
class Measured:
    """What a measurement came to. `broken` are cases that did not pass without any fault: nothing is measured then."""

    broken: list[Broken] = field(default_factory=list)
    tried: list[Tried] = field(default_factory=list)
    offered: int = 0  # mutants that the pages would have allowed

    def count(self, *verdicts: Verdict) -> int:
        """Return how many mutants ended so."""
        counts = Counter(one.verdict for one in self.tried)
        return sum(counts[verdict] for verdict in verdicts)

    @property
    def score(self) -> float | None:
        """Return the share of faults that some case did not pass with; None when no fault took hold."""
        took = self.count("caught", "noticed", "survived")
        return self.count("caught", "noticed") / took if took else None

    @property
    def survivors(self) -> list[Tried]:
        """Return the faults that nobody noticed."""
        return [one for one in self.tried if one.verdict == "survived"]


@dataclass(frozen=True, slots=True)
class Subject:
    """A case, and how it is run."""

    case: Case
    settings: RunSettings

    def quietly(self, **more: Any) -> Subject:
        """Return it as run for itself, leaving nothing behind."""
        quiet = replace(self.settings, workers=1, retries=0, max_failures=None, trace="off", screenshots="off")
        return Subject(self.case, replace(quiet, **more))

    def with_a_fault(self, **more: Any) -> Subject:
        """Return it as run with a fault: what is stored is replayed, and nothing is stored."""
        lock = "off" if self.settings.lock == "off" else "read"
        return self.quietly(lock=lock, update_lock=False, **more)


async def measure(
    subjects: Sequence[Subject], pool: BrowserPool, *, at_once: int = 1, per_case: int = 3, cases_each: int = 3,
    kinds: Iterable[Kind] = KINDS, seed: int = 0, tell: Callable[[str], None] = lambda _: None,
) -> Measured:  # fmt: skip
    """Return how many of the faults the cases notice.

    The cases run once as they are and must pass; what they see says which faults can be planted. Up to `per_case`
    faults are tried for what each case saw, each with up to `cases_each` of the cases that saw it, fewest sights first,
    until one does not pass. Elements are replayed from the lockfile or placed by rules: no model is asked. A fault does
    not make a page slow, so a step that hangs with one is given up after three times what the case's longest step took.
    """
    measured, sight = Measured(), Sight()
    tell(f"Running {len(subjects)} cases as they are.")
    gate = asyncio.Semaphore(max(1, at_once))
    longest_s: dict[int, float] = {}  # its longest step, by case
    took_s: dict[int, float] = {}

    async def look(number: int) -> None:
        one = subjects[number]
        async with gate:
            patient = one.quietly(timeout_s=max(one.settings.timeout_s, _PATIENCE_S))
            end = await survey(patient, number, pool, sight)
        longest_s[number], took_s[number] = end.longest_s, end.finished.duration_s
        if broken := end.broken():
            measured.broken.append(broken)

    await _all(look(number) for number in range(len(subjects)))
    if measured.broken:
        return measured
    chosen = choose(sight, per_case=per_case, kinds=kinds, seed=seed)
    measured.offered = len(sight.seen)
    tell(f"{measured.offered} faults could be planted in what they saw; trying {len(chosen)}.")

    async def attempt(mutant: Mutant) -> None:
        seers = sight.seers(mutant)
        shown = [
            subjects[number].with_a_fault(timeout_s=max(_AT_LEAST_S, _TIMES_AS_LONG * longest_s[number]))
            for number in seers[:cases_each]
        ]
        async with gate:
            measured.tried.append(await try_one(mutant, shown, len(seers), pool))
        if len(measured.tried) % 25 == 0:
            tell(f"{len(measured.tried)} of {len(chosen)} tried, {len(measured.survivors)} not noticed.")

    def expected_s(mutant: Mutant) -> float:
        return sum(took_s[number] for number in sight.seers(mutant)[:cases_each])

    # What takes longest begins first, so that nobody waits for a last long one at the end.
    await _all(attempt(mutant) for mutant in sorted(chosen, key=expected_s, reverse=True))
    measured.tried.sort(key=lambda one: chosen.index(one.mutant))
    measured.tried = mask_value(measured.tried, masking(subjects))
    return measured


def masking(subjects: Iterable[Subject]) -> Callable[[str], str]:
    """Return what masks the secrets of the cases: a page may show them, and what is mutated is called by its text."""
    return Scope({}, {name: value for one in subjects for name, value in one.settings.secrets.items()}).mask


@dataclass(frozen=True, slots=True)
class End:
    """How a case ended, the first thing that was wrong in it, and how long its longest step took.

    `unanswered`: it ended so because no model answered, which says nothing about the page.
    """

    finished: CaseFinished
    problem: Problem | None
    longest_s: float
    unanswered: bool

    @property
    def why(self) -> str:
        """Return what was wrong, "" when nothing was."""
        return self.problem.what if self.problem else ""

    def broken(self) -> Broken | None:
        """Return how the case did not pass; None when it did."""
        if self.finished.outcome == "passed":
            return None
        return Broken(
            case=self.finished.case.id, outcome=self.finished.outcome, why=self.why, unanswered=self.unanswered
        )


async def survey(
    subject: Subject, number: int, pool: BrowserPool, sight: Sight, model: Model | None = None,
    listener: Listener | None = None,
) -> End:  # fmt: skip
    """Run a case as it is, and note what could be planted in what it sees."""
    return await _run(subject, Surveying(pool, lambda one: sight.add(one, number)), model, listener)


async def try_one(
    mutant: Mutant, subjects: Sequence[Subject], seen_by: int, pool: BrowserPool, model: Model | None = None,
    listener: Listener | None = None,
) -> Tried:  # fmt: skip
    """Plant a fault and run the cases until one does not pass with it."""
    ran: list[str] = []
    took = unanswered = False
    for subject in subjects:
        planted = Planting(pool, mutant)
        end = await _run(subject, planted, model, listener)
        ran.append(subject.case.id)
        took = took or planted.took
        unanswered = unanswered or end.unanswered
        if end.finished.outcome != "passed" and planted.took and not end.unanswered:
            verdict: Verdict = "caught" if end.finished.outcome == "failed" else "noticed"
            return Tried(
                mutant=mutant, verdict=verdict, by=subject.case.id, ran=tuple(ran), seen_by=seen_by, why=end.why
            )
    verdict = "unanswered" if unanswered else "survived" if took else "idle"
    return Tried(mutant=mutant, verdict=verdict, ran=tuple(ran), seen_by=seen_by)


async def _run(subject: Subject, pool: BrowserPool, model: Model | None, listener: Listener | None) -> End:
    finished: CaseFinished | None = None
    problem: Problem | None = None
    longest_s, unanswered = 0.0, False
    async for event in run_cases([subject.case], subject.settings, pool=pool, model=model):
        if listener is not None:
            listener.on_event(event)
        if isinstance(event, CaseFinished):
            finished = event
        if isinstance(event, StepFinished):
            longest_s = max(longest_s, event.duration_s)
            silent = bool(event.attempts) and all(attempt.outcome != "ok" for attempt in event.attempts)
            unanswered = unanswered or (event.outcome == "error" and silent)
        if isinstance(event, StepFinished | CaseFinished) and event.problem and problem is None:
            problem = event.problem
    assert finished is not None, "a run of one case finishes it"
    return End(finished, problem, longest_s, unanswered)


async def _all(work: Iterable[Coroutine[None, None, None]]) -> None:
    async with asyncio.TaskGroup() as group:
        for one in work:
            group.create_task(one)
