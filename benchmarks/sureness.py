"""Whether what is said to be sure is: coverage of 95 % intervals, false winners, and false alarms, by simulation.

Arms, costs and levels are drawn with known truth. A winner is looked for after each pair of trials, of three arms that
are equally good; an alarm is looked for in twenty courses that do not change.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np

from aiwebtest.core.statistics import (
    Interval,
    Paired,
    changes,
    difference_of_medians,
    evidence_of,
    forecast,
    paired_difference,
    ratio_of_means,
    wilson,
)
from benchmarks.report import Report

LOW, HIGH, ALPHA = 0.93, 0.97, 0.05
ROUNDS, BOOTSTRAPS, EXPERIMENTS, LOOKS = 4000, 400, 1000, 200

Draw = np.random.Generator


def main() -> int:
    """Run it; 0 when every interval covers 93 to 97 %, and false winners and alarms are 5 % at most."""
    report = Report("sureness", "Intervals, winners and alarms by simulation")
    draw = np.random.default_rng(2026)
    for name, one, rounds in (
        ("pass rate (Wilson)", _rate, ROUNDS),
        ("difference of pass rates (Agresti and Min)", _difference, ROUNDS),
        ("difference of median times (bootstrap)", _times, BOOTSTRAPS),
        ("ratio of mean costs (bootstrap)", _costs, BOOTSTRAPS),
        ("cost of further runs (Student)", _further, ROUNDS),
    ):
        share = _covered(one, draw, rounds)
        error = 2 * (0.95 * 0.05 / rounds) ** 0.5
        met = LOW - error <= share <= HIGH + error if rounds < ROUNDS else LOW <= share <= HIGH
        report.aim(f"coverage: {name}, {rounds:,} rounds", f"{share:.1%}", "93 to 97 %", met=met)
    false = sum(_false_winner(draw) for _ in range(EXPERIMENTS)) / EXPERIMENTS
    report.aim(f"false winners of three equal arms, a look after each of 120 pairs, {EXPERIMENTS:,} experiments",
               f"{false:.1%}", f"<= {ALPHA:.0%}", met=false <= ALPHA)  # fmt: skip
    alarms = sum(bool(_alarms(draw)) for _ in range(LOOKS)) / LOOKS
    report.aim(f"looks at twenty quiet courses that raise an alarm, {LOOKS} looks", f"{alarms:.1%}",
               f"<= {ALPHA:.0%}, and the simulation's own error", met=alarms <= ALPHA + 0.031)  # fmt: skip
    report.note("Bootstraps are fewer; two standard errors of the figure itself are allowed to them.")
    return report.close()


def _covered(one: Callable[[Draw], bool], draw: Draw, rounds: int) -> float:
    return sum(one(draw) for _ in range(rounds)) / rounds


def _holds(interval: Interval | None, truth: float) -> bool:
    assert interval is not None
    return truth in interval


def _rate(draw: Draw) -> bool:
    rate, trials = draw.uniform(0.05, 0.95), int(draw.integers(20, 120))
    return _holds(wilson(int(draw.binomial(trials, rate)), trials), rate)


def _difference(draw: Draw) -> bool:
    first_only, second_only = draw.uniform(0.03, 0.3, 2)
    counts = draw.multinomial(int(draw.integers(30, 150)), [first_only, second_only, 1 - first_only - second_only])
    pairs = Paired(first_only=int(counts[0]), second_only=int(counts[1]), both=int(counts[2]))
    return _holds(paired_difference(pairs), first_only - second_only)


def _times(draw: Draw) -> bool:
    case = draw.gamma(6.0, 0.2, 60)  # what a case itself adds to both arms
    first, second = case + draw.gamma(4.0, 0.1, 60), case + draw.gamma(4.0, 0.15, 60)
    found = difference_of_medians(first.tolist(), second.tolist(), seed=int(draw.integers(1 << 30)))
    return _holds(found, _TRUE_TIMES)


def _costs(draw: Draw) -> bool:
    first, second = draw.gamma(6.0, 0.001, 60), draw.gamma(6.0, 0.002, 60)
    return _holds(ratio_of_means(first.tolist(), second.tolist(), seed=int(draw.integers(1 << 30))), 0.5)


def _further(draw: Draw) -> bool:
    seen, number = draw.gamma(4.0, 0.5, 20), int(draw.integers(1, 20))
    return _holds(forecast([(seen.tolist(), number)]), float(draw.gamma(4.0, 0.5, number).sum()))


def _true_times() -> float:
    draw = np.random.default_rng(1)
    case = draw.gamma(6.0, 0.2, 2_000_000)
    first, second = case + draw.gamma(4.0, 0.1, case.size), case + draw.gamma(4.0, 0.15, case.size)
    return float(np.median(first) - np.median(second))


_TRUE_TIMES = _true_times()


def _false_winner(draw: Draw) -> bool:
    """Tell whether any arm is ever shown to beat both others, of three that are equally good."""
    passed = draw.random((120, 3)) < 0.8
    each = ALPHA / 3
    leads = {}
    for one in range(3):
        for other in range(3):
            if one != other:
                wins = np.cumsum(passed[:, one] & ~passed[:, other])
                losses = np.cumsum(passed[:, other] & ~passed[:, one])
                leads[one, other] = [
                    evidence_of(Paired(first_only=int(w), second_only=int(lost)), alpha=each).verdict == "first"
                    for w, lost in zip(wins, losses, strict=True)
                ]
    return any(
        any(a and b for a, b in zip(*(leads[one, other] for other in range(3) if other != one), strict=True))
        for one in range(3)
    )


def _alarms(draw: Draw) -> dict[int, object]:
    courses = {key: (np.round(draw.gamma(8.0, 0.0015, 30), 4).tolist(), range(1, 30)) for key in range(20)}
    return dict(changes(courses, alpha=ALPHA, at_least=1.0))


if __name__ == "__main__":
    sys.exit(main())
