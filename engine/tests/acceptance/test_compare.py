"""Providers compared as people do it: the real command, Chromium, Stagehand and HTTP; only the vendors are emulated."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from command import aiwebtest
from lamp_shop import DENIES, TEST, lamp_project

from aiwebtest.testing.emulator import Emulator, Oracle, serve_emulator


@pytest_asyncio.fixture
async def emulator() -> AsyncIterator[Emulator]:
    """A fresh emulator."""
    async with serve_emulator() as emulator:
        yield emulator


async def test_providers_are_asked_alone_and_their_figures_are_those_of_the_requests(
    tmp_path: Path, emulator: Emulator
) -> None:
    """A table that is not made of what was really asked, or that hides who differs, helps nobody to choose."""
    emulator.oracles["google"] = Oracle(script={"delivery": DENIES})
    with lamp_project(tmp_path, emulator, MODEL_FALLBACKS="openai"):
        done = await aiwebtest(
            tmp_path, "compare", "lamp.test.yaml", "--providers", "google,cerebras", "--repeat", "2",
            "--markdown", "out/c.md", "--json", "out/c.json",
        )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads((tmp_path / "out" / "c.json").read_text())
    google, cerebras = told["providers"]
    assert (google["outcomes"], cerebras["outcomes"]) == ({"failed": 2}, {"passed": 2})
    for row in (google, cerebras):
        entries = [entry for entry in emulator.log if entry.dialect == row["provider"]]
        assert row["totals"]["attempts"] == len(entries) == 4  # two steps, two rounds: no lockfile stood in
        assert row["totals"]["input_tokens"] == sum(entry.input_tokens for entry in entries)
        assert row["totals"]["cost_usd"] > 0
        assert (row["agreement"], row["self_agreement"]) == (0.5, 1.0)
    [difference] = told["differences"]
    assert (difference["step"], difference["results"]) == (3, {"google": {"failed": 2}, "cerebras": {"passed": 2}})
    assert f"google was asked at {emulator.base_url('google')}" in told["remarks"]
    assert "| google | 2 | 0 | 2 | 0 |" in (tmp_path / "out" / "c.md").read_text()
    assert "agrees with others" in done.stdout
    assert not list(tmp_path.glob("*.lock*"))
    assert not (tmp_path / ".aiwebtest" / "decisions.jsonl").exists()  # nobody agreed to that


async def test_a_key_that_is_missing_ends_before_anybody_is_asked(tmp_path: Path, emulator: Emulator) -> None:
    """Half a comparison costs money and compares nothing."""
    settings = {name: value for name, value in emulator.environment().items() if not name.startswith("CEREBRAS")}
    (tmp_path / ".env").write_text("\n".join(f"{name}={value}" for name, value in settings.items()))
    (tmp_path / "lamp.test.yaml").write_text(TEST.replace("url: /", "url: http://127.0.0.1:9/"))

    done = await aiwebtest(tmp_path, "compare", "lamp.test.yaml", "--providers", "google,cerebras")

    assert done.returncode == 2
    assert "CEREBRAS_API_KEY is not set" in done.stderr
    assert emulator.log == []
