"""Sentences of a draft run one at a time in a page that stays open between them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import msgspec

from aiwebtest.browser.session import Session
from aiwebtest.browser.snapshot import take_snapshot
from aiwebtest.core.case import Step
from aiwebtest.core.errors import ActionError
from aiwebtest.core.events import StepFinished
from aiwebtest.core.masking import mask_value
from aiwebtest.core.model import Model
from aiwebtest.core.scope import Scope
from aiwebtest.engine.opening import address_of, session_options
from aiwebtest.engine.resources import RunResources
from aiwebtest.engine.state import ExecutionState
from aiwebtest.engine.step import run_step
from app.core.errors import Invalid
from app.services.platform import Platform
from app.services.pointing import names_of
from app.services.providers import write_down
from app.services.stagehand_service import StagehandService
from app.workers.drafts import Draft, by_line, make_ready
from app.workers.preparing import Ready

__all__ = ["Trying"]

_MOST_TOLD = 3  # candidates that are told


class Trying:
    """A case that is tried sentence by sentence. Its session is closed with `stack`."""

    def __init__(self, platform: Platform, service: StagehandService, stack: AsyncExitStack) -> None:
        self.session: Session | None = None
        self._platform, self._service, self._stack = platform, service, stack
        self._draft: Draft | None = None
        self._ready: Ready | None = None
        self._state: ExecutionState | None = None

    async def begin(self, draft: Draft) -> None:
        """Open the page that the draft's case begins at, logged in if the case names a session.

        Raises what a run would: Invalid, UsageError, BrowserUnavailable, ActionError.
        """
        await self._service.initialize()  # a worker that was just started may be about to
        ready, model = await self._read(draft)
        scope = self._scope(ready, {})
        resources = RunResources(settings=ready.settings, model=model, emit=lambda _: None, pool=self._service.pool)
        options = await session_options(ready.case, resources, scope)
        self.session = await self._stack.enter_async_context(self._service.pool.session(options))
        self._state = ExecutionState(
            execution="bench", case=ready.case, step=ready.case.steps[0], settings=ready.settings,
            session=self.session, scope=scope, emit=lambda _: None, model=model,
            cdp_url=self._service.pool.cdp_url or "",
        )  # fmt: skip
        await self.session.goto(
            address_of(ready.case, ready.settings, scope), timeout_s=ready.settings.navigation_timeout_s
        )
        await self.session.settle()

    async def run_line(self, draft: Draft, place: int) -> dict[str, Any]:
        """Run the steps that a line of the draft stands for, as it is written now; tell how each went."""
        state = self._begun()
        if draft != self._draft:
            ready, state.model = await self._read(draft)
            state.case, state.settings = ready.case, ready.settings
            state.scope = self._scope(ready, state.scope.variables)
        assert self._ready is not None
        lines = by_line(self._ready.case)
        if not 0 <= place < len(lines):
            raise Invalid("The sentence is not in the test any more.", mend="try it again.")
        return await self._run(state, lines[place])

    async def run_sentence(self, sentence: str) -> dict[str, Any]:
        """Run one sentence; tell how it went."""
        state = self._begun()
        return await self._run(state, [Step(index=0, text=" ".join(sentence.split()))])

    async def seen(self) -> dict[str, Any]:
        """Tell what can be named on the page as it is now."""
        state = self._begun()
        if state.session.dialogs_open:
            return {"names": []}
        return {"names": names_of(await take_snapshot(state.session.page))}

    def told(self, text: str) -> str:
        """Return a text as it may be told: no secret in it, paths relative to the tree."""
        text = self._state.scope.mask(text) if self._state is not None else text
        return self._ready.workspace.relative(text) if self._ready is not None else text

    async def _read(self, draft: Draft) -> tuple[Ready, Model | None]:
        ready = await make_ready(self._platform, draft)
        models = await self._service.models(ready.project)
        [case] = await models.prepare([ready.case])
        ready = replace(ready, case=case)
        self._draft, self._ready = draft, ready
        return ready, models.model

    def _scope(self, ready: Ready, known: Any) -> Scope:
        secrets = {name: ready.settings.secrets[name] for name in ready.case.secrets if name in ready.settings.secrets}
        return Scope({**known, **ready.case.variables, **ready.settings.variables}, secrets)

    def _begun(self) -> ExecutionState:
        if self._state is None or self.session is None:
            raise ActionError("The browser is not open yet.", mend="open it first.")
        if gone := self.session.gone():
            raise gone
        return self._state

    async def _run(self, state: ExecutionState, steps: Sequence[Step]) -> dict[str, Any]:
        told = []
        for step in steps:
            began = time.monotonic()
            finished = mask_value(await run_step(state, step), state.scope.mask)
            await write_down(self._platform, finished.attempts)
            told.append(_told(finished, time.monotonic() - began))
            if finished.outcome in ("failed", "error"):
                break
        names = [] if state.session.dialogs_open else (await self.seen())["names"]
        return {"steps": told, "names": names}


def _told(event: StepFinished, took_s: float) -> dict[str, Any]:
    """Return what a person is told of a step that was tried."""
    costs = [one.cost_usd for one in event.attempts]
    return {
        "text": event.step.text,
        "outcome": event.outcome,
        "understood": event.understood,
        "duration_s": round(took_s, 3),
        "actions": [
            {
                "described": one.described,
                "source": one.grounding.source,
                "model": one.grounding.model,
                "reason": one.grounding.reason,
                "effects": [msgspec.to_builtins(effect) for effect in one.effects.seen],
                "candidates": [[two.described, two.score] for two in one.candidates[:_MOST_TOLD]],
            }
            for one in event.actions
        ],
        "verdicts": msgspec.to_builtins(event.verdicts),
        "extracted": dict(event.extracted),
        "problem": None
        if event.problem is None
        else {
            "what": event.problem.what,
            "mend": event.problem.mend,
            "rewordings": list(event.problem.rewordings),
            "candidates": [[one.described, one.score] for one in event.problem.candidates[:_MOST_TOLD]],
        },
        "notes": list(event.notes),
        "url": event.url,
        "requests": len(event.attempts),
        "tokens": sum((one.input_tokens or 0) + (one.output_tokens or 0) for one in event.attempts),
        "cost_usd": None if None in costs else sum(cost or 0.0 for cost in costs),
    }
