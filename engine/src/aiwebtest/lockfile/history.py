"""What the last pass of a case looked like, so that its next failure can be explained without a model.

Kept per case and site as a small JSON outside git (below `.aiwebtest/`): it holds texts of the page and is only worth
something on the machine that runs the tests. It is never needed for a run; a missing or unreadable one is no fault.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
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
_MOST_SITES = 4  # of one case: a server under test may have another port each time


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
    """One execution: its steps up to the first that did not pass, and what the browser complained of.

    `site` is the origin at which it began, such as `https://shop.example`; "" when that is not known.
    """

    site: str = ""
    steps: tuple[StepState, ...] = ()
    console: tuple[ConsoleLine, ...] = ()
    failed_requests: tuple[FailedRequest, ...] = ()


_STATES = TypeAdapter(CaseState)


class History:
    """The last passes of all cases: a folder a case in `folder`, in it a file a site."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self, case: Case, site: str = "") -> CaseState | None:
        """Return what the last pass at a site looked like, else the last one at another; None when none is known."""
        same = _read(self._path(case, site))
        if same is not None:
            return same
        return next((found for path in _newest(self._of(case)) if (found := _read(path)) is not None), None)

    def save(self, case: Case, state: CaseState, mask: Callable[[str], str] = str) -> None:
        """Keep the state of a case that passed. `mask` puts names in the place of secrets.

        A step of which no page text was taken keeps the text of the pass before. A folder that cannot be written to
        is left alone: the history only makes messages better.
        """
        path = self._path(case, state.site)
        before = _read(path)
        if before is not None:
            state = _with_lines(state, before)
        beside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(_STATES.dump_json(mask_value(state, mask), exclude_defaults=True))
            os.utime(beside, ns=(moment := time.time_ns(), moment))  # file systems count in coarser ticks by themselves
            beside.replace(path)
            for old in _newest(path.parent)[_MOST_SITES:]:
                old.unlink(missing_ok=True)
        except OSError:
            return

    def _of(self, case: Case) -> Path:
        stem = Path(case.place.path).name.split(".")[0]
        key = f"{Path(case.place.path).name}::{case_key(case)}"
        name = re.sub(r"[^\w-]+", "-", f"{stem}-{case.name}")[:60].strip("-")
        return self.folder / f"{name}-{_digest(key)}"

    def _path(self, case: Case, site: str) -> Path:
        return self._of(case) / f"{_digest(site)}.json"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def _read(path: Path) -> CaseState | None:
    try:
        return _STATES.validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def _newest(folder: Path) -> list[Path]:
    """Return the files of a case, the newest first; those that go meanwhile are left out."""
    found = []
    for path in folder.glob("*.json"):
        with suppress(OSError):
            found.append((path.stat().st_mtime_ns, path))
    return [path for _, path in sorted(found, reverse=True)]


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
