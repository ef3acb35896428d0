"""Whom to ask for a test: the cheapest that surely is good enough, or how much is missing."""

from __future__ import annotations

from aiwebtest.providers.suggestion import Served, suggest

DEAR = Served(arm="google", good=40, bad=0, cost_usd=0.004, latency_s=0.9)
CHEAP = Served(arm="cerebras", good=60, bad=1, cost_usd=0.001, latency_s=0.3)


def test_the_cheapest_that_is_sure_is_suggested_with_the_evidence_of_all() -> None:
    """And one that is cheaper but wrong is not."""
    wrong = Served(arm="openrouter", good=20, bad=15, cost_usd=0.0001)

    told = suggest([DEAR, CHEAP, wrong], now="google")

    assert told.arm == "cerebras"
    assert "60 of 61 right, at $0.0010 and 0.30 s each" in told.told
    assert "openrouter: 20 of 35 right" in told.told


def test_a_cost_that_is_not_known_is_no_bargain() -> None:
    """Unknown is not zero."""
    assert suggest([DEAR, Served(arm="openai", good=90, bad=0)]).arm == "google"


def test_without_enough_it_says_how_much_is_missing() -> None:
    """Nine times in ten, at least nine of ten: that takes 21 right answers in a row."""
    told = suggest([Served(arm="cerebras", good=5, bad=0, cost_usd=0.001)])

    assert told.arm is None
    assert told.told.endswith("16 more right answers in a row would show it.")
    assert suggest([]).told == "Nobody was asked for this test yet."


def test_of_those_likeliest_alike_the_cheaper_and_then_the_faster_one_is_named() -> None:
    """Nobody is sure yet; the order of the arms is no reason."""
    dear, slow, fast = (
        Served(arm=arm, good=12, bad=0, cost_usd=cost, latency_s=latency)
        for arm, cost, latency in (("google", 0.002, 0.1), ("openrouter", 0.001, 0.8), ("cerebras", 0.001, 0.1))
    )

    assert "cerebras is likeliest to be" in suggest([dear, slow, fast]).told
