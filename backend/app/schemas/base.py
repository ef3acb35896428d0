"""What all bodies share: unknown members are refused, pages of lists, problem documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Generic, TypeVar

import httpx2
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from aiwebtest.config.words import did_you_mean

__all__ = ["Answer", "Body", "Line", "Page", "ProblemDocument", "TreePath", "WebAddress"]

Item = TypeVar("Item")


class Body(BaseModel):
    """A request's body. A mistyped member is an error, not a silent default."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _name_the_known(cls, given: Any) -> Any:
        """Answer an unknown member with the name that may be meant, or with all that there are."""
        if not isinstance(given, dict) or not (unknown := given.keys() - cls.model_fields.keys()):
            return given
        known = sorted(cls.model_fields)
        raise ValidationError.from_exception_data(
            cls.__name__,
            [
                InitErrorDetails(type=PydanticCustomError("unknown", _meant(str(one), known)), loc=(one,), input=None)
                for one in sorted(unknown, key=str)
            ],
        )


def _meant(unknown: str, known: Sequence[str]) -> str:
    return f"unknown; {did_you_mean(unknown, known)}"


class Answer(BaseModel):
    """What the API answers. Built from rows of the database as well as from values."""

    model_config = ConfigDict(from_attributes=True)


class Page(Answer, Generic[Item]):
    """One page of a list. `next` is the cursor of the page behind it, null at the end."""

    items: list[Item]
    next: str | None = Field(None, description="Give it as `after` to get the next page; null at the end.")
    total: int | None = Field(None, description="How many there are in all, where that is cheap to know.")


class ProblemDocument(BaseModel):
    """Every error (RFC 9457, `application/problem+json`)."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:aiwebtest:problem:not-found",
                    "title": "Not found",
                    "status": 404,
                    "detail": "There is no test 7.",
                    "mend": "look it up in the list; it may have been deleted.",
                }
            ]
        },
    )

    type: str = Field(description="Stable name of the kind of problem: `urn:aiwebtest:problem:<code>`.")
    title: str
    status: int
    detail: str = Field(description="What happened.")
    mend: str | None = Field(None, description="What to do about it.")
    problems: list[dict[str, Any]] | None = Field(None, description="Each single fault, with its place.")


def _printable(text: str) -> str:
    if any(ord(character) < 32 or ord(character) == 127 for character in text):
        raise ValueError("control characters are not allowed")
    return text


def _tree_path(path: str) -> str:
    parts = path.split("/")
    if "\\" in path or any(part in {"", ".", ".."} for part in parts):
        raise ValueError("must be a relative path with slashes, without `.` and `..`")
    if any(part.startswith(".") for part in parts):
        raise ValueError("hidden files and folders are not kept")
    if any(len(part.encode("utf-8", "surrogatepass")) > 200 for part in parts):
        raise ValueError("a name in it is longer than 200 bytes")
    return _printable(path)


def _web_address(url: str) -> str:
    try:
        host = httpx2.URL(url).host
    except httpx2.InvalidURL as exc:
        raise ValueError(f"is no address: {exc}") from exc
    if not host:
        raise ValueError("names no host")
    return _printable(url)


WebAddress = Annotated[str, Field(max_length=2000, pattern=r"^https?://[^\s/]+"), AfterValidator(_web_address)]
"""An absolute address of the web."""

Line = Annotated[str, AfterValidator(_printable)]
"""A text of one line."""

TreePath = Annotated[
    str,
    Field(min_length=1, max_length=400, examples=["checkout/order.test.yaml"]),
    AfterValidator(_tree_path),
]
"""Where a file stands in the project's tree."""
