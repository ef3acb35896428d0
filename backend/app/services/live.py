"""Live pictures of a running execution, from whichever machine its browser runs on.

The worker that has the execution tells in its row where it can be asked; this process asks there, shows that it knows
the server's key, and passes the pictures on as motion JPEG, which every browser shows in an `<img>`.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.core.errors import NotFound
from app.models import Execution, Worker
from app.services.events import OVER
from app.services.signals import about_execution

if TYPE_CHECKING:
    from app.services.platform import Platform

__all__ = ["BOUNDARY", "Pictures", "Slot", "asked_worker", "frames", "motion_jpeg", "signature"]

BOUNDARY = "picture"
"""Between the parts of a motion JPEG: `multipart/x-mixed-replace; boundary=picture`."""

_CONNECT_S = 3.0
_LOOK_S = 1.0
_MOST_BYTES = 8 << 20  # of a picture

_CLEAR = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")  # one pixel that is not seen


def signature(key: bytes, nonce: str, wish: str) -> str:
    """Return what proves to a worker that who wishes something of it knows the key."""
    return hmac.new(key, f"{nonce} {wish}".encode(), hashlib.sha256).hexdigest()


class Slot:
    """Holds the last picture only: whoever is slow misses some, and never lags. Any number may look."""

    def __init__(self) -> None:
        self._picture = b""
        self._number = 0
        self._over = False
        self._news = asyncio.Event()

    def put(self, picture: bytes) -> None:
        """Show another picture."""
        self._picture, self._number = picture, self._number + 1
        self._tell()

    def end(self) -> None:
        """Say that there will be no more."""
        self._over = True
        self._tell()

    def _tell(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def pictures(self) -> AsyncIterator[bytes]:
        """Yield the picture that is there, and each next one that one has time for, until the end."""
        seen = 0
        while True:
            news = self._news
            if self._number != seen:
                seen = self._number
                yield self._picture
            elif self._over:
                return
            else:
                await news.wait()


class Pictures:
    """The executions that people of this process look at: each is fetched from its worker once, however many look."""

    def __init__(self) -> None:
        self._shown: dict[int, tuple[Slot, asyncio.Task[None]]] = {}
        self._viewers: dict[int, int] = {}

    async def frames(self, platform: Platform, execution_id: int) -> AsyncIterator[bytes]:
        """Yield an execution's pictures as `frames` does, shared with all who look."""
        if execution_id not in self._shown:
            slot = Slot()
            fetching = asyncio.create_task(_fetch(platform, execution_id, slot), name=f"pictures of {execution_id}")
            self._shown[execution_id] = slot, fetching
        slot, fetching = self._shown[execution_id]
        self._viewers[execution_id] = self._viewers.get(execution_id, 0) + 1
        try:
            async for picture in slot.pictures():
                yield picture
            if fetching.done():
                fetching.result()  # raises what went wrong
        finally:
            self._viewers[execution_id] -= 1
            if not self._viewers[execution_id]:
                del self._viewers[execution_id], self._shown[execution_id]
                fetching.cancel()


async def _fetch(platform: Platform, execution_id: int, slot: Slot) -> None:
    try:
        async for picture in frames(platform, execution_id):
            slot.put(picture)
    finally:
        slot.end()


async def frames(platform: Platform, execution_id: int) -> AsyncIterator[bytes]:
    """Yield JPEGs of an execution's page as it changes, until it is over; wait while it is still queued.

    Raises:
        NotFound: there is no such execution.
    """
    with platform.signals.listening(about_execution(execution_id)) as bell:
        while True:
            bell.quiet()
            state, address = await _where(platform, execution_id)
            if state in OVER:
                return
            if address:
                with suppress(OSError, TimeoutError, EOFError):  # the worker is gone or has given it away: look again
                    async for frame in _from_worker(platform, execution_id, address):
                        yield frame
            await bell.wait(_LOOK_S)


async def motion_jpeg(pictures: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield the body of a motion JPEG of `pictures`.

    Browsers show a part when the next one's head arrives, so each is followed by that at once. The first part is a
    clear GIF of one pixel: an `<img>` without a first picture keeps its page loading.
    """
    line = f"--{BOUNDARY}\r\nContent-Type: "
    head = f"{line}image/jpeg\r\n\r\n".encode()
    yield f"{line}image/gif\r\n\r\n".encode() + _CLEAR + b"\r\n" + head
    async for picture in pictures:
        yield picture + b"\r\n" + head


async def _where(platform: Platform, execution_id: int) -> tuple[str, str]:
    query = (
        select(Execution.state, Worker.live_url)
        .join(Worker, Worker.name == Execution.lease_owner, isouter=True)
        .where(Execution.id == execution_id)
    )
    async with platform.database.read() as session:
        row = (await session.execute(query)).one_or_none()
    if row is None:
        raise NotFound("execution", execution_id)
    return row.state, row.live_url or ""


async def _from_worker(platform: Platform, execution_id: int, address: str) -> AsyncIterator[bytes]:
    async with asked_worker(platform, address, f"picture {execution_id}") as (reader, _):
        while length := int.from_bytes(await reader.readexactly(4), "big"):
            if length > _MOST_BYTES:
                return
            yield await reader.readexactly(length)


@asynccontextmanager
async def asked_worker(
    platform: Platform, address: str, wish: str
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Yield a connection to the worker at `address` that has been told what is wished of it: `picture 12`, `bench`.

    Raises OSError or TimeoutError when it cannot be reached.
    """
    host, _, port = address.rpartition(":")
    async with asyncio.timeout(_CONNECT_S):
        reader, writer = await asyncio.open_connection(host, int(port), limit=_MOST_BYTES)
    try:
        async with asyncio.timeout(_CONNECT_S):
            nonce = (await reader.readline()).decode().strip()
        signed = signature(platform.keys.derive("live pictures"), nonce, wish)
        writer.write(f"{wish} {signed}\n".encode())
        await writer.drain()
        yield reader, writer
    finally:
        writer.close()
