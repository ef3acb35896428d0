"""JUnit XML, in the form that Jenkins, GitLab, GitHub actions, Azure and CircleCI read.

It keeps to the schema that Jenkins' xUnit plugin holds reports against (`junit-10.xsd`), the strictest of those
readers: so there is no `file`, `line` or `properties` at a test.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from aiwebtest.reporting.document import Report, ReportCase, ReportTry
from aiwebtest.reporting.story import story
from aiwebtest.reporting.words import asked, clean, duration, place
from aiwebtest.reporting.written import WrittenReport

__all__ = ["JUnitReport"]


class JUnitReport(WrittenReport):
    """Writes one `testsuite` a file and one `testcase` a case; tries that were retried are told as Surefire does."""

    def content(self, report: Report) -> bytes:
        """Return the file's bytes."""
        root = _suites(report, self.artifacts)
        indent(root)
        written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
        return written


def _suites(report: Report, artifacts: Path) -> Element:
    counts = {name: count for name, count in _counts(report.cases).items() if name != "skipped"}
    root = Element("testsuites", {"name": "aiwebtest", "time": _time(report.duration_s)} | counts)
    for path, group in groupby(report.cases, key=lambda case: case.place.path):
        root.append(_suite(path, list(group), report, artifacts))
    return root


def _suite(path: str, cases: list[ReportCase], report: Report, artifacts: Path) -> Element:
    facts = {"name": clean(path), "file": clean(path), "time": _time(sum(case.duration_s for case in cases))}
    suite = Element("testsuite", facts | _counts(cases))
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
        "testcase", name=clean(case.title), classname=clean(suite_name), time=_time(case.duration_s)
    )  # fmt: skip
    if case.tags:
        element.set("group", clean(" ".join(case.tags)))
    _outcome(element, case, artifacts)
    for earlier in case.tries[:-1]:
        element.append(_earlier(case, earlier, artifacts))
    SubElement(element, "system-out").text = clean(_log(case, artifacts))
    return element


def _earlier(case: ReportCase, attempt: ReportTry, artifacts: Path) -> Element:
    """Return what tells of a try that was retried: `flaky...` when the case passed in the end, else `rerun...`."""
    problem = attempt.first_problem
    kind = "flaky" if case.outcome == "passed" else "rerun"
    said = Element(
        f"{kind}{'Failure' if attempt.outcome == 'failed' else 'Error'}",
        message=clean(problem.what if problem else ""), type=problem.code if problem else "interrupted",
    )  # fmt: skip
    SubElement(said, "stackTrace").text = clean("\n".join(story(case, attempt, folder=artifacts)))
    return said


def _outcome(element: Element, case: ReportCase, artifacts: Path) -> None:
    problem = case.last.first_problem
    what, code = (problem.what, problem.code) if problem else ("", case.outcome or "interrupted")
    if case.outcome == "passed":
        return
    if case.outcome == "skipped":
        SubElement(element, "skipped", message=clean(what or "skipped"))
        return
    tag = "failure" if case.outcome == "failed" else "error"
    said = SubElement(element, tag, message=clean(what or "the run ended before the case did"), type=code)
    said.text = clean("\n".join(story(case, case.last, folder=artifacts)))


def _log(case: ReportCase, artifacts: Path) -> str:
    attempt = case.last
    lines = [place(case.place), *[f"{case.healed} healed"] * bool(case.healed)]
    for step in attempt.steps:
        lines.append(f"{step.outcome:7} {step.text}  ({duration(step.duration_s)}, {place(step.place)})")
        lines += [f"        note: {note}" for note in step.notes]
        lines += [f"        asked: {asked(use)}" for use in step.usage]
    lines += [f"console {line.level}: {line.text}" for line in attempt.console]
    lines += [f"request {r.method} {r.url}: {r.status or r.reason or 'no answer'}" for r in attempt.failed_requests]
    # Attachments in the notation that Jenkins' and GitLab's readers look for.
    lines += [f"[[ATTACHMENT|{(artifacts / artifact.path).as_posix()}]]" for artifact in attempt.artifacts]
    return "\n".join(lines)


def _time(seconds: float) -> str:
    return f"{seconds:.3f}"
