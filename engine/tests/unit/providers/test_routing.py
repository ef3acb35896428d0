"""Routing by simulation: providers of known price and quality, and what the router makes of them."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest

from aiwebtest.providers.routing import Choice, Routing, RoutingPolicy

ARMS = ("dear", "cheap", "poor")
COST = {"dear": 0.010, "cheap": 0.002, "poor": 0.0005}
RATE = {"dear": 0.99, "cheap": 0.97, "poor": 0.6}
EVERY_S = 2.0  # a request each two seconds


@dataclass
class World:
    """Asks as the router says, for `steps` requests, and counts."""

    routing: Routing
    rates: Callable[[float], Mapping[str, float]] = lambda _now: RATE
    seed: int = 1
    now_s: float = 1_000.0

    def run(self, steps: int) -> list[Choice]:
        chance = random.Random(self.seed)
        choices = []
        for _ in range(steps):
            self.now_s += EVERY_S
            choice = self.routing.choose("ground", ARMS, now_s=self.now_s, chance=chance)
            arm = choice.order[0]
            good = chance.random() < self.rates(self.now_s)[arm]
            self.routing.learn("ground", arm, good=good, now_s=self.now_s, cost_usd=COST[arm], latency_s=0.5)
            choices.append(choice)
        return choices


def learned() -> Routing:
    """A router that knows nothing yet."""
    return Routing(RoutingPolicy(mode="learned"))


def share(choices: list[Choice], arm: str) -> float:
    """How often an arm was asked first."""
    return sum(choice.order[0] == arm for choice in choices) / len(choices)


def test_the_router_converges_to_the_cheapest_arm_that_is_good_enough() -> None:
    """Not to the cheapest of all, which is wrong too often, and not to the best, which is five times as dear."""
    late = World(learned()).run(3000)[1500:]

    assert share(late, "cheap") >= 0.9


def test_learning_costs_less_than_any_wrong_fixed_choice() -> None:
    """Cost with a wrong answer at twenty cents: what a person pays to look at it."""
    world = World(learned())
    choices = world.run(5000)
    spent = sum(COST[c.order[0]] + 0.2 * (1 - RATE[c.order[0]]) for c in choices)
    fixed = {arm: 5000 * (COST[arm] + 0.2 * (1 - RATE[arm])) for arm in ARMS}

    assert spent < fixed["dear"]
    assert spent < fixed["poor"]
    assert spent < 1.25 * fixed["cheap"]


def test_exploration_is_capped_and_ends_when_nothing_is_to_be_won() -> None:
    """A provider that was shown to be poor is not asked for ever."""
    even = World(learned(), lambda _now: dict.fromkeys(ARMS, 0.9)).run(2000)  # something may always be won
    choices = World(learned()).run(4000)

    assert 0 < sum(choice.tried for choice in even) <= 0.12 * len(even)
    assert share(choices[3000:], "poor") <= 0.02


def test_a_bad_day_moves_traffic_within_minutes_and_back() -> None:
    """The favourite answers nothing from minute 60 to 80."""
    start, end = 1_000.0 + 3600, 1_000.0 + 4800

    def rates(now_s: float) -> Mapping[str, float]:
        return RATE | ({"cheap": 0.0} if start <= now_s < end else {})

    world = World(learned(), rates)
    choices = world.run(4200)  # 140 minutes
    at = {name: int((moment - 1_000) / EVERY_S) for name, moment in (("start", start), ("end", end))}
    minutes = int(60 / EVERY_S)

    assert share(choices[at["start"] - 300 : at["start"]], "cheap") > 0.85
    assert share(choices[at["start"] + 2 * minutes : at["end"]], "cheap") < 0.1
    assert share(choices[at["end"] + 15 * minutes :], "cheap") > 0.85


def test_each_choice_says_why() -> None:
    """A bill that nobody can explain is not trusted."""
    routing = learned()
    first = routing.choose("check", ARMS, now_s=1, chance=random.Random(0))
    for _ in range(60):
        routing.learn("check", "cheap", good=True, now_s=1, cost_usd=0.002)
    for _ in range(5):
        routing.learn("check", "dear", good=False, now_s=1, cost_usd=0.01)
    later = routing.choose("check", ARMS, now_s=1, chance=random.Random(3))

    assert "none is surely 90% right at judging a check yet" in first.why
    assert later.order[0] == "cheap"
    assert "cheapest that is at least 90% right at judging a check, 90% sure" in later.why
    assert "dear failed just now and rests" in later.why


def test_a_cost_that_nobody_knows_is_no_bargain() -> None:
    """Unknown is not zero."""
    routing = Routing(RoutingPolicy(mode="cheapest"), prices={"dear": 0.01, "cheap": 0.002})

    assert routing.choose("ground", ARMS, now_s=1, chance=random.Random(0)).order == ("cheap", "dear", "poor")


def test_the_fastest_is_tried_before_it_is_known_and_kept_when_it_is() -> None:
    """Arms not yet timed come first, once."""
    routing = Routing(RoutingPolicy(mode="fastest"))
    for arm, latency in (("dear", 0.9), ("cheap", 0.4), ("poor", 0.6)):
        assert routing.choose("ground", ARMS, now_s=1, chance=random.Random(0)).order[0] == arm
        routing.learn("ground", arm, good=True, now_s=1, latency_s=latency)

    assert routing.choose("ground", ARMS, now_s=1, chance=random.Random(0)).order == ("cheap", "poor", "dear")


def test_who_fails_at_once_is_not_the_fastest() -> None:
    """One that refuses every connection takes a millisecond; a week later it is given another try."""
    routing = Routing(RoutingPolicy(mode="fastest"))
    for arm, good, latency_s in (
        ("poor", False, 0.001),
        ("dear", True, 0.8),
        ("cheap", True, 0.5),
        ("cheap", False, 0.001),
    ):
        routing.learn("ground", arm, good=good, now_s=1_000.0, latency_s=latency_s)

    now = routing.choose("ground", ARMS, now_s=1_000.0, chance=random.Random(1)).order
    later = routing.choose("ground", ARMS, now_s=1_000.0 + 2 * routing.policy.memory_s, chance=random.Random(1)).order

    assert now == ("cheap", "dear", "poor")
    assert later[0] == "poor"


def test_fixed_is_what_was_configured() -> None:
    """The default changes nothing."""
    routing = Routing(RoutingPolicy(), prices=COST)

    assert routing.choose("ground", ARMS, now_s=1, chance=random.Random(0)).order == ARMS
    with pytest.raises(ValueError, match="no arm"):
        routing.choose("ground", (), now_s=1, chance=random.Random(0))


def test_what_was_learned_survives_a_restart() -> None:
    """It is written to a file between runs."""
    world = World(learned())
    world.run(500)
    stored = world.routing.as_json()

    again = learned()
    again.load(stored)

    assert again.as_json() == stored
    ask = {"now_s": world.now_s, "chance": random.Random(7)}
    assert (
        again.choose("ground", ARMS, **ask).order
        == world.routing.choose(  # type: ignore[arg-type]
            "ground", ARMS, now_s=world.now_s, chance=random.Random(7)
        ).order
    )


def test_a_persons_word_moves_one_answer_as_far_as_it_still_counts() -> None:
    """One given a memory's length ago counts half today, and only half of it moves; the sum stays."""
    routing = learned()
    for _ in range(2):
        routing.learn("check", "cheap", good=True, now_s=1_000.0)
    later = 1_000.0 + routing.policy.memory_s

    moved = routing.relabel("check", "cheap", before="right", after="wrong", at_s=1_000.0, now_s=later)
    seen = routing.seen["check"]["cheap"]

    assert moved == pytest.approx(0.5)
    assert (seen.good, seen.bad) == (pytest.approx(0.5), pytest.approx(0.5))
    routing.relabel("check", "cheap", before="wrong", after="right", at_s=1_000.0, now_s=later)
    assert (seen.good, seen.bad) == (pytest.approx(1.0), pytest.approx(0.0))


def test_a_doubt_that_a_person_settles_is_none_any_more_and_nothing_is_invented() -> None:
    """What is not remembered does not move."""
    routing = learned()
    for _ in range(3):
        routing.learn("ground", "cheap", good=True, now_s=1_000.0)
    routing.doubt("ground", "cheap", now_s=1_000.0)

    routing.relabel("ground", "cheap", before="open", after="right", at_s=1_000.0, now_s=1_000.0)
    nothing = routing.relabel("ground", "dear", before="right", after="wrong", at_s=1_000.0, now_s=1_000.0)

    seen = routing.seen["ground"]
    assert (seen["cheap"].good, seen["cheap"].doubted) == (3.0, 0.0)
    assert (nothing, seen["dear"].bad) == (0.0, 0.0)


def test_the_first_one_does_not_stay_for_doubts_that_nobody_else_was_asked_about() -> None:
    """Seven of ten of its answers failed later, and hardly anybody else was asked: others are, dearer ones too."""
    routing, chance = Routing(RoutingPolicy(mode="learned"), prices={"dear": 0.01}), random.Random(3)
    for number in range(70):
        routing.learn("ground", "cheap", good=True, now_s=1_000.0, cost_usd=COST["cheap"])
        if number % 10 < 7:
            routing.doubt("ground", "cheap", now_s=1_000.0)
    routing.learn("ground", "dear", good=True, now_s=1_000.0, cost_usd=COST["dear"])

    asked = []
    for number in range(300):
        now_s = 1_000.0 + number * EVERY_S
        arm = routing.choose("ground", ("cheap", "dear"), now_s=now_s, chance=chance).order[0]
        routing.learn("ground", arm, good=True, now_s=now_s, cost_usd=COST[arm])
        if arm == "cheap" and number % 10 < 7:
            routing.doubt("ground", arm, now_s=now_s)
        asked.append(arm)

    assert asked[0] == "cheap"
    assert asked[-100:].count("dear") >= 95
