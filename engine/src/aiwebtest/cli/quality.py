"""`aiwebtest mutate --providers A,B`: which provider notices more of the same faults, and at what false alarms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from aiwebtest.cli.arms import opened, printed, tell

if TYPE_CHECKING:
    from aiwebtest.cli.arms import Arm
    from aiwebtest.core.case import Case
    from aiwebtest.core.statistics import Interval
    from aiwebtest.engine.settings import RunSettings
    from aiwebtest.mutation.quality import Examined, Quality

__all__ = ["as_json", "as_markdown", "as_text", "examined"]

_COLUMNS = (
    "provider",
    "cases",
    "false alarms",
    "faults",
    "caught",
    "noticed",
    "in all",
    "false passes",
    "requests",
    "cost",
)
_SHORT = ("provider", "false alarms", "caught", "noticed", "in all", "false passes", "cost")
_RULE = (
    "A false alarm is a case that does not pass on the pages as they are. Faults are tried with the cases that all "
    "providers pass, and counted where they took hold; caught is a failure, noticed an error. A false pass is a fault "
    "that a case passed with and that another provider noticed. Shares have 95 % intervals."
)


async def examined(arms: list[Arm], cases: list[Case], settings: RunSettings, **how: Any) -> Examined:
    """Return what each provider made of it."""
    from aiwebtest.mutation import Subject
    from aiwebtest.mutation.quality import Examinee, examine

    async with AsyncExitStack() as stack:
        examinees = []
        for one in await opened(arms, cases, settings, stack):
            assert one.pool is not None, "an arm that was opened has a browser"
            subjects = [Subject(case, one.settings) for case in one.cases]
            examinees.append(
                Examinee(provider=one.heard.provider, subjects=subjects, pool=one.pool, model=one.models.model)
            )
        return await examine(examinees, tell=tell, **how)


def as_text(found: Examined, remarks: Sequence[str]) -> str:
    """Return the result for a terminal."""
    lines = [printed(_SHORT, _short(found)), *_told(found), *found.verdicts(), *remarks, _RULE]
    if questions := found.open_questions():
        lines += ["What it could not tell:", *(f"  {question}" for question in questions)]
    return "\n".join(lines)


def as_markdown(found: Examined, remarks: Sequence[str]) -> str:
    """Return the result as a table and lists."""
    from aiwebtest.reporting.words import clean

    def cell(text: str) -> str:
        return " ".join(clean(text).replace("|", r"\|").replace("<", "&lt;").split())

    rows = [f"| {' | '.join(map(cell, row))} |" for row in (_COLUMNS, *_rows(found))]
    rows.insert(1, "|---|" + "---:|" * (len(_COLUMNS) - 1))
    lines = ["## Faults noticed, by provider", "", *rows, ""]
    lines += [f"* {cell(one)}" for one in (*_told(found), *found.verdicts(), *remarks)]
    lines += ["", _RULE, ""]
    if questions := found.open_questions():
        lines += ["### What it could not tell", "", *(f"* {cell(one)}" for one in questions), ""]
    return "\n".join(lines)


def as_json(found: Examined, remarks: Sequence[str]) -> dict[str, Any]:
    """Return everything."""
    return {
        "version": 1, "rule": _RULE, "cases_tried": found.sound, "verdicts": found.verdicts(), "remarks": list(remarks),
        "open_questions": found.open_questions(), "providers": [_plain(one) for one in found.qualities],
    }  # fmt: skip


def _plain(one: Quality) -> dict[str, Any]:
    from aiwebtest.providers.metering import totals

    sums = totals(one.attempts)
    rates = {"alarm_rate": one.alarm_rate, "noticed_rate": one.noticed_rate}
    return {
        "provider": one.provider, "cases": one.cases, "requests": sums.attempts,
        "tokens": sums.input_tokens + sums.output_tokens, "known_cost_usd": sums.cost_usd, "unpriced": sums.unpriced,
        **{name: rate and asdict(rate) for name, rate in rates.items()},
        **{name: [asdict(each) for each in getattr(one, name)] for name in ("alarms", "tried", "false_passes")},
    }  # fmt: skip


def _rows(found: Examined) -> Iterator[tuple[str, ...]]:
    from aiwebtest.providers.metering import totals

    for one in found.qualities:
        sums = totals(one.attempts)
        unknown = f" + unknown for {sums.unpriced}" if sums.unpriced else ""
        yield (
            one.provider, str(one.cases), _share(len(one.alarms), one.alarm_rate), str(one.took),
            str(one.count("caught")), str(one.count("noticed")),
            _share(one.count("caught", "noticed"), one.noticed_rate), str(len(one.false_passes)), str(sums.attempts),
            f"${sums.cost_usd:.4f}{unknown}",
        )  # fmt: skip


def _short(found: Examined) -> Iterator[tuple[str, ...]]:
    """Yield what stands under `_SHORT`: as much as a terminal has room for."""
    for one, (provider, *_, passes, _, cost) in zip(found.qualities, _rows(found), strict=True):
        yield (
            provider, _of(len(one.alarms), one.cases, one.alarm_rate), str(one.count("caught")),
            str(one.count("noticed")), _of(one.count("caught", "noticed"), one.took, one.noticed_rate), passes, cost,
        )  # fmt: skip


def _of(number: int, total: int, rate: Interval | None) -> str:
    return f"{number} of {total}" + ("" if rate is None else f", {100 * rate.low:.0f}-{rate.high:.0%}")


def _share(number: int, rate: Interval | None) -> str:
    return str(number) if rate is None else f"{number} ({rate.low:.0%} to {rate.high:.0%})"


def _told(found: Examined) -> Iterator[str]:
    for one in found.qualities:
        for alarm in one.alarms:
            yield f"{one.provider}, false alarm: {alarm.case}: {alarm.outcome}: {alarm.why}"
        for missed in one.false_passes:
            yield f"{one.provider}, false pass: {missed.mutant}; {', '.join(missed.ran)}"
