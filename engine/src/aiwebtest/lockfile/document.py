"""The lockfile's JSON: what stands in it, how it is written and how it is read.

One line holds one thing (a locator, an identity, the effects), keys are sorted and nothing in it depends on the time or
the machine, so `git diff` shows a change of one thing as one changed line.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from aiwebtest.core.effect import EffectKind
from aiwebtest.core.grounding import Grounding, GroundingSource
from aiwebtest.core.intent import Action, Intent
from aiwebtest.core.locator import Identity, Locator
from aiwebtest.lockfile.effects import worth_keeping

__all__ = ["VERSION", "Entries", "StoredAction", "Unreadable", "read", "write"]

VERSION = 2
"""Of the layout: 2 added what checks read. A file of a later version is left alone, an earlier one is read."""


T = TypeVar("T")


class Unreadable(Exception):
    """The text is no lockfile of ours. `newer` when a later version of this program wrote it."""

    def __init__(self, why: str, *, newer: bool = False) -> None:
        super().__init__(why)
        self.newer = newer


class StoredAction(BaseModel):
    """One action of a step as it stands in the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")  # a mistyped field would make a locator laxer than meant

    action: Action
    locator: Locator | None = None
    identity: Identity | None = None
    to: Locator | None = None
    to_identity: Identity | None = None
    effects: tuple[EffectKind, ...] = ()
    source: Literal["rules", "model"] = "rules"
    model: str = ""
    intent: Intent | None = None  # only of a sentence that a model read: the rules read theirs anew

    @classmethod
    def of(cls, grounding: Grounding, named: Callable[[str], str]) -> StoredAction:
        """Return a grounding in the form that is stored; `named` puts names in the place of values."""
        replayed = grounding.source == "replay" and bool(grounding.model)  # of a log-in, from another file's lockfile
        by_model = replayed or grounding.source in ("model", "healed-model")
        return cls(
            action=grounding.action,
            locator=_with_texts(grounding.locator, named),
            identity=_with_texts(grounding.identity, named),
            to=_with_texts(grounding.to, named),
            to_identity=_with_texts(grounding.to_identity, named),
            effects=tuple(sorted(worth_keeping(grounding.effects))),
            source="model" if by_model else "rules",
            model=grounding.model if by_model else "",
            intent=_with_texts(grounding.intent, named) if by_model else None,
        )

    def grounding(self, text: str, filled: Callable[[str], str]) -> Grounding:
        """Return the grounding of the sentence `text`; `filled` puts values in the place of names."""
        source: GroundingSource = self.source
        intent = self.intent or Intent(action=self.action, text=text)
        return Grounding(
            intent=replace(intent, action=self.action),
            action=self.action,
            locator=_with_texts(self.locator, filled),
            identity=_with_texts(self.identity, filled),
            to=_with_texts(self.to, filled),
            to_identity=_with_texts(self.to_identity, filled),
            effects=frozenset(self.effects),
            source=source,
            model=self.model,
        )


Steps = dict[str, tuple[StoredAction, ...]]
Entries = dict[str, Steps]
"""Actions by the key of their step, by the key of their case."""

_ENTRIES: TypeAdapter[Entries] = TypeAdapter(Entries)


def read(data: bytes) -> Entries:
    """Return the entries of a lockfile. Raises Unreadable when it is none, or says what we do not understand."""
    try:
        text = data.decode("utf-8-sig")
        raw = json.loads(text)
    except ValueError as exc:
        if b"<<<<<<<" in data and b">>>>>>>" in data:
            raise Unreadable("it holds unresolved merge conflicts") from exc
        raise Unreadable("it is not JSON") from exc
    if not isinstance(raw, dict) or not isinstance(raw.get("version"), int):
        raise Unreadable("it is not a lockfile: its version is missing")
    if raw["version"] > VERSION:
        raise Unreadable(f"a later version of aiwebtest wrote it (layout {raw['version']})", newer=True)
    return _entries(raw.get("cases"))


def _entries(raw: Any) -> Entries:
    try:
        return _ENTRIES.validate_python(raw)
    except ValidationError as exc:
        place = " > ".join(str(part) for part in exc.errors()[0]["loc"])
        raise Unreadable(f"it does not fit at {place}: {exc.errors()[0]['msg']}") from exc


def write(entries: Mapping[str, Mapping[str, tuple[StoredAction, ...]]]) -> str:
    """Return the file's text; the same entries give the same text, whatever their order."""
    cases = _as_json({case: steps for case, steps in entries.items() if any(steps.values())})
    lines = ["{", '  "cases": {']
    lines += _separated([_case_lines(name, cases[name]) for name in sorted(cases)])
    lines += ["  },", f'  "version": {VERSION}', "}", ""]
    return "\n".join(lines)


def _case_lines(name: str, steps: Mapping[str, list[dict[str, Any]]]) -> list[str]:
    inner = _separated([_step_lines(text, steps[text]) for text in sorted(steps) if steps[text]])
    return [f"    {_compact(name)}: {{", *inner, "    }"]


def _step_lines(text: str, actions: list[dict[str, Any]]) -> list[str]:
    inner = _separated([_action_lines(action) for action in actions])
    return [f"      {_compact(text)}: [", *inner, "      ]"]


def _action_lines(action: Mapping[str, Any]) -> list[str]:
    inner = _separated([[f"          {_compact(key)}: {_compact(action[key])}"] for key in sorted(action)])
    return ["        {", *inner, "        }"]


def _separated(blocks: list[list[str]]) -> list[str]:
    """Return the blocks' lines, with a comma behind each block but the last."""
    for block in blocks[:-1]:
        block[-1] += ","
    return [line for block in blocks for line in block]


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _as_json(entries: Mapping[str, Mapping[str, tuple[StoredAction, ...]]]) -> Any:
    return {
        case: {
            step: [a.model_dump(mode="json", exclude_defaults=True) | {"source": a.source} for a in actions]
            for step, actions in steps.items()
        }
        for case, steps in entries.items()
    }


_WORDS_OF_OURS = frozenset({"action", "attribute", "kind", "read_by", "role", "states", "tag", "type", "unit"})


def _with_texts(value: T, change: Callable[[str], str]) -> T:
    """Return `value` with `change` applied to the texts in it that come from a page or a sentence."""
    changed: Any = value
    if isinstance(value, str):
        changed = change(value)
    elif isinstance(value, tuple):
        changed = tuple(_with_texts(item, change) for item in value)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        texts = [field.name for field in dataclasses.fields(value) if field.name not in _WORDS_OF_OURS]
        changed = dataclasses.replace(value, **{name: _with_texts(getattr(value, name), change) for name in texts})
    return changed  # type: ignore[no-any-return]
