"""Pictures in one HTML file: embedded once each, those of cases that did not pass first, up to a total size."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

from aiwebtest.reporting.document import Report, ReportArtifact, ReportCase

__all__ = ["Mark", "Picture", "Pictures"]

_BUDGET_BYTES = 48_000_000  # of picture files; a browser still opens the page at once, and a mail server may not


@dataclass(frozen=True, slots=True)
class Mark:
    """A box on a picture, in percent of its width and height."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to show. `key` finds its embedded bytes; without one, `src` is its file beside the report."""

    key: str
    src: str
    caption: str
    marks: tuple[Mark, ...]
    width: float
    height: float


class Pictures:
    """The pictures of a report. `embedded` maps keys to (media type, base64)."""

    def __init__(self, report: Report, folder: Path, *, budget_bytes: int = _BUDGET_BYTES) -> None:
        self.embedded: dict[str, tuple[str, str]] = {}
        self._keys: dict[str, str] = {}
        self._left = budget_bytes
        for case in sorted(report.cases, key=lambda case: case.outcome == "passed"):
            for artifact in _screenshots(case):
                self._embed(artifact, folder)

    def of(self, artifact: ReportArtifact) -> Picture:
        """Return how to show a screenshot."""
        width, height = artifact.size or (1280.0, 720.0)
        marks = tuple(
            Mark(100 * x / width, 100 * y / height, 100 * w / width, 100 * h / height) for x, y, w, h in artifact.marks
        )
        return Picture(
            self._keys.get(artifact.path, ""), artifact.path, artifact.caption, marks, width=width, height=height
        )

    def _embed(self, artifact: ReportArtifact, folder: Path) -> None:
        if artifact.path in self._keys or not artifact.media_type.startswith("image/"):
            return
        try:
            data = (folder / artifact.path).read_bytes()
        except OSError:
            return  # the report then points at the file, and says so by its empty frame
        key = hashlib.sha256(data).hexdigest()[:16]
        if key not in self.embedded:
            if len(data) > self._left:
                return
            self._left -= len(data)
            self.embedded[key] = (artifact.media_type, base64.b64encode(data).decode("ascii"))
        self._keys[artifact.path] = key


def _screenshots(case: ReportCase) -> list[ReportArtifact]:
    found = []
    for attempt in reversed(case.tries):
        for step in reversed(attempt.steps):
            found += [artifact for artifact in step.artifacts if artifact.kind == "screenshot"]
        found += [artifact for artifact in attempt.artifacts if artifact.kind == "screenshot"]
    return found
