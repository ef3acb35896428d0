"""Structured generation: what the model room asks of the provider room, whatever vendor answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from aiwebtest.core.events import Attempt

__all__ = ["PURPOSES", "Generator", "Purpose", "StructuredAnswer", "StructuredRequest"]

Purpose = Literal["ground", "check", "extract", "generate", "doctor"]

PURPOSES: Mapping[str, str] = {
    "ground": "placing a step",
    "check": "judging a check",
    "extract": "reading a value",
    "generate": "proposing tests",
    "doctor": "a trial",
}
"""What a model is asked for, in words for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StructuredRequest:
    """One question whose answer is JSON of a given schema. Holds no secret value.

    `schema` is JSON Schema 2020-12; the answer is validated against it as it stands here, whatever subset a vendor was
    sent. `deadline_s` bounds all attempts together, waits included.
    """

    system: str
    prompt: str
    schema: Mapping[str, Any]
    schema_name: str
    purpose: Purpose = "ground"
    execution: str = ""
    step: int | None = None
    deadline_s: float = 30.0
    max_tokens: int = 2048
    images: tuple[bytes, ...] = ()  # PNG or JPEG; providers without vision are passed over
    tokens_before_pruning: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StructuredAnswer:
    """A valid answer, with every attempt that it took; the last attempt is the one that answered."""

    data: Any
    text: str
    attempts: tuple[Attempt, ...]

    @property
    def model(self) -> str:
        """Return "provider/model" of the attempt that answered, as served."""
        last = self.attempts[-1]
        return f"{last.provider}/{last.model_served or last.model_asked}"

    @property
    def arm(self) -> str:
        """Return "provider/model" of the attempt that answered, as it was asked."""
        return f"{self.attempts[-1].provider}/{self.attempts[-1].model_asked}"


class Generator(Protocol):
    """A chain of providers. Raises ProviderUnavailable, with its attempts, when none gives a valid answer."""

    name: str  # "provider/model" of the first in the chain
    time_s: float  # that one question may take: every provider asked in vain up to its deadline, and waits for its pace

    async def generate(self, request: StructuredRequest) -> StructuredAnswer:
        """Return a valid answer."""
        ...
