"""What goes between the server and the dialects: a request understood, and an answer to be sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Asked", "Reply", "Usage", "schema_in_words"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request, whatever its dialect. `question` is the last message alone."""

    model: str
    prompt: str
    question: str
    schema: Mapping[str, Any]
    schema_name: str = ""
    strict: bool = False
    max_tokens: int | None = None
    body: str = ""  # of the request, as it came


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What an answer used. `input_tokens` includes the cached ones, `output_tokens` the reasoning."""

    input_tokens: int
    output_tokens: int
    reasoning_tokens: int = 0
    cached_tokens: int = 0
    cost_usd: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer: JSON, or other text with its media type."""

    status: int
    body: Mapping[str, Any] | str
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "application/json"
    request_id: str = ""


def schema_in_words(prompt: str) -> dict[str, Any]:
    """Return the schema that a prompt spells out, when no format was asked for."""
    start = prompt.find('{"')
    while start >= 0:
        try:
            found, _ = json.JSONDecoder().raw_decode(prompt[start:])
        except ValueError:
            found = None
        if isinstance(found, dict) and "properties" in found:
            return found
        start = prompt.find('{"', start + 1)
    return {}
