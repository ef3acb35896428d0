"""Heals of steps that several data rows, or several places, share: what one word about them approves."""

from __future__ import annotations

import json
from typing import Any

import pytest
from served import Served
from sqlalchemy import select

from app.models import AuditEntry, Execution, Heal, Lock, Run, Test, TestVersion

API = "/api/v1"


def click(name: str) -> dict[str, Any]:
    """Return a click on a button, as a lockfile says it."""
    return {"action": "click", "locator": {"role": "button", "name": name}, "source": "rules"}


async def waiting(served: Served, text: str, *changes: tuple[str, str, list[dict[str, Any]], int]) -> list[Heal]:
    """Store a test with heals of a sentence, each of a case, a step's key, actions and the place that was healed."""
    async with served.platform.database.write() as session:
        test = Test(path="a.test.yaml", name="a", content="", version=1)
        session.add(test)
        await session.flush()
        heals = []
        for case, step, actions, place in changes:
            entry = {"case": case, "step": step, "actions": actions, "place": place, "others": []}
            heals.append(Heal(test_id=test.id, case=case, step=1, text=text, before="was", after="is", entry=entry))
            session.add(heals[-1])
            await session.flush()
    return heals


async def test_heals_of_data_rows_that_change_the_same_are_approved_at_once(served: Served) -> None:
    """Each row gets its own entry; a row that waits for something else, or found elsewhere since, is left alone."""
    found, other = [click("Next page")], [click("Next chapter")]
    first, *_ = await waiting(
        served, "Click Next", ("pages", "Click Next", found, 0), ("pages [a]", "Click Next", found, 0),
        ("pages [b]", "Click Next", found, 0), ("pages [c]", "Click Next", other, 0),
        ("pages [d]", "Click Next", found, 0), ("pages [d]", "Click Next", other, 0),
        ("pages [a]", "Click Next ×2", found, 0),
    )  # fmt: skip
    client = await served.machine("write", "read")

    told = (await client.post(f"{API}/heals/{first.id}/approve-alike")).json()

    approved = ["pages", "pages [b]", "pages [a]"]
    assert [(one["case"], one["state"]) for one in told] == [(case, "approved") for case in approved]
    lock = json.loads((await client.get(f"{API}/tests/{first.test_id}/lock")).json()["content"])
    assert lock["cases"] == {case: {"Click Next": found} for case in approved}
    left = (await client.get(f"{API}/heals", params={"state": "waiting"})).json()["items"]
    assert sorted((one["case"], one["entry"]["step"]) for one in left) == [
        ("pages [a]", "Click Next ×2"),
        *[("pages [c]", "Click Next"), ("pages [d]", "Click Next"), ("pages [d]", "Click Next")],
    ]
    async with served.platform.database.read() as session:
        noted = (await session.scalars(select(AuditEntry.subject).where(AuditEntry.action == "heal.approved"))).all()
    assert sorted(noted) == sorted(f"heal {one['id']}" for one in told)


async def test_of_a_step_with_two_places_each_is_decided_by_itself(served: Served) -> None:
    """What nobody has approved is not stored along with what somebody has."""
    old, new = [click("Old one"), click("Old two")], [click("New one"), click("New two")]
    one, two = await waiting(served, "Click both", ("pages", "Click both", new, 0), ("pages", "Click both", new, 1))
    stored = {"version": 1, "cases": {"pages": {"Click both": old}}}
    async with served.platform.database.write() as session:
        session.add(Lock(test_id=one.test_id, content=json.dumps(stored)))
    client = await served.machine("write", "read")

    await client.post(f"{API}/heals/{one.id}/approve")
    rejected = await client.post(f"{API}/heals/{two.id}/reject")

    assert rejected.status_code == 200
    lock = json.loads((await client.get(f"{API}/tests/{one.test_id}/lock")).json()["content"])
    assert lock["cases"]["pages"]["Click both"] == [new[0], old[1]]


async def test_what_a_check_of_the_same_sentence_read_stays_when_a_heal_is_approved(served: Served) -> None:
    """A sentence may act on two places and check a third; the heal is about one."""
    old, new = [click("Old one"), click("Old two")], [click("New one"), click("New two")]
    read = {"action": "read", "locator": {"role": "status", "name": "Saved"}, "source": "rules"}
    one, _ = await waiting(served, "Click both", ("pages", "Click both", new, 0), ("pages", "Click both", new, 1))
    stored = {"version": 2, "cases": {"pages": {"Click both": [*old, read]}}}
    async with served.platform.database.write() as session:
        session.add(Lock(test_id=one.test_id, content=json.dumps(stored)))
    client = await served.machine("write", "read")

    await client.post(f"{API}/heals/{one.id}/approve")

    lock = json.loads((await client.get(f"{API}/tests/{one.test_id}/lock")).json()["content"])
    assert lock["cases"]["pages"]["Click both"] == [new[0], old[1], read]


@pytest.mark.parametrize("command", ["approve-alike", "reject-alike"])
async def test_one_that_its_test_says_no_more_is_not_decided_along_with_those_alike(
    served: Served, command: str
) -> None:
    """A case that takes the sentence from shared steps says it still; one that had it in the file does not."""
    found = [click("Next page")]
    shared, own = await waiting(
        served, "Click Next", ("shared", "Click Next", found, 0), ("own", "Click Next", found, 0)
    )
    async with served.platform.database.write() as session:
        then = "name: own\nsteps:\n  - Click Next\n"
        ran = Execution(test_id=own.test_id, name="own", test_version=1, run=Run(name="own", total=1))
        session.add_all([TestVersion(test_id=own.test_id, number=1, content=then, message=""), ran])
        await session.flush()
        (await session.get_one(Test, own.test_id)).version = 2
        (await session.get_one(Heal, own.id)).execution_id = ran.id
    client = await served.machine("write", "read")

    told = (await client.post(f"{API}/heals/{shared.id}/{command}")).json()

    assert [one["case"] for one in told] == ["shared"]
    left = (await client.get(f"{API}/heals", params={"state": "waiting"})).json()["items"]
    assert [one["case"] for one in left] == ["own"]


async def test_heals_of_data_rows_that_change_the_same_are_rejected_at_once(served: Served) -> None:
    """What is stored stays stored for every row; a row that found its way elsewhere waits on."""
    found, other = [click("Next page")], [click("Next chapter")]
    first, *_ = await waiting(
        served, "Click Next", ("pages [a]", "Click Next", found, 0), ("pages [b]", "Click Next", found, 0),
        ("pages [c]", "Click Next", other, 0),
    )  # fmt: skip
    stored = {"version": 1, "cases": {f"pages [{row}]": {"Click Next": [click("Next")]} for row in "abc"}}
    async with served.platform.database.write() as session:
        session.add(Lock(test_id=first.test_id, content=json.dumps(stored)))
    client = await served.machine("write", "read")

    told = (await client.post(f"{API}/heals/{first.id}/reject-alike")).json()
    again = await client.post(f"{API}/heals/{first.id}/reject-alike")

    assert [(one["case"], one["state"]) for one in told] == [("pages [a]", "rejected"), ("pages [b]", "rejected")]
    assert again.status_code == 409
    assert json.loads((await client.get(f"{API}/tests/{first.test_id}/lock")).json()["content"]) == stored
    left = (await client.get(f"{API}/heals", params={"state": "waiting"})).json()["items"]
    assert [one["case"] for one in left] == ["pages [c]"]
    async with served.platform.database.read() as session:
        noted = (await session.scalars(select(AuditEntry.subject).where(AuditEntry.action == "heal.rejected"))).all()
    assert sorted(noted) == sorted(f"heal {one['id']}" for one in told)
