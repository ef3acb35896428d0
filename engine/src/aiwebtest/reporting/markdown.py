"""A short Markdown report, for a comment on a change in CI."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aiwebtest.reporting.document import Report, ReportCase, ReportUsage
from aiwebtest.reporting.story import story
from aiwebtest.reporting.words import clean, counts_in_words, duration, place, plural, stood_in, why_failed
from aiwebtest.reporting.written import WrittenReport

__all__ = ["MarkdownReport"]

_MOST_FAILURES = 20  # told in full; a comment has a limit, and nobody reads more of them
_MOST_LINES = 40


class MarkdownReport(WrittenReport):
    """Writes a table of the run and the story of each case that did not pass."""

    def content(self, report: Report) -> bytes:
        """Return the file's bytes."""
        return _text(report).encode()


def _text(report: Report) -> str:
    bad = [case for case in report.cases if case.outcome not in ("passed", "skipped")]
    lines = [
        f"### AI Web Test: {counts_in_words(report)}",
        "",
        f"{plural(len(report.cases), 'case')} in {duration(report.duration_s)}"
        + (f" on {_inline(report.base_url)}" if report.base_url else "")
        + ("; the run was interrupted" if report.interrupted else ""),
        "",
    ]
    if bad:
        lines += ["| | Case | Where | Time |", "|---|---|---|---:|"]
        lines += [_row(case) for case in bad[:_MOST_FAILURES]]
        if len(bad) > _MOST_FAILURES:
            lines.append(f"| | and {len(bad) - _MOST_FAILURES} more | | |")
        lines.append("")
        for case in bad[:_MOST_FAILURES]:
            lines += _story(case)
    flaky = [case for case in report.cases if case.flaky]
    if flaky:
        lines += ["Passed only after a retry: " + ", ".join(_inline(case.title) for case in flaky), ""]
    if fallbacks := list(_fallbacks(report)):
        lines += ["Answered by another provider than the first:", "", *fallbacks[:_MOST_FAILURES], ""]
    if report.usage:
        lines += _usage(report)
    return "\n".join(lines).rstrip() + "\n"


def _row(case: ReportCase) -> str:
    cells = (f"**{case.outcome or 'interrupted'}**", _inline(case.title), _inline(place(case.place)))
    return f"| {' | '.join(cells)} | {duration(case.duration_s)} |"


def _story(case: ReportCase) -> list[str]:
    lines = clean("\n".join(story(case, case.last))).splitlines()[:_MOST_LINES]
    longest = max((len(run) for run in re.findall("`+", "\n".join(lines))), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"<details><summary>{_html(case.title)}</summary>", "", f"{fence}text", *lines, fence, "", "</details>", ""]


def _fallbacks(report: Report) -> Iterator[str]:
    for case in report.cases:
        for step in case.last.steps:
            if told := stood_in(step):
                yield f"- {_inline(case.title)}: {_inline(step.text)} ({_inline(told)})"


def _usage(report: Report) -> list[str]:
    lines = ["| Model | For | Attempts | Failed | Tokens in | Tokens out | Cost |", "|---|---|---:|---|---:|---:|---:|"]
    for use in report.usage:
        cost = "unknown" if use.cost_usd is None else f"${use.cost_usd:.4f}"
        model = _inline(f"{use.provider}/{use.model}")
        tokens = f"{use.input_tokens} | {use.output_tokens}"
        lines.append(f"| {model} | {use.purpose} | {use.attempts} | {_failed(use)} | {tokens} | {cost} |")
    return [*lines, ""]


def _failed(use: ReportUsage) -> str:
    return f"{use.failed} ({why_failed(use)})" if use.failures else str(use.failed)


def _inline(text: str) -> str:
    """Return text that stays text in a Markdown line or table cell."""
    flat = " ".join(clean(text).split())
    return re.sub(r"([\\`*_{}\[\]<>|#~@])", r"\\\1", flat)


def _html(text: str) -> str:
    import html

    return html.escape(" ".join(clean(text).split()))
