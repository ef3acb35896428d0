"""Mutation reports: which planted faults the tests noticed, as `aiwebtest mutate --json` wrote them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field, ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import Invalid, NotFound
from app.models import MutationReport
from app.schemas.measuring import MutationNew
from app.services import audit
from app.services.actor import Actor
from app.services.listing import page
from app.services.platform import Platform

__all__ = ["delete", "get", "keep", "listed"]


class _Report(BaseModel):
    """The file that the command writes."""

    version: int = Field(ge=1, le=1)
    score: float | None = Field(ge=0, le=1)
    offered: int = Field(0, ge=0, le=2**31 - 1)
    counts: dict[str, int]
    faults: list[dict[str, Any]] = Field(max_length=10_000)


async def keep(platform: Platform, actor: Actor, new: MutationNew) -> MutationReport:
    """Store a report. Raises Invalid when it is none."""
    try:
        told = _Report.model_validate(new.report)
    except ValidationError as exc:
        error = exc.errors()[0]
        raise Invalid(
            f"This is no mutation report: {'.'.join(map(str, error['loc']))}: {error['msg']}.",
            mend="send what `aiwebtest mutate --json FILE` wrote.",
        ) from exc
    report = MutationReport(
        name=new.name, score=told.score, counts=told.counts, offered=told.offered, faults=told.faults,
        author=actor.label,
    )  # fmt: skip
    async with platform.database.write() as session:
        session.add(report)
        await session.flush()
        audit.note(session, actor, "mutation.keep", f"mutation report {report.id}", name=new.name)
    return report


async def listed(session: AsyncSession, *, after: str | None, limit: int) -> tuple[list[MutationReport], str | None]:
    """Return a page of reports, newest first, and the cursor of the next."""
    return await page(session, select(MutationReport), MutationReport.id, after=after, limit=limit)


async def get(session: AsyncSession, report_id: int) -> MutationReport:
    """Return a report. Raises NotFound."""
    found = await session.get(MutationReport, report_id)
    if found is None:
        raise NotFound("mutation report", report_id)
    return found


async def delete(platform: Platform, actor: Actor, report_id: int) -> None:
    """Delete a report. Raises NotFound."""
    async with platform.database.write() as session:
        report = await get(session, report_id)
        await session.delete(report)
        audit.note(session, actor, "mutation.delete", f"mutation report {report_id}", name=report.name)
