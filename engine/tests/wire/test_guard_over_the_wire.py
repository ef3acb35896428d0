"""Every fault of the emulator, through real HTTP and the real clients: each comes to its own category."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
import pytest_asyncio

from aiwebtest.core.errors import ProviderUnavailable
from aiwebtest.core.generation import StructuredRequest
from aiwebtest.providers.breaker import Breaker
from aiwebtest.providers.budget import Budget
from aiwebtest.providers.cerebras import cerebras
from aiwebtest.providers.chain import Chain, Link
from aiwebtest.providers.google import google
from aiwebtest.providers.guard import Failed, ask
from aiwebtest.providers.limits import Limits
from aiwebtest.providers.openai import openai
from aiwebtest.providers.openrouter import openrouter
from aiwebtest.providers.vendor import Vendor
from aiwebtest.testing.emulator import FAULTS, Emulator, serve_emulator

SCHEMA = {
    "type": "object",
    "properties": {"elements": {"type": "array", "items": {"type": "object", "properties": {
        "elementId": {"type": "string", "pattern": r"^\d+-\d+$"}, "description": {"type": "string"},
        "method": {"type": "string"}, "arguments": {"type": "array", "items": {"type": "string"}}},
        "required": ["elementId", "description", "method", "arguments"], "additionalProperties": False}}},
    "required": ["elements"],
    "additionalProperties": False,
}  # fmt: skip
TREE = "[1-1] RootWebArea\n  [1-2] button: Save\n  [1-3] link: Help"
PROMPT = f"instruction: click the Save button\nAccessibility Tree: \n{TREE}"
REQUEST = StructuredRequest(system="find it", prompt=PROMPT, schema=SCHEMA, schema_name="Observation", deadline_s=20)
MAKERS = {"google": google, "cerebras": cerebras, "openrouter": openrouter, "openai": openai}
MODELS = {
    "google": "gemini-3.5-flash-lite",
    "cerebras": "gpt-oss-120b",
    "openrouter": "anthropic/claude-haiku-4.5",
    "openai": "local-model",
}

TOLD_BETTER = {("error_body", "openrouter"): "server"}  # its error body carries the status that it stands for


@pytest_asyncio.fixture
async def emulator() -> AsyncIterator[Emulator]:
    """A fresh emulator."""
    async with serve_emulator() as emulator:
        yield emulator
        for made in MADE:
            await made.close()
        MADE.clear()


MADE: list[Vendor] = []


def vendor(emulator: Emulator, name: str, model: str = "", key: str = "a-key") -> Vendor:
    made = MAKERS[name](model_name=model or MODELS[name], api_key=key, base_url=emulator.base_url(name))
    MADE.append(made)
    return made


def chain(*vendors: Vendor, budget: Budget | None = None, timeout_s: float = 5.0) -> Chain:
    links = [Link(vendor=v, breaker=Breaker(time.monotonic), limits=Limits(time.monotonic)) for v in vendors]
    return Chain(links, budget or Budget(now=lambda: datetime.now(UTC)), timeout_s=timeout_s)


@pytest.mark.parametrize("name", MAKERS)
async def test_a_good_answer_comes_with_its_record(emulator: Emulator, name: str) -> None:
    """Tokens, cost and identity equal what the provider told."""
    answer = await chain(vendor(emulator, name)).generate(REQUEST)

    [attempt], [entry] = answer.attempts, emulator.log
    assert answer.data["elements"][0]["elementId"] == "1-2"
    assert (attempt.input_tokens, attempt.output_tokens) == (entry.input_tokens, entry.output_tokens)
    assert attempt.request_id == entry.request_id
    assert attempt.model_served == MODELS[name]
    assert (attempt.cost_usd is None) == (name == "openai")
    assert attempt.first_byte_s is not None
    assert 0 < attempt.first_byte_s <= attempt.latency_s


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("fault", [name for name, fault in FAULTS.items() if fault.category != "ok"])
async def test_each_fault_comes_to_its_category(emulator: Emulator, name: str, fault: str) -> None:
    """Different faults call for different advice, waits and fallbacks."""
    emulator.plan(name).always = fault

    timeout_s = 1.0 if FAULTS[fault].category == "timeout" else 10.0

    with pytest.raises(Failed) as failed:
        await ask(vendor(emulator, name), REQUEST, form="schema", timeout_s=timeout_s)

    assert failed.value.category == TOLD_BETTER.get((fault, name), FAULTS[fault].category)


@pytest.mark.parametrize("fault", ["rate_limit", "server_error", "html", "prose", "truncated", "cut", "auth", "quota"])
async def test_a_fault_falls_back_to_the_next_provider(emulator: Emulator, fault: str) -> None:
    """At once, and every attempt is in the answer."""
    emulator.plan("cerebras").always = fault

    answer = await chain(vendor(emulator, "cerebras"), vendor(emulator, "google")).generate(REQUEST)

    assert answer.model == "google/gemini-3.5-flash-lite"
    assert answer.attempts[0].provider == "cerebras"
    assert answer.attempts[0].outcome == FAULTS[fault].category
    assert answer.attempts[-1].outcome == "ok"
    assert (answer.attempts[0].fallback, answer.attempts[-1].fallback) == (False, True)
    assert (answer.attempts[0].first_byte_s is None) == (fault == "cut")


async def test_the_last_provider_is_waited_for(emulator: Emulator) -> None:
    """Retry-After is waited out only where there is nobody else to ask."""
    emulator.retry_after_s = 1.0
    emulator.plan("cerebras").queue = ["rate_limit"]

    answer = await chain(vendor(emulator, "cerebras")).generate(REQUEST)

    assert [attempt.outcome for attempt in answer.attempts] == ["rate_limit", "ok"]
    assert answer.attempts[0].retry_after_s == pytest.approx(1.0)
    assert answer.attempts[1].slept_s >= 1.0


async def test_a_known_zero_cost_is_not_unknown(emulator: Emulator) -> None:
    """OpenRouter's free models."""
    free = vendor(emulator, "openrouter", "meta-llama/llama-3.3-70b-instruct:free")

    answer = await chain(free).generate(REQUEST)

    assert (answer.attempts[0].cost_usd, answer.attempts[0].cost_source) == (0.0, "provider")


async def test_missing_usage_is_unknown_and_not_zero(emulator: Emulator) -> None:
    """An answer that does not tell what it used."""
    emulator.plan("cerebras").queue = ["no_usage"]

    answer = await chain(vendor(emulator, "cerebras")).generate(REQUEST)

    assert answer.attempts[0].input_tokens is None
    assert (answer.attempts[0].cost_usd, answer.attempts[0].cost_source) == (None, "unknown")


async def test_a_schema_with_refused_keywords_is_taken_by_cerebras(emulator: Emulator) -> None:
    """The pattern is stripped for the vendor; the answer is held to it all the same."""
    emulator.oracle("cerebras").script = {"Save": {"elements": [
        {"elementId": "nonsense", "description": "", "method": "click", "arguments": []}]}}  # fmt: skip

    with pytest.raises(ProviderUnavailable) as unavailable:
        await chain(vendor(emulator, "cerebras")).generate(REQUEST)

    assert {attempt.outcome for attempt in unavailable.value.attempts} == {"off_schema"}  # type: ignore[attr-defined]
    assert all(entry.status == 200 for entry in emulator.log)


async def test_a_dripping_body_ends_at_the_deadline(emulator: Emulator) -> None:
    """A timeout of each read would never end."""
    emulator.plan("openai").always = "drip"
    began = time.monotonic()

    with pytest.raises(Failed):
        await ask(vendor(emulator, "openai"), REQUEST, form="schema", timeout_s=0.5)

    assert time.monotonic() - began < 5


async def test_an_open_breaker_spares_the_provider(emulator: Emulator) -> None:
    """A wrong key is not tried again and again."""
    emulator.keys = frozenset({"right"})
    broken = chain(vendor(emulator, "cerebras", key="wrong"), vendor(emulator, "google", key="right"))

    await broken.generate(REQUEST)
    answer = await broken.generate(REQUEST)

    assert [attempt.outcome for attempt in answer.attempts] == ["breaker_open", "ok"]
    assert [entry.dialect for entry in emulator.log] == ["google", "google"] or len(emulator.log) == 3


async def test_a_rate_limit_of_before_is_waited_out_where_there_is_nobody_else(emulator: Emulator) -> None:
    """The next step must not fail at once because the one before was told to wait."""
    emulator.retry_after_s = 0.3
    only = chain(vendor(emulator, "cerebras"))
    emulator.plan("cerebras").queue = ["rate_limit_ms"] * 3

    with pytest.raises(ProviderUnavailable):
        await only.generate(REQUEST)
    answer = await only.generate(REQUEST)

    assert [attempt.outcome for attempt in answer.attempts] == ["ok"]
    assert 0 < answer.attempts[0].slept_s <= 0.3


async def test_one_probe_goes_out_after_the_rest_and_its_fate_counts(emulator: Emulator) -> None:
    """A provider that failed is not flooded by all workers when its rest is over."""
    now = 0.0
    first, second = vendor(emulator, "cerebras"), vendor(emulator, "google")
    breaker = Breaker(lambda: now)
    links = [Link(vendor=first, breaker=breaker, limits=Limits(time.monotonic)),
             Link(vendor=second, breaker=Breaker(time.monotonic), limits=Limits(time.monotonic))]  # fmt: skip
    asked = Chain(links, Budget(now=lambda: datetime.now(UTC)), timeout_s=5.0)
    emulator.plan("cerebras").queue = ["server_error"] * 4
    for _ in range(3):
        await asked.generate(REQUEST)
    states = [breaker.state]

    now = 31.0
    states.append(breaker.state)
    await asyncio.gather(*(asked.generate(REQUEST) for _ in range(4)))
    states.append(breaker.state)
    probes = [entry.fault for entry in emulator.log if entry.dialect == "cerebras"][3:]
    now = 62.0
    answers = await asyncio.gather(*(asked.generate(REQUEST) for _ in range(4)))

    assert states == ["open", "half-open", "open"]
    assert probes == ["server_error"]
    assert breaker.state == "closed"
    assert sorted(answer.attempts[-1].provider for answer in answers) == ["cerebras", "google", "google", "google"]


async def test_a_probe_that_is_given_up_does_not_keep_others_from_asking(emulator: Emulator) -> None:
    """A run that is stopped in the middle of a question must not close the door behind it."""
    breaker = Breaker(time.monotonic, failures=3, open_until=time.monotonic() - 1)
    only = Chain([Link(vendor=vendor(emulator, "cerebras"), breaker=breaker, limits=Limits(time.monotonic))],
                 Budget(now=lambda: datetime.now(UTC)), timeout_s=5.0)  # fmt: skip
    emulator.plan("cerebras").queue = ["slow_first_byte"]

    probe = asyncio.create_task(only.generate(REQUEST))
    while not emulator.log:
        await asyncio.sleep(0.01)
    probe.cancel()
    with pytest.raises(asyncio.CancelledError):
        await probe

    assert (await only.generate(REQUEST)).attempts[-1].outcome == "ok"


async def test_the_pace_of_a_key_is_kept_and_is_not_taken_off_the_time_of_a_question(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three requests at a pace of one a minute: two wait a minute and more, though they have less for their answers."""
    slept = 0.0

    def clock() -> float:
        return time.monotonic() + slept

    async def sleep(seconds: float) -> None:
        nonlocal slept
        slept += seconds

    monkeypatch.setattr("aiwebtest.providers.chain.time", SimpleNamespace(monotonic=clock))
    limits = Limits(clock, per_minute=1, sleep=sleep)
    link = Link(vendor=vendor(emulator, "cerebras"), breaker=Breaker(time.monotonic), limits=limits)
    paced = Chain([link], Budget(now=lambda: datetime.now(UTC)), timeout_s=30.0)

    await asyncio.gather(*(paced.generate(replace(REQUEST, deadline_s=20.0)) for _ in range(3)))

    assert slept > 60.0
    assert paced.time_s > 60


async def test_money_is_looked_at_again_before_each_retry_and_each_turn(emulator: Emulator) -> None:
    """Requests that wait for their turn do not all go out once the first has spent what there was."""
    spent = Budget(per_execution_usd=0.00001, now=lambda: datetime.now(UTC))
    link = Link(vendor=vendor(emulator, "cerebras"), breaker=Breaker(time.monotonic),
                limits=Limits(time.monotonic, at_once=1))  # fmt: skip
    one_at_a_time = Chain([link], spent, timeout_s=5.0)
    emulator.plan("cerebras").queue = ["off_schema"]  # is billed, and would be asked to be put right

    said = await asyncio.gather(*(one_at_a_time.generate(REQUEST) for _ in range(3)), return_exceptions=True)

    assert [type(one) for one in said] == [ProviderUnavailable] * 3
    assert len(emulator.log) == 1


async def test_a_spent_budget_stops_fallbacks_too(emulator: Emulator) -> None:
    """Money is looked at before each request."""
    budget = Budget(per_execution_usd=0.0, now=lambda: datetime.now(UTC))

    with pytest.raises(ProviderUnavailable, match="budget"):
        await chain(vendor(emulator, "cerebras"), vendor(emulator, "google"), budget=budget).generate(REQUEST)

    assert emulator.log == []


async def test_no_key_and_no_body_is_in_the_message(emulator: Emulator) -> None:
    """Messages travel into reports."""
    emulator.plan("cerebras").always = "auth"

    with pytest.raises(ProviderUnavailable) as unavailable:
        await chain(vendor(emulator, "cerebras", key="sk-secret-key")).generate(REQUEST)

    assert "sk-secret" not in str(unavailable.value)
    assert "Incorrect API key" not in str(unavailable.value)
    assert "aiwebtest doctor" in unavailable.value.mend
