"""Cases and steps: what a person wrote, not yet understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

__all__ = ["PROVIDERS", "Case", "Place", "Session", "Step", "StepKind", "Viewport"]

StepKind = Literal["act", "check", "extract"]

PROVIDERS = ("builtin", "google", "cerebras", "openrouter", "openai")
"""Names that `provider` may have; "builtin" is rules and lockfile, no model."""

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something stands in a file: `line` and `column` count from 1."""

    path: str
    line: int
    column: int = 1
    via: Place | None = None  # where the `use` stands that brought this line in

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One plain-language line of a case.

    `text` stays exactly as written, placeholders such as `{SHOP_PASSWORD}` included: reports show it.
    `kind` None means that the sentence itself decides between acting and checking.
    `timeout_s` is how long each of its actions and claims may wait: to be placed, then to be done or to hold. None
    takes the run's default.
    """

    index: int  # position in the case, from 0, `before`, `use` and `after` steps included
    text: str
    kind: StepKind | None = None
    timeout_s: float | None = None
    optional: bool = False  # a step that cannot be placed is skipped and the case goes on; a failed check still fails
    provider: str | None = None  # "cerebras" or "cerebras/gpt-oss-120b"; None takes the case's
    consensus: tuple[str, ...] = ()  # providers that must agree on a semantic check
    into: str | None = None  # the variable that an extract fills
    place: Place | None = None
    phase: Literal["session", "before", "main", "after"] = "main"


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewport:
    """Size of the page in CSS pixels."""

    width: int = 1280
    height: int = 720


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A log-in done once a run: its steps run first, their cookies and storage serve every case that names it."""

    name: str
    url: str
    steps: tuple[Step, ...]
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A named list of steps with one purpose, one row of its data already filled in."""

    name: str
    url: str  # absolute, or relative to the run's base URL
    steps: tuple[Step, ...]
    place: Place
    row: str = ""  # label of the data row; "" when the case has no data, or its name already tells the row
    tags: frozenset[str] = frozenset()
    provider: str | None = None
    check_provider: str | None = None
    variables: Mapping[str, str] = field(default_factory=lambda: _NOTHING)  # data columns included
    secrets: tuple[str, ...] = ()  # names of environment variables
    session: Session | None = None
    storage_state: str | None = None  # path of a Playwright storage-state file to start from
    save_storage_state: str | None = None  # path to write it to after the case passed
    viewport: Viewport | None = None
    locale: str | None = None
    timezone: str | None = None
    permissions: tuple[str, ...] = ()
    allowed_origins: tuple[str, ...] = ()  # () means no restriction
    retries: int | None = None  # None takes the run's
    timeout_s: float | None = None  # default for its steps

    @property
    def title(self) -> str:
        """Return its name, with the label of its data row."""
        return f"{self.name} [{self.row}]" if self.row else self.name

    @property
    def id(self) -> str:
        """Return what identifies the case in reports and lockfiles: `path::name` and, with data, `[row]`."""
        return f"{self.place.path}::{self.name}" + (f"[{self.row}]" if self.row else "")
