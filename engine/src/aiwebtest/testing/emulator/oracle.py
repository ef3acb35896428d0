"""The oracle: what the emulator answers. A script first, then plain rules over the tree in the prompt.

The rules are simple on purpose and stated here: of the tree's lines, the one that shares most words with the
instruction wins; a line's own words count twice, words of its row or section once, a name in quotes ten times. A claim
holds when every quoted text and number in it is on the page, or, without any, when one line has most of its words.
Tests are proposed one a page, each looking for its first heading.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiwebtest.grounding.model.tree import Line, read_lines, split_request

__all__ = ["Oracle"]

_WORD = re.compile(r"[^\W_]+")
_QUOTED = re.compile(r"[\"“”'‘’«»]([^\"“”'‘’«»]+)[\"“”'‘’«»]")
_NUMBER = re.compile(r"[$€£]?\d[\d.,]*\d|\d")
_EXTRACTION = re.compile(r"\Ainstruction: (.*?)\nDOM: ", re.IGNORECASE | re.DOTALL)
_METHODS = {"type": "fill", "fill": "fill", "enter": "fill", "press": "click", "select": "selectOptionFromDropdown"}
_ACTED_ON = frozenset(
    "button link textbox searchbox checkbox radio combobox select listbox option menuitem tab switch slider spinbutton "
    "image img".split()
)
_STOP = frozenset(
    "the a an of in on at to into for with and click press type enter select choose check that is".split()
)
_ENOUGH = 0.6  # of a claim's words on one line


@dataclass
class Oracle:
    """Answers for one emulator. `script` maps a text of the prompt to the answer; the first that is found wins.

    `wrong_rate` is the share of observations answered with another element, chosen with `seed`: a posed provider can be
    made worse than another.
    """

    script: Mapping[str, Any] = field(default_factory=dict)
    wrong_rate: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def answer(self, schema: Mapping[str, Any], prompt: str) -> Any:
        """Return data for a prompt and the schema of its answer."""
        for text, answer in self.script.items():
            if text in prompt:
                return answer
        names = set(schema.get("properties", {}))
        if names == {"elements"}:
            return self._observe(prompt)
        if names == {"progress", "completed"}:
            return {"progress": "read", "completed": True}
        if {"verdict", "evidence"} <= names:
            return _judge(prompt)
        if names == {"found", "value"}:
            return _value(prompt)
        if names == {"tests"}:
            return _propose(prompt)
        return _least(schema)

    def _observe(self, prompt: str) -> dict[str, Any]:
        parts = split_request(prompt)
        if parts is None:
            return {"elements": []}
        lines = read_lines(parts.tree)
        scores = _scores(lines, parts.instruction)
        ranked = sorted(range(len(lines)), key=lambda i: -scores[i])
        if not ranked or scores[ranked[0]] <= 0:
            return {"elements": []}
        chosen = ranked[0]
        if len(ranked) > 1 and self._random.random() < self.wrong_rate:
            chosen = ranked[1]
        line = lines[chosen]
        method, arguments = _method(parts.instruction)
        element = {
            "elementId": _id(line),
            "description": line.name or line.role,
            "method": method,
            "arguments": arguments,
        }
        return {"elements": [element]}


def _id(line: Line) -> str:
    match = re.search(r"\[(\d+-\d+)\]", line.text)
    assert match is not None
    return match[1]


def _method(instruction: str) -> tuple[str, list[str]]:
    first = next(iter(_WORD.findall(instruction.lower())), "")
    method = _METHODS.get(first, "click")
    quoted = _QUOTED.findall(instruction)
    return method, quoted[:1] if method != "click" else []


def _words(text: str) -> set[str]:
    return {word for word in _WORD.findall(text.lower()) if word not in _STOP}


def _scores(lines: Sequence[Line], instruction: str) -> list[float]:
    wanted, quoted = _words(instruction), {text.lower() for text in _QUOTED.findall(instruction)}
    own = [_words(f"{line.role} {line.name}") & wanted for line in lines]
    near = _around(lines, own)
    scores = []
    for index, line in enumerate(lines):
        score = 2.0 * len(own[index]) + len(near[index] - own[index])
        score += 10.0 * (line.name.lower() in quoted)
        scores.append(score + 0.5 if own[index] and line.role in _ACTED_ON else score if own[index] else 0.0)
    return scores


def _around(lines: Sequence[Line], own: Sequence[set[str]]) -> list[set[str]]:
    """Return the wanted words in each line's grandparent's subtree: its row, card or section."""
    below = [set(words) for words in own]
    for index in range(len(lines) - 1, -1, -1):
        if (parent := lines[index].parent) >= 0:
            below[parent] |= below[index]
    return [below[_up(lines, index, 2)] for index in range(len(lines))]


def _up(lines: Sequence[Line], index: int, steps: int) -> int:
    for _ in range(steps):
        if lines[index].parent < 0:
            break
        index = lines[index].parent
    return index


def _asked(prompt: str) -> tuple[str, list[Line]]:
    parts = split_request(prompt)
    if parts is None:
        return prompt, []
    return parts.instruction, read_lines(parts.tree)


def _judge(prompt: str) -> dict[str, Any]:
    claim, lines = _asked(prompt)
    wanted = [*_QUOTED.findall(claim), *_NUMBER.findall(_QUOTED.sub(" ", claim))]
    if wanted:
        found = {
            text: next((line.name for line in lines if text.lower() in line.name.lower()), None) for text in wanted
        }
        missing = [text for text, line in found.items() if line is None]
        if missing:
            return {"verdict": "does_not_hold", "reason": f"{missing[0]} is not on the page", "evidence": []}
        evidence = list(dict.fromkeys(line for line in found.values() if line))
        return {"verdict": "holds", "reason": "all of it is on the page", "evidence": evidence}
    words = _words(claim)
    best = max(lines, key=lambda line: len(_words(line.name) & words), default=None)
    if best is None or not words or len(_words(best.name) & words) < _ENOUGH * len(words):
        return {"verdict": "cannot_tell", "reason": "nothing on the page speaks of it", "evidence": []}
    return {"verdict": "holds", "reason": "the page says so", "evidence": [best.name]}


def _value(prompt: str) -> dict[str, Any]:
    asked, lines = _asked(prompt)
    words = _words(asked)
    for index, line in enumerate(lines):
        if words & _words(line.name):
            _, colon, value = line.name.partition(":")
            if colon and value.strip():
                return {"found": True, "value": value.strip()}
            after = next((other.name for other in lines[index + 1 : index + 4] if other.name), "")
            if after:
                return {"found": True, "value": after}
    return {"found": False, "value": ""}


def _propose(prompt: str) -> dict[str, Any]:
    """Return one test for each page that the prompt tells of: it looks for the first heading there."""
    tests = []
    for page in prompt.split("\nPage: ")[1:]:
        url, _, rest = page.partition("\n")
        heading = next((line[11:] for line in rest.split("\n") if line.startswith("- heading: ")), "")
        if heading:
            step = {"kind": "check", "sentence": f'the page shows "{heading}"'}
            tests.append({"name": f"See {heading}", "url": url, "steps": [step]})
    return {"tests": tests}


def _least(schema: Mapping[str, Any]) -> Any:
    """Return the plainest value that fits a schema."""
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return min((_least(option) for option in schema["anyOf"]), key=lambda made: made is not None)
    kinds: dict[str, Any] = {"string": "", "integer": 0, "number": 0, "boolean": False, "array": [], "null": None}
    kind = schema.get("type", "object")
    if kind == "object":
        properties = schema.get("properties", {})
        return {name: _least(properties[name]) for name in schema.get("required", properties) if name in properties}
    return kinds.get(kind if isinstance(kind, str) else kind[0])
