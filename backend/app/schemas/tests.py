"""Bodies of tests and their versions."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import ConfigDict, Field

from app.schemas.base import Answer, Body, Line, TreePath

__all__ = [
    "DiffAnswer",
    "FileFault",
    "ImportAnswer",
    "ImportedFile",
    "Restore",
    "TestAnswer",
    "TestChange",
    "TestNew",
    "TestSummary",
    "ToValidate",
    "Validation",
    "VersionAnswer",
    "VersionSummary",
]

_EXAMPLE = (
    'name: Buy a lamp\nurl: /products\ntags: [smoke]\nsteps:\n  - Search for "lamp"\n  - check: the price is $59.98\n'
)
_MOST = 1_000_000  # characters of one test file


class TestNew(Body):
    """A test to be stored. Its content is the YAML that the command line runs."""

    __test__ = False

    path: TreePath = Field(description="Where its file stands in the tree; ends in `.test.yaml`.")
    content: str = Field(max_length=_MOST, description="The YAML, as written.", examples=[_EXAMPLE])
    message: Line = Field("", max_length=400, description="What this version is about.")

    model_config = ConfigDict(
        str_strip_whitespace=False,
        json_schema_extra={"examples": [{"path": "shop/lamp.test.yaml", "content": _EXAMPLE}]},
    )


class TestChange(Body):
    """A change of a test. `version` (or the header If-Match) is the version that was changed."""

    __test__ = False

    path: TreePath | None = None
    content: str | None = Field(None, max_length=_MOST)
    message: Line = Field("", max_length=400)
    version: int | None = Field(None, ge=1, description="The version that this change is based on.")

    model_config = ConfigDict(
        str_strip_whitespace=False,
        json_schema_extra={"examples": [{"content": _EXAMPLE, "message": "Name the price", "version": 3}]},
    )


class Restore(Body):
    """Make an older version the current one again."""

    version: int | None = Field(None, ge=1, description="The current version, as it was seen: guards against changes.")
    message: Line = Field("", max_length=400)


class TestSummary(Answer):
    """A test, without its content."""

    __test__ = False

    id: int
    path: str
    name: str
    tags: list[str]
    provider: str | None
    url: str
    cases: int = Field(description="How many executions one run of it makes.")
    version: int
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = Field(description="When it was put into the bin; null while it is not there.")


class FileFault(Answer):
    """Something in a file that keeps its tests from being run as meant. The same words as the command line's."""

    path: str
    line: int
    column: int
    what: str
    mend: str = ""
    via: dict[str, object] | None = Field(None, description="Where the `use` stands that brought this line in.")


class TestAnswer(TestSummary):
    """A test with its content, and what is wrong with it."""

    __test__ = False

    content: str
    problems: list[FileFault] = Field(description="What must be mended before it can be run.")


class VersionSummary(Answer):
    """One state of a test."""

    number: int
    message: str
    author: str
    created_at: datetime


class VersionAnswer(VersionSummary):
    """One state of a test with its content."""

    content: str


class DiffAnswer(Answer):
    """How two versions of a test differ."""

    before: int
    after: int
    diff: str = Field(description="Unified diff; empty when they are the same.")


class ToValidate(Body):
    """Files to be checked without being stored. They are looked at among the stored resources."""

    path: TreePath = Field("new.test.yaml", validate_default=False)
    content: str = Field(max_length=_MOST)
    files: dict[TreePath, str] = Field(
        default_factory=dict, max_length=100, description="Further files that it uses, by path; they beat stored ones."
    )

    model_config = ConfigDict(
        str_strip_whitespace=False,
        json_schema_extra={"examples": [{"path": "shop/lamp.test.yaml", "content": _EXAMPLE}]},
    )


class Validation(Answer):
    """What the loader says."""

    valid: bool
    cases: list[str] = Field(description="Titles of the cases, one for each row of data; empty while there are faults.")
    problems: list[FileFault]


class ImportedFile(Answer):
    """What became of one file of an import."""

    path: str
    kind: Literal["test", "lock", "resource"]
    action: Literal["created", "updated", "unchanged", "skipped"]
    test_id: int | None = Field(None, description="Of the test, or of the test that the lockfile belongs to.")
    cases: int = 0
    why: str = Field("", description="Why it was skipped.")
    problems: list[FileFault] = Field(default_factory=list)


class ImportAnswer(Answer):
    """What became of the files, by path."""

    files: list[ImportedFile]
    problems: int = Field(description="How many faults the tests have in all; they are stored nevertheless.")
