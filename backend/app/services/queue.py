"""The queue as everyone but a worker sees it: say that there is work, stop an execution, look at the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, or_, select

from app.core.clock import now, now_s
from app.core.database import Database
from app.core.errors import NotFound
from app.models import QUEUED, RUNNING, Execution, ProviderLimit, Run, Worker
from app.services.delivery import Announcer
from app.services.leases import Leases
from app.services.listing import plain_rows
from app.services.signals import STOP, WORK, Signals

__all__ = ["ProviderLoad", "Queue", "QueueStatus", "WorkerState"]

_SILENT_S = 15.0  # a worker not heard of for so long is not listed any more

_GROUPS = (Execution.provider, Execution.state, Execution.stop_requested, Execution.lease_owner)
_DUE = (Execution.state == QUEUED) & (Execution.not_before <= bindparam("moment"))
_LOADS = (  # statements are made once: making one takes as long as running it
    select(*_GROUPS, func.count(), func.min(Execution.created_at).filter(_DUE))
    .where(or_(Execution.state == QUEUED, Execution.state == RUNNING))
    .group_by(*_GROUPS)
)
_WORKERS = select(*Worker.__table__.c).where(Worker.beat_at > bindparam("since")).order_by(Worker.name)
_LIMITS = select(ProviderLimit.provider, ProviderLimit.max_parallel)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerState:
    """A worker process that was heard of lately."""

    name: str
    host: str
    pid: int
    concurrency: int
    running: int
    draining: bool
    browser: str  # version of its warm browser, "" while there is none
    started_at: datetime
    beat_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderLoad:
    """How many executions that name a provider wait and run; `limit` None is no limit."""

    queued: int = 0
    running: int = 0
    limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStatus:
    """The queue at one moment. `oldest_wait_s` is how long the longest-waiting execution that may begin has waited."""

    queued: int
    running: int
    stopping: int
    oldest_wait_s: float
    slots: int  # that workers have, those of draining workers not counted
    workers: list[WorkerState] = field(default_factory=list)
    providers: dict[str, ProviderLoad] = field(default_factory=dict)


class Queue:
    """What services and endpoints do with the queue. `leases` is how its rows change."""

    def __init__(self, database: Database, signals: Signals, leases: Leases, announcer: Announcer) -> None:
        self.leases = leases
        self._database, self._signals, self._announcer = database, signals, announcer
        self._callers: set[Callable[[str], None]] = set()

    async def wake(self, count: int = 1) -> None:
        """Let workers look for work, after `count` executions were committed. It does no harm to wake too often."""
        self._ring(WORK)
        if not self._database.on_sqlite:
            async with self._database.write() as session:
                await self._signals.tell(session, WORK)
        await self._announcer.announce(count)

    async def stop(self, execution_id: int, by: str) -> str:
        """Stop an execution; return `stopped` for one that waited, `running` for one whose worker was asked to.

        Its worker hears of it within two seconds. One that is over already stays as it is. Raises NotFound.
        """
        state = await self.leases.stop(execution_id, by)
        if state is None:
            raise NotFound("execution", execution_id)
        self._ring(STOP if state == "running" else WORK)  # what waited behind it in its run may begin
        return state

    async def stop_run(self, run_id: int, by: str) -> int:
        """Stop all executions of a run that are not over; return how many those were. Raises NotFound."""
        async with self._database.read() as session:
            if await session.get(Run, run_id) is None:
                raise NotFound("run", run_id)
            waiting = Execution.state.in_(("queued", "running"))
            # The last first: otherwise the end of one would let the next of a sequential run begin.
            query = select(Execution.id).where(Execution.run_id == run_id, waiting).order_by(Execution.position.desc())
            ids = (await session.scalars(query)).all()
        for execution_id in ids:
            await self.leases.stop(execution_id, by)
        self._ring(STOP)
        return len(ids)

    @contextmanager
    def calling(self, caller: Callable[[str], None]) -> Iterator[None]:
        """Call `caller` with WORK or STOP whenever workers are to look for that: so an embedded worker hears at once.

        It is called as long as the block lasts.
        """
        self._callers.add(caller)
        try:
            yield
        finally:
            self._callers.discard(caller)

    async def status(self) -> QueueStatus:
        """Return the queue at this moment."""
        async with self._database.read() as session:
            loads = await plain_rows(session, _LOADS, {"moment": now_s()})
            oldest: datetime | None = min(filter(None, (row[-1] for row in loads)), default=None)
            workers = await plain_rows(session, _WORKERS, {"since": now() - timedelta(seconds=_SILENT_S)})
            limits = {limit.provider: limit.max_parallel for limit in await plain_rows(session, _LIMITS)}
        names = sorted({row.provider for row in loads} | set(limits))

        def count(
            state: str, provider: str | None = None, *, stopping: bool | None = None, owner: str | None = None
        ) -> int:
            return sum(
                number
                for name, has, stops, held_by, number, _ in loads
                if has == state and provider in (None, name) and stopping in (None, stops) and owner in (None, held_by)
            )

        return QueueStatus(
            queued=count("queued"),
            running=count("running"),
            stopping=count("running", stopping=True),
            oldest_wait_s=max(0.0, (now() - oldest).total_seconds()) if oldest else 0.0,
            slots=sum(worker.concurrency for worker in workers if not worker.draining),
            workers=[
                WorkerState(
                    name=worker.name, host=worker.host, pid=worker.pid, concurrency=worker.concurrency,
                    running=count("running", owner=worker.name), draining=worker.draining, browser=worker.browser,
                    started_at=worker.started_at, beat_at=worker.beat_at,
                )
                for worker in workers
            ],
            providers={
                name: ProviderLoad(queued=count("queued", name), running=count("running", name), limit=limits.get(name))
                for name in names
            },
        )  # fmt: skip

    def _ring(self, topic: str) -> None:
        self._signals.ring(topic)
        for caller in self._callers:
            caller(topic)
