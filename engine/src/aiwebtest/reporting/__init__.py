"""Listeners: terminal, HTML, JUnit, JSON and Markdown. Each hears the events of a run and writes at its end."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from aiwebtest.core.events import Listener

__all__ = ["ReportKind", "open_report"]

ReportKind = Literal["html", "junit", "json", "md"]


def open_report(kind: ReportKind, path: Path, *, artifacts: Path) -> Listener:
    """Return a listener that writes a report of `kind` to `path`; pictures are found in the folder `artifacts`."""
    if kind == "html":
        from aiwebtest.reporting.html import HtmlReport

        return HtmlReport(path, artifacts=artifacts)
    if kind == "junit":
        from aiwebtest.reporting.junit import JUnitReport

        return JUnitReport(path, artifacts=artifacts)
    if kind == "json":
        from aiwebtest.reporting.json_report import JsonReport

        return JsonReport(path, artifacts=artifacts)
    from aiwebtest.reporting.markdown import MarkdownReport

    return MarkdownReport(path, artifacts=artifacts)
