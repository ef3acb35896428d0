"""Measures a suite: its cases pass first, then each is run again with one fault at a time, and should not pass."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from aiwebtest.browser.launch import BrowserPool
from aiwebtest.core.case import Case
from aiwebtest.core.events import CaseFinished, StepFinished
from aiwebtest.core.model import Model
from aiwebtest.engine.run import run_cases
from aiwebtest.engine.settings import RunSettings
from aiwebtest.mutation.mutants import KINDS, Kind, Mutant, Sight, choose
from aiwebtest.mutation.planting import Planting, Surveying

__all__ = ["Broken", "End", "Measured", "Tried", "measure", "prepared", "run_one", "survey", "try_one", "unhurried"]

_PATIENCE_S = 20.0  # a busy machine is no fault of a case
Verdict = Literal["caught", "noticed", "survived", "idle"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What became of one mutant. `by` is the case that did not pass; `ran` are those that were run."""

    mutant: Mutant
    verdict: Verdict  # a case failed, a case could not go on, all passed, or it never took hold
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


async def measure(
    cases: Sequence[Case], settings: RunSettings, pool: BrowserPool, *, per_case: int = 3, cases_each: int = 3,
    kinds: Iterable[Kind] = KINDS, seed: int = 0, tell: Callable[[str], None] = lambda _: None,
) -> Measured:  # fmt: skip
    """Return how many of the faults the cases notice.

    The cases run once as they are and must pass; what they see says which faults can be planted. Up to `per_case`
    faults are tried for what each case saw, each with up to `cases_each` of the cases that saw it, fewest sights first,
    until one does not pass. Elements are replayed from the lockfile or placed by rules: no model is asked.
    """
    measured, sight = Measured(), Sight()
    tell(f"Running {len(cases)} cases as they are.")
    gate = asyncio.Semaphore(max(1, settings.workers))

    async def look(number: int) -> None:
        async with gate:
            if broken := await survey(cases[number], number, unhurried(settings), pool, sight):
                measured.broken.append(broken)

    await _all(look(number) for number in range(len(cases)))
    if measured.broken:
        return measured
    chosen = choose(sight, per_case=per_case, kinds=kinds, seed=seed)
    measured.offered = len(sight.seen)
    tell(f"{measured.offered} faults could be planted in what they saw; trying {len(chosen)}.")
    read_only = replace(prepared(settings), lock="off" if settings.lock == "off" else "read", update_lock=False)

    async def attempt(mutant: Mutant) -> None:
        async with gate:
            seers = sight.seers(mutant)
            measured.tried.append(
                await try_one(mutant, [cases[n] for n in seers[:cases_each]], len(seers), read_only, pool)
            )
        if len(measured.tried) % 25 == 0:
            tell(f"{len(measured.tried)} of {len(chosen)} tried, {len(measured.survivors)} not noticed.")

    await _all(attempt(mutant) for mutant in chosen)
    measured.tried.sort(key=lambda one: chosen.index(one.mutant))
    return measured


def prepared(settings: RunSettings) -> RunSettings:
    """Return the settings of runs of one case each, which leave nothing behind."""
    return replace(settings, workers=1, retries=0, max_failures=None, trace="off", screenshots="off")


def unhurried(settings: RunSettings) -> RunSettings:
    """Return the settings for pages as they are: a step there passes as soon as it can, whatever time it has."""
    return replace(prepared(settings), timeout_s=max(settings.timeout_s, _PATIENCE_S))


async def survey(
    case: Case, number: int, settings: RunSettings, pool: BrowserPool, sight: Sight, model: Model | None = None
) -> Broken | None:
    """Run a case as it is, and note what could be planted in what it sees; return how it did not pass, if so."""
    end = await run_one(case, settings, Surveying(pool, lambda one: sight.add(one, number)), model)
    if end.finished.outcome == "passed":
        return None
    return Broken(case=case.id, outcome=end.finished.outcome, why=end.why)


async def try_one(
    mutant: Mutant,
    cases: Sequence[Case],
    seen_by: int,
    settings: RunSettings,
    pool: BrowserPool,
    model: Model | None = None,
) -> Tried:
    """Plant a fault and run the cases until one does not pass with it."""
    ran: list[str] = []
    took = False
    for case in cases:
        planted = Planting(pool, mutant)
        end = await run_one(case, settings, planted, model)
        ran.append(case.id)
        took = took or planted.took
        if end.finished.outcome != "passed" and planted.took:
            verdict: Verdict = "caught" if end.finished.outcome == "failed" else "noticed"
            return Tried(mutant=mutant, verdict=verdict, by=case.id, ran=tuple(ran), seen_by=seen_by, why=end.why)
    return Tried(mutant=mutant, verdict="survived" if took else "idle", ran=tuple(ran), seen_by=seen_by)


@dataclass(frozen=True, slots=True)
class End:
    """How a case ended, and the first thing that was wrong in it."""

    finished: CaseFinished
    why: str


async def run_one(case: Case, settings: RunSettings, pool: BrowserPool, model: Model | None = None) -> End:
    """Run one case once."""
    finished: CaseFinished | None = None
    why = ""
    async for event in run_cases([case], settings, pool=pool, model=model):
        if isinstance(event, CaseFinished):
            finished = event
        if isinstance(event, StepFinished | CaseFinished) and event.problem and not why:
            why = event.problem.what
    assert finished is not None, "a run of one case finishes it"
    return End(finished, why)


async def _all(work: Iterable[Coroutine[None, None, None]]) -> None:
    async with asyncio.TaskGroup() as group:
        for one in work:
            group.create_task(one)
