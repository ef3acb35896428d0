"""The whole of measuring, as a team meets it: a worker with real Chromium, the queue, and three emulated providers.

The experiment names the right winner, the ledger's totals equal the emulator's, decisions are recorded with consent and
asked again, and what cannot be told is said. The emulator's figures are no provider's.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from served import Served
from sqlalchemy import insert
from working import serve_site

from aiwebtest.config.providers import ProviderSettings
from aiwebtest.core.case import Step
from aiwebtest.core.events import StepFinished
from aiwebtest.core.generation import StructuredRequest
from aiwebtest.providers.blame import judged
from aiwebtest.providers.pricing import table_price
from aiwebtest.providers.registry import Providers
from aiwebtest.providers.router import Router, policy_of
from aiwebtest.providers.stagehand_schemas import SCHEMAS
from aiwebtest.testing.emulator import Emulator, Entry, FaultPlan, Oracle, serve_emulator
from app.core.config import ServerSettings
from app.models import ModelAttempt
from app.services.project import server_project
from app.services.routing import Learning
from app.services.stagehand_service import StagehandService
from app.workers.runner import Runner

API = "/api/v1"
ARMS = ["google", "openrouter", "cerebras"]
CONTENT = "name: Greets\nurl: /\nsteps:\n  - check: the greeting makes visitors feel welcome\n"
HOLDS = {"verdict": "holds", "reason": "it greets", "evidence": ["Welcome"]}
DENIES = {"verdict": "does_not_hold", "reason": "it does not greet", "evidence": ["Welcome"]}


@pytest.fixture
def settings(tmp_path: Path) -> ServerSettings:
    """Settings of a server on SQLite: what is measured does not depend on the database."""
    return ServerSettings(_env_file=None, data_dir=tmp_path / "data", worker="none")


@asynccontextmanager
async def worker(served: Served, folder: Path) -> AsyncIterator[None]:
    """Run a worker's heart in this process, with a warm Chromium, while the block lasts."""
    async with StagehandService(served.platform.settings) as service:
        runner = Runner(served.platform, service, name="here", folder=folder)
        running = asyncio.create_task(runner.run())
        try:
            yield
        finally:
            await runner.drain(0.0)
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


def same_sums(mine: dict[str, Any], theirs: list[Entry]) -> None:
    """Hold the platform's figures of a provider against the emulator's own log, token for token and cent for cent."""
    assert mine["requests"] == len(theirs)
    assert mine["input_tokens"] == sum(entry.input_tokens or 0 for entry in theirs)
    assert mine["output_tokens"] == sum(entry.output_tokens or 0 for entry in theirs)
    priced = (
        entry.cost_usd
        or float(table_price(entry.dialect, entry.model, entry.input_tokens or 0, entry.output_tokens or 0) or 0)
        for entry in theirs
    )
    assert mine["cost_usd"] == pytest.approx(sum(priced), abs=1e-12)


def point_at(emulator: Emulator, monkeypatch: pytest.MonkeyPatch, **more: str) -> None:
    """Let the emulator be every provider, whatever this machine is set up with."""
    for name in ProviderSettings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in (emulator.environment() | more).items():
        monkeypatch.setenv(name, value)


async def test_routers_of_all_workers_converge_to_the_right_provider_by_what_the_ledger_says(
    served: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """From knowing nothing, each asking half of the questions: no browser, real requests, real rows."""
    monkeypatch.chdir(tmp_path)
    names = ("Save", "Delete", "Print", "Archive", "Share", "Rename")
    tree = "[1-1] RootWebArea\n" + "\n".join(f"  [1-{2 + at}] button: {name}" for at, name in enumerate(names))
    emulator = Emulator(
        oracles={"google": Oracle(wrong_rate=0.4, seed=1), "openrouter": Oracle(wrong_rate=0.5, seed=2)},
        plans={"google": FaultPlan(share=0.2, names=("off_schema",), seed=3)},
    )
    first: list[str] = []
    async with serve_emulator(emulator), AsyncExitStack() as stack:
        point_at(emulator, monkeypatch, MODEL_PROVIDER="google", MODEL_FALLBACKS="openrouter,cerebras",
                 MODEL_ROUTING="learned")  # fmt: skip
        told = server_project().providers
        routers = [Router(policy_of(told), None, chance=random.Random(seed)) for seed in (4, 5)]
        workers = [
            (await stack.enter_async_context(Providers(told, order=one.order)), Learning(one.routing))
            for one in routers
        ]
        for number in range(150):
            providers, learning = workers[number % 2]
            async with served.platform.database.read() as session:
                await learning.catch_up(session)
            wanted = number % len(names)
            prompt = f"instruction: click the {names[wanted]} button\nAccessibility Tree: \n{tree}"
            answer = await providers.chain("google").generate(
                StructuredRequest(
                    purpose="ground", system="You find elements.", prompt=prompt, schema=SCHEMAS["Observation"],
                    schema_name="Observation",
                )
            )  # fmt: skip
            right = [one["elementId"] for one in answer.data["elements"]] == [f"1-{2 + wanted}"]
            step = StepFinished(
                execution="e", step=Step(index=0, text="Click it"), outcome="passed" if right else "error",
                at=datetime.now(UTC), duration_s=0.1, attempts=answer.attempts,
            )  # fmt: skip
            await written(served, step)
            first.append(answer.attempts[0].provider)

        client = await served.person("owner")
        routing = (await client.get(f"{API}/routing")).json()
        by_model = (await client.get(f"{API}/analytics/models?by=provider")).json()["models"]

    assert first[-50:].count("cerebras") >= 45
    assert {"google", "openrouter"} & set(first[:50])
    assert routing["choices"]["ground"].startswith("cerebras/")
    assert {one["key"] for one in by_model} == set(first) | {entry.dialect for entry in emulator.log}
    for one in by_model:
        same_sums(one, [entry for entry in emulator.log if entry.dialect == one["key"]])


async def written(served: Served, step: StepFinished) -> None:
    """Write a step's requests into the ledger, judged as the recorder judges them."""
    columns = {column.key for column in ModelAttempt.__table__.columns} - {"id", "execution_id", "step"}
    rows = [
        {name: value for name, value in asdict(one).items() if name in columns} | {"at": step.at, "good": good}
        for one, good in zip(step.attempts, judged(step), strict=True)
    ]
    async with served.platform.database.write() as session:
        await session.execute(insert(ModelAttempt), rows)


async def test_an_experiment_a_ledger_and_a_lab_agree_with_what_really_happened(
    served: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """From the plan to the verdict through the API; a high alpha keeps it short."""
    emulator = Emulator(
        oracles={"cerebras": Oracle(script={"welcome": HOLDS}), "": Oracle(script={"welcome": DENIES})},
        delays_s={"google": 0.05},
    )
    monkeypatch.chdir(tmp_path)
    async with serve_emulator(emulator), serve_site() as site:
        point_at(emulator, monkeypatch)
        client = await served.person("owner")
        await client.put(f"{API}/lab/consent", json={"on": True})
        test = (await client.post(f"{API}/tests", json={"path": "greets.test.yaml", "content": CONTENT})).json()
        body = {"name": "Who greets", "arms": ARMS, "test_ids": [test["id"]], "rounds": 12, "alpha": 0.45,
                "request": {"base_url": site.url}}  # fmt: skip
        made = await client.post(f"{API}/experiments", json=body)
        assert made.status_code == 201, made.text
        url = f"{API}/experiments/{made.json()['id']}"
        async with worker(served, tmp_path / "work"):
            await client.post(f"{url}/start")
            async with asyncio.timeout(480):
                while (told := (await client.get(url)).json())["state"] != "finished":
                    await asyncio.sleep(0.5)
        experiment_log = list(emulator.log)

        begun = (await client.post(f"{API}/lab/runs", json={"arms": ["cerebras", "google"], "repeat": 5})).json()
        async with asyncio.timeout(60):
            while (lab := (await client.get(f"{API}/lab/runs/{begun['id']}")).json())["state"] != "finished":
                await asyncio.sleep(0.2)
        page, sheet = [
            (await client.get(f"{API}/lab/runs/{begun['id']}/report", params={"form": form})).text
            for form in ("md", "csv")
        ]

    assert told["winner"] == "cerebras", json.dumps(told, indent=1)
    assert told["round"] < 12
    assert told["contrasts"][1]["told"].startswith("cerebras passes more often than google")
    assert any(question.startswith("Whether openrouter passes more or less") for question in told["open_questions"])
    by_model = {one["key"]: one for one in (await client.get(f"{API}/analytics/models?by=provider")).json()["models"]}
    for arm in ARMS:
        same_sums(by_model[arm], [entry for entry in emulator.log if entry.dialect == arm])
        figures = next(one for one in told["figures"] if one["arm"] == arm)
        of_trials = [entry for entry in experiment_log if entry.dialect == arm]
        assert figures["tokens"] == sum((e.input_tokens or 0) + (e.output_tokens or 0) for e in of_trials)
    decisions = (await client.get(f"{API}/lab/decisions")).json()["items"]
    assert {one["label"] for one in decisions} >= {"right"}
    assert lab["counts"][0]["same"] == lab["counts"][0]["same"] + lab["counts"][0]["other"] > 0
    assert lab["counts"][1]["other"] > 0
    assert page.startswith("## Decisions asked again\n")
    assert lab["summary"] in page
    assert len(sheet.splitlines()) == 1 + lab["answered"]
    [suggestion] = (await client.get(f"{API}/suggestions")).json()
    assert suggestion["provider"] is None or suggestion["provider"].startswith("cerebras")
    assert "right" in suggestion["told"]
