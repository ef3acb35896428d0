"""The JSON Schemas in the package say what the loader says."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from aiwebtest.casefiles.published import SCHEMA_FILES, json_schema, published_schema

GOOD = """\
name: Buy
url: /shop
tags: [smoke, 2]
variables: {zip: 01234}
data: [{name: Ada}]
viewport: {width: 400, height: 300}
timeout: 10s
session: {name: ada, url: /login, use: in.steps.yaml, with: {user: ada}}
steps:
  - Click Go
  - check: Go is gone
    timeout: 3
    consensus: [google, cerebras/gpt-oss-120b]
  - {extract: the total, into: total}
  - {use: a.steps.yaml, with: {x: 1}}
"""


@pytest.mark.parametrize("name", SCHEMA_FILES)
def test_the_published_schema_is_current(name: str) -> None:
    """Run `python -m aiwebtest.casefiles.published` after a change of the models."""
    assert published_schema(name) == json_schema(name)


def test_a_good_file_fits_the_schema() -> None:
    """Editors must not underline what runs."""
    schema = json.loads(published_schema("test.schema.json"))
    Draft202012Validator.check_schema(schema)

    errors = list(Draft202012Validator(schema).iter_errors(YAML(typ="safe", pure=True).load(GOOD)))

    assert errors == []


@pytest.mark.parametrize("line", ["tag: [x]", "timeout: soon", "viewport: big", "provider: nobody", "retries: 99"])
def test_a_wrong_line_does_not_fit_the_schema(line: str) -> None:
    """What the loader refuses, the editor underlines where it can."""
    schema = json.loads(published_schema("test.schema.json"))

    errors = list(
        Draft202012Validator(schema).iter_errors(YAML(typ="safe", pure=True).load(f"name: A\nsteps: [x]\n{line}"))
    )

    assert errors


def test_every_key_has_a_description() -> None:
    """Completion without an explanation is half of it."""
    for name in SCHEMA_FILES:
        schema = json.loads(published_schema(name))
        for model in [schema, *schema["$defs"].values()]:
            bare = [key for key, value in model["properties"].items() if "description" not in value]
            assert bare == []
