"""Fault detection as quality: the same faults in the same pages, with each provider, its model really asked.

A provider that says yes too easily lets faults pass, one that says no too easily fails pages that are as they should
be. Both show only where the truth is known: in the intact page, and in one with a fault that somebody noticed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from aiwebtest.browser.launch import BrowserPool
from aiwebtest.core.case import Case
from aiwebtest.core.model import Model
from aiwebtest.engine.settings import RunSettings
from aiwebtest.mutation.measure import Broken, Tried, prepared, survey, try_one, unhurried
from aiwebtest.mutation.mutants import KINDS, Kind, Mutant, Sight, choose

__all__ = ["Examinee", "Quality", "examine"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examinee:
    """A provider with its model and browser. `cases` are the same for all, in the same order."""

    provider: str
    cases: Sequence[Case]
    settings: RunSettings
    pool: BrowserPool
    model: Model | None


@dataclass
class Quality:
    """What one provider made of pages as they are and of pages with a fault."""

    provider: str
    cases: int = 0  # run on the page as it is
    alarms: list[Broken] = field(default_factory=list)  # cases that did not pass there
    tried: list[Tried] = field(default_factory=list)
    false_passes: list[Tried] = field(default_factory=list)  # passed, though another provider noticed the fault

    def count(self, *verdicts: str) -> int:
        """Return how many faults ended so."""
        return sum(one.verdict in verdicts for one in self.tried)


async def examine(
    examinees: Sequence[Examinee], *, per_case: int = 3, cases_each: int = 3, kinds: Iterable[Kind] = KINDS,
    seed: int = 0, tell: Callable[[str], None] = lambda _: None,
) -> tuple[list[Quality], int]:  # fmt: skip
    """Return what each provider made of it, and with how many cases faults were tried: those that all of them passed.

    Providers take turns fault by fault, another one beginning each time, so that a slow minute meets them all. A fault
    that nobody notices says nothing of a provider: the cases do not check it, or it is none.
    """
    sight = Sight()
    qualities = [Quality(provider=one.provider, cases=len(one.cases)) for one in examinees]
    for number in range(len(examinees[0].cases)):
        for one, quality in zip(examinees, qualities, strict=True):
            broken = await survey(one.cases[number], number, unhurried(one.settings), one.pool, sight, one.model)
            quality.alarms += [broken] if broken else []
    unsound = {alarm.case for quality in qualities for alarm in quality.alarms}
    sound = {number for number, case in enumerate(examinees[0].cases) if case.id not in unsound}
    usable = Sight(
        {mutant: seers for mutant, every in sight.seen.items() if (seers := [n for n in every if n in sound])}
    )
    chosen = choose(usable, per_case=per_case, kinds=kinds, seed=seed)
    tell(f"All providers pass {len(sound)} of {len(examinees[0].cases)} cases; trying {len(chosen)} faults with each.")
    pairs = list(zip(examinees, qualities, strict=True))
    for turn, mutant in enumerate(chosen):
        seers = usable.seers(mutant)
        for one, quality in pairs[turn % len(pairs) :] + pairs[: turn % len(pairs)]:
            cases = [one.cases[n] for n in seers[:cases_each]]
            quality.tried.append(await try_one(mutant, cases, len(seers), prepared(one.settings), one.pool, one.model))
    _mark(qualities, chosen)
    return qualities, len(sound)


def _mark(qualities: Sequence[Quality], chosen: Sequence[Mutant]) -> None:
    """Tell false passes from faults that nobody noticed."""
    noticed = {one.mutant for quality in qualities for one in quality.tried if one.verdict in ("caught", "noticed")}
    for quality in qualities:
        quality.tried.sort(key=lambda one: chosen.index(one.mutant))
        quality.false_passes = [one for one in quality.tried if one.verdict == "survived" and one.mutant in noticed]
