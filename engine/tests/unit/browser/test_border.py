"""What the border of the allowed origins lets through."""

from __future__ import annotations

import asyncio

import pytest

from aiwebtest.browser.border import Border, open_border


@pytest.mark.parametrize(
    ("allowed", "url", "passes"),
    [
        ("https://shop.example", "https://shop.example/cart?x=1", True),
        ("https://shop.example", "https://SHOP.example:443/", True),
        ("https://shop.example", "http://shop.example/", False),
        ("https://shop.example", "https://shop.example.evil.test/", False),
        ("https://shop.example", "https://evil.test/?https://shop.example", False),
        ("https://shop.example", "https://shop.example@evil.test/", False),
        ("https://shop.example", "wss://shop.example/live", True),
        ("https://shop.example", "ws://shop.example/live", False),
        ("https://*.shop.example", "https://pay.shop.example/", True),
        ("https://*.shop.example", "https://shop.example/", False),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/a", True),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8001/a", False),
        ("shop.example", "https://shop.example/", True),
        ("https://shop.example", "data:text/plain,x", True),
        ("https://shop.example", "blob:https://shop.example/1", True),
    ],
)
def test_origins_are_compared_whole(allowed: str, url: str, passes: bool) -> None:
    """Scheme, host and port: a part that looks alike is another origin."""
    assert Border([allowed]).allows(url) is passes


async def _ask(address: str, request: bytes) -> bytes:
    host, port = address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(request)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


async def test_what_is_refused_is_never_sent_and_is_told_of() -> None:
    """Neither plain requests nor tunnels."""
    refused: list[str] = []
    async with open_border(["http://127.0.0.1:9"], refused.append) as border:
        plain = await _ask(border.address, b"GET http://evil.test/x HTTP/1.1\r\nHost: evil.test\r\n\r\n")
        tunnel = await _ask(border.address, b"CONNECT evil.test:443 HTTP/1.1\r\nHost: evil.test:443\r\n\r\n")

    assert plain.startswith(b"HTTP/1.1 403")
    assert tunnel.startswith(b"HTTP/1.1 403")
    assert refused == ["http://evil.test/x", "https://evil.test:443"]


async def test_an_allowed_request_arrives_in_its_plain_form() -> None:
    """Servers do not know that a proxy stands between."""
    seen: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    place = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, open_border([f"http://{place}"], lambda url: None) as border:
        request = f"GET http://{place}/a?b=1 HTTP/1.1\r\nHost: {place}\r\nProxy-Connection: keep-alive\r\n\r\n"
        got = await _ask(border.address, request.encode())

    assert got.endswith(b"hi")
    assert seen[0].startswith(b"GET /a?b=1 HTTP/1.1\r\n")
    assert b"Proxy-Connection" not in seen[0]


async def test_what_is_no_request_is_dropped() -> None:
    """Without an answer, and without a trace in the log."""
    async with open_border(["http://127.0.0.1:9"], lambda url: None) as border:
        assert await _ask(border.address, b"nonsense\r\n\r\n") == b""
