"""Runs, executions, their events and files through the API, on both databases."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient
from served import Served
from sqlalchemy import event

from app.core.clock import now
from app.models import ArtifactFile, Execution, ExecutionEvent, Heal, ModelAttempt, Run, Secret, StepRecord
from app.services import overview
from app.services.platform import Platform
from app.workers import housekeeping

API = "/api/v1"
TWO = (
    "name: Price of {name}\nurl: https://shop.example/\ntags: [smoke]\ndata:\n  - {name: lamp}\n  - {name: tea}\n"
    "steps:\n  - Click “{name}”\n"
)


async def stored_test(client: AsyncClient, content: str = TWO, path: str = "a.test.yaml") -> int:
    """Store a test and return its id."""
    answer = await client.post(f"{API}/tests", json={"path": path, "content": content})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


async def an_execution(served: Served, **values: Any) -> Execution:
    """Store an execution of a run of its own."""
    async with served.platform.database.write() as session:
        run = Run(name="A", total=1)
        session.add(run)
        await session.flush()
        execution = Execution(run_id=run.id, **{"name": "A", "state": "finished", "outcome": "passed", **values})
        session.add(execution)
    return execution


async def test_a_run_makes_one_execution_a_row_of_data(served: Served) -> None:
    """The rows are known before anything runs."""
    client = await served.machine("write", "run")
    test_id = await stored_test(client)

    answer = await client.post(
        f"{API}/tests/{test_id}/run",
        json={"base_url": "https://staging.example", "variables": {"city": "Rome"}, "priority": 5, "retries": 1},
    )

    assert answer.status_code == 202, answer.text
    run = answer.json()
    assert (run["total"], run["trigger"], len(run["executions"])) == (2, "api", 2)
    listed = (await client.get(f"{API}/executions", params={"run_id": run["id"]})).json()["items"]
    assert [one["name"] for one in listed] == ["Price of tea", "Price of lamp"]
    assert {(one["state"], one["priority"], one["base_url"]) for one in listed} == {
        ("queued", 5, "https://staging.example")
    }
    detail = (await client.get(f"{API}/executions/{run['executions'][0]}")).json()
    assert detail["request"]["variables"] == {"city": "Rome"}


async def test_the_call_is_the_same_whatever_the_provider(
    served: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The provider is one optional member; without its key the answer says what to do."""
    monkeypatch.chdir(tmp_path)
    client = await served.machine("write", "run")
    test_id = await stored_test(client)
    for name in ("GOOGLE_API_KEY", "CEREBRAS_API_KEY"):
        monkeypatch.delenv(name, raising=False)

    without = await client.post(f"{API}/tests/{test_id}/run", json={"provider": "google"})
    monkeypatch.setenv("CEREBRAS_API_KEY", "not-a-key")
    given = await client.post(f"{API}/tests/{test_id}/run", json={"provider": "cerebras/gpt-oss-120b"})

    assert without.status_code == 422
    assert "GOOGLE_API_KEY" in without.json()["mend"]
    assert given.status_code == 202
    execution = (await client.get(f"{API}/executions/{given.json()['executions'][0]}")).json()
    assert execution["provider"] == "cerebras/gpt-oss-120b"


async def test_nothing_runs_before_mistakes_are_mended(served: Served) -> None:
    """The answer lists them all with their places."""
    client = await served.machine("write", "run")
    test_id = await stored_test(client, "name: A\nurl: /\nsteps:\n  - Click “{who}”\n")

    answer = await client.post(f"{API}/tests/{test_id}/run")

    assert answer.status_code == 422
    problems = answer.json()["problems"]
    assert [(one["path"], one["line"]) for one in problems] == [("a.test.yaml", 2), ("a.test.yaml", 4)]
    assert (await client.get(f"{API}/executions")).json()["items"] == []


async def test_secrets_are_named_and_never_travel(served: Served) -> None:
    """A name in the test may stand for another name in the store; an unknown one is told at once."""
    client = await served.machine("write", "run")
    content = "name: A\nurl: https://shop.example/\nsecrets: [PASSWORD]\nsteps:\n  - Type “{PASSWORD}” into Password\n"
    test_id = await stored_test(client, content)
    async with served.platform.database.write() as session:
        session.add(Secret(name="STAGING_PASSWORD", ciphertext=served.platform.keys.encrypt(b"hunter2")))
    url = f"{API}/tests/{test_id}/run"

    missing = await client.post(url)
    unknown = await client.post(url, json={"secrets": ["NOBODY"]})
    mapped = await client.post(url, json={"secrets": {"PASSWORD": "STAGING_PASSWORD"}})

    assert (missing.status_code, unknown.status_code, mapped.status_code) == (422, 422, 202)
    assert "PASSWORD" in missing.json()["detail"]
    assert "PUT /api/v1/secrets/PASSWORD" in missing.json()["mend"]
    everything = (await client.get(f"{API}/executions/{mapped.json()['executions'][0]}")).text
    assert "hunter2" not in everything


async def test_targets_that_are_refused_begin_no_run(served: Served) -> None:
    """A test must not read a cloud machine's credentials."""
    client = await served.machine("write", "run")
    test_id = await stored_test(client, "name: A\nurl: http://169.254.169.254/\nsteps:\n  - Click “a”\n")

    answer = await client.post(f"{API}/tests/{test_id}/run")

    assert answer.status_code == 422
    assert "metadata" in answer.json()["detail"]


async def test_a_tests_author_reads_no_file_of_the_server(served: Served, tmp_path: Path) -> None:
    """`use`, `data` and the like stay inside the tree."""
    (tmp_path / "secret.csv").write_text("name\nhunter2\n", encoding="utf-8")
    outside = f"../../../../../../../../../../..{tmp_path}/secret.csv"
    client = await served.machine("write")

    for where in (outside, f"{tmp_path}/secret.csv"):
        content = f"name: A {{name}}\nurl: /\ndata: {where}\nsteps:\n  - Click “{{name}}”\n"
        answer = await client.post(f"{API}/tests/validate", json={"path": "a.test.yaml", "content": content})
        assert not answer.json()["valid"]
        assert "hunter2" not in answer.text


async def test_a_suite_runs_with_its_settings_unless_the_request_says_otherwise(served: Served) -> None:
    """The suite knows its stage; a single run may look at another."""
    client = await served.machine("write", "run")
    test_id = await stored_test(client)
    body = {
        "name": "S",
        "tests": [test_id],
        "mode": "sequential",
        "settings": {"base_url": "https://a.example", "retries": 2, "variables": {"a": "1", "b": "1"}},
    }
    suite = (await client.post(f"{API}/suites", json=body)).json()

    run = (await client.post(f"{API}/suites/{suite['id']}/run", json={"retries": 0, "variables": {"b": "2"}})).json()

    assert run["mode"] == "sequential"
    assert run["request"] == {"base_url": "https://a.example", "retries": 0, "variables": {"a": "1", "b": "2"}}


async def test_executions_are_found_by_every_filter(served: Served) -> None:
    """Filters of several kinds hold together."""
    client = await served.machine("read")
    good = await an_execution(served, name="Buy a lamp", tags=["smoke"], provider="google")
    bad = await an_execution(served, name="Drink tea", outcome="failed", tags=["hot", "smoke"], healed=1)

    async def ids(**query: Any) -> list[int]:
        answer = await client.get(f"{API}/executions", params=query)
        assert answer.status_code == 200, answer.text
        return [one["id"] for one in answer.json()["items"]]

    assert await ids() == [bad.id, good.id]
    assert await ids(outcome="failed") == [bad.id]
    assert await ids(outcome=["failed", "passed"], provider="google") == [good.id]
    assert await ids(tag=["smoke", "hot"]) == [bad.id]
    assert await ids(search="LAMP") == [good.id]
    assert await ids(healed=True) == [bad.id]
    assert await ids(state="queued") == []
    assert await ids(**{"from": (now() + timedelta(hours=1)).isoformat()}) == []
    assert await ids(to=(now() + timedelta(hours=1)).isoformat(), limit=1) == [bad.id]
    stats = (await client.get(f"{API}/executions/stats", params={"tag": "smoke"})).json()
    assert (stats["total"], stats["outcomes"], stats["healed"]) == (2, {"failed": 1, "passed": 1}, 1)


async def test_the_detail_tells_steps_files_and_requests(served: Served) -> None:
    """Everything that came of an execution, in one answer."""
    client = await served.machine("read")
    execution = await an_execution(served)
    async with served.platform.database.write() as session:
        session.add(StepRecord(execution_id=execution.id, index=0, text="Click “a”", outcome="passed", source="rules"))
        session.add(ModelAttempt(execution_id=execution.id, provider="google", model_asked="m", cost_usd=None, step=0))

    detail = (await client.get(f"{API}/executions/{execution.id}")).json()

    assert [step["text"] for step in detail["steps"]] == ["Click “a”"]
    assert [one["cost_usd"] for one in detail["attempts"]] == [None]


async def test_a_file_is_given_in_parts_and_only_by_its_own_execution(served: Served, tmp_path: Path) -> None:
    """Videos are sought in; an id guessed under another execution leads nowhere."""
    client = await served.machine("read")
    execution, other = await an_execution(served), await an_execution(served)
    file = tmp_path / "page.png"
    file.write_bytes(bytes(range(100)))
    key = f"executions/{execution.id}/1/page.png"
    await served.platform.artifacts.put(key, file)
    async with served.platform.database.write() as session:
        row = ArtifactFile(
            execution_id=execution.id, attempt=1, kind="screenshot", key=key, name="page.png", media_type="image/png",
            size_bytes=100,
        )  # fmt: skip
        session.add(row)
    url = f"{API}/executions/{execution.id}/artifacts/{row.id}"

    whole = await client.get(url)
    part = await client.get(url, headers={"Range": "bytes=10-19"})
    tail = await client.get(url, headers={"Range": "bytes=-5"})
    behind = await client.get(url, headers={"Range": "bytes=500-"})
    known = await client.get(url, headers={"If-None-Match": whole.headers["ETag"]})

    assert (whole.status_code, whole.content, whole.headers["Content-Type"]) == (200, bytes(range(100)), "image/png")
    assert (part.status_code, part.content, part.headers["Content-Range"]) == (
        206, bytes(range(10, 20)), "bytes 10-19/100",
    )  # fmt: skip
    assert tail.content == bytes(range(95, 100))
    assert (behind.status_code, known.status_code) == (416, 304)
    assert (await client.get(f"{API}/executions/{other.id}/artifacts/{row.id}")).status_code == 404
    assert (await (await served.anybody()).get(url)).status_code == 401


async def events_of(client: AsyncClient, url: str, **headers: str) -> list[tuple[str, str, Any]]:
    """Return the events of a stream that ends: id, kind, data."""
    answer = await client.get(url, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    told = []
    for block in answer.text.replace("\r\n", "\n").split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line and not line.startswith(":"))
        if "event" in fields:
            told.append((fields.get("id", ""), fields["event"], json.loads(fields.get("data", "{}"))))
    return told


async def test_events_are_told_in_order_and_resumed_behind_the_last(served: Served) -> None:
    """A connection that broke loses nothing."""
    client = await served.machine("read")
    execution = await an_execution(served)
    async with served.platform.database.write() as session:
        rows = [
            ExecutionEvent(execution_id=execution.id, attempt=1, kind=kind, data={"n": number})
            for number, kind in enumerate(("case-started", "step-started", "case-finished"))
        ]
        session.add_all(rows)
    url = f"{API}/executions/{execution.id}/events"

    all_of_them = await events_of(client, url)
    rest = await events_of(client, url, **{"Last-Event-ID": str(rows[0].id)})
    of_run = await events_of(client, f"{API}/runs/{execution.run_id}/events?follow=false")

    assert [(kind, data.get("n")) for _, kind, data in all_of_them] == [
        ("case-started", 0), ("step-started", 1), ("case-finished", 2), ("end", None),
    ]  # fmt: skip
    assert [kind for _, kind, _ in rest] == ["step-started", "case-finished", "end"]
    assert len(of_run) == 4
    assert (await client.get(url, headers={"Last-Event-ID": "x"})).status_code == 422
    assert (await client.get(f"{API}/executions/999/events")).status_code == 404


async def test_one_that_waits_is_stopped_at_once_and_can_then_be_deleted(served: Served) -> None:
    """Deleting what is at work would lose what it does."""
    client = await served.machine("write", "run")
    test_id = await stored_test(client)
    run = (await client.post(f"{API}/tests/{test_id}/run")).json()
    first, second = run["executions"]

    early = await client.delete(f"{API}/executions/{first}")
    stopped = await client.post(f"{API}/executions/{first}/stop")
    whole = await client.post(f"{API}/runs/{run['id']}/stop")

    assert early.status_code == 409
    assert stopped.json() == {"stopped": 1, "state": "stopped"}
    assert whole.json()["stopped"] == 1
    assert (await client.get(f"{API}/executions/{second}")).json()["state"] == "stopped"
    assert (await client.delete(f"{API}/executions/{first}")).status_code == 204
    assert (await client.get(f"{API}/executions/{first}")).status_code == 404
    assert (await client.delete(f"{API}/runs/{run['id']}")).status_code == 204
    assert (await client.get(f"{API}/executions/{second}")).status_code == 404


async def test_an_execution_is_run_again_as_it_was_asked(served: Served) -> None:
    """Only its own row of data, with the same settings."""
    client = await served.machine("write", "run")
    test_id = await stored_test(client)
    run = (await client.post(f"{API}/tests/{test_id}/run", json={"retries": 1})).json()

    again = (await client.post(f"{API}/executions/{run['executions'][1]}/rerun", json={"priority": 3})).json()

    assert (again["trigger"], again["total"], again["request"]) == ("rerun", 1, {"retries": 1, "priority": 3})
    execution = (await client.get(f"{API}/executions/{again['executions'][0]}")).json()
    assert execution["name"] == "Price of tea"


async def test_two_executions_are_compared_step_by_step(served: Served) -> None:
    """What changed between yesterday and today."""
    client = await served.machine("read")
    left, right = await an_execution(served, duration_s=1.0), await an_execution(served, duration_s=1.5, cost_usd=0.1)
    async with served.platform.database.write() as session:
        for execution, texts in ((left, ("Open", "Click", "See")), (right, ("Open", "Press", "See"))):
            session.add_all(
                StepRecord(execution_id=execution.id, index=index, text=text, outcome="passed")
                for index, text in enumerate(texts)
            )

    found = (await client.get(f"{API}/executions/compare", params={"left": left.id, "right": right.id})).json()

    assert (found["duration_s"], found["cost_usd"], found["same_outcome"]) == (0.5, 0.1, True)
    assert [(pair["text"], bool(pair["left"]), bool(pair["right"]), pair["same"]) for pair in found["steps"]] == [
        ("Open", True, True, True), ("Click", True, False, False), ("Press", False, True, False),
        ("See", True, True, True),
    ]  # fmt: skip


async def test_analytics_count_unknown_cost_apart(served: Served) -> None:
    """A sum that hides what nobody knows would look cheaper than it is."""
    client = await served.machine("read")
    test_id = await stored_test(await served.machine("write"))
    for number in range(20):
        execution = await an_execution(served, test_id=test_id, duration_s=float(number + 1), provider="google")
        async with served.platform.database.write() as session:
            cost = 0.01 if number % 2 else None
            session.add(
                ModelAttempt(
                    execution_id=execution.id, test_id=test_id, provider="google", model_asked="g", cost_usd=cost,
                    latency_s=0.1 * (number + 1), input_tokens=10,
                )
            )  # fmt: skip

    by_test = (await client.get(f"{API}/analytics/executions", params={"by": "test"})).json()["executions"]
    by_day = (await client.get(f"{API}/analytics/executions", params={"by": "day"})).json()["executions"]
    by_model = (await client.get(f"{API}/analytics/models", params={"by": "model"})).json()["models"]

    assert [(one["key"], one["executions"], one["passed"]) for one in by_test] == [(str(test_id), 20, 20)]
    assert (by_test[0]["duration_median_s"], by_test[0]["duration_p95_s"]) == (10.0, 19.0)
    assert by_day[0]["key"] == f"{now():%Y-%m-%d}"
    assert (by_model[0]["key"], by_model[0]["requests"], by_model[0]["cost_unknown"]) == ("google/g", 20, 10)
    assert by_model[0]["cost_usd"] == pytest.approx(0.1)
    assert by_model[0]["latency_median_s"] == pytest.approx(1.0)


async def test_an_approved_heal_stands_in_the_lockfile(served: Served) -> None:
    """The next run replays what a person agreed to."""
    client = await served.machine("write")
    test_id = await stored_test(client)
    entry = {"case": "A", "step": "Click “a”", "actions": [{"action": "click", "source": "rules"}]}
    async with served.platform.database.write() as session:
        heals = [
            Heal(test_id=test_id, case="A", step=0, text="Click “a”", before="old", after="new", entry=entry)
            for _ in range(3)
        ]
        session.add_all(heals)

    rejected = await client.post(f"{API}/heals/{heals[0].id}/reject")
    approved = await client.post(f"{API}/heals/{heals[1].id}/approve")

    assert (rejected.json()["state"], approved.json()["state"]) == ("rejected", "approved")
    lock = (await client.get(f"{API}/tests/{test_id}/lock")).json()
    assert json.loads(lock["content"])["cases"]["A"]["Click “a”"] == entry["actions"]
    assert (await client.post(f"{API}/heals/{heals[1].id}/approve")).status_code == 409
    assert (await client.get(f"{API}/heals", params={"state": "waiting"})).json()["items"] == []


async def test_providers_are_told_without_their_keys(
    served: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Set up or not, and how they answered lately: the same rule as the engine's breaker."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GOOGLE_API_KEY", "very-secret-key")
    async with served.platform.database.write() as session:
        session.add_all(
            ModelAttempt(provider="google", model_asked="g", outcome="server", latency_s=0.1) for _ in range(3)
        )
    client = await served.machine("read", "run")

    listed = await client.get(f"{API}/providers")
    doctor = await client.post(f"{API}/providers/doctor", json={"providers": ["google", "cerebras"]})

    google = {one["name"]: one for one in listed.json()}["google"]
    assert (google["configured"], google["health"]["breaker"], google["health"]["failed"]) == (True, "open", 3)
    assert [one["well"] for one in doctor.json()] == [True, False]
    assert "very-secret-key" not in listed.text + doctor.text


async def test_a_mistyped_member_is_answered_with_the_name_that_is_meant(served: Served) -> None:
    """Wherever in the body it stands; one that resembles nothing with all names that there are."""
    client = await served.machine("write", "run")
    test_id = await stored_test(client)

    near = await client.post(f"{API}/tests/{test_id}/run", json={"provder": "google"})
    far = await client.post(f"{API}/tests/{test_id}/run", json={"xyzzy": 1})
    inner = {"name": "A", "test_ids": [test_id], "arms": ["builtin", "google"], "request": {"base-url": "x"}}
    nested = await client.post(f"{API}/experiments", json=inner)

    assert (near.status_code, near.json()["detail"]) == (422, "body.provder: unknown; did you mean `provider`?")
    assert "`base_url`" in far.json()["detail"]
    assert "`variables`" in far.json()["detail"]
    assert nested.json()["detail"] == "body.request.base-url: unknown; did you mean `base_url`?"


@pytest.mark.usefixtures("no_duties")
async def test_a_duty_that_fails_is_seen_in_the_servers_health_until_it_goes_well(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise schedules that never fire would stand in a log that nobody reads."""
    client, broken, tried = await served.anybody(), True, asyncio.Event()

    async def duty(_platform: Platform) -> None:
        if broken:
            raise KeyError("cron")
        tried.set()

    monkeypatch.setattr(housekeeping, "_DUTIES", (("schedules", 0.01, duty),))
    keeping = asyncio.create_task(housekeeping.housekeep(served.platform))
    async with asyncio.timeout(60):
        while not served.platform.failing:
            await asyncio.sleep(0)
    failing = (await client.get(f"{API}/health/ready")).json()
    broken = False
    async with asyncio.timeout(60):
        await tried.wait()
        while served.platform.failing:
            await asyncio.sleep(0)
    well = (await client.get(f"{API}/health/ready")).json()
    keeping.cancel()
    await asyncio.wait([keeping])

    assert failing["status"] == "degraded"
    assert failing["parts"]["housekeeping"] == "it fails in schedules (KeyError): see the server's log"
    assert well["parts"]["housekeeping"] == "ok"


async def test_the_last_pass_is_found_without_sorting_all_passes_of_its_case(served: Served) -> None:
    """A nightly case has thousands; an index knows the newest."""
    database, test_id = served.platform.database, await stored_test(await served.machine("write"))
    asked: list[tuple[str, Any]] = []
    event.listen(database.reader.sync_engine, "before_cursor_execute", lambda *told: asked.append((told[2], told[3])))
    staging, shop, seen = [
        await an_execution(served, test_id=test_id, base_url=f"https://{site}.example")
        for site in ("staging", "shop", "staging")
    ]

    found = await overview.last_pass(served.platform, seen)

    plan = []
    async with database.writer.connect() as connection:
        if not database.on_sqlite:  # which reads so small a table whole, if it may
            await connection.exec_driver_sql("SET enable_seqscan = off; SET enable_bitmapscan = off")
        for statement, given in asked:
            told = "EXPLAIN QUERY PLAN" if database.on_sqlite else "EXPLAIN"
            plan += [str(row[-1]) for row in await connection.exec_driver_sql(f"{told} {statement}", given)]
    assert (found, shop.id > staging.id) == (staging.id, True)
    assert any("ix_executions" in part for part in plan)
    assert not [part for part in plan if "ORDER BY" in part or "Sort" in part]


async def test_a_mistyped_provider_is_answered_with_the_nearest_one(served: Served) -> None:
    """In a body, in a list there and in an address: as test files are answered."""
    client = await served.machine("write", "run", "admin")
    test_id = await stored_test(client)

    refused = [
        await client.post(f"{API}/tests/{test_id}/run", json={"provider": "gogle"}),
        await client.post(f"{API}/tests/{test_id}/run", json={"fallbacks": ["gogle/gemini-2.5-flash"]}),
        await client.put(f"{API}/queue/limits/gogle", json={"max_parallel": 1}),
        await client.get(f"{API}/providers/gogle"),
    ]

    assert [(one.status_code, one.json()["mend"]) for one in refused] == [
        *[(422, "did you mean `google`?")] * 3,
        (404, "did you mean `google`?"),
    ]
    assert refused[0].json()["detail"] == "body.provider: `gogle` is not a provider."


async def test_health_says_what_is_missing(served: Served) -> None:
    """Alive needs nothing; ready looks at every part."""
    client = await served.anybody()

    alive, ready = await client.get(f"{API}/health/live"), await client.get(f"{API}/health/ready")
    figures = await (await served.machine("read")).get(f"{API}/metrics")

    assert alive.json()["status"] == "ok"
    assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
    assert ready.json()["parts"]["workers"] != "ok"
    assert 'aiwebtest_queue_executions{state="queued"} 0.0' in figures.text
