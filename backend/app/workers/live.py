"""A worker's side of live pictures: a small port that shows a running execution to servers that know the key.

Nothing is captured while nobody looks. The protocol is made for two processes of ours only: the worker sends a random
line, the server answers with the execution's id and a signature of both, and then frames follow, each a JPEG after its
length in four bytes.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from app.services.live import signature
from app.services.platform import Platform
from app.workers.jobs import Job
from app.workers.runner import Runner

__all__ = ["serve_live"]

_SIZE = {"format": "jpeg", "quality": 60, "maxWidth": 1280, "maxHeight": 960, "everyNthFrame": 1}
_FRAME_S = 0.1  # ten pictures a second at most
_FOLLOW_S = 0.25  # how soon another tab is shown
_ASK_S = 5.0  # for the server to say what it wants

_log = logging.getLogger(__name__)


@asynccontextmanager
async def serve_live(platform: Platform, runner: Runner) -> AsyncIterator[str]:
    """Yield the address at which servers get live pictures, as long as the block lasts."""
    key = platform.keys.derive("live pictures")
    watching: set[asyncio.Task[Any]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        watching.add(task)
        try:
            job = await _asked(reader, writer, runner, key)
            if job is not None:
                await _show(job, writer)
        except (ConnectionError, TimeoutError, ValueError, PlaywrightError):
            return  # the viewer went, sent nonsense, or the page is gone
        finally:
            watching.discard(task)
            writer.close()

    host = platform.settings.worker_host
    server = await asyncio.start_server(serve, host, 0, limit=4096)
    try:
        yield f"{host}:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in watching:
            task.cancel()
        if watching:
            await asyncio.wait(set(watching))


async def _asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, runner: Runner, key: bytes) -> Job | None:
    """Return the job that somebody who knows the key asks for."""
    nonce = secrets.token_hex(16)
    writer.write(f"{nonce}\n".encode())
    async with asyncio.timeout(_ASK_S):
        execution, _, signed = (await reader.readline()).decode().strip().partition(" ")
    if not execution.isdigit() or not hmac.compare_digest(signed, signature(key, nonce, int(execution))):
        return None
    return runner.find(int(execution))


async def _show(job: Job, writer: asyncio.StreamWriter) -> None:
    """Send pictures of the tab that the job is in, until it is done."""
    newest = _Newest()
    async with AsyncExitStack() as stack:
        shown: Page | None = None
        while not job.done.is_set():
            session = job.session
            page = session.page if session is not None and session.tabs and session.alive else None
            if page is not shown:
                await stack.aclose()
                shown = page
                if page is not None:
                    with suppress(PlaywrightError):
                        await stack.enter_async_context(_screencast(page, newest))
            frame = await newest.get(_FOLLOW_S)
            if frame is not None and session is not None and not session.secret_shown:
                writer.write(len(frame).to_bytes(4, "big") + frame)
                await writer.drain()


class _Newest:
    """Holds the last picture only: a slow viewer misses some, and never lags."""

    def __init__(self) -> None:
        self._frame: bytes | None = None
        self._there = asyncio.Event()

    def put(self, frame: bytes) -> None:
        self._frame = frame
        self._there.set()

    async def get(self, at_most_s: float) -> bytes | None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._there.wait(), at_most_s)
        self._there.clear()
        frame, self._frame = self._frame, None
        return frame


@asynccontextmanager
async def _screencast(page: Page, newest: _Newest) -> AsyncIterator[None]:
    line = await page.context.new_cdp_session(page)
    tasks: set[asyncio.Task[None]] = set()

    async def acknowledge(number: int) -> None:
        await asyncio.sleep(_FRAME_S)  # the browser takes the next picture only then
        with suppress(PlaywrightError):
            await line.send("Page.screencastFrameAck", {"sessionId": number})

    def on_frame(frame: dict[str, Any]) -> None:
        newest.put(base64.b64decode(frame["data"]))
        task = asyncio.ensure_future(acknowledge(frame["sessionId"]))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    line.on("Page.screencastFrame", on_frame)
    try:
        await line.send("Page.startScreencast", _SIZE)
        yield
    finally:
        for task in tasks:
            task.cancel()
        with suppress(PlaywrightError):
            await line.detach()
