"""Writes down what happens in an execution: events, steps, requests to models, artifacts, heals, and how it ended.

What the engine tells is put into a buffer and written in batches: the first at once, so that who follows sees it begin,
and then at most ten times a second. Every batch names the attempt that it belongs to, and is refused when the execution
has been given to somebody else (`LostLease`). Files are stored first and named by the batch that is written next.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from aiwebtest.core.billing import UNBILLED, is_unpriced
from aiwebtest.core.case import Case
from aiwebtest.core.events import (
    ActionRecord,
    Alternative,
    Attempt,
    CaseFinished,
    CaseStarted,
    Event,
    Notice,
    Problem,
    StepFinished,
    StepStarted,
)
from aiwebtest.core.masking import mask_value
from aiwebtest.core.scope import Scope
from aiwebtest.lab import Decision
from aiwebtest.lockfile.document import StoredAction
from aiwebtest.lockfile.keys import case_key, named, step_key
from aiwebtest.providers.blame import Suspicion, judged
from app.core.clock import now
from app.models import ArtifactFile, Execution, Heal, ModelAttempt, StepRecord
from app.services import events, lab, lockfiles
from app.services.leases import Claim, LostLease, stopped_problem, write_held
from app.services.leaving import Leaving
from app.services.platform import Platform

__all__ = ["Recorder", "problem_of"]

_FLUSH_S = 0.1
_STORE_AGAIN_S = (0.5, 2.0, 5.0)  # before the tries to store files that the store refused, at an execution's end
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_GROUNDED_BY = {"healed-rules": "healed", "healed-model": "healed", "none": ""}


@dataclass
class _Batch:
    """What the next transaction writes."""

    events: list[dict[str, Any]] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    attempts: list[dict[str, Any]] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    doubted: set[int] = field(default_factory=set)  # steps whose answers are in doubt
    anew: bool = False  # the case is tried again: steps written so far do not count

    def __bool__(self) -> bool:
        return bool(self.events or self.steps or self.attempts or self.files or self.doubted or self.anew)


class Recorder:
    """The record of one claimed execution.

    ```python
    recorder = Recorder(platform, claim, folder)
    await recorder.begin()
    async for event in run_cases(...):
        recorder.on_event(event)
    await recorder.finish()
    ```
    `folder` is where the engine leaves files (its `report_dir`). Every method that writes raises LostLease.
    """

    def __init__(self, platform: Platform, claim: Claim, folder: Path) -> None:
        self.ended: CaseFinished | None = None  # how the case ended, once it has
        self._platform, self._claim = platform, claim
        self._batch = _Batch()
        self._unwritten: _Batch | None = None
        self._leaving = Leaving(platform.artifacts, claim, folder)
        self._heals: list[dict[str, Any]] = []
        self._decisions: list[Decision] = []
        self._news = asyncio.Event()
        self._writing = asyncio.Lock()
        self._written_at = 0.0  # of the loop's clock
        self._case: Case | None = None
        self._scope: Scope | None = None
        self._suspicion = Suspicion()
        self._case_began_at = now()
        self._retry = self._done = self._healed = 0
        self._number = 0  # of the last batch that was written

    @property
    def undecided(self) -> bool:
        """Tell whether it is not known how the application does: the case ended as an error, or not at all."""
        return self.ended is None or self.ended.outcome == "error"

    async def begin(self) -> None:
        """Forget what earlier attempts left that does not count any more. What their models cost stays."""
        if self._claim.attempt == 1:
            return
        async with self._platform.database.write() as session:
            await write_held(session, self._claim, steps_done=0, healed=0)
            of_execution = ArtifactFile.execution_id == self._claim.execution_id
            await session.execute(delete(ArtifactFile).where(of_execution))
            await session.execute(delete(StepRecord).where(StepRecord.execution_id == self._claim.execution_id))
        await self._leaving.forget_others()

    def runs(self, case: Case, scope: Scope) -> None:
        """Say which case it is, and what its sentences' placeholders stand for."""
        self._case, self._scope = case, scope

    def decided(self, decisions: Sequence[Decision]) -> None:
        """Keep decisions of models that were judged; they are written at the end."""
        self._decisions += decisions

    def on_event(self, event: Event) -> None:
        """Take one event of the engine. Writes nothing yet."""
        if not isinstance(event, CaseStarted):
            event = mask_value(event, _storable)
        match event:
            case CaseStarted():
                self._case_started(event)
            case StepStarted():
                self._tell("step-started", event.at, step=_step(event))
            case StepFinished():
                self._step_finished(event)
            case CaseFinished():
                self._case_finished(event)
            case Notice():
                self._tell("notice", event.at, text=event.text, level=event.level)
            case _:
                return
        self._news.set()

    async def keep_writing(self) -> None:
        """Write what comes in, until cancelled: at once when it was quiet, else ten times a second."""
        loop = asyncio.get_running_loop()
        while True:
            await self._news.wait()
            await asyncio.sleep(max(0.0, self._written_at + _FLUSH_S - loop.time()))
            await self.flush()

    async def flush(self) -> None:
        """Write everything that came in so far, and those files that are there."""
        async with self._writing:
            self._news.clear()
            with ExitStack() as unless_written:
                unless_written.callback(self._news.set)
                try:
                    await self._write_out()
                    if self._leaving:
                        await _to_its_end(self._leaving.store())
                        await self._write_out()
                finally:
                    self._written_at = asyncio.get_running_loop().time()
                unless_written.pop_all()

    async def _write_out(self) -> None:
        while batch := self._unwritten or self._taken():
            self._unwritten = batch  # the very same is tried again when the database went away meanwhile
            try:
                async with self._platform.database.write() as session:
                    await self._write(session, batch)
            except LostLease:
                await self._platform.artifacts.discard(*(row["key"] for row in batch.files))
                raise
            self._number, self._unwritten = self._number + 1, None

    async def finish(
        self, *, lock: tuple[int, str, str] | None = None, problem: Problem | None = None, patient: bool = True
    ) -> None:
        """Write the rest and end the execution as its case ended, or as an error with `problem`.

        `lock`: id of the test, its lockfile before and after. All in one transaction, files first. `patient`: whether a
        store that refuses files is given time.
        """
        await self.flush()
        for pause in _STORE_AGAIN_S if patient else ():
            if not self._leaving.refused:
                break
            await asyncio.sleep(pause)
            await self.flush()
        refused = self._leaving.refused
        if (missed := self._leaving.give_up()) and refused:
            what = f"Not kept, {', '.join(missed)}: {refused}"
            self._tell("notice", now(), text=what, level="warning")
            await self.flush()
        ended = self.ended
        values: dict[str, Any] = {"outcome": "error", "problem": problem_of(problem)}
        if ended is not None and problem is None:
            values = {
                "outcome": ended.outcome,
                "problem": problem_of(ended.problem),
                "flaky": ended.flaky,
                "healed": self._healed,
                "duration_s": round(ended.duration_s, 3),
                "summary": {
                    "console": _plain(ended.console),
                    "failed_requests": _plain(ended.failed_requests),
                    "explanation": list(ended.explanation),
                    "tries": ended.retry + 1,
                },
            }
        async with self._writing, self._platform.database.write() as session:
            await self._write(session, _Batch())
            stopped_by = await session.scalar(
                select(Execution.stopped_by).where(Execution.id == self._claim.execution_id, Execution.stop_requested)
            )
            if stopped_by is not None:
                values |= {"outcome": "error", "problem": stopped_problem(stopped_by)}
            if lock is not None and values["outcome"] == "passed":
                await lockfiles.keep(session, *lock)
            if self._heals and stopped_by is None:
                await session.execute(insert(Heal), self._heals)
            if self._decisions:
                of = Execution.id == self._claim.execution_id
                test_id = await session.scalar(select(Execution.test_id).where(of))
                await lab.keep(session, self._decisions, execution_id=self._claim.execution_id, test_id=test_id)
            await self._platform.queue.leases.finish_in(session, self._claim, **values)

    # --- what comes in ------------------------------------------------------------------------------------------------

    def _case_started(self, event: CaseStarted) -> None:
        self._retry, self._done, self._healed = event.retry, 0, 0
        self._heals.clear()
        self._suspicion, self._case_began_at = Suspicion(), event.at
        if event.retry:
            self._batch.anew = True
            self._batch.steps.clear()
        steps = [{"index": s.index, "text": s.text, "kind": s.kind, "phase": s.phase} for s in event.case.steps]
        self._tell(
            "case-started", event.at, name=event.case.name, row=event.case.row, retry=event.retry, steps=steps
        )  # fmt: skip

    def _step_finished(self, event: StepFinished) -> None:
        step = event.step
        self._done += event.outcome != "skipped"
        for one in event.artifacts:
            self._leaving.announce(one, step=step.index, retry=self._retry)
        served = zip(event.attempts, judged(event), strict=True)
        self._batch.attempts += [self._attempt(one, event, good=good) for one, good in served]
        self._batch.doubted |= {one.step.index for one in self._suspicion.hear(event) if one.attempts}
        detail = {
            "understood": event.understood,
            "actions": _plain(event.actions),
            "verdicts": _plain(event.verdicts),
            "extracted": dict(event.extracted),
            "problem": problem_of(event.problem),
            "notes": list(event.notes),
        }
        source = next((record.grounding.source for record in event.actions), "")
        shared = {
            "kind": step.kind, "phase": step.phase, "outcome": event.outcome, "url": event.url,
            "source": _GROUNDED_BY.get(source, source), "duration_s": round(event.duration_s, 4),
        }  # fmt: skip
        self._batch.steps.append(
            {
                "execution_id": self._claim.execution_id,
                "index": step.index,
                "text": step.text,
                "detail": detail,
                **shared,
            }
        )
        told = {name: detail[name] for name in ("understood", "verdicts", "problem", "notes")}
        heals = [_plain(record.heal) for record in event.actions if record.heal]
        cost = [one.cost_usd for one in event.attempts if one.cost_usd is not None]
        self._tell(
            "step-finished", event.at, step=_step(event), **shared, **told, heals=heals,
            described=[record.described for record in event.actions],
            attempts=len(event.attempts), cost_usd=sum(cost) if cost else None,
            cost_unknown=sum(map(is_unpriced, event.attempts)),
            tokens=sum((one.input_tokens or 0) + (one.output_tokens or 0) for one in event.attempts),
            asked=sorted({f"{one.provider}/{one.model_served or one.model_asked}" for one in event.attempts}),
        )  # fmt: skip
        self._note_heals(event)

    def _case_finished(self, event: CaseFinished) -> None:
        self._healed = event.healed
        for one in event.artifacts:
            self._leaving.announce(one, step=None, retry=event.retry)
        if not event.will_retry:
            self.ended = event
        self._tell(
            "case-finished", event.at, outcome=event.outcome, duration_s=round(event.duration_s, 3), retry=event.retry,
            will_retry=event.will_retry, problem=problem_of(event.problem), explanation=list(event.explanation),
            flaky=event.flaky, healed=event.healed,
        )  # fmt: skip

    def _taken(self) -> _Batch:
        batch, self._batch = self._batch, _Batch()
        batch.files = self._leaving.taken()
        return batch

    def _tell(self, event: str, at: datetime, /, **data: Any) -> None:
        self._batch.events.append(
            {"execution_id": self._claim.execution_id, "attempt": self._claim.attempt, "kind": event, "at": at,
             "data": data}
        )  # fmt: skip

    def _attempt(self, attempt: Attempt, event: StepFinished, *, good: bool | None) -> dict[str, Any]:
        values = asdict(attempt)
        values.pop("execution")
        values |= {"execution_id": self._claim.execution_id, "execution_attempt": self._claim.attempt, "at": event.at}
        return values | {"step": event.step.index, "good": good}

    def _note_heals(self, event: StepFinished) -> None:
        """Remember each heal of a step that passed, with what the lockfile would say if somebody approves it."""
        if event.outcome != "passed" or self._case is None:
            return
        case, step = self._case, event.step
        placed = [record for record in event.actions if record.grounding.locator is not None]
        stored = [
            StoredAction.of(record.grounding, named(step.text, self._scope)).model_dump(
                mode="json", exclude_defaults=True
            )
            | {"source": "model" if record.grounding.source == "healed-model" else "rules"}
            for record in placed
        ]
        entry = {"case": case_key(case, step), "step": step_key(case, step), "actions": stored}
        for record in event.actions:
            if (heal := record.heal) is not None:
                place = placed.index(record) if record in placed else 0
                others = [self._other(record, one, step.text) for one in heal.others]
                self._heals.append(
                    {"execution_id": self._claim.execution_id, "case": case_key(case, step), "step": step.index,
                     "text": step.text, "entry": {**entry, "place": place, "others": others}, "created_at": now(),
                     "state": "waiting", "decided_by": "", "before": heal.before, "after": heal.after,
                     "reason": heal.reason}
                )  # fmt: skip

    def _other(self, record: ActionRecord, one: Alternative, text: str) -> dict[str, Any]:
        """Return another candidate of a heal, with what the lockfile says if somebody chooses it."""
        grounding = replace(record.grounding, locator=one.locator, identity=one.identity, effects=frozenset())
        action = StoredAction.of(grounding, named(text, self._scope)).model_dump(mode="json", exclude_defaults=True)
        return {"described": one.described, "score": round(one.score, 3), "action": action | {"source": "rules"}}

    # --- what goes out ------------------------------------------------------------------------------------------------

    async def _write(self, session: AsyncSession, batch: _Batch) -> None:
        claim = self._claim
        money: dict[str, Any] = {}
        if batch.attempts:
            unknown = sum(one["cost_usd"] is None and one["outcome"] not in UNBILLED for one in batch.attempts)
            money = {
                "model_attempts": Execution.model_attempts + len(batch.attempts),
                "input_tokens": Execution.input_tokens + sum(one["input_tokens"] or 0 for one in batch.attempts),
                "output_tokens": Execution.output_tokens + sum(one["output_tokens"] or 0 for one in batch.attempts),
                "cost_usd": Execution.cost_usd + sum(one["cost_usd"] or 0.0 for one in batch.attempts),
                "cost_unknown": Execution.cost_unknown + unknown,
            }
        if not await write_held(session, claim, batch=self._number + 1, steps_done=self._done, **money):
            return
        if batch.anew:
            await session.execute(delete(StepRecord).where(StepRecord.execution_id == claim.execution_id))
        if batch.steps:
            await session.execute(insert(StepRecord), batch.steps)
        if batch.attempts:
            row = (
                await session.execute(
                    select(Execution.test_id, Execution.suite_id).where(Execution.id == claim.execution_id)
                )
            ).one()
            await session.execute(insert(ModelAttempt), [{**one, **row._asdict()} for one in batch.attempts])
        if batch.doubted:
            of_case = (
                ModelAttempt.execution_id == claim.execution_id, ModelAttempt.execution_attempt == claim.attempt,
                ModelAttempt.at >= self._case_began_at, ModelAttempt.step.in_(batch.doubted),
                ModelAttempt.good.is_(True),
            )  # fmt: skip
            await session.execute(update(ModelAttempt).where(*of_case).values(doubted=True))
        if self._heals and self._heals[0].get("test_id") is None:
            test_id = await session.scalar(select(Execution.test_id).where(Execution.id == claim.execution_id))
            self._heals = [{**heal, "test_id": test_id} for heal in self._heals if test_id is not None]
        told = [*batch.events, *(await _named(session, claim, batch.files) if batch.files else ())]
        if told:
            await events.write(session, self._platform.signals, claim.run_id, told)


async def _named(session: AsyncSession, claim: Claim, files: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Write the rows of files that are stored, and return the events that tell of them."""
    inserted = insert(ArtifactFile).returning(ArtifactFile.id, sort_by_parameter_order=True)
    ids = (await session.scalars(inserted, files)).all()
    return [
        {"execution_id": claim.execution_id, "attempt": claim.attempt, "kind": "artifact", "at": now(),
         "data": {"id": number, "kind": row["kind"], "step": row["step"], "caption": row["caption"]}}
        for number, row in zip(ids, files, strict=True)
    ]  # fmt: skip


async def _to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """Do it whole, also when the caller is cancelled meanwhile: files half stored would be lost."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        if not task.cancelled() and (failed := task.exception()) is not None:
            raise failed from None
        raise


def problem_of(problem: Problem | None) -> dict[str, Any] | None:
    """Return a problem as it is stored: code, what, mend, rewordings, and the best candidates in words."""
    if problem is None:
        return None
    problem = mask_value(problem, _storable)
    stored: dict[str, Any] = {"code": problem.code, "what": problem.what, "mend": problem.mend}
    if problem.rewordings:
        stored["rewordings"] = list(problem.rewordings)
    if problem.candidates:
        stored["candidates"] = _plain(problem.candidates)
    return stored


def _step(event: StepStarted | StepFinished) -> dict[str, Any]:
    step = event.step
    return {"index": step.index, "text": step.text, "kind": step.kind, "phase": step.phase}


def _storable(text: str) -> str:
    """Return a text of a page as databases take it: no NUL, which PostgreSQL refuses, and no half of a character."""
    return _UNSTORABLE.sub("\ufffd", text)


def _plain(value: Any) -> Any:
    """Return dataclasses as what JSON can hold."""
    return msgspec.to_builtins(value)
