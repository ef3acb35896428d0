"""Events of executions: written down, and told to those who follow, from a given event on and as more come."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Execution, ExecutionEvent, Run
from app.services.signals import Signals, about_execution, about_run

if TYPE_CHECKING:
    from app.services.platform import Platform

__all__ = ["OVER", "follow", "follow_run", "write"]

OVER = ("finished", "stopped")
"""States in which nothing more happens."""

_AT_ONCE = 500  # events in one query
_LOOK_S = 1.0  # a follower that hears no bell looks by itself so often
_IN_TURN = text("SELECT pg_advisory_xact_lock(7073, CAST(:run % 2147483647 AS int))")


async def write(session: AsyncSession, signals: Signals, run_id: int, events: Sequence[dict[str, Any]]) -> None:
    """Write events of one execution of a run, as values of their columns, and ring for who follows either.

    On PostgreSQL the executions of a run take turns until their transactions end: an event that became visible after
    one with a higher `id` would never be told to who follows the run.
    """
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(_IN_TURN, {"run": run_id})
    await session.execute(insert(ExecutionEvent), events)
    await signals.tell(session, about_execution(events[0]["execution_id"]), about_run(run_id))


async def follow(platform: Platform, execution_id: int, after: int = 0) -> AsyncIterator[ExecutionEvent]:
    """Yield the events of an execution whose `id` is above `after`, in order, as they are written.

    Ends when the execution is over and everything was told, or when it was deleted. No connection to the database is
    held while the caller works on an event.
    """
    over = select(Execution.state.in_(OVER)).where(Execution.id == execution_id)
    mine = ExecutionEvent.execution_id == execution_id
    async for event in _follow(platform, about_execution(execution_id), over, mine, after):
        yield event


async def follow_run(platform: Platform, run_id: int, after: int = 0) -> AsyncIterator[ExecutionEvent]:
    """Yield the events of all executions of a run, likewise, until the last of them is over."""
    over = select(Run.finished_at.is_not(None)).where(Run.id == run_id)
    mine = ExecutionEvent.execution_id.in_(select(Execution.id).where(Execution.run_id == run_id))
    async for event in _follow(platform, about_run(run_id), over, mine, after):
        yield event


async def _follow(
    platform: Platform, topic: str, is_over: Select[Any], mine: ColumnElement[bool], after: int
) -> AsyncIterator[ExecutionEvent]:
    may_be_over = True
    with platform.signals.listening(topic) as bell:
        while True:
            bell.quiet()
            over: bool | None = False
            async with platform.database.read() as session:
                if may_be_over:
                    over = (await session.execute(is_over)).scalar_one_or_none()  # first: events come before the end
                query = select(ExecutionEvent).where(mine, ExecutionEvent.id > after).order_by(ExecutionEvent.id)
                events = (await session.scalars(query.limit(_AT_ONCE))).all()
            for event in events:
                after = event.id
                yield event
            if len(events) == _AT_ONCE:
                continue
            if over or over is None:
                return
            may_be_over = any(event.kind == "state" for event in events) or not await bell.wait(_LOOK_S)
