"""What servers and workers alike do beside their work, each as often as it is due and all at once without harm."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from app.core.database import AWAY
from app.services import deliveries, experiments, faults, lab, retention, schedules, suggestions
from app.services.platform import Platform
from app.workers import folders

__all__ = ["housekeep"]

_SWEEP_S = 1.0
_REAP_S = 5.0
_TICK_S = 1.0
_CLEAN_S = 3600.0

_log = logging.getLogger(__name__)


async def housekeep(platform: Platform) -> None:
    """Sweep, reap, fire schedules, send webhooks and clean up, until cancelled."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_every(platform, "lost executions", _SWEEP_S, _Sweep()))
        for name, pause_s, duty in _DUTIES:
            group.create_task(_every(platform, name, pause_s, duty))


class _Sweep:
    """Finds executions whose worker is gone.

    After the database was away, or this process was, workers get the time of a lease to be heard of again.
    """

    def __init__(self) -> None:
        self._quiet_until, self._last = 0.0, time.monotonic()

    async def __call__(self, platform: Platform) -> None:
        lease_s, moment = platform.settings.lease_s, time.monotonic()
        if moment - self._last > lease_s:
            self._quiet_until = moment + lease_s
        self._last = moment
        if moment < self._quiet_until:
            return
        try:
            lost = await platform.queue.leases.sweep()
        except AWAY:
            self._quiet_until = time.monotonic() + lease_s
            raise
        if lost:
            _log.warning("The workers of executions %s were not heard of any more.", lost)
            await platform.queue.wake(len(lost))


async def _every(platform: Platform, name: str, pause_s: float, duty: Callable[[Platform], Awaitable[object]]) -> None:
    while True:
        try:
            await duty(platform)
            platform.failing.pop(name, None)
        except AWAY as exc:
            _log.warning("The database is away: %s", str(exc).splitlines()[0])
        except Exception as exc:  # noqa: BLE001 - the task's border: one duty that fails does not end the others
            known, kind = platform.failing.get(name), type(exc).__name__
            platform.failing[name] = kind  # until it goes well again: `health/ready` tells it
            _log.exception("The duty `%s` of the server failed; it is tried again", name)
            if kind != known:  # one that goes on is told once
                await faults.tell(platform, name, exc)
        await asyncio.sleep(pause_s)


_DUTIES: tuple[tuple[str, float, Callable[[Platform], Awaitable[object]]], ...] = (
    ("schedules", _TICK_S, schedules.fire_due),
    ("experiments", _TICK_S, experiments.advance),
    ("lab", _TICK_S, lab.work_due),
    ("suggestions", _CLEAN_S, suggestions.apply_all),
    ("webhooks", _TICK_S, deliveries.send_due),
    ("clean-up", _CLEAN_S, retention.clean),
    ("killed workers", _REAP_S, lambda platform: asyncio.to_thread(folders.reap, platform.settings.data_dir)),
)
