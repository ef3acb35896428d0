"""What further values like those seen will add up to, with bounds."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import fmean

from aiwebtest.core.statistics.intervals import Interval

__all__ = ["forecast"]


def forecast(parts: Sequence[tuple[Sequence[float], int]], *, level: float = 0.95) -> Interval | None:
    """Return the sum of `number` further values like `history`, over all parts, with a prediction interval.

    Each part is (history, number): the tests of a run with what each cost before, once each, or the working days left
    in a month with what such days cost. The values of a part count as independent and alike, and none is negative. The
    interval is Student's for a sum, its degrees of freedom pooled as by Welch and Satterthwaite; it accounts for the
    mean not being known either. None when a part that counts has fewer than two values.
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
    from scipy.stats import t

    freedom = total**2 / sum(spread**2 / degrees for spread, degrees in spreads)
    reach = float(t.ppf((1 + level) / 2, freedom)) * sqrt(total)
    return Interval(estimate, max(0.0, estimate - reach), estimate + reach, level)


def _variance(values: Sequence[float]) -> float:
    mean = fmean(values)
    return sum((value - mean) ** 2 for value in values) / (len(values) - 1)
