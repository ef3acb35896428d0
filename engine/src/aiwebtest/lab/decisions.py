"""Decisions of models, kept with consent: the request as it was sent, the answer, and whether it proved right.

A decision is right when its step passed in a case that passed, wrong when its step could not go on with it, and open
otherwise; a person may say so better. Requests hold no secret value: they are masked before a model sees them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import msgspec

from aiwebtest.core.errors import UsageError
from aiwebtest.core.events import CaseFinished, Event, StepFinished
from aiwebtest.core.generation import Generator, Purpose, StructuredAnswer, StructuredRequest

__all__ = ["Decision", "Decisions", "Label", "read_decisions", "write_decisions"]

Label = Literal["right", "wrong", "open"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One request and its answer. `id` is made of both, so that the same decision is kept once."""

    id: str
    sentence: str
    purpose: Purpose
    system: str
    prompt: str
    schema: dict[str, Any]
    schema_name: str
    answer: Any
    model: str  # "provider/model" that answered
    label: Label = "open"
    labelled_by: Literal["run", "person"] = "run"
    arm: str = ""  # "provider/model" as asked, where routing learned from this answer
    at: datetime | None = None  # when its case ended

    def request(self) -> StructuredRequest:
        """Return the request, to be sent again."""
        return StructuredRequest(
            system=self.system, prompt=self.prompt, schema=self.schema, schema_name=self.schema_name,
            purpose=self.purpose, execution=f"lab-{self.id}",
        )  # fmt: skip


@dataclass
class Decisions:
    """Hears the requests and the events of a run, and writes the decisions at its end.

    Without a file somebody else keeps them: `taken` hands them over. `only` holds the executions whose decisions may be
    kept; None means all. `routed`: routing learns from the run too.
    """

    file: Path | None
    only: set[str] | None = None
    routed: bool = False
    _pending: dict[tuple[str, int | None], list[Decision]] = field(default_factory=dict)
    _kept: dict[str, Decision] = field(default_factory=dict)
    _steps: dict[str, list[StepFinished]] = field(default_factory=dict)

    def around(self, generator: Generator) -> Generator:
        """Return the generator with each of its answers kept."""
        return _Kept(generator, self)

    def keep(self, request: StructuredRequest, answer: StructuredAnswer) -> None:
        """Keep one answer until its step and its case have shown what it was worth."""
        if self.only is not None and request.execution not in self.only:
            return
        content = [request.system, request.prompt, dict(request.schema), answer.data]
        digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
        decision = Decision(
            id=digest, sentence="", purpose=request.purpose, system=request.system, prompt=request.prompt,
            schema=dict(request.schema), schema_name=request.schema_name, answer=answer.data, model=answer.model,
            arm=answer.arm if self.routed else "",
        )  # fmt: skip
        self._pending.setdefault((request.execution, request.step), []).append(decision)

    def on_event(self, event: Event) -> None:
        """Take one event."""
        if isinstance(event, StepFinished):
            self._steps.setdefault(event.execution, []).append(event)
        elif isinstance(event, CaseFinished):
            for step in self._steps.pop(event.execution, []):
                self._judge(event, step)

    def taken(self) -> list[Decision]:
        """Hand over the decisions that were judged since the last time."""
        found = list(self._kept.values())
        self._kept.clear()
        return found

    def close(self) -> None:
        """Write what was kept to the file, beside what is there; what a person said of a decision stays."""
        if self.file is None or not self._kept:
            return
        known = {one.id: one for one in read_decisions(self.file)} if self.file.exists() else {}
        for decision in self._kept.values():
            old = known.get(decision.id)
            if old is None or (old.labelled_by == "run" and decision.label != "open"):
                known[decision.id] = decision
        write_decisions(self.file, known.values())

    def _judge(self, case: CaseFinished, step: StepFinished) -> None:
        made = self._pending.pop((case.execution, step.step.index), [])
        for position, decision in enumerate(made):
            last = position == len(made) - 1  # the answers before it were not taken: a second try followed
            label: Label = "open"
            if step.outcome == "error" or not last:
                label = "wrong"
            elif step.outcome == "passed" and case.outcome == "passed":
                label = "right"
            arm = decision.arm if last else ""
            self._kept[decision.id] = replace(decision, sentence=step.step.text, label=label, arm=arm, at=case.at)


class _Kept:
    def __init__(self, generator: Generator, decisions: Decisions) -> None:
        self.name, self.time_s = generator.name, generator.time_s
        self._generator, self._decisions = generator, decisions

    async def generate(self, request: StructuredRequest) -> StructuredAnswer:
        answer = await self._generator.generate(request)
        self._decisions.keep(request, answer)
        return answer


def read_decisions(path: Path) -> list[Decision]:
    """Return the decisions in a file. Raises UsageError when there is none, or a line is none of ours."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as exc:
        mend = "set record_decisions = true and run tests with a provider; nothing is kept without."
        raise UsageError(f"There are no recorded decisions at {path}.", mend=mend) from exc
    return list(_read(path, lines))


def _read(path: Path, lines: list[bytes]) -> Iterator[Decision]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield msgspec.json.decode(line, type=Decision)
            except msgspec.DecodeError as exc:
                mend = "take the line out, or record anew."
                raise UsageError(f"{path}:{number} is no recorded decision: {exc}.", mend=mend) from exc


def write_decisions(path: Path, decisions: Iterable[Decision]) -> None:
    """Write decisions, one a line, sorted by id; the file is replaced at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [msgspec.json.encode(one) for one in sorted(decisions, key=lambda one: one.id)]
    beside = path.with_suffix(".new")
    beside.write_bytes(b"".join(line + b"\n" for line in lines))
    beside.replace(path)
