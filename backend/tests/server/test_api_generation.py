"""Tests proposed by a model, each proven by a run, through the API; the model is the emulator, the browser is real."""

from __future__ import annotations

from pathlib import Path

import pytest
from served import Served

from aiwebtest.testing.emulator import Emulator, Oracle, serve_emulator
from aiwebtest.testing.shop import serve_shop
from app.core.config import ServerSettings

API = "/api/v1"
KEYS = ("GOOGLE_API_KEY", "CEREBRAS_API_KEY", "OPENROUTER_API_KEY", "OPENAI_API_KEY", "OPENAI_API_BASE")


@pytest.fixture
def settings(tmp_path: Path) -> ServerSettings:
    """Settings of a server on SQLite: what is proposed does not depend on the database."""
    return ServerSettings(_env_file=None, data_dir=tmp_path / "data", worker="none")


@pytest.fixture(autouse=True)
def _nobody_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (*KEYS, "MODEL_PROVIDER", "USE_CEREBRAS", "USE_GOOGLE_DIRECT"):
        monkeypatch.delenv(name, raising=False)


def use(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point the server at the emulator."""
    for name, value in emulator.environment().items():
        monkeypatch.setenv(name, value)


async def test_without_a_provider_the_answer_says_what_is_missing(served: Served) -> None:
    """Nothing is opened before somebody can propose."""
    client = await served.machine("run", "write")
    body = {"requirement": "A visitor finds a lamp.", "url": "http://127.0.0.1:9/"}

    nobody = await client.post(f"{API}/tests/generate", json=body)
    keyless = await client.post(f"{API}/tests/generate", json={**body, "provider": "google"})

    assert (nobody.status_code, keyless.status_code) == (409, 422)
    assert "no model provider is set" in nobody.json()["detail"]
    assert "GOOGLE_API_KEY" in keyless.json()["mend"]


async def test_proposed_tests_are_run_once_and_stored_when_they_pass(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages are explored, the model proposes, the browser proves."""
    async with serve_shop() as shop, serve_emulator() as emulator:
        use(emulator, monkeypatch)
        client = await served.machine("run", "write")
        body = {
            "requirement": "A visitor looks around.", "url": f"{shop.url}/", "provider": "google", "max_pages": 1,
            "tags": ["generated"], "save_in": "made", "deadline_s": 300,
        }  # fmt: skip

        answer = await client.post(f"{API}/tests/generate", json=body, timeout=300)

    assert answer.status_code == 200, answer.text
    made = answer.json()
    [test] = made["tests"]
    assert (test["outcome"], made["requests"], made["pages"]) == ("passed", 1, [f"{shop.url}/"])
    stored = (await client.get(f"{API}/tests/{test['test_id']}")).json()
    assert stored["path"].startswith("made/see-")
    assert (stored["content"], stored["tags"]) == (test["content"], ["generated"])
    figures = (await client.get(f"{API}/analytics/models")).json()["models"]
    assert [(one["key"], one["requests"]) for one in figures] == [("google", 1)]


async def test_a_proposal_that_does_not_hold_is_told_with_the_reason(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The model sees why and may mend it, once; it never leads the browser elsewhere."""
    bad = {
        "name": "See nothing",
        "url": "http://elsewhere.example/",
        "steps": [{"kind": "check", "sentence": 'the page shows "No such text on it"'}],
    }
    oracle = Oracle(script={"Requirement: ": {"tests": [bad]}})
    async with serve_shop() as shop, serve_emulator(Emulator(oracles={"": oracle})) as emulator:
        use(emulator, monkeypatch)
        client = await served.machine("run", "write")
        body = {"requirement": "A visitor looks around.", "url": f"{shop.url}/", "provider": "google", "max_pages": 1}

        answer = await client.post(f"{API}/tests/generate", json={**body, "save_in": "made"}, timeout=300)

    made = answer.json()
    [test] = made["tests"]
    assert (test["outcome"], test["test_id"], made["requests"]) == ("failed", None, 2)
    assert "No such text on it" in test["problem"]
    assert "elsewhere.example" not in test["content"]
