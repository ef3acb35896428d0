"""2,000 calls with 30 % injected faults: each ends in its right category, and our records equal the server's own log.

The server is the emulator: every fault of each provider's dialect, over real HTTP and through the real clients. Each
dialect has a chain of its own with retries, degrading and repairs, asked call after call, so that its attempts can be
held against the log one by one.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aiwebtest.config import ProviderSettings
from aiwebtest.core.errors import ProviderUnavailable
from aiwebtest.core.events import Attempt
from aiwebtest.core.generation import StructuredRequest
from aiwebtest.providers.breaker import Breaker
from aiwebtest.providers.budget import Budget
from aiwebtest.providers.chain import Chain, Link
from aiwebtest.providers.limits import Limits
from aiwebtest.providers.pricing import table_price
from aiwebtest.providers.registry import Providers
from aiwebtest.providers.stagehand_schemas import SCHEMAS
from aiwebtest.testing.emulator import FAULTS, Emulator, Entry, FaultPlan, serve_emulator
from benchmarks.report import Report

CALLS = 2_000
SHARE = 0.3
TIMEOUT_S = 4.0
DIALECTS = ("google", "cerebras", "openrouter", "openai")
TOLD_BETTER = {("error_body", "openrouter"): "server"}  # its error body carries the status that it stands for
_ON_THE_WAY = frozenset({"connection", "timeout"})  # such a request may never have reached the server
_TREE = "[1-1] RootWebArea\n  [1-2] button: Save\n  [1-3] link: Help"
REQUEST = StructuredRequest(
    system="You find elements of a web page.",
    prompt=f"instruction: click the Save button\nAccessibility Tree: \n{_TREE}",
    schema=SCHEMAS["Observation"], schema_name="Observation", deadline_s=60.0, execution="benchmark",
)  # fmt: skip


@dataclass
class Dialect:
    """What one provider was asked, and how the calls ended."""

    name: str
    answered: int = 0
    unavailable: int = 0
    lost: int = 0  # calls that ended in anything else
    attempts: list[Attempt] = field(default_factory=list)


def main(calls: int = CALLS) -> int:
    """Run it; 0 when all aims are met."""
    report = Report("faults", f"Provider faults: {calls:,} calls, {SHARE:.0%} with a fault")
    began = time.monotonic()
    found, log = asyncio.run(_measure(calls))
    rows, wrong, seen = [], Counter[str](), set[str]()
    others: Counter[tuple[str, str, str]] = Counter()
    for dialect in found:
        entries = [entry for entry in log if entry.dialect == dialect.name]
        rows.append(_row(dialect, entries))
        seen |= {entry.fault for entry in entries if entry.fault}
        wrong += _differences(dialect, entries)
        others += _other_categories(dialect, entries)
    report.table(
        "By provider",
        (
            "provider",
            "calls",
            "answered",
            "no answer",
            "attempts",
            "log",
            "tokens",
            "tokens in log",
            "USD",
            "USD in log",
        ),
        rows,
    )
    report.table(
        "Attempts of another category than their fault's",
        ("provider", "fault", "came to", "attempts"),
        [(*key, count) for key, count in sorted(others.items())],
    )
    report.aim("calls that ended neither answered nor as unavailable", sum(d.lost for d in found), "0",
               met=not any(d.lost for d in found))  # fmt: skip
    for what in ("count", "category", "tokens", "cost", "request id"):
        report.aim(f"attempts whose {what} differs from the log", wrong[what], "0", met=not wrong[what])
    report.aim("kinds of fault injected", len(seen), f"all {len(FAULTS)}", met=len(seen) == len(FAULTS))
    report.note(
        f"It took {time.monotonic() - began:.0f} s. The emulator is no provider; only our own side is measured."
    )
    return report.close()


async def _measure(calls: int) -> tuple[list[Dialect], list[Entry]]:
    emulator = Emulator(retry_after_s=0.05)
    async with serve_emulator(emulator):
        for number, name in enumerate(DIALECTS):
            emulator.plans[name] = FaultPlan(share=SHARE, seed=number)
        settings = ProviderSettings(**{name.lower(): value for name, value in emulator.environment().items()})  # type: ignore[arg-type]
        async with Providers(settings) as providers:
            found = await asyncio.gather(*(_ask(providers, name, calls // len(DIALECTS)) for name in DIALECTS))
        return list(found), list(emulator.log)


async def _ask(providers: Providers, name: str, calls: int) -> Dialect:
    dialect, vendor = Dialect(name), providers.vendor(name)
    budget = Budget(now=lambda: datetime.now(UTC))
    for _ in range(calls):
        link = Link(vendor=vendor, breaker=Breaker(time.monotonic), limits=Limits(time.monotonic))
        chain = Chain([link], budget, timeout_s=TIMEOUT_S, on_attempt=dialect.attempts.append)
        try:
            answer = await chain.generate(REQUEST)
        except ProviderUnavailable:
            dialect.unavailable += 1
        else:
            dialect.answered += answer.data["elements"][0]["elementId"] == "1-2"
    dialect.lost = calls - dialect.answered - dialect.unavailable
    return dialect


def _row(dialect: Dialect, entries: list[Entry]) -> tuple[str | int | float | None, ...]:
    return (
        dialect.name, dialect.answered + dialect.unavailable + dialect.lost, dialect.answered, dialect.unavailable,
        len(dialect.attempts), len(entries),
        sum((a.input_tokens or 0) + (a.output_tokens or 0) for a in dialect.attempts),
        sum((e.input_tokens or 0) + (e.output_tokens or 0) for e in entries),
        round(sum(a.cost_usd or 0.0 for a in dialect.attempts), 6), round(sum(_cost(e) or 0.0 for e in entries), 6),
    )  # fmt: skip


def _differences(dialect: Dialect, entries: list[Entry]) -> Counter[str]:
    """Count what the records and the log tell differently, attempt by attempt."""
    pairs = _pairs(dialect, entries)
    unmatched = [a for a in dialect.attempts if a.outcome not in _ON_THE_WAY and all(a is not b for b, _ in pairs)]
    wrong: Counter[str] = Counter({"count": len(unmatched) + len(entries) - len(pairs)})
    for attempt, entry in pairs:
        wrong["category"] += attempt.outcome != _expected(entry)
        ours, theirs = (attempt.input_tokens, attempt.output_tokens), (entry.input_tokens, entry.output_tokens)
        wrong["tokens"] += ours != theirs
        cost = _cost(entry)
        same = attempt.cost_usd == cost or (
            attempt.cost_usd is not None and cost is not None and abs(attempt.cost_usd - cost) < 1e-12
        )
        wrong["cost"] += not same
        wrong["request id"] += bool(entry.request_id) and attempt.request_id != entry.request_id
    return wrong


def _pairs(dialect: Dialect, entries: list[Entry]) -> list[tuple[Attempt, Entry]]:
    """Return each attempt with its entry; attempts that never reached the server have none and are left out."""
    pairs: list[tuple[Attempt, Entry]] = []
    left = list(entries)
    for attempt in dialect.attempts:
        if not left or (attempt.outcome in _ON_THE_WAY and attempt.outcome != _expected(left[0])):
            continue
        pairs.append((attempt, left.pop(0)))
    return pairs


def _expected(entry: Entry) -> str:
    told = TOLD_BETTER.get((entry.fault, entry.dialect))
    return told or (FAULTS[entry.fault].category if entry.fault else "ok")


def _other_categories(dialect: Dialect, entries: list[Entry]) -> Counter[tuple[str, str, str]]:
    return Counter(
        (dialect.name, entry.fault or "none", attempt.outcome)
        for attempt, entry in _pairs(dialect, entries)
        if attempt.outcome != _expected(entry)
    )


def _cost(entry: Entry) -> float | None:
    """Return what a request cost: as the server told, else by the price table, else unknown."""
    if entry.cost_usd is not None:
        return entry.cost_usd
    if entry.dialect == "openai" or entry.input_tokens is None or entry.output_tokens is None:
        return None  # a server of one's own has no price
    price = table_price(entry.dialect, entry.model, entry.input_tokens, entry.output_tokens)
    return None if price is None else float(price)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else CALLS))
