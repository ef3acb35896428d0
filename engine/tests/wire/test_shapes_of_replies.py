"""Replies in shapes that real vendors were seen to send, over real HTTP and through the real clients."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from aiwebtest.core.generation import StructuredRequest
from aiwebtest.providers.google import google
from aiwebtest.providers.guard import Failed, Given, ask

REQUEST = StructuredRequest(
    system="Answer.", prompt="Say hello.", schema={"type": "object", "properties": {"said": {"type": "string"}}},
    schema_name="Answer",
)  # fmt: skip
Asks = Callable[[dict[str, Any]], Awaitable[Given]]


@pytest_asyncio.fixture
async def gemini() -> AsyncIterator[Asks]:
    """Ask Google's vendor once, answered with the body given."""
    body: dict[str, Any] = {}

    async def answer(request: Request) -> JSONResponse:
        await request.body()
        return JSONResponse(body)

    app = Starlette(routes=[Route("/{path:path}", answer, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    vendor = google(model_name="gemini-3.5-flash-lite", api_key="a-key", base_url=f"http://127.0.0.1:{port}")

    async def asked(reply: dict[str, Any]) -> Given:
        body.clear()
        body.update(reply)
        return await ask(vendor, REQUEST, form="schema", timeout_s=10.0)

    yield asked
    await vendor.close()
    server.should_exit = True
    await serving


async def test_an_answer_in_parts_is_put_together_as_it_was_cut(gemini: Asks) -> None:
    """A thought may stand between two halves of a JSON string; nothing is to be put in its place."""
    text = json.dumps({"said": "good morning"})
    parts = [{"text": text[:15]}, {"text": "they are polite", "thought": True}, {"text": text[15:]}]
    usage = {"promptTokenCount": 9, "candidatesTokenCount": 6, "thoughtsTokenCount": 4, "totalTokenCount": 19}

    given = await gemini(
        {
            "candidates": [{"content": {"role": "model", "parts": parts}, "finishReason": "STOP"}],
            "usageMetadata": usage,
        }
    )

    assert given.data == {"said": "good morning"}
    assert (given.attempt.input_tokens, given.attempt.output_tokens, given.attempt.reasoning_tokens) == (9, 10, 4)


async def test_usage_that_counts_nothing_is_unknown_and_not_free(gemini: Asks) -> None:
    """Google blocks a prompt without telling what it counted."""
    with pytest.raises(Failed) as blocked:
        await gemini({"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": {"trafficType": "ON_DEMAND"}})

    attempt = blocked.value.attempt
    assert blocked.value.category == "filtered"
    assert (attempt.input_tokens, attempt.cost_usd, attempt.cost_source) == (None, None, "unknown")
