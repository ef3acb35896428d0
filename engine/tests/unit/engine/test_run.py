"""How a run begins."""

from __future__ import annotations

import asyncio

from aiwebtest.core.case import Case, Place, Step
from aiwebtest.core.events import RunStarted
from aiwebtest.engine.run import run_cases
from aiwebtest.engine.settings import RunSettings
from aiwebtest.testing.scripted import ScriptedModel


async def test_the_beginning_of_a_run_names_all_who_answer_for_its_cases() -> None:
    """A test may name its own provider, and the reader of a report is to know whom to thank, or to pay."""
    steps = (Step(index=0, text="Click Save"),)
    cases = [
        Case(name=f"Case {number}", url="/", steps=steps, place=Place(path="a.test.yaml", line=1), provider=provider)
        for number, provider in enumerate(("cerebras", None, "builtin", "cerebras"))
    ]
    stop = asyncio.Event()
    stop.set()  # no case is run, so there is no browser

    began, *_ = [
        event async for event in run_cases(cases, RunSettings(), model=ScriptedModel(name="google"), stop=stop)
    ]

    assert isinstance(began, RunStarted)
    assert began.provider == "cerebras, google"
