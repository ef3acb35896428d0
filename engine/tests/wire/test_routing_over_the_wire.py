"""Routing with real requests: who is asked first follows from price, and from how the steps turned out."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from aiwebtest.config.providers import ProviderSettings
from aiwebtest.core.case import Step
from aiwebtest.core.errors import UsageError
from aiwebtest.core.events import Attempt, StepFinished
from aiwebtest.core.generation import StructuredAnswer, StructuredRequest
from aiwebtest.core.verdict import Outcome
from aiwebtest.providers.registry import Providers
from aiwebtest.providers.router import Router
from aiwebtest.providers.routing import RoutingPolicy
from aiwebtest.testing.emulator import Emulator, serve_emulator

SCHEMA = {
    "type": "object",
    "properties": {"answer": {"type": "string"}},
    "required": ["answer"],
    "additionalProperties": False,
}
REQUEST = StructuredRequest(system="s", prompt="p", schema=SCHEMA, schema_name="Answer", deadline_s=20)
DEAR, CHEAP = "openrouter/anthropic/claude-haiku-4.5", "cerebras/gpt-oss-120b"


@pytest_asyncio.fixture
async def emulator() -> AsyncIterator[Emulator]:
    """A fresh emulator that answers every question alike."""
    async with serve_emulator() as emulator:
        yield emulator


def settings(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> ProviderSettings:
    """Settings with the emulator as every vendor, the dear provider first."""
    for key in ProviderSettings.model_fields:
        monkeypatch.delenv(key.upper(), raising=False)
    told = {name.lower(): value for name, value in emulator.environment().items()}
    return ProviderSettings(**{**told, "model_provider": DEAR, "model_fallbacks": (CHEAP,)})


def finished(answer: StructuredAnswer, outcome: Outcome) -> StepFinished:
    """The step that an answer served, as the run tells of it."""
    step = Step(index=0, text="x")
    return StepFinished(
        execution="e", step=step, outcome=outcome, at=datetime.now(UTC), duration_s=1, attempts=answer.attempts
    )


async def test_the_cheapest_is_asked_first_by_the_price_table_and_says_so(
    emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the order of the settings is."""
    router = Router(RoutingPolicy(mode="cheapest"), tmp_path / "routing.json")
    async with Providers(settings(emulator, monkeypatch), order=router.order) as providers:
        answer = await providers.chain(DEAR).generate(REQUEST)

    assert [entry.dialect for entry in emulator.log] == ["cerebras"]
    assert answer.attempts[0].routing == "the cheapest"


async def test_an_arm_whose_steps_cannot_go_on_loses_its_traffic_and_the_next_run_knows(
    emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A valid answer is no right one: the step tells."""
    policy, file = RoutingPolicy(mode="learned", explore=0.0, mood_s=1e9), tmp_path / "routing.json"
    router = Router(policy, file, chance=random.Random(1))
    async with Providers(settings(emulator, monkeypatch), order=router.order) as providers:
        chain = providers.chain(DEAR)
        first = await chain.generate(REQUEST)
        router.on_event(finished(first, "error"))
        router.on_event(finished(first, "error"))
        second = await chain.generate(REQUEST)
        router.on_event(finished(second, "passed"))
    router.close()
    again = Router(policy, file, chance=random.Random(2))
    async with Providers(settings(emulator, monkeypatch), order=again.order) as providers:
        third = await providers.chain(DEAR).generate(REQUEST)

    assert (first.model, second.model, third.model) == (DEAR, CHEAP, CHEAP)
    assert f"{DEAR} failed just now and rests" in second.attempts[0].routing


async def test_a_fallback_still_answers_when_the_chosen_one_fails(
    emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Routing changes the order, not the safety net; the failure is learned from."""
    emulator.plan("cerebras").always = "server_error"
    router = Router(RoutingPolicy(mode="cheapest"), tmp_path / "routing.json")
    async with Providers(settings(emulator, monkeypatch), order=router.order) as providers:
        answer = await providers.chain(DEAR).generate(REQUEST)
    router.on_event(finished(answer, "passed"))

    assert answer.model == DEAR
    assert [attempt.routing for attempt in answer.attempts] == ["the cheapest", ""]
    seen = router.routing.seen["ground"]
    assert (seen[CHEAP].bad, seen[DEAR].good) == (pytest.approx(1), pytest.approx(1))


def test_two_runs_at_the_same_time_both_teach_the_next(tmp_path: Path) -> None:
    """The one that ends last writes beside what the other learned meanwhile, not over it."""
    policy, file = RoutingPolicy(mode="cheapest"), tmp_path / "routing.json"
    first, second = Router(policy, file), Router(policy, file)
    answered = StructuredAnswer(data={}, text="{}", attempts=(Attempt(provider="google", model_asked="g"),))
    for router, outcomes in ((first, ("passed", "passed")), (second, ("error",))):
        for outcome in outcomes:
            router.on_event(finished(answered, outcome))
    first.close()
    second.close()
    second.close()  # what was written once is not written twice

    seen = Router(policy, file).routing.seen["ground"]["google/g"]

    assert (seen.good, seen.bad) == (pytest.approx(2, abs=0.01), pytest.approx(1, abs=0.01))


def test_a_spoiled_memory_is_named(tmp_path: Path) -> None:
    """With what to do; nothing is thrown away behind the user's back."""
    (tmp_path / "routing.json").write_text("{")

    with pytest.raises(UsageError, match="does not hold what routing learned") as told:
        Router(RoutingPolicy(mode="cheapest"), tmp_path / "routing.json")

    assert "delete the file" in told.value.mend
