"""How many recorded decisions a second the lab asks, with an emulator that answers at once in a process of its own."""

from __future__ import annotations

import asyncio
import sys
import time

from aiwebtest.config import ProviderSettings
from aiwebtest.lab import Decision, replay
from aiwebtest.providers.registry import Providers
from benchmarks.faults import REQUEST
from benchmarks.provider_overhead import emulated
from benchmarks.report import Report

DECISIONS, ARMS, AIM = 200, ("google", "cerebras", "openrouter"), 50


def main() -> int:
    """Run the benchmark; 0 when the aim is met."""
    report = Report("lab_speed", "Recorded decisions asked again")
    with emulated() as environment:
        took_s, verdicts = asyncio.run(_measure(environment))
    rate = DECISIONS * len(ARMS) / took_s
    report.table("Answers", ("verdict", "number"), sorted(verdicts.items()))
    report.aim("decisions a second, over three arms", round(rate), f">= {AIM}", met=rate >= AIM)
    asked = sum(verdicts.values())
    report.aim("decisions asked", asked, str(DECISIONS * len(ARMS)), met=asked == DECISIONS * len(ARMS))
    report.note("The emulator shares the machine; its answers come from an oracle, and its figures are no provider's.")
    return report.close()


async def _measure(environment: dict[str, str]) -> tuple[float, dict[str, int]]:
    settings = ProviderSettings(**{name.lower(): value for name, value in environment.items()})
    async with Providers(settings) as providers:
        arms = {name: providers.chain(name, ()) for name in ARMS}
        answer = await arms["google"].generate(REQUEST)  # also lets the clients be made before the clock starts
        decisions = [
            Decision(
                id=f"{number:016x}", sentence="", purpose="ground", system=REQUEST.system, prompt=REQUEST.prompt,
                schema=dict(REQUEST.schema), schema_name=REQUEST.schema_name, answer=answer.data, model=answer.model,
                label="right",
            )
            for number in range(DECISIONS)
        ]  # fmt: skip
        await replay(decisions[:4], arms)
        began = time.monotonic()
        results = await replay(decisions, arms)
        took_s = time.monotonic() - began
    kinds = ("same", "other", "refused", "unanswered")
    return took_s, {kind: sum(one.count(kind) for one in results) for kind in kinds}


if __name__ == "__main__":
    sys.exit(main())
