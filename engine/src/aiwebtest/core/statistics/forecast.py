"""What further values like those seen will add up to, with bounds."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist, fmean

from aiwebtest.core.statistics.intervals import Interval

__all__ = ["forecast"]


def forecast(
    parts: Sequence[tuple[Sequence[float], int]], *, skewed: bool = False, level: float = 0.95
) -> Interval | None:
    """Return the sum of `number` further values like `history`, over all parts, with a prediction interval.

    Each part is (history, number): the tests of a run with what each cost before, once each, or the working days left
    in a month with what such days cost. The values of a part count as independent and alike, and none is negative. The
    interval is Student's for a sum, its degrees of freedom pooled as by Welch and Satterthwaite; it accounts for the
    mean not being known either. None when a part that counts has fewer than two values.

    `skewed`: single values may be much larger than usual, as days are. Then the upper bound reaches as much further as
    that of a gamma distribution with the same mean and variance, by its cube root; Student's alone holds too seldom.
    Source: Wilson and Hilferty, The distribution of chi-square, PNAS 17 (1931).
    """
    counted = [(history, number) for history, number in parts if number > 0]
    if any(len(history) < 2 for history, _ in counted):
        return None
    estimate = sum(fmean(history) * number for history, number in counted)
    spreads = [(_variance(history) * (number + number**2 / len(history)), len(history) - 1)
               for history, number in counted]  # fmt: skip
    total = sum(spread for spread, _ in spreads)
    if total <= 0:
        return Interval(estimate, estimate, estimate, level)
    from scipy.special import stdtrit

    freedom = total**2 / sum(spread**2 / degrees for spread, degrees in spreads)
    reach = float(stdtrit(freedom, (1 + level) / 2)) * sqrt(total)
    further = reach * max(1.0, _further(sqrt(total) / estimate, level)) if skewed else reach
    return Interval(estimate, max(0.0, estimate - reach), estimate + further, level)


def _further(share: float, level: float) -> float:
    """Return how much further than a normal one's the upper bound of a gamma distribution is from its mean.

    `share` is its standard deviation in shares of its mean.
    """
    normal = NormalDist().inv_cdf((1 + level) / 2)
    return ((1 - share**2 / 9 + normal * share / 3) ** 3 - 1) / (normal * share)


def _variance(values: Sequence[float]) -> float:
    mean = fmean(values)
    return sum((value - mean) ** 2 for value in values) / (len(values) - 1)
