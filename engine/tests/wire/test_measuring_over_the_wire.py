"""Three posed providers of known speed, price and error: who wins, whom the router finds, and sums equal the server's.

Real HTTP and real clients, no browser. The emulator's figures are no provider's.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from aiwebtest.config.providers import ProviderSettings
from aiwebtest.core.case import Step
from aiwebtest.core.events import Attempt, StepFinished
from aiwebtest.core.generation import StructuredRequest
from aiwebtest.lab import ArmResult, Decision, ask, turns
from aiwebtest.providers.pricing import table_price
from aiwebtest.providers.registry import Providers
from aiwebtest.providers.router import Router
from aiwebtest.providers.routing import RoutingPolicy
from aiwebtest.providers.stagehand_schemas import SCHEMAS
from aiwebtest.reporting.experiment import Experiment
from aiwebtest.reporting.lab import lab_plan, lab_result
from aiwebtest.testing.emulator import Emulator, FaultPlan, Oracle, serve_emulator

ARMS = ("google", "openrouter", "cerebras")
NAMES = ("Save", "Delete", "Print", "Archive", "Share", "Rename", "Copy", "Move")
TREE = "[1-1] RootWebArea\n" + "\n".join(f"  [1-{2 + at}] button: {name}" for at, name in enumerate(NAMES))


def decision(place: int) -> Decision:
    """A question whose right answer is known: the button of that place."""
    element = {"elementId": f"1-{2 + place}", "description": NAMES[place], "method": "click", "arguments": []}
    return Decision(
        id=f"{place:016x}", sentence=f"click {NAMES[place]}", purpose="ground", system="You find elements.",
        prompt=f"instruction: click the {NAMES[place]} button\nAccessibility Tree: \n{TREE}",
        schema=SCHEMAS["Observation"], schema_name="Observation", answer={"elements": [element]}, model="x/y",
        label="right",
    )  # fmt: skip


@pytest_asyncio.fixture
async def posed() -> AsyncIterator[Emulator]:
    """Google is slow, wrong now and then, and fails; OpenRouter is dear and wrong often; Cerebras is right."""
    emulator = Emulator(
        oracles={"google": Oracle(wrong_rate=0.4, seed=1), "openrouter": Oracle(wrong_rate=0.5, seed=2)},
        plans={"google": FaultPlan(share=0.2, names=("off_schema",), seed=3)}, delays_s={"google": 0.03},
    )  # fmt: skip
    async with serve_emulator(emulator):
        yield emulator


def settings(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> ProviderSettings:
    """Settings with the posed providers, the right one last."""
    for key in ProviderSettings.model_fields:
        monkeypatch.delenv(key.upper(), raising=False)
    told = {name.lower(): value for name, value in emulator.environment().items()}
    return ProviderSettings(**{**told, "model_provider": ARMS[0], "model_fallbacks": ARMS[1:]})


def same_sums(ledger: list[Attempt], emulator: Emulator) -> None:
    """Hold the ledger against the emulator's own log, token for token and cent for cent."""
    for arm in ARMS:
        mine = [one for one in ledger if one.provider == arm]
        theirs = [entry for entry in emulator.log if entry.dialect == arm]
        assert len(mine) == len(theirs)
        assert sum(one.input_tokens or 0 for one in mine) == sum(entry.input_tokens or 0 for entry in theirs)
        assert sum(one.output_tokens or 0 for one in mine) == sum(entry.output_tokens or 0 for entry in theirs)
        cost = sum(
            entry.cost_usd
            or float(table_price(arm, entry.model, entry.input_tokens or 0, entry.output_tokens or 0) or 0)
            for entry in theirs
        )
        assert sum(one.cost_usd or 0.0 for one in mine) == pytest.approx(cost, abs=1e-12)


async def test_the_experiment_names_the_right_winner_and_says_what_it_cannot_tell(
    posed: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends early; between the two that are wrong about as often nothing is claimed."""
    ledger: list[Attempt] = []
    decisions = {at: decision(at) for at in range(len(NAMES))}
    results = {arm: ArmResult(arm) for arm in ARMS}
    found = Experiment(lab_plan(ARMS, len(NAMES), 12))
    async with Providers(settings(posed, monkeypatch), on_attempt=ledger.append) as providers:
        for at, arm, number in turns(list(decisions), list(ARMS), repeat=12, seed=5):
            results[arm].asked.append(await ask(decisions[at], arm, providers.chain(arm, ()), number))
            if len(results[arm].asked) >= 10 and (found := lab_result(list(results.values()))).over:
                break

    assert found.winner() == "cerebras"
    assert found.summary() == "cerebras answers rightly more often than every other arm."
    assert len(found.trials) < 12 * 8 * 3
    openrouter, cerebras = found.contrasts()
    assert "answers rightly more often than google" in cerebras.told()
    assert "faster: 0." in cerebras.told()
    assert not openrouter.evidence.decided
    assert any(question.startswith("Whether openrouter answers rightly") for question in found.open_questions())
    same_sums(ledger, posed)


async def test_the_router_converges_to_the_right_one_and_its_sums_are_the_servers(
    posed: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From knowing nothing: the last third of the questions goes to the provider that is cheap and right."""
    ledger: list[Attempt] = []
    router = Router(RoutingPolicy(mode="learned"), None, chance=random.Random(4))
    first: list[str] = []
    told = settings(posed, monkeypatch)
    async with Providers(told, on_attempt=ledger.append, order=router.order) as providers:
        for number in range(150):
            one = decision(number % len(NAMES))
            request: StructuredRequest = one.request()
            answer = await providers.chain(ARMS[0]).generate(request)
            right = answer.data["elements"][0]["elementId"] == one.answer["elements"][0]["elementId"]
            router.on_event(
                StepFinished(
                    execution="e", step=Step(index=0, text=one.sentence), outcome="passed" if right else "error",
                    at=datetime.now(UTC), duration_s=0.1, attempts=answer.attempts,
                )
            )  # fmt: skip
            first.append(answer.attempts[0].provider)

    assert first[-50:].count("cerebras") >= 45
    assert {"google", "openrouter"} & set(first[:50])
    assert any("the cheapest that is at least 90% right" in attempt.routing for attempt in ledger)
    same_sums(ledger, posed)
