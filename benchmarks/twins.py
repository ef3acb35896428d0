"""The demo shop's broken twins: the example suite must pass on the intact shop and fail on every twin.

Each twin first meets the case that its fault names. Only if that one does not fail is the rest of the suite run, to
see whether the suite catches the fault elsewhere; `--all` always runs the whole suite. `--replay` replays what the
intact shop taught instead of placing every sentence anew, as a second run of a user would. The suite is also run on
the intact shop with the last expectation of each case made wrong: none may pass.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from aiwebtest.browser.launch import BrowserPool
from aiwebtest.core.case import Case
from aiwebtest.core.events import CaseFinished, StepFinished
from aiwebtest.engine.run import RunSettings, run_cases
from aiwebtest.testing.shop import FAULTS, SUITE, Fault, Shop, serve_shop
from benchmarks.harness import Ran, cases_in, falsified, report_failures, report_falsified, settings_for
from benchmarks.report import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Caught:
    """How the suite met one twin."""

    fault: Fault
    ran: list[Ran]

    @property
    def by(self) -> Ran | None:
        """Return the case that failed: the one meant for the fault before any other."""
        bad = [one for one in self.ran if not one.passed]
        bad.sort(key=lambda one: (one.case.name != self.fault.caught_by, one.outcome != "failed"))
        return bad[0] if bad else None

    @property
    def verdict(self) -> str:
        """Say whether it was caught (a case failed), only noticed (a case could not go on), or missed."""
        if self.by is None:
            return "missed"
        return "caught" if self.by.outcome == "failed" else "noticed"


def main() -> int:
    """Run the benchmark; 0 when there is no false pass and no false alarm. Arguments name twins to run alone."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.twins", description=__doc__)
    parser.add_argument("faults", nargs="*", metavar="FAULT", help="twins to run (default: every one)")
    parser.add_argument("--all", action="store_true", help="run the whole suite on each twin")
    parser.add_argument("--replay", action="store_true", help="replay what was placed on the intact shop")
    parser.add_argument("--timeout", type=float, default=5.0, metavar="SECONDS", help="a step's (default: 5)")
    chosen = parser.parse_args()
    known = {fault.name: fault for fault in FAULTS}
    if unknown := [name for name in chosen.faults if name not in known]:
        parser.error(f"there is no fault {', '.join(unknown)}")
    faults = [known[name] for name in chosen.faults] or list(FAULTS)
    with tempfile.TemporaryDirectory(prefix="aiwebtest-twins-") as folder:
        settings = settings_for(
            "", timeout_s=chosen.timeout, report_dir=Path(folder), lock_dir=Path(folder) / "lock", lock="on"
        )
        measured = asyncio.run(_measure(faults, settings, whole=chosen.all, replay=chosen.replay))
    return _report(measured, replay=chosen.replay)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How the suite ended on the intact shop, with its expectations made wrong there, and on the twins."""

    intact: list[Ran]
    wrong: list[Ran]
    twins: list[Caught]


async def _measure(faults: Sequence[Fault], settings: RunSettings, *, whole: bool, replay: bool) -> Measured:
    async with BrowserPool() as pool:
        async with serve_shop() as shop:
            intact = await _suite(shop, settings, pool)
            hasty = replace(_told(settings, shop), lock="off", timeout_s=2.0)
            wrong = await _run(falsified(one.case for one in intact), hasty, pool)
        settings = replace(settings, lock="read" if replay else "off")
        twins = []
        for number, fault in enumerate(faults, start=1):
            async with serve_shop(fault.name) as shop:
                twins.append(await _twin(fault, shop, settings, pool, whole=whole))
            print(f"{number}/{len(faults)} {fault.name}: {twins[-1].verdict}", file=sys.stderr, flush=True)
    return Measured(intact=intact, wrong=wrong, twins=twins)


async def _twin(fault: Fault, shop: Shop, settings: RunSettings, pool: BrowserPool, *, whole: bool) -> Caught:
    if whole:
        return Caught(fault=fault, ran=await _suite(shop, settings, pool))
    meant = Caught(fault=fault, ran=await _suite(shop, settings, pool, only=fault.caught_by))
    if meant.verdict == "caught":
        return meant
    rest = await _suite(shop, settings, pool, without=fault.caught_by)
    return Caught(fault=fault, ran=[*meant.ran, *rest])


async def _suite(
    shop: Shop, settings: RunSettings, pool: BrowserPool, *, only: str | None = None, without: str | None = None
) -> list[Ran]:
    told = _told(settings, shop)
    cases = [
        case
        for case in cases_in(SUITE, environment=dict(told.secrets))
        if (only is None or case.name == only) and (without is None or case.name != without)
    ]
    if not cases:
        sys.exit(f"The suite has no case {only!r}.")
    return await _run(cases, told, pool)


def _told(settings: RunSettings, shop: Shop) -> RunSettings:
    secrets = {"SHOP_EMAIL": shop.email, "SHOP_PASSWORD": shop.password}
    return replace(settings, base_url=shop.url, allowed_origins=(shop.url, shop.payment_url), secrets=secrets)


async def _run(cases: Sequence[Case], settings: RunSettings, pool: BrowserPool) -> list[Ran]:
    ran = {case.id: Ran(case) for case in cases}
    steps: dict[str, list[StepFinished]] = {}
    async for event in run_cases(cases, settings, pool=pool):
        if isinstance(event, StepFinished):
            steps.setdefault(event.execution, []).append(event)
        elif isinstance(event, CaseFinished):
            ran[event.case.id].finished = event
            ran[event.case.id].steps = steps.pop(event.execution, [])
    return list(ran.values())


def _report(measured: Measured, *, replay: bool) -> int:
    intact, twins = measured.intact, measured.twins
    report = Report("twins", "The demo shop and its broken twins")
    rows = [
        (
            twin.fault.name,
            twin.verdict,
            twin.by.case.name if twin.by else f"not by {twin.fault.caught_by}",
            twin.by.broken.step.text if twin.by and twin.by.broken else "",
            twin.by.why if twin.by else "",
            twin.fault.notice,
        )
        for twin in twins
    ]
    columns = ("fault", "verdict", "case", "step", "why", "what a visitor notices")
    report.table("Twins", columns[:3], [row[:3] for row in rows])
    report.table("Not caught by a failed case", columns, [row for row in rows if row[1] != "caught"])
    report.table("Twins, with the step and the reason", columns, rows, show=False)
    report_failures(report, "False alarms on the intact shop", intact)
    counted = {verdict: sum(twin.verdict == verdict for twin in twins) for verdict in ("caught", "noticed", "missed")}
    elsewhere = [twin.fault.name for twin in twins if twin.by and twin.by.case.name != twin.fault.caught_by]
    if elsewhere:
        report.note(f"Caught by another case than the one meant: {', '.join(elsewhere)}.")
    report.note(f"Sentences were {'replayed from the intact shop' if replay else 'placed anew'} on the twins.")
    alarms = sum(not one.passed for one in intact)
    report.aim(
        "cases of the suite that pass on the intact shop", len(intact) - alarms, str(len(intact)), met=not alarms
    )
    report.aim("twins caught by a failed case", counted["caught"], str(len(twins)), met=counted["caught"] == len(twins))
    report.aim("twins noticed by a case that could not go on", counted["noticed"], "0", met=not counted["noticed"])
    report.aim("twins missed", counted["missed"], "0", met=not counted["missed"])
    report_falsified(report, [one.case for one in intact], measured.wrong)
    return report.close()


if __name__ == "__main__":
    sys.exit(main())
