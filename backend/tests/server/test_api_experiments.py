"""Experiments through the API, on both databases. The queue is real; executions end as a worker would end them."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient
from served import Served
from sqlalchemy import select

from app.core.clock import now
from app.models import Execution, ModelAttempt
from app.services import experiments

pytestmark = pytest.mark.usefixtures("no_duties")

API = "/api/v1"
CONTENT = (
    "name: A {letter}\nurl: https://shop.example/\ndata:\n  - {letter: a}\n  - {letter: b}\nsteps:\n  - Click “x”\n"
)
RATE = {"builtin": 0.0, "cerebras": 1.0, "openrouter": 0.0}


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keys that nobody is asked with."""
    monkeypatch.chdir(tmp_path)
    for vendor in ("CEREBRAS", "OPENROUTER"):
        monkeypatch.setenv(f"{vendor}_API_KEY", "not-a-key")


async def made(served: Served, client: AsyncClient, **more: Any) -> dict[str, Any]:
    """Plan an experiment of one test with two cases."""
    test = await client.post(f"{API}/tests", json={"path": "a.test.yaml", "content": CONTENT})
    body = {"name": "Who clicks best", "arms": list(RATE), "test_ids": [test.json()["id"]], "rounds": 50, **more}
    answer = await client.post(f"{API}/experiments", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def work(served: Served, chance: random.Random) -> list[Execution]:
    """End everything that waits, each arm as often rightly as its rate says; return it in the order of the queue."""
    async with served.platform.database.write() as session:
        waiting = (
            await session.scalars(select(Execution).where(Execution.state == "queued").order_by(Execution.id))
        ).all()
        for one in waiting:
            one.state, one.outcome = "finished", "passed" if chance.random() < RATE[one.provider] else "failed"
            one.duration_s, one.input_tokens, one.output_tokens, one.finished_at = 2.0, 900, 40, now()
            one.cost_usd, one.cost_unknown = 0.01, int(one.provider == "openrouter")
            session.add(
                ModelAttempt(execution_id=one.id, provider=one.provider, model_asked="m", latency_s=0.5, cost_usd=0.01)
            )
    return list(waiting)


async def test_an_experiment_runs_interleaved_until_a_winner_is_shown(served: Served) -> None:
    """Planned, started, run in rounds of random order, each arm alone; ended early, told in words and exported."""
    client = await served.machine("write", "run")
    planned = await made(served, client)
    assert (planned["state"], planned["plan"]["trials"], planned["summary"]) == (
        "planned", 300, "No difference in passing is shown yet.",
    )  # fmt: skip
    assert "that is likely to be shown" in planned["plan"]["told"]
    url = f"{API}/experiments/{planned['id']}"

    begun = (await client.post(f"{url}/start")).json()
    chance, orders = random.Random(1), []
    while (told := (await client.get(url)).json())["state"] == "running" and len(orders) <= begun["rounds"]:
        done = await work(served, chance)
        assert done, f"nothing waits in round {told['round']}"
        orders.append([(one.provider, one.row) for one in done])
        await experiments.advance(served.platform)

    assert (begun["state"], begun["round"]) == ("running", 1)
    assert all(sorted(order) == sorted(orders[0]) for order in orders)
    assert len({tuple(order) for order in orders}) > 1
    assert (told["state"], told["winner"]) == ("finished", "cerebras")
    assert told["summary"] == "cerebras passes more often than every other arm."
    assert told["why"].startswith(f"Ended in round {told['round']} of 50: one arm passes more often")
    assert told["trials"] == 6 * told["round"] < 300
    assert told["contrasts"][0]["verdict"] == "better"
    assert told["course"]["cerebras"][-1] >= told["threshold"]
    figures = {one["arm"]: one for one in told["figures"]}
    assert figures["cerebras"]["tokens"] == 940 * 2 * told["round"]
    assert figures["cerebras"]["model_s"] == 0.5
    assert (figures["openrouter"]["cost_usd"], figures["openrouter"]["unpriced"]) == (None, 2 * told["round"])
    assert any(question.startswith("What openrouter costs") for question in told["open_questions"])
    assert any(question.startswith("Whether openrouter passes more or less") for question in told["open_questions"])
    lines = list(csv.DictReader(io.StringIO((await client.get(f"{url}/report", params={"form": "csv"})).text)))
    assert len(lines) == told["trials"]
    assert {line["cost_usd"] for line in lines if line["arm"] == "openrouter"} == {""}
    page = (await client.get(f"{url}/report")).text
    assert "cerebras passes more often than every other arm." in page
    assert "What it could not tell" in page
    request = (await client.get(f"{API}/executions/1")).json()["request"]
    assert request["alone"] is True


async def test_a_stopped_experiment_keeps_what_it_has_shown(served: Served) -> None:
    """What waits is stopped, and is no trial; what is over counts. It can then be deleted, and not before."""
    client = await served.machine("write", "run")
    url = f"{API}/experiments/{(await made(served, client))['id']}"
    await client.post(f"{url}/start")
    async with served.platform.database.write() as session:
        first = (await session.scalars(select(Execution).order_by(Execution.id))).first()
        assert first is not None
        first.state, first.outcome = "finished", "passed"

    refused = await client.delete(url)
    told = (await client.post(f"{url}/stop")).json()
    again = await client.post(f"{url}/start")

    assert (refused.status_code, again.status_code) == (409, 409)
    assert (told["state"], told["trials"]) == ("finished", 1)
    assert "Stopped by" in told["why"]
    assert len((await client.get(f"{url}/trials")).json()) == 1
    status = (await client.get(f"{API}/queue/status")).json()
    assert (status["queued"], status["running"]) == (0, 0)
    assert (await client.delete(url)).status_code == 204


async def test_the_cost_cap_ends_it_and_a_bad_plan_is_refused(served: Served) -> None:
    """Money is not spent on after the cap; an arm twice, a test that is not there, are said at once."""
    client = await served.machine("write", "run")
    planned = await made(served, client, cost_cap_usd=0.05, to_the_end=True)
    url = f"{API}/experiments/{planned['id']}"
    await client.post(f"{url}/start")
    for _ in range(4):
        await work(served, random.Random(2))
        await experiments.advance(served.platform)
    twice = await client.post(f"{API}/experiments/plan", json={"name": "x", "arms": ["google"] * 2, "test_ids": [1]})
    gone = await client.post(f"{API}/experiments/plan", json={"name": "x", "arms": list(RATE), "test_ids": [99]})

    told = (await client.get(url)).json()
    assert "the cost cap of $0.05 is reached" in told["why"]
    assert told["spent_usd"] < 0.13
    assert (twice.status_code, gone.status_code) == (422, 404)
