"""What a comparison of providers by faults came to: as figures, as a page, and in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from aiwebtest.core.statistics import Interval
from aiwebtest.mutation.quality import Examined, Quality
from aiwebtest.providers.metering import totals
from aiwebtest.reporting.words import clean

__all__ = ["RULE", "as_json", "as_markdown", "rows", "told"]

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
RULE = (
    "A false alarm is a case that does not pass on the pages as they are. Faults are tried with the cases that all "
    "providers pass, and counted where they took hold; caught is a failure, noticed an error. A false pass is a fault "
    "that a case passed with and that another provider noticed. Shares have 95 % intervals."
)


def as_markdown(found: Examined, remarks: Sequence[str]) -> str:
    """Return the result as a table and lists."""

    def cell(text: str) -> str:
        return " ".join(clean(text).replace("|", r"\|").replace("<", "&lt;").split())

    table = [f"| {' | '.join(map(cell, row))} |" for row in (_COLUMNS, *rows(found))]
    table.insert(1, "|---|" + "---:|" * (len(_COLUMNS) - 1))
    lines = ["## Faults noticed, by provider", "", *table, ""]
    lines += [f"* {cell(one)}" for one in (*told(found), *found.verdicts(), *remarks)]
    lines += ["", RULE, ""]
    if questions := found.open_questions():
        lines += ["### What it could not tell", "", *(f"* {cell(one)}" for one in questions), ""]
    return "\n".join(lines)


def as_json(found: Examined, remarks: Sequence[str]) -> dict[str, Any]:
    """Return everything."""
    return {
        "version": 1, "rule": RULE, "cases_tried": found.sound, "verdicts": found.verdicts(), "remarks": list(remarks),
        "open_questions": found.open_questions(), "providers": [_plain(one) for one in found.qualities],
    }  # fmt: skip


def _plain(one: Quality) -> dict[str, Any]:
    sums = totals(one.attempts)
    rates = {"alarm_rate": one.alarm_rate, "noticed_rate": one.noticed_rate}
    return {
        "provider": one.provider, "cases": one.cases, "requests": sums.attempts,
        "tokens": sums.input_tokens + sums.output_tokens, "known_cost_usd": sums.cost_usd, "unpriced": sums.unpriced,
        **{name: rate and asdict(rate) for name, rate in rates.items()},
        **{name: [asdict(each) for each in getattr(one, name)] for name in ("alarms", "tried", "false_passes")},
    }  # fmt: skip


def rows(found: Examined) -> Iterator[tuple[str, ...]]:
    """Yield the figures of each provider, as text."""
    for one in found.qualities:
        sums = totals(one.attempts)
        unknown = f" + unknown for {sums.unpriced}" if sums.unpriced else ""
        yield (
            one.provider, str(one.cases), _share(len(one.alarms), one.alarm_rate), str(one.took),
            str(one.count("caught")), str(one.count("noticed")),
            _share(one.count("caught", "noticed"), one.noticed_rate), str(len(one.false_passes)), str(sums.attempts),
            f"${sums.cost_usd:.4f}{unknown}",
        )  # fmt: skip


def _share(number: int, rate: Interval | None) -> str:
    return str(number) if rate is None else f"{number} ({rate.low:.0%} to {rate.high:.0%})"


def told(found: Examined) -> Iterator[str]:
    """Yield each false alarm and each false pass as a sentence."""
    for one in found.qualities:
        for alarm in one.alarms:
            yield f"{one.provider}, false alarm: {alarm.case}: {alarm.outcome}: {alarm.why}"
        for missed in one.false_passes:
            yield f"{one.provider}, false pass: {missed.mutant}; {', '.join(missed.ran)}"
