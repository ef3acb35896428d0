"""Faults planted by a worker of the server, with real Chromium: begun by the API, and the result read there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from served import Served
from sqlalchemy import select
from working import serve_site

from aiwebtest.testing.emulator import Oracle, serve_emulator
from app.core.config import ServerSettings
from app.models import ModelAttempt
from app.services.stagehand_service import StagehandService
from app.workers.mutating import measure_due

API = "/api/v1"
TESTS = {
    "careful": 'name: Careful\nurl: /\nsteps:\n  - Check that the "Save" button is enabled\n',
    "lazy": 'name: Lazy\nurl: /\nsteps:\n  - Check that the page shows "Welcome"\n',
    "wrong": "name: Wrong\nurl: /\ntimeout: 500ms\nsteps:\n  - Click Nowhere\n",
}


@pytest.fixture
def settings(tmp_path: Path) -> ServerSettings:
    """Settings of a server on SQLite: what is measured does not depend on the database."""
    return ServerSettings(_env_file=None, data_dir=tmp_path / "data", worker="none")


async def test_what_tests_notice_is_measured_by_a_worker_and_a_test_that_fails_anyway_is_named(
    served: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A careful test notices what became of a button, a lazy one does not, and a wrong one measures nothing."""
    monkeypatch.chdir(tmp_path)
    client = await served.person("owner")
    ids = {
        name: (await client.post(f"{API}/tests", json={"path": f"{name}.test.yaml", "content": content})).json()["id"]
        for name, content in TESTS.items()
    }
    async with serve_site() as site, StagehandService(served.platform.settings) as service:

        async def measured(name: str) -> dict[str, Any]:
            body = {"name": name, "test_ids": [ids[name]], "kinds": ["hide", "disable", "relabel"],
                    "request": {"base_url": site.url}}  # fmt: skip
            begun = await client.post(f"{API}/mutations/runs", json=body)
            assert (begun.status_code, begun.json()["state"]) == (202, "running"), begun.text
            assert await measure_due(served.platform, service, tmp_path / "work")
            return dict((await client.get(f"{API}/mutations/{begun.json()['id']}")).json())

        careful, lazy, wrong = await measured("careful"), await measured("lazy"), await measured("wrong")
        assert not await measure_due(served.platform, service, tmp_path / "work")

    assert (careful["state"], careful["told"], careful["score"], careful["offered"]) == ("finished", "", 1.0, 3)
    assert {one["by"] for one in careful["faults"]} == {"careful.test.yaml::Careful"}
    assert (lazy["score"], lazy["counts"]["survived"]) == (0.0, 3)
    assert wrong["told"].startswith(
        "Nothing was measured: 1 case does not pass as things are. wrong.test.yaml::Wrong: "
    )
    assert (wrong["state"], wrong["score"], wrong["faults"]) == ("finished", None, [])


JUDGED = "name: Greets\nurl: /\nsteps:\n  - check: the page greets people warmly\n"


async def test_providers_are_compared_by_the_same_faults_and_each_request_is_in_the_ledger(
    served: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One looks closely, the other says yes to everything; only the vendors are emulated."""
    yes = {"verdict": "holds", "reason": "it does", "evidence": ["Welcome"]}
    saw = {"verdict": "does_not_hold", "reason": "a zebra", "evidence": ["Zebra"]}
    monkeypatch.chdir(tmp_path)
    client = await served.person("owner")
    test = (await client.post(f"{API}/tests", json={"path": "greets.test.yaml", "content": JUDGED})).json()
    body = {"name": "Who looks closely", "test_ids": [test["id"]], "kinds": ["relabel"],
            "providers": ["cerebras", "google"]}  # fmt: skip
    async with serve_emulator() as emulator, serve_site() as site:
        emulator.oracles["google"] = Oracle(script={"greets": yes})
        emulator.oracles["cerebras"] = Oracle(script={"Zebra": saw, "greets": yes})
        for name, value in emulator.environment().items():
            monkeypatch.setenv(name, value)
        begun = (await client.post(f"{API}/mutations/runs", json=body | {"request": {"base_url": site.url}})).json()
        async with StagehandService(served.platform.settings) as service:
            assert await measure_due(served.platform, service, tmp_path / "work")
        monkeypatch.delenv("CEREBRAS_API_KEY")
        keyless = await client.post(f"{API}/mutations/runs", json=body)
    url = f"{API}/mutations/{begun['id']}"
    told = (await client.get(url)).json()
    async with served.platform.database.read() as session:
        rows = (await session.execute(select(ModelAttempt.provider, ModelAttempt.good))).all()

    assert (told["state"], told["told"], told["providers"]) == ("finished", "", ["cerebras", "google"])
    close, credulous = told["comparison"]["providers"]
    assert ([one["verdict"] for one in close["tried"]], close["false_passes"]) == (["caught"], [])
    assert [one["verdict"] for one in credulous["tried"]] == ["survived"]
    assert credulous["false_passes"] == credulous["tried"]
    assert sorted(row.provider for row in rows) == sorted(entry.dialect for entry in emulator.log)
    assert {row.good for row in rows} == {None}
    assert "| google | 1 | 0 (0% to 79%) | 1 | 0 | 0 |" in (await client.get(f"{url}/report")).text
    sheet = (await client.get(f"{url}/report", params={"form": "csv"})).text.splitlines()
    assert [line.split(",")[0] for line in sheet] == ["provider", "cerebras", "google"]
    assert (keyless.status_code, "no key for the provider `cerebras`" in keyless.text) == (422, True), keyless.text
