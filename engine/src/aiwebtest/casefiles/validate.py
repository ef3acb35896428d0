"""Holds a document against its model and says what does not fit, where, and what would."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from aiwebtest.casefiles import accidents
from aiwebtest.casefiles.document import Document, Way
from aiwebtest.casefiles.schema import SKIPPED, STEP_KEYS, CaseEntry, SessionEntry, StepEntry
from aiwebtest.config.words import nearest

__all__ = ["validate"]

Entry = TypeVar("Entry", bound=BaseModel)

_ALMOST = 80  # of 100: how near a capital or a slip brings a key to one of a step's
_MOST_ROUNDS = 5  # of telling and setting aside in one file
_STEP_LISTS = ("steps", "before", "after")
_NEEDED = frozenset({"name", "steps", "cases", "data", "variables", "secrets", "parameters"})
_WRONG_TYPE = {
    "string_type": "a text",
    "int_type": "a whole number",
    "bool_type": "`true` or `false`",
    "list_type": "a list",
    "dict_type": "a mapping of names and values",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}


def validate(document: Document, model: type[Entry]) -> Entry | None:
    """Return the document as `model`, or None when that cannot be; its problems are added to the document's own.

    With problems told, what is returned holds the rest of the file, to look for further problems and not to be run.
    """
    if document.value is None:
        return None
    if not isinstance(document.value, dict):
        document.tell(
            (),
            f"The file holds {_kind(document.value)}, not keys and values.",
            "begin with `name: ...`, or with `cases:` in front of a list of cases.",
        )
        return None
    for way in _lists_of_steps(document.value):
        _mend_steps(document, way)
    telling = _Telling(document, model)
    for _ in range(_MOST_ROUNDS):
        try:
            return model.model_validate(document.value, by_alias=True)
        except ValidationError as exc:
            errors = exc.errors(include_url=False)
        for error in sorted(errors, key=lambda error: error["type"] != "extra_forbidden"):
            telling.tell(error)
        if not all(_set_aside(document.value, _walk(document.value, error["loc"])[0]) for error in errors):
            return None
    return None


def _set_aside(value: Any, way: Way) -> bool:
    """Take what was told of out of the file, so that the rest can be looked at; tell whether that makes sense.

    A step gives way to `SKIPPED`. Without its name, steps or variables a file would only give rise to false problems.
    """
    if not way:
        return False
    key, *inside = way
    if key == "cases" and len(inside) > 1:
        return _set_aside(value[key][inside[0]], tuple(inside[1:]))
    if key in _STEP_LISTS and inside:
        value[key][inside[0]] = SKIPPED
        return True
    if key in _NEEDED:
        return False
    value.pop(key, None)
    return True


class _Telling:
    """Tells a validation's errors in our words, each at the place of the very key or value."""

    def __init__(self, document: Document, model: type[BaseModel]) -> None:
        self._document, self._model = document, model
        self._suggested: set[Way] = set()  # ways that a mistyped key was likely meant to be: not missing besides

    def tell(self, error: ErrorDetails) -> None:
        """Add one error to the document's problems."""
        way, missing = _walk(self._document.value, error["loc"])
        kind, context = error["type"], error.get("ctx", {})
        if kind == "extra_forbidden":
            self._unknown_key(way, str(error["loc"][-1]))
        elif kind == "mistake":
            at_key = error["loc"][-1:] == ("[key]",)
            self._document.tell(way, str(context["what"]), str(context.get("mend", "")), key=at_key)
        elif kind == "missing":
            if (*way, missing) not in self._suggested:
                self._document.tell(way, f"`{missing}` is missing.", f"add `{missing}:`.")
        elif kind == "absent":
            self._absent(way, str(context["missing"]).split())
        elif kind in _WRONG_TYPE:
            _tell_type(self._document, way, error["input"], _WRONG_TYPE[kind])
        else:
            self._document.tell(way, f"{_subject(way)} does not fit: {error['msg'].lower()}.")

    def _unknown_key(self, way: Way, key: str) -> None:
        known = _keys_of(way[:-1], self._model)
        near = nearest(key, known)
        if near:
            self._suggested.add((*way[:-1], near))
        mend = f"did you mean `{near}`?" if near else f"the keys are {_ticked(known)}."
        self._document.tell(way, f"Unknown key `{key}`.", mend, key=True)

    def _absent(self, way: Way, keys: list[str]) -> None:
        missing = [f"`{key}`" for key in keys if (*way, key) not in self._suggested]
        if missing and not self._suggested & {(*way, "cases")}:
            mend = "write `name:` and `steps:`, or several cases under `cases:`."
            self._document.tell(way, f"The file has no {' and no '.join(missing)}.", mend)


def _tell_type(document: Document, way: Way, found: Any, wanted: str) -> None:
    what = f"{_subject(way)} is {_kind(found)}, not {wanted}."
    if wanted == "a list" and isinstance(found, str):
        mend = f"write [{found}], or one line each with a dash."
    elif wanted == "a text" and isinstance(found, bool | int | float):
        mend = f'put it in quotes: "{str(found).lower() if isinstance(found, bool) else found}".'
    elif wanted == "a text" and found is None:
        mend = "write a text, or delete the line."
    else:
        mend = ""
    document.tell(way, what, mend)


def _walk(value: Any, loc: tuple[int | str, ...]) -> tuple[Way, str]:
    """Return the way in the document that a location of the validation means, and the key missing at its end.

    A location holds the tags of unions beside keys and indices: what the value does not have is passed over.
    """
    way: Way = ()
    missing = ""
    for step in loc:
        listed = isinstance(value, list) and isinstance(step, int) and step < len(value)
        if not listed and not (isinstance(value, dict) and step in value):
            missing = str(step)
            continue
        value = value[step]
        way = (*way, step)
    return way, missing


def _keys_of(way: Way, model: type[BaseModel]) -> list[str]:
    """Return the keys that may stand in the mapping at `way`."""
    names = [str(part) for part in way if isinstance(part, str)]
    inside: type[BaseModel] = model
    if names and names[-1] in _STEP_LISTS:
        inside = StepEntry
    elif names and names[-1] == "session":
        inside = SessionEntry
    elif names and names[-1] == "cases":
        inside = CaseEntry
    return [field.alias or name for name, field in inside.model_fields.items()]


def _lists_of_steps(value: dict[str, Any]) -> Iterator[Way]:
    """Yield the way to every list of steps in a file."""
    for key in _STEP_LISTS:
        if isinstance(value.get(key), list):
            yield (key,)
    session = value.get("session")
    if isinstance(session, dict) and isinstance(session.get("steps"), list):
        yield ("session", "steps")
    cases = value.get("cases")
    for index, case in enumerate(cases if isinstance(cases, list) else []):
        if isinstance(case, dict):
            yield from (("cases", index, *way) for way in _lists_of_steps(case))


def _mend_steps(document: Document, way: Way) -> None:
    """Tell of steps that YAML read as something else, and put the sentence that was meant in their place."""
    steps: Any = document.value
    for part in way:
        steps = steps[part]
    for index, step in enumerate(steps):
        at = (*way, index)
        if step is None:
            document.tell(at, "The step is empty.", "write a sentence, or delete the line.")
            steps[index] = SKIPPED
        elif isinstance(step, bool | int | float | list):
            meant = _source(document, at)
            document.tell(
                at, f"The step is read as {_kind(step)}, not as a sentence.", f"write {accidents.quoted(meant)}"
            )
            steps[index] = meant or SKIPPED
        elif isinstance(step, dict) and not any(_is_step_key(key) for key in step):
            meant = _source(document, at)
            why = "of the braces" if meant.startswith("{") else "of the colon and space"
            document.tell(
                at,
                f"The step is read as a mapping, not as a sentence, because {why}.",
                f"write {accidents.quoted(meant)}, or use one of `act:`, `check:`, `extract:` and `use:`.",
            )
            steps[index] = meant or SKIPPED


def _is_step_key(key: str) -> bool:
    return nearest(key, STEP_KEYS, at_least=_ALMOST) is not None


def _source(document: Document, way: Way) -> str:
    """Return the rest of the line where the value at `way` begins, as it stands in the file."""
    place = document.place(way)
    line = document.lines[place.line - 1] if place.line <= len(document.lines) else ""
    return line[place.column - 1 :].strip()


def _subject(way: Way) -> str:
    keys = [part for part in way if isinstance(part, str)]
    if not way:
        return "The file"
    if isinstance(way[-1], int):
        return f"Item {way[-1] + 1} of `{keys[-1]}`" if keys else f"Item {way[-1] + 1}"
    return f"`{way[-1]}`"


def _kind(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return f"a number ({value})"
    if isinstance(value, str):
        return "a text"
    return "a list" if isinstance(value, list) else "a mapping"


def _ticked(words: list[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)
