"""The queue's state."""

from __future__ import annotations

from datetime import datetime

from pydantic import ConfigDict, Field

from app.schemas.base import Answer, Body

__all__ = ["LimitBody", "ProviderLoadAnswer", "QueueAnswer", "WorkerAnswer"]


class WorkerAnswer(Answer):
    """A worker process that was heard of lately."""

    name: str
    host: str
    pid: int
    concurrency: int
    running: int
    draining: bool = Field(description="It was told to end and begins nothing more.")
    browser: str = Field(description='Version of its warm browser, "" while there is none.')
    started_at: datetime
    beat_at: datetime


class ProviderLoadAnswer(Answer):
    """How many executions that name a provider wait and run."""

    queued: int
    running: int
    limit: int | None = Field(description="How many may run at once, over all workers; null is no limit.")


class QueueAnswer(Answer):
    """The queue at one moment."""

    queued: int
    running: int
    stopping: int = Field(description="Of those running: to be stopped, and not yet.")
    oldest_wait_s: float = Field(description="How long the longest-waiting one that may begin has waited.")
    slots: int = Field(description="How many executions workers can run at once.")
    workers: list[WorkerAnswer]
    providers: dict[str, ProviderLoadAnswer]


class LimitBody(Body):
    """How many executions that name a provider may run at once."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"max_parallel": 2}]})

    max_parallel: int | None = Field(ge=1, le=1000, description="Null takes the limit away.")
