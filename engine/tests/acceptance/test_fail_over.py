"""The first provider fails in the middle of a case, and the second ends it: as people see it, in every report.

One of the first providers is a process of its own that is killed; others hang, drip, refuse for a while or for good.
The page pulls the plug itself when its button is pressed, so each fails between two questions of one case.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest_asyncio
from command import aiwebtest
from small_site import serve

from aiwebtest.testing.emulator import Emulator, serve_emulator

PAGE = """<!doctype html><html lang=en><title>Lamps</title><h1>Desk lamp</h1><p>Delivery takes three days</p>
<p id=bag>Your bag is empty</p><button aria-label="Put lamp into bag" onclick="
fetch('/plug' + location.search).then(() => bag.textContent = '1 lamp in your bag')">+</button>"""

WAYS = {  # how it fails: whose turn it was, the emulator's fault, and what is told of it
    "dies": ("cerebras", "", "connection"),
    "hangs": ("openrouter", "slow_first_byte", "timeout"),
    "drips": ("openai", "drip", "timeout"),
    "is busy": ("openrouter", "rate_limit_ms", "rate limit"),
    "refuses the key": ("openrouter", "auth", "auth"),
}
CASE = """\
  - name: First {way}
    url: /lamp?{query}
    provider: {provider}
    steps:
      - I would like this lamp in my bag
      - The page shows "1 lamp in your bag"
      - check: the delivery takes about three days
"""


@contextmanager
def emulator_process() -> Iterator[tuple[dict[str, str], Callable[[], None]]]:
    """Start `aiwebtest emulator`; yield the settings it prints, and what kills it."""
    command = [sys.executable, "-m", "aiwebtest", "emulator", "--print-env"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            printed: dict[str, str] = {}
            while "OPENAI_MODEL" not in printed:
                name, _, value = process.stdout.readline().strip().partition("=")
                printed[name] = value

            def kill() -> None:
                process.kill()
                process.wait()

            yield printed, kill
        finally:
            process.kill()


@pytest_asyncio.fixture
async def second() -> AsyncIterator[Emulator]:
    """The emulator of all providers but the one that dies."""
    async with serve_emulator(Emulator(retry_after_s=0.05)) as emulator:
        yield emulator


async def test_pulling_the_plug_on_the_first_provider_ends_in_a_pass_by_the_second(
    tmp_path: Path, second: Emulator
) -> None:
    """Whatever way the first goes, its case passes, and step, totals and all four reports tell the whole story."""
    with emulator_process() as (printed, kill):

        def plug(request: BaseHTTPRequestHandler) -> str:
            provider, fault, _ = WAYS[request.path.partition("?")[2].replace("-", " ")]
            if fault:
                second.plan(provider).always = fault
            else:
                kill()
            return "pulled"

        def lamp(request: BaseHTTPRequestHandler) -> str:
            second.plans.clear()
            return PAGE

        with serve({"/lamp": lamp, "/plug": plug}) as url:
            cases = [CASE.format(way=way, query=way.replace(" ", "-"), provider=p) for way, (p, _, _) in WAYS.items()]
            (tmp_path / "lamp.test.yaml").write_text("cases:\n" + "".join(cases))
            (tmp_path / "aiwebtest.toml").write_text(f'base_url = "{url}"\ntimeout = "60s"\nworkers = 1\n')
            settings = second.environment() | {"CEREBRAS_BASE_URL": printed["CEREBRAS_BASE_URL"]}
            settings |= {"MODEL_PROVIDER": "cerebras", "MODEL_FALLBACKS": "google", "MODEL_TIMEOUT_S": "8"}
            (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
            reports = [word for kind in ("html", "junit", "json", "md") for word in ("--report", kind)]
            done = await aiwebtest(tmp_path, "run", *reports)

    assert done.returncode == 0, done.stdout + done.stderr
    folder = tmp_path / "aiwebtest-report"
    report = json.loads((folder / "report.json").read_text())
    written = {path.suffix: path.read_text() for path in folder.iterdir() if path.suffix in (".html", ".xml", ".md")}
    for case, (way, (provider, _, word)) in zip(report["cases"], WAYS.items(), strict=True):
        _tells_the_story(case, way, provider, word, written)
    failures = _failures(report)
    assert failures == {
        ("cerebras", "check"): {"connection": 1}, ("openai", "check"): {"timeout": 1},
        ("openrouter", "check"): {"auth": 1, "rate_limit": 1, "timeout": 1},
    }  # fmt: skip
    assert (
        len(second.log) + 1
        == sum(use["attempts"] for use in report["usage"]) - failures["cerebras", "check"]["connection"]
    )  # the one answer of the process that died, and the request that nobody heard


def _tells_the_story(case: dict[str, Any], way: str, provider: str, word: str, written: dict[str, str]) -> None:
    """Hold one case's steps and its lines in the reports for people against how its first provider failed."""
    act, _, check = case["tries"][-1]["steps"]
    assert act["actions"][0]["model"].startswith(f"{provider}/"), way
    assert check["verdicts"][0]["decided_by"].startswith("google/"), way
    [note] = check["notes"]
    assert note.startswith("google/gemini-3.5-flash-lite answered in the place of "), way
    assert f"{provider}/" in note, way
    assert note.endswith(f"({word})."), way
    assert f"note: {note}" in written[".xml"], way
    assert note in written[".html"], way
    told = next(line for line in written[".md"].splitlines() if line.startswith(f"- First {way}: "))
    assert provider in told, way
    assert word in told, way


def _failures(report: dict[str, Any]) -> dict[tuple[str, str], dict[str, int]]:
    return {(use["provider"], use["purpose"]): use["failures"] for use in report["usage"] if use["failures"]}
