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


def change_in(values: Sequence[float], places: Sequence[int]) -> Change | None:
    """Return the likeliest change at one of `places` (the index of a first new value), None where none can be."""
    able = _able(values, places)
    if not able or min(values) == max(values):
        return None
    [(at, p_value)] = _likeliest([values], able)
    return _change(values, at, p_value)


def changes(
    series: Mapping[Key, tuple[Sequence[float], Sequence[int]]], *, alpha: float = 0.05, at_least: float = 1.25
) -> dict[Key, Change]:
    """Return the changes that are shown, over all series together, and are not too small to care about.

    `series` holds values in order of time, with the places to look at. A change counts from `at_least` times the former
    level on, up or down.
    """
    alike: dict[tuple[int, tuple[int, ...]], list[Key]] = {}  # series of one length are judged together
    for key, (values, places) in series.items():
        able = _able(values, places)
        if able and min(values) != max(values):
            alike.setdefault((len(values), able), []).append(key)
    found: list[tuple[float, Key, int]] = []
    for (_, able), keys in alike.items():
        likeliest = _likeliest([series[key][0] for key in keys], able)
        found += [(p_value, key, at) for key, (at, p_value) in zip(keys, likeliest, strict=True)]
    found.sort(key=lambda one: one[0])
    shown: dict[Key, Change] = {}
    for place, (p_value, key, at) in enumerate(found):
        if p_value > alpha / (len(series) - place):
            break
        change = _change(series[key][0], at, p_value)
        if change.ratio >= at_least or change.ratio <= 1 / at_least:
            shown[key] = change
    return shown


def _able(values: Sequence[float], places: Sequence[int]) -> tuple[int, ...]:
    return tuple(at for at in places if at >= _FEWEST_BEFORE and len(values) - at >= _FEWEST_AFTER)


def _likeliest(series: Sequence[Sequence[float]], able: tuple[int, ...]) -> list[tuple[int, float]]:
    """Return the likeliest place of a change in each of several series of one length, and its p-value."""
    import numpy as np

    values, places = np.asarray(series, dtype=float), np.asarray(able)
    number, length = values.shape
    by_chance = np.argsort(np.random.default_rng(0).random(length))  # the order of equal values
    order = by_chance[np.argsort(values[:, by_chance], axis=1, kind="stable")]
    ranks = np.empty(values.shape)
    np.put_along_axis(ranks, order, np.arange(1.0, length + 1)[None, :], axis=1)
    distances = _distances(ranks, places)
    best = np.argmax(distances, axis=1)
    far = distances[np.arange(number), best]
    nearer = np.searchsorted(_by_chance(length, able), far * (1 - 1e-9))
    p_values = (_SHUFFLES - nearer + 1) / (_SHUFFLES + 1)
    for one in np.flatnonzero(
        nearer == _SHUFFLES
    ):  # further out than any shuffled one: a bound, by each place looked at
        at = places[best[one]]
        p_values[one] = min(p_values[one], _tail(ranks[one, :at], ranks[one, at:]) * len(places))
    return [(int(places[at]), float(p_value)) for at, p_value in zip(best, p_values, strict=True)]


def _change(values: Sequence[float], at: int, p_value: float) -> Change:
    before, after = values[:at], values[at:]
    middle = (median(before), median(after))
    typical = middle if middle[0] != middle[1] and min(middle) > 0 else (fmean(before), fmean(after))
    return Change(
        at=at, before=typical[0], after=typical[1], values_before=at, values_after=len(after), p_value=p_value
    )


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
