"""Schemas: rewritten to the subset that a vendor takes, while the answer is held to the original.

What each vendor refuses is data (`Dialect`). Sources, all read 2026-11: Cerebras answers 400 `wrong_api_format` to
array and string keywords and limits a strict schema to 5,000 characters (inference-docs.cerebras.ai, structured
outputs); Gemini's `responseJsonSchema` lists the keywords it knows (google-genai 3.4, `GenerateContentConfig`).
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema

__all__ = ["ANY", "CEREBRAS", "GEMINI", "OPENAI", "Dialect", "Rewritten", "rewrite", "schema_hash", "violation"]

_CONSTRAINTS = frozenset(
    "pattern format minLength maxLength minItems maxItems uniqueItems minimum maximum exclusiveMinimum "
    "exclusiveMaximum multipleOf minProperties maxProperties".split()
)
_NOISE = frozenset({"$schema", "title", "default", "examples", "$id", "$comment"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What a vendor's structured output takes.

    `refused` keywords are taken out; constraints among them stay readable in the description. `strict`: objects must be
    closed and list all their properties as required. `longest` is in characters of compact JSON.
    """

    name: str
    refused: frozenset[str] = _NOISE
    strict: bool = False
    longest: int | None = None


CEREBRAS = Dialect(name="cerebras", refused=_NOISE | _CONSTRAINTS, strict=True, longest=5_000)
GEMINI = Dialect(
    name="gemini",
    refused=_NOISE
    | {"pattern", "minLength", "maxLength", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "uniqueItems"},
)
OPENAI = Dialect(name="openai", refused=_NOISE | _CONSTRAINTS, strict=True)
ANY = Dialect(name="any")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """A schema as it is sent. `strict` False: it has open maps, which no strict mode can express."""

    schema: dict[str, Any]
    strict: bool
    dropped: tuple[str, ...]  # keywords taken out, sorted
    fits: bool  # within the vendor's length


def rewrite(schema: Mapping[str, Any], dialect: Dialect) -> Rewritten:
    """Return `schema` in the vendor's subset; `schema` itself is not changed."""
    return _rewritten(json.dumps(schema, sort_keys=True), dialect)


@functools.lru_cache(256)
def _rewritten(schema_json: str, dialect: Dialect) -> Rewritten:
    dropped: set[str] = set()
    open_maps: list[bool] = []
    sent = _walk(json.loads(schema_json), dialect, dropped, open_maps)
    length = len(json.dumps(sent, separators=(",", ":")))
    return Rewritten(
        schema=sent,
        strict=dialect.strict and not open_maps,
        dropped=tuple(sorted(dropped)),
        fits=dialect.longest is None or length <= dialect.longest,
    )


def _walk(node: Any, dialect: Dialect, dropped: set[str], open_maps: list[bool], *, names: bool = False) -> Any:
    """Rewrite one node; `names` when its keys are property names and not keywords."""
    if isinstance(node, list):
        return [_walk(item, dialect, dropped, open_maps) for item in node]
    if not isinstance(node, dict):
        return node
    if names:
        return {key: _walk(value, dialect, dropped, open_maps) for key, value in node.items()}
    kept: dict[str, Any] = {}
    notes: list[str] = []
    for key, value in node.items():
        if key in dialect.refused:
            dropped.add(key)
            if key in _CONSTRAINTS:
                notes.append(f"{key}: {json.dumps(value)}")
            continue
        kept[key] = _walk(value, dialect, dropped, open_maps, names=key in ("properties", "$defs", "definitions"))
    if notes:
        kept["description"] = f"{kept.get('description', '')} ({', '.join(notes)})".strip()
    if dialect.strict and kept.get("type") == "object":
        _close(kept, open_maps)
    return kept


def _close(node: dict[str, Any], open_maps: list[bool]) -> None:
    """Close an object, or note that it is an open map: an object of any keys with values of one kind."""
    extra = node.get("additionalProperties")
    if not node.get("properties") and extra is not False:
        open_maps.append(True)
        return
    if isinstance(extra, dict) and extra:
        open_maps.append(True)
        return
    if set(node.get("properties", {})) - set(node.get("required", [])):
        open_maps.append(True)  # an optional property is not to become a required one behind the model's back
        return
    node["additionalProperties"] = False


def schema_hash(schema: Mapping[str, Any]) -> str:
    """Return the first 16 hex digits of the schema's SHA-256, keys sorted."""
    return hashlib.sha256(json.dumps(schema, sort_keys=True).encode()).hexdigest()[:16]


def violation(data: Any, schema: Mapping[str, Any]) -> str | None:
    """Return where and how `data` does not fit the schema, without quoting the data; None when it fits."""
    error = jsonschema.exceptions.best_match(_validator(json.dumps(schema, sort_keys=True)).iter_errors(data))
    if error is None:
        return None
    return f"{'/'.join(map(str, error.absolute_path)) or 'the answer'}: {error.validator}"


@functools.lru_cache(256)
def _validator(schema_json: str) -> Any:
    return jsonschema.Draft202012Validator(json.loads(schema_json))
