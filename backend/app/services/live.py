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
from contextlib import suppress

from sqlalchemy import select

from app.core.errors import NotFound
from app.models import Execution, Worker
from app.services.events import OVER
from app.services.platform import Platform
from app.services.signals import about_execution

__all__ = ["BOUNDARY", "frames", "motion_jpeg", "signature"]

BOUNDARY = "picture"
"""Between the parts of a motion JPEG: `multipart/x-mixed-replace; boundary=picture`."""

_CONNECT_S = 3.0
_LOOK_S = 1.0
_MOST_BYTES = 8 << 20  # of a picture

_BLANK = base64.b64decode(  # one grey pixel: an <img> without a first picture keeps its page loading
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////"
    "////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AN//Z"
)


def signature(key: bytes, nonce: str, execution_id: int) -> str:
    """Return what proves to a worker that its asker knows the key."""
    return hmac.new(key, f"{nonce} {execution_id}".encode(), hashlib.sha256).hexdigest()


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

    Browsers show a part when the next one's head arrives, so each is followed by that at once.
    """
    head = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\n\r\n".encode()
    yield head + _BLANK + b"\r\n" + head
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
    host, _, port = address.rpartition(":")
    async with asyncio.timeout(_CONNECT_S):
        reader, writer = await asyncio.open_connection(host, int(port))
    try:
        nonce = (await reader.readline()).decode().strip()
        signed = signature(platform.keys.derive("live pictures"), nonce, execution_id)
        writer.write(f"{execution_id} {signed}\n".encode())
        await writer.drain()
        while length := int.from_bytes(await reader.readexactly(4), "big"):
            if length > _MOST_BYTES:
                return
            yield await reader.readexactly(length)
    finally:
        writer.close()
