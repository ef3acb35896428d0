"""Before an experiment: how large a difference it can show, and how many pairs a difference needs."""

from __future__ import annotations

from math import ceil, sqrt
from statistics import NormalDist

__all__ = ["detectable_difference", "pairs_needed"]


def pairs_needed(difference: float, *, disagreement: float, alpha: float = 0.05, power: float = 0.8) -> int:
    """Return how many pairs show a difference of pass rates with the given power, for one look at the end.

    `disagreement` is the share of tests on which the arms differ at all; it cannot be less than the difference.
    Source: Connor, Sample size for testing differences in proportions for the paired-sample design, Biometrics 43
    (1987). Looking all the time costs pairs: count on about half as many again.
    """
    if not 0 < difference <= 1:
        raise ValueError(f"a difference of {difference} is not between 0 and 1")
    disagreement = max(disagreement, difference)
    normal = NormalDist()
    a, b = normal.inv_cdf(1 - alpha / 2), normal.inv_cdf(power)
    root = a * sqrt(disagreement) + b * sqrt(disagreement - difference**2)
    return ceil(root**2 / difference**2)


def detectable_difference(pairs: int, *, disagreement: float, alpha: float = 0.05, power: float = 0.8) -> float | None:
    """Return the smallest difference of pass rates that so many pairs show with the given power.

    None when even arms that differ on every such test would not be told apart.
    """
    low, high = 1e-4, min(1.0, disagreement)
    if high <= low or pairs_needed(high, disagreement=disagreement, alpha=alpha, power=power) > pairs:
        return None
    while high - low > 1e-4:
        middle = (low + high) / 2
        if pairs_needed(middle, disagreement=disagreement, alpha=alpha, power=power) <= pairs:
            high = middle
        else:
            low = middle
    return high
