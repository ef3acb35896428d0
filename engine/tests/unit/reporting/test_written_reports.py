"""JUnit, JSON and Markdown reports say what happened, in forms that others accept."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

from jsonschema import Draft202012Validator
from sample_run import SampleRun, case, full_run

from aiwebtest.core.events import Event, Problem
from aiwebtest.reporting import ReportKind, open_report
from aiwebtest.reporting.json_report import make_schema, report_schema

HOSTILE = '<script>alert(1)</script> | `code` [link](x) \x1b[31m \x00 ]]> & "quotes"'


def write(kind: ReportKind, path: Path, events: list[Event]) -> str:
    report = open_report(kind, path, artifacts=path.parent)
    for event in events:
        report.on_event(event)
    report.close()
    return path.read_text(encoding="utf-8")


def hostile_run() -> list[Event]:
    run = SampleRun(cases=1)
    problem = Problem(code="check-failed", what=HOSTILE, mend=HOSTILE)
    run.add(case(HOSTILE, HOSTILE), "failed", [{"outcome": "failed", "problem": problem}], problem=problem)
    return run.finish()


def test_junit_counts_failures_and_errors_apart(tmp_path: Path) -> None:
    """A CI system must not show a test that could not be judged as a fault of the application."""
    root = ElementTree.fromstring(write("junit", tmp_path / "j.xml", full_run()))

    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("6", "1", "1")
    assert sum(int(suite.get("skipped", "")) for suite in root) == 1
    outcomes = {
        test.get("name"): [child.tag for child in test if child.tag in ("failure", "error", "skipped")]
        for test in root.iter("testcase")
    }
    assert outcomes["Buy a lamp"] == ["failure"]
    assert outcomes["Delete an order"] == ["error"]
    assert outcomes["Old page"] == ["skipped"]
    assert outcomes["See the news"] == []


def test_junit_names_each_test_and_why_it_failed(tmp_path: Path) -> None:
    """Each suite's own counts add up to the whole; each test has a class and a time, each suite its file."""
    root = ElementTree.fromstring(write("junit", tmp_path / "j.xml", full_run()))

    for count in ("tests", "failures", "errors"):
        assert sum(int(suite.get(count, "")) for suite in root) == int(root.get(count, ""))
    assert {suite.get("file") for suite in root} == {"tests/shop.test.yaml", "tests/news.test.yaml"}
    for test in root.iter("testcase"):
        assert float(test.get("time", "")) > 0
        assert test.get("classname") in ("tests.shop", "tests.news")
        assert (test.findtext("system-out") or "").startswith("tests/")
    failure = next(root.iter("failure"))
    assert failure.get("message") == "The total is $54.98, not $59.98."
    assert "expected: $59.98" in (failure.text or "")


# What `junit-10.xsd` of Jenkins' xUnit plugin lets each element have: attributes (those with "!" needed), children.
# https://github.com/jenkinsci/xunit-plugin/tree/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd
_OUTCOMES = "skipped error failure rerunFailure rerunError flakyFailure flakyError"
JUNIT_10 = {
    "testsuites": ("name time tests failures errors", "testsuite"),
    "testsuite": (
        "name! tests! failures! errors! group time skipped timestamp hostname id package file log url",
        "testsuite properties testcase system-out system-err",
    ),
    "testcase": ("name! time classname group", f"{_OUTCOMES} system-out system-err"),
    "properties": ("", "property"),
    "property": ("name! value!", ""),
    **dict.fromkeys(("skipped", "error", "failure"), ("message type", "")),
    **dict.fromkeys(_OUTCOMES.split()[3:], ("message type!", "stackTrace system-out system-err")),
    **dict.fromkeys(("stackTrace", "system-out", "system-err"), ("", "")),
}


def beyond_schema(element: ElementTree.Element) -> list[str]:
    """Return what the schema does not allow in an element and below it."""
    attributes, children = JUNIT_10[element.tag]
    needed = {name[:-1] for name in attributes.split() if name.endswith("!")}
    allowed = needed | set(attributes.split())
    found = [f"{element.tag}@{name}" for name in element.attrib if name not in allowed]
    found += [f"{element.tag} lacks {name}" for name in needed if name not in element.attrib]
    if element.tag in ("testsuites", "testsuite"):
        found += [f"time {element.get('time')}"] * (not re.fullmatch(r"[0-9]*(\.[0-9]*)?", element.get("time", "")))
    for child in element:
        found += beyond_schema(child) if child.tag in children.split() else [f"{element.tag}/{child.tag}"]
    return found


def test_junit_keeps_to_the_strictest_schema(tmp_path: Path) -> None:
    """Jenkins' xUnit plugin refuses a report with an attribute or an element more than its schema has."""
    for number, run in enumerate((full_run(), hostile_run())):
        root = ElementTree.fromstring(write("junit", tmp_path / f"{number}.xml", run))
        assert root.tag == "testsuites"
        assert beyond_schema(root) == []


def test_junit_tells_of_tries_that_were_retried(tmp_path: Path) -> None:
    """A test that passed at last is no failure, and readers that know Surefire's form show it as flaky."""
    root = ElementTree.fromstring(write("junit", tmp_path / "j.xml", full_run()))

    [flaky] = [test for test in root.iter("testcase") if test.find("flakyFailure") is not None]
    assert flaky.find("failure") is None
    assert "step 1 of" in (flaky.findtext("flakyFailure/stackTrace") or "")


def test_junit_stays_well_formed_whatever_the_page_says(tmp_path: Path) -> None:
    """Control characters are not allowed in XML at all, escaped or not."""
    root = ElementTree.fromstring(write("junit", tmp_path / "j.xml", hostile_run()))

    [test] = root.iter("testcase")
    assert "<script>alert(1)</script>" in test.get("name", "")
    assert "\x1b" not in test.get("name", "")


def test_the_json_report_fits_its_published_schema(tmp_path: Path) -> None:
    """Programs that read it can rely on the schema."""
    schema = json.loads(report_schema())
    Draft202012Validator.check_schema(schema)

    report = json.loads(write("json", tmp_path / "r.json", full_run()))

    assert list(Draft202012Validator(schema).iter_errors(report)) == []
    assert report["version"] == 1
    assert report["counts"] == {"passed": 3, "failed": 1, "error": 1, "skipped": 1}
    assert report["usage"][0]["cost_usd"] == 0.0008


def test_the_published_report_schema_is_current() -> None:
    """Run `python -m aiwebtest.reporting.json_report` after a change of the report's types."""
    assert report_schema() == make_schema()


def test_an_unknown_cost_is_not_counted_as_nothing(tmp_path: Path) -> None:
    """One attempt of unknown cost makes the sum unknown."""
    from aiwebtest.core.events import Attempt

    run = SampleRun(cases=1)
    attempts = (Attempt(provider="p", model_asked="m", cost_usd=1.0), Attempt(provider="p", model_asked="m"))
    run.add(case("A", "Click Go"), "passed", [{"attempts": attempts}])

    report = json.loads(write("json", tmp_path / "r.json", run.finish()))

    assert report["usage"][0]["cost_usd"] is None


def test_a_fallback_is_told_with_the_reason_on_the_step_and_in_the_sums(tmp_path: Path) -> None:
    """A pass by another provider than the one named is not a pass like any other."""
    from aiwebtest.core.events import Attempt

    run = SampleRun(cases=1)
    silent = [Attempt(provider="first", model_asked="m", outcome=word) for word in ("connection", "breaker_open")]
    answered = Attempt(provider="second", model_asked="n", cost_usd=0.0)
    run.add(case("A", "Click Go"), "passed", [{"attempts": (*silent, answered)}])
    events = run.finish()

    page, text = write("html", tmp_path / "r.html", events), write("md", tmp_path / "r.md", events)
    log = write("junit", tmp_path / "r.xml", events)

    assert ">fallback</span>" in page
    assert "another provider answered (first/m: breaker open, connection)" in page
    assert "first/m to ground: 2 requests, 2 failed (breaker open, connection), 0 + 0 tokens, cost unknown" in page
    assert "2 (breaker open, connection)" in text
    assert "- A: Click Go (first/m: breaker open, connection)" in text
    assert "asked: first/m to ground: 2 requests, 2 failed (breaker open, connection)" in log


def test_an_interrupted_run_keeps_what_was_recorded(tmp_path: Path) -> None:
    """Ctrl-C in the middle must not lose the cases that were done."""
    events = [event for event in full_run() if type(event).__name__ != "RunFinished"]
    begun = next(i for i, event in enumerate(events) if type(event).__name__ == "StepFinished")

    report = json.loads(write("json", tmp_path / "r.json", events[: begun + 1]))

    assert report["interrupted"] is True
    assert report["counts"] == {"interrupted": 1}
    assert len(report["cases"][0]["tries"][0]["steps"]) == 1


def test_markdown_lists_what_did_not_pass_and_nothing_else(tmp_path: Path) -> None:
    """A comment on a change is read for its bad news."""
    text = write("md", tmp_path / "r.md", full_run())

    assert text.startswith("### AI Web Test: 1 failed, 1 error, 3 passed, 1 skipped (1 flaky, 1 healed)\n")
    assert "| **failed** | Buy a lamp |" in text
    assert "expected: $59.98" in text
    assert "Edit the profile" not in text


def test_markdown_shows_page_text_as_text(tmp_path: Path) -> None:
    """A product name must not become a link, a tag or a table cell in somebody's comment."""
    text = write("md", tmp_path / "r.md", hostile_run())

    table = next(line for line in text.splitlines() if line.startswith("| **failed**"))
    assert "\\<script\\>" in table
    assert "\\|" in table
    assert "<summary>&lt;script&gt;" in text
    assert "\x1b" not in text
