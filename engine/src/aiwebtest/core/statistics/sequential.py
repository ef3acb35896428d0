"""Evidence that may be looked at after every pair: the error rate holds however often and whenever one looks.

Under "no difference" each pair in which the arms differ is a fair coin. The mixture of likelihood ratios over all
coins (a beta prior) is a martingale with mean 1, so by Ville's inequality it ever reaches 1/alpha with a probability of
at most alpha. Source: Robbins, Statistical methods related to the law of the iterated logarithm (1970); for A/B tests
Johari, Pekelis, Walsh, Always valid inference (2015).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, lgamma, log
from typing import Literal

from aiwebtest.core.statistics.intervals import Interval
from aiwebtest.core.statistics.paired import Paired

__all__ = ["Evidence", "evidence_of"]

_PRIOR = 1.0  # of the beta mixture: every coin alike; fixed before any data, as the argument needs
_GRID = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the pairs so far show. `factor` is how many times likelier they are under a difference than under none."""

    factor: float
    verdict: Literal["first", "second", "open"]
    pairs: Paired
    alpha: float

    @property
    def decided(self) -> bool:
        """Tell whether the experiment may end."""
        return self.verdict != "open"

    @property
    def share(self) -> Interval | None:
        """Return the first arm's share of the pairs in which the arms differ, with bounds that hold at all times."""
        return _share(self.pairs.first_only, self.pairs.second_only, self.alpha)


def evidence_of(pairs: Paired, *, alpha: float = 0.05) -> Evidence:
    """Return what the pairs so far show about which arm passes more often."""
    wins, losses = pairs.first_only, pairs.second_only
    factor = _safe_exp(_log_mixture(wins, losses) - (wins + losses) * log(0.5))
    verdict: Literal["first", "second", "open"] = "open"
    if factor >= 1 / alpha:
        verdict = "first" if wins > losses else "second"
    return Evidence(factor=factor, verdict=verdict, pairs=pairs, alpha=alpha)


def _log_mixture(wins: int, losses: int) -> float:
    """Return the logarithm of the chance of this very order of wins and losses, over all coins of the prior."""
    return _log_beta(_PRIOR + wins, _PRIOR + losses) - _log_beta(_PRIOR, _PRIOR)


def _share(wins: int, losses: int, alpha: float) -> Interval | None:
    """Return the coins that the evidence has not ruled out."""
    total = wins + losses
    if total == 0:
        return None
    limit, mixture = log(1 / alpha), _log_mixture(wins, losses)

    def open_(share: float) -> bool:
        likelihood = (wins * log(share) if wins else 0.0) + (losses * log(1 - share) if losses else 0.0)
        return mixture - likelihood < limit

    kept = [step / _GRID for step in range(1, _GRID) if open_(step / _GRID)]
    low = 0.0 if wins == 0 else kept[0]
    high = 1.0 if losses == 0 else kept[-1]
    return Interval(wins / total, low, high, 1 - alpha)


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def _safe_exp(value: float) -> float:
    return exp(min(value, 700.0))
