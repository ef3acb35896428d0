"""Answers that looked right, in cases that failed later: which are in doubt, and who is blamed for them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from aiwebtest.core.case import Step
from aiwebtest.core.events import Attempt, Problem, StepFinished
from aiwebtest.core.verdict import Outcome, Verdict
from aiwebtest.providers.blame import Suspicion
from aiwebtest.providers.router import Router
from aiwebtest.providers.routing import Routing, RoutingPolicy
from aiwebtest.providers.suggestion import Served, suggest

COST = {"dear": 0.010, "sly": 0.002}


def step(
    index: int, outcome: Outcome = "passed", *, asked: str = "", checked_by: str = "", code: str = ""
) -> StepFinished:
    """A step that asked a model `asked` times well (`+`) or badly (`-`), or was a check."""
    attempts = tuple(
        Attempt(provider="google", model_asked="g", outcome="ok" if mark == "+" else "off_schema") for mark in asked
    )
    verdicts = (Verdict(outcome=outcome, claim="a claim", decided_by=checked_by),) if checked_by else ()
    return StepFinished(
        execution="e", step=Step(index=index, text=f"step {index}"), outcome=outcome, at=datetime.now(UTC),
        duration_s=0.1, attempts=attempts, verdicts=verdicts,
        problem=Problem(code=code, what="", mend="") if code else None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("steps", "doubted"),
    [
        ([step(0, asked="+"), step(1), step(2, "failed", checked_by="rules")], [0, 2]),
        ([step(0, asked="+"), step(1, checked_by="rules"), step(2, asked="+"), step(3, "error")], [2, 3]),
        ([step(0, asked="+"), step(1, checked_by="google/g"), step(2, "failed", checked_by="rules")], [0, 2]),
        ([step(0, asked="+"), step(1, "failed", checked_by="google/g", asked="+")], [0, 1]),
        ([step(0, asked="+"), step(1, "error", asked="+")], []),  # its own answer is why
        ([step(0, asked="+"), step(1, "error", code="browser")], []),
        ([step(0, asked="+"), step(1)], []),
    ],
    ids=["a later check", "a check between", "a model's check between", "a model's no", "its own", "browser", "passed"],
)  # fmt: skip
def test_a_failure_puts_in_doubt_what_came_since_the_last_check_that_rules_saw_pass(
    steps: list[StepFinished], doubted: list[int]
) -> None:
    """What was confirmed meanwhile is above it, and a failure that explains itself says nothing of others."""
    suspicion = Suspicion()

    assert [one.step.index for each in steps for one in suspicion.hear(each)] == doubted


def test_the_router_of_a_run_takes_back_what_a_later_check_puts_in_doubt() -> None:
    """Counted as good first, and neither good nor bad afterwards."""
    router = Router(RoutingPolicy(mode="learned"), None)
    for one in (step(0, asked="-+"), step(1, "failed", checked_by="rules")):
        router.on_event(one)

    seen = router.routing.seen["ground"]["google/g"]
    assert (round(seen.good, 3), round(seen.bad, 3), round(seen.doubted, 3)) == (0, 1, 1)


def asked_late(right: Mapping[str, float], fails: float, *, heed: bool = True) -> float:
    """Return how often the cheap one is asked at last, where no mistake shows before the check after each answer."""
    routing, chance, late = Routing(RoutingPolicy(mode="learned"), prices=dict(COST)), random.Random(5), 0
    for number in range(3000):
        now_s = 1000 + 2.0 * number
        arm = routing.choose("ground", tuple(COST), now_s=now_s, chance=chance).order[0]
        routing.learn("ground", arm, good=True, now_s=now_s, cost_usd=COST[arm])
        if heed and (chance.random() < fails or chance.random() > right[arm]):
            routing.doubt("ground", arm, now_s=now_s)
        late += arm == "sly" and number >= 2000
    return late / 1000


def test_who_errs_unnoticed_loses_the_traffic_and_a_broken_application_costs_nobody_any() -> None:
    """A share of failures that all arms have is the application's; what one has beyond it is its own."""
    sly = {"dear": 0.99, "sly": 0.8}

    assert asked_late(sly, 0.05, heed=False) > 0.9
    assert asked_late(sly, 0.05) < 0.2
    assert asked_late(dict.fromkeys(COST, 0.98), 0.3) > 0.8


def test_a_suggestion_weighs_doubts_as_routing_does() -> None:
    """Forty answers that all went on, of which a third in cases that failed: at one arm only."""
    honest = Served(arm="google/g", good=40, bad=0, cost_usd=0.01)
    sly = Served(arm="cerebras/c", good=27, bad=0, doubted=13, cost_usd=0.001)

    assert suggest([honest, sly]).arm == "google/g"
    assert suggest([Served(arm="google/g", good=27, bad=0, doubted=13, cost_usd=0.01), sly]).arm == "cerebras/c"
