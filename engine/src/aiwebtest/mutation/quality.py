"""Fault detection as quality: the same faults in the same pages, with each provider, its model really asked.

A provider that says yes too easily lets faults pass, one that says no too easily fails pages that are as they should
be. Both show only where the truth is known: in the intact page, and in one with a fault that somebody noticed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from aiwebtest.browser.launch import BrowserPool
from aiwebtest.core.events import Attempt, Event, StepFinished
from aiwebtest.core.masking import mask_value
from aiwebtest.core.model import Model
from aiwebtest.core.statistics import Interval, Paired, exact_mcnemar, wilson
from aiwebtest.mutation.measure import Broken, Subject, Tried, masking, survey, try_one
from aiwebtest.mutation.mutants import KINDS, Kind, Mutant, Sight, choose

__all__ = ["Examined", "Examinee", "Quality", "examine"]

_ALPHA = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Examinee:
    """A provider with its model and browser. The cases are the same for all, in the same order."""

    provider: str
    subjects: Sequence[Subject]
    pool: BrowserPool
    model: Model | None
    hear: Callable[[Sequence[Attempt]], None] = lambda _: None  # is told of its requests, step by step


@dataclass
class Quality:
    """What one provider made of pages as they are and of pages with a fault."""

    provider: str
    cases: int = 0  # run on the page as it is
    alarms: list[Broken] = field(default_factory=list)  # cases that did not pass there
    tried: list[Tried] = field(default_factory=list)
    false_passes: list[Tried] = field(default_factory=list)  # passed, though another provider noticed the fault
    attempts: list[Attempt] = field(default_factory=list)  # requests to models
    hear: Callable[[Sequence[Attempt]], None] = lambda _: None

    def on_event(self, event: Event) -> None:
        """Keep the requests."""
        if isinstance(event, StepFinished):
            self.attempts.extend(event.attempts)
            self.hear(event.attempts)

    def close(self) -> None:
        """Do nothing: it is a listener that keeps what it hears."""

    def count(self, *verdicts: str) -> int:
        """Return how many faults ended so."""
        return sum(one.verdict in verdicts for one in self.tried)

    @property
    def took(self) -> int:
        """Return how many faults took hold, with a model that answered: those that say something."""
        return self.count("caught", "noticed", "survived")

    @property
    def alarm_rate(self) -> Interval | None:
        """Return the share of cases that did not pass on the pages as they are."""
        return wilson(len(self.alarms), self.cases)

    @property
    def noticed_rate(self) -> Interval | None:
        """Return the share of faults that it noticed, of those that took hold."""
        return wilson(self.count("caught", "noticed"), self.took)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What all providers made of it. `sound` counts the cases that faults were tried with: those that all passed."""

    qualities: Sequence[Quality]
    sound: int
    asked: bool  # whether any model was asked at all

    def verdicts(self) -> list[str]:
        """Return which provider notices more than which, where that is shown."""
        return [
            f"{better} notices more of the faults than {worse}: {most} against {least} of {total} (p = {p_value:.2g})."
            for better, worse, most, least, total, p_value in self._compared()
            if p_value <= self._alpha_each
        ]

    def open_questions(self) -> list[str]:
        """Return what this could not tell."""
        found = [
            f"Whether {one} or {other} notices more: "
            + (f"{most} and {least} of {total} faults (p = {p_value:.2g})." if total else "no fault says it of both.")
            for one, other, most, least, total, p_value in self._compared()
            if p_value > self._alpha_each
        ]
        for one in self.qualities:
            if one.alarms and one.count("caught", "noticed"):
                found.append(
                    f"How many faults {one.provider} noticed by chance: it also fails {len(one.alarms)} of {one.cases} "
                    "cases without any."
                )
            if silent := one.count("unanswered"):
                found.append(f"What {one.provider} makes of {silent} of the faults: no model answered.")
        lists = [[tried.verdict for tried in one.tried] for one in self.qualities]
        if nobody := sum(set(verdicts) == {"survived"} for verdicts in zip(*lists, strict=True)):
            found.append(
                f"Whether all providers missed what nobody noticed ({nobody} of the faults), or no test is about it."
            )
        if not self.asked:
            found.append("Anything about models: rules decided every step, and no provider was asked.")
        return found

    @property
    def _alpha_each(self) -> float:
        return _ALPHA / max(1, len(self.qualities) * (len(self.qualities) - 1) // 2)

    def _compared(self) -> Iterator[tuple[str, str, int, int, int, float]]:
        """Yield, for two providers each, the one that notices more first, on the faults that say something of both."""
        for one, other in combinations(self.qualities, 2):
            pairs = [
                (mine.verdict != "survived", theirs.verdict != "survived")
                for mine, theirs in zip(one.tried, other.tried, strict=True)
                if not {mine.verdict, theirs.verdict} & {"idle", "unanswered"}
            ]
            mine_, theirs_ = sum(a for a, _ in pairs), sum(b for _, b in pairs)
            names = (one.provider, other.provider) if mine_ >= theirs_ else (other.provider, one.provider)
            yield *names, max(mine_, theirs_), min(mine_, theirs_), len(pairs), exact_mcnemar(Paired.of(pairs))


async def examine(
    examinees: Sequence[Examinee], *, per_case: int = 3, cases_each: int = 3, kinds: Iterable[Kind] = KINDS,
    seed: int = 0, tell: Callable[[str], None] = lambda _: None,
) -> Examined:  # fmt: skip
    """Return what each provider made of it. Faults are tried with the cases that all of them pass.

    Providers take turns fault by fault, another one beginning each time, so that a slow minute meets them all. Steps
    have the time that the user gives them, with a fault and without: a provider that is too slow for it fails intact
    pages, and must not seem to notice faults by it. A fault that nobody notices says nothing of a provider: the cases
    do not check it, or it is none.
    """
    sight = Sight()
    pairs = [(one, Quality(provider=one.provider, cases=len(one.subjects), hear=one.hear)) for one in examinees]
    number_of_cases = len(examinees[0].subjects)
    tell(f"Running {number_of_cases} cases as they are, with each of {len(examinees)} providers.")
    for number in range(number_of_cases):
        for one, quality in _turned(pairs, number):
            end = await survey(one.subjects[number].quietly(), number, one.pool, sight, one.model, quality)
            quality.alarms += [broken] if (broken := end.broken()) else []
    unsound = {alarm.case for _, quality in pairs for alarm in quality.alarms}
    sound = {number for number, one in enumerate(examinees[0].subjects) if one.case.id not in unsound}
    usable = Sight(
        {mutant: seers for mutant, every in sight.seen.items() if (seers := [n for n in every if n in sound])}
    )
    chosen = choose(usable, per_case=per_case, kinds=kinds, seed=seed)
    tell(f"All providers pass {len(sound)} of {number_of_cases} cases; trying {len(chosen)} faults with each.")
    for turn, mutant in enumerate(chosen):
        seers = usable.seers(mutant)
        for one, quality in _turned(pairs, turn):
            shown = [one.subjects[number].with_a_fault() for number in seers[:cases_each]]
            quality.tried.append(await try_one(mutant, shown, len(seers), one.pool, one.model, quality))
        if (turn + 1) % 25 == 0:
            tell(f"{turn + 1} of {len(chosen)} faults tried.")
    for one, quality in pairs:
        quality.tried = mask_value(quality.tried, masking(one.subjects))
    qualities = [quality for _, quality in pairs]
    _mark(qualities)
    return Examined(qualities=qualities, sound=len(sound), asked=any(one.attempts for one in qualities))


def _turned(pairs: list[tuple[Examinee, Quality]], turn: int) -> list[tuple[Examinee, Quality]]:
    first = turn % len(pairs)
    return pairs[first:] + pairs[:first]


def _mark(qualities: Sequence[Quality]) -> None:
    """Tell false passes from faults that nobody noticed."""
    noticed: set[Mutant] = {
        one.mutant for quality in qualities for one in quality.tried if one.verdict in ("caught", "noticed")
    }
    for quality in qualities:
        quality.false_passes = [one for one in quality.tried if one.verdict == "survived" and one.mutant in noticed]
