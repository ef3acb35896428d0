"""Intervals: of a rate (Wilson) and of differences between two arms (bootstrap)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Interval", "difference_of_medians", "ratio_of_means", "wilson"]

_RESAMPLES = 4000
_AT_ONCE = 1_000_000  # values in memory while resampling


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


def difference_of_medians(
    first: Sequence[float], second: Sequence[float], *, level: float = 0.95, seed: int = 0
) -> Interval | None:
    """Return median(first) - median(second) of paired values with a bootstrap interval; None for fewer than five.

    Pairs are drawn together: what made one slow made the other slow. The percentile method is used; the median's
    jackknife, which the bias-corrected method needs, does not exist for it.
    """
    import numpy as np

    return _bootstrap(first, second, lambda a, b, axis: np.median(a, axis) - np.median(b, axis), level, seed)


def ratio_of_means(
    first: Sequence[float], second: Sequence[float], *, level: float = 0.95, seed: int = 0
) -> Interval | None:
    """Return mean(first) / mean(second) of paired values with a bootstrap interval: what one costs of the other.

    None for fewer than five pairs, or when the second ones add up to nothing.
    """
    import numpy as np

    if not any(second):
        return None
    return _bootstrap(first, second, lambda a, b, axis: np.mean(a, axis) / np.mean(b, axis), level, seed)


def _bootstrap(
    first: Sequence[float], second: Sequence[float], statistic: object, level: float, seed: int
) -> Interval | None:
    if len(first) != len(second):
        raise ValueError(f"{len(first)} values and {len(second)}: pairs are needed")
    if len(first) < 5:
        return None
    import numpy as np
    from scipy.stats import bootstrap

    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    estimate = float(statistic(a, b, -1))  # type: ignore[operator]
    if np.ptp(a) == 0 and np.ptp(b) == 0:
        return Interval(estimate, estimate, estimate, level)
    found = bootstrap(
        (a, b), statistic, paired=True, vectorized=True, confidence_level=level, n_resamples=_RESAMPLES,
        batch=max(1, _AT_ONCE // len(a)), method="percentile", rng=np.random.default_rng(seed),
    ).confidence_interval  # fmt: skip
    return Interval(estimate, float(found.low), float(found.high), level)
