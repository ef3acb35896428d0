"""Answers about model providers. A key is never in any of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from aiwebtest.config.values import Provider
from app.schemas.base import Answer, Body

__all__ = ["DoctorAnswer", "DoctorRequest", "FindingAnswer", "ModelAnswer", "ProviderAnswer", "ProviderHealth"]


class ModelAnswer(Answer):
    """One model that is known of a provider."""

    name: str
    context_tokens: int | None
    structured: str = Field(description="How it takes the shape of an answer: schema, object or prompt.")
    vision: bool
    ends_on: date | None = Field(description="Day of its announced or past shutdown.")
    successor: str
    note: str
    input_usd_per_million: float | None = Field(description="Null is unknown.")
    output_usd_per_million: float | None


class ProviderHealth(Answer):
    """How a provider has answered lately, by the ledger of all workers."""

    breaker: Literal["closed", "open", "half-open"] = Field(
        description="Whether it is left alone for a while after failures. Each worker process decides for itself; this "
        "is what one would decide that saw all the requests."
    )
    reason: str = Field("", description="What opened it.")
    asked: int = Field(description="Requests in the last hour.")
    failed: int
    latency_median_s: float | None
    latency_p95_s: float | None
    last_at: datetime | None
    last_failure: str = Field("", description="Kind of its last failure in that hour.")


class ProviderAnswer(Answer):
    """One provider: whether it is set up, which model it would be asked with, how it does."""

    name: str
    title: str
    configured: bool = Field(description="Its key is set, or it is a server of one's own. The key itself is not told.")
    default: bool = Field(description="It is asked when nothing else is said.")
    fallback: bool
    model: str
    own_address: bool = Field(description="It is asked at another address than the vendor's.")
    key_variable: str
    advice: str = Field("", description="What is to be known of the model: retired, to end soon.")
    models: list[ModelAnswer]
    known_on: date = Field(description="When this knowledge is from.")
    health: ProviderHealth


class DoctorRequest(Body):
    """Whom the doctor looks at."""

    providers: list[Provider] = Field(default_factory=list, max_length=10, description="None: all that are set up.")
    live: bool = Field(
        False, description="Ask them too: their list of models, and a small question a schema. That costs a little."
    )


class FindingAnswer(Answer):
    """One thing that was looked at."""

    what: str
    state: Literal["good", "bad", "warning", "not asked"]
    told: str
    mend: str


class DoctorAnswer(Answer):
    """What was found about one provider."""

    provider: str
    model: str
    well: bool
    findings: list[FindingAnswer]
    requests: int
    cost_usd: float | None = Field(description="Of the requests; null when it is unknown.")
