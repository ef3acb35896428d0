"""Files that never change, compressed once and sent from memory: scripts and styles with a version in their address."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["KeptFiles"]

_MOST = 200  # files; NiceGUI has some eighty
_MOST_BYTES = 16 << 20


@dataclass(frozen=True, slots=True)
class _Kept:
    start: Message
    body: bytes


class KeptFiles:
    """Stands before an application that compresses. What that calls immutable below `prefix` is asked of it once."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app, self._prefix = app, prefix
        self._kept: dict[str, _Kept] = {}
        self._bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, as ASGI applications do."""
        if not self._concerns(scope):
            await self._app(scope, receive, send)
            return
        kept = self._kept.get(scope["path"])
        if kept is None:
            kept = await self._fetched(scope)
            self._keep(scope["path"], kept)
        await send(kept.start)
        await send({"type": "http.response.body", "body": kept.body})

    def _concerns(self, scope: Scope) -> bool:
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(self._prefix):
            return False
        asked = Headers(scope=scope)
        plain = not scope["query_string"] and not {"range", "if-none-match", "if-modified-since"} & set(asked)
        return plain and "gzip" in asked.get("accept-encoding", "")

    async def _fetched(self, scope: Scope) -> _Kept:
        """Ask for the whole file. Who asked may go meanwhile: the application hears nothing of it and goes on."""
        wished: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]
        starts: list[Message] = []
        parts: list[bytes] = []

        async def take(message: Message) -> None:
            if message["type"] == "http.response.start":
                starts.append(message)
            elif message["type"] == "http.response.body":
                parts.append(message.get("body", b""))

        async def receive() -> Message:
            if wished:
                return wished.pop()
            await asyncio.Event().wait()  # for ever: it never hears that anybody has gone
            raise AssertionError

        await self._app(scope, receive, take)
        body = b"".join(parts)
        [start] = starts
        others = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
        return _Kept({**start, "headers": [*others, (b"content-length", str(len(body)).encode())]}, body)

    def _keep(self, path: str, file: _Kept) -> None:
        lasts = "immutable" in Headers(raw=file.start["headers"]).get("cache-control", "")
        room = len(self._kept) < _MOST and self._bytes + len(file.body) <= _MOST_BYTES
        if file.start["status"] == 200 and lasts and room:
            self._kept[path] = file
            self._bytes += len(file.body)
