"""Bodies of generation: a requirement, and the tests that a model proposed for it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from aiwebtest.config.values import Provider
from app.schemas.base import Answer, Body, Line, TreePath, WebAddress
from app.schemas.tests import FileFault

__all__ = ["Generated", "GeneratedTest", "Requirement"]

_EXAMPLE: JsonDict = {
    "requirement": "A visitor finds a lamp by searching and puts it into the basket.",
    "url": "https://shop.example/",
    "provider": "google",
}


class Requirement(Body):
    """What is to be tested, and where."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    requirement: Annotated[str, Field(min_length=5, max_length=5_000)]
    url: WebAddress = Field(description="Where exploring begins. Only its origin and `allowed_origins` are visited.")
    allowed_origins: list[WebAddress] = Field(default_factory=list, max_length=20)
    provider: Provider | None = Field(None, description="Who proposes; unset takes the server's.")
    max_pages: int = Field(5, ge=1, le=20, description="Pages that are looked at. Only links are followed.")
    max_tests: int = Field(3, ge=1, le=10)
    tags: list[Annotated[Line, Field(min_length=1, max_length=100)]] = Field(default_factory=list, max_length=20)
    secrets: list[Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=100)]] = Field(
        default_factory=list, max_length=20, description="Names of stored secrets that the tests may type."
    )
    save_in: TreePath | None = Field(None, description="Folder in which tests that passed are stored.")
    deadline_s: float = Field(180.0, ge=10, le=600, description="How long it may take, all together.")


class GeneratedTest(Answer):
    """A proposed test, run once."""

    name: str
    content: str = Field(description="YAML, as the command line runs it.")
    outcome: Literal["passed", "failed", "error", "skipped"] | None = Field(
        description="Of the run that was to prove it; null when it has mistakes or the time was up."
    )
    problem: str = Field("", description="Why it did not pass.")
    problems: list[FileFault] = Field(description="Mistakes in it; then it was not run.")
    test_id: int | None = Field(None, description="Of the stored test.")


class Generated(Answer):
    """What a requirement came to."""

    provider: str
    pages: list[str] = Field(description="Addresses that were looked at.")
    tests: list[GeneratedTest]
    requests: int = Field(description="To the model, those that failed included.")
    cost_usd: float | None = Field(description="Null when it is unknown.")
