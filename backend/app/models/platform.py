"""Schedules, webhooks and settings that are changed while the server runs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.models.base import Base, Identity, Json

__all__ = ["Delivery", "Schedule", "Setting", "Webhook"]


class Schedule(Identity, Base):
    """Runs a test or a suite by the clock. `next_at` is claimed like an execution: once, however many servers run."""

    __tablename__ = "schedules"

    name: Mapped[str] = mapped_column(String(200))
    cron: Mapped[str] = mapped_column(String(100))
    timezone: Mapped[str] = mapped_column(String(60), default="UTC")
    test_id: Mapped[int | None] = mapped_column(ForeignKey("tests.id", ondelete="CASCADE"))
    suite_id: Mapped[int | None] = mapped_column(ForeignKey("suites.id", ondelete="CASCADE"))
    request: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    enabled: Mapped[bool] = mapped_column(default=True)
    author: Mapped[str] = mapped_column(String(200), default="")
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    begin_by: Mapped[datetime | None]  # a moment that came and whose run is not begun; after this another server does
    last_at: Mapped[datetime | None]
    last_run_id: Mapped[int | None]
    last_problem: Mapped[str] = mapped_column(default="")  # why the last due run could not be begun
    created_at: Mapped[datetime] = mapped_column(default=now)


class Webhook(Identity, Base):
    """An address that is told of finished executions and runs. `secret` (encrypted) signs what it is sent."""

    __tablename__ = "webhooks"

    url: Mapped[str] = mapped_column(String(2000))
    events: Mapped[list[Any]] = mapped_column(Json, default=list)  # execution.finished, run.finished, server.fault
    only: Mapped[str] = mapped_column(String(12), default="all")  # all | not-passed
    secret: Mapped[bytes]
    enabled: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Delivery(Identity, Base):
    """Something that a webhook is to be told, until it has answered or enough was tried."""

    __tablename__ = "deliveries"
    __table_args__ = (Index("ix_deliveries_due", "state", "next_at"), {"sqlite_autoincrement": True})

    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"))
    event: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(
        String(80), unique=True
    )  # one delivery a webhook and a thing, however often asked for
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(10), default="waiting")  # waiting | delivered | given-up
    tries: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[float] = mapped_column(default=0.0)  # seconds since the epoch
    status: Mapped[int | None]
    problem: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    delivered_at: Mapped[datetime | None]


class Setting(Base):
    """A setting that owners change in the running server; what is not here is as the environment says."""

    __tablename__ = "settings"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[dict[str, Any]] = mapped_column(Json)
    updated_by: Mapped[str] = mapped_column(String(200), default="")
    updated_at: Mapped[datetime] = mapped_column(default=now)
