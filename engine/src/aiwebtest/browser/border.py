"""The border of a case's allowed origins: a small proxy on loopback that lets nothing else through.

All that a context sends goes through it: pages, redirects, workers, web sockets. What is refused is never sent.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

__all__ = ["Border", "open_border"]

_HEAD_LIMIT = 256 * 1024  # bytes of a request's head; browsers send far less
_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}
_REFUSED = (
    b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nOutside the allowed origins.\n"
)
_UNREACHABLE = b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nNo answer.\n"
_HOP = re.compile(rb"^(?:proxy-[a-z-]+|connection|keep-alive):", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a request goes: `tunnel` when it is encrypted or a web socket, so that only host and port are known."""

    host: str
    port: int
    tunnel: bool


class Border:
    """Which origins are allowed: `https://shop.example`, `http://127.0.0.1:8000`, `https://*.shop.example`."""

    def __init__(self, allowed: Iterable[str], on_refused: Callable[[str], None] = lambda url: None) -> None:
        self._origins = [_origin(text) for text in allowed]
        self._on_refused = on_refused
        self.address = ""  # of the proxy, once it is open

    def allows(self, url: str) -> bool:
        """Tell whether a request to `url` may leave; a web socket belongs to the origin of its page's scheme."""
        parts = urlsplit(url)
        if parts.scheme not in _PORTS:
            return True  # nothing of the network
        scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
        return self._knows(parts.hostname or "", parts.port or _PORTS[scheme], scheme)

    def _knows(self, host: str, port: int, scheme: str | None) -> bool:
        return any(
            pattern.fullmatch(host.lower()) and port == number and scheme in (None, kind)
            for kind, pattern, number in self._origins
        )

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one connection of the browser: let it through or refuse it."""
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            place, line = _read(head)
            if not self._knows(place.host, place.port, None if place.tunnel else "http"):
                self._on_refused(
                    f"{'https' if place.port == 443 else 'http'}://{place.host}:{place.port}" if place.tunnel else line
                )
                writer.write(_REFUSED)
                await writer.drain()
                return
            await _pass_on(place, head, reader, writer)
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, ValueError):
            return  # the browser hung up, or sent what is no request
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


@asynccontextmanager
async def open_border(allowed: Iterable[str], on_refused: Callable[[str], None]) -> AsyncIterator[Border]:
    """Yield a border whose proxy listens on loopback; it is closed, with all it carries, when the block ends."""
    border = Border(allowed, on_refused)
    carried: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(border.serve(reader, writer))
        carried.add(task)
        task.add_done_callback(carried.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0, limit=_HEAD_LIMIT)
    border.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield border
    finally:
        server.close()
        for task in carried:
            task.cancel()
        if carried:
            await asyncio.wait(set(carried))


def _origin(text: str) -> tuple[str, re.Pattern[str], int]:
    parts = urlsplit(text if "://" in text else f"https://{text}")
    host = re.escape((parts.hostname or "").lower()).replace(r"\*", r"[^/:]+")
    return parts.scheme, re.compile(host), parts.port or _PORTS.get(parts.scheme, 443)


def _read(head: bytes) -> tuple[_Place, str]:
    """Return where a request goes, and its address as written; raise ValueError for what is no proxy request."""
    method, target, _ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
    if method == "CONNECT":
        host, _, port = target.rpartition(":")
        return _Place(host.strip("[]"), int(port), tunnel=True), target
    parts = urlsplit(target)
    if not parts.hostname:
        raise ValueError(target)
    return _Place(parts.hostname, parts.port or 80, tunnel=False), target


async def _pass_on(place: _Place, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Connect to the destination, or to the proxy that this machine uses for it, and carry both ways to the end."""
    upstream = _upstream(place)
    try:
        far_reader, far_writer = await asyncio.open_connection(*(upstream or (place.host, place.port)))
    except OSError:
        writer.write(_UNREACHABLE)
        await writer.drain()
        return
    try:
        if upstream:
            far_writer.write(_plain(head, absolute=True) if not place.tunnel else head)
        elif place.tunnel:
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            far_writer.write(_plain(head, absolute=False))
        sending = asyncio.ensure_future(_carry(reader, far_writer))
        try:
            await _carry(far_reader, writer)
        finally:
            sending.cancel()
            await asyncio.wait({sending})
    finally:
        far_writer.close()


def _upstream(place: _Place) -> tuple[str, int] | None:
    proxy = getproxies().get("https" if place.tunnel else "http")
    if not proxy or proxy_bypass(place.host):
        return None
    parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    return (parts.hostname, parts.port or 80) if parts.hostname else None


def _plain(head: bytes, *, absolute: bool) -> bytes:
    """Return the head for the destination: the path in place of the address, and one request a connection."""
    first, *fields = head[:-4].split(b"\r\n")
    method, target, version = first.split(b" ", 2)
    if not absolute:
        parts = urlsplit(target.decode("latin-1"))
        target = (parts.path or "/").encode("latin-1") + (f"?{parts.query}".encode("latin-1") if parts.query else b"")
    kept = [field for field in fields if not _HOP.match(field)]
    return b"\r\n".join([b" ".join([method, target, version]), *kept, b"Connection: close", b"", b""])


async def _carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
