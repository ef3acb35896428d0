"""Before an experiment: how large a difference it is likely to show when the evidence is looked at after every pair.

The chance is that of the very rule that ends an experiment (`evidence_of`), not of one test at the end: the number of
wins among the pairs that differ is a walk, and its chance of having crossed the rule's border is summed exactly.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from math import ceil, sqrt

from aiwebtest.core.statistics.paired import Paired
from aiwebtest.core.statistics.sequential import evidence_of

__all__ = ["detectable_difference", "pairs_needed", "power_of"]

AGAINST = 0.05  # share of the trials that the worse arm alone passes, assumed for planning: nobody knows it before
POWER = 0.8
_FINE = 1000  # steps of a difference between 0 and 1
_MOST_PAIRS = 20_000


@lru_cache(maxsize=1024)
def power_of(pairs: int, difference: float, *, alpha: float = 0.05, against: float = AGAINST) -> float:
    """Return the chance that `pairs` pairs show that an arm passes more often which does so by `difference`.

    It is shown as soon as the evidence reaches 1/alpha, looked at after each pair. `against` is the share of pairs that
    the worse arm alone passes.
    """
    if not 0 < difference <= 1:
        raise ValueError(f"a difference of {difference} is not between 0 and 1")
    against = min(against, (1 - difference) / 2)
    differing = 2 * against + difference
    from scipy.stats import binom

    most = min(pairs, ceil(pairs * differing + 6 * sqrt(pairs * differing * (1 - differing)) + 1))
    chances = binom.pmf(range(most + 1), pairs, differing)
    return float(sum(chances * _crossed(most, (against + difference) / differing, alpha)))


@lru_cache(maxsize=256)
def pairs_needed(
    difference: float, *, alpha: float = 0.05, power: float = POWER, against: float = AGAINST
) -> int | None:
    """Return how many pairs show a difference of pass rates with the given power; None when 20,000 do not."""
    most = 1
    while power_of(most, difference, alpha=alpha, against=against) < power:
        if most >= _MOST_PAIRS:
            return None
        most = min(2 * most, _MOST_PAIRS)
    return bisect_left(range(most), power, key=lambda pairs: power_of(pairs, difference, alpha=alpha, against=against))


@lru_cache(maxsize=256)
def detectable_difference(
    pairs: int, *, alpha: float = 0.05, power: float = POWER, against: float = AGAINST
) -> float | None:
    """Return the smallest difference of pass rates that so many pairs show with the given power, to a thousandth.

    None when not even arms that differ on every pair would be told apart.
    """

    def shown(step: int) -> float:
        return power_of(pairs, (step + 1) / _FINE, alpha=alpha, against=against)

    step = bisect_left(range(_FINE), power, key=shown)
    return (step + 1) / _FINE if step < _FINE else None


def _crossed(most: int, share: float, alpha: float) -> list[float]:
    """Return, for 0 to `most` differing pairs, the chance that the better arm was shown to be better by then.

    `share` is the chance that a differing pair is one that the better arm alone passes.
    """
    import numpy as np

    crossed, low, open_ = [0.0], 0, np.ones(1)  # open_[i]: chance of low + i wins and no verdict yet
    for made, border in enumerate(_borders(most, alpha)[1:], start=1):
        open_ = np.append(open_ * (1 - share), 0.0) + np.append(0.0, open_ * share)
        over, under = max(0, low + len(open_) - border), max(0, made - border + 1 - low)
        crossed.append(crossed[-1] + float(open_[len(open_) - over :].sum()))
        open_, low = open_[under : len(open_) - over], low + under
    return crossed


@lru_cache(maxsize=16)
def _borders(most: int, alpha: float) -> tuple[int, ...]:
    """Return how many wins of so many differing pairs are a verdict; one more than there are: none is."""
    found, wins = [1], 0
    for made in range(1, most + 1):
        wins = max(wins, made // 2 + 1)
        while wins <= made and not evidence_of(Paired(first_only=wins, second_only=made - wins), alpha=alpha).decided:
            wins += 1
        found.append(wins)
    return tuple(found)
