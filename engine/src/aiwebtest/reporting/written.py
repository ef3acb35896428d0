"""What all reports in a file have in common: they hear the whole run and write once, at its end."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path

from aiwebtest.core.events import Event
from aiwebtest.reporting.document import Report
from aiwebtest.reporting.record import Record

__all__ = ["WrittenReport"]


class WrittenReport(ABC):
    """A listener that writes the run to `path`; pictures lie in `artifacts`, the file's folder unless given."""

    def __init__(self, path: Path, *, artifacts: Path | None = None) -> None:
        self.path = path
        self.artifacts = artifacts or path.parent
        self._record = Record()

    def on_event(self, event: Event) -> None:
        """Take one event."""
        self._record.on_event(event)

    def close(self) -> None:
        """Write the file."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_bytes(self.content(self._record.report()))

    @abstractmethod
    def content(self, report: Report) -> bytes:
        """Return what the file is to hold."""
