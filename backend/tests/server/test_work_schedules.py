"""Schedules by the clock of a time zone, and webhooks that are told what is over."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio
from served import Served, serve
from sqlalchemy import func, select, text, update
from working import CONTENT

from app.core.clock import now, now_s
from app.core.config import ServerSettings
from app.core.database import Database
from app.core.errors import Invalid
from app.models import AuditEntry, Delivery, Execution, ProviderLimit, Run, Schedule, Webhook
from app.services import deliveries, faults, retention, schedules
from app.services.schedules import following
from app.workers import housekeeping, mutating, runner

API = "/api/v1"


@pytest_asyncio.fixture
async def served(settings: ServerSettings) -> AsyncIterator[Served]:
    async with serve(settings.model_copy(update={"queue": "database"})) as served:
        yield served


async def stored_test(served: Served) -> int:
    client = await served.machine("write")
    content = CONTENT.replace("url: /", "url: http://127.0.0.1:9/")
    answer = await client.post(f"{API}/tests", json={"path": "visit.test.yaml", "content": content})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


@pytest.mark.parametrize(
    ("cron", "after", "due"),
    [
        pytest.param("30 2 * * *", "2026-01-10T12:00+00:00", "2026-01-11T01:30+00:00", id="a plain day"),
        pytest.param("30 2 * * *", "2026-03-28T12:00+00:00", "2026-03-29T01:00+00:00", id="a time that does not exist"),
        pytest.param("30 2 * * *", "2026-10-25T00:30+00:00", "2026-10-26T01:30+00:00", id="a time that comes twice"),
        pytest.param("0 * * * *", "2026-10-25T00:00+00:00", "2026-10-25T01:00+00:00", id="every hour, the second too"),
        pytest.param("0 9 * * 1-5", "2026-11-20T12:00+00:00", "2026-11-23T08:00+00:00", id="over the weekend"),
    ],
)
def test_a_schedule_keeps_to_the_clock_on_the_wall(cron: str, after: str, due: str) -> None:
    """Clocks go forward and back; a run at 02:30 is neither lost nor done twice."""
    assert following(cron, "Europe/Berlin", datetime.fromisoformat(after)) == datetime.fromisoformat(due)


@pytest.mark.parametrize(
    ("cron", "zone"),
    [("* * * *", "UTC"), ("* * * * * *", "UTC"), ("61 * * * *", "UTC"), ("0 0 30 2 *", "UTC"), ("0 0 * * *", "Mars/X")],
)
def test_what_is_no_schedule_is_refused(cron: str, zone: str) -> None:
    """With what to write instead."""
    with pytest.raises(Invalid):
        following(cron, zone, datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.usefixtures("no_duties")
async def test_a_moment_fires_once_however_many_servers_look(served: Served) -> None:
    """Five of them at once, after a night in which no server ran: what was missed is made up for once."""
    test_id = await stored_test(served)
    client = await served.machine("write")
    body = {"name": "Every minute", "cron": "* * * * *", "timezone": "Europe/Berlin", "test_id": test_id}
    made = (await client.post(f"{API}/schedules", json=body)).json()
    async with served.platform.database.write() as session:
        await session.execute(update(Schedule).values(next_at=now() - timedelta(hours=9)))

    await asyncio.gather(*(schedules.fire_due(served.platform) for _ in range(5)))

    async with served.platform.database.read() as session:
        runs = (await session.scalars(select(Run).where(Run.schedule_id == made["id"]))).all()
        schedule = await session.get_one(Schedule, made["id"])
    assert [(run.trigger, run.total) for run in runs] == [("schedule", 1)]
    assert schedule.last_run_id == runs[0].id
    assert schedule.next_at is not None
    assert schedule.next_at > now()


@pytest.mark.usefixtures("no_duties")
async def test_a_moment_whose_server_was_killed_is_begun_by_another(served: Served) -> None:
    """Between taking the moment and beginning the run; and not again when the run had been begun."""
    test_id = await stored_test(served)
    client = await served.machine("write", "run")
    body = {"name": "Daily", "cron": "0 0 1 1 *", "test_id": test_id}
    made = (await client.post(f"{API}/schedules", json=body)).json()

    async def left_by_a_killed_server() -> None:
        past = now() - timedelta(seconds=5)
        async with served.platform.database.write() as session:
            await session.execute(update(Schedule).values(begin_by=past, last_at=past))

    for _ in range(2):
        await left_by_a_killed_server()
        await schedules.fire_due(served.platform)

    async with served.platform.database.read() as session:
        count = await session.scalar(select(func.count()).select_from(Run).where(Run.schedule_id == made["id"]))
    assert count == 1


@pytest.mark.usefixtures("no_duties")
async def test_a_run_that_cannot_be_begun_is_told(served: Served) -> None:
    """The test was deleted; the schedule goes on, and says why nothing comes of it, until a run of it begins."""
    test_id = await stored_test(served)
    client = await served.machine("write", "run")
    made = (
        await client.post(f"{API}/schedules", json={"name": "Daily", "cron": "0 0 * * *", "test_id": test_id})
    ).json()
    await client.delete(f"{API}/tests/{test_id}")
    async with served.platform.database.write() as session:
        await session.execute(update(Schedule).values(next_at=now() - timedelta(minutes=1)))

    await schedules.fire_due(served.platform)

    told = (await client.get(f"{API}/schedules/{made['id']}")).json()
    assert "no test" in told["last_problem"]
    assert told["next_at"] is not None
    refused = await client.post(f"{API}/schedules/{made['id']}/run")
    still = (await client.get(f"{API}/schedules/{made['id']}")).json()["last_problem"]
    await client.post(f"{API}/tests/{test_id}/undelete")
    begun = (await client.post(f"{API}/schedules/{made['id']}/run")).json()
    told = (await client.get(f"{API}/schedules/{made['id']}")).json()
    assert (refused.status_code, "no test" in still) == (404, True)
    assert (told["last_problem"], told["last_run_id"]) == ("", begun["id"])  # it was begun, by hand


@pytest.mark.usefixtures("no_duties")
async def test_a_schedule_whose_request_is_refused_now_holds_no_other_one_up(served: Served) -> None:
    """What an older server stored may be more than this one takes: that one says so, and those behind it begin."""
    test_id, client = await stored_test(served), await served.machine("write", "run")
    made = [
        (await client.post(f"{API}/schedules", json={"name": name, "cron": "0 0 * * *", "test_id": test_id})).json()[
            "id"
        ]
        for name in ("First", "Second")
    ]
    async with served.platform.database.write() as session:
        for place, schedule_id in enumerate(made):
            schedule = await session.get_one(Schedule, schedule_id)
            schedule.next_at = now() - timedelta(minutes=2 - place)
        (await session.get_one(Schedule, made[0])).request = {"provider": "gogle"}

    begun = await schedules.fire_due(served.platform)

    first, second = [(await client.get(f"{API}/schedules/{one}")).json() for one in made]
    by_hand = await client.post(f"{API}/schedules/{made[0]}/run")
    assert (begun, second["last_problem"], second["last_run_id"] is None) == (1, "", False)
    assert "`gogle` is not a provider" in first["last_problem"]
    assert (by_hand.status_code, "`gogle` is not a provider" in by_hand.json()["detail"]) == (422, True)


async def test_a_schedule_is_changed_and_deleted(served: Served) -> None:
    """Switched off it is due at no time; run by hand, its last run is known to it all the same."""
    test_id = await stored_test(served)
    client = await served.machine("write", "run")
    made = (
        await client.post(f"{API}/schedules", json={"name": "Daily", "cron": "0 0 * * *", "test_id": test_id})
    ).json()

    off = await client.patch(f"{API}/schedules/{made['id']}", json={"name": made["name"], "enabled": False})
    async with served.platform.database.read() as session:
        noted = await session.scalar(select(AuditEntry.detail).where(AuditEntry.action == "schedule.update"))
    now_run = await client.post(f"{API}/schedules/{made['id']}/run")
    last = (await client.get(f"{API}/schedules/{made['id']}")).json()["last_run_id"]
    deleted = await client.delete(f"{API}/schedules/{made['id']}")

    assert off.json()["next_at"] is None
    assert noted == {"changed": ["enabled"]}  # its name is as it was
    assert now_run.status_code == 202
    assert (last, now_run.json()["schedule_id"]) == (now_run.json()["id"], made["id"])
    assert deleted.status_code == 204
    assert (await client.get(f"{API}/schedules/{made['id']}")).status_code == 404


class Hook:
    """An address that is told things, and answers as the test says."""

    def __init__(self) -> None:
        self.url, self.status, self.length = "", 200, 0
        self.told: list[tuple[dict[str, str], bytes]] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:-2]
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        self.told.append((headers, await reader.readexactly(int(headers["content-length"]))))
        head = f"HTTP/1.1 {self.status} Said\r\nContent-Length: {self.length}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode())
        await writer.drain()
        if self.length:  # announced, and never sent
            await reader.read()
        writer.close()


@pytest_asyncio.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    server = await asyncio.start_server(hook.serve, "127.0.0.1", 0)
    hook.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/told"
    yield hook
    server.close()


async def ended_run(served: Served, outcome: str) -> int:
    """Return the id of a run that ended."""
    async with served.platform.database.write() as session:
        run = Run(name="Shop", total=1)
        session.add(run)
        await session.flush()
        session.add(Execution(run_id=run.id, name="Buy"))
    leases = served.platform.queue.leases
    claim = await leases.claim("w")
    assert claim is not None
    await leases.finish(claim, outcome=outcome)
    return run.id


@pytest.mark.usefixtures("no_duties")
async def test_a_webhook_is_told_of_what_is_over_with_a_signature_that_holds(served: Served, hook: Hook) -> None:
    """Who knows the secret can tell the message from a forged one."""
    client = await served.machine("admin")
    made = (await client.post(f"{API}/webhooks", json={"url": hook.url, "events": ["run.finished"]})).json()
    run_id = await ended_run(served, "failed")

    await deliveries.send_due(served.platform)

    [(headers, body)] = hook.told
    told = json.loads(body)
    assert (told["event"], told["id"], told["outcome"]) == ("run.finished", run_id, "failed")
    at = int(headers["x-aiwebtest-signature"].split(",")[0].removeprefix("t="))
    assert headers["x-aiwebtest-signature"] == deliveries.signed(made["secret"], body, at)
    listed = (await client.get(f"{API}/webhooks/{made['id']}/deliveries")).json()["items"]
    assert [(one["state"], one["tries"], one["status"]) for one in listed] == [("delivered", 1, 200)]
    assert "secret" not in (await client.get(f"{API}/webhooks")).json()["items"][0]


@pytest.mark.usefixtures("no_duties")
async def test_a_webhook_that_does_not_answer_well_is_told_again_later_and_given_up_at_last(
    served: Served, hook: Hook
) -> None:
    """With growing pauses; the message keeps its number."""
    client = await served.machine("admin")
    made = (await client.post(f"{API}/webhooks", json={"url": hook.url})).json()
    await ended_run(served, "failed")
    hook.status = 503
    waits = []
    for _ in range(len(deliveries.PAUSES_S) + 1):
        await deliveries.send_due(served.platform)
        async with served.platform.database.write() as session:
            delivery = (await session.scalars(select(Delivery))).one()
            waits.append(round(delivery.next_at - now_s(), -1))
            delivery.next_at = 0.0

    await deliveries.send_due(served.platform)

    listed = (await client.get(f"{API}/webhooks/{made['id']}/deliveries")).json()["items"]
    assert [(one["state"], one["tries"]) for one in listed] == [("given-up", 7)]
    assert len(hook.told) == 7
    assert len({headers["x-aiwebtest-delivery"] for headers, _ in hook.told}) == 1
    assert waits[:4] == [10, 60, 300, 1800]


@pytest.mark.usefixtures("no_duties")
async def test_a_webhook_may_ask_for_what_did_not_pass_only(served: Served, hook: Hook) -> None:
    """Nobody reads a channel that says "passed" all day."""
    client = await served.machine("admin")
    await client.post(f"{API}/webhooks", json={"url": hook.url, "only": "not-passed"})
    await ended_run(served, "passed")
    await ended_run(served, "error")

    await deliveries.send_due(served.platform)

    assert [json.loads(body)["outcome"] for _, body in hook.told] == ["error"]


@pytest.mark.usefixtures("no_duties")
async def test_a_webhook_whose_answer_has_no_end_holds_nobody_up(served: Served, hook: Hook) -> None:
    """Its status is all that counts: the others are told meanwhile, not when it has said the rest."""
    client = await served.machine("admin")
    await client.post(f"{API}/webhooks", json={"url": hook.url, "events": ["run.finished"]})
    await ended_run(served, "failed")
    hook.length = 1_000_000

    assert await deliveries.send_due(served.platform) == 1


@pytest.mark.usefixtures("no_duties")
async def test_faults_of_the_server_itself_are_told_once_to_who_asked(
    served: Served, hook: Hook, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A duty that fails, and a report that a fault ended, belong to no execution that could tell it."""
    client, platform, failed = await served.machine("admin", "write", "run"), served.platform, asyncio.Event()
    tries = count(1)

    async def broken(*_: object) -> None:
        tried = next(tries)
        if tried > 4:
            failed.set()
        raise KeyError("cron") if tried < 3 else OverflowError("cron")

    monkeypatch.setattr(housekeeping, "_DUTIES", (("schedules", 0.0, broken),))
    monkeypatch.setattr(mutating, "_ready", broken)
    for event in ("server.fault", "run.finished"):
        await client.post(f"{API}/webhooks", json={"url": hook.url, "events": [event]})

    keeping = asyncio.create_task(housekeeping.housekeep(platform))
    async with asyncio.timeout(60):
        await failed.wait()
    keeping.cancel()
    await asyncio.wait([keeping])
    begun = await client.post(f"{API}/mutations/runs", json={"name": "All", "test_ids": [await stored_test(served)]})
    service: Any = None  # nothing comes that far
    await mutating.measure_due(platform, service, tmp_path)
    await deliveries.send_due(platform)

    told = [json.loads(body) for _, body in hook.told]
    report = f"mutation report {begun.json()['id']}"
    assert sorted((one["event"], one["part"], one["problem"]) for one in told) == [
        ("server.fault", report, "OverflowError"),
        ("server.fault", "schedules", "KeyError"),
        ("server.fault", "schedules", "OverflowError"),
    ]
    ended = (await client.get(f"{API}/mutations/{begun.json()['id']}")).json()
    assert (ended["state"], ended["told"].startswith("Nothing was measured: a fault of AI Web Test")) == (
        "finished", True,
    )  # fmt: skip


async def test_a_fault_that_the_database_cannot_take_is_left_to_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What tells of a fault must not end the duties that go well."""
    async with Database(f"sqlite+aiosqlite:///{tmp_path / 'without-tables.db'}") as database:
        platform: Any = SimpleNamespace(database=database)
        await faults.tell(platform, "schedules", KeyError("cron"))

    assert "Nobody could be told of the fault in schedules: " in caplog.text


async def test_a_webhook_cannot_be_pointed_at_a_clouds_metadata(served: Served) -> None:
    """It would hand out the machine's credentials."""
    client = await served.machine("admin")

    answer = await client.post(f"{API}/webhooks", json={"url": "http://169.254.169.254/latest"})

    assert answer.status_code == 422
    async with served.platform.database.read() as session:
        assert (await session.scalars(select(Webhook))).all() == []


async def test_the_queue_tells_and_takes_limits(served: Served) -> None:
    """Owners say how many executions of a vendor run at once."""
    client = await served.machine("admin")

    put = await client.put(f"{API}/queue/limits/cerebras/gpt-oss-120b", json={"max_parallel": 3})
    taken = await client.put(f"{API}/queue/limits/cerebras/gpt-oss-120b", json={"max_parallel": None})

    assert put.json()["providers"]["cerebras/gpt-oss-120b"]["limit"] == 3
    assert taken.json()["providers"] == {}
    assert (await client.get(f"{API}/queue/status")).json()["queued"] == 0


async def test_a_limit_of_a_mistyped_provider_is_still_taken_away(served: Served) -> None:
    """Servers took such names once; what they stored must not stay for ever."""
    client = await served.machine("admin")
    async with served.platform.database.write() as session:
        session.add(ProviderLimit(provider="gogle", max_parallel=1))

    changed = await client.put(f"{API}/queue/limits/gogle", json={"max_parallel": 2})
    taken = await client.put(f"{API}/queue/limits/gogle", json={"max_parallel": None})
    again = await client.put(f"{API}/queue/limits/gogle", json={"max_parallel": None})

    assert (changed.status_code, changed.json()["mend"]) == (422, "did you mean `google`?")
    assert (taken.status_code, taken.json()["providers"]) == (200, {})
    assert again.status_code == 422  # now there is none to take away


async def test_what_is_older_than_the_settings_say_is_deleted_with_its_files(served: Served) -> None:
    """The files go with the rows, and what is younger stays."""
    platform = served.platform
    old_run, new_run = await ended_run(served, "passed"), await ended_run(served, "passed")
    old = now() - timedelta(days=platform.settings.retention_days + 1)
    async with platform.database.write() as session:
        await session.execute(update(Execution).where(Execution.run_id == old_run).values(finished_at=old))
        await session.execute(update(Run).where(Run.id == old_run).values(finished_at=old))

    await retention.clean(platform)

    async with platform.database.read() as session:
        assert (await session.scalars(select(Run.id))).all() == [new_run]
        if platform.database.on_sqlite:  # which then knows what is in its tables; PostgreSQL does by itself
            assert await session.scalar(text("SELECT count(*) FROM sqlite_stat1"))


@pytest.mark.usefixtures("no_duties")
async def test_a_fault_while_an_execution_is_written_down_ends_it_and_is_told(
    served: Served, hook: Hook, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The execution may be another worker's by then, so that its own end need not tell it."""
    client, test_id = await served.machine("admin", "write", "run"), await stored_test(served)

    async def broken(*_: object) -> None:
        raise OverflowError("ledger")

    monkeypatch.setattr(runner, "perform", broken)
    await client.post(f"{API}/webhooks", json={"url": hook.url, "events": ["server.fault"]})
    begun = (await client.post(f"{API}/tests/{test_id}/run")).json()
    service: Any = None  # nothing comes that far
    job = await runner.Runner(served.platform, service, name="one", folder=tmp_path).take()
    assert job is not None
    async with asyncio.timeout(60):
        await job.done.wait()
        while not hook.told:  # the fault is told right after
            await deliveries.send_due(served.platform)

    told = json.loads(hook.told[0][1])
    assert (told["event"], told["part"], told["problem"]) == (
        "server.fault", f"execution {job.claim.execution_id}", "OverflowError",
    )  # fmt: skip
    ended = (await client.get(f"{API}/executions/{job.claim.execution_id}")).json()
    assert (ended["outcome"], ended["problem"]["code"]) == ("error", "internal"), begun
