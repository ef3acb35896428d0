"""Decisions recorded in a real run and asked of another provider: real command, Chromium, Stagehand and HTTP."""

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


async def test_decisions_of_a_run_are_asked_again_of_other_providers_and_a_person_has_the_last_word(
    tmp_path: Path, emulator: Emulator
) -> None:
    """The same questions on equal inputs, with no browser: one arm agrees, one judges the check otherwise.

    What a person said of an answer stays when a later run sees the same one, and is exported.
    """
    emulator.oracles["google"] = Oracle(script={"delivery": DENIES})
    with lamp_project(tmp_path, emulator, AIWEBTEST_RECORD_DECISIONS="true", MODEL_ROUTING="cheapest"):
        ran = await aiwebtest(tmp_path, "run", "lamp.test.yaml", "--provider", "cerebras")
        listed = (await aiwebtest(tmp_path, "lab", "list")).stdout.splitlines()
        before = len(emulator.log)
        asked = await aiwebtest(
            tmp_path, "lab", "run", "--arms", "cerebras,google", "--repeat", "2", "--json", "lab.json"
        )  # fmt: skip
        questions = len(emulator.log) - before
        one = next(line.split()[0] for line in listed if " check " in line)
        labelled = await aiwebtest(tmp_path, "lab", "label", one[:6], "wrong")
        learned = json.loads((tmp_path / ".aiwebtest" / "routing.json").read_text())["check"]["cerebras/gpt-oss-120b"]
        await aiwebtest(tmp_path, "run", "lamp.test.yaml", "--provider", "cerebras", "--update-lock")
    shown = await aiwebtest(tmp_path, "lab", "show", one)
    exported = await aiwebtest(tmp_path, "lab", "export", "wrong.jsonl", "--only", "wrong")

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert sorted(line.split()[1:3] for line in listed) == [["right", "check"], ["right", "ground"]]
    assert asked.returncode == 0, asked.stdout + asked.stderr
    arms = {
        arm["arm"]: [one["verdict"] for one in arm["asked"]]
        for arm in json.loads((tmp_path / "lab.json").read_text())["arms"]
    }
    assert sorted(arms["cerebras"]) == ["same"] * 4
    assert sorted(arms["google"]) == ["other"] * 2 + ["same"] * 2
    assert questions == 8
    assert labelled.returncode == 0, labelled.stderr
    assert "Routing counts it so, for cerebras/gpt-oss-120b." in labelled.stdout
    assert (round(learned["good"], 2), round(learned["bad"], 2)) == (0, 1)
    assert "wrong (by a person)" in shown.stdout
    assert "Delivery takes three days" in shown.stdout
    assert "1 decision:" in exported.stdout
    assert json.loads((tmp_path / "wrong.jsonl").read_text())["id"] == one


async def test_the_lab_says_how_to_begin(tmp_path: Path) -> None:
    """Nothing is kept without consent: what a page shows is the user's."""
    listed = await aiwebtest(tmp_path, "lab", "list")

    assert listed.returncode == 2
    assert "record_decisions = true" in listed.stderr
