"""Mutation reports: which planted faults the tests noticed. Sent as `aiwebtest mutate --json` wrote them, or measured.

What is to be measured is a report without figures. A worker takes a lease on it (`take`), extends it while it works
(`beat`), and writes what it found (`finish`); one that is gone loses it to another, which begins anew.
"""

from __future__ import annotations

import asyncio
from typing import Any

from pydantic import BaseModel, Field, ValidationError
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from aiwebtest.mutation import KINDS
from app.core.clock import now, now_s
from app.core.errors import Conflict, Invalid, NotFound
from app.models import MutationReport
from app.schemas.measuring import MutationNew, MutationRunNew
from app.services import audit
from app.services.actor import Actor
from app.services.chosen_cases import choose
from app.services.listing import page
from app.services.platform import Platform
from app.services.project import missing_key, server_project

__all__ = ["LEASE_S", "beat", "begin", "delete", "finish", "get", "give_back", "keep", "listed", "stop", "take"]

LEASE_S = 30.0
_MOST_CASES = 500


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


async def begin(platform: Platform, actor: Actor, new: MutationRunNew) -> MutationReport:
    """Let a worker measure tests, with rules alone or with each of several providers.

    Raises NotFound, Invalid, UsageError (a provider without a key).
    """
    first = next((one for one in new.providers if one != "builtin"), "builtin")
    request = new.request.model_copy(update={"provider": first, "alone": bool(new.providers)})
    if new.providers:
        project = await asyncio.to_thread(server_project)
        for one in new.providers:
            missing_key(project, one)
    cases = [one.key for one in await choose(platform, request, test_ids=new.test_ids, suite_id=new.suite_id)]
    if not 0 < len(cases) <= _MOST_CASES:
        what = f"There are {len(cases)} cases; a measurement takes 1 to {_MOST_CASES}."
        raise Invalid(what, mend="name tests, or a suite, that have as many.")
    report = MutationReport(
        name=new.name, score=None, state="running", providers=list(new.providers),
        cases=cases, request=request.stored(), author=actor.label,
        options={"per_case": new.per_case, "cases_each": new.cases_each, "seed": new.seed,
                 "kinds": [kind for kind in KINDS if not new.kinds or kind in new.kinds]},
        told="Waits for a worker.",
    )  # fmt: skip
    async with platform.database.write() as session:
        session.add(report)
        await session.flush()
        audit.note(session, actor, "mutation.begin", f"mutation report {report.id}", name=new.name, cases=len(cases))
    return report


async def stop(platform: Platform, actor: Actor, report_id: int) -> MutationReport:
    """End a measurement; nothing is kept of it. Raises NotFound, Conflict."""
    async with platform.database.write() as session:
        report = await get(session, report_id)
        if report.state != "running":
            raise Conflict("It is over already.", mend="begin another one.")
        report.state, report.told, report.finished_at = "finished", f"Stopped by {actor.label}.", now()
        audit.note(session, actor, "mutation.stop", f"mutation report {report_id}", name=report.name)
    return report


async def take(platform: Platform) -> MutationReport | None:
    """Take the lease on the oldest measurement that nobody is at; None when there is none."""
    async with platform.database.read() as session:
        free = MutationReport.state == "running", MutationReport.lease_until < now_s()
        report_id = await session.scalar(select(MutationReport.id).where(*free).order_by(MutationReport.id).limit(1))
    if report_id is None:
        return None
    async with platform.database.write() as session:
        taken = (
            update(MutationReport)
            .where(MutationReport.id == report_id, *free)
            .values(lease_until=now_s() + LEASE_S, attempt=MutationReport.attempt + 1)
            .returning(MutationReport)
        )
        return (await session.scalars(taken)).one_or_none()


async def beat(platform: Platform, mine: MutationReport, told: str) -> bool:
    """Extend the lease and say how far it is; False when it was stopped, deleted or taken by somebody else."""
    return await _write(platform, mine, told=told, lease_until=now_s() + LEASE_S)


async def give_back(platform: Platform, mine: MutationReport) -> None:
    """Let another worker begin it anew."""
    await _write(platform, mine, told="Waits for a worker.", lease_until=0.0)


async def finish(platform: Platform, mine: MutationReport, **found: Any) -> bool:
    """Write what a measurement came to: score, counts, offered and faults, a comparison, or what was `told` of it."""
    return await _write(platform, mine, state="finished", finished_at=now(), **{"told": ""} | found)


async def _write(platform: Platform, mine: MutationReport, **values: Any) -> bool:
    held = (
        MutationReport.id == mine.id,
        MutationReport.state == "running",
        MutationReport.attempt == mine.attempt,
    )
    async with platform.database.write() as session:
        written = update(MutationReport).where(*held).values(**values).returning(MutationReport.id)
        return (await session.scalar(written)) is not None


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
