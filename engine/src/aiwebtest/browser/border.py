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

from aiwebtest.browser.wayout import PORTS, Refused, Resolve, carry_both_ways, connect, serving

__all__ = ["Border", "open_border"]

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

    def __init__(
        self,
        allowed: Iterable[str] | None,
        on_refused: Callable[[str], None] = lambda url: None,
        *,
        resolve: Resolve | None = None,
    ) -> None:
        self._origins = None if allowed is None else [_origin(text) for text in allowed]
        self._on_refused, self._resolve = on_refused, resolve
        self.address = ""  # of the proxy, once it is open

    def allows(self, url: str) -> bool:
        """Tell whether a request to `url` may leave; a web socket belongs to the origin of its page's scheme."""
        parts = urlsplit(url)
        if parts.scheme not in PORTS:
            return True  # nothing of the network
        scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
        return self._knows(parts.hostname or "", parts.port or PORTS[scheme], scheme)

    def failure(self, url: str) -> None:
        """Return nothing: what failed behind a border is told by the answer itself."""

    def _knows(self, host: str, port: int, scheme: str | None) -> bool:
        return self._origins is None or any(
            pattern.fullmatch(host.lower()) and port == number and scheme in (None, kind)
            for kind, pattern, number in self._origins
        )

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one connection of the browser: let it through or refuse it."""
        head = await reader.readuntil(b"\r\n\r\n")
        place, line = _read(head)
        known = self._knows(place.host, place.port, None if place.tunnel else "http")
        try:
            far, upstream = await self._reached(place) if known else (None, False)
        except Refused:
            far, upstream = None, False
        except OSError:
            writer.write(_UNREACHABLE)
            await writer.drain()
            return
        if far is None:
            scheme = "https" if place.port == PORTS["https"] else "http"
            self._on_refused(f"{scheme}://{place.host}:{place.port}" if place.tunnel else line)
            writer.write(_REFUSED)
            await writer.drain()
            return
        if upstream:
            far[1].write(_plain(head, absolute=True) if not place.tunnel else head)
        elif place.tunnel:
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            far[1].write(_plain(head, absolute=False))
        await carry_both_ways((reader, writer), far)

    async def _reached(self, place: _Place) -> tuple[tuple[asyncio.StreamReader, asyncio.StreamWriter], bool]:
        """Connect to the destination, or to the proxy that this machine uses for it, and say which it is."""
        upstream = _upstream(place)
        if upstream is None:
            return await connect(place.host, place.port, self._resolve), False
        if self._resolve is not None:
            with suppress(OSError):  # only that proxy may know the name
                await self._resolve(place.host, place.port)
        return await connect(*upstream), True


@asynccontextmanager
async def open_border(
    allowed: Iterable[str] | None,
    on_refused: Callable[[str], None],
    *,
    resolve: Resolve | None = None,
    host: str = "127.0.0.1",
) -> AsyncIterator[Border]:
    """Yield a border whose proxy listens at `host`; it is closed, with all it carries, when the block ends.

    `allowed` None lets all origins through; `resolve` says at which addresses they may be reached, without it at all.
    """
    border = Border(allowed, on_refused, resolve=resolve)
    async with serving(border.serve, host) as place:
        border.address = f"http://{place}"
        yield border


def _origin(text: str) -> tuple[str, re.Pattern[str], int]:
    parts = urlsplit(text if "://" in text else f"https://{text}")
    host = re.escape((parts.hostname or "").lower()).replace(r"\*", r"[^/:]+")
    return parts.scheme, re.compile(host), parts.port or PORTS.get(parts.scheme, 443)


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
