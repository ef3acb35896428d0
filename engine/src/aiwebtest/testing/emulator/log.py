"""What the emulator remembers of each request, so that a ledger can be held against it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Entry", "count_tokens"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One request. Tokens and cost are what the answer told, None when it told nothing."""

    number: int  # from 1
    dialect: str  # "google", "cerebras", "openrouter", "openai"
    model: str
    status: int | None  # None when the connection was cut before any
    fault: str = ""
    request_id: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_tokens: int | None = None
    cached_tokens: int | None = None
    cost_usd: float | None = None
    schema_name: str = ""
    prompt: str = ""  # system and user text together
    body: str = ""  # of the request, as it came


def count_tokens(text: str) -> int:
    """Return how many tokens the emulator counts for a text: one for each four characters, at least one."""
    return max(1, len(text) // 4)
