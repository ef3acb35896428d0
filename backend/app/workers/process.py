"""A worker process: `aiwebtest-server worker`, or the one that a server starts beside itself.

SIGTERM and Ctrl-C drain it: what runs may end within `drain_s`, what does not is put back and costs no attempt. One
that a server started ends with that server, also when that is killed: it reads wake-ups from a pipe, which then ends.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import sys
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any

from aiwebtest.core.errors import AiWebTestError
from aiwebtest.providers.router import Router
from app.core.clock import now
from app.core.config import ServerSettings, load_settings
from app.core.database import AWAY
from app.models import Worker
from app.services.delivery import Procrastinated
from app.services.platform import Platform, open_platform
from app.services.routing import Learning
from app.services.signals import STOP, WORK
from app.services.stagehand_service import StagehandService
from app.workers import folders, procrastinating
from app.workers.bench import Benches
from app.workers.housekeeping import housekeep
from app.workers.live import serve_live
from app.workers.mutating import keep_measuring
from app.workers.runner import Runner, forget

__all__ = ["WAKE_UPS", "be_embedded", "main", "run_worker", "told_settings"]

WAKE_UPS = {WORK: b"w", STOP: b"s"}
"""What a server writes to the worker beside it, by what that is to look for."""

_LEARN_S = 2.0  # between two looks at what routing can learn
_AGAIN_S = 3.0  # before the next try to start a browser

_log = logging.getLogger(__name__)


def main(settings: ServerSettings | None = None) -> None:
    """Run a worker until it is told to end."""
    _speak()
    asyncio.run(run_worker(settings or load_settings()))


def _speak() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s worker %(process)d: %(message)s")
    for chatty in ("procrastinate", "httpx", "alembic"):
        logging.getLogger(chatty).setLevel(logging.ERROR)


async def run_worker(settings: ServerSettings, *, wakes: asyncio.StreamReader | None = None) -> None:
    """Run a worker until SIGTERM or Ctrl-C, or until `wakes` ends: a stream of `WAKE_UPS`."""
    end, at_once = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # Windows: Ctrl-C raises
            loop.add_signal_handler(number, end.set)
    name = folders.new_name()
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(folders.own_folder(settings.data_dir, name))
        platform = await stack.enter_async_context(open_platform(settings, migrated=wakes is not None))
        service = StagehandService(settings, owner=name)
        stack.push_async_callback(service.shutdown)
        runner = Runner(platform, service, name=name, folder=folder)
        benches = Benches(platform, service)
        live_url = await stack.enter_async_context(serve_live(platform, runner, benches))
        await _list(platform, name, live_url)
        stack.push_async_callback(_unlist, platform, name)
        working = asyncio.create_task(_work(platform, service, runner, folder))
        tasks = [working, asyncio.create_task(end.wait())]
        if wakes is not None:
            tasks.append(asyncio.create_task(_hear(wakes, runner, at_once)))
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        runner.draining = True
        _log.info("The worker %s ends.", name)
        await runner.drain(0.0 if at_once.is_set() else settings.drain_s)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        if working in done:
            working.result()  # raises what went wrong


async def _work(platform: Platform, service: StagehandService, runner: Runner, folder: Path) -> None:
    await _warm(service)
    async with asyncio.TaskGroup() as group:
        group.create_task(runner.run())
        group.create_task(housekeep(platform))
        group.create_task(keep_measuring(platform, service, folder), name="measure mutations")
        if service.router is not None:
            group.create_task(_learn(platform, service.router), name="learn routing")
        if isinstance(platform.announcer, Procrastinated):
            group.create_task(procrastinating.work(platform.announcer, runner, platform.settings.concurrency))


async def _learn(platform: Platform, router: Router) -> None:
    """Let routing know what the ledger knows, its own requests and those of other workers."""
    learning = Learning(router.routing)
    while True:
        try:
            async with platform.database.read() as session:
                await learning.catch_up(session)
        except AWAY as exc:
            _log.warning("The database is away: %s", str(exc).splitlines()[0])
        await asyncio.sleep(_LEARN_S)


async def _warm(service: StagehandService) -> None:
    """Start the browser; take no work before there is one."""
    while True:
        try:
            await service.initialize()
        except AiWebTestError as exc:
            _log.warning("%s\n  Try: %s", exc.what, exc.mend)
            if service.health().ready:
                return  # only a provider is not there: tests that do without run
            await asyncio.sleep(_AGAIN_S)
        else:
            _log.info("Ready, with browser %s.", service.health().browser)
            return


async def _hear(wakes: asyncio.StreamReader, runner: Runner, at_once: asyncio.Event) -> None:
    while heard := await wakes.read(1024):
        for topic, sign in WAKE_UPS.items():
            if sign in heard:
                runner.look(topic)
    at_once.set()  # the server is gone: do not wait for what runs


async def _list(platform: Platform, name: str, live_url: str) -> None:
    async with platform.database.write() as session:
        session.add(
            Worker(
                name=name, host=socket.gethostname()[:200], pid=os.getpid(), live_url=live_url,
                concurrency=platform.settings.concurrency, started_at=now(), beat_at=now(),
            )
        )  # fmt: skip


async def _unlist(platform: Platform, name: str) -> None:
    with suppress(*AWAY):
        async with platform.database.write() as session:
            await forget(session, name)


def told_settings(settings: ServerSettings) -> bytes:
    """Return settings as one line for a child process, secrets in the clear: for a pipe, never for a file or log."""
    values: dict[str, Any] = settings.model_dump(mode="json")
    for field in ("database_url", "secret_key", "old_secret_key"):
        secret = getattr(settings, field)
        values[field] = secret.get_secret_value() if secret else None
    values["data_dir"] = str(settings.data_dir.resolve())
    return json.dumps(values).encode() + b"\n"


def be_embedded() -> None:
    """Run a worker beside the server that started this process, until it is told to end or the server is gone."""
    _speak()
    asyncio.run(_embedded())


async def _embedded() -> None:
    """Run beside a server: settings are the first line of the standard input, wake-ups what follows."""
    reader = asyncio.StreamReader(limit=1 << 20)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer)
    line = await reader.readline()
    if line:
        settings = ServerSettings(_env_file=None, **json.loads(line))
        await run_worker(settings, wakes=reader)


if __name__ == "__main__":
    be_embedded()
