"""Bodies of webhooks and their deliveries."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from app.schemas.base import Answer, Body, WebAddress

__all__ = ["DeliveryAnswer", "WebhookAnswer", "WebhookChange", "WebhookMade", "WebhookNew"]

_Event = Literal["execution.finished", "run.finished", "server.fault"]
_Only = Literal["all", "not-passed"]
_EXAMPLE: JsonDict = {"url": "https://chat.example.com/hooks/7", "events": ["run.finished"], "only": "not-passed"}


class WebhookNew(Body):
    """An address that is told of what is over, and of faults of the server itself.

    Each message is signed: `X-AIWebTest-Signature: t=<seconds>,v1=<hex>`, where v1 is HMAC-SHA256 of `<t>.<body>` with
    the secret that is shown once, when the webhook is made. `X-AIWebTest-Delivery` is the same when a message is tried
    again.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    url: WebAddress
    events: list[_Event] = Field(default=["run.finished"], min_length=1, max_length=3)
    only: _Only = Field("all", description="`not-passed`: nothing is said of what passed.")
    enabled: bool = True


class WebhookChange(Body):
    """A change of a webhook; what is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"enabled": False}]})

    url: WebAddress | None = None
    events: list[_Event] | None = Field(None, min_length=1, max_length=3)
    only: _Only | None = None
    enabled: bool | None = None


class WebhookAnswer(Answer):
    """A webhook; its secret is never told again."""

    id: int
    url: str
    events: list[str]
    only: str
    enabled: bool
    created_at: datetime


class WebhookMade(WebhookAnswer):
    """A webhook that was just made, with the secret that signs its messages."""

    secret: str


class DeliveryAnswer(Answer):
    """A message to a webhook, and how far it came."""

    id: int
    event: str
    body: dict[str, Any]
    state: Literal["waiting", "delivered", "given-up"]
    tries: int
    status: int | None = Field(description="Of the last answer.")
    problem: str = Field(description="Why the last try did not count.")
    created_at: datetime
    delivered_at: datetime | None
