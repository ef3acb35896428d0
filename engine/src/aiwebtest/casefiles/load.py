"""Reads test files into cases, and every problem of all of them at once, before a browser starts."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from aiwebtest.casefiles.discover import find_files, shown
from aiwebtest.casefiles.document import Document, Way, read_document
from aiwebtest.casefiles.expand import Expansion, Library, Source
from aiwebtest.casefiles.names import Names, check_names
from aiwebtest.casefiles.problem import FileProblem, order
from aiwebtest.casefiles.rows import Row, csv_rows, inline_rows
from aiwebtest.casefiles.schema import CaseEntry, TestFile
from aiwebtest.casefiles.validate import validate
from aiwebtest.core.case import Case, Place, Session, Step, StepKind, Viewport
from aiwebtest.core.scope import placeholders

__all__ = ["Loaded", "Reading", "Surroundings", "load_cases"]

Value = TypeVar("Value")

_SCHEMES = ("http://", "https://", "file://", "data:", "about:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What reading a sentence by rules came to. `into` names the variables that the sentence fills."""

    problem: str = ""
    rewordings: tuple[str, ...] = ()
    into: tuple[str, ...] = ()


def _unread(_text: str, _kind: StepKind | None) -> Reading:
    return Reading()


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a file's meaning depends on besides its text: settings, environment, and who reads its sentences.

    `base_url` None means that it is not known yet, so a relative URL is no problem.
    `variables` are defaults that files may set anew; `overrides` beat the files' own.
    `within` is the folder that no file named in a test may lead out of, for tests of other people; None is anywhere.
    `read` is asked how the rules understand a sentence; a sentence they do not is a problem where there is no model.
    """

    base_url: str | None = None
    provider: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    overrides: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    looked_in: tuple[str, ...] = ("the environment",)
    set_by: str = "set it: export {name}=..., or a line {name}=... in .env."  # to give a secret a value
    viewport: Viewport | None = None
    locale: str | None = None
    timezone: str | None = None
    allowed_origins: tuple[str, ...] = ()
    within: Path | None = None
    read: Callable[[str, StepKind | None], Reading] = _unread


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """Cases ready to run, in order of files, and the problems that must be mended first.

    `secrets` holds the values of the secrets that the cases name; `files` are the test files that were found.
    """

    cases: tuple[Case, ...] = ()
    problems: tuple[FileProblem, ...] = ()
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    files: tuple[Path, ...] = ()


def load_cases(paths: Iterable[str | Path], *, around: Surroundings | None = None) -> Loaded:
    """Return the cases of all test files under `paths`, one for each row of data, and every problem found."""
    around = around or Surroundings()
    files, problems = find_files(paths)
    library = Library(around.within)
    loaders = [_FileLoader(file, library, around) for file in files]
    cases = [case for loader in loaders for case in loader.cases()]
    found = [*problems, *library.problems]
    for loader in loaders:
        found += loader.problems
    found += _sessions_that_differ(cases)
    secrets = {name: around.environment[name] for case in cases for name in case.secrets if name in around.environment}
    return Loaded(cases=tuple(cases), problems=order(found), secrets=secrets, files=files)


class _FileLoader:
    """Turns one file into cases."""

    def __init__(self, path: Path, library: Library, around: Surroundings) -> None:
        self._document, self._library, self._around = read_document(path, shown(path), around.within), library, around
        self._more: list[FileProblem] = []

    @property
    def problems(self) -> list[FileProblem]:
        return self._document.problems + self._more

    def cases(self) -> Iterator[Case]:
        """Yield the file's cases; what is wrong is in `problems` afterwards."""
        content = validate(self._document, TestFile)
        if content is None:
            return
        if not content.cases:
            yield from self._rows_of(content, content, ())
            return
        places = [self._document.place(("cases", index, "name")) for index in range(len(content.cases))]
        self._tell_equal_names(zip((case.name for case in content.cases), places, strict=True))
        cases = [
            case
            for index, entry in enumerate(content.cases)
            for case in self._rows_of(content, entry, ("cases", index))
        ]
        self._tell_equal_names((case.title, case.place) for case in cases)
        yield from cases

    def _tell_equal_names(self, named: Iterable[tuple[str, Place]]) -> None:
        first: dict[str, Place] = {}
        for name, place in named:
            if name in first:
                what = f"A case named `{name}` is already in line {first[name].line}."
                self._more.append(FileProblem(place=place, what=what, mend="give each case a name of its own."))
            first.setdefault(name, place)

    def _rows_of(self, content: TestFile, case: TestFile | CaseEntry, way: Way) -> Iterator[Case]:
        """Yield one case a row."""
        draft = _Draft(self._document, self._library, self._around, content, case, way)
        bare = draft.case()
        rows = draft.rows()
        columns = {column for row in rows for column in row.values}
        cases = [draft.with_row(bare, row, columns) for row in rows or (None,)]
        self._more += draft.problems()
        tells_row = columns & set(placeholders(bare.name)) and len({case.name for case in cases}) == len(cases)
        yield from (replace(case, row="") for case in cases) if tells_row else cases


class _Draft:
    """One case on its way: what the file says for all its cases, and what the case says itself."""

    def __init__(
        self, document: Document, library: Library, around: Surroundings,
        content: TestFile, case: TestFile | CaseEntry, way: Way,
    ) -> None:  # fmt: skip
        self._document, self._around, self._content, self._case, self._way = document, around, content, case, way
        self._expansion = Expansion(library)
        self._names: list[FileProblem] = []
        self._sources: list[Source] = []
        self._session_sources: list[Source] = []

    def problems(self) -> list[FileProblem]:
        """Return what was found while the case was made, besides the document's own problems."""
        return self._expansion.problems + self._names

    def case(self) -> Case:
        """Return the case without a row of data."""
        self._sources = list(self._lay_out())
        session = self._session()
        content, case, around = self._content, self._case, self._around
        variables = {**around.variables, **content.variables, **case.variables, **self._expansion.variables}
        viewport = _first(case.viewport, content.viewport, around.viewport)
        origins = [*content.allowed_origins, *(case.allowed_origins if case is not content else ())]
        return Case(
            name=str(case.name), url=self._url(), steps=_numbered(self._sources),
            place=self._document.place((*self._way, "name")), tags=frozenset([*content.tags, *case.tags]),
            provider=_first(case.provider, content.provider),
            check_provider=_first(case.check_provider, content.check_provider),
            variables={**variables, **around.overrides}, secrets=tuple(self._secrets()), session=session,
            storage_state=self._file(case.storage_state or content.storage_state, must_be=True),
            save_storage_state=self._file(case.save_storage_state or content.save_storage_state, must_be=False),
            viewport=viewport, locale=_first(case.locale, content.locale, around.locale),
            timezone=_first(case.timezone, content.timezone, around.timezone),
            permissions=tuple(dict.fromkeys([*content.permissions, *case.permissions])),
            allowed_origins=tuple(dict.fromkeys(origins)) or around.allowed_origins,
            retries=_first(case.retries, content.retries),
            timeout_s=_first(case.timeout, content.timeout),
        )  # fmt: skip

    def rows(self) -> tuple[Row, ...]:
        """Return the rows of data; none means that the case runs once, as it is."""
        owner, way = (self._case, self._way) if self._case.data is not None else (self._content, ())
        if owner.data is None:
            return ()
        if isinstance(owner.data, str):
            return csv_rows(owner.data, self._document, (*way, "data"))
        return inline_rows(owner.data, self._document, (*way, "data"))

    def with_row(self, case: Case, row: Row | None, columns: Collection[str] = ()) -> Case:
        """Return the case with a row's values as variables, its names checked."""
        if row is not None:
            case = replace(case, row=row.label, variables={**case.variables, **row.values})
        names = Names(variables=case.variables, secrets=case.secrets, row=case.row, columns=columns)
        for sources in (self._session_sources, self._sources):
            self._names += check_names(sources, names, self._around.read, has_model=self._has_model(case))
        return replace(case, name=self._filled_name(case, names), url=self._filled_url(case, names))

    def _lay_out(self) -> Iterator[Source]:
        content, case = self._content, self._case
        shared = content is not case
        if shared:
            yield from self._expansion.lay_out(content.before, self._document, ("before",), "before")
        yield from self._expansion.lay_out(case.before, self._document, (*self._way, "before"), "before")
        yield from self._expansion.lay_out(case.steps, self._document, (*self._way, "steps"), "main")
        yield from self._expansion.lay_out(case.after, self._document, (*self._way, "after"), "after")
        if shared:
            yield from self._expansion.lay_out(content.after, self._document, ("after",), "after")

    def _session(self) -> Session | None:
        owner, way = (self._case, self._way) if self._case.session else (self._content, ())
        entry = owner.session
        if entry is None:
            return None
        at = (*way, "session")
        if entry.use is not None:
            sources = self._expansion.use(entry.use, entry.with_, self._document, at, "session")
        else:
            sources = self._expansion.lay_out(entry.steps, self._document, (*at, "steps"), "session")
        self._session_sources = sources
        self._check_url(entry.url, (*at, "url"))
        return Session(name=entry.name, url=entry.url, steps=_numbered(sources), place=self._document.place(at))

    def _secrets(self) -> list[str]:
        """Return the secrets' names, after telling which have no value."""
        places: dict[str, Place] = {}
        owners: list[tuple[TestFile | CaseEntry, Way]] = [(self._content, ())]
        if self._case is not self._content:
            owners.append((self._case, self._way))
        for owner, way in owners:
            for index, name in enumerate(owner.secrets):
                places.setdefault(name, self._document.place((*way, "secrets", index)))
        places = {**self._expansion.secrets, **places}
        for name, place in places.items():
            if not self._around.environment.get(name):
                what = f"The secret `{name}` has no value; looked in {' and '.join(self._around.looked_in)}."
                mend = self._around.set_by.format(name=name)
                self._names.append(FileProblem(place=place, what=what, mend=mend))
        return list(places)

    def _url(self) -> str:
        own = self._case.url is not None
        url, way = (self._case.url, self._way) if own else (self._content.url, ())
        self._check_url(url or "", (*way, "url"))
        return url or ("about:blank" if self._opens_a_page() else "")

    def _check_url(self, url: str, way: Way) -> None:
        """Tell of a URL that leads nowhere without a base URL."""
        if url.startswith((*_SCHEMES, "{")) or (not url and self._opens_a_page()):
            return
        host = re.match(r"(localhost|[\w-]+(\.[\w-]+)+)(:\d+)?(/|$)", url)
        if self._around.base_url == "":
            what = f"The URL `{url}` is relative, and there is no base URL." if url else "There is no URL to begin at."
            mend = (
                f"write http://{url} here."
                if host
                else "give the run a base URL (`--base-url`, or `base_url` in aiwebtest.toml)."
            )
            self._document.tell(way, what, mend)
        elif host and (host[1] == "localhost" or host[3]):
            self._document.tell(way, f"The URL `{url}` has no scheme.", f"write http://{url}.")

    def _opens_a_page(self) -> bool:
        return bool(self._sources) and "://" in self._sources[0].step.text

    def _filled_name(self, case: Case, names: Names) -> str:
        """Return the name with its variables filled in; a secret stays a name."""
        self._tell_unknown(names, case.name, (*self._way, "name"))
        return names.filled(case.name)

    def _filled_url(self, case: Case, names: Names) -> str:
        """Return the URL with its variables filled in."""
        own = self._case.url is not None
        way = (*(self._way if own else ()), "url")
        self._tell_unknown(names, case.url, way)
        for secret in names.secrets_in(case.url):
            place = self._document.place_of_text(way, "{" + secret + "}")
            what = f"`url` names the secret `{secret}`, and URLs are shown in reports."
            self._names.append(FileProblem(place=place, what=what, mend="type the secret in a step."))
        return names.filled(case.url)

    def _tell_unknown(self, names: Names, text: str, way: Way) -> None:
        for unknown in names.unknown(text):
            self._names.append(names.problem(unknown, self._document.place_of_text(way, "{" + unknown + "}")))

    def _file(self, name: str | None, *, must_be: bool) -> str | None:
        if name is None:
            return None
        key = "storage_state" if must_be else "save_storage_state"
        path = self._document.path.parent / name
        way = (*self._way, key) if getattr(self._case, key) else (key,)
        if self._document.leads_out(path, self._document.place(way)):
            return None
        if must_be and not path.is_file():
            what = f"There is no file `{name}`."
            self._document.tell(way, what, "make it with `save_storage_state`, or use `session` to log in once a run.")
        return str(path)

    def _has_model(self, case: Case) -> bool:
        return (case.provider or self._around.provider or "builtin") != "builtin"


def _first(*values: Value | None) -> Value | None:
    """Return the first value that is given, from the case's own to the default."""
    return next((value for value in values if value is not None), None)


def _numbered(sources: Iterable[Source]) -> tuple[Step, ...]:
    return tuple(replace(source.step, index=index) for index, source in enumerate(sources))


def _sessions_that_differ(cases: Iterable[Case]) -> Iterator[FileProblem]:
    """Yield a problem for each session whose name another one with other steps has."""
    first: dict[str, Session] = {}
    for case in cases:
        session = case.session
        if session is None or session.place is None:
            continue
        known = first.setdefault(session.name, session)
        if _meaning(known) != _meaning(session):
            what = f"The session `{session.name}` has other steps than the one at {known.place}."
            yield FileProblem(place=session.place, what=what, mend="give it another name, or `use` one steps file.")


def _meaning(session: Session) -> tuple[object, ...]:
    return (session.url, *((step.text, step.kind) for step in session.steps))
