"""Webhooks: what they are told, and the deliveries that wait until they were told it."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.models import Delivery, Execution, Run, Webhook

__all__ = ["announce", "announce_fault"]

_FAULT = "server.fault"
_AGAIN_S = 3600.0  # the same fault is told once in so long, by however many processes
_KEY = 80  # characters of the column


async def announce(
    session: AsyncSession, event: Literal["execution.finished", "run.finished"], subject_id: int
) -> None:
    """Note what webhooks are to be told of an execution or run that is over; in the transaction that ends it.

    Each webhook is told once of each thing, however often this is called.
    """
    hooks = await _hooks(session, event)
    if not hooks:
        return
    body = await (_execution_body if event == "execution.finished" else _run_body)(session, subject_id)
    if body is None:
        return
    passed = body["outcome"] == "passed"
    for hook in hooks:
        if not (passed and hook.only == "not-passed"):
            await _put(session, hook, event, str(subject_id), body)


async def announce_fault(session: AsyncSession, part: str, problem: str) -> None:
    """Note that webhooks are to be told of a fault of the server itself: in which part of it, and what kind."""
    at = now()
    body = {
        "part": part, "problem": problem, "at": at.isoformat(),
        "text": f"A fault of AI Web Test in {part}: {problem}. The log of the server or worker has the whole of it.",
    }  # fmt: skip
    for hook in await _hooks(session, _FAULT):
        await _put(session, hook, _FAULT, f"{at.timestamp() // _AGAIN_S:.0f}/{part}/{problem}", body)


async def _hooks(session: AsyncSession, event: str) -> list[Webhook]:
    enabled = (await session.scalars(select(Webhook).where(Webhook.enabled.is_(True)))).all()
    return [hook for hook in enabled if event in hook.events]


async def _put(session: AsyncSession, hook: Webhook, event: str, subject: str, body: dict[str, Any]) -> None:
    values = {"webhook_id": hook.id, "event": event, "key": f"{hook.id}/{event}/{subject}"[:_KEY],
              "body": {"event": event, **body}, "state": "waiting", "tries": 0, "next_at": 0.0, "problem": "",
              "created_at": now()}  # fmt: skip
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    await session.execute(insert(Delivery).values(values).on_conflict_do_nothing(index_elements=["key"]))


async def _execution_body(session: AsyncSession, execution_id: int) -> dict[str, Any] | None:
    found = await session.get(Execution, execution_id, populate_existing=True)
    if found is None:
        return None
    return {
        "id": found.id, "run_id": found.run_id, "test_id": found.test_id, "name": found.name, "row": found.row,
        "state": found.state, "outcome": found.outcome, "problem": found.problem, "provider": found.provider,
        "duration_s": found.duration_s, "cost_usd": found.cost_usd,
        "finished_at": found.finished_at.isoformat() if found.finished_at else None,
    }  # fmt: skip


async def _run_body(session: AsyncSession, run_id: int) -> dict[str, Any] | None:
    await session.flush()
    found = await session.get(Run, run_id, populate_existing=True)
    if found is None:
        return None
    executions = (await session.execute(select(Execution.outcome).where(Execution.run_id == run_id))).scalars()
    counts: dict[str, int] = {}
    for outcome in executions:
        counts[outcome or "error"] = counts.get(outcome or "error", 0) + 1
    return {
        "id": found.id, "test_id": found.test_id, "suite_id": found.suite_id, "name": found.name,
        "trigger": found.trigger, "outcome": found.outcome, "total": found.total, "counts": counts,
        "finished_at": found.finished_at.isoformat() if found.finished_at else None,
    }  # fmt: skip
