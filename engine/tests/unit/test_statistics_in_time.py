"""Changes of a level and forecasts: right as often as they say, by simulation."""

from __future__ import annotations

import numpy as np
import pytest

from aiwebtest.core.statistics import change_in, changes, forecast


def costs(draw: np.random.Generator, runs: int, *, since: int | None = None, times: float = 2.0) -> list[float]:
    """Skewed costs of runs, some of them equal, as replays are; from `since` on they are higher."""
    values = np.round(draw.gamma(8.0, 0.0015, runs), 4)
    if since is not None:
        values[since:] *= times
    return values.tolist()


def test_noise_raises_an_alarm_in_at_most_one_of_twenty_looks() -> None:
    """Forty series at once, skewed and with ties: a look that finds anything at all is a false alarm."""
    draw = np.random.default_rng(1)
    looks = [
        changes({key: (costs(draw, 30), list(range(1, 30, 2))) for key in range(20)}, at_least=1.0) for _ in range(100)
    ]

    assert sum(bool(found) for found in looks) <= 0.05 * 100 + 2 * (100 * 0.05 * 0.95) ** 0.5


def test_a_cost_that_doubled_is_found_among_others_and_dated() -> None:
    """Among ten tests that did not change; the day may be off by little."""
    draw = np.random.default_rng(2)
    found = 0
    for _ in range(20):
        series = {key: (costs(draw, 40), list(range(1, 40))) for key in range(10)}
        series[7] = (costs(draw, 40, since=28), list(range(1, 40)))
        shown = changes(series)
        if 7 in shown:
            found += 1
            assert shown[7].ratio > 1.25
            assert 22 <= shown[7].at <= 34

    assert found >= 15


def test_little_and_equal_values_say_nothing() -> None:
    """Three runs are no history, and a test that always costs nothing has not changed."""
    assert change_in([1.0, 2.0, 9.0], [1, 2]) is None
    assert change_in([0.0] * 30, list(range(30))) is None
    assert changes({}) == {}


def test_a_small_change_is_shown_only_to_who_asks_for_it() -> None:
    """Ten per cent of a cent is nobody's morning."""
    draw = np.random.default_rng(3)
    values = [*(1 + 0.01 * draw.standard_normal(40)), *(1.1 + 0.01 * draw.standard_normal(40))]
    series = {"cost": (values, [20, 40, 60])}

    assert changes(series) == {}
    assert changes(series, at_least=1.05)["cost"].at == 40


@pytest.mark.parametrize(("history", "number"), [(20, 1), (20, 9), (40, 22)])
def test_a_forecast_holds_as_often_as_it_says(history: int, number: int) -> None:
    """Sums of skewed days: 95 % intervals hold 93 to 97 of a hundred, within the simulation's own error."""
    draw = np.random.default_rng(history + number)
    held = []
    for _ in range(800):
        seen, coming = draw.gamma(4.0, 0.5, history), draw.gamma(4.0, 0.5, number).sum()
        interval = forecast([(seen[: history // 2], number // 2), (seen[history // 2 :], number - number // 2)])
        assert interval is not None
        held.append(interval.low <= coming <= interval.high)

    assert 0.915 <= sum(held) / len(held) <= 0.975


def test_a_forecast_from_few_and_skewed_days_holds_nine_times_in_ten() -> None:
    """Two weeks of days as unlike as they get without outliers; Student's bounds alone are narrower."""
    draw, held = np.random.default_rng(14), []
    for _ in range(1500):
        seen, coming = draw.exponential(1.0, 14), draw.exponential(1.0, 16).sum()
        wide, plain = (forecast([(seen, 16)], skewed=skewed) for skewed in (True, False))
        assert wide is not None
        assert plain is not None
        held.append((coming in wide, coming in plain))

    share, alone = np.mean(held, axis=0)
    assert 0.92 <= share <= 0.97
    assert alone < share - 0.01


def test_without_a_history_there_is_no_forecast() -> None:
    """And what never varied is told as it was."""
    assert forecast([([1.0], 2)]) is None
    certain = forecast([([2.0, 2.0, 2.0], 4), ([], 0)])
    assert certain is not None
    assert (certain.low, certain.estimate, certain.high) == (8.0, 8.0, 8.0)
