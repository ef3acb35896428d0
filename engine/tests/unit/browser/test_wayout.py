"""The way out of pages: what a browser is answered, in SOCKS's own words, and where its connections lead."""

from __future__ import annotations

import asyncio
import socket

import pytest

from aiwebtest.browser.wayout import Refused, in_words, open_way_out


async def _asked(address: str, host: bytes, port: int, send: bytes = b"") -> tuple[bytes, bytes]:
    """Return the reply of SOCKS, and what the far side answers to `send`."""
    place, number = address.removeprefix("socks5://").split(":")
    reader, writer = await asyncio.open_connection(place, int(number))
    writer.write(b"\x05\x01\x00\x05\x01\x00\x03" + bytes([len(host)]) + host + port.to_bytes(2, "big"))
    assert await reader.readexactly(2) == b"\x05\x00"
    reply = await reader.readexactly(10)
    writer.write(send)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return reply, answer


async def test_a_connection_leads_to_the_address_that_was_checked() -> None:
    """The name is not looked up a second time; a first address where nobody listens is passed over."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"got " + await reader.readexactly(4))
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async def resolve(host: str, port: int) -> list[str]:
        assert host == "shop.test"
        return ["127.0.0.2", "127.0.0.1"]

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, open_way_out(resolve, lambda url: None) as way_out:
        reply, got = await _asked(way_out.address, b"shop.test", port, b"ping")

    assert (reply[1], got) == (0, b"got ping")
    assert way_out.allows(f"http://shop.test:{port}/")


@pytest.mark.parametrize(
    ("hindered", "code", "why"),
    [
        pytest.param(Refused("it is denied"), 2, "it is denied", id="refused"),
        pytest.param(socket.gaierror(), 4, "name not resolved", id="no such name"),
        pytest.param(ConnectionRefusedError(), 5, "connection refused", id="nobody listens"),
    ],
)
async def test_what_hinders_a_connection_is_known_afterwards(hindered: Refused | OSError, code: int, why: str) -> None:
    """The browser says no more than that a proxy did not do its part."""
    refused: list[str] = []

    async def resolve(host: str, port: int) -> list[str]:
        raise hindered

    async with open_way_out(resolve, refused.append) as way_out:
        reply, _ = await _asked(way_out.address, b"Shop.test", 80)

    assert reply[1] == code
    assert way_out.failure("http://shop.test/basket") is hindered
    assert in_words(hindered) == why
    assert refused == (["http://Shop.test:80"] if code == 2 else [])
    assert way_out.allows("ws://shop.test/") is (code != 2)
