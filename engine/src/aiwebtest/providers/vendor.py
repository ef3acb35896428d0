"""A vendor: an authenticated client and wire format (pydantic-ai's), with what its models can do as data."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from httpx2 import AsyncClient, Response
from openai import AsyncOpenAI
from pydantic_ai.models import Model
from pydantic_ai.settings import ModelSettings

from aiwebtest.providers.schema import Dialect

__all__ = ["FirstByte", "Vendor", "first_byte", "openai_client"]


@dataclass(slots=True)
class FirstByte:
    """When the head of an answer came, in seconds after the request began; None before, and without any answer."""

    after_s: float | None = None


_WATCHED: ContextVar[tuple[float, FirstByte] | None] = ContextVar("watched", default=None)


@contextmanager
def first_byte() -> Iterator[FirstByte]:
    """Yield what learns when the head of the answer comes, of a vendor asked inside the block."""
    heard = FirstByte()
    token = _WATCHED.set((time.monotonic(), heard))
    try:
        yield heard
    finally:
        _WATCHED.reset(token)


async def _headed(_response: Response) -> None:
    if (watched := _WATCHED.get()) is not None:
        began, heard = watched
        heard.after_s = time.monotonic() - began


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """One provider with one model, ready to be asked.

    `key` tells apart what shares a breaker and limits: the provider, its address and a fingerprint of its key.
    """

    name: str  # "google", "cerebras", "openrouter", "openai"
    model_name: str
    model: Model[Any]
    dialect: Dialect
    key: tuple[str, str, str]
    http: AsyncClient  # of its own, closed with it
    price_id: str  # the vendor's name in the price table; "" when prices cannot be known
    vision: bool = False
    json_object: bool = True  # takes "any JSON object" as an output format
    settings: ModelSettings = field(default_factory=ModelSettings)

    def __post_init__(self) -> None:
        """Hear of each answer as soon as its head is there."""
        self.http.event_hooks["response"].append(_headed)

    @property
    def label(self) -> str:
        """Return "provider/model"."""
        return f"{self.name}/{self.model_name}"

    async def close(self) -> None:
        """Close the connections."""
        await self.http.aclose()


def openai_client(http: AsyncClient, base_url: str, api_key: str) -> AsyncOpenAI:
    """Return a client of the OpenAI wire format that makes one request a call: retries are ours."""
    return AsyncOpenAI(base_url=base_url, api_key=api_key, max_retries=0, http_client=http)
