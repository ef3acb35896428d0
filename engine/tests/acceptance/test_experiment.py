"""An experiment as people hold it: the real command, Chromium, Stagehand and HTTP; only the vendors are emulated."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from command import aiwebtest
from lamp_shop import DENIES, lamp_project

from aiwebtest.testing.emulator import Emulator, Oracle, serve_emulator


@pytest_asyncio.fixture
async def emulator() -> AsyncIterator[Emulator]:
    """A fresh emulator."""
    async with serve_emulator() as emulator:
        yield emulator


async def test_the_better_provider_is_named_as_soon_as_it_is_shown_and_the_sums_are_the_emulators(
    tmp_path: Path, emulator: Emulator
) -> None:
    """One that always misjudges a check is shown in round five of twelve, at a high accepted chance of a mistake."""
    emulator.oracles["google"] = Oracle(script={"delivery": DENIES})
    with lamp_project(tmp_path, emulator):
        done = await aiwebtest(
            tmp_path, "experiment", "lamp.test.yaml", "--arms", "google,cerebras", "--rounds", "12", "--alpha", "0.3",
            "--markdown", "out/e.md", "--json", "out/e.json",
        )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads((tmp_path / "out" / "e.json").read_text())
    assert told["winner"] == "cerebras"
    assert len(told["trials"]) == 10
    for arm in told["arms"]:
        entries = [entry for entry in emulator.log if entry.dialect == arm["arm"]]
        assert arm["tokens"] == sum(entry.input_tokens + entry.output_tokens for entry in entries)
        assert arm["trials"] == 5
    assert "Ended in round 5 of 12" in done.stdout
    assert "cerebras passes more often than google" in done.stdout
    assert f"google was asked at {emulator.base_url('google')}" in told["remarks"]
    assert "| cerebras | 5 | 100% (57% to 100%) |" in (tmp_path / "out" / "e.md").read_text()
    assert "percentage points more often than the other, that is likely to be shown" in done.stderr  # the plan


async def test_one_arm_is_no_experiment(tmp_path: Path) -> None:
    """Said at once, with what to write."""
    done = await aiwebtest(tmp_path, "experiment", "--arms", "google")

    assert done.returncode == 2
    assert "An experiment needs two arms." in done.stderr
    assert "--arms google,cerebras" in done.stderr
