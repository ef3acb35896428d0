"""The shape of test files: what may stand where. The JSON Schema that editors use comes from these models."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from aiwebtest.config.values import (
    Duration,
    LanguageTag,
    Origin,
    Permission,
    Provider,
    Size,
    Timezone,
    mistake,
    parse_variable,
)
from aiwebtest.core.case import StepKind

__all__ = ["SKIPPED", "STEP_KEYS", "CaseEntry", "SessionEntry", "StepEntry", "StepsFile", "TestFile"]

SKIPPED = "\0"
"""Stands for a step whose problem has been told already."""


def parse_sentence(value: str) -> str:
    """Return the value if there is anything in it."""
    if not value.strip():
        raise mistake("The step is empty.", "write a sentence, or delete the line.")
    return value


Sentence = Annotated[str, AfterValidator(parse_sentence), Field(json_schema_extra={"minLength": 1})]
Name = Annotated[str, AfterValidator(parse_variable)]
Texts = Annotated[
    dict[Name, str],
    WithJsonSchema(
        {
            "type": "object",
            "propertyNames": {"pattern": "^[A-Za-z_][A-Za-z0-9_.-]*$"},
            "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
        }
    ),
]
Text = Annotated[str, WithJsonSchema({"type": ["string", "number", "boolean"]})]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True)


class StepEntry(_Entry):
    """A step with options: exactly one of `act`, `check`, `extract` and `use`."""

    act: Sentence | None = None
    """Something to do: `Click "Save"`."""
    check: Sentence | None = None
    """Something that must be so: `the total is $59.98`."""
    extract: Sentence | None = None
    """Something to read from the page into a variable: `the order number`."""
    use: Sentence | None = None
    """Steps of another file, its path relative to this one: `sign-in.steps.yaml`, or `shop.test.yaml#Case name`."""
    with_: Texts | None = Field(default=None, alias="with")
    """Parameters of the used steps."""
    into: Name | None = None
    """The variable that `extract` fills; later steps name it in braces."""
    timeout: Duration | None = None
    """How long the step may take, waiting included: `10s`, `500ms`, or a number of seconds."""
    optional: bool = False
    """A step that cannot be placed is skipped and the case goes on. A failed check still fails."""
    provider: Provider | None = None
    """The model provider of this step."""
    consensus: list[Provider] = []
    """Providers that must agree on a check that needs judgement."""

    @property
    def kind(self) -> StepKind | Literal["use"]:
        """Return which of the four it is."""
        kinds: tuple[StepKind | Literal["use"], ...] = ("act", "check", "extract", "use")
        return next(kind for kind in kinds if getattr(self, kind) is not None)

    @property
    def text(self) -> str:
        """Return its sentence, or the path that it uses."""
        return str(getattr(self, self.kind))

    @model_validator(mode="after")
    def _one_kind(self) -> StepEntry:
        given = [kind for kind in ("act", "check", "extract", "use") if getattr(self, kind) is not None]
        if len(given) != 1:
            found = " and ".join(f"`{kind}`" for kind in given) or "none of them"
            raise mistake(f"A step is one of `act`, `check`, `extract` and `use`; here is {found}.", "keep one a step.")
        self._fitting_options(given[0])
        return self

    def _fitting_options(self, kind: str) -> None:
        if kind == "extract" and self.into is None:
            raise mistake(
                "`extract` says what to read, and nothing says where to keep it.", "add `into: name` to the step."
            )
        if kind != "extract" and self.into is not None:
            raise mistake(f"`into` belongs to `extract`, not to `{kind}`.")
        if kind != "use" and self.with_ is not None:
            raise mistake(f"`with` belongs to `use`, not to `{kind}`.")
        if kind != "check" and self.consensus:
            raise mistake(f"`consensus` belongs to `check`, not to `{kind}`.")
        if kind == "use" and (self.timeout is not None or self.optional or self.provider):
            raise mistake("`use` takes `with` only.", "set other options on the used steps.")


STEP_KEYS = tuple("with" if name == "with_" else name for name in StepEntry.model_fields)


def _shape(value: Any) -> str:
    return "options" if isinstance(value, dict | StepEntry) else "sentence"


def _list_or_other(value: Any) -> str:
    return "list" if isinstance(value, list) else "other"


Step = Annotated[
    Annotated[Sentence, Tag("sentence")] | Annotated[StepEntry, Tag("options")],
    Discriminator(_shape),
]
Steps = Annotated[list[Step], Field(json_schema_extra={"examples": [['Click "Save"', {"check": "Saved is shown"}]]})]


class SessionEntry(_Entry):
    """A log-in that is done once a run; its cookies and storage serve every case that names it."""

    name: Text
    """What tells it from other sessions of the run."""
    url: str = ""
    """Where its steps begin, absolute or relative to the base URL."""
    steps: Steps = []
    """What to do, in order."""
    use: Sentence | None = None
    """Steps of another file instead of `steps`."""
    with_: Texts | None = Field(default=None, alias="with")
    """Parameters of the used steps."""

    @model_validator(mode="after")
    def _some_steps(self) -> SessionEntry:
        if bool(self.steps) == (self.use is not None):
            raise mistake("A session has either `steps` or `use`.")
        if self.with_ is not None and self.use is None:
            raise mistake("`with` belongs to `use`.")
        return self


class _CaseKeys(_Entry):
    """What a case, or the file for all its cases, may say."""

    url: str | None = None
    """Where the case begins: absolute, or relative to the base URL. Default: the base URL itself."""
    tags: list[Text] = []
    """Words to choose cases by: `aiwebtest run --tag smoke`."""
    provider: Provider | None = None
    """Model provider for what rules cannot place: a name, or a name and a model."""
    check_provider: Provider | None = None
    """Model provider for checks that need judgement, if another."""
    variables: Texts = {}
    """Values that sentences name in braces: `Type {city} into City`."""
    secrets: list[Name] = []
    """Names of environment variables (or entries of `.env`) that sentences name in braces; never shown anywhere."""
    data: Annotated[
        Annotated[
            Annotated[list[Texts], Tag("list")] | Annotated[Sentence, Tag("other")], Discriminator(_list_or_other)
        ]
        | None,
        WithJsonSchema(
            {
                "anyOf": [
                    {
                        "type": "array",
                        "minItems": 1,
                        "items": {
                            "type": "object",
                            "propertyNames": {"pattern": "^[A-Za-z_][A-Za-z0-9_.-]*$"},
                            "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
                        },
                    },
                    {"type": "string", "pattern": r"\.(csv|tsv)$"},
                ],
                "examples": ["customers.csv", [{"name": "Ada", "city": "London"}]],
            }
        ),
    ] = None
    """Rows: the case is run once for each. A list of mappings, or the path of a CSV file relative to this one."""
    before: Steps = []
    """Steps in front of the case's own."""
    after: Steps = []
    """Steps at the end, done whatever happened before."""
    session: SessionEntry | None = None
    """A log-in that is done once a run and reused."""
    viewport: Size | None = None
    """Size of the page: `1280x720`, `phone`, `tablet`, `laptop`, `desktop`, or `width` and `height`."""
    locale: LanguageTag | None = None
    """Language that the browser asks for, such as `en-GB`."""
    timezone: Timezone | None = None
    """Time zone of the browser, such as `Europe/Zurich`."""
    permissions: list[Permission] = []
    """What the page may do without asking."""
    storage_state: Sentence | None = None
    """A file with cookies and storage to begin with, relative to this one (Playwright's format)."""
    save_storage_state: Sentence | None = None
    """Where to keep cookies and storage after the case passed, relative to this one."""
    allowed_origins: list[Origin] = []
    """The only origins the browser may reach. Empty means no restriction."""
    retries: Annotated[int, Field(ge=0, le=10)] | None = None
    """How often a case that did not pass is tried again."""
    timeout: Duration | None = None
    """How long each step may take: `10s`, `500ms`, or a number of seconds."""

    @model_validator(mode="before")
    @classmethod
    def _data_rows(cls, value: Any) -> Any:
        if isinstance(value, dict) and value.get("data") == []:
            raise mistake("`data` has no rows, so the case would never run.", "add a row, or delete `data`.")
        return value


class CaseEntry(_CaseKeys):
    """One of several cases of a file."""

    name: Text
    """What the case is about, as reports show it. Unique in the file."""
    steps: Steps
    """What to do and what must be so, in order: one sentence a line."""

    @model_validator(mode="after")
    def _some_steps(self) -> CaseEntry:
        if not self.steps:
            raise mistake("`steps` is empty, so the case would pass without doing anything.", "write a step.")
        return self


class TestFile(_CaseKeys):
    """A test file: one case (`name` and `steps`), or several under `cases` that share what stands beside it."""

    __test__ = False  # keeps pytest from collecting it

    name: Text | None = None
    """What the case is about, as reports show it."""
    steps: Steps = []
    """What to do and what must be so, in order: one sentence a line."""
    cases: list[CaseEntry] = []
    """Several cases of one file."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [{"required": ["name", "steps"]}, {"required": ["cases"]}],
            "examples": [
                {
                    "name": "Buy a lamp",
                    "url": "/products",
                    "tags": ["smoke"],
                    "steps": ['Search for "lamp"', "Open the first result", {"check": "the price is $59.98"}],
                }
            ],
        }
    )

    @model_validator(mode="after")
    def _one_or_several(self) -> TestFile:
        if self.cases and (self.steps or self.name is not None):
            raise mistake("`name` and `steps` stand beside `cases`.", "move them into a case of their own.")
        if not self.cases and (self.name is None or not self.steps):
            missing = [key for key, there in (("name", self.name is not None), ("steps", self.steps)) if not there]
            raise PydanticCustomError("absent", "{missing}", {"missing": " ".join(missing)})
        return self


class StepsFile(_Entry):
    """A file of steps for others to `use`."""

    name: Text | None = None
    """What the steps do together."""
    parameters: Annotated[
        Annotated[Annotated[list[Name], Tag("list")] | Annotated[Texts, Tag("other")], Discriminator(_list_or_other)],
        WithJsonSchema(
            {
                "anyOf": [
                    {"type": "array", "items": {"type": "string"}},
                    {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean", "null"]}},
                ],
                "examples": [["user"], {"user": "ada"}],
            }
        ),
    ] = []
    """What `with` must give: a list of names, or names with default values."""
    secrets: list[Name] = []
    """Names of environment variables that the steps name in braces."""
    steps: Annotated[Steps, Field(min_length=1)]
    """What to do and what must be so, in order."""
