"""The JSON Schemas that editors use, as files of the package.

`python -m aiwebtest.casefiles.published` writes them anew from the models in `schema`.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from aiwebtest.casefiles.schema import StepsFile, TestFile

__all__ = ["SCHEMA_FILES", "json_schema", "published_schema"]

SCHEMA_FILES: dict[str, type[BaseModel]] = {"test.schema.json": TestFile, "steps.schema.json": StepsFile}


class _Schema(GenerateJsonSchema):
    """Leaves out the titles that only repeat a key: editors show them in front of the description."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def nullable_schema(self, schema: Any) -> JsonSchemaValue:
        """Return the schema itself: an empty value is no value in these files."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: Any) -> JsonSchemaValue:
        """Return the schema without a default of nothing, which tells an editor's user nothing."""
        result = super().default_schema(schema)
        if result.get("default", 0) in (None, [], {}, ""):
            result.pop("default")
        return result


def json_schema(name: str) -> str:
    """Return the text of one of `SCHEMA_FILES`, made from its model."""
    schema = SCHEMA_FILES[name].model_json_schema(by_alias=True, schema_generator=_Schema)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:aiwebtest:{name}"}
    return json.dumps(head | schema, indent=2, ensure_ascii=False) + "\n"


def published_schema(name: str) -> str:
    """Return the text of one of `SCHEMA_FILES` as the package carries it."""
    return files("aiwebtest.casefiles").joinpath(name).read_text(encoding="utf-8")


def main() -> None:
    """Write the files."""
    for name in SCHEMA_FILES:
        Path(__file__).with_name(name).write_text(json_schema(name), encoding="utf-8")


if __name__ == "__main__":
    main()
