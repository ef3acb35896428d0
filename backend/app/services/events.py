"""Events of executions for those who follow: everything from a given event on, and what comes while they wait."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, select

from app.models import Execution, ExecutionEvent, Run
from app.services.signals import about_execution, about_run

if TYPE_CHECKING:
    from app.services.platform import Platform

__all__ = ["OVER", "follow", "follow_run"]

OVER = ("finished", "stopped")
"""States in which nothing more happens."""

_AT_ONCE = 500  # events in one query
_LOOK_S = 1.0  # a follower that hears no bell looks by itself so often


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
    """Yield the events of all executions of a run, likewise, until the last of them is over.

    Executions of one run write at the same time. On PostgreSQL an event may become visible after one with a higher
    `id` of another execution, so who resumes by `after` should be ready to read the execution itself as well.
    """
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
