"""Server-sent events: numbered, resumable, with heartbeats, and an end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from functools import partial
from typing import Annotated, Any

import anyio
import msgspec
from fastapi import Header, Query
from sse_starlette import EventSourceResponse, ServerSentEvent

from app.core.database import AWAY
from app.core.errors import Invalid
from app.models import ExecutionEvent
from app.services.listing import LARGEST

__all__ = ["EVENTS", "Follow", "LastEventId", "resume_after", "stream"]

_log = logging.getLogger(__name__)

_LIFE_S = 30 * 60.0  # then the client connects again, with Last-Event-ID
_BEAT_S = 15
_GRACE_S = 1.0  # within which a stream says good-bye when the server ends
_AGAIN_MS = 2000  # then the client waits so long: server or database have to start first

_Event = partial(ServerSentEvent, sep="\n")  # the plain end of a line: shells read these streams too

LastEventId = Annotated[
    str | None, Header(max_length=40, description="Number of the last event that arrived: go on behind it.")
]
Follow = Annotated[bool, Query(description="False ends the stream once everything was told that has happened so far.")]

_EVENT = {  # of one event, as OpenAPI 3.2 says it
    "type": "object",
    "properties": {
        "id": {"type": "string", "description": "Give the last one as Last-Event-ID to go on behind it."},
        "event": {"type": "string"},
        "data": {"type": "string", "contentMediaType": "application/json", "contentSchema": {"type": "object"}},
        "retry": {"type": "integer"},
    },
    "required": ["data"],
}

EVENTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events as they happen. `id` numbers them, `event` is their kind (state, case-started, "
        "step-started, step-finished, artifact, case-finished, notice), `data` is JSON.",
        "content": {
            "text/event-stream": {
                "itemSchema": _EVENT,
                "example": 'id: 42\nevent: step-finished\ndata: {"execution_id":7,"attempt":1,'
                '"at":"2026-01-01T00:00:00+00:00","outcome":"passed","duration_s":0.31}\n\n',
            }
        },
    }
}


def resume_after(last_event_id: str | None, after: int) -> int:
    """Return the number of the event to go on behind. Raises Invalid."""
    if not last_event_id:
        return after
    if not (last_event_id.isascii() and last_event_id.isdigit()) or int(last_event_id) > LARGEST:
        raise Invalid(f"Last-Event-ID is `{last_event_id}`, not a number.", mend="send the `id` of an event.")
    return int(last_event_id)


def stream(events: AsyncIterator[ExecutionEvent]) -> EventSourceResponse:
    """Answer with the events. Whoever goes away ends it; the end of server or database is told as `reconnect`."""
    ending = anyio.Event()
    return EventSourceResponse(
        _told(events, ending), ping=_BEAT_S, sep="\n", headers={"Cache-Control": "no-store"},
        shutdown_event=ending, shutdown_grace_period=_GRACE_S,
    )  # fmt: skip


async def _told(events: AsyncIterator[ExecutionEvent], ending: anyio.Event) -> AsyncIterator[ServerSentEvent]:
    async with aclosing(events) as told:  # type: ignore[type-var]
        try:
            async with asyncio.timeout(_LIFE_S) as life, _ended_by(ending, life):
                async for event in told:
                    yield _sent(event)
        except TimeoutError:
            yield _Event(event="reconnect", data="{}", retry=_AGAIN_MS if ending.is_set() else 0)
            return
        except AWAY as exc:
            _log.warning("A stream of events lost the database: %s", str(exc).splitlines()[0])
            yield _Event(event="reconnect", data="{}", retry=_AGAIN_MS)
            return
    yield _Event(event="end", data="{}")


@asynccontextmanager
async def _ended_by(ending: anyio.Event, life: asyncio.Timeout) -> AsyncIterator[None]:
    """Let the end of the server be the end of a stream's life."""

    async def watch() -> None:
        await ending.wait()
        if not life.expired():  # in this very moment
            life.reschedule(asyncio.get_running_loop().time())

    watching = asyncio.create_task(watch())
    try:
        yield
    finally:
        watching.cancel()


def _sent(event: ExecutionEvent) -> ServerSentEvent:
    data = {"execution_id": event.execution_id, "attempt": event.attempt, "at": event.at, **event.data}
    return _Event(id=str(event.id), event=event.kind, data=msgspec.json.encode(data).decode())
