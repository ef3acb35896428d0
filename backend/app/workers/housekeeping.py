"""What servers and workers alike do beside their work, each as often as it is due and all at once without harm."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from app.services import deliveries, experiments, lab, retention, schedules, suggestions
from app.services.platform import Platform
from app.workers import folders
from app.workers.jobs import AWAY

__all__ = ["housekeep"]

_SWEEP_S = 1.0
_REAP_S = 5.0
_TICK_S = 1.0
_CLEAN_S = 3600.0

_log = logging.getLogger(__name__)


async def housekeep(platform: Platform) -> None:
    """Sweep, reap, fire schedules, send webhooks and clean up, until cancelled."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_sweep(platform))
        group.create_task(_every(_TICK_S, lambda: schedules.fire_due(platform)))
        group.create_task(_every(_TICK_S, lambda: experiments.advance(platform)))
        group.create_task(_every(_TICK_S, lambda: lab.work_due(platform)))
        group.create_task(_every(_CLEAN_S, lambda: suggestions.apply_all(platform)))
        group.create_task(_every(_TICK_S, lambda: deliveries.send_due(platform)))
        group.create_task(_every(_CLEAN_S, lambda: retention.clean(platform)))
        group.create_task(_every(_REAP_S, lambda: asyncio.to_thread(folders.reap, platform.settings.data_dir)))


async def _sweep(platform: Platform) -> None:
    """Find executions whose worker is gone.

    After the database was away, or this process was, workers get the time of a lease to be heard of again.
    """
    lease_s = platform.settings.lease_s
    quiet_until, last = 0.0, time.monotonic()
    while True:
        moment = time.monotonic()
        if moment - last > lease_s:
            quiet_until = moment + lease_s
        last = moment
        if moment >= quiet_until:
            try:
                if lost := await platform.queue.leases.sweep():
                    _log.warning("The workers of executions %s were not heard of any more.", lost)
                    await platform.queue.wake(len(lost))
            except AWAY:
                quiet_until = time.monotonic() + lease_s
        await asyncio.sleep(_SWEEP_S)


async def _every(pause_s: float, do: Callable[[], Awaitable[object]]) -> None:
    while True:
        try:
            await do()
        except AWAY as exc:
            _log.warning("The database is away: %s", str(exc).splitlines()[0])
        except Exception:  # noqa: BLE001 - the task's border: one duty that fails once does not end the others
            _log.exception("A duty of the server failed; it is tried again")
        await asyncio.sleep(pause_s)
