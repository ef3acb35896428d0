"""Words that reports share: durations, counts, places, and text that is safe in a terminal or a file."""

from __future__ import annotations

import re

from aiwebtest.core.verdict import Outcome
from aiwebtest.reporting.document import Report, ReportPlace, ReportStep, ReportUsage

__all__ = ["OUTCOMES", "asked", "clean", "counts_in_words", "duration", "place", "plural", "stood_in", "why_failed"]

OUTCOMES: tuple[Outcome, ...] = ("failed", "error", "passed", "skipped")
"""In the order in which people want to read them."""

_SMALL = 0.001
_MINUTE_S = 60.0
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff￾￿]")


def clean(text: str) -> str:
    """Return `text` without control characters: page text must not steer a terminal or break an XML file."""
    return _CONTROL.sub("�", text)


def duration(seconds: float) -> str:
    """Return a length of time for people: `0.34 s`, `12.3 s`, `2 min 5 s`."""
    if seconds < 1:
        return f"{seconds:.2f} s"
    if seconds < _MINUTE_S:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def csv_cell(value: object) -> object:
    """Return a value as a cell of a sheet: yes and no, no more digits than tell something, no text as a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        digits = 6 if abs(value) >= _SMALL else 9  # of a request's cost
        return f"{value:.{digits}f}".rstrip("0").rstrip(".")
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def plural(number: int, noun: str) -> str:
    """Return a number with its noun: `1 case`, `2 cases`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def why_failed(usage: ReportUsage) -> str:
    """Return `connection, 2 breaker open`: the categories of failed attempts, with their numbers above one."""
    return ", ".join(
        (f"{number} " if number > 1 else "") + category.replace("_", " ") for category, number in usage.failures.items()
    )


def asked(use: ReportUsage) -> str:
    """Return `google/gemini-x to check: 2 requests, 1 failed (timeout), 800 + 40 tokens, $0.0003`."""
    failed = f", {use.failed} failed ({why_failed(use)})" if use.failures else ""
    cost = "cost unknown" if use.cost_usd is None else f"${use.cost_usd:.4f}"
    told = f"{plural(use.attempts, 'request')}{failed}, {use.input_tokens} + {use.output_tokens} tokens, {cost}"
    return f"{use.provider}/{use.model} to {use.purpose}: {told}"


def stood_in(step: ReportStep) -> str:
    """Return who was asked in vain in a step that another provider answered, and why; "" when nobody was."""
    silent = [use for use in step.usage if use.failed == use.attempts]
    if not silent or len(silent) == len(step.usage) or step.outcome == "error":
        return ""
    return "; ".join(f"{use.provider}/{use.model}: {why_failed(use)}" for use in silent)


def counts_in_words(report: Report) -> str:
    """Return `11 passed, 1 failed (1 flaky)`."""
    known = [f"{report.counts[outcome]} {outcome}" for outcome in OUTCOMES if report.counts.get(outcome)]
    if report.counts.get("interrupted"):
        known.append(f"{report.counts['interrupted']} interrupted")
    more = [f"{number} {word}" for number, word in ((report.flaky, "flaky"), (report.healed, "healed")) if number]
    return (", ".join(known) or "no case ran") + (f" ({', '.join(more)})" if more else "")


def place(where: ReportPlace | None) -> str:
    """Return `path:line`, and the use that brought it in."""
    if where is None:
        return ""
    text = f"{where.path}:{where.line}"
    return f"{text} (used in {place(where.via)})" if where.via else text
