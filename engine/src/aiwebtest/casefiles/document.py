"""A YAML file as plain values that remember where each of them stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from aiwebtest.casefiles import accidents
from aiwebtest.casefiles.problem import FileProblem
from aiwebtest.core.case import Place

__all__ = ["Document", "Way", "read_document"]

Way = tuple[str | int, ...]
"""The way to a value: keys and indices from the top of the file."""

_MOST_REPAIRS = 50  # lines of one file that are quoted on the user's behalf, only to go on looking for problems
_DEEPEST = 30
_TEXTS = frozenset({"variables", "data", "with", "parameters", "name", "tags"})
"""Keys under which every plain scalar is text as written: `zip: 01234` stays "01234"."""


@dataclass
class Document:
    """One file, read. `value` holds dicts, lists, strings, numbers, booleans and None."""

    path: Path
    shown: str  # the path as reports show it
    within: Path | None = None  # the folder that nothing it names may lead out of; None is no restriction
    value: Any = None
    problems: list[FileProblem] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    key_marks: dict[Way, tuple[int, int]] = field(default_factory=dict)
    value_marks: dict[Way, tuple[int, int]] = field(default_factory=dict)

    def place(self, path: Way = (), *, key: bool = False, via: Place | None = None) -> Place:
        """Return where the value at `path` stands, its key, or the nearest thing above it that is there."""
        marks = self.key_marks if key else self.value_marks
        while path and path not in marks:
            path, marks = path[:-1], self.value_marks
        line, column = marks.get(path, (0, 0))
        return Place(path=self.shown, line=line + 1, column=column + 1, via=via)

    def place_of_text(self, path: Way, text: str, *, via: Place | None = None) -> Place:
        """Return where `text` stands inside the scalar at `path`; the scalar's start if it cannot be told."""
        start = self.place(path, via=via)
        column = start.column - 1
        for number in range(start.line - 1, len(self.lines)):
            found = self.lines[number].find(text, column)
            if found >= 0:
                return Place(path=self.shown, line=number + 1, column=found + 1, via=via)
            column = 0
        return start

    def leads_out(self, target: Path, place: Place) -> bool:
        """Tell whether a file that this one names lies outside of the folder that it may name files in; note that."""
        if self.within is None or target.resolve().is_relative_to(self.within.resolve()):
            return False
        what = "The path leads out of the folder that the tests are in."
        self.problems.append(FileProblem(place=place, what=what, mend="put the file beside the test."))
        return True

    def tell(self, path: Way, what: str, mend: str = "", *, key: bool = False, via: Place | None = None) -> None:
        """Note a problem of the value (or the key) at `path`."""
        self.problems.append(FileProblem(place=self.place(path, key=key, via=via), what=what, mend=mend))


def read_document(path: Path, shown: str, within: Path | None = None) -> Document:
    """Read a file. Whatever is wrong with it as YAML is in the document's problems; `value` is then None or partial."""
    document = Document(path=path, shown=shown, within=within)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as exc:
        document.tell((), f"The file cannot be read: {exc.strerror}.")
        return document
    except UnicodeDecodeError as exc:
        document.tell((), f"The file is not UTF-8 (byte {exc.start}).", "save it as UTF-8.")
        return document
    document.lines = text.split("\n")
    node = _compose(document)
    if node is not None:
        document.value = _Builder(document).build(node, (), texts=False)
    elif not document.problems:
        document.tell((), "The file is empty.", "write at least `name:` and `steps:`.")
    return document


def _compose(document: Document) -> Node | None:
    """Return the node graph. A line that YAML cannot read is noted, quoted in memory, and reading goes on."""
    yaml = YAML(typ="rt", pure=True)
    repaired: set[int] = set()
    for _ in range(_MOST_REPAIRS):
        try:
            node: Node | None = yaml.compose("\n".join(document.lines))
        except MarkedYAMLError as exc:
            finding = accidents.explain(exc, document.lines)
            where = Place(path=document.shown, line=finding.line + 1, column=finding.column + 1)
            document.problems.append(FileProblem(place=where, what=finding.what, mend=finding.mend))
            if finding.repaired is None or finding.line in repaired:
                return None
            repaired.add(finding.line)
            document.lines[finding.line] = finding.repaired
        except YAMLError as exc:
            document.tell((), f"The file is not YAML: {exc}.")
            return None
        else:
            return node
    return None


class _Builder:
    """Turns nodes into values and notes their places, duplicate keys, tags and cycles."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._open: list[Node] = []

    def build(self, node: Node, path: Way, *, texts: bool) -> Any:
        self._document.value_marks[path] = (node.start_mark.line, node.start_mark.column)
        if any(node is above for above in self._open) or len(path) > _DEEPEST:
            self._document.tell(path, "This value contains itself, or is nested too deeply.")
            return None
        if isinstance(node, ScalarNode):
            return self._scalar(node, path, texts=texts)
        self._open.append(node)
        try:
            if isinstance(node, MappingNode):
                return self._mapping(node, path, texts)
            assert isinstance(node, SequenceNode)
            return self._list(node, path, texts)
        finally:
            self._open.pop()

    def _list(self, node: SequenceNode, path: Way, texts: bool) -> list[Any]:
        return [self.build(item, (*path, index), texts=texts) for index, item in enumerate(node.value)]

    def _mapping(self, node: MappingNode, path: Way, texts: bool) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                line, column = key_node.start_mark.line, key_node.start_mark.column
                place = Place(path=self._document.shown, line=line + 1, column=column + 1)
                self._document.problems.append(
                    FileProblem(
                        place=place,
                        what="A list or mapping stands where a key belongs.",
                        mend="put the text in quotes.",
                    )
                )
                continue
            key, at = str(key_node.value), (*path, str(key_node.value))
            mark = (key_node.start_mark.line, key_node.start_mark.column)
            if key in values:
                first = self._document.key_marks[at][0] + 1
                self._document.key_marks[at] = mark
                self._document.tell(at, f"The key `{key}` stands here a second time (first in line {first}).", key=True)
                continue
            self._document.key_marks[at] = mark
            values[key] = self.build(value_node, at, texts=texts or key in _TEXTS)
        return values

    def _scalar(self, node: ScalarNode, path: Way, *, texts: bool) -> Any:
        raw = str(node.value)
        kind = str(node.tag).rsplit(":", 1)[-1]
        if not str(node.tag).startswith("tag:yaml.org,2002:"):
            self._document.tell(path, f"`{node.tag}` is read as a YAML tag.", "put the text in quotes.")
            return raw
        if kind == "null":
            return "" if texts else None
        if texts or kind not in _READERS:
            self._check_hash(node)
            return raw
        return _READERS[kind](raw)

    def _check_hash(self, node: ScalarNode) -> None:
        """Tell of a `#` that made the end of a plain text a comment, where it was likely meant as text."""
        if node.style is not None:
            return
        line, column = node.end_mark.line, node.end_mark.column
        cut = accidents.cut_by_hash(self._document.lines[line], column) if line < len(self._document.lines) else None
        if cut:
            place = Place(path=self._document.shown, line=line + 1, column=column + 2)
            meant = accidents.quoted(f"{node.value} {cut}")
            self._document.problems.append(
                FileProblem(
                    place=place,
                    what=f"YAML takes everything behind `#` as a comment, so `{cut}` is lost.",
                    mend=f"write {meant}, or put a space behind the # if it is a comment.",
                )
            )


def _integer(raw: str) -> int:
    digits = raw.replace("_", "")
    try:
        return int(digits)
    except ValueError:
        return int(digits, 0)


def _decimal(raw: str) -> float:
    return float(raw.replace("_", "").replace(".inf", "inf").replace(".nan", "nan"))


_READERS: Mapping[str, Any] = {"int": _integer, "float": _decimal, "bool": lambda raw: raw.casefold() == "true"}
