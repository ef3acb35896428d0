"""`aiwebtest mutate --providers A,B`: which provider notices more of the same faults, and at what false alarms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

from aiwebtest.cli.arms import opened, tell
from aiwebtest.cli.tables import printed

if TYPE_CHECKING:
    from aiwebtest.cli.arms import Arm
    from aiwebtest.core.case import Case
    from aiwebtest.core.statistics import Interval
    from aiwebtest.engine.settings import RunSettings
    from aiwebtest.mutation.quality import Examined

__all__ = ["as_text", "examined"]

_SHORT = ("provider", "false alarms", "caught", "noticed", "in all", "false passes", "cost")


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
    from aiwebtest.mutation.told import RULE, told

    lines = [printed(_SHORT, _short(found)), *told(found), *found.verdicts(), *remarks, RULE]
    if questions := found.open_questions():
        lines += ["What it could not tell:", *(f"  {question}" for question in questions)]
    return "\n".join(lines)


def _short(found: Examined) -> Iterator[tuple[str, ...]]:
    """Yield what stands under `_SHORT`: as much as a terminal has room for."""
    from aiwebtest.mutation.told import rows

    for one, (provider, *_, passes, _, cost) in zip(found.qualities, rows(found), strict=True):
        yield (
            provider, _of(len(one.alarms), one.cases, one.alarm_rate), str(one.count("caught")),
            str(one.count("noticed")), _of(one.count("caught", "noticed"), one.took, one.noticed_rate), passes, cost,
        )  # fmt: skip


def _of(number: int, total: int, rate: Interval | None) -> str:
    return f"{number} of {total}" + ("" if rate is None else f", {100 * rate.low:.0f}-{rate.high:.0%}")
