"""Worker processes for tests that kill them, and a site whose pages answer when the test says so.

A worker takes seconds of a processor to import what it needs. So one process a worker of pytest imports it once, and
each worker process is a fork of that, which does what `python -m app.workers.process` does from there on.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing, suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from sqlalchemy import make_url

from app.models import Execution, Run, Test
from app.services.platform import Platform
from app.workers.folders import MARK
from app.workers.process import be_embedded, told_settings

__all__ = ["Site", "WorkerProcess", "processes_of", "queued", "serve_site", "start_worker", "until"]

_PATIENCE_S = 60.0  # this machine may be busy; nothing here waits so long when all is well
_PAGE = b"<!doctype html><title>Site</title><h1>Welcome</h1><button>Save</button>"

CONTENT = 'name: Visit\nurl: /\nsteps:\n  - Check that the page shows "Welcome"\n'


class Site:
    """A page at `url`. While `open` is not set its visitors wait for it; `visits` tells of each that came."""

    def __init__(self) -> None:
        self.url = ""
        self.open = asyncio.Event()
        self.open.set()
        self.visits: asyncio.Queue[str] = asyncio.Queue()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            if head.startswith("GET / "):
                self.visits.put_nowait(head)
                await self.open.wait()
            length = str(len(_PAGE)).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: ")
            writer.write(length + b"\r\n\r\n" + _PAGE)
            await writer.drain()
        writer.close()

    async def visited(self) -> None:
        """Wait until somebody asks for the page."""
        async with asyncio.timeout(_PATIENCE_S):
            await self.visits.get()


@asynccontextmanager
async def serve_site() -> AsyncIterator[Site]:
    """Yield a site on loopback."""
    site = Site()
    server = await asyncio.start_server(site.serve, "127.0.0.1", 0)
    site.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield site
    finally:
        site.open.set()
        server.close()


class WorkerProcess:
    """A worker process, told by signals, and by the pipe from the server that started it."""

    def __init__(self, process: BaseProcess, pipe: Connection) -> None:
        self.process, self.pipe = process, pipe
        self.name = ""

    def tell(self, number: signal.Signals) -> None:
        assert self.process.pid is not None
        os.kill(self.process.pid, number)

    def leave(self) -> None:
        """Let go of it, as when its server is gone."""
        self.pipe.close()

    async def freeze(self, platform: Platform) -> None:
        """Stop it in its tracks, but not in the middle of a write: a frozen writer of SQLite stops everybody."""
        while True:
            self.tell(signal.SIGSTOP)
            if not platform.database.on_sqlite or _writable(platform.settings.database):
                return
            self.tell(signal.SIGCONT)
            await asyncio.sleep(0.02)

    async def ended(self) -> int:
        await asyncio.to_thread(self.process.join, _PATIENCE_S)
        if self.process.exitcode is None:
            raise TimeoutError
        return self.process.exitcode


def _writable(url: str) -> bool:
    """Tell whether nobody is writing to the SQLite file."""
    with closing(sqlite3.connect(str(make_url(url).database), timeout=0.2, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        connection.execute("ROLLBACK")
        return True


@asynccontextmanager
async def start_worker(platform: Platform) -> AsyncIterator[WorkerProcess]:
    """Yield a worker process with a warm browser, as a server would start it; it is gone when the block ends."""
    forking = multiprocessing.get_context("forkserver")
    forking.set_forkserver_preload([be_embedded.__module__])
    reading, writing = forking.Pipe(duplex=False)
    process = forking.Process(target=_be_worker, args=(reading, dict(os.environ)))
    process.start()
    reading.close()
    worker = WorkerProcess(process, writing)
    try:
        os.write(writing.fileno(), told_settings(platform.settings))

        async def ready() -> bool:
            mine = [one for one in (await platform.queue.status()).workers if one.pid == process.pid]
            worker.name = mine[0].name if mine else ""
            return bool(mine and mine[0].browser)

        await until(ready)
        yield worker
    finally:
        with suppress(ProcessLookupError):
            worker.tell(signal.SIGCONT)
        worker.leave()
        try:
            await worker.ended()
        except TimeoutError:
            process.kill()
            raise


def _be_worker(told: Connection, environment: dict[str, str]) -> None:
    """Be the worker beside a server: what it is told is its standard input."""
    os.dup2(told.fileno(), 0)
    told.close()
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - it is the process's own
    os.environ.clear()
    os.environ.update(environment)
    be_embedded()


async def queued(platform: Platform, site: Site, count: int = 1, content: str = CONTENT) -> list[int]:
    """Return the ids of executions of one run that wait to visit the site."""
    async with platform.database.write() as session:
        test = Test(path=f"visit-{os.urandom(4).hex()}.test.yaml", name="Visit", content=content)
        session.add(test)
        await session.flush()
        run = Run(name="Visit", test_id=test.id, total=count)
        session.add(run)
        await session.flush()
        made = [
            Execution(run_id=run.id, test_id=test.id, name="Visit", position=n, request={"base_url": site.url})
            for n in range(count)
        ]
        session.add_all(made)
        await session.flush()
        ids = [one.id for one in made]
    await platform.queue.wake(count)
    return ids


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait until a condition holds."""
    async with asyncio.timeout(_PATIENCE_S):
        while not await condition():
            await asyncio.sleep(0.05)


def processes_of(worker: str) -> list[str]:
    """Return the command lines of the processes that a worker started, itself not counted."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"{MARK}={worker}".encode() in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode()[:100])
    return found
