"""Runs of cases through the real engine, the real browser and pages that the test serves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from small_site import Page, serve

from aiwebtest.browser.launch import BrowserPool
from aiwebtest.core.case import Case, Place, Step
from aiwebtest.core.events import CaseFinished, Event, RunFinished, StepFinished
from aiwebtest.core.model import Model
from aiwebtest.engine.run import RunSettings, run_cases


@pytest_asyncio.fixture(scope="session")
async def pool() -> AsyncIterator[BrowserPool]:
    """One browser for all runs of a worker."""
    async with BrowserPool() as pool:
        yield pool


@dataclass
class Ran:
    """What a run said."""

    events: list[Event]

    @property
    def steps(self) -> list[StepFinished]:
        return [event for event in self.events if isinstance(event, StepFinished)]

    @property
    def cases(self) -> list[CaseFinished]:
        return [event for event in self.events if isinstance(event, CaseFinished)]

    @property
    def outcome(self) -> str:
        [finished] = [event for event in self.events if isinstance(event, RunFinished)]
        return finished.outcome


@dataclass
class Runner:
    """Runs cases on pages; the lockfile goes into the test's own folder."""

    pool: BrowserPool
    folder: Path
    settings: dict[str, Any] = field(default_factory=dict)

    async def __call__(
        self,
        pages: str | Mapping[str, Page],
        *steps: str | Step,
        model: Model | None = None,
        case: Mapping[str, Any] = {},
        also: Sequence[Mapping[str, Any]] = (),
        stop: asyncio.Event | None = None,
        on_event: Callable[[Event], None] = lambda event: None,
        **settings: Any,
    ) -> Ran:
        with serve({"/": pages} if isinstance(pages, str) else pages) as url:
            made = [make_case(self.folder, *steps, **fields) for fields in (case, *also)]
            wanted = RunSettings(**{"base_url": url, "timeout_s": 2.0, **self.settings, **settings})
            events = []
            async for event in run_cases(made, wanted, model=model, pool=self.pool, stop=stop):
                on_event(event)
                events.append(event)
            return Ran(events)


def make_case(folder: Path, *steps: str | Step, **fields: Any) -> Case:
    """Return a case of these steps, whose file lies in `folder`."""
    made = tuple(step if isinstance(step, Step) else Step(index=i, text=step) for i, step in enumerate(steps))
    place = Place(path=str(folder / "case.test.yaml"), line=1)
    return Case(**{"name": "case", "url": "/", "steps": made, "place": place, **fields})


@pytest.fixture
def run(pool: BrowserPool, tmp_path: Path) -> Runner:
    """Return what runs one case on pages that it serves."""
    return Runner(pool, tmp_path)
