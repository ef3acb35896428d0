"""Server-sent events: numbered, resumable, with heartbeats, and an end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Annotated, Any

import msgspec
from fastapi import Header, Query
from sse_starlette import EventSourceResponse, ServerSentEvent

from app.core.errors import Invalid
from app.models import ExecutionEvent
from app.services.listing import LARGEST

__all__ = ["EVENTS", "Follow", "LastEventId", "resume_after", "stream"]

_LIFE_S = 30 * 60.0  # then the client connects again, with Last-Event-ID
_BEAT_S = 15

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
    """Answer with the events. Whoever goes away ends it; so does the server's own end."""
    return EventSourceResponse(_told(events), ping=_BEAT_S, headers={"Cache-Control": "no-store"})


async def _told(events: AsyncIterator[ExecutionEvent]) -> AsyncIterator[ServerSentEvent]:
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + _LIFE_S
    async with aclosing(events) as told:  # type: ignore[type-var]
        try:
            async with asyncio.timeout_at(ends_at):
                async for event in told:
                    yield _sent(event)
        except TimeoutError:
            yield ServerSentEvent(event="reconnect", data="{}", retry=0)
            return
    yield ServerSentEvent(event="end", data="{}")


def _sent(event: ExecutionEvent) -> ServerSentEvent:
    data = {"execution_id": event.execution_id, "attempt": event.attempt, "at": event.at, **event.data}
    return ServerSentEvent(id=str(event.id), event=event.kind, data=msgspec.json.encode(data).decode())
