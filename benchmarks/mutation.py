"""How much the example suite notices: faults planted in the demo shop's pages while its cases run, with replay.

The first run of the suite fills the lockfile and is not timed; timed is what `aiwebtest mutate` does afterwards.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from aiwebtest.browser.launch import BrowserPool
from aiwebtest.engine.run import RunSettings, run_cases
from aiwebtest.mutation import Measured, Subject, measure
from aiwebtest.testing.shop import SUITE, Shop, serve_shop
from benchmarks.harness import cases_in, settings_for
from benchmarks.report import Report

AIM_S = 120


def main() -> int:
    """Run the benchmark; 0 when it takes less than two minutes."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutation", description=__doc__)
    parser.add_argument("--per-case", type=int, default=1, metavar="N", help="faults tried of what each case saw (1)")
    workers = "cases at the same time (4: they wait more than they compute)"
    parser.add_argument("--workers", type=int, default=4, metavar="N", help=workers)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="aiwebtest-mutation-") as folder:
        base = settings_for("", timeout_s=5, report_dir=Path(folder), lock_dir=Path(folder) / "lock", lock="on")
        settings = replace(base, workers=chosen.workers)
        measured, took_s = asyncio.run(_measure(settings, chosen.per_case))
    report = Report("mutation", "What the example suite notices")
    counts = {verdict: measured.count(verdict) for verdict in ("caught", "noticed", "survived", "idle")}
    report.table("Faults", ("verdict", "number"), list(counts.items()))
    report.table(
        "Not noticed", ("fault", "tried with"), [(str(one.mutant), ", ".join(one.ran)) for one in measured.survivors]
    )
    report.note(f"{measured.offered:,} faults could have been planted; {len(measured.tried)} were tried.")
    report.aim("cases that do not pass without a fault", len(measured.broken), "0", met=not measured.broken)
    score = "nothing" if measured.score is None else f"{measured.score:.0%}"
    report.note(f"Mutation score: {score} of the faults that took hold were noticed.")
    report.aim("seconds of the whole measurement", round(took_s), f"< {AIM_S}", met=took_s < AIM_S)
    return report.close()


async def _measure(settings: RunSettings, per_case: int) -> tuple[Measured, float]:
    async with serve_shop() as shop, BrowserPool() as pool:
        told = _for(shop, settings)
        cases = cases_in(SUITE, environment=_known(shop))
        async for _ in run_cases(cases, told, pool=pool):
            pass
        began = time.monotonic()
        subjects = [Subject(case, told) for case in cases]
        measured = await measure(subjects, pool, at_once=settings.workers, per_case=per_case, cases_each=2, tell=print)
        return measured, time.monotonic() - began


def _for(shop: Shop, settings: RunSettings) -> RunSettings:
    origins = (shop.url, shop.payment_url)
    return replace(settings, base_url=shop.url, allowed_origins=origins, secrets=_known(shop))


def _known(shop: Shop) -> dict[str, str]:
    return {"SHOP_EMAIL": shop.email, "SHOP_PASSWORD": shop.password}


if __name__ == "__main__":
    sys.exit(main())
