"""The schemas that Stagehand 4.3 asks a model for, letter by letter as it sends them.

`Observation` is for actions, `Extraction` wraps what is to be read (here: the verdict on a check), `Metadata` follows
each extraction. A provider that takes these three takes all that will be asked of it. A test holds them to what
Stagehand really sends.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["SCHEMAS"]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_METHODS = (
    "click fill type press scrollTo nextChunk prevChunk selectOptionFromDropdown hover doubleClick dragAndDrop"
).split()

_ELEMENT: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "elementId": {
            "type": "string",
            "pattern": r"^\d+-\d+$",
            "description": "The complete frame ordinal and backend node ID copied from the accessibility tree, without "
            "square brackets.",
        },
        "description": {"type": "string", "description": "A description of the accessible element and its purpose."},
        "method": {
            "type": "string",
            "enum": _METHODS,
            "description": "The supported browser interaction method for this element.",
        },
        "arguments": {
            "type": "array",
            "items": {"type": "string"},
            "description": "The arguments to pass to the selected interaction method.",
        },
    },
    "required": ["elementId", "description", "method", "arguments"],
    "additionalProperties": False,
}

SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "Observation": {
        "$schema": _DIALECT,
        "type": "object",
        "properties": {"elements": {"type": "array", "items": _ELEMENT}},
        "required": ["elements"],
        "additionalProperties": False,
    },
    "Extraction": {
        "$schema": _DIALECT,
        "type": "object",
        "properties": {
            "verdict": {
                "type": "string",
                "enum": ["holds", "does_not_hold", "cannot_tell"],
                "title": "Verdict",
                "description": "whether the claim holds on the page",
            },
            "reason": {"type": "string", "title": "Reason", "description": "one sentence"},
            "evidence": {
                "type": "array",
                "items": {"type": "string"},
                "title": "Evidence",
                "description": "the exact texts of the page that decide it, copied letter by letter",
            },
        },
        "required": ["verdict", "reason", "evidence"],
        "additionalProperties": {},
        "title": "_Judgement",
        "description": "What a model says of a claim.",
    },
    "Metadata": {
        "$schema": _DIALECT,
        "type": "object",
        "properties": {
            "progress": {
                "type": "string",
                "description": "progress of what has been extracted so far, as concise as possible",
            },
            "completed": {
                "type": "boolean",
                "description": "true if the goal is now accomplished. Use this conservatively, only when sure that the "
                "goal has been completed.",
            },
        },
        "required": ["progress", "completed"],
        "additionalProperties": False,
    },
}
"""By the name that Stagehand gives them."""
