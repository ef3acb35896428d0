"""The lab, routing, suggestions and mutation reports through the API, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from served import Served
from sqlalchemy import select, update

from aiwebtest.lab import Decision, read_decisions
from aiwebtest.mutation import KINDS
from aiwebtest.testing.emulator import Emulator, serve_emulator
from app.core.clock import now, now_s
from app.models import DecisionRecord, Execution, ModelAttempt, MutationReport, Run, StepRecord, Test
from app.services import lab, mutations, retention, suggestions

API = "/api/v1"
MADE = Decision(
    id="0123456789abcdef", sentence="Put it into my bag", purpose="ground", system="s", prompt="[1-2] button: Bag",
    schema={"type": "object"}, schema_name="Observation", answer={"elements": [{"elementId": "1-2"}]},
    model="google/g", label="open",
)  # fmt: skip


@pytest.fixture(autouse=True)
def nobody_is_set_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Settings of this machine do not count."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MODEL_ROUTING", "learned")
    monkeypatch.setenv("MODEL_PROVIDER", "google")
    monkeypatch.setenv("GOOGLE_MODEL", "g")
    monkeypatch.setenv("MODEL_FALLBACKS", "cerebras/c")


async def asked(served: Served, arm: str, good: list[bool], **more: Any) -> int:
    """Store a test, and requests to an arm for it that served it so often."""
    async with served.platform.database.write() as session:
        test = Test(path=f"{arm}.test.yaml", name="Checkout", content="")
        session.add(test)
        await session.flush()
        session.add_all(
            ModelAttempt(
                test_id=more.get("test_id", test.id), provider=arm, model_asked=arm[0], good=one, cost_usd=0.001,
                latency_s=0.4, routing="the cheapest",
            )
            for one in good
        )  # fmt: skip
    return test.id


async def test_what_a_person_says_of_a_decision_stays_and_the_command_line_reads_the_export(
    served: Served, tmp_path: Path
) -> None:
    """A run judges what is open; after a person it judges no more. The same decision is kept once.

    What the case made of the request in the ledger gives way to the person too.
    """
    client = await served.person("editor")
    async with served.platform.database.write() as session:
        run = Run(name="run", total=1)
        session.add(run)
        await session.flush()
        execution = Execution(run_id=run.id, name="case")
        session.add(execution)
        await session.flush()
        of_step = {"execution_id": execution.id, "provider": "google", "model_asked": "g", "good": True}
        session.add_all([
            StepRecord(execution_id=execution.id, index=0, text=MADE.sentence, kind="act", outcome="passed"),
            ModelAttempt(step=0, doubted=True, **of_step), ModelAttempt(step=1, doubted=True, **of_step),
        ])  # fmt: skip

    async def kept(label: Any) -> None:
        async with served.platform.database.write() as session:
            await lab.keep(session, [replace(MADE, label=label)], execution_id=execution.id, test_id=None)

    await kept("open")
    await kept("wrong")
    [first] = (await client.get(f"{API}/lab/decisions")).json()["items"]
    said = await client.patch(f"{API}/lab/decisions/{first['id']}", json={"label": "right"})
    await kept("wrong")
    whole = (await client.get(f"{API}/lab/decisions/{first['id']}")).json()
    (tmp_path / "d.jsonl").write_bytes((await client.get(f"{API}/lab/decisions/export?label=right")).content)
    [read] = read_decisions(tmp_path / "d.jsonl")
    async with served.platform.database.read() as session:
        doubted = (await session.scalars(select(ModelAttempt.doubted).order_by(ModelAttempt.step))).all()

    assert (first["label"], first["labelled_by"]) == ("wrong", "")
    assert (said.json()["label"], whole["label"], whole["answer"]) == ("right", "right", MADE.answer)
    assert read == replace(MADE, label="right", labelled_by="person")
    assert doubted == [False, True]


@pytest.mark.usefixtures("no_duties")
async def test_decisions_that_are_met_no_more_are_deleted_in_time(served: Served) -> None:
    """They hold texts of pages. One that is met again stays, with what a person said of it."""
    long_ago = now() - timedelta(days=40)
    async with served.platform.database.write() as session:
        both = [MADE, replace(MADE, id="fedcba9876543210")]
        await lab.keep(session, both, execution_id=None, test_id=None)
        await session.execute(update(DecisionRecord).values(at=long_ago, label="right", labelled_by="mara"))
        await lab.keep(session, [MADE], execution_id=None, test_id=None)
    client = await served.person("owner")

    assert (await retention.clean(served.platform)).decisions == 0
    await client.patch(f"{API}/settings", json={"decision_days": 30})

    assert (await retention.clean(served.platform)).decisions == 1
    [left] = (await client.get(f"{API}/lab/decisions")).json()["items"]
    assert (left["label"], left["labelled_by"]) == ("right", "mara")


async def test_only_an_owner_lets_decisions_be_recorded(served: Served) -> None:
    """What pages show is the team's; off is the default."""
    editor, owner = await served.person("editor"), await served.person("owner")

    assert (await editor.get(f"{API}/lab/consent")).json() == {"on": False}
    assert (await editor.put(f"{API}/lab/consent", json={"on": True})).status_code == 403
    await owner.put(f"{API}/lab/consent", json={"on": True})
    assert (await editor.get(f"{API}/lab/consent")).json() == {"on": True}


async def test_routing_tells_what_it_learned_from_the_ledger_and_why(served: Served) -> None:
    """The cheap one that serves is asked first; the one that fails just now rests."""
    await asked(served, "google", [False] * 6)
    await asked(served, "cerebras", [True] * 40)
    client = await served.person("viewer")

    told = (await client.get(f"{API}/routing")).json()

    assert (told["mode"], told["arms"]) == ("learned", ["google/g", "cerebras/c"])
    assert {one["arm"]: one["resting"] for one in told["standings"]} == {"google/g": True, "cerebras/c": False}
    assert told["choices"]["ground"].startswith("cerebras/c: the cheapest that is at least 90% right at placing a step")
    assert "google/g failed just now and rests" in told["choices"]["ground"]
    assert (len(told["decisions"]), told["decisions"][0]["routing"]) == (46, "the cheapest")


async def test_a_suggestion_is_applied_by_a_person_or_by_the_setting(served: Served) -> None:
    """With evidence; a test whose file names somebody is left alone by the setting."""
    test_id = await asked(served, "google", [True] * 10 + [False] * 5)
    await asked(served, "cerebras", [True] * 40, test_id=test_id)
    client = await served.person("editor")

    [told] = (await client.get(f"{API}/suggestions", params={"test_id": test_id})).json()
    applied = await client.put(f"{API}/tests/{test_id}/provider", json={"provider": told["provider"]})
    [again] = (await client.get(f"{API}/suggestions", params={"test_id": test_id})).json()
    await client.put(f"{API}/tests/{test_id}/provider", json={"provider": None})
    following = replace(
        served.platform, settings=served.platform.settings.model_copy(update={"apply_suggestions": True})
    )
    changed = await suggestions.apply_all(served.platform), await suggestions.apply_all(following)

    assert (told["provider"], told["asked_now"], applied.status_code) == ("cerebras/c", "", 204)
    assert "40 of 40 right" in told["told"]
    assert "google/g: 10 of 15 right" in told["told"]
    assert again["asked_now"] == "cerebras/c"
    assert changed == (0, 1)


async def test_a_measurement_has_one_worker_at_a_time_and_ends_when_it_is_stopped(served: Served) -> None:
    """One that is not heard of loses it to another, and can write nothing more."""
    client = await served.machine("run", "write")
    content = "name: Visit\nurl: http://127.0.0.1:9/\nsteps:\n  - Click Save\n"
    test = (await client.post(f"{API}/tests", json={"path": "visit.test.yaml", "content": content})).json()
    made = await client.post(f"{API}/mutations/runs", json={"name": "Visit", "test_ids": [test["id"]], "per_case": 1})
    url, platform = f"{API}/mutations/{made.json()['id']}", served.platform

    first = await mutations.take(platform)
    assert first is not None
    assert first.options == {"per_case": 1, "cases_each": 3, "seed": 0, "kinds": list(KINDS)}
    assert await mutations.take(platform) is None
    assert await mutations.beat(platform, first, "3 of 9 tried.")
    assert (await client.get(url)).json()["told"] == "3 of 9 tried."
    async with platform.database.write() as session:
        await session.execute(update(MutationReport).values(lease_until=now_s() - 1))
    second = await mutations.take(platform)
    assert second is not None

    assert not await mutations.finish(platform, first, score=1.0)
    assert (await client.post(f"{url}/stop")).json()["state"] == "finished"
    assert not await mutations.beat(platform, second, "")
    assert await mutations.take(platform) is None
    assert (await client.post(f"{url}/stop")).status_code == 409


@pytest.mark.usefixtures("no_duties")
async def test_a_lab_run_that_is_stopped_asks_no_more_than_is_under_way(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each question costs, and whoever stops it has seen enough."""
    client = await served.machine("run", "read")
    async with served.platform.database.write() as session:
        await lab.keep(session, [replace(MADE, label="right")], execution_id=None, test_id=None)
    emulator = Emulator(delays_s={"google": 0.05})
    async with serve_emulator(emulator) as running:
        for name, value in running.environment().items():
            monkeypatch.setenv(name, value)
        begun = (await client.post(f"{API}/lab/runs", json={"arms": ["google"], "repeat": 100})).json()
        work = asyncio.create_task(lab.work_due(served.platform))
        async with asyncio.timeout(60):
            while not emulator.log:
                await asyncio.sleep(0.01)

        stopped = (await client.post(f"{API}/lab/runs/{begun['id']}/stop")).json()
        answered = await work

    assert answered > 0
    assert answered - stopped["answered"] <= 8


@pytest.mark.usefixtures("no_duties")
async def test_a_lab_run_whose_key_is_gone_ends_and_says_so(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be tried, and fail, for ever."""
    client = await served.machine("run", "read")
    async with served.platform.database.write() as session:
        await lab.keep(session, [replace(MADE, label="right")], execution_id=None, test_id=None)
    monkeypatch.setenv("CEREBRAS_API_KEY", "csk-contrived")
    begun = (await client.post(f"{API}/lab/runs", json={"arms": ["cerebras"]})).json()
    monkeypatch.delenv("CEREBRAS_API_KEY")

    answered = await lab.work_due(served.platform)

    ended = (await client.get(f"{API}/lab/runs/{begun['id']}")).json()
    assert (answered, ended["state"]) == (0, "finished")
    assert "CEREBRAS_API_KEY is not set" in ended["why"]


async def test_a_mutation_report_is_kept_and_anything_else_refused(served: Served) -> None:
    """As the command wrote it."""
    client = await served.machine("write")
    report = {"version": 1, "score": 0.5, "offered": 4, "counts": {"caught": 1, "survived": 1},
              "faults": [{"verdict": "survived", "mutant": {"kind": "hide"}}]}  # fmt: skip

    made = await client.post(f"{API}/mutations", json={"name": "Nightly", "report": report})
    bad = await client.post(f"{API}/mutations", json={"name": "Nightly", "report": {"version": 9}})

    seen = (await client.get(f"{API}/mutations/{made.json()['id']}")).json()
    assert (seen["score"], seen["counts"], seen["faults"]) == (0.5, report["counts"], report["faults"])
    assert bad.status_code == 422
    assert "aiwebtest mutate --json" in bad.json()["mend"]
    assert (await client.delete(f"{API}/mutations/{seen['id']}")).status_code == 204
