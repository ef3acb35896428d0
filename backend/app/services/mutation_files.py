"""Mutation reports as files: a page of Markdown, and a line of comma-separated values for each fault."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from aiwebtest.mutation import Mutant
from aiwebtest.reporting.words import clean, csv_cell
from app.models import MutationReport

__all__ = ["as_csv", "as_markdown", "fault_name"]

_COLUMNS = ("provider", "kind", "page", "thing", "verdict", "case", "why")


def fault_name(fault: dict[str, Any]) -> str:
    """Return what a fault does, for people."""
    mutant = fault.get("mutant") or {}
    try:
        return str(Mutant(**mutant))
    except (TypeError, KeyError):  # sent, and not as the command writes it
        return f"{mutant.get('kind', 'fault')}: {mutant.get('thing', '')} ({mutant.get('page', '')})"


def as_csv(report: MutationReport) -> str:
    """Return each fault as a line, by provider where several are compared."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(_COLUMNS)
    lines.writerows(map(csv_cell, row) for row in _rows(report))
    return text.getvalue()


def as_markdown(report: MutationReport) -> str:
    """Return a report as a page."""
    if report.comparison is not None:
        return str(report.comparison.get("markdown", ""))
    score = "No fault took hold." if report.score is None else f"{report.score:.0%} of the faults were noticed."
    counts = ", ".join(f"{name} {number}" for name, number in report.counts.items())
    table = [
        f"| {_cell(fault_name(one))} | {_cell(one.get('verdict', ''))} | {_cell(_case(one))} | "
        f"{_cell(one.get('why', ''))} |"
        for one in report.faults
    ]
    head = [f"## {_cell(report.name)}", "", report.told or f"{score} {counts}.", ""]
    return "\n".join([*head, "| fault | verdict | case | what it said |", "|---|---|---|---|", *table, ""])


def _rows(report: MutationReport) -> Iterator[tuple[object, ...]]:
    compared = (report.comparison or {}).get("providers", [])
    told = [(one["provider"], one["tried"]) for one in compared] or [("", report.faults)]
    for provider, faults in told:
        for one in faults:
            mutant = one.get("mutant") or {}
            yield (
                provider, mutant.get("kind", ""), mutant.get("page", ""), mutant.get("thing", ""),
                one.get("verdict", ""), _case(one), one.get("why", ""),
            )  # fmt: skip


def _case(fault: dict[str, Any]) -> str:
    ran = fault.get("ran") or []
    return str(fault.get("by") or ", ".join(map(str, ran if isinstance(ran, list | tuple) else [])))


def _cell(value: object) -> str:
    return " ".join(clean(str(value)).replace("|", r"\|").replace("<", "&lt;").split())
