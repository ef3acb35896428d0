"""Intervals that hold what they say, and a verdict that looking early does not spoil: both by simulation."""

from __future__ import annotations

import random
from functools import cache
from itertools import accumulate

import numpy as np
import pytest

from aiwebtest.core.statistics import (
    Interval,
    Paired,
    detectable_difference,
    evidence_of,
    exact_mcnemar,
    mean_ratio,
    paired_difference,
    pairs_needed,
    power_of,
    ratio_of_means,
    wilson,
)

LOW, HIGH = 0.93, 0.97  # where the coverage of a 95 % interval must lie


def coverage(held: list[bool]) -> float:
    """Return the share of intervals that held the truth."""
    return sum(held) / len(held)


def test_wilsons_interval_covers_the_rate() -> None:
    """Over rates and sizes as suites have them."""
    draw = np.random.default_rng(1)
    held = []
    for _ in range(4000):
        rate, trials = draw.uniform(0.05, 0.95), int(draw.integers(20, 120))
        interval = wilson(int(draw.binomial(trials, rate)), trials)
        assert interval is not None
        held.append(rate in interval)

    assert LOW <= coverage(held) <= HIGH


def test_wilsons_interval_agrees_with_a_published_figure() -> None:
    """81 of 263, from Newcombe, Statistics in Medicine 17 (1998), table I, method 3."""
    interval = wilson(81, 263)

    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_the_paired_difference_covers_the_truth() -> None:
    """Arms of different quality on tests of different difficulty."""
    draw = np.random.default_rng(2)
    held = []
    for _ in range(3000):
        only_first, only_second = draw.uniform(0.02, 0.25, size=2)
        both = draw.uniform(0.2, 0.5)
        counts = draw.multinomial(
            int(draw.integers(40, 150)), [both, only_first, only_second, 1 - both - only_first - only_second]
        )
        pairs = Paired(**dict(zip(("both", "first_only", "second_only", "neither"), map(int, counts), strict=True)))
        interval = paired_difference(pairs)
        assert interval is not None
        held.append(only_first - only_second in interval)

    assert LOW <= coverage(held) <= HIGH


@pytest.mark.parametrize(("cases", "rounds"), [(1, 8), (5, 4), (10, 2), (8, 10), (40, 1)])
def test_ratios_of_times_and_costs_cover_the_truth(cases: int, rounds: int) -> None:
    """Latencies have a long tail, and a slow test is slow on both arms: from one test many times to many once."""
    draw = np.random.default_rng(3)
    times, costs = [], []
    for _ in range(2000):
        test = draw.integers(1, 6, size=(cases, 1))
        slow, fast = (test * draw.lognormal(mu, 0.6, size=(cases, rounds)) for mu in (0.4, 0.0))
        dear, cheap = (test * draw.lognormal(mu, 0.2, size=(cases, rounds)) for mu in (0.7, 0.0))
        time, cost = (
            how([list(zip(*rows, strict=True)) for rows in zip(*arms, strict=True)])
            for how, arms in ((mean_ratio, (slow, fast)), (ratio_of_means, (dear, cheap)))
        )
        assert time is not None
        times.append(np.exp(0.4) in time)
        costs += [] if cost is None else [np.exp(0.7) in cost]

    assert LOW <= coverage(times) <= HIGH
    assert len(costs) == (2000 if cases * rounds >= 20 else 0)
    assert not costs or LOW <= coverage(costs) <= HIGH


@cache
def _decided(wins: int, losses: int) -> bool:
    return evidence_of(Paired(first_only=wins, second_only=losses)).decided


def test_looking_after_every_pair_names_a_false_winner_at_most_in_one_of_twenty() -> None:
    """The very thing that ordinary tests do not stand: a peek after each of 300 pairs."""
    chance = random.Random(4)
    false = 0
    rounds = 2000
    for _ in range(rounds):
        outcomes = (1 if chance.random() < 0.5 else -1 for _ in range(300))
        for looked, lead in enumerate(accumulate(outcomes), start=1):
            if _decided((looked + lead) // 2, (looked - lead) // 2):
                false += 1
                break

    assert false / rounds <= 0.05


def test_a_better_arm_is_found() -> None:
    """A test that never decides would have no false winner either."""
    chance = random.Random(5)
    found = 0
    for _ in range(200):
        first = sum(chance.random() < 0.8 for _ in range(60))
        found += evidence_of(Paired(first_only=first, second_only=60 - first)).verdict == "first"

    assert found >= 190


def test_pairs_without_a_difference_say_nothing() -> None:
    """A thousand tests that both arms pass do not tell which is better."""
    evidence = evidence_of(Paired(both=1000, neither=10))

    assert not evidence.decided
    assert evidence.factor == 1
    assert evidence.share is None


def test_the_share_that_is_not_ruled_out_lies_about_what_was_seen() -> None:
    """It always holds what was seen, and leaves the fair coin out just when the verdict is in."""
    decided, open_ = evidence_of(Paired(first_only=20, second_only=2)), evidence_of(Paired(first_only=5, second_only=2))

    assert decided.share is not None
    assert open_.share is not None
    assert decided.verdict == "first"
    assert decided.share.low > 0.5
    assert 0.5 in open_.share
    assert 20 / 22 in decided.share


def test_mcnemars_exact_test_is_that_of_the_coin() -> None:
    """Ten to nothing: two in 1024."""
    assert exact_mcnemar(Paired(both=50, first_only=10)) == pytest.approx(2 / 1024)
    assert exact_mcnemar(Paired(both=50)) == 1.0


def test_a_planned_difference_is_shown_as_often_as_planned() -> None:
    """The plan's power, by simulation of the rule that ends an experiment, looked at after every pair."""
    pairs = pairs_needed(0.3, alpha=0.05 / 3)
    assert pairs is not None
    outcomes = np.random.default_rng(6).choice([1, -1, 0], p=[0.35, 0.05, 0.6], size=(800, pairs))

    shown = [_shown(np.cumsum(row == 1), np.cumsum(row == -1)) for row in outcomes]

    assert coverage(shown) == pytest.approx(power_of(pairs, 0.3, alpha=0.05 / 3), abs=0.04)
    assert 0.76 <= coverage(shown) <= 0.85


def _shown(wins: np.ndarray, losses: np.ndarray) -> bool:
    seen = sorted(set(zip(wins.tolist(), losses.tolist(), strict=True)))
    return any(
        evidence_of(Paired(first_only=won, second_only=lost), alpha=0.05 / 3).verdict == "first" for won, lost in seen
    )


def test_what_can_be_detected_undoes_what_is_needed() -> None:
    """Planning asked both ways round gives one answer; too few pairs give none, whatever the difference."""
    difference = detectable_difference(200)

    assert difference is not None
    assert power_of(200, difference) >= 0.8 > power_of(200, difference - 0.002)
    assert pairs_needed(difference) == 200
    assert detectable_difference(7) is None
    assert pairs_needed(0.005) is None


def test_nothing_is_estimated_from_nothing() -> None:
    """Unknown is unknown."""
    assert wilson(0, 0) is None
    assert paired_difference(Paired(first_only=9)) is None
    assert mean_ratio([[(1, 2)] * 4]) is None
    assert mean_ratio([[(1, 2)] * 4, [(0, 2), (0, 0)]]) is None
    assert ratio_of_means([[(2.0, 1.0)] * 19]) is None
    assert ratio_of_means([[(2.0, 0.0)] * 20]) is None
    assert ratio_of_means([[(2.0, 1.0)] * 20]) == Interval(2.0, 2.0, 2.0)


def test_impossible_counts_are_refused() -> None:
    """A mistake of the caller must not become a figure."""
    with pytest.raises(ValueError, match="5 successes in 3 trials"):
        wilson(5, 3)
    with pytest.raises(ValueError, match="not between 0 and 1"):
        pairs_needed(0)
