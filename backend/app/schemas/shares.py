"""Bodies of links that show one execution's report to whoever has them."""

from __future__ import annotations

from datetime import datetime

from pydantic import ConfigDict, Field

from app.schemas.base import Answer, Body

__all__ = ["ShareAnswer", "ShareNew", "ShareSummary"]


class ShareNew(Body):
    """A wish to share an execution's report."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"days": 7}]})

    days: int = Field(7, ge=1, le=90, description="How long the link works.")


class ShareAnswer(Answer):
    """A link that shows the report, pictures included, without a log-in, until it ends or is revoked."""

    url: str
    expires_at: datetime


class ShareSummary(Answer):
    """A link that works. Its address was shown once, to who made it."""

    id: int
    execution_id: int
    name: str = Field(description="The execution's.")
    author: str
    created_at: datetime
    expires_at: datetime
