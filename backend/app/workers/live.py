"""A worker's port: live pictures of what it runs, and benches, for servers that know the key.

The protocol is made for two processes of ours only: the worker sends a random line, the server answers with what it
wishes (`picture 12`, or `bench`) and a signature of both. Pictures are JPEGs, each after its length in four bytes; a
bench is told in `app.workers.bench`. Nothing is captured while nobody looks.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Error as PlaywrightError

from app.services.live import signature
from app.services.platform import Platform
from app.workers.bench import Benches
from app.workers.runner import Runner
from app.workers.screencast import show

__all__ = ["serve_live"]

_ASK_S = 5.0  # for the server to say what it wants
_LONGEST_LINE = 1 << 20  # bytes: a bench is told whole test files

_log = logging.getLogger(__name__)


@asynccontextmanager
async def serve_live(platform: Platform, runner: Runner, benches: Benches) -> AsyncIterator[str]:
    """Yield the address at which servers reach this worker, as long as the block lasts."""
    key = platform.keys.derive("live pictures")
    serving: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(serve(reader, writer), name="a viewer")
        serving.add(task)
        task.add_done_callback(serving.discard)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            wish, _, number = (await _wished(reader, writer, key)).partition(" ")
            if wish == "bench":
                await benches.serve(reader, writer)
            elif wish == "picture" and number.isdigit():
                await _show(runner, int(number), writer)
        except (ConnectionError, TimeoutError, ValueError, PlaywrightError):
            return  # the viewer went, sent nonsense, or the page is gone
        finally:
            writer.close()

    host = platform.settings.worker_host
    server = await asyncio.start_server(accept, host, 0, limit=_LONGEST_LINE)
    try:
        yield f"{host}:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in serving:
            task.cancel()
        if serving:
            await asyncio.wait(set(serving))


async def _wished(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, key: bytes) -> str:
    """Return what somebody who knows the key wishes, "" of anybody else."""
    nonce = secrets.token_hex(16)
    writer.write(f"{nonce}\n".encode())
    async with asyncio.timeout(_ASK_S):
        wish, _, signed = (await reader.readline()).decode().strip().rpartition(" ")
    return wish if hmac.compare_digest(signed, signature(key, nonce, wish)) else ""


async def _show(runner: Runner, execution_id: int, writer: asyncio.StreamWriter) -> None:
    """Send pictures of the tab that an execution is in, until it is over."""
    job = runner.find(execution_id)
    if job is None:
        return

    async def send(picture: bytes) -> None:
        writer.write(len(picture).to_bytes(4, "big") + picture)
        await writer.drain()

    await show(lambda: job.session, job.done, send)
