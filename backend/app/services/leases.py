"""Who has an execution, and until when: the one place where its state changes.

The row in `executions` is the truth. A worker claims it for a few seconds and extends that again and again (beats);
everything it writes names the attempt it holds, so that a worker that was taken for dead can write nothing more. See
docs/adr/0006-execution-lease.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast, get_args

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Float,
    and_,
    bindparam,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlalchemy.sql.dml import ReturningUpdate

from aiwebtest.core.verdict import Outcome, worst
from app.core.clock import now, now_s
from app.core.database import Database
from app.models import QUEUED, RUNNING, Execution, ProviderLimit, Run, Worker
from app.services import events
from app.services.signals import STOP, WORK, Signals
from app.services.webhooks import announce

__all__ = ["Beaten", "Claim", "Leases", "LostLease", "held", "stopped_problem", "write_held"]

_CLAIMING = 7071  # PostgreSQL's advisory lock: limits are counted by one claim at a time
_CLOCK = func.extract("epoch", func.clock_timestamp()).cast(Float())  # PostgreSQL's
_ANY_QUEUED = select(Execution.id).where(Execution.state == QUEUED).limit(1)


class LostLease(Exception):
    """The execution belongs to somebody else now, or is over: stop, and write nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a worker holds: an execution and the attempt that its writes must name."""

    execution_id: int
    run_id: int
    attempt: int
    owner: str


@dataclass(frozen=True, slots=True)
class Beaten:
    """What a beat found out: which claims are to be stopped, and which are lost."""

    stop: frozenset[Claim]
    lost: frozenset[Claim]


class Leases:
    """Claims, beats and ends executions. What a method writes is one transaction."""

    def __init__(
        self, database: Database, signals: Signals, *, lease_s: float, max_attempts: int, again: bool = True
    ) -> None:
        self._database, self._signals = database, signals
        self._lease_s, self._max_attempts, self._again = lease_s, max_attempts, again

    async def claim(self, owner: str) -> Claim | None:
        """Take the execution that is due and goes first; None when there is none that may begin now.

        Not due are those whose time has not come, that are to be stopped, whose provider or run has as many at work as
        it may, and those of a sequential run that have another before them.
        """
        async with self._database.read() as session:  # most looks find nothing, and take no writer's turn for that
            if await session.scalar(_ANY_QUEUED) is None:
                return None
        async with self._database.write() as session:
            if not self._database.on_sqlite:  # SQLite has one writer at a time anyway
                await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CLAIMING})
            given = {"owner": owner, "lease_s": self._lease_s, "began_at": now(), "moment": now_s()}
            row = (await session.execute(_claiming(self._database.on_sqlite), given)).first()
            if row is None:
                return None
            claim = Claim(execution_id=row.id, run_id=row.run_id, attempt=row.attempt, owner=owner)
            await self._tell_state(session, claim.execution_id, claim.run_id, claim.attempt, "running", worker=owner)
            return claim

    async def beat(self, owner: str, claims: Sequence[Claim], *, draining: bool = False, browser: str = "") -> Beaten:
        """Extend the leases of `claims`, say that the worker lives, and return what became of them meanwhile."""
        async with self._database.write() as session:
            await session.execute(
                update(Worker)
                .where(Worker.name == owner)
                .values(beat_at=now(), draining=draining, browser=browser)
                .execution_options(synchronize_session=False)
            )
            rows = (
                await session.execute(
                    update(Execution)
                    .where(
                        Execution.id.in_([claim.execution_id for claim in claims]),
                        Execution.lease_owner == owner,
                        Execution.state == "running",
                    )
                    .values(lease_until=_moment(self._database) + self._lease_s)
                    .returning(Execution.id, Execution.attempt, Execution.stop_requested)
                    .execution_options(synchronize_session=False)
                )
            ).all()
        mine = {(row.id, row.attempt): row.stop_requested for row in rows}
        return Beaten(
            stop=frozenset(claim for claim in claims if mine.get((claim.execution_id, claim.attempt))),
            lost=frozenset(claim for claim in claims if (claim.execution_id, claim.attempt) not in mine),
        )

    async def finish(self, claim: Claim, **values: Any) -> None:
        """End an execution with an outcome and what else is known of it; raise LostLease when it is not held."""
        async with self._database.write() as session:
            await self.finish_in(session, claim, **values)

    async def finish_in(self, session: AsyncSession, claim: Claim, **values: Any) -> None:
        """Do the same inside the caller's transaction."""
        stopped = await session.scalar(select(Execution.stopped_by).where(held(claim), Execution.stop_requested))
        state = "finished" if stopped is None else "stopped"
        await write_held(session, claim, state=state, lease_until=None, finished_at=now(), **values)
        await self._tell_state(
            session, claim.execution_id, claim.run_id, claim.attempt, state, outcome=values.get("outcome")
        )
        await self._settle(session, claim.execution_id, claim.run_id)

    async def give_back(self, claim: Claim) -> None:
        """Put an execution back into the queue, as nothing of it was its fault; nothing happens if it is not held."""
        async with self._database.write() as session:
            stopped = await session.scalar(select(Execution.id).where(held(claim), Execution.stop_requested))
            if stopped is not None:
                await self.finish_in(session, claim, outcome="error", problem=stopped_problem(""))
                return
            try:
                await write_held(session, claim, state="queued", lease_owner=None, lease_until=None)
            except LostLease:
                return
            why = "Its worker was told to end; it is run again."
            await self._tell_state(session, claim.execution_id, claim.run_id, claim.attempt, "queued", why=why)
            await self._signals.tell(session, WORK)

    async def begin_again(self, claim: Claim, why: str) -> bool:
        """Put an execution back whose attempt was lost with its browser, as set; False when it is to end as it did.

        It counts as the loss of a worker does, so that what takes every browser down ends after `max_attempts`.
        """
        async with self._database.write() as session:
            held_now = select(Execution).where(held(claim), not_(Execution.stop_requested)).with_for_update()
            execution = await session.scalar(held_now)
            if execution is None or not self._again or execution.lost + 1 >= self._max_attempts:
                return False
            await self._lost(session, execution, why)
        return True

    async def sweep(self) -> list[int]:
        """Find the executions whose worker was not heard of for a lease; return their ids.

        Each goes back to the queue or ends as `error: worker lost`, as set. Safe to call from many processes at once.
        """
        expired = Execution.state == RUNNING, Execution.lease_until < _moment(self._database)
        async with self._database.read() as session:  # a writer's turn is not taken for nothing
            if await session.scalar(select(Execution.id).where(*expired).limit(1)) is None:
                return []
        async with self._database.write() as session:
            found = select(Execution).where(*expired).order_by(Execution.run_id)  # runs are locked in this order
            found = found.with_for_update(skip_locked=True).limit(100)
            rows = (await session.scalars(found)).all()
            for execution in rows:
                what = f"The worker {execution.lease_owner} was not heard of any more"
                await self._lost(session, execution, what)
        return [execution.id for execution in rows]

    async def stop(self, execution_id: int, by: str) -> str | None:
        """Stop an execution, or ask its worker to; return the state it is in then, None when there is no such one."""
        async with self._database.write() as session:
            execution = await session.get(Execution, execution_id, with_for_update=True)
            if execution is None:
                return None
            if execution.state == "queued":
                execution.state, execution.outcome = "stopped", "skipped"
                execution.finished_at, execution.problem = now(), stopped_problem(by)
                execution.stopped_by = by
                await session.flush()
                await self._tell_state(
                    session, execution.id, execution.run_id, execution.attempt, "stopped", outcome="skipped"
                )
                await self._settle(session, execution.id, execution.run_id)
            elif execution.state == "running" and not execution.stop_requested:
                execution.stop_requested, execution.stopped_by = True, by
                await self._signals.tell(session, STOP)
            return execution.state

    async def _lost(self, session: AsyncSession, execution: Execution, lost: str) -> None:
        execution.lost += 1
        execution.lease_owner = execution.lease_until = None
        if execution.stop_requested:
            state, outcome, problem = "stopped", "error", stopped_problem(execution.stopped_by)
        elif self._again and execution.lost < self._max_attempts:
            state, outcome, problem = "queued", None, None
        else:
            times = "" if execution.lost == 1 else f", for the {execution.lost}th time" if execution.lost > 3 else \
                f", for the {('second', 'third')[execution.lost - 2]} time"  # fmt: skip
            mend = "run it again; if it happens again, look at the worker's log and memory."
            state, outcome = "finished", "error"
            problem = {"code": "worker-lost", "what": f"{lost}{times}.", "mend": mend}
        execution.state, execution.outcome, execution.problem = state, outcome, problem
        execution.finished_at = now() if outcome else None
        await session.flush()
        why = f"{lost}; it is run again." if outcome is None else f"{lost}."
        await self._tell_state(
            session, execution.id, execution.run_id, execution.attempt, state, why=why, outcome=outcome
        )
        if outcome is None:
            await self._signals.tell(session, WORK)
        else:
            await self._settle(session, execution.id, execution.run_id)

    async def _tell_state(
        self, session: AsyncSession, execution_id: int, run_id: int, attempt: int, state: str, **more: Any
    ) -> None:
        data = {"state": state, **{key: value for key, value in more.items() if value}}
        event = {"execution_id": execution_id, "attempt": attempt, "kind": "state", "at": now(), "data": data}
        await events.write(session, self._signals, run_id, [event])

    async def _settle(self, session: AsyncSession, execution_id: int, run_id: int) -> None:
        """Count an execution that is over into its run, end the run with its last one, and let webhooks know."""
        run = await session.get_one(Run, run_id, with_for_update=True, populate_existing=True)
        rows = (
            await session.execute(
                select(Execution.state, Execution.outcome, func.count())
                .where(Execution.run_id == run_id)
                .group_by(Execution.state, Execution.outcome)
            )
        ).all()
        over = [(state, outcome, count) for state, outcome, count in rows if state in ("finished", "stopped")]
        run.finished = sum(count for *_, count in over)
        await announce(session, "execution.finished", execution_id)
        if run.finished >= run.total and len(over) == len(rows) and run.finished_at is None:
            # A run that somebody stopped proves nothing: it never counts as passed.
            run.outcome = worst(*("error" if state == "stopped" else _outcome(outcome) for state, outcome, _ in over))
            run.finished_at = now()
            await announce(session, "run.finished", run_id)
        await session.flush()


def held(claim: Claim) -> ColumnElement[bool]:
    """Return the condition that `claim` still holds its execution."""
    return and_(
        Execution.id == claim.execution_id,
        Execution.attempt == claim.attempt,
        Execution.lease_owner == claim.owner,
        Execution.state == "running",
    )


async def write_held(session: AsyncSession, claim: Claim, *, batch: int | None = None, **values: Any) -> bool:
    """Change the execution's row and keep it locked until the transaction ends; raise LostLease when it is not held.

    `batch` numbers what an attempt writes, from 1: False says that this one was committed before, though its worker
    did not hear so as the database went away at that moment.
    """
    condition = held(claim)
    if batch is not None:
        condition, values = and_(condition, Execution.written == batch - 1), {**values, "written": batch}
    changed = await session.execute(
        update(Execution)
        .where(condition)
        .values(**(values or {"attempt": claim.attempt}))
        .execution_options(synchronize_session=False)
    )
    if cast("CursorResult[Any]", changed).rowcount == 1:
        return True
    if batch is None or await session.scalar(select(Execution.written).where(held(claim))) != batch:
        raise LostLease
    return False


def stopped_problem(by: str) -> dict[str, Any]:
    """Return why an execution that somebody stopped has no outcome of its own."""
    return {"code": "stopped", "what": f"It was stopped by {by}." if by else "It was stopped.", "mend": "run it again."}


@cache
def _claiming(on_sqlite: bool) -> ReturningUpdate[int, int, int]:
    """Return the statement that takes an execution. Made once: that takes longer than a database needs for it."""
    moment = bindparam("moment", type_=Float()) if on_sqlite else _CLOCK
    due = select(Execution.id).where(*_due(moment)).order_by(Execution.priority.desc(), Execution.id).limit(1)
    return (
        update(Execution)
        .where(Execution.id == due.scalar_subquery(), Execution.state == "queued")
        .values(
            state="running",
            attempt=Execution.attempt + 1,
            written=0,
            lease_owner=bindparam("owner"),
            lease_until=moment + bindparam("lease_s", type_=Float()),
            worker=bindparam("owner"),
            started_at=bindparam("began_at"),
        )
        .returning(Execution.id, Execution.run_id, Execution.attempt)
        .execution_options(synchronize_session=False)
    )


def _moment(database: Database) -> ColumnElement[float]:
    """Return this moment by the clock that all workers share: PostgreSQL's, or this machine's."""
    if database.on_sqlite:
        return literal(now_s(), Float())
    return _CLOCK


def _due(moment: ColumnElement[float]) -> tuple[ColumnElement[bool], ...]:
    other, busy, limit, run = aliased(Execution), aliased(Execution), aliased(ProviderLimit), aliased(Run)

    def of_limit(execution: Any) -> ColumnElement[bool]:
        """A limit of `google` counts `google/gemini-...` as well."""
        return or_(execution.provider == limit.provider, execution.provider.like(limit.provider.concat("/%")))

    def count(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
        counted = select(func.count()).select_from(busy).where(busy.state == RUNNING, *conditions)
        return counted.correlate(limit, run).scalar_subquery()

    provider_full = exists().where(of_limit(Execution), count(of_limit(busy)) >= limit.max_parallel)
    run_full = exists().where(
        run.id == Execution.run_id, run.max_parallel.is_not(None), count(busy.run_id == run.id) >= run.max_parallel
    )
    has_one_before = exists().where(
        other.run_id == Execution.run_id,
        or_(other.state == RUNNING, and_(other.state == QUEUED, other.position < Execution.position)),
    )
    waits_its_turn = and_(exists().where(run.id == Execution.run_id, run.mode == "sequential"), has_one_before)
    return (
        Execution.state == QUEUED,
        Execution.not_before <= moment,
        not_(Execution.stop_requested),
        not_(provider_full),
        not_(run_full),
        not_(waits_its_turn),
    )


def _outcome(text: str | None) -> Outcome:
    return cast("Outcome", text) if text in get_args(Outcome) else "error"
