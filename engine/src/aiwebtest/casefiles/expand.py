"""Lays out a case's steps in one list: those of its own and those that `use` brings in from other files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from aiwebtest.casefiles.discover import shown
from aiwebtest.casefiles.document import Document, Way, read_document
from aiwebtest.casefiles.problem import FileProblem
from aiwebtest.casefiles.schema import SKIPPED, CaseEntry, StepEntry, StepsFile, TestFile
from aiwebtest.casefiles.validate import validate
from aiwebtest.config.words import did_you_mean
from aiwebtest.core.case import Place, Step
from aiwebtest.core.scope import PLACEHOLDER, placeholders

__all__ = ["Expansion", "Library", "Source"]

Phase = Literal["session", "before", "main", "after"]

_STEPS_ENDINGS = (".steps.yaml", ".steps.yml")


@dataclass(frozen=True, slots=True)
class Source:
    """A step, and where its text stands."""

    step: Step
    document: Document
    way: Way


@dataclass(frozen=True, slots=True)
class Shared:
    """What another file offers to `use`. A parameter without a default must be given."""

    document: Document
    way: Way
    steps: Sequence[str | StepEntry]
    parameters: Mapping[str, str | None]
    secrets: tuple[tuple[str, Way], ...]


class Library:
    """Files that others use, each read once."""

    def __init__(self, within: Path | None = None) -> None:
        self._within = within
        self._documents: dict[Path, tuple[Document, StepsFile | TestFile | None]] = {}

    @property
    def problems(self) -> list[FileProblem]:
        """Return the problems of all files read so far."""
        return [problem for document, _ in self._documents.values() for problem in document.problems]

    def open(self, path: Path) -> tuple[Document, StepsFile | TestFile | None]:
        """Return a file's document and what it holds; None when it has problems."""
        if path not in self._documents:
            document = read_document(path, shown(path), self._within)
            steps_only = path.name.endswith(_STEPS_ENDINGS)
            content = validate(document, StepsFile) if steps_only else validate(document, TestFile)
            self._documents[path] = (document, content)
        return self._documents[path]


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where in the chain of uses we are. `parameters` says what stands for each parameter's placeholder."""

    parameters: Mapping[str, str] = field(default_factory=dict)
    via: Place | None = None
    chain: tuple[str, ...] = ()


class Expansion:
    """Collects one case's steps. `variables` are the parameters' values, `secrets` the names that used files add."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self.problems: list[FileProblem] = []
        self.variables: dict[str, str] = {}
        self.secrets: dict[str, Place] = {}

    def lay_out(self, steps: Sequence[str | StepEntry], document: Document, way: Way, phase: Phase) -> list[Source]:
        """Return the steps in order, each with its place; `way` leads to their list in the document."""
        frame = _Frame(chain=(str(document.path),))
        return [self._in_phase(source, phase) for source in self._steps(steps, document, way, frame)]

    def use(
        self, reference: str, values: Mapping[str, str] | None, document: Document, way: Way, phase: Phase
    ) -> list[Source]:
        """Return the steps of the file that the `use` at `way` names, as a session may instead of steps."""
        frame = _Frame(chain=(str(document.path),))
        sources = self._used(reference, dict(values or {}), document, way, frame)
        return [self._in_phase(source, phase) for source in sources]

    @staticmethod
    def _in_phase(source: Source, phase: Phase) -> Source:
        return replace(source, step=replace(source.step, phase=phase))

    def _steps(self, steps: Sequence[str | StepEntry], document: Document, way: Way, frame: _Frame) -> Iterator[Source]:
        for index, entry in enumerate(steps):
            at = (*way, index)
            if entry == SKIPPED:
                continue
            if isinstance(entry, str):
                step = Step(index=0, text=_filled(entry, frame), place=document.place(at, via=frame.via))
                yield Source(step, document, at)
            elif entry.use is not None:
                yield from self._used(entry.use, entry.with_ or {}, document, at, frame)
            else:
                yield self._with_options(entry, document, at, frame)

    def _with_options(self, entry: StepEntry, document: Document, at: Way, frame: _Frame) -> Source:
        kind = entry.kind
        assert kind != "use"
        step = Step(
            index=0, text=_filled(entry.text, frame), kind=kind, timeout_s=entry.timeout, optional=entry.optional,
            provider=entry.provider, consensus=tuple(entry.consensus), into=entry.into,
            place=document.place((*at, kind), via=frame.via),
        )  # fmt: skip
        return Source(step, document, (*at, kind))

    def _used(
        self, reference: str, values: Mapping[str, str], document: Document, at: Way, frame: _Frame
    ) -> Iterator[Source]:
        here = document.place((*at, "use"), via=frame.via)
        shared = self._find(reference, document, here, frame)
        if shared is None:
            return
        parameters = self._bind(shared, reference, values, document, at, frame)
        for name, way in shared.secrets:
            self.secrets.setdefault(name, shared.document.place(way, via=here))
        inner = _Frame(parameters=parameters, via=here, chain=(*frame.chain, _key(shared.document.path, reference)))
        yield from self._steps(shared.steps, shared.document, shared.way, inner)

    def _find(self, reference: str, document: Document, here: Place, frame: _Frame) -> Shared | None:
        """Return what the reference names, or None after telling why not."""
        name, _, wanted = reference.partition("#")
        path = (document.path.parent / name).resolve()
        if document.leads_out(path, here):
            return None
        if not path.is_file():
            self._tell(here, f"There is no file `{name}`.", _nearby(path))
            return None
        if _key(path, reference) in frame.chain:
            files = [*frame.chain[frame.chain.index(_key(path, reference)) :], _key(path, reference)]
            circle = " -> ".join(shown(Path(file.partition("#")[0])) for file in files)
            self._tell(here, f"This `use` comes back to itself: {circle}.", "take the steps in common to a third file.")
            return None
        used, content = self._library.open(path)
        if isinstance(content, StepsFile):
            return _of_steps_file(used, content)
        if content is None:
            return None
        return self._of_test_file(used, content, wanted, here)

    def _of_test_file(self, used: Document, content: TestFile, wanted: str, here: Place) -> Shared | None:
        if not content.cases:
            return _of_case(used, content, content, ())
        names = [case.name for case in content.cases]
        if wanted not in names:
            what = f"`{used.path.name}` has no case `{wanted}`." if wanted else f"`{used.path.name}` has several cases."
            self._tell(here, what, f"name one behind `#`: {did_you_mean(wanted, names)}")
            return None
        index = names.index(wanted)
        return _of_case(used, content, content.cases[index], ("cases", index))

    def _bind(
        self, shared: Shared, reference: str, values: Mapping[str, str], document: Document, at: Way, frame: _Frame
    ) -> dict[str, str]:
        """Return what stands for each parameter: a variable of its own, or a placeholder or text that was passed on."""
        for name in values:
            if name not in shared.parameters:
                hint = did_you_mean(name, shared.parameters) or "it takes none."
                place = document.place((*at, "with", name), key=True, via=frame.via)
                self._tell(place, f"`{reference}` has no parameter `{name}`.", hint)
        given = {name: _filled(value, frame) for name, value in values.items() if name in shared.parameters}
        missing = [name for name, default in shared.parameters.items() if default is None and name not in given]
        if missing:
            words = " and ".join(f"`{name}`" for name in missing)
            mend = f"add `with: {{{', '.join(f'{name}: ...' for name in missing)}}}`."
            self._tell(document.place((*at, "use"), via=frame.via), f"`{reference}` needs {words}.", mend)
        bound = {name: default or "" for name, default in shared.parameters.items()} | given
        return self._variables_for(shared.document.path, bound)

    def _variables_for(self, path: Path, values: Mapping[str, str]) -> dict[str, str]:
        """Return a placeholder for each value: `{file.name}` as a variable of the case, so that it stays one value.

        A value that holds placeholders itself (a secret, a column) is passed on as text: it is filled in later.
        """
        prefix = self._prefix(path, values)
        standing = {}
        for name, value in values.items():
            if placeholders(value):
                standing[name] = value
            else:
                self.variables[f"{prefix}.{name}"] = value
                standing[name] = "{" + f"{prefix}.{name}" + "}"
        return standing

    def _prefix(self, path: Path, values: Mapping[str, str]) -> str:
        stem = re.sub(r"[^A-Za-z0-9_-]+", "_", path.name.split(".")[0])
        stem = stem if re.match(r"[A-Za-z_]", stem) else f"_{stem}"
        for number in range(1, len(self.variables) + 2):
            prefix = stem if number == 1 else f"{stem}-{number}"
            if all(self.variables.get(f"{prefix}.{name}", value) == value for name, value in values.items()):
                return prefix
        return stem

    def _tell(self, place: Place, what: str, mend: str) -> None:
        self.problems.append(FileProblem(place=place, what=what, mend=mend))


def _filled(text: str, frame: _Frame) -> str:
    return PLACEHOLDER.sub(lambda match: frame.parameters.get(match[1], match[0]), text)


def _key(path: Path, reference: str) -> str:
    fragment = reference.partition("#")[2]
    return f"{path}#{fragment}" if fragment else str(path)


def _of_steps_file(document: Document, content: StepsFile) -> Shared:
    given = content.parameters
    parameters: dict[str, str | None] = (
        {name: value or None for name, value in given.items()} if isinstance(given, dict) else dict.fromkeys(given)
    )
    secrets = tuple((name, ("secrets", index)) for index, name in enumerate(content.secrets))
    return Shared(document, ("steps",), content.steps, parameters, secrets)


def _of_case(document: Document, content: TestFile, case: TestFile | CaseEntry, way: Way) -> Shared:
    """Return a test's own steps. Its variables are parameters with defaults, its columns parameters without."""
    columns: set[str] = set()
    for rows in (content.data, case.data):
        if isinstance(rows, list):
            columns |= {name for row in rows for name in row}
    parameters: dict[str, str | None] = dict.fromkeys(sorted(columns))
    parameters |= {**content.variables, **case.variables}
    secrets: list[tuple[str, Way]] = [(name, ("secrets", index)) for index, name in enumerate(content.secrets)]
    if case is not content:
        secrets += [(name, (*way, "secrets", index)) for index, name in enumerate(case.secrets)]
    return Shared(document, (*way, "steps"), case.steps, parameters, tuple(secrets))


def _nearby(path: Path) -> str:
    """Return a hint towards a file of a like name, or where the path leads."""
    if path.parent.is_dir():
        names = [file.name for file in path.parent.iterdir() if file.name.endswith((".yaml", ".yml"))]
        hint = did_you_mean(path.name, names) if names else ""
        if hint.startswith("did you mean"):
            return hint
    return f"put it at {shown(path)}; paths are relative to this file."
