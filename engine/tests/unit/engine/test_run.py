"""How a run begins, and what its end ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from aiwebtest.browser.launch import BrowserPool
from aiwebtest.browser.session import SessionOptions
from aiwebtest.core.case import Case, Place, Session, Step
from aiwebtest.core.events import RunStarted
from aiwebtest.engine.logins import logged_in
from aiwebtest.engine.resources import open_resources
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


async def test_a_log_in_ends_with_the_run_that_was_stopped_meanwhile() -> None:
    """On a browser that serves other runs too it would go on clicking for nobody."""
    began, ended = asyncio.Event(), asyncio.Event()

    class Slow:
        """A browser in which a log-in never comes to its end."""

        @asynccontextmanager
        async def session(self, _options: object) -> AsyncIterator[None]:
            began.set()
            try:
                await asyncio.Event().wait()
                yield
            finally:
                ended.set()

    steps = (Step(index=0, text="Sign in"),)
    case = Case(
        name="Orders", url="/", steps=steps, place=Place(path="a.test.yaml", line=1),
        session=Session(name="ada", url="/login", steps=steps),
    )  # fmt: skip

    async with open_resources(RunSettings(), None, lambda _: None, cast(BrowserPool, Slow())) as resources:
        waiting = asyncio.create_task(logged_in(case, resources, SessionOptions(), anew=False))
        await began.wait()
        waiting.cancel()

    assert ended.is_set()
