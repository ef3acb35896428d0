"""Settings that owners change in the running server: budgets, retention, origins."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from served import Served

from aiwebtest.core.case import Case, Place
from app.core.clock import now
from app.core.config import ServerSettings
from app.models import ModelAttempt
from app.services import budgets
from app.services.providers import doubts
from app.services.settings import Chosen, within


async def test_what_owners_set_holds_until_it_is_taken_back(served: Served) -> None:
    """A null goes back to what the environment says; what is left out stays."""
    client = await served.person()
    await client.patch("/api/v1/settings", json={"budget_usd_per_day": 5, "retention_days": 30})

    told = (await client.patch("/api/v1/settings", json={"retention_days": None})).json()

    assert (told["budget_usd_per_day"], told["retention_days"], told["changed"]) == (5.0, 90, ["budget_usd_per_day"])
    assert (await client.get("/api/v1/audit")).json()["items"][0]["action"] == "settings.update"


async def test_only_what_was_changed_is_noted(served: Served) -> None:
    """A form sends all its fields; who reads the audit trail wants to know which one somebody touched."""
    client = await served.person()
    await client.patch("/api/v1/settings", json={"budget_usd_per_day": 5, "budget_usd_per_execution": 1})

    await client.patch("/api/v1/settings", json={"budget_usd_per_day": 5, "budget_usd_per_execution": None})
    await client.patch("/api/v1/settings", json={"budget_usd_per_day": 5.0, "retention_days": None})

    told = (await client.get("/api/v1/audit", params={"action": "settings.update"})).json()["items"]
    assert [one["detail"] for one in told] == [
        {"budget_usd_per_execution": None},
        {"budget_usd_per_day": 5.0, "budget_usd_per_execution": 1.0},
    ]


@pytest.mark.parametrize(
    "wrong",
    [{"budget_usd_per_day": -1}, {"retention_days": 0}, {"allow_origins": ["https://a.example/path"]}, {"bugdet": 1}],
)
async def test_settings_that_make_no_sense_are_refused(served: Served, wrong: dict[str, object]) -> None:
    """A mistyped budget must not become no budget."""
    answer = await (await served.person()).patch("/api/v1/settings", json=wrong)

    assert answer.status_code == 422


async def test_the_day_counts_what_all_workers_spent_and_warns_before_it_is_over(served: Served) -> None:
    """The ledger is the truth of the day; an unknown cost is counted apart, a request never sent not at all."""
    async with served.platform.database.write() as session:
        for cost, outcome in ((3.0, "ok"), (1.2, "timeout"), (None, "ok"), (None, "breaker_open")):
            one = ModelAttempt(at=now(), provider="google", model_asked="m", outcome=outcome, cost_usd=cost)
            session.add(one)
    client = await served.person()
    await client.patch("/api/v1/settings", json={"budget_usd_per_day": 5})

    told = await budgets.status(served.platform)
    used = (await client.get("/api/v1/analytics/budget")).json()

    assert (round(told.today_usd, 6), told.today_unknown, told.near, told.reached) == (4.2, 1, True, False)
    assert used["per_day_usd"] == 5.0


async def test_a_run_may_not_begin_where_owners_do_not_let_it(served: Served) -> None:
    """Allowed origins of the owners narrow what the environment lets through."""
    client = await served.person()
    text = "name: a\nurl: /\nsteps: [Open /]\n"
    test = (await client.post("/api/v1/tests", json={"path": "a.test.yaml", "content": text})).json()
    await client.patch("/api/v1/settings", json={"allow_origins": ["http://127.0.0.1:*"]})

    refused = await client.post(f"/api/v1/tests/{test['id']}/run", json={"base_url": "https://shop.example"})
    allowed = await client.post(f"/api/v1/tests/{test['id']}/run", json={"base_url": "http://127.0.0.1:1"})

    assert (refused.status_code, allowed.status_code) == (422, 202), (refused.text, allowed.text)
    assert "not on the list of allowed origins" in refused.json()["detail"]


@pytest.fixture
def settings(tmp_path: Path) -> ServerSettings:
    """Settings of a server on SQLite: none of this depends on the database."""
    return ServerSettings(_env_file=None, data_dir=tmp_path / "data", worker="none")


CASE = Case(name="c", url="/", steps=(), place=Place(path="a.test.yaml", line=1))


@pytest.mark.parametrize(
    ("owners", "own", "left"),
    [
        (None, ("https://a.corp",), ("https://a.corp",)),
        (("shop.corp",), (), ("http://shop.corp", "https://shop.corp")),
        (("https://*.corp",), ("https://shop.corp", "https://b.example"), ("https://shop.corp",)),
    ],
)
def test_a_test_reaches_only_what_the_owners_allow(
    owners: tuple[str, ...] | None, own: tuple[str, ...], left: tuple[str, ...]
) -> None:
    """A test's own list cannot widen theirs."""
    assert within(Chosen(allow_origins=owners), replace(CASE, allowed_origins=own)).allowed_origins == left


async def test_a_model_that_has_answered_is_nobodys_slip(served: Served) -> None:
    """New models come sooner than lists of them; one that works needs no question."""
    wanted = ["google/gemini-3.5-flsh-lite", "google", "builtin"]

    before = await doubts(served.platform, wanted)
    async with served.platform.database.write() as session:
        one = ModelAttempt(at=now(), provider="google", model_asked="gemini-3.5-flsh-lite", outcome="ok")
        session.add(one)

    assert ["did you mean gemini-3.5-flash-lite?" in told for told in before] == [True]
    assert await doubts(served.platform, wanted) == []
