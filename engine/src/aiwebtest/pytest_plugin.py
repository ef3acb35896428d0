"""Collects `*.test.yaml` files, each case (and each row of its data) a pytest item.

Items run through the same engine as `aiwebtest run`, in a browser of their own on a thread and event loop of their
own: pytest's thread may hold a running loop or Playwright's synchronous API, and neither may be touched from here.
What an item needs is imported when there is one, so that other projects' pytest does not get slower.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from aiwebtest.casefiles import Loaded
    from aiwebtest.config import Project
    from aiwebtest.core.case import Case
    from aiwebtest.engine.background import BackgroundRuns

__all__ = ["CaseFile", "CaseItem"]

_ENDINGS = (".test.yaml", ".test.yml")
_RUNS = pytest.StashKey["BackgroundRuns"]()
_REPORT = pytest.StashKey[Path]()
_OPTIONS: dict[str, dict[str, Any]] = {
    "base-url": {"metavar": "URL", "help": "what relative URLs of web tests are relative to"},
    "headed": {"action": "store_const", "const": True, "help": "show the browser's window"},
    "slow": {"metavar": "MS", "type": float, "help": "pause in front of each action"},
    "timeout": {"metavar": "TIME", "help": "how long a step may take: 10s, 500ms"},
    "retries": {"metavar": "N", "type": int, "help": "tries more for a case that did not pass"},
    "frozen": {"action": "store_const", "const": True, "help": "replay only: no model, no new grounding"},
    "fail-on-heal": {"action": "store_const", "const": True, "help": "a healed step does not pass"},
    "strict-effects": {"action": "store_const", "const": True, "help": "an action without any effect fails"},
    "trace": {"metavar": "WHEN", "help": "Playwright's trace: on, off, on-failure"},
    "screenshots": {"metavar": "WHEN", "help": "pictures of steps: on, off, on-failure"},
    "report-dir": {"metavar": "DIR", "type": Path, "help": "folder of the HTML report and the pictures"},
}


class CaseFailed(AssertionError):
    """The application is not as the case says."""


class CaseUndecided(Exception):
    """The case could not be judged."""


class FileUnusable(Exception):
    """A test file has problems."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options; each is a setting of the project's configuration as well."""
    group = parser.getgroup("aiwebtest", "web tests in plain sentences (*.test.yaml)")
    for name, option in _OPTIONS.items():
        group.addoption(f"--aiwebtest-{name}", dest=f"aiwebtest_{name.replace('-', '_')}", default=None, **option)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker that all web tests carry."""
    config.addinivalue_line("markers", "aiwebtest: a web test in plain sentences, from a *.test.yaml file")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CaseFile | None:
    """Collect test files."""
    if not file_path.name.endswith(_ENDINGS):
        return None
    return CaseFile.from_parent(parent, path=file_path)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Close the browser and write the report."""
    runs = session.config.stash.get(_RUNS, None)
    if runs is not None:
        runs.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say where the report is."""
    report = config.stash.get(_REPORT, None)
    if report is not None and report.is_file():
        terminalreporter.write_line(f"Report of the web tests: {report}")


class CaseFile(pytest.File):
    """A test file."""

    def collect(self) -> Iterator[CaseItem]:
        """Yield the file's cases."""
        from aiwebtest.casefiles import listing
        from aiwebtest.core.errors import AiWebTestError
        from aiwebtest.engine.collect import collect

        try:
            project = _project(self.config)
            loaded = collect(project, [self.path])
        except AiWebTestError as exc:
            raise FileUnusable(str(exc)) from exc
        if loaded.problems:
            raise FileUnusable(listing(loaded.problems))
        for case in loaded.cases:
            title = f"{case.name}[{case.row}]" if case.row else case.name
            yield CaseItem.from_parent(self, name=title, case=case, loaded=loaded, project=project)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show a file's problems without a traceback."""
        if isinstance(excinfo.value, FileUnusable):
            return str(excinfo.value)
        return super().repr_failure(excinfo)


class CaseItem(pytest.Item):
    """One case, or one row of its data."""

    def __init__(self, *, case: Case, loaded: Loaded, project: Project, **more: Any) -> None:
        super().__init__(**more)
        self.case, self._loaded, self._project = case, loaded, project
        self.add_marker("aiwebtest")
        for tag in sorted(case.tags):
            self.extra_keyword_matches.add(tag)
            if tag.isidentifier():
                self.config.addinivalue_line("markers", f"{tag}: tag of web tests")
                self.add_marker(tag)

    def runtest(self) -> None:
        """Run the case in the session's browser; raise what pytest takes for its outcome, with the whole story."""
        from aiwebtest.reporting.record import Record
        from aiwebtest.reporting.story import story
        from aiwebtest.reporting.words import clean

        folder = _report_folder(self.config, self._project)
        record = Record()
        for event in self._runs(folder).run(self.case, self._loaded.secrets):
            record.on_event(event)
        [report] = record.report().cases
        text = clean("\n".join(story(report, report.last, folder=folder)))
        if report.outcome == "skipped":
            pytest.skip(text or "skipped")
        if report.outcome != "passed":
            raise CaseFailed(text) if report.outcome == "failed" else CaseUndecided(text)

    def _runs(self, folder: Path) -> BackgroundRuns:
        """Return the session's browser, started with its first case."""
        stash = self.config.stash
        if _RUNS not in stash:
            from aiwebtest.engine.background import BackgroundRuns
            from aiwebtest.reporting import open_report

            project = replace(self._project, config=self._project.config.model_copy(update={"report_dir": folder}))
            stash[_REPORT] = folder / "index.html"
            page = open_report("html", stash[_REPORT], artifacts=folder)
            stash[_RUNS] = BackgroundRuns(project, [page])
        return stash[_RUNS]

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show why a case did not pass, without a traceback."""
        from aiwebtest.core.errors import AiWebTestError

        if isinstance(excinfo.value, CaseFailed | CaseUndecided | AiWebTestError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the case stands."""
        return self.path, self.case.place.line - 1, self.name


def _project(config: pytest.Config) -> Project:
    """Return the project around pytest's root folder, with the command line's settings on top."""
    from aiwebtest.config import load_project

    given = {name.replace("-", "_"): config.getoption(f"aiwebtest_{name.replace('-', '_')}") for name in _OPTIONS}
    return load_project(start=config.rootpath, overrides=given)


def _report_folder(config: pytest.Config, project: Project) -> Path:
    """Return the report's folder; workers of pytest-xdist have one each below it."""
    worker = getattr(config, "workerinput", {}).get("workerid", "")
    folder = project.config.report_dir
    return folder / worker if worker else folder
