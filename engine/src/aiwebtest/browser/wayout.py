"""The way out of the browser: proxies that connect pages with the network, and what they have in common.

A page's names are resolved here, not by the browser. So whoever decides where pages may go sees the very address that
is connected to: a name that changes its address in the middle is no way around it, and neither are redirects, frames,
workers or web sockets.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

__all__ = ["HEAD_LIMIT", "PORTS", "Refused", "Resolve", "WayOut", "carry_both_ways", "connect", "in_words",
           "open_way_out", "serving"]  # fmt: skip

HEAD_LIMIT = 256 * 1024  # bytes of a request's head; browsers send far less
PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}

_NO_ANSWER, _REFUSED, _NO_HOST, _NOBODY_LISTENS = 1, 2, 4, 5  # replies of SOCKS (RFC 1928, section 6)


class Refused(Exception):
    """A page may not go there; the text says why."""


Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Returns the addresses at which host and port are reached, best first. Raises Refused, or OSError for no such name."""


async def connect(
    host: str, port: int, resolve: Resolve | None = None
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect to the first address that answers. Raises Refused, or OSError when none does."""
    if resolve is None:
        return await asyncio.open_connection(host, port)
    failed: OSError = socket.gaierror(f"no address of {host}")
    for address in await resolve(host, port):
        try:
            return await asyncio.open_connection(address, port)
        except OSError as exc:
            failed = exc
    raise failed


async def carry_both_ways(
    near: tuple[asyncio.StreamReader, asyncio.StreamWriter], far: tuple[asyncio.StreamReader, asyncio.StreamWriter]
) -> None:
    """Carry what both sides send until one of them ends."""
    ways = {asyncio.ensure_future(_carry(near[0], far[1])), asyncio.ensure_future(_carry(far[0], near[1]))}
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.wait(ways)
        far[1].close()


async def _carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await source.read(65536):
            target.write(data)
            await target.drain()


@asynccontextmanager
async def serving(
    serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]], host: str = "127.0.0.1"
) -> AsyncIterator[str]:
    """Yield `host:port` where connections are served; all that are open end with the block."""
    carried: set[asyncio.Task[None]] = set()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, ValueError):
            return  # the browser hung up, or sent what is no request
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(one(reader, writer))
        carried.add(task)
        task.add_done_callback(carried.discard)

    server = await asyncio.start_server(accept, host, 0, limit=HEAD_LIMIT)
    try:
        yield f"{host}:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in carried:
            task.cancel()
        if carried:
            await asyncio.wait(set(carried))


class WayOut:
    """A SOCKS proxy: pages connect through it as they would without it, to where `resolve` lets them go."""

    def __init__(self, resolve: Resolve, on_refused: Callable[[str], None]) -> None:
        self.address = ""  # once it is open
        self._resolve, self._on_refused = resolve, on_refused
        self._failed: dict[tuple[str, int], Refused | OSError] = {}
        self._refused: set[tuple[str, int]] = set()

    def allows(self, url: str) -> bool:
        """Tell whether a request to `url` was not refused."""
        return _place(url) not in self._refused

    def failure(self, url: str) -> Refused | OSError | None:
        """Return why no connection for `url` came about, else why the last one did not: browsers rewrite addresses."""
        return self._failed.get(_place(url), next(reversed(self._failed.values()), None))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one connection of the browser."""
        host, port = await _asked(reader, writer)
        place = host.lower(), port
        self._failed.pop(place, None)
        try:
            far = await connect(host, port, self._resolve)
        except (Refused, OSError) as exc:
            self._failed[place] = exc
            if isinstance(exc, Refused):
                self._refused.add(place)
                self._on_refused(f"{'https' if port == 443 else 'http'}://{host}:{port}")
            writer.write(_reply(_code(exc)))
            await writer.drain()
            return
        writer.write(_reply(0))
        await carry_both_ways((reader, writer), far)


@asynccontextmanager
async def open_way_out(
    resolve: Resolve, on_refused: Callable[[str], None], *, host: str = "127.0.0.1"
) -> AsyncIterator[WayOut]:
    """Yield a way out that listens at `host`; it is closed, with all it carries, when the block ends."""
    way_out = WayOut(resolve, on_refused)
    async with serving(way_out.serve, host) as place:
        way_out.address = f"socks5://{place}"
        yield way_out


async def _asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[str, int]:
    """Return host and port that the browser wants; raise ValueError for what is not SOCKS 5 (RFC 1928)."""
    version, methods = await reader.readexactly(2)
    await reader.readexactly(methods)
    if version != 5:
        raise ValueError(version)
    writer.write(b"\x05\x00")  # nobody has to say who they are
    _, command, _, kind = await reader.readexactly(4)
    if command != 1:
        raise ValueError(command)
    match kind:
        case 1:
            host = str(ip_address(await reader.readexactly(4)))
        case 3:
            host = (await reader.readexactly((await reader.readexactly(1))[0])).decode("ascii")
        case 4:
            host = str(IPv6Address(await reader.readexactly(16)))
        case _:
            raise ValueError(kind)
    return host.strip("[]"), int.from_bytes(await reader.readexactly(2), "big")


def _reply(code: int) -> bytes:
    return bytes((5, code, 0, 1, 0, 0, 0, 0, 0, 0))


def in_words(failure: Refused | OSError) -> str:
    """Return what hindered a connection, as part of a sentence."""
    match failure:
        case Refused():
            return str(failure)
        case socket.gaierror():
            return "name not resolved"
        case ConnectionRefusedError():
            return "connection refused"
        case _:
            return (failure.strerror or "no answer").lower()


def _code(failure: Refused | OSError) -> int:
    """Return SOCKS's number for it."""
    match failure:
        case Refused():
            return _REFUSED
        case socket.gaierror():
            return _NO_HOST
        case ConnectionRefusedError():
            return _NOBODY_LISTENS
        case _:
            return _NO_ANSWER


def _place(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    try:
        return (parts.hostname or "").lower(), parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        return "", 0
