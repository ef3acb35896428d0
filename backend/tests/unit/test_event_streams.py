"""How a stream of events ends with its server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from sse_starlette.sse import AppStatus
from starlette.types import Message

from app.api.streams import stream
from app.models import ExecutionEvent


async def test_a_stream_whose_server_ends_says_so_and_is_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    """A deploy must look like no broken connection: the client is told to come back, and how soon."""
    sent: list[Message] = []

    async def events() -> AsyncIterator[ExecutionEvent]:
        yield ExecutionEvent(
            id=7, execution_id=1, attempt=1, kind="state", data={"state": "running"}, at=datetime.now(UTC)
        )
        monkeypatch.setattr(AppStatus, "should_exit", True)  # as SIGTERM does
        await asyncio.Event().wait()

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    await stream(events())({"type": "http", "method": "GET"}, receive, send)

    *_, last, closing = sent
    assert last["body"] == b"event: reconnect\ndata: {}\nretry: 2000\n\n"
    assert closing == {"type": "http.response.body", "body": b"", "more_body": False}
