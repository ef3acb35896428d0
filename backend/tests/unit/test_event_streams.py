"""How a stream of events ends with its server, or its database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import OperationalError
from sse_starlette.sse import AppStatus
from starlette.types import Message

from app.api.streams import stream
from app.models import ExecutionEvent

GOOD_BYE = b"event: reconnect\ndata: {}\nretry: 2000\n\n"


async def test_a_stream_whose_server_ends_says_so_and_is_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    """A deploy must look like no broken connection: the client is told to come back, and how soon."""

    async def events() -> AsyncIterator[ExecutionEvent]:
        yield an_event()
        monkeypatch.setattr(AppStatus, "should_exit", True)  # as SIGTERM does
        await asyncio.Event().wait()

    *_, last, closing = await sent_of(events())

    assert last["body"] == GOOD_BYE
    assert closing == {"type": "http.response.body", "body": b"", "more_body": False}


async def test_a_stream_whose_database_goes_away_asks_to_come_back() -> None:
    """What was told stays told, and a restart of the database is no fault of the server."""

    async def events() -> AsyncIterator[ExecutionEvent]:
        yield an_event()
        raise OperationalError("SELECT", {}, Exception("server closed the connection unexpectedly"))

    _, first, last, closing = await sent_of(events())

    assert first["body"].startswith(b"id: 7\nevent: state\n")
    assert last["body"] == GOOD_BYE
    assert not closing["more_body"]


def an_event() -> ExecutionEvent:
    return ExecutionEvent(
        id=7, execution_id=1, attempt=1, kind="state", data={"state": "running"}, at=datetime.now(UTC)
    )


async def sent_of(events: AsyncIterator[ExecutionEvent]) -> list[Message]:
    """Return what a server would send of the stream, whose client stays."""
    sent: list[Message] = []

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    await stream(events)({"type": "http", "method": "GET"}, receive, send)
    return sent
