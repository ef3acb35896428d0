"""What leaves the server on purpose: tables for spreadsheets, reports, links to reports."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from served import Served, serve
from sqlalchemy import select, update

from app.core.clock import now
from app.core.config import ServerSettings
from app.core.errors import Gone
from app.models import Execution, Heal, ModelAttempt, Run, StepRecord, Test
from app.services import heals, overview, shares


@pytest.fixture
def settings(tmp_path: Path) -> ServerSettings:
    """Settings of a server on SQLite: none of this depends on the database."""
    return ServerSettings(_env_file=None, data_dir=tmp_path / "data", worker="none")


async def executed(served: Served, *, name: str = "Order a lamp", number: int = 1) -> int:
    """Store executions that are over, and return the id of the last."""
    problem = {"code": "check-failed", "what": "The total is <b>$52.90</b>.", "mend": "look at the picture."}
    async with served.platform.database.write() as session:
        run = Run(name=name, total=number, finished=number, outcome="failed", created_at=now())
        for place in range(number):
            run.executions.append(
                Execution(
                    name=name, position=place, state="finished", outcome="failed", problem=problem, steps_total=1,
                    duration_s=1.5, created_at=now(), finished_at=now(),
                )
            )  # fmt: skip
        session.add(run)
        await session.flush()
        last = run.executions[-1].id
        detail = {"understood": "the total", "problem": problem, "verdicts": [], "actions": []}
        step = StepRecord(execution_id=last, index=0, text="The total is $59.98", outcome="failed", detail=detail)
        session.add(step)
    return last


async def test_a_table_has_every_execution_that_fits_and_no_formula(served: Served) -> None:
    """A name that a spreadsheet would calculate must stay a name; several pages of the list are one table."""
    await executed(served, name="=HYPERLINK(1)", number=503)
    await executed(served, name="other")
    client = await served.person("viewer")

    answer = await client.get("/api/v1/tables/executions.csv", params={"search": "HYPERLINK"})

    rows = list(csv.DictReader(StringIO(answer.text)))
    assert answer.headers["content-type"].startswith("text/csv")
    assert (len(rows), {row["name"] for row in rows}, rows[0]["duration_s"]) == (503, {"'=HYPERLINK(1)"}, "1.5")


async def test_costs_are_a_table_by_any_key(served: Served) -> None:
    """An unknown cost is counted, and is not nothing."""
    async with served.platform.database.write() as session:
        for cost in (0.25, None):
            session.add(ModelAttempt(at=now(), provider="google", model_asked="m", cost_usd=cost))
    client = await served.person("viewer")

    answer = await client.get("/api/v1/tables/costs.csv", params={"by": "model"})

    [row] = csv.DictReader(StringIO(answer.text))
    assert (row["model"], row["cost_usd"], row["cost_unknown"]) == ("google/m", "0.25", "1")
    assert (row["fallbacks"], row["agreement"]) == ("0", "")


async def shared(client: Any, execution: int) -> str:
    """Return the secret part of a new link to an execution's report."""
    url = (await client.post(f"/api/v1/executions/{execution}/share", json={"days": 1})).json()["url"]
    return str(url.rpartition("/")[2])


async def test_a_link_shows_one_report_until_it_ends(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody guesses another link from it, and after its end it opens nothing and is not listed."""
    execution = await executed(served)
    client, stranger = await served.person("editor"), await served.anybody()

    link = await shared(client, execution)

    assert await shares.look(served.platform, link) == execution
    for wrong in (link[:-1], f"{link}0", "x", ""):
        with pytest.raises(Gone):
            await shares.look(served.platform, wrong)
    assert (await stranger.post(f"/api/v1/executions/{execution}/share", json={})).status_code == 401
    monkeypatch.setattr(shares, "now", lambda: now() + timedelta(days=1, seconds=1))
    with pytest.raises(Gone):
        await shares.look(served.platform, link)
    assert (await client.get("/api/v1/shares")).json()["items"] == []


async def test_a_link_is_listed_and_revoked(database_url: str, tmp_path: Path) -> None:
    """Who shared what is seen without the link itself; revoked, it is over at once, and the trail says by whom."""
    told = ServerSettings(_env_file=None, data_dir=tmp_path / "data", database_url=database_url, worker="none")
    async with serve(told) as served:
        first, second = await executed(served), await executed(served, name="Pay")
        maker, other, viewer = [await served.person(role) for role in ("editor", "editor", "viewer")]
        kept, taken = await shared(maker, first), await shared(maker, second)

        [listed] = (await other.get("/api/v1/shares", params={"execution_id": second})).json()["items"]
        refused = await viewer.delete(f"/api/v1/shares/{listed['id']}")
        revoked = await other.delete(f"/api/v1/shares/{listed['id']}")

        assert (listed["execution_id"], listed["name"], taken in str(listed)) == (second, "Pay", False)
        assert (refused.status_code, revoked.status_code) == (403, 204)
        with pytest.raises(Gone):
            await shares.look(served.platform, taken)
        assert await shares.look(served.platform, kept) == first
        assert (await other.delete(f"/api/v1/shares/{listed['id']}")).status_code == 404
        owner = await served.person("owner")
        trail = (await owner.get("/api/v1/audit", params={"action": "execution.unshare"})).json()["items"]
        assert [(one["subject"], one["detail"]["author"]) for one in trail] == [
            (f"execution {second}", listed["author"])
        ]


async def healed(served: Served, client: Any) -> dict[str, Any]:
    """Store a test with a heal that waits, and return it as the API tells it."""
    text = "name: pages\nurl: /\nsteps:\n  - Open /\n  - Click Next\n"
    test = (await client.post("/api/v1/tests", json={"path": "a.test.yaml", "content": text})).json()
    action = {"action": "click", "locator": {"role": "button", "name": "Next page"}, "source": "rules"}
    other = {"action": "click", "locator": {"role": "link", "name": "Next chapter"}, "source": "rules"}
    others = [{"described": 'link "Next chapter"', "score": 0.6, "action": other}]
    entry = {"case": "pages", "step": "Click Next", "actions": [action], "place": 0, "others": others}
    async with served.platform.database.write() as session:
        session.add(
            Heal(test_id=test["id"], case="pages", step=1, text="Click Next", before="b", after="a", entry=entry)
        )
    return dict((await client.get("/api/v1/heals")).json()["items"][0])


async def test_another_candidate_of_a_heal_can_be_meant(served: Served) -> None:
    """What somebody chose goes into the lockfile, not what the run had found."""
    client = await served.person("editor")
    heal = await healed(served, client)
    missing = await client.post(f"/api/v1/heals/{heal['id']}/approve", json={"other": 5})

    told = (await client.post(f"/api/v1/heals/{heal['id']}/approve", json={"other": 0})).json()

    lock = (await client.get(f"/api/v1/tests/{heal['test_id']}/lock")).json()["content"]
    assert (missing.status_code, told["state"], told["after"]) == (422, "approved", 'link "Next chapter"')
    assert "Next chapter" in lock
    assert "Next page" not in lock


async def test_a_heal_can_be_settled_by_a_clearer_sentence(served: Served) -> None:
    """The test gets a new version with the new words; comments and other sentences stay."""
    client = await served.person("editor")
    heal = await healed(served, client)
    same = await client.post(f"/api/v1/heals/{heal['id']}/reword", json={"text": "Click  Next"})

    told = await client.post(f"/api/v1/heals/{heal['id']}/reword", json={"text": 'Click the button "Next page"'})

    assert (same.status_code, same.json()["detail"]) == (422, "The sentence is as it was.")
    test = (await client.get(f"/api/v1/tests/{heal['test_id']}")).json()
    assert (told.status_code, told.json()["state"], test["version"]) == (200, "approved", 2)
    assert '- Click the button "Next page"' in test["content"]
    assert (await client.post(f"/api/v1/heals/{heal['id']}/reword", json={"text": "x"})).status_code == 409


async def test_a_heal_of_a_sentence_that_its_test_says_no_more_can_only_be_rejected(served: Served) -> None:
    """To approve it would change nothing; a change elsewhere in the test leaves it as it is."""
    client = await served.person("editor")
    heal = await healed(served, client)
    url = f"/api/v1/tests/{heal['test_id']}"

    async def unsaid() -> set[int]:
        async with served.platform.database.read() as session:
            return await heals.said_no_more(session, (await session.scalars(select(Heal))).all())

    async with served.platform.database.write() as session:
        run = Run(name="pages", total=1)
        ran = Execution(test_id=heal["test_id"], name="pages", run=run)
        session.add(ran)
        await session.flush()
        await session.execute(update(Heal).values(execution_id=ran.id))
    content = (await client.get(url)).json()["content"]

    await client.patch(url, json={"content": content.replace("Open /", "Open /orders")})
    before = await unsaid()
    await client.patch(url, json={"content": content.replace("Click Next", "Click Next page")})

    assert (before, await unsaid()) == (set(), {heal["id"]})
    told = f"/api/v1/heals/{heal['id']}"
    for way in ("approve", "approve-alike"):  # as a page does that was opened before
        refused = await client.post(f"{told}/{way}")
        assert (refused.status_code, "says “Click Next” no more" in refused.json()["detail"]) == (409, True)
    assert (await client.get(f"{url}/lock")).status_code == 404
    assert (await client.post(f"{told}/reject")).status_code == 200


async def test_the_last_pass_of_a_report_is_one_at_the_same_base_url_if_there_is_one(served: Served) -> None:
    """A fault on staging is told against staging; a site at which nothing passed yet is told against another."""
    staging, live, fresh = "https://staging.example", "https://shop.example", "http://127.0.0.1:9"
    async with served.platform.database.write() as session:
        test = Test(path="a.test.yaml", name="Basket", content="name: Basket\n")
        run = Run(name="Basket", total=4)
        session.add_all([test, run])
        await session.flush()
        ended = [(staging, "passed"), (live, "passed"), (staging, "failed"), (fresh, "failed")]
        found = [
            Execution(run_id=run.id, test_id=test.id, name="Basket", state="finished", base_url=url, outcome=outcome)
            for url, outcome in ended
        ]
        session.add_all(found)
        await session.flush()

    of_staging, of_fresh = [await overview.last_pass(served.platform, one) for one in found[2:]]

    assert (of_staging, of_fresh) == (found[0].id, found[1].id)


async def test_the_dashboard_counts_what_is_over_as_its_chart_does(served: Served) -> None:
    """What still waits has no outcome, and no place in a day's bar."""
    async with served.platform.database.write() as session:
        run = Run(name="Basket", total=3)
        session.add(run)
        await session.flush()
        for state, outcome in (("finished", "passed"), ("finished", "failed"), ("queued", None)):
            session.add(Execution(run_id=run.id, name="Basket", state=state, outcome=outcome))

    seen = await overview.glance(served.platform, 7)

    assert (seen.now.executions, seen.queued, seen.unserved) == (2, 1, True)
    assert seen.now.executions == sum(sum(day.outcomes.values()) for day in seen.days)


async def test_what_fails_is_told_by_its_last_run_that_is_over(served: Served) -> None:
    """While the test runs again, "newly failing" leads to the failure, not to what has come to nothing yet."""
    async with served.platform.database.write() as session:
        test = Test(path="a.test.yaml", name="Basket", content="name: Basket\n")
        runs = [Run(name="Basket", total=1) for _ in range(3)]
        session.add_all([test, *runs])
        await session.flush()
        states = (("finished", "passed"), ("finished", "failed"), ("running", None))
        made = [
            Execution(run_id=run.id, test_id=test.id, name="Basket", state=state, outcome=outcome)
            for run, (state, outcome) in zip(runs, states, strict=True)
        ]
        session.add_all(made)
        await session.flush()

    [wanting] = (await overview.glance(served.platform, 7)).attention

    assert (wanting.why, wanting.execution_id) == ("newly failing", made[1].id)
