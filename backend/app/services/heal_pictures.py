"""Pictures of heals: the page when the stored place last fitted, and the page on which another was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.models import ArtifactFile, Execution, Heal, StepRecord
from app.schemas.executions import PICTURES, ArtifactAnswer

__all__ = ["Seen", "Sides", "of_heals"]


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture, and the execution that took it."""

    execution_id: int
    file: ArtifactAnswer


@dataclass(frozen=True, slots=True)
class Sides:
    """A heal's two pictures; None when there is none any more."""

    before: Seen | None = None
    after: Seen | None = None


async def of_heals(session: AsyncSession, heals: Sequence[Heal]) -> dict[int, Sides]:
    """Return the pictures of heals, by their ids."""
    return {heal.id: Sides(await _before(session, heal), await _after(session, heal)) for heal in heals}


async def _after(session: AsyncSession, heal: Heal) -> Seen | None:
    if heal.execution_id is None:
        return None
    return await _taken(session, heal, heal.execution_id, heal.step)


async def _before(session: AsyncSession, heal: Heal) -> Seen | None:
    """Find the same sentence in the newest pass of the same case in which nothing had to be healed."""
    healed = aliased(Execution)
    passed = (
        select(Execution.id)
        .join(healed, healed.id == heal.execution_id)
        .where(
            Execution.test_id == heal.test_id, Execution.id < healed.id, Execution.name == healed.name,
            Execution.row == healed.row, Execution.outcome == "passed", Execution.healed == 0, ~Execution.trial,
        )
        .order_by(Execution.id.desc())
        .limit(1)
    )  # fmt: skip
    wanted = (
        select(StepRecord.execution_id, StepRecord.index)
        .where(StepRecord.execution_id == passed.scalar_subquery(), StepRecord.text == heal.text)
        .order_by(func.abs(StepRecord.index - heal.step))
        .limit(1)
    )
    step = (await session.execute(wanted)).one_or_none()
    return None if step is None else await _taken(session, heal, *step)


async def _taken(session: AsyncSession, heal: Heal, execution_id: int, step: int) -> Seen | None:
    """Return the picture from before a step, with the healed place marked: of several that the step names, that one."""
    wanted = (
        select(ArtifactFile)
        .where(ArtifactFile.execution_id == execution_id, ArtifactFile.step == step, ArtifactFile.kind.in_(PICTURES))
        .order_by(ArtifactFile.attempt, ArtifactFile.id)
    )
    files = {file.kind: ArtifactAnswer.model_validate(file) for file in (await session.scalars(wanted)).all()}
    shown = files.get("screenshot-before") or files.get("screenshot")
    if shown is None:
        return None
    place = int(heal.entry.get("place", 0))
    marks = (files.get("screenshot") or shown).marks[place : place + 1] or shown.marks
    return Seen(execution_id, shown.model_copy(update={"marks": marks}))
