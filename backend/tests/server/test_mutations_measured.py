"""Faults planted by a worker of the server, with real Chromium: begun by the API, and the result read there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from served import Served
from working import serve_site

from app.core.config import ServerSettings
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
