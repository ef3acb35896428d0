"""Bodies of recordings: what somebody did in a browser, and the test that says it in sentences."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from app.schemas.base import Answer, Body, Line, TreePath
from app.schemas.tests import FileFault

__all__ = ["RecordAnswer", "RecordedEvent", "RecordedStep", "Recording", "Skipped"]

Kind = Literal[
    "navigate", "click", "double-click", "right-click", "hover", "type", "select", "check", "uncheck", "press",
    "upload", "see", "accept", "dismiss", "back",
]  # fmt: skip
_Text = Annotated[str, Field(max_length=2_000)]
_EXAMPLE: JsonDict = {
    "name": "Log in",
    "events": [
        {"kind": "navigate", "url": "https://shop.example/login"},
        {"kind": "type", "role": "textbox", "label": "Email", "value": "ada@example.com"},
        {"kind": "type", "role": "textbox", "label": "Password", "secret": "SHOP_PASSWORD"},
        {"kind": "click", "role": "button", "name": "Log in"},
        {"kind": "see", "value": "Welcome, Ada"},
    ],
}


class RecordedEvent(Body):
    """One thing that was done, or seen (`see`), with what names its element. `accept`, `dismiss`: a browser dialog."""

    kind: Kind
    url: _Text = Field("", description="Of `navigate`.")
    caused: bool = Field(False, description="The page went there by itself, as after a click: not a step of its own.")
    role: Annotated[str, Field(max_length=60)] = Field("", description="ARIA role of the element.", examples=["button"])
    name: _Text = Field("", description="Its accessible name.")
    label: _Text = ""
    placeholder: _Text = ""
    text: _Text = Field("", description="Its visible text.")
    title: _Text = ""
    testid: _Text = ""
    value: _Text = Field("", description="What was typed or chosen, the file's path, or the text that was seen.")
    key: Annotated[str, Field(max_length=40)] = Field("", description="Of `press`.", examples=["Enter"])
    secret: Annotated[str, Field(max_length=100, pattern=r"^([A-Za-z_][A-Za-z0-9_]*)?$")] = Field(
        "", description="Name of the secret that was typed; its value must not be sent."
    )
    row: _Text = Field("", description="Text that names the table row the element stands in.")
    section: _Text = Field("", description="Heading of the section, card or dialog that it stands in.")
    position: int | None = Field(None, ge=1, le=50, description="Which of several alike it is, from 1.")


class Recording(Body):
    """A recorded browser session."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    name: Line = Field(min_length=1, max_length=200)
    tags: list[Annotated[Line, Field(min_length=1, max_length=100)]] = Field(default_factory=list, max_length=20)
    base_url: _Text = Field("", description="Addresses below it are written relative to it.")
    events: list[RecordedEvent] = Field(min_length=1, max_length=500)
    save: TreePath | None = Field(None, description="Store the test at this path as well.")


class RecordedStep(Answer):
    """A sentence, and what it was made of."""

    sentence: str
    kind: Literal["act", "check"]
    events: list[int] = Field(description="Places of the events that it stands for, from 0.")
    read_as: str = Field(description="How the rules read it.")


class Skipped(Answer):
    """An event that became no sentence."""

    event: int
    why: str


class RecordAnswer(Answer):
    """The test that a recording came to."""

    content: str = Field(description="YAML, as the command line runs it.")
    steps: list[RecordedStep]
    skipped: list[Skipped]
    problems: list[FileFault]
    test_id: int | None = Field(None, description="Of the stored test, if it was to be stored.")
