"""The whole of measuring, as a team meets it: a worker with real Chromium, the queue, and three emulated providers.

The experiment names the right winner, the ledger's totals equal the emulator's, decisions are recorded with consent and
asked again, and what cannot be told is said. The emulator's figures are no provider's.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from served import Served
from working import serve_site

from aiwebtest.config.providers import ProviderSettings
from aiwebtest.providers.pricing import table_price
from aiwebtest.testing.emulator import Emulator, Oracle, serve_emulator
from app.core.config import ServerSettings
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


async def test_an_experiment_a_ledger_and_a_lab_agree_with_what_really_happened(
    served: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """From the plan to the verdict through the API; a high alpha keeps it short."""
    emulator = Emulator(
        oracles={"cerebras": Oracle(script={"welcome": HOLDS}), "": Oracle(script={"welcome": DENIES})},
        delays_s={"google": 0.05},
    )
    for name in ProviderSettings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    async with serve_emulator(emulator), serve_site() as site:
        for name, value in emulator.environment().items():
            monkeypatch.setenv(name, value)
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

    assert told["winner"] == "cerebras", json.dumps(told, indent=1)
    assert told["round"] < 12
    assert told["contrasts"][1]["told"].startswith("cerebras passes more often than google")
    assert any(question.startswith("Whether openrouter passes more or less") for question in told["open_questions"])
    by_model = {one["key"]: one for one in (await client.get(f"{API}/analytics/models?by=provider")).json()["models"]}
    for arm in ARMS:
        theirs = [entry for entry in emulator.log if entry.dialect == arm]
        mine = by_model[arm]
        assert mine["requests"] == len(theirs)
        assert mine["input_tokens"] == sum(entry.input_tokens or 0 for entry in theirs)
        assert mine["output_tokens"] == sum(entry.output_tokens or 0 for entry in theirs)
        priced = (
            entry.cost_usd
            or float(table_price(arm, entry.model, entry.input_tokens or 0, entry.output_tokens or 0) or 0)
            for entry in theirs
        )
        assert mine["cost_usd"] == pytest.approx(sum(priced), abs=1e-12)
        figures = next(one for one in told["figures"] if one["arm"] == arm)
        of_trials = [entry for entry in experiment_log if entry.dialect == arm]
        assert figures["tokens"] == sum((e.input_tokens or 0) + (e.output_tokens or 0) for e in of_trials)
    decisions = (await client.get(f"{API}/lab/decisions")).json()["items"]
    assert {one["label"] for one in decisions} >= {"right"}
    assert lab["counts"][0]["same"] == lab["counts"][0]["same"] + lab["counts"][0]["other"] > 0
    assert lab["counts"][1]["other"] > 0
    [suggestion] = (await client.get(f"{API}/suggestions")).json()
    assert suggestion["provider"] is None or suggestion["provider"].startswith("cerebras")
    assert "right" in suggestion["told"]
