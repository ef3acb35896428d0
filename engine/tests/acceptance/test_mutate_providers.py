"""Faults noticed by provider, with the real command, Chromium, Stagehand and HTTP; only the vendors are emulated."""

from __future__ import annotations

import json
from pathlib import Path

from command import aiwebtest
from small_site import serve

from aiwebtest.testing.emulator import Oracle, serve_emulator

PAGE = """<!doctype html><html lang=en><title>Lamps</title><h1>Desk lamp</h1><p>Price: $19</p>
<p>Delivery takes three days</p>"""

TEST = """\
cases:
  - name: Price
    url: /
    steps:
      - check: a price of 19 dollars seems fair for this lamp
  - name: Delivery
    url: /
    steps:
      - check: the delivery suits people in a hurry
"""


async def test_the_same_faults_tell_who_passes_what_is_wrong_and_fails_what_is_right(tmp_path: Path) -> None:
    """One provider says yes to everything, the other no to what is as it should be."""
    yes = {"verdict": "holds", "reason": "it does", "evidence": ["Desk lamp"]}
    no = {"verdict": "does_not_hold", "reason": "three days are long", "evidence": ["Delivery takes three days"]}
    async with serve_emulator() as emulator:
        emulator.oracles["google"] = Oracle(script={"Desk lamp": yes})
        emulator.oracles["cerebras"] = Oracle(script={"hurry": no})
        with serve({"/": PAGE}) as url:
            (tmp_path / "aiwebtest.toml").write_text(f'base_url = "{url}"\ntimeout = "20s"\n')
            (tmp_path / ".env").write_text("".join(f"{n}={v}\n" for n, v in emulator.environment().items()))
            (tmp_path / "lamp.test.yaml").write_text(TEST)
            done = await aiwebtest(
                tmp_path, "mutate", "--providers", "cerebras,google", "--kinds", "wrong-value", "--json", "out.json",
                "--markdown", "out.md", COLUMNS="200",
            )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    out = json.loads((tmp_path / "out.json").read_text())
    strict, credulous = out["providers"]
    assert out["cases_tried"] == 1
    assert [(one["provider"], one["cases"]) for one in out["providers"]] == [("cerebras", 2), ("google", 2)]
    assert ["Delivery" in alarm["case"] for alarm in strict["alarms"]] == [True]
    assert credulous["alarms"] == []
    assert [one["verdict"] for one in strict["tried"]] == ["caught"]
    assert [one["verdict"] for one in credulous["tried"]] == ["survived"]
    assert strict["false_passes"] == []
    assert credulous["false_passes"] == credulous["tried"]
    assert "google, false pass: off by one: text “Price: $19”" in done.stdout
    assert (strict["requests"], credulous["requests"]) == tuple(
        sum(entry.dialect == arm for entry in emulator.log) for arm in ("cerebras", "google")
    )
    assert "| google | 2 | 0 (0% to 66%) | 1 | 0 | 0 | 0 (0% to 79%) | 1 |" in (tmp_path / "out.md").read_text()
    assert out["verdicts"] == []
    assert any(one.startswith("Whether cerebras or google notices more: 1 and 0 of 1") for one in out["open_questions"])
    assert any("cerebras noticed by chance" in one for one in out["open_questions"])
    assert "What it could not tell:" in done.stdout


async def test_one_provider_is_no_comparison(tmp_path: Path) -> None:
    """Said at once, with what to write."""
    done = await aiwebtest(tmp_path, "mutate", "--providers", "google")

    assert done.returncode == 2
    assert "One provider cannot be compared." in done.stderr
