"""Mutants: one small fault each, in a thing that a case saw on a page, and which of them to try."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

__all__ = ["KINDS", "Kind", "Mutant", "Sight", "choose"]

Kind = Literal["hide", "disable", "relabel", "wrong-value", "stale-list", "drop-request"]

KINDS: tuple[Kind, ...] = get_args(Kind)
"""An element is gone, a control cannot be used, a control is called something else, a number is off by one, what is
added to a list does not appear, a request gets no answer."""

_DID: Mapping[Kind, str] = {
    "hide": "hidden: {thing}",
    "disable": "disabled: {thing}",
    "relabel": "called something else: {thing}",
    "wrong-value": "off by one: {thing}",
    "stale-list": "not kept up to date: {thing}",
    "drop-request": "left without an answer: {thing}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A fault in one thing. `selector` and `text` find it again; of a request, `selector` is method and path."""

    kind: Kind
    page: str  # path of the page, digits in it replaced by #
    selector: str
    text: str
    thing: str  # for people: button “Save”

    def __str__(self) -> str:
        return f"{_DID[self.kind].format(thing=self.thing)} ({self.page})"


@dataclass
class Sight:
    """What can be mutated, and the cases that saw it, by index."""

    seen: dict[Mutant, list[int]] = field(default_factory=dict)

    def add(self, mutant: Mutant, case: int) -> None:
        """Note that a case saw what this mutant would change."""
        cases = self.seen.setdefault(mutant, [])
        if case not in cases:
            cases.append(case)

    def seers(self, mutant: Mutant) -> list[int]:
        """Return the cases that saw what a mutant changes; first those that saw little, which say more about it."""
        much = Counter(case for cases in self.seen.values() for case in cases)
        return sorted(self.seen[mutant], key=lambda case: (much[case], case))


def choose(sight: Sight, *, per_case: int, kinds: Iterable[Kind], seed: int) -> list[Mutant]:
    """Return the mutants to try: up to `per_case` of what each case saw, kinds taking turns, none twice.

    What few cases saw goes first: the navigation that every page shows would crowd out the rest.
    """
    chance, wanted = random.Random(seed), list(kinds)
    by_case: dict[int, list[Mutant]] = {}
    for mutant, cases in sight.seen.items():
        if mutant.kind in wanted:
            for case in cases:
                by_case.setdefault(case, []).append(mutant)
    chosen: dict[Mutant, None] = {}
    for case in sorted(by_case):
        left = [mutant for mutant in by_case[case] if mutant not in chosen]
        chance.shuffle(left)
        left.sort(key=lambda mutant: len(sight.seen[mutant]))
        for mutant in _in_turns(left, chance.sample(wanted, len(wanted)))[:per_case]:
            chosen[mutant] = None
    return list(chosen)


def _in_turns(mutants: list[Mutant], kinds: list[Kind]) -> list[Mutant]:
    queues = [[mutant for mutant in mutants if mutant.kind == kind] for kind in kinds]
    longest = max(map(len, queues), default=0)
    return [queue[turn] for turn in range(longest) for queue in queues if turn < len(queue)]
