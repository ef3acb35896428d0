"""The HTML report: one file, no network, everything escaped."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from aiwebtest import __version__
from aiwebtest.core.code_spans import code_spans
from aiwebtest.reporting.document import Report, ReportCase, ReportStep, ReportTry
from aiwebtest.reporting.pictures import Pictures
from aiwebtest.reporting.words import OUTCOMES, asked, clean, duration, place, plural, stood_in, why_failed
from aiwebtest.reporting.written import WrittenReport

__all__ = ["HtmlReport"]

_MANY = 60  # cases; a longer report holds back the bodies of good cases to open at once
_SOURCES = {
    "replay": ("replay", "found again as stored"),
    "rules": ("rules", "placed by rules"),
    "model": ("model", "placed by a model"),
    "healed-rules": ("healed", "stored grounding did not fit; placed anew by rules"),
    "healed-model": ("healed", "stored grounding did not fit; placed anew by a model"),
}


class HtmlReport(WrittenReport):
    """Writes the whole run as one page. Pictures are read from the folder of the report's file."""

    def content(self, report: Report) -> bytes:
        """Return the file's bytes."""
        return render(report, self.artifacts).encode()


def render(report: Report, artifacts: Path) -> str:
    """Return the page; pictures come from the folder `artifacts`."""
    script = _page_file("report.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    pictures = Pictures(report, artifacts)
    cases = sorted(report.cases, key=lambda case: case.outcome in ("passed", "skipped"))  # what needs work first
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            report=report, cases=cases, many=len(cases) > _MANY, headline=_headline(report), filters=_filters(report),
            pictures=pictures, style=_page_file("report.css"), script=script, script_digest=digest, version=__version__,
        )
    )  # fmt: skip


def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_page_file), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, finalize=_finalize,
    )  # fmt: skip
    environment.filters |= {
        "duration": duration,
        "place": place,
        "why_failed": why_failed,
        "asked": asked,
        "code": with_code,
    }
    environment.globals |= {
        "flags": flags, "not_run": not_run, "plural": plural, "search_text": search_text, "sources": sources,
    }  # fmt: skip
    return environment


def with_code(text: str) -> Markup:
    """Return a message as markup, with what stands between backticks as code."""
    parts = (Markup("<code>{}</code>").format(part) if code else escape(part) for part, code in code_spans(clean(text)))
    return Markup("").join(parts)


def _finalize(value: Any) -> Any:
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _page_file(name: str) -> str:
    return files("aiwebtest.reporting").joinpath("page", name).read_text(encoding="utf-8")


def _headline(report: Report) -> str:
    bad = sum(case.outcome not in ("passed", "skipped") for case in report.cases)
    total = len(report.cases)
    if report.interrupted:
        return f"Interrupted after {plural(total, 'case')}"
    if not total:
        return "No case ran"
    if bad:
        return f"{bad} of {plural(total, 'case')} did not pass"
    return f"All {total} cases passed" if total > 1 else "The case passed"


def _filters(report: Report) -> list[tuple[str, str, int]]:
    """Return the filters that match anything: key, label, number of cases."""
    counted: list[tuple[str, str, int]] = []
    counted += [(outcome, outcome.capitalize(), report.counts.get(outcome, 0)) for outcome in OUTCOMES]
    counted += [("interrupted", "Interrupted", report.counts.get("interrupted", 0)), ("flaky", "Flaky", report.flaky)]
    counted.append(("healed", "Healed", sum(case.healed > 0 for case in report.cases)))
    return [("all", "All", len(report.cases)), *(item for item in counted if item[2])]


def flags(case: ReportCase) -> str:
    """Return the filter keys that a case answers to."""
    return " ".join([case.outcome or "interrupted", *["flaky"] * case.flaky, *["healed"] * bool(case.healed)])


def search_text(case: ReportCase) -> str:
    """Return what the search field looks in."""
    return " ".join([case.title, case.place.path, *case.tags, *case.step_texts]).casefold()


def not_run(case: ReportCase, attempt: ReportTry) -> list[str]:
    """Return the texts of the steps that were not reached."""
    done = {step.index for step in attempt.steps if step.phase != "session"}
    return [text for index, text in enumerate(case.step_texts) if index not in done]


def sources(step: ReportStep) -> list[tuple[str, str]]:
    """Return how the step was grounded or judged, as (badge, explanation)."""
    found = [_SOURCES[action.source] for action in step.actions if action.source in _SOURCES]
    found += [("model", f"judged by {v.decided_by}") for v in step.verdicts if v.decided_by != "rules"]
    if told := stood_in(step):
        found.append(("fallback", f"another provider answered ({told})"))
    return list(dict.fromkeys(found))
