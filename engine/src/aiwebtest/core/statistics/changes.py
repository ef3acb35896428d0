"""Changes of a level: since when values are higher or lower than before, and no alarm on noise.

Within a series each place where the level may have changed is judged by ranks (Mann and Whitney's statistic,
standardised), and the likeliest place is held against the likeliest places of series that were shuffled: so the price
of having looked at many is paid. Shuffled ranks are the same whatever the values, so they are made once for a length.
Over all series Holm's step-down keeps the chance of any false alarm below `alpha`. Equal values are put in a random
order with a fixed seed, which keeps the test's level. Values of a series must be alike and independent while nothing
changes; a point should therefore be a whole run and not each of its parts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import fmean, median
from typing import Any, TypeVar

__all__ = ["Change", "change_in", "changes"]

Key = TypeVar("Key")

_FEWEST_AFTER, _FEWEST_BEFORE = 3, 5
_SHUFFLES = 20_000
_AT_ONCE = 1_000_000  # ranks in memory while shuffling


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Values from place `at` on are of another level than those before it."""

    at: int
    before: float  # typical value: median, or the mean where medians hide it
    after: float
    values_before: int
    values_after: int
    p_value: float  # of no change, for all places that were looked at

    @property
    def ratio(self) -> float:
        """Return how many times the former level the new one is; infinite from nothing to something."""
        return self.after / self.before if self.before else float("inf")


def change_in(values: Sequence[float], places: Sequence[int], *, seed: int = 0) -> Change | None:
    """Return the likeliest change at one of `places` (the index of a first new value), None where none can be."""
    able = [at for at in places if at >= _FEWEST_BEFORE and len(values) - at >= _FEWEST_AFTER]
    if not able or min(values) == max(values):
        return None
    import numpy as np

    order = np.lexsort((np.random.default_rng(seed).random(len(values)), np.asarray(values, dtype=float)))
    ranks = np.empty(len(values))
    ranks[order] = np.arange(1, len(values) + 1)
    places_, distances = np.asarray(able), _distances(ranks[None, :], np.asarray(able))[0]
    best = int(np.argmax(distances))
    at, far = able[best], float(distances[best])
    nearer = int(np.searchsorted(_by_chance(len(values), tuple(able)), far * (1 - 1e-9)))
    p_value = (_SHUFFLES - nearer + 1) / (_SHUFFLES + 1)
    if nearer == _SHUFFLES:  # further out than any shuffled one: a bound, each place looked at counted by itself
        p_value = min(p_value, _tail(ranks[:at], ranks[at:]) * len(places_))
    before, after = values[:at], values[at:]
    middle = (median(before), median(after))
    typical = middle if middle[0] != middle[1] and min(middle) > 0 else (fmean(before), fmean(after))
    return Change(
        at=at, before=typical[0], after=typical[1], values_before=at, values_after=len(after),
        p_value=p_value,
    )  # fmt: skip


def changes(
    series: Mapping[Key, tuple[Sequence[float], Sequence[int]]], *, alpha: float = 0.05, at_least: float = 1.25
) -> dict[Key, Change]:
    """Return the changes that are shown, over all series together, and are not too small to care about.

    `series` holds values in order of time, with the places to look at. A change counts from `at_least` times the former
    level on, up or down.
    """
    found = [(key, one) for key, (values, places) in series.items() if (one := change_in(values, places)) is not None]
    found.sort(key=lambda pair: pair[1].p_value)
    shown: dict[Key, Change] = {}
    for place, (key, one) in enumerate(found):
        if one.p_value > alpha / (len(series) - place):
            break
        if one.ratio >= at_least or one.ratio <= 1 / at_least:
            shown[key] = one
    return shown


def _distances(ranks: Any, places: Any) -> Any:
    """Return how far the rank sums after each place are from what they would be without a change, in deviations.

    `ranks` is (series, values), `places` (places,); the result is (series, places).
    """
    import numpy as np

    n, after = ranks.shape[1], ranks.shape[1] - places
    sums = np.cumsum(ranks[:, ::-1], axis=1)[:, after - 1]
    return np.abs(sums - after * (n + 1) / 2) / np.sqrt(places * after * (n + 1) / 12)


@lru_cache(maxsize=512)
def _by_chance(length: int, places: tuple[int, ...]) -> Any:
    """Return the largest distances of shuffled series of a length, sorted."""
    import numpy as np

    draw, found, left = np.random.default_rng(length), [], _SHUFFLES
    while left:
        number = min(left, max(1, _AT_ONCE // length))
        shuffled = draw.permuted(np.tile(np.arange(1.0, length + 1), (number, 1)), axis=1)
        found.append(_distances(shuffled, np.asarray(places)).max(axis=1))
        left -= number
    return np.sort(np.concatenate(found))


def _tail(before: Any, after: Any) -> float:
    from scipy.stats import mannwhitneyu

    return float(mannwhitneyu(before, after, alternative="two-sided", method="asymptotic").pvalue)
