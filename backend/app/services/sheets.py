"""A test file as sheets of sentences: what the editor shows line by line, and the YAML that comes of a change.

Only sentences, names and addresses are changed; whatever else the file says (data, sessions, comments) stays as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError

from aiwebtest.core.case import StepKind
from aiwebtest.engine.wording import read_intent
from aiwebtest.grounding.rules.checks import describe_claim
from aiwebtest.grounding.rules.sentence import understand
from app.core.errors import Invalid

__all__ = ["Line", "Reading", "Sheet", "dumped", "new_content", "parsed", "read", "reading", "write"]

_KINDS: tuple[StepKind, ...] = ("act", "check", "extract")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One step as a sentence. `origin` is its place among the file's steps, None for a new one.

    A line that is no sentence (`use: shared.steps.yaml`) is `fixed`: it can be moved and taken out, not written.
    """

    text: str
    kind: StepKind | None = None
    origin: int | None = None
    fixed: bool = False
    use: str = ""  # of a new line that brings in shared steps: their file
    more: tuple[str, ...] = ()  # what else the file says of it: "optional", "timeout 20s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One case of a file. `place` is its index among `cases`, None where the file itself is the case."""

    name: str
    url: str
    lines: tuple[Line, ...]
    place: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a sentence is understood. `problem` is "" when it is; `judged` is set when only a model can decide it."""

    kind: str
    parts: tuple[str, ...] = ()
    judged: bool = False
    problem: str = ""
    rewordings: tuple[str, ...] = ()


def reading(text: str, kind: StepKind | None = None) -> Reading:
    """Return how the rules understand a sentence. It takes well under a millisecond; no model and no page are asked."""
    understood = understand(text, kind)
    parts = [read_intent(intent) for intent in understood.intents]
    parts += [describe_claim(claim) for claim in understood.claims]
    semantic = [claim for claim in understood.claims if claim.kind == "semantic"]
    empty = next((claim for claim in semantic if not claim.text.strip()), None)
    if empty is not None and not understood.problem:
        return Reading(kind=understood.kind, problem=empty.reason, rewordings=empty.rewordings)
    return Reading(
        kind=understood.kind, parts=tuple(parts), judged=bool(semantic), problem=understood.problem,
        rewordings=understood.rewordings,
    )  # fmt: skip


def read(content: str) -> tuple[Sheet, ...]:
    """Return the sheets of a file. Raises Invalid when it is not YAML, or no test."""
    top = parsed(content)
    if not isinstance(top.get("cases"), list):
        return (_sheet(top, None),)
    return tuple(_sheet(case, place) for place, case in enumerate(top["cases"]) if isinstance(case, CommentedMap))


def write(content: str, sheets: Sequence[Sheet]) -> str:
    """Return the file with changed sheets; one that is as it was leaves its part of the file untouched.

    Raises Invalid as `read` does.
    """
    if read(content) == tuple(sheets):
        return content
    top = parsed(content)
    for sheet in sheets:
        _apply(top if sheet.place is None else top["cases"][sheet.place], sheet)
    return dumped(top)


def new_content(name: str, url: str, tags: Sequence[str], steps: Sequence[str]) -> str:
    """Return the YAML of a new test."""
    top = CommentedMap()
    top["name"] = name
    if url:
        top["url"] = url
    if tags:
        top["tags"] = CommentedSeq(tags)
        top["tags"].fa.set_flow_style()
    top["steps"] = CommentedSeq(steps)
    return dumped(top)


def dumped(top: CommentedMap) -> str:
    """Return a file's text."""
    out = StringIO()
    _yaml().dump(top, out)
    return out.getvalue()


def _yaml() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes, yaml.width = True, 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def parsed(content: str) -> CommentedMap:
    """Return a file as what can be changed and dumped again. Raises Invalid when it is not YAML, or no test."""
    try:
        top = _yaml().load(content)
    except YAMLError as exc:
        raise Invalid(
            "The file is not YAML, so its sentences cannot be shown.", mend="mend it in the YAML view."
        ) from exc
    if not isinstance(top, CommentedMap):
        raise Invalid("The file is no test: it has no keys.", mend="write `name:` and `steps:` in the YAML view.")
    return top


def _sheet(case: CommentedMap, place: int | None) -> Sheet:
    steps = case.get("steps")
    lines = tuple(_line(step, at) for at, step in enumerate(steps if isinstance(steps, list) else ()))
    return Sheet(name=str(case.get("name") or ""), url=str(case.get("url") or ""), lines=lines, place=place)


def _line(step: Any, origin: int) -> Line:
    if not isinstance(step, dict):
        return Line(text=str(step if step is not None else ""), origin=origin)
    key = next((key for key in ("step", *_KINDS) if key in step), None)
    more = tuple(name if value is True else f"{name} {value}" for name, value in step.items() if name != key)
    if key is None or not isinstance(step[key], str):
        shown = "; ".join(f"{name}: {value}" for name, value in step.items())
        return Line(text=shown, origin=origin, fixed=True)
    kind = next((kind for kind in _KINDS if kind == key), None)
    return Line(text=str(step[key]), kind=kind, origin=origin, more=more)


def _apply(case: CommentedMap, sheet: Sheet) -> None:
    for key, value in (("name", sheet.name), ("url", sheet.url)):
        if value and value != str(case.get(key) or ""):
            case[key] = value
        elif not value and key in case and key == "url":
            del case[key]
    old = case.get("steps")
    steps = old if isinstance(old, CommentedSeq) else CommentedSeq()
    if [_line(step, at) for at, step in enumerate(steps)] == list(sheet.lines):
        return
    made = CommentedSeq()
    for at, line in enumerate(sheet.lines):
        made.append(_step(steps, line))
        if line.origin is not None and line.origin in steps.ca.items:
            made.ca.items[at] = steps.ca.items[line.origin]
    case["steps"] = made


def _step(steps: CommentedSeq, line: Line) -> Any:
    """Return a line as the file says it; what was there keeps its quotes and its further keys."""
    before = steps[line.origin] if line.origin is not None and line.origin < len(steps) else None
    if before is not None and (line.fixed or _line(before, line.origin or 0).text == line.text):
        return before
    if line.use:
        return CommentedMap({"use": line.use})
    if isinstance(before, dict):
        key = line.kind or "step"
        before[key] = line.text
        return before
    return line.text if line.kind is None else CommentedMap({line.kind: line.text})
