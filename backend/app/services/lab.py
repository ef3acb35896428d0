"""The lab: decisions of models that were recorded with consent, and asking them again of others.

Asking needs no browser. Whoever keeps house takes a lease on a run, asks a part of what is left, writes the answers and
gives the lease back; a process that dies in between costs a few requests and no answer that was written.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from aiwebtest.core.errors import UsageError
from aiwebtest.core.events import Attempt
from aiwebtest.lab import Asked, Decision, ask, turns
from aiwebtest.providers.registry import Providers
from aiwebtest.reporting.experiment import Experiment, Trial
from aiwebtest.reporting.lab import lab_plan
from app.core.clock import now, now_s
from app.core.errors import Conflict, Invalid, NotFound
from app.models import DecisionRecord, LabAnswer, LabRun, ModelAttempt, Setting, StepRecord
from app.schemas.measuring import LabRunAnswer, LabRunNew, LabRunSummary, VerdictCounts
from app.services import audit
from app.services.actor import Actor
from app.services.experiment_answers import arm_answer, contrast_answer
from app.services.listing import page
from app.services.platform import Platform
from app.services.project import missing_key, server_project
from app.services.providers import write_down

if TYPE_CHECKING:
    from aiwebtest.providers.chain import Chain

__all__ = ["answer", "begin", "consent", "decision", "decisions", "exported", "get", "keep", "label", "listed",
           "set_consent", "shown", "stop", "work_due"]  # fmt: skip

_CONSENT = "record_decisions"
_LEASE_S = 120.0
_AT_ONCE = 4
_PART = 2 * _AT_ONCE  # asked before answers are written, and a wish to stop is heard
_TURN_S = 15.0  # of one process, before others may go on


async def consent(session: AsyncSession) -> bool:
    """Tell whether an owner let decisions be recorded."""
    setting = await session.get(Setting, _CONSENT)
    return bool(setting and setting.value.get("on"))


async def set_consent(platform: Platform, actor: Actor, *, on: bool) -> None:
    """Let decisions be recorded from the next execution on, or no more. What is recorded stays."""
    async with platform.database.write() as session:
        setting = await session.get(Setting, _CONSENT, with_for_update=True)
        if setting is None:
            setting = Setting(name=_CONSENT, value={})
            session.add(setting)
        setting.value, setting.updated_by, setting.updated_at = {"on": on}, actor.label, now()
        audit.note(session, actor, "lab.consent", _CONSENT, on=on)


async def keep(
    session: AsyncSession, made: Sequence[Decision], *, execution_id: int | None, test_id: int | None
) -> None:
    """Write decisions of an execution; one that is there is only judged anew, and never against a person's word.

    Its time is the last one that it was met: retention deletes what is met no more.
    """
    if not made:
        return
    rows = [
        {
            "digest": one.id, "execution_id": execution_id, "test_id": test_id, "at": now(), "sentence": one.sentence,
            "purpose": one.purpose, "system": one.system, "prompt": one.prompt, "schema": one.schema,
            "schema_name": one.schema_name, "answer": {"data": one.answer}, "model": one.model, "label": one.label,
            "labelled_by": "",
        }
        for one in {one.id: one for one in made}.values()
    ]  # fmt: skip
    insert = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert
    met = insert(DecisionRecord)
    await session.execute(met.on_conflict_do_update(index_elements=["digest"], set_={"at": met.excluded.at}), rows)
    for row in rows:
        if row["label"] != "open":
            told = update(DecisionRecord).where(
                DecisionRecord.digest == row["digest"], DecisionRecord.labelled_by == ""
            )
            await session.execute(told.values(label=row["label"]))


async def decisions(
    session: AsyncSession, *, label: str | None, after: str | None, limit: int
) -> tuple[list[DecisionRecord], str | None]:
    """Return a page of recorded decisions, newest first, and the cursor of the next."""
    query = select(DecisionRecord)
    if label:
        query = query.where(DecisionRecord.label == label)
    return await page(session, query, DecisionRecord.id, after=after, limit=limit)


async def decision(session: AsyncSession, decision_id: int) -> DecisionRecord:
    """Return a recorded decision. Raises NotFound."""
    found = await session.get(DecisionRecord, decision_id)
    if found is None:
        raise NotFound("decision", decision_id)
    return found


async def label(platform: Platform, actor: Actor, decision_id: int, verdict: str) -> DecisionRecord:
    """Say what an answer was worth; suggestions and routing go by that too. Raises NotFound."""
    async with platform.database.write() as session:
        found = await decision(session, decision_id)
        found.label, found.labelled_by = verdict, actor.label
        if verdict != "open":
            await _tell_ledger(session, found)
        audit.note(session, actor, "lab.label", f"decision {decision_id}", label=verdict)
    return found


async def _tell_ledger(session: AsyncSession, labelled: DecisionRecord) -> None:
    """Let the request of a decision count as a person said, against what its case made of it."""
    made_in = StepRecord.execution_id == labelled.execution_id, StepRecord.text == labelled.sentence
    of_request = (
        ModelAttempt.execution_id == labelled.execution_id, ModelAttempt.purpose == labelled.purpose,
        ModelAttempt.step.in_(select(StepRecord.index).where(*made_in)), ModelAttempt.outcome == "ok",
        ModelAttempt.good.is_not(None),
    )  # fmt: skip
    await session.execute(update(ModelAttempt).where(*of_request).values(good=labelled.label == "right", doubted=False))


async def exported(session: AsyncSession, *, label: str | None) -> bytes:
    """Return decisions as `aiwebtest lab --from` reads them: one a line."""
    query = select(DecisionRecord).order_by(DecisionRecord.digest)
    if label:
        query = query.where(DecisionRecord.label == label)
    found = (await session.scalars(query)).all()
    return b"".join(msgspec.json.encode(_decision(one)) + b"\n" for one in found)


def _decision(one: DecisionRecord) -> Decision:
    stored = {
        "id": one.digest, "answer": one.answer["data"], "labelled_by": "person" if one.labelled_by else "run",
        **{name: getattr(one, name)
           for name in ("sentence", "purpose", "system", "prompt", "schema", "schema_name", "model", "label")},
    }  # fmt: skip
    return msgspec.convert(stored, Decision)


async def begin(platform: Platform, actor: Actor, new: LabRunNew) -> LabRun:
    """Let the decisions that proved right be asked again. Raises Invalid without any, UsageError without a key."""
    project = await asyncio.to_thread(server_project)
    for arm in new.arms:
        missing_key(project, arm)
    async with platform.database.write() as session:
        right = select(DecisionRecord.id).where(DecisionRecord.label == "right").order_by(DecisionRecord.id.desc())
        ids = list((await session.scalars(right.limit(new.newest))).all())
        if not ids:
            raise Invalid(
                "No decision proved right, so no answer is known.",
                mend="let decisions be recorded and run tests with a model, or label some by hand.",
            )
        run = LabRun(
            arms=new.arms, decisions=ids, repeat=new.repeat, seed=new.seed, cost_cap_usd=new.cost_cap_usd,
            author=actor.label,
        )  # fmt: skip
        session.add(run)
        await session.flush()
        audit.note(session, actor, "lab.run", f"lab run {run.id}", arms=new.arms, decisions=len(ids))
    return run


async def get(session: AsyncSession, run_id: int) -> LabRun:
    """Return a run of the lab. Raises NotFound."""
    found = await session.get(LabRun, run_id)
    if found is None:
        raise NotFound("lab run", run_id)
    return found


async def listed(session: AsyncSession, *, after: str | None, limit: int) -> tuple[list[LabRun], str | None]:
    """Return a page of the lab's runs, newest first, and the cursor of the next."""
    return await page(session, select(LabRun), LabRun.id, after=after, limit=limit)


async def stop(platform: Platform, actor: Actor, run_id: int) -> LabRun:
    """End a run of the lab; its answers stay. Raises NotFound, Conflict."""
    async with platform.database.write() as session:
        run = await get(session, run_id)
        if run.state != "running":
            raise Conflict("It is over already.", mend="begin another one.")
        run.state, run.why, run.finished_at = "finished", f"Stopped by {actor.label}.", now()
        audit.note(session, actor, "lab.stop", f"lab run {run_id}")
    return run


async def answer(session: AsyncSession, run: LabRun) -> LabRunAnswer:
    """Return a run of the lab with what it has shown so far, by the statistics of experiments."""
    return await asyncio.to_thread(_answer, run, await _answers(session, run))


def _answer(run: LabRun, answers: Sequence[LabAnswer]) -> LabRunAnswer:
    told = _shown(run, answers)
    return LabRunAnswer(
        **LabRunSummary.model_validate(run).model_dump(), total=len(run.decisions) * len(run.arms) * run.repeat,
        answered=len(answers), spent_usd=told.spent_usd, winner=told.winner(),
        summary=told.summary() if answers else "",
        counts=[_counts(arm, answers) for arm in run.arms], figures=[arm_answer(one) for one in told.outcomes()],
        contrasts=[contrast_answer(one) for one in told.contrasts()], open_questions=told.open_questions(),
    )  # fmt: skip


async def shown(session: AsyncSession, run: LabRun) -> Experiment:
    """Return what the answers of a run have shown so far, each under the sentence of its decision."""
    asked = select(DecisionRecord.id, DecisionRecord.sentence).where(DecisionRecord.id.in_(run.decisions))
    names = {key: f"{sentence} ({key})" for key, sentence in (await session.execute(asked)).all() if sentence}
    return _shown(run, await _answers(session, run), names)


async def _answers(session: AsyncSession, run: LabRun) -> Sequence[LabAnswer]:
    return (await session.scalars(select(LabAnswer).where(LabAnswer.lab_run_id == run.id))).all()


def _counts(arm: str, answers: Sequence[LabAnswer]) -> VerdictCounts:
    mine = [one for one in answers if one.arm == arm]
    counted: Any = {kind: sum(one.verdict == kind for one in mine)
                    for kind in ("same", "other", "refused", "unanswered")}  # fmt: skip
    return VerdictCounts(arm=arm, **counted, schema_failures=sum(one.schema_failures for one in mine))


def _shown(run: LabRun, answers: Sequence[LabAnswer], names: Mapping[int, str] | None = None) -> Experiment:
    names = names or {}
    plan = lab_plan(run.arms, len(run.decisions), run.repeat, cost_cap_usd=run.cost_cap_usd)
    return Experiment(
        plan,
        remarks=[run.why] if run.why else [],
        trials=[
            Trial(
                arm=one.arm, case=names.get(one.decision_id, str(one.decision_id)), round=one.round,
                passed=one.verdict == "same", outcome=one.verdict, duration_s=one.latency_s, model_s=one.latency_s,
                requests=one.requests, tokens=one.tokens, cost_usd=one.cost_usd,
            )
            for one in answers
        ],
    )  # fmt: skip


async def work_due(platform: Platform) -> int:
    """Ask a part of what is left of one run of the lab; return how many answers came."""
    async with platform.database.read() as session:
        due = select(LabRun.id).where(LabRun.state == "running", LabRun.lease_until < now_s()).limit(1)
        run_id = await session.scalar(due)
    if run_id is None or not await _leased(platform, run_id):
        return 0
    try:
        return await _work(platform, run_id)
    finally:
        async with platform.database.write() as session:
            await session.execute(update(LabRun).where(LabRun.id == run_id).values(lease_until=0.0))


async def _leased(platform: Platform, run_id: int) -> bool:
    free = LabRun.id == run_id, LabRun.state == "running", LabRun.lease_until < now_s()
    async with platform.database.write() as session:
        taken = update(LabRun).where(*free).values(lease_until=now_s() + _LEASE_S).returning(LabRun.id)
        return (await session.scalar(taken)) is not None


async def _work(platform: Platform, run_id: int) -> int:
    project = await asyncio.to_thread(server_project)
    given, ends_at = 0, time.monotonic() + _TURN_S
    async with AsyncExitStack() as stack:
        made = Providers(project.providers, looked_in=project.keys_looked_in)
        providers = await stack.enter_async_context(made)
        async with platform.database.read() as session:
            run = await get(session, run_id)
        try:
            chains = {arm: providers.chain(arm, ()) for arm in run.arms}
        except UsageError as exc:  # its key is gone since it began
            await _end(platform, run, why=f"{exc.what} {exc.mend}")
            return 0
        while True:
            async with platform.database.read() as session:
                run = await get(session, run_id)
                left, spent = await _left(session, run)
                known = await _known(session, {key for key, _, _ in left[:_PART]})
            if not left or run.state != "running" or (run.cost_cap_usd is not None and spent >= run.cost_cap_usd):
                capped = left and run.cost_cap_usd is not None
                await _end(platform, run, why=f"The cost cap of ${run.cost_cap_usd:g} is reached." if capped else "")
                return given
            asked = await _part([turn for turn in left[:_PART] if turn[0] in known], known, chains)
            gone = [turn for turn in left[:_PART] if turn[0] not in known]
            await _write(platform, run, asked, gone)
            given += len(asked)
            if time.monotonic() > ends_at:
                return given


async def _left(session: AsyncSession, run: LabRun) -> tuple[list[tuple[int, str, int]], float]:
    """Return what is still to be asked, in its order, and what is known to be spent."""
    rows = await session.execute(
        select(LabAnswer.decision_id, LabAnswer.arm, LabAnswer.round).where(LabAnswer.lab_run_id == run.id)
    )
    done = {(row.decision_id, row.arm, row.round) for row in rows}
    spent = await session.scalar(select(func.sum(LabAnswer.cost_usd)).where(LabAnswer.lab_run_id == run.id))
    order = turns(run.decisions, run.arms, repeat=run.repeat, seed=run.seed)
    return [turn for turn in order if turn not in done], spent or 0.0


async def _known(session: AsyncSession, ids: set[int]) -> dict[int, Decision]:
    found = await session.scalars(select(DecisionRecord).where(DecisionRecord.id.in_(ids)))
    return {one.id: _decision(one) for one in found}


async def _part(
    part: Sequence[tuple[int, str, int]], known: dict[int, Decision], chains: Mapping[str, Chain]
) -> list[tuple[int, Asked]]:
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(turn: tuple[int, str, int]) -> tuple[int, Asked]:
        key, arm, number = turn
        async with gate:
            return key, await ask(known[key], arm, chains[arm], number)

    return list(await asyncio.gather(*(one(turn) for turn in part)))


async def _write(
    platform: Platform, run: LabRun, asked: Sequence[tuple[int, Asked]], gone: Sequence[tuple[int, str, int]]
) -> None:
    attempts: list[Attempt] = [attempt for _, one in asked for attempt in one.attempts]
    await write_down(platform, attempts)
    async with platform.database.write() as session:
        session.add_all(
            LabAnswer(
                lab_run_id=run.id, decision_id=key, arm=one.arm, round=one.round, verdict=one.verdict,
                latency_s=one.latency_s, requests=len(one.attempts), schema_failures=one.schema_failures,
                tokens=one.tokens, cost_usd=one.cost_usd,
            )
            for key, one in asked
        )  # fmt: skip
        if gone:  # deleted meanwhile
            stored = await session.get_one(LabRun, run.id)
            lost = {key for key, _, _ in gone}
            stored.decisions = [key for key in stored.decisions if key not in lost]


async def _end(platform: Platform, run: LabRun, *, why: str) -> None:
    async with platform.database.write() as session:
        stored = await session.get_one(LabRun, run.id)
        if stored.state == "running":
            stored.state, stored.why, stored.finished_at = "finished", why, now()
