"""What the last pass of a case looked like, so that its next failure can be explained without a model.

Kept per case as a small JSON outside git (below `.aiwebtest/`): it holds texts of the page and is only worth
something on the machine that runs the tests. It is never needed for a run; a missing or unreadable one is no fault.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from aiwebtest.core.case import Case
from aiwebtest.core.events import ConsoleLine, FailedRequest
from aiwebtest.core.masking import mask_value
from aiwebtest.core.snapshot import Snapshot
from aiwebtest.core.verdict import Outcome
from aiwebtest.lockfile.keys import case_key

__all__ = ["CaseState", "History", "StepState", "page_lines"]

_MOST_LINES = 400  # of a page
_LONGEST_LINE = 200  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class StepState:
    """What there was at the end of one step."""

    text: str  # the sentence
    outcome: Outcome = "passed"
    url: str = ""
    title: str = ""
    lines: tuple[str, ...] = ()  # visible texts of the page, in order; () when nobody looked at it
    target: str = ""  # the element acted on or looked at, described
    target_name: str = ""  # its accessible name or text
    effects: tuple[str, ...] = ()  # kinds
    expected: str = ""  # of the check that decided
    actual: str = ""
    code: str = ""  # of the problem, "" when it passed
    what: str = ""  # the problem in words
    candidates: tuple[str, ...] = ()  # elements that were considered, described, best first
    covered_by: str = ""  # what lay over the element


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseState:
    """One execution: its steps up to the first that did not pass, and what the browser complained of."""

    steps: tuple[StepState, ...] = ()
    console: tuple[ConsoleLine, ...] = ()
    failed_requests: tuple[FailedRequest, ...] = ()


_STATES = TypeAdapter(CaseState)


class History:
    """The last passes of all cases, one file each, in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self, case: Case) -> CaseState | None:
        """Return what the last pass looked like; None when none is known."""
        try:
            return _STATES.validate_json(self._path(case).read_bytes())
        except (OSError, ValidationError):
            return None

    def save(self, case: Case, state: CaseState, mask: Callable[[str], str] = str) -> None:
        """Keep the state of a case that passed. `mask` puts names in the place of secrets.

        A step of which no page text was taken keeps the text of the pass before. A folder that cannot be written to
        is left alone: the history only makes messages better.
        """
        before = self.load(case)
        if before is not None:
            state = _with_lines(state, before)
        path = self._path(case)
        beside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(_STATES.dump_json(mask_value(state, mask), exclude_defaults=True))
            beside.replace(path)
        except OSError:
            return

    def _path(self, case: Case) -> Path:
        stem = Path(case.place.path).name.split(".")[0]
        key = f"{Path(case.place.path).name}::{case_key(case)}"
        name = re.sub(r"[^\w-]+", "-", f"{stem}-{case.name}")[:60].strip("-")
        return self.folder / f"{name}-{hashlib.sha256(key.encode()).hexdigest()[:10]}.json"


def _with_lines(state: CaseState, before: CaseState) -> CaseState:
    known = {step.text: step for step in before.steps if step.lines}
    steps = (
        replace(step, lines=known[step.text].lines) if not step.lines and step.text in known else step
        for step in state.steps
    )
    return replace(state, steps=tuple(steps))


def page_lines(snapshot: Snapshot) -> tuple[str, ...]:
    """Return the visible texts of a page in order, each once: what stands in one block is one line."""
    return tuple(dict.fromkeys(line[:_LONGEST_LINE] for line in _lines(snapshot)))[:_MOST_LINES]


def _lines(snapshot: Snapshot) -> Iterator[str]:
    block = -1  # parent of the runs of text being joined
    pieces: list[str] = []
    for node in snapshot.nodes:
        text = node.text
        if not node.visible or not (text or node.name) or node.role == "option":
            continue
        if not text and not (node.value or node.role in ("img", "textbox", "combobox")):
            continue
        shown = text or (f"{node.name}: {node.value}" if node.value and node.name else node.value or node.name)
        if node.tag == "#text" and node.parent == block:
            pieces.append(shown)
            continue
        if pieces:
            yield " ".join(pieces)
        block, pieces = (node.parent, [shown]) if node.tag == "#text" else (-1, [shown])
    if pieces:
        yield " ".join(pieces)
