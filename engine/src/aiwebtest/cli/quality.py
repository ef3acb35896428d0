"""`aiwebtest mutate --providers A,B`: which provider notices more of the same faults, and at what false alarms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from aiwebtest.cli.arms import opened, tell

if TYPE_CHECKING:
    from aiwebtest.cli.arms import Arm
    from aiwebtest.core.case import Case
    from aiwebtest.engine.settings import RunSettings
    from aiwebtest.mutation.quality import Quality

__all__ = ["as_json", "as_markdown", "as_text", "examined"]

_COLUMNS = ("provider", "cases", "false alarms", "faults", "caught", "noticed", "false passes")
_RULE = (
    "A false alarm is a case that does not pass on the pages as they are. Faults are tried with the cases that all "
    "providers pass; caught is a failure, noticed an error. A false pass is a fault that a case passed with and that "
    "another provider noticed; what nobody noticed is no provider's doing."
)


async def examined(arms: list[Arm], cases: list[Case], settings: RunSettings, **how: Any) -> tuple[list[Quality], int]:
    """Return what each provider made of it, and the number of cases that all of them pass."""
    from aiwebtest.mutation.quality import Examinee, examine

    async with AsyncExitStack() as stack:
        examinees = []
        for one in await opened(arms, cases, settings, stack):
            assert one.pool is not None, "an arm that was opened has a browser"
            examinees.append(
                Examinee(
                    provider=one.heard.provider,
                    cases=one.cases,
                    settings=one.settings,
                    pool=one.pool,
                    model=one.models.model,
                )
            )
        return await examine(examinees, tell=tell, **how)


def as_text(qualities: Sequence[Quality]) -> str:
    """Return the result for a terminal."""
    from rich.console import Console
    from rich.table import Table

    table = Table(*_COLUMNS, show_edge=False, pad_edge=False)
    for row in _rows(qualities):
        table.add_row(*row)
    console = Console(highlight=False)
    with console.capture() as captured:
        console.print(table)
    return "\n".join([captured.get().rstrip(), *_told(qualities), _RULE])


def as_markdown(qualities: Sequence[Quality]) -> str:
    """Return the result as a table and a list."""
    from aiwebtest.reporting.words import clean

    def cell(text: str) -> str:
        return " ".join(clean(text).replace("|", r"\|").replace("<", "&lt;").split())

    rows = [f"| {' | '.join(map(cell, row))} |" for row in (_COLUMNS, *_rows(qualities))]
    rows.insert(1, "|---|" + "---:|" * (len(_COLUMNS) - 1))
    told = [f"* {cell(one)}" for one in _told(qualities)]
    return "\n".join(["## Faults noticed, by provider", "", *rows, "", *told, "", _RULE, ""])


def as_json(qualities: Sequence[Quality], sound: int) -> dict[str, Any]:
    """Return everything."""
    return {"version": 1, "rule": _RULE, "cases_tried": sound, "providers": [asdict(one) for one in qualities]}


def _rows(qualities: Sequence[Quality]) -> Iterator[tuple[str, ...]]:
    for one in qualities:
        took = one.count("caught", "noticed", "survived")
        figures = (one.cases, len(one.alarms), took, one.count("caught"), one.count("noticed"), len(one.false_passes))
        yield (one.provider, *map(str, figures))


def _told(qualities: Sequence[Quality]) -> Iterator[str]:
    for one in qualities:
        for alarm in one.alarms:
            yield f"{one.provider}, false alarm: {alarm.case}: {alarm.outcome}: {alarm.why}"
        for missed in one.false_passes:
            yield f"{one.provider}, false pass: {missed.mutant}; {', '.join(missed.ran)}"
