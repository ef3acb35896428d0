"""JUnit XML, in the form that Jenkins, GitLab, GitHub actions, Azure and CircleCI read."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from aiwebtest.core.events import Event
from aiwebtest.reporting.document import Report, ReportCase, ReportTry
from aiwebtest.reporting.record import Record
from aiwebtest.reporting.story import story
from aiwebtest.reporting.words import clean, duration, place

__all__ = ["JUnitReport"]


class JUnitReport:
    """Writes one `testsuite` a file and one `testcase` a case; a try that was retried is told in `system-err`."""

    def __init__(self, path: Path, *, artifacts: Path | None = None) -> None:
        self.path = path
        self._artifacts = artifacts or path.parent
        self._record = Record()

    def on_event(self, event: Event) -> None:
        """Take one event."""
        self._record.on_event(event)

    def close(self) -> None:
        """Write the file."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        tree = ElementTree(_suites(self._record.report(), self._artifacts))
        indent(tree)
        tree.write(self.path, encoding="utf-8", xml_declaration=True)


def _suites(report: Report, artifacts: Path) -> Element:
    root = Element("testsuites", {"name": "aiwebtest", "time": _time(report.duration_s)} | _counts(report.cases))
    for path, group in groupby(report.cases, key=lambda case: case.place.path):
        root.append(_suite(path, list(group), report, artifacts))
    return root


def _suite(path: str, cases: list[ReportCase], report: Report, artifacts: Path) -> Element:
    suite = Element(
        "testsuite", {"name": clean(path), "time": _time(sum(c.duration_s for c in cases))} | _counts(cases)
    )
    if report.started_at:
        suite.set("timestamp", report.started_at.replace(tzinfo=None, microsecond=0).isoformat())
    properties = SubElement(suite, "properties")
    known = {"base_url": report.base_url, "provider": report.provider, "browser": report.browser}
    for name, value in known.items():
        if value:
            SubElement(properties, "property", name=name, value=clean(value))
    for case in cases:
        suite.append(_case(case, artifacts))
    return suite


def _counts(cases: Iterable[ReportCase]) -> dict[str, str]:
    outcomes = [case.outcome for case in cases]
    return {
        "tests": str(len(outcomes)),
        "failures": str(outcomes.count("failed")),
        "errors": str(sum(outcome in ("error", None) for outcome in outcomes)),
        "skipped": str(outcomes.count("skipped")),
    }


def _case(case: ReportCase, artifacts: Path) -> Element:
    suite_name = case.place.path.removesuffix(".yaml").removesuffix(".yml").removesuffix(".test").replace("/", ".")
    element = Element(
        "testcase", name=clean(case.title), classname=clean(suite_name), time=_time(case.duration_s),
        file=clean(case.place.path), line=str(case.place.line),
    )  # fmt: skip
    properties = {"tag": case.tags, "flaky": ["true"] * case.flaky, "healed": [str(case.healed)] * bool(case.healed)}
    if any(properties.values()):
        parent = SubElement(element, "properties")
        for name, values in properties.items():
            for value in values:
                SubElement(parent, "property", name=name, value=clean(value))
    _outcome(element, case, artifacts)
    SubElement(element, "system-out").text = clean(_log(case.last, artifacts))
    if len(case.tries) > 1:
        earlier = "\n\n".join("\n".join(story(case, attempt, folder=artifacts)) for attempt in case.tries[:-1])
        SubElement(element, "system-err").text = clean(f"Earlier tries:\n{earlier}")
    return element


def _outcome(element: Element, case: ReportCase, artifacts: Path) -> None:
    problem = case.last.problem or next((s.problem for s in case.last.steps if s.problem), None)
    what, code = (problem.what, problem.code) if problem else ("", case.outcome or "interrupted")
    if case.outcome == "passed":
        return
    if case.outcome == "skipped":
        SubElement(element, "skipped", message=clean(what or "skipped"))
        return
    tag = "failure" if case.outcome == "failed" else "error"
    said = SubElement(element, tag, message=clean(what or "the run ended before the case did"), type=code)
    said.text = clean("\n".join(story(case, case.last, folder=artifacts)))


def _log(attempt: ReportTry, artifacts: Path) -> str:
    lines = [
        f"{step.outcome:7} {step.text}  ({duration(step.duration_s)}, {place(step.place)})" for step in attempt.steps
    ]
    lines += [f"console {line.level}: {line.text}" for line in attempt.console]
    lines += [f"request {r.method} {r.url}: {r.status or r.reason or 'no answer'}" for r in attempt.failed_requests]
    # Attachments in the notation that Jenkins' and GitLab's readers look for.
    lines += [f"[[ATTACHMENT|{(artifacts / artifact.path).as_posix()}]]" for artifact in attempt.artifacts]
    return "\n".join(lines)


def _time(seconds: float) -> str:
    return f"{seconds:.3f}"
