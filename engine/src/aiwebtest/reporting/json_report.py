"""The JSON report, and the JSON Schema that is published with it."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import msgspec

from aiwebtest.reporting.document import Report
from aiwebtest.reporting.written import WrittenReport

__all__ = ["SCHEMA_FILE", "JsonReport", "report_schema"]

SCHEMA_FILE = "report.schema.json"


class JsonReport(WrittenReport):
    """Writes the whole run as one JSON document."""

    def content(self, report: Report) -> bytes:
        """Return the file's bytes."""
        return msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n"


def report_schema() -> str:
    """Return the JSON Schema as the package carries it."""
    return files("aiwebtest.reporting").joinpath(SCHEMA_FILE).read_text(encoding="utf-8")


def make_schema() -> str:
    """Return the JSON Schema, made from the report's types."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:aiwebtest:{SCHEMA_FILE}"}
    return json.dumps(head | msgspec.json.schema(Report), indent=2) + "\n"


if __name__ == "__main__":
    Path(__file__).with_name(SCHEMA_FILE).write_text(make_schema(), encoding="utf-8")
