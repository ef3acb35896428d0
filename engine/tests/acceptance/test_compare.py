"""Providers compared as people do it: the real command, Chromium, Stagehand and HTTP; only the vendors are emulated."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from small_site import serve

from aiwebtest.config.providers import ProviderSettings
from aiwebtest.testing.emulator import Emulator, Oracle, serve_emulator

PAGE = """<!doctype html><html lang=en><title>Lamps</title><h1>Desk lamp</h1><p>Delivery takes three days</p>
<p id=bag>Your bag is empty</p>
<button aria-label="Put lamp into bag" onclick="bag.textContent='1 lamp in your bag'">+</button>"""

TEST = """\
name: Buys a lamp
url: /
steps:
  - I would like this lamp in my bag
  - The page shows "1 lamp in your bag"
  - check: the delivery takes about three days
"""
DENIES = {"verdict": "does_not_hold", "reason": "it takes longer", "evidence": ["Delivery takes three days"]}


@pytest_asyncio.fixture
async def emulator() -> AsyncIterator[Emulator]:
    """A fresh emulator."""
    async with serve_emulator() as emulator:
        yield emulator


async def compare(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `aiwebtest compare` in a folder, without any setting of this machine."""
    hidden = {name.upper() for name in ProviderSettings.model_fields}
    clean = {n: v for n, v in os.environ.items() if n not in hidden}
    return await asyncio.to_thread(
        subprocess.run, [sys.executable, "-m", "aiwebtest", "compare", *arguments], cwd=folder, env=clean,
        capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip


async def test_providers_are_asked_alone_and_their_figures_are_those_of_the_requests(
    tmp_path: Path, emulator: Emulator
) -> None:
    """A table that is not made of what was really asked, or that hides who differs, helps nobody to choose."""
    emulator.oracles["google"] = Oracle(script={"delivery": DENIES})
    with serve({"/": PAGE}) as url:
        (tmp_path / "aiwebtest.toml").write_text(f'base_url = "{url}"\ntimeout = "10s"\n')
        settings = {**emulator.environment(), "MODEL_FALLBACKS": "openai"}
        (tmp_path / ".env").write_text("\n".join(f"{name}={value}" for name, value in settings.items()))
        (tmp_path / "lamp.test.yaml").write_text(TEST)
        done = await compare(
            tmp_path, "lamp.test.yaml", "--providers", "google,cerebras", "--repeat", "2", "--markdown", "out/c.md",
            "--json", "out/c.json",
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


async def test_a_key_that_is_missing_ends_before_anybody_is_asked(tmp_path: Path, emulator: Emulator) -> None:
    """Half a comparison costs money and compares nothing."""
    settings = {name: value for name, value in emulator.environment().items() if not name.startswith("CEREBRAS")}
    (tmp_path / ".env").write_text("\n".join(f"{name}={value}" for name, value in settings.items()))
    (tmp_path / "lamp.test.yaml").write_text(TEST.replace("url: /", "url: http://127.0.0.1:9/"))

    done = await compare(tmp_path, "lamp.test.yaml", "--providers", "google,cerebras")

    assert done.returncode == 2
    assert "CEREBRAS_API_KEY is not set" in done.stderr
    assert emulator.log == []
