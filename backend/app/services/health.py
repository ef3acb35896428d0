"""Whether the server can do its work, and figures of it for Prometheus."""

from __future__ import annotations

import asyncio
import os

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from aiwebtest import __version__
from app.core.errors import NotFound, Unavailable
from app.core.migrations import scripts
from app.models import Execution, ModelAttempt
from app.schemas.health import Ready
from app.services.platform import Platform

__all__ = ["metrics", "ready"]

_PATIENCE_S = 5.0
_GIVE_UP = (SQLAlchemyError, OSError, TimeoutError)


async def ready(platform: Platform) -> Ready:
    """Look at everything that the server stands on."""
    parts = {"database": await _database(platform), "files": await _store(platform)}
    down = any(state != "ok" for state in parts.values())
    if not down:
        status = await platform.queue.status()
        parts["workers"] = "ok" if status.slots else "no worker was heard of: tests wait"
        failing = ", ".join(f"{duty} ({fault})" for duty, fault in sorted(platform.failing.items()))
        parts["housekeeping"] = f"it fails in {failing}: see the server's log" if failing else "ok"
    degraded = any(state != "ok" for state in parts.values())
    return Ready(status="down" if down else "degraded" if degraded else "ok", version=__version__, parts=parts)


async def _database(platform: Platform) -> str:
    try:
        async with asyncio.timeout(_PATIENCE_S), platform.database.read() as session:
            await session.execute(text("SELECT 1"))
            connection = await session.connection()
            at = await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())
    except _GIVE_UP as exc:
        return f"it does not answer ({type(exc).__name__})"
    head = ScriptDirectory(str(scripts())).get_current_head()
    return "ok" if at == head else f"its tables are of revision {at}, and this version needs {head}"


async def _store(platform: Platform) -> str:
    """Look at the data folder, and at the bucket where there is one."""
    if platform.settings.artifacts_url:
        try:
            await platform.artifacts.size("nothing")
        except NotFound:
            pass
        except Unavailable as exc:
            return exc.what
    return await asyncio.to_thread(_files, platform)


def _files(platform: Platform) -> str:
    folder = platform.settings.data_dir
    if not os.access(folder, os.W_OK):
        return "the data folder cannot be written to"
    space = os.statvfs(folder) if hasattr(os, "statvfs") else None
    free = space.f_bavail * space.f_frsize if space else None
    return "ok" if free is None or free > 100_000_000 else f"only {free // 1_000_000} MB are free in the data folder"


async def metrics(platform: Platform) -> bytes:
    """Return the figures in Prometheus' text format, made of the database: every server tells the same."""
    registry = CollectorRegistry()
    status = await platform.queue.status()
    async with platform.database.read() as session:
        outcomes = (
            await session.execute(
                select(Execution.outcome, func.count())
                .where(Execution.outcome.is_not(None))
                .group_by(Execution.outcome)
            )
        ).all()
        models = (
            await session.execute(
                select(
                    ModelAttempt.provider, ModelAttempt.outcome, func.count(),
                    func.coalesce(func.sum(ModelAttempt.cost_usd), 0.0),
                    func.coalesce(func.sum(ModelAttempt.input_tokens), 0),
                    func.coalesce(func.sum(ModelAttempt.output_tokens), 0),
                ).group_by(ModelAttempt.provider, ModelAttempt.outcome)
            )
        ).all()  # fmt: skip
    waiting = Gauge("aiwebtest_queue_executions", "Executions that are not over.", ["state"], registry=registry)
    waiting.labels("queued").set(status.queued)
    waiting.labels("running").set(status.running)
    waiting.labels("stopping").set(status.stopping)
    _single(registry, "aiwebtest_queue_oldest_wait_seconds", "How long the oldest has waited.", status.oldest_wait_s)
    _single(registry, "aiwebtest_workers", "Workers that were heard of.", len(status.workers))
    _single(registry, "aiwebtest_worker_slots", "Executions that they can run at once.", status.slots)
    over = Gauge("aiwebtest_executions_over", "Stored executions that are over.", ["outcome"], registry=registry)
    for outcome, count in outcomes:
        over.labels(outcome).set(count)
    asked = Gauge("aiwebtest_model_requests", "Requests to models.", ["provider", "outcome"], registry=registry)
    cost = Gauge("aiwebtest_model_cost_usd", "What is known of their cost.", ["provider"], registry=registry)
    tokens = Gauge("aiwebtest_model_tokens", "Tokens.", ["provider", "direction"], registry=registry)
    for provider, outcome, count, usd, sent, received in models:
        asked.labels(provider, outcome).set(count)
        cost.labels(provider).inc(usd or 0.0)
        tokens.labels(provider, "input").inc(sent or 0)
        tokens.labels(provider, "output").inc(received or 0)
    return generate_latest(registry)


def _single(registry: CollectorRegistry, name: str, told: str, value: float) -> None:
    Gauge(name, told, registry=registry).set(value)
