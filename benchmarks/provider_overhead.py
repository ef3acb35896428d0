"""What the guard adds to a request: our own time over a raw HTTP post of the same body, and of a fail-over.

The emulator runs in a process of its own. Raw posts and our calls take turns, so that a busy machine slows both alike.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx2

from aiwebtest.config import ProviderSettings
from aiwebtest.providers.breaker import Breaker
from aiwebtest.providers.budget import Budget
from aiwebtest.providers.chain import Chain, Link
from aiwebtest.providers.limits import Limits
from aiwebtest.providers.registry import Providers
from aiwebtest.providers.schema import rewrite
from aiwebtest.providers.vendor import Vendor
from benchmarks.faults import REQUEST
from benchmarks.report import Report

ROUNDS = 200
WARM_UP = 10
OWN_MS, FAIL_OVER_MS = 10.0, 50.0


def main(rounds: int = ROUNDS) -> int:
    """Run it; 0 when both aims are met."""
    report = Report("provider_overhead", "Our own time in a request to a provider")
    with emulated() as environment:
        rows, own, fail_over = asyncio.run(_measure(environment, rounds))
    report.table("Median of each, in milliseconds", ("what", "raw post", "ours", "added"), rows)
    report.aim("added to one request, the worst provider", round(own, 1), f"<= {OWN_MS:g} ms", met=own <= OWN_MS)
    report.aim("own time of a fail-over after a 429", round(fail_over, 1), f"<= {FAIL_OVER_MS:g} ms",
               met=fail_over <= FAIL_OVER_MS)  # fmt: skip
    report.note(f"{rounds} rounds each. Own time of a fail-over: all of it but two raw posts.")
    return report.close()


@contextmanager
def emulated() -> Iterator[dict[str, str]]:
    """Serve the emulator in a process of its own; yield the settings that point at it."""
    command = [sys.executable, "-u", "-m", "aiwebtest", "emulator", "--print-env"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        found: dict[str, str] = {}
        while "OPENAI_MODEL" not in found:
            name, _, value = process.stdout.readline().strip().partition("=")
            if not name:
                raise RuntimeError("The emulator did not start.")
            found[name] = value
        yield found
    finally:
        process.terminate()
        process.wait()


async def _measure(
    environment: dict[str, str], rounds: int
) -> tuple[list[tuple[str, float, float, float]], float, float]:
    settings = ProviderSettings(**{name.lower(): value for name, value in environment.items()})  # type: ignore[arg-type]
    rows: list[tuple[str, float, float, float]] = []
    async with Providers(settings) as providers, httpx2.AsyncClient(timeout=10) as client:
        posts: dict[str, Callable[[], Awaitable[Any]]] = {}
        for name in ("google", "cerebras", "openrouter", "openai"):
            vendor = providers.vendor(name)
            posts[name] = _post(client, vendor, environment)
            raw, ours = await _in_turns(posts[name], lambda vendor=vendor: _call(vendor), rounds)  # type: ignore[misc]
            rows.append((f"{name}: one answer", round(raw, 2), round(ours, 2), round(ours - raw, 2)))
        await _plan(client, environment, {"cerebras": {"always": "rate_limit"}})
        first, second = providers.vendor("cerebras"), providers.vendor("google")

        async def both() -> None:
            await posts["cerebras"]()
            await posts["google"]()

        raw, ours = await _in_turns(both, lambda: _call(first, second), rounds)
        rows.append(("cerebras 429, google answers", round(raw, 2), round(ours, 2), round(ours - raw, 2)))
    return rows, max(row[3] for row in rows[:-1]), rows[-1][3]


async def _call(*vendors: Vendor) -> None:
    """Ask a chain of these vendors once; nothing that an earlier call learnt counts."""
    links = [Link(vendor=v, breaker=Breaker(time.monotonic), limits=Limits(time.monotonic)) for v in vendors]
    chain = Chain(links, Budget(now=lambda: datetime.now(UTC)), timeout_s=10)
    answer = await chain.generate(REQUEST)
    assert answer.data["elements"]


def _post(client: httpx2.AsyncClient, vendor: Vendor, environment: dict[str, str]) -> Callable[[], Awaitable[Any]]:
    """Return a bare post of the same question, as JSON of the vendor's form."""
    schema = rewrite(REQUEST.schema, vendor.dialect).schema
    if vendor.name == "google":
        url = f"{environment['GOOGLE_BASE_URL']}/v1beta/models/{vendor.model_name}:generateContent"
        body: dict[str, Any] = {
            "contents": [{"role": "user", "parts": [{"text": REQUEST.prompt}]}],
            "systemInstruction": {"parts": [{"text": REQUEST.system}]},
            "generationConfig": {"responseMimeType": "application/json", "responseJsonSchema": schema},
        }
        headers = {"x-goog-api-key": environment["GOOGLE_API_KEY"]}
    else:
        base = environment.get(f"{vendor.name.upper()}_BASE_URL") or environment["OPENAI_API_BASE"]
        url = f"{base}/chat/completions"
        body = {
            "model": vendor.model_name,
            "messages": [{"role": "system", "content": REQUEST.system}, {"role": "user", "content": REQUEST.prompt}],
            "response_format": {"type": "json_schema", "json_schema": {"name": "Observation", "schema": schema}},
        }
        headers = {"authorization": "Bearer a-key"}
    content = json.dumps(body)

    async def post() -> None:
        answer = await client.post(url, content=content, headers={**headers, "content-type": "application/json"})
        answer.json()

    return post


async def _plan(client: httpx2.AsyncClient, environment: dict[str, str], plan: dict[str, Any]) -> None:
    root = environment["GOOGLE_BASE_URL"].removesuffix("/google")
    (await client.post(f"{root}/_emulator/faults", json=plan)).raise_for_status()


async def _in_turns(
    raw: Callable[[], Awaitable[Any]], ours: Callable[[], Awaitable[Any]], rounds: int
) -> tuple[float, float]:
    """Return the median time of each, in milliseconds."""
    took: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + WARM_UP):
        for kept, call in zip(took, (raw, ours), strict=True):
            began = time.perf_counter()
            await call()
            if number >= WARM_UP:
                kept.append((time.perf_counter() - began) * 1000)
    return statistics.median(took[0]), statistics.median(took[1])


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
