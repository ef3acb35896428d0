"""Runs and executions: what is to be done, who does it, and everything that came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, String, false, literal, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from aiwebtest.core.billing import UNBILLED
from app.core.clock import now
from app.models.base import Base, Identity, Json

__all__ = [
    "QUEUED",
    "RUNNING",
    "ArtifactFile",
    "Execution",
    "ExecutionEvent",
    "ModelAttempt",
    "ProviderLimit",
    "Run",
    "Share",
    "StepRecord",
    "Worker",
]


_OPEN = "state = 'queued' OR state = 'running'"

QUEUED, RUNNING = (literal(state, String(8), literal_execute=True) for state in ("queued", "running"))
"""States written into the statement itself: then databases see that the small index of open executions is enough."""


class Run(Identity, Base):
    """Executions that were asked for together: of a test with its rows of data, or of a suite.

    `request` is the run request as it came, defaults filled in; secrets are in it by name only.
    """

    __tablename__ = "runs"

    test_id: Mapped[int | None] = mapped_column(ForeignKey("tests.id", ondelete="SET NULL"), index=True)
    suite_id: Mapped[int | None] = mapped_column(ForeignKey("suites.id", ondelete="SET NULL"), index=True)
    name: Mapped[str] = mapped_column(String(200))  # of the test or the suite, kept when that is gone
    trigger: Mapped[str] = mapped_column(String(12), default="api")  # api | ui | schedule | rerun
    schedule_id: Mapped[int | None] = mapped_column(index=True)
    mode: Mapped[str] = mapped_column(String(12), default="parallel")
    max_parallel: Mapped[int | None]
    request: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    author: Mapped[str] = mapped_column(String(200), default="")
    total: Mapped[int] = mapped_column(default=0)
    finished: Mapped[int] = mapped_column(default=0)  # executions that are finished or stopped
    outcome: Mapped[str | None] = mapped_column(String(8))  # the worst of its executions, once all are over
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    finished_at: Mapped[datetime | None]

    executions: Mapped[list[Execution]] = relationship(
        back_populates="run", cascade="all, delete-orphan", passive_deletes=True
    )


class Execution(Identity, Base):
    """One case run once. This row is the truth of its work: who has it, until when, and whether it is to stop.

    `attempt` is the fencing token: it counts up with each claim, and whatever a worker writes names the attempt it
    holds; a worker that lost the execution can write nothing more. Moments of the lease are seconds since the epoch.
    """

    __tablename__ = "executions"
    __table_args__ = (
        Index("ix_executions_open", "state", "priority", "id", sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
        Index(  # figures of a period are read from it alone
            "ix_executions_figures",
            *("created_at", "outcome", "provider", "test_id", "suite_id", "run_id", "state", "trial", "flaky"),
            *("healed", "duration_s", "input_tokens", "output_tokens", "cost_usd", "cost_unknown"),
        ),
        Index("ix_executions_test_created", "test_id", "id"),
        Index("ix_executions_outcome_created", "outcome", "id"),
        Index("ix_executions_provider_state", "provider", "state"),
        Index("ix_executions_name", "name", "id"),
        {"sqlite_autoincrement": True},
    )

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), index=True)
    test_id: Mapped[int | None] = mapped_column(ForeignKey("tests.id", ondelete="SET NULL"))
    suite_id: Mapped[int | None] = mapped_column(index=True)
    test_version: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(String(300))  # of the case
    row: Mapped[str] = mapped_column(String(200), default="")  # label of its row of data
    tags: Mapped[list[Any]] = mapped_column(Json, default=list)
    position: Mapped[int] = mapped_column(default=0)  # in its run
    provider: Mapped[str] = mapped_column(String(80), default="builtin")
    base_url: Mapped[str] = mapped_column(String(2000), default="")
    priority: Mapped[int] = mapped_column(default=0)  # higher goes first
    trial: Mapped[bool] = mapped_column(default=False, server_default=false())  # of an experiment: no news of the test
    request: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)

    state: Mapped[str] = mapped_column(String(8), default="queued")  # queued | running | finished | stopped
    attempt: Mapped[int] = mapped_column(default=0)
    lost: Mapped[int] = mapped_column(default=0)  # how often its worker was not heard of any more
    written: Mapped[int] = mapped_column(default=0)  # batches that this attempt wrote: none is written twice
    lease_owner: Mapped[str | None] = mapped_column(String(80))
    lease_until: Mapped[float | None]
    not_before: Mapped[float] = mapped_column(default=0.0)
    stop_requested: Mapped[bool] = mapped_column(default=False)
    stopped_by: Mapped[str] = mapped_column(String(200), default="")
    worker: Mapped[str] = mapped_column(String(80), default="")

    outcome: Mapped[str | None] = mapped_column(String(8))  # passed | failed | error | skipped, once it is over
    problem: Mapped[dict[str, Any] | None] = mapped_column(Json)
    summary: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)  # console, requests, explanation, counts
    steps_total: Mapped[int] = mapped_column(default=0)
    steps_done: Mapped[int] = mapped_column(default=0)
    healed: Mapped[int] = mapped_column(default=0)
    flaky: Mapped[bool] = mapped_column(default=False)
    model_attempts: Mapped[int] = mapped_column(default=0)
    input_tokens: Mapped[int] = mapped_column(default=0)
    output_tokens: Mapped[int] = mapped_column(default=0)
    cost_usd: Mapped[float] = mapped_column(default=0.0)  # what is known of it
    cost_unknown: Mapped[int] = mapped_column(default=0)  # attempts whose cost nobody knows
    created_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None] = mapped_column(index=True)
    duration_s: Mapped[float | None]

    run: Mapped[Run] = relationship(back_populates="executions")
    steps: Mapped[list[StepRecord]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="StepRecord.index"
    )
    artifacts: Mapped[list[ArtifactFile]] = relationship(cascade="all, delete-orphan", passive_deletes=True)


class ExecutionEvent(Identity, Base):
    """Something that happened in an execution, in order of `id`; what server-sent events are made of."""

    __tablename__ = "execution_events"
    __table_args__ = (Index("ix_execution_events_execution", "execution_id", "id"), {"sqlite_autoincrement": True})

    execution_id: Mapped[int] = mapped_column(ForeignKey("executions.id", ondelete="CASCADE"))
    attempt: Mapped[int]
    kind: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime] = mapped_column(default=now)
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)


class StepRecord(Base):
    """A step of the attempt that counts."""

    __tablename__ = "steps"

    execution_id: Mapped[int] = mapped_column(ForeignKey("executions.id", ondelete="CASCADE"), primary_key=True)
    index: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    kind: Mapped[str | None] = mapped_column(String(8))
    phase: Mapped[str] = mapped_column(String(8), default="main")
    outcome: Mapped[str] = mapped_column(String(8))
    source: Mapped[str] = mapped_column(String(8), default="")  # who grounded it: rules | replay | model | healed
    url: Mapped[str] = mapped_column(default="")
    duration_s: Mapped[float] = mapped_column(default=0.0)
    detail: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)  # actions, verdicts, candidates, problem, notes


class ModelAttempt(Identity, Base):
    """One request to a model provider: the ledger. Names and units are those of the engine's `Attempt`."""

    __tablename__ = "model_attempts"
    __table_args__ = (
        Index("ix_model_attempts_execution", "execution_id", "step"),
        Index("ix_model_attempts_provider_at", "provider", "at"),
        Index(
            "ix_model_attempts_routed",
            "id",
            sqlite_where=text("routing != ''"),
            postgresql_where=text("routing != ''"),
        ),
        {"sqlite_autoincrement": True},
    )

    execution_id: Mapped[int | None] = mapped_column(ForeignKey("executions.id", ondelete="SET NULL"))
    test_id: Mapped[int | None] = mapped_column(index=True)
    suite_id: Mapped[int | None]
    execution_attempt: Mapped[int] = mapped_column(default=0)
    step: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    provider: Mapped[str] = mapped_column(String(40))
    model_asked: Mapped[str] = mapped_column(String(200))
    model_served: Mapped[str] = mapped_column(String(200), default="")
    request_id: Mapped[str] = mapped_column(String(200), default="")
    purpose: Mapped[str] = mapped_column(String(12), default="ground")
    outcome: Mapped[str] = mapped_column(String(40), default="ok")
    status: Mapped[int | None]
    retry_after_s: Mapped[float | None]
    slept_s: Mapped[float] = mapped_column(default=0.0)
    latency_s: Mapped[float] = mapped_column(default=0.0)
    first_byte_s: Mapped[float | None]
    fallback: Mapped[bool] = mapped_column(default=False, server_default=false())
    good: Mapped[bool | None]  # whether its step could go on with the answer; None where nobody can say
    doubted: Mapped[bool] = mapped_column(default=False, server_default=false())  # it could, and the case failed later
    finish_reason: Mapped[str] = mapped_column(String(40), default="")
    input_tokens: Mapped[int | None]
    output_tokens: Mapped[int | None]
    reasoning_tokens: Mapped[int | None]
    cached_tokens: Mapped[int | None]
    cost_usd: Mapped[float | None]  # None is unknown, never 0
    cost_source: Mapped[str] = mapped_column(String(12), default="unknown")
    price_version: Mapped[str] = mapped_column(String(40), default="")
    schema_hash: Mapped[str] = mapped_column(String(64), default="")
    form: Mapped[str] = mapped_column(String(12), default="")
    tokens_before_pruning: Mapped[int | None]
    routing: Mapped[str] = mapped_column(default="")

    @classmethod
    def unpriced(cls) -> ColumnElement[bool]:
        """Return the condition that nobody knows what a request cost."""
        return cls.cost_usd.is_(None) & cls.outcome.not_in(UNBILLED)


class ArtifactFile(Identity, Base):
    """A file that an execution left. `key` is its name in the artifact store."""

    __tablename__ = "artifacts"

    execution_id: Mapped[int] = mapped_column(ForeignKey("executions.id", ondelete="CASCADE"), index=True)
    attempt: Mapped[int]
    step: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(300), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size_bytes: Mapped[int]
    caption: Mapped[str] = mapped_column(default="")
    marks: Mapped[list[Any]] = mapped_column(Json, default=list)
    width: Mapped[float | None]
    height: Mapped[float | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class ProviderLimit(Base):
    """How many executions that name a provider may run at the same time, over all workers."""

    __tablename__ = "provider_limits"

    provider: Mapped[str] = mapped_column(String(80), primary_key=True)
    max_parallel: Mapped[int]


class Share(Identity, Base):
    """A link that shows an execution's report without a log-in. Only a digest of it is kept."""

    __tablename__ = "shares"

    digest: Mapped[str] = mapped_column(String(64), unique=True)
    execution_id: Mapped[int] = mapped_column(ForeignKey("executions.id", ondelete="CASCADE"), index=True)
    author: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]


class Worker(Base):
    """A worker process that has been heard of."""

    __tablename__ = "workers"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    host: Mapped[str] = mapped_column(String(200))
    pid: Mapped[int]
    concurrency: Mapped[int]
    draining: Mapped[bool] = mapped_column(default=False)
    browser: Mapped[str] = mapped_column(String(80), default="")
    live_url: Mapped[str] = mapped_column(String(300), default="")  # where its live pictures are taken from
    started_at: Mapped[datetime] = mapped_column(default=now)
    beat_at: Mapped[datetime] = mapped_column(default=now)
