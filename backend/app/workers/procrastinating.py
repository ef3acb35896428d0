"""Procrastinate's side of a worker: a token wakes it, and keeps a slot busy as long as something is due."""

from __future__ import annotations

import asyncio
import logging

import psycopg
from procrastinate.exceptions import ProcrastinateException
from psycopg_pool import PoolTimeout

from app.core.database import AWAY
from app.services.delivery import Procrastinated
from app.workers.runner import Runner

__all__ = ["work"]

_AGAIN_S = 1.0  # before the next try, after PostgreSQL went away

_log = logging.getLogger(__name__)


async def work(delivery: Procrastinated, runner: Runner, concurrency: int) -> None:
    """Take tokens until cancelled, over restarts of the database.

    A token that is lost, with its worker or with the database, does no harm: workers look for work by themselves too.
    """

    @delivery.app.task(name="deliver", queue=delivery.queue)
    async def deliver() -> None:
        try:
            while job := await runner.take():
                await job.done.wait()
        except AWAY:
            return

    while True:
        try:
            await delivery.open()
            await delivery.app.run_worker_async(
                queues=[delivery.queue], concurrency=concurrency, delete_jobs="always", install_signal_handlers=False,
                shutdown_graceful_timeout=0.0, fetch_job_polling_interval=5.0,
            )  # fmt: skip
        except (psycopg.Error, PoolTimeout, ProcrastinateException, OSError) as exc:
            _log.warning("Tokens cannot be taken, trying again: %s", str(exc).splitlines()[0] if str(exc) else exc)
        await asyncio.sleep(_AGAIN_S)
