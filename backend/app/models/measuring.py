"""Measuring providers: experiments with their trials, recorded decisions and asking them again, mutation reports."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.models.base import Base, Identity, Json

__all__ = ["DecisionRecord", "Experiment", "LabAnswer", "LabRun", "MutationReport", "Trial"]


class Experiment(Identity, Base):
    """Arms on the same cases in turns. `cases` are fixed when it is made, so that every round runs the same ones."""

    __tablename__ = "experiments"

    name: Mapped[str] = mapped_column(String(200))
    arms: Mapped[list[Any]] = mapped_column(Json, default=list)  # the one to beat first
    cases: Mapped[list[Any]] = mapped_column(Json, default=list)  # test_id, version, name, row, tags, steps, base_url
    request: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    rounds: Mapped[int]
    alpha: Mapped[float]
    cost_cap_usd: Mapped[float | None]
    to_the_end: Mapped[bool] = mapped_column(default=False)
    seed: Mapped[int] = mapped_column(default=0)
    at_once: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(10), default="planned", index=True)  # planned | running | finished
    round: Mapped[int] = mapped_column(default=0)  # the one under way, from 1; 0 before the first
    run_id: Mapped[int | None]  # of that round
    why: Mapped[str] = mapped_column(default="")  # it ended
    author: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class Trial(Identity, Base):
    """One case run once on one arm. Its figures are kept here too: executions are deleted sooner than experiments."""

    __tablename__ = "trials"
    __table_args__ = (
        Index("ix_trials_experiment", "experiment_id", "round"),
        {"sqlite_autoincrement": True},
    )

    experiment_id: Mapped[int] = mapped_column(ForeignKey("experiments.id", ondelete="CASCADE"))
    execution_id: Mapped[int | None] = mapped_column(ForeignKey("executions.id", ondelete="SET NULL"), index=True)
    arm: Mapped[str] = mapped_column(String(80))
    place: Mapped[int]  # of the case in the experiment's list
    round: Mapped[int]  # from 1
    outcome: Mapped[str | None] = mapped_column(String(8))  # None while it is not over
    duration_s: Mapped[float] = mapped_column(default=0.0)
    model_s: Mapped[float] = mapped_column(default=0.0)  # spent waiting for the model
    requests: Mapped[int] = mapped_column(default=0)
    tokens: Mapped[int] = mapped_column(default=0)
    cost_usd: Mapped[float | None]  # None is unknown, never 0


class DecisionRecord(Identity, Base):
    """What a model was asked in a real run, what it answered, and whether that proved right. Kept with consent only."""

    __tablename__ = "decisions"
    __table_args__ = (Index("ix_decisions_label", "label", "id"), {"sqlite_autoincrement": True})

    digest: Mapped[str] = mapped_column(String(16), unique=True)  # of question and answer: the same is kept once
    execution_id: Mapped[int | None] = mapped_column(ForeignKey("executions.id", ondelete="SET NULL"), index=True)
    test_id: Mapped[int | None] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(default=now)
    sentence: Mapped[str]
    purpose: Mapped[str] = mapped_column(String(12))
    system: Mapped[str]
    prompt: Mapped[str]
    schema: Mapped[dict[str, Any]] = mapped_column(Json)
    schema_name: Mapped[str] = mapped_column(String(200))
    answer: Mapped[dict[str, Any]] = mapped_column(Json)
    model: Mapped[str] = mapped_column(String(250))
    label: Mapped[str] = mapped_column(String(8))  # right | wrong | open
    labelled_by: Mapped[str] = mapped_column(String(200), default="")  # "" is the run that it was made in


class LabRun(Identity, Base):
    """Recorded decisions asked again of several arms, without a browser. One process at a time works on it."""

    __tablename__ = "lab_runs"

    arms: Mapped[list[Any]] = mapped_column(Json, default=list)
    decisions: Mapped[list[Any]] = mapped_column(Json, default=list)  # their ids
    repeat: Mapped[int] = mapped_column(default=1)
    seed: Mapped[int] = mapped_column(default=0)
    cost_cap_usd: Mapped[float | None]
    state: Mapped[str] = mapped_column(String(10), default="running", index=True)  # running | finished
    why: Mapped[str] = mapped_column(default="")  # it ended before its end
    lease_until: Mapped[float] = mapped_column(default=0.0)  # seconds since the epoch
    author: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]


class LabAnswer(Identity, Base):
    """What one arm answered to one recorded decision."""

    __tablename__ = "lab_answers"
    __table_args__ = (Index("ix_lab_answers_lab_run", "lab_run_id", "id"), {"sqlite_autoincrement": True})

    lab_run_id: Mapped[int] = mapped_column(ForeignKey("lab_runs.id", ondelete="CASCADE"))
    decision_id: Mapped[int]
    arm: Mapped[str] = mapped_column(String(80))
    round: Mapped[int]
    verdict: Mapped[str] = mapped_column(String(12))  # same | other | refused | unanswered
    latency_s: Mapped[float]
    requests: Mapped[int]
    schema_failures: Mapped[int]
    tokens: Mapped[int]
    cost_usd: Mapped[float | None]  # None is unknown, never 0


class MutationReport(Identity, Base):
    """Which planted faults the tests noticed, as `aiwebtest mutate --json` tells it: sent, or measured by a worker.

    One worker at a time works on it: who has the lease, by the number of its attempt.
    """

    __tablename__ = "mutation_reports"

    name: Mapped[str] = mapped_column(String(200))
    score: Mapped[float | None]
    counts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    offered: Mapped[int] = mapped_column(default=0)
    faults: Mapped[list[Any]] = mapped_column(Json, default=list)
    author: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    state: Mapped[str] = mapped_column(String(10), default="finished", server_default="finished", index=True)  # running
    cases: Mapped[list[Any]] = mapped_column(Json, default=list, server_default="[]")  # test_id, version, name, row
    request: Mapped[dict[str, Any]] = mapped_column(Json, default=dict, server_default="{}")
    options: Mapped[dict[str, Any]] = mapped_column(Json, default=dict, server_default="{}")  # of the engine's measure
    providers: Mapped[list[Any]] = mapped_column(Json, default=list, server_default="[]")  # that are compared, if any
    comparison: Mapped[dict[str, Any] | None] = mapped_column(Json)  # what that came to
    told: Mapped[str] = mapped_column(default="", server_default="")  # how far it is, or why nothing was measured
    attempt: Mapped[int] = mapped_column(default=0, server_default="0")
    lease_until: Mapped[float] = mapped_column(default=0.0, server_default="0")  # seconds since the epoch
    finished_at: Mapped[datetime | None]
