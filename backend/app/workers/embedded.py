"""The worker process that a server starts beside itself, and starts again when it ends."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

from app.services.platform import Platform
from app.workers.housekeeping import housekeep
from app.workers.process import WAKE_UPS, told_settings

__all__ = ["embedded_worker", "work_beside"]

_AGAIN_S = (0.2, 0.5, 1.0, 2.0, 5.0)  # before the first, second ... start after one that did not live long
_LONG_S = 10.0
_END_MORE_S = 20.0  # beside the time to drain, before it is killed

_log = logging.getLogger(__name__)


@asynccontextmanager
async def work_beside(platform: Platform) -> AsyncIterator[None]:
    """Do what a server does beside answering, while the block lasts: its worker, as set, and its housekeeping."""
    async with AsyncExitStack() as stack:
        if platform.settings.worker == "embedded":
            await stack.enter_async_context(embedded_worker(platform))
        keeping = asyncio.create_task(housekeep(platform), name="housekeeping")
        try:
            yield
        finally:
            keeping.cancel()
            with suppress(asyncio.CancelledError):
                await keeping


@asynccontextmanager
async def embedded_worker(platform: Platform) -> AsyncIterator[None]:
    """Keep a worker process running while the block lasts; drain it at the end.

    It has a process group of its own, so that Ctrl-C in a terminal reaches the server only, which ends it in order.
    """
    child = _Child(platform)
    keeping = asyncio.create_task(child.keep(), name="embedded worker")
    try:
        with platform.queue.calling(child.wake):
            yield
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping


class _Child:
    def __init__(self, platform: Platform) -> None:
        self._settings = platform.settings
        self._process: asyncio.subprocess.Process | None = None

    def wake(self, topic: str) -> None:
        """Let it look for work or for stops; a byte too many does no harm, nor one that is lost with the process."""
        process = self._process
        if process is not None and process.stdin is not None and not process.stdin.is_closing():
            process.stdin.write(WAKE_UPS[topic])

    async def keep(self) -> None:
        """Start it whenever there is none; when cancelled, end it."""
        failures = 0
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            try:
                what = f"ended with code {await self._run()}"
            except OSError as exc:  # the machine has no memory or no process left, which passes
                what = f"could not be started ({exc})"
            failures = 0 if loop.time() - began > _LONG_S else failures + 1
            pause = _AGAIN_S[min(failures, len(_AGAIN_S)) - 1] if failures else _AGAIN_S[0]
            _log.warning("The worker process %s; the next one starts in %.1f s.", what, pause)
            await asyncio.sleep(pause)

    async def _run(self) -> int:
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(filter(None, (_source(), os.environ.get("PYTHONPATH"))))
        }
        process = self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "app.workers.process",
            stdin=asyncio.subprocess.PIPE, env=environment, start_new_session=True,
        )  # fmt: skip
        assert process.stdin is not None
        try:
            with suppress(ConnectionError):
                process.stdin.write(told_settings(self._settings))
                await process.stdin.drain()
            return await process.wait()
        finally:
            self._process = None
            await self._end(process)

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        if process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(self._settings.drain_s + _END_MORE_S):
                await process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _source() -> str:
    """Return the folder that the package `app` lies in: a worker imports the same one."""
    return str(Path(__file__).resolve().parent.parent.parent)
