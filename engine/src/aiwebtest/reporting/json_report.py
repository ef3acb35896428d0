"""The JSON report, and the JSON Schema that is published with it."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import msgspec

from aiwebtest.core.events import Event
from aiwebtest.reporting.document import Report
from aiwebtest.reporting.record import Record

__all__ = ["SCHEMA_FILE", "JsonReport", "report_schema"]

SCHEMA_FILE = "report.schema.json"


class JsonReport:
    """Writes the whole run as one JSON document."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._record = Record()

    def on_event(self, event: Event) -> None:
        """Take one event."""
        self._record.on_event(event)

    def close(self) -> None:
        """Write the file."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_bytes(msgspec.json.format(msgspec.json.encode(self._record.report()), indent=1) + b"\n")


def report_schema() -> str:
    """Return the JSON Schema as the package carries it."""
    return files("aiwebtest.reporting").joinpath(SCHEMA_FILE).read_text(encoding="utf-8")


def make_schema() -> str:
    """Return the JSON Schema, made from the report's types."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:aiwebtest:{SCHEMA_FILE}"}
    return json.dumps(head | msgspec.json.schema(Report), indent=2) + "\n"


if __name__ == "__main__":
    Path(__file__).with_name(SCHEMA_FILE).write_text(make_schema(), encoding="utf-8")
