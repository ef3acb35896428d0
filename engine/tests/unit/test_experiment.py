"""What an experiment says about arms of known quality, speed and price."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest

from aiwebtest.reporting.experiment import Experiment, Plan, Trial
from aiwebtest.reporting.words import csv_cell

ARMS = ("google", "cerebras", "openrouter")
RATE = {"google": 0.75, "cerebras": 0.98, "openrouter": 0.75}
MODEL_S = {"google": 1.0, "cerebras": 0.3, "openrouter": 1.0}
COST = {"google": 0.004, "cerebras": 0.001, "openrouter": 0.004}
GAVE_UP = {"model_s": 0.001, "cost_usd": None}


def trial(arm: str, case: str, number: int, passed: bool, chance: random.Random, **more: object) -> Trial:
    """A trial of an arm."""
    values = {
        "arm": arm, "case": case, "round": number, "passed": passed, "outcome": "passed" if passed else "failed",
        "duration_s": 2 + MODEL_S[arm], "model_s": MODEL_S[arm] * chance.uniform(0.8, 1.3), "requests": 2,
        "tokens": 900, "cost_usd": COST[arm] * chance.uniform(0.9, 1.1),
    }  # fmt: skip
    return Trial(**(values | more))  # type: ignore[arg-type]


def held(rates: Mapping[str, float], *, cases: int = 10, rounds: int = 12, seed: int = 1, **plan: object) -> Experiment:
    """An experiment as the command line holds it: it ends when it may."""
    chance = random.Random(seed)
    result = Experiment(Plan(arms=tuple(rates), cases=cases, rounds=rounds, **plan))  # type: ignore[arg-type]
    for number in range(rounds):
        for case in range(cases):
            for arm in rates:
                result.add(trial(arm, f"case {case}", number, chance.random() < rates[arm], chance))
            if result.over:
                return result
    return result


def test_the_right_winner_is_named_and_the_experiment_ends_early() -> None:
    """Once it is shown, more trials cost money and tell nothing."""
    result = held(RATE)

    assert result.winner() == "cerebras"
    assert result.summary() == "cerebras passes more often than every other arm."
    assert result.over == "one arm passes more often than every other"
    assert len(result.trials) < 3 * 120
    [first, _] = result.contrasts()
    assert first.told().startswith("cerebras passes more often than google: +")
    assert "faster: 0." in first.told()
    assert "times the cost" in first.told()


def test_without_a_difference_no_winner_is_named() -> None:
    """In words: nothing is shown yet, and how large a difference could still be."""
    result = held(dict.fromkeys(("google", "openrouter"), 0.75), seed=2)

    assert result.winner() is None
    assert result.summary() == "No difference in passing is shown yet."
    told = result.contrasts()[0].told()
    assert "no difference in passing shown yet (openrouter alone " in told
    assert "no difference in speed shown" in told
    assert result.open_questions()[0].startswith("Whether openrouter passes more or less often than google")


def test_without_a_winner_it_is_told_who_is_ahead_of_whom_and_which_pair_is_open() -> None:
    """Two that never fail beat the third, and nobody knows which of them is better."""
    result = held({"google": 0.3, "cerebras": 1.0, "openrouter": 1.0}, cases=5, rounds=6)

    assert result.winner() is None
    assert result.summary() == (
        "cerebras passes more often than google; openrouter passes more often than google. That any arm passes more "
        "often than every other is not shown yet."
    )
    assert any(
        one.startswith("Whether openrouter passes more or less often than cerebras: they differed on 0 of 30 trials.")
        for one in result.open_questions()
    )


def test_what_one_look_would_show_and_many_do_not_is_no_verdict_and_is_told() -> None:
    """Eight to nothing of 24 is no chance in one look, and not yet enough for three arms looked at all the time."""
    chance = random.Random(7)
    result = Experiment(Plan(arms=("google", "cerebras", "openrouter"), cases=2, rounds=12))
    for number in range(24):
        for arm in result.plan.arms:
            passed = arm != "openrouter" or number >= 8
            result.add(trial(arm, f"case {number % 2}", number // 2, passed, chance))

    told = result.contrasts()[1]

    assert told.told().startswith(
        "openrouter against google: no difference in passing shown yet (openrouter alone 0, google alone 8 of 24 times)"
    )
    assert told.difference is not None
    assert 0 not in told.difference
    assert result.open_questions()[1].endswith(
        "It looks like it (p = 0.0078 in one look). By the bounds they are at most 55 percentage points apart. If they "
        "are as far apart as it looks, 18 rounds in all would tell."
    )
    assert "in one look. Verdicts on passing hold whenever one looks." in result.markdown()


SO_LITTLE = "more than {0} trials of each to tell; if {1} more or less are nothing to you, take them for equal"


@pytest.mark.parametrize(
    ("alone", "trials", "told"),
    [
        (
            (11, 10),
            60,
            "If they are only the 1.7 points apart that it looks like, it takes more than 300 trials",
        ),
        ((11, 10), 60, SO_LITTLE.format("300", "17 points")),
        ((0, 0), 60, "they differed on 0 of 60 trials. By the bounds they are at most 4 percentage points apart."),
        ((0, 1), 400, SO_LITTLE.format("2,000", "1 point")),
        (
            (4, 1),
            5,
            "differed on 5 of 5 trials. If they are as far apart as it looks, 34 rounds in all would tell.",
        ),
    ],
)
def test_arms_that_are_nearly_equal_are_told_so_and_not_to_run_for_ever(
    alone: tuple[int, int], trials: int, told: str
) -> None:
    """How far apart they can be at most is what a reader can use; hundreds of rounds are not."""
    chance = random.Random(7)
    result = Experiment(Plan(arms=("google", "cerebras"), cases=1, rounds=trials))
    for number in range(trials):
        result.add(trial("google", "case", number, not number < alone[1], chance))
        result.add(trial("cerebras", "case", number, not alone[1] <= number < sum(alone), chance))

    assert told in result.open_questions()[0]


def test_false_winners_among_three_equal_arms_are_rarer_than_alpha() -> None:
    """Three pairs, looked at after every case."""
    named = sum(
        held(dict.fromkeys(ARMS, 0.8), cases=5, rounds=8, seed=seed).winner() is not None for seed in range(100)
    )

    assert named <= 5


def test_who_gives_up_at_once_is_neither_faster_nor_cheaper() -> None:
    """Times and costs are of trials that both passed, and a cap is not said to be kept by costs that nobody knows."""
    chance = random.Random(8)
    result = Experiment(Plan(arms=("google", "cerebras"), cases=1, rounds=60, cost_cap_usd=5.0))
    for number in range(60):
        result.add(trial("google", "case", number, True, chance))
        result.add(trial("cerebras", "case", number, bool(number % 2), chance, **({} if number % 2 else GAVE_UP)))

    [contrast] = result.contrasts()

    assert contrast.time is not None
    assert contrast.cost is not None
    assert 0.25 < contrast.time.estimate < 0.35
    assert 0.2 < contrast.cost.estimate < 0.3
    assert "Whether the cost cap of $5 was kept: only known costs count towards it." in result.open_questions()


def test_a_single_arm_is_told_by_its_own_figures() -> None:
    """There is nobody to differ from."""
    chance = random.Random(9)
    result = Experiment(Plan(arms=("google",), cases=4, rounds=1))
    for case in range(4):
        result.add(trial("google", f"case {case}", 0, case > 0, chance))

    assert result.summary() == "google: 3 of 4 passed."
    assert result.open_questions() == []
    assert result.markdown().splitlines()[-1].startswith("| google | 4 | 75% (")


def test_the_cost_cap_ends_it() -> None:
    """Money is not spent on after the cap."""
    result = held(dict.fromkeys(ARMS, 1.0), cost_cap_usd=0.1)

    assert result.over == "the cost cap of $0.1 is reached"
    assert 0.1 <= result.spent_usd < 0.12


def test_a_price_that_is_not_known_is_told_and_not_compared() -> None:
    """Unknown is not zero, and a ratio of it would be invented."""
    chance = random.Random(3)
    result = Experiment(Plan(arms=("google", "cerebras"), cases=8, rounds=1))
    for case in range(8):
        result.add(trial("google", f"case {case}", 0, True, chance))
        result.add(trial("cerebras", f"case {case}", 0, True, chance, cost_usd=None))

    assert result.contrasts()[0].cost is None
    assert "cost cannot be compared" in result.contrasts()[0].told()
    assert "What cerebras costs: the price of 8 trials is not known." in result.open_questions()
    assert "$0.0000 + unknown for 8" in result.markdown()


def test_the_plan_says_what_it_can_show() -> None:
    """Before a cent is spent, by the rule that ends it: a plan that cannot name a winner says so."""
    enough = Plan(arms=ARMS, cases=20, rounds=10)
    assert "If one arm passes 15 percentage points more often than every other, that is likely" in enough.told()
    assert "10 points need 20 rounds" in enough.told()

    too_few = Plan(arms=ARMS, cases=2, rounds=4)
    assert too_few.detectable is None
    assert "So few trials show no difference at all, however large: 50 points need" in too_few.told()


def test_an_ordinary_p_value_is_given_only_at_the_planned_end() -> None:
    """A look at it on the way would mislead."""
    assert held(RATE).contrasts()[0].p_value is None

    whole = held({"google": 1.0, "openrouter": 0.0}, cases=4, rounds=1)
    assert whole.contrasts()[0].p_value == pytest.approx(2 / 16)


def test_a_sheet_shows_text_as_text() -> None:
    """What a spreadsheet would take for a formula is quoted, nothing stays nothing, and numbers stay numbers."""
    cells = ("=1+1", "@x", "", None, -1.5, "a-b", True, 0.7065964590450391, 1.3e-05, 12.0, 3)
    written = ["'=1+1", "'@x", "", "", "-1.5", "a-b", "yes", "0.706596", "0.000013", "12", 3]
    assert [csv_cell(one) for one in cells] == written


def test_the_result_as_json_holds_each_trial_and_each_word() -> None:
    """A program reads what a person reads."""
    told = held(RATE).as_json()

    assert told["winner"] == "cerebras"
    assert told["trials"][0]["arm"] == "google"
    assert told["contrasts"][0]["told"].startswith("cerebras passes more often")
    assert told["arms"][1]["rate"]["low"] > 0.8
