"""Intervals: of a rate (Wilson), and of what one arm takes of another on the same tests (Student, on logarithms).

Bootstraps of the same figures do no better: percentiles hold the truth too seldom in experiments of usual size, BCa as
often as Student's bounds, for a thousand times the work. `python -m benchmarks.sureness` shows both beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from statistics import fmean

__all__ = ["Interval", "mean_ratio", "ratio_of_means", "wilson"]

_FEWEST = 5  # pairs for any bounds
_FEWEST_OF_MEANS = 20  # a request that is asked twice now and then is not seen in fewer


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and the bounds that hold the true value in `level` of all cases like this one."""

    estimate: float
    low: float
    high: float
    level: float = 0.95

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


def wilson(successes: int, trials: int, *, level: float = 0.95) -> Interval | None:
    """Return the rate of successes with Wilson's score interval; None without trials.

    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927).
    """
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} successes in {trials} trials")
    if trials == 0:
        return None
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(successes, trials, alpha=1 - level, method="wilson")
    return Interval(successes / trials, float(low), float(high), level)


def mean_ratio(groups: Sequence[Sequence[tuple[float, float]]], *, level: float = 0.95) -> Interval | None:
    """Return the geometric mean of first / second over all pairs: how many times as long the first one takes.

    A group holds the pairs of one test. Times vary by factors, so their logarithms are near normal and Student's
    interval fits. Pairs with a value that is not positive say nothing of a ratio and are left out; None when fewer than
    five are left. Source: ratios by logarithms as for bioequivalence, Chow and Liu, Design and Analysis of
    Bioavailability and Bioequivalence Studies (2008), chapter 4.
    """
    logs = [[log(first / second) for first, second in group if first > 0 and second > 0] for group in groups]
    if (error := _error(logs)) is None:
        return None
    return _between(fmean(value for group in logs for value in group), error, level)


def ratio_of_means(groups: Sequence[Sequence[tuple[float, float]]], *, level: float = 0.95) -> Interval | None:
    """Return mean(first) / mean(second) over all pairs: what the first one costs of the second.

    A group holds the pairs of one test. Student's interval of the logarithm, its error by the delta method. None for
    fewer than twenty pairs, or when either adds up to nothing. Source: Franz, Ratios: a short guide to confidence
    limits and proper use, arXiv 0710.2024 (2007).
    """
    pairs = [pair for group in groups for pair in group]
    if len(pairs) < _FEWEST_OF_MEANS or not (any(a for a, _ in pairs) and any(b for _, b in pairs)):
        return None
    first, second = fmean(a for a, _ in pairs), fmean(b for _, b in pairs)
    error = _error([[a / first - b / second for a, b in group] for group in groups])
    return None if error is None else _between(log(first / second), error, level)


def _error(groups: Sequence[Sequence[float]]) -> tuple[float, int] | None:
    """Return the standard error of the mean of all values, and its degrees of freedom; None for too few values.

    Where tests are repeated, what differs between tests is no error: each round has them all. Then only the spread
    within each test counts. Where most are run once, they stand for tests like these, and all spread counts.
    """
    values = [value for group in groups for value in group]
    freedom = len(values) - sum(bool(group) for group in groups)
    if len(values) < _FEWEST:
        return None
    if freedom < _FEWEST - 1 or freedom < len(values) / 2:
        groups, freedom = [values], len(values) - 1
    means = [fmean(group) if group else 0.0 for group in groups]
    squares = sum((value - mean) ** 2 for group, mean in zip(groups, means, strict=True) for value in group)
    return sqrt(squares / freedom / len(values)), freedom


def _between(middle: float, error: tuple[float, int], level: float) -> Interval:
    from scipy.special import stdtrit

    spread, freedom = error
    reach = float(stdtrit(freedom, (1 + level) / 2)) * spread
    return Interval(exp(middle), exp(middle - reach), exp(middle + reach), level)
