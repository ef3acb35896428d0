"""Experiments: arms on the same cases in turns, through the queue, until one is shown to be better.

A round is a run of the queue: each case on each arm, in random order. Whoever keeps house takes the next step of each
experiment (`advance`): it takes in what is over, asks the engine's statistics, and begins the next round or ends it.
Each step is one transaction on the experiment's row, so that many processes may do it and one does.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from aiwebtest.reporting.experiment import Experiment as Shown
from aiwebtest.reporting.experiment import Plan
from aiwebtest.reporting.experiment import Trial as Made
from app.core.clock import now
from app.core.errors import Conflict, Invalid, NotFound
from app.models import Execution, Experiment, ModelAttempt, Run, Trial
from app.schemas.experiments import ExperimentNew
from app.schemas.runs import RunRequest
from app.services import audit
from app.services.actor import Actor
from app.services.chosen_cases import choose
from app.services.listing import page
from app.services.platform import Platform
from app.services.project import missing_key

__all__ = ["advance", "case_names", "create", "delete_one", "get", "listed", "plan_of", "planned", "progress",
           "shown", "start", "stop", "trials_of"]  # fmt: skip

_MOST = 20_000  # trials of one experiment


async def planned(platform: Platform, new: ExperimentNew) -> tuple[list[dict[str, Any]], Plan]:
    """Return the cases of an experiment, and what it can show. Raises NotFound, Invalid, UsageError."""
    provider = next((arm for arm in new.arms if arm != "builtin"), new.arms[0])
    request = new.request.model_copy(update={"provider": provider, "alone": True})
    chosen = await choose(platform, request, test_ids=new.test_ids, suite_id=new.suite_id)
    for project in {one.test.id: one.project for one in chosen}.values():
        for arm in new.arms:
            missing_key(project, arm)
    cases = [
        {**one.key, "tags": sorted(one.case.tags), "steps": len(one.case.steps),
         "base_url": one.project.config.base_url}
        for one in chosen
    ]  # fmt: skip
    if not cases:
        raise Invalid("There is no case to run.", mend="name tests, or a suite that has some.")
    if (trials := len(cases) * len(new.arms) * new.rounds) > _MOST:
        raise Invalid(f"That would be {trials} trials; an experiment has {_MOST} at most.", mend="make it smaller.")
    plan = Plan(
        arms=tuple(new.arms), cases=len(cases), rounds=new.rounds, alpha=new.alpha, cost_cap_usd=new.cost_cap_usd
    )
    return cases, plan


async def create(platform: Platform, actor: Actor, new: ExperimentNew) -> Experiment:
    """Store an experiment; it begins when it is started. Raises what `planned` raises."""
    cases, _ = await planned(platform, new)
    kept = new.model_dump(exclude={"test_ids", "suite_id", "request"})
    experiment = Experiment(**kept, cases=cases, request=new.request.stored(), author=actor.label)
    async with platform.database.write() as session:
        session.add(experiment)
        await session.flush()
        audit.note(session, actor, "experiment.create", f"experiment {experiment.id}", name=new.name, arms=new.arms)
    return experiment


async def get(session: AsyncSession, experiment_id: int, *, lock: bool = False) -> Experiment:
    """Return an experiment. Raises NotFound."""
    found = await session.get(Experiment, experiment_id, with_for_update=lock or None)
    if found is None:
        raise NotFound("experiment", experiment_id)
    return found


async def listed(session: AsyncSession, *, after: str | None, limit: int) -> tuple[list[Experiment], str | None]:
    """Return a page of experiments, newest first, and the cursor of the next."""
    return await page(session, select(Experiment), Experiment.id, after=after, limit=limit)


async def start(platform: Platform, actor: Actor, experiment_id: int) -> Experiment:
    """Begin a planned experiment. Raises NotFound, Conflict."""
    async with platform.database.write() as session:
        experiment = await get(session, experiment_id, lock=True)
        if experiment.state != "planned":
            raise Conflict(f"It is {experiment.state} already.", mend="make another one to try again.")
        experiment.state, experiment.started_at = "running", now()
        audit.note(session, actor, "experiment.start", f"experiment {experiment_id}", name=experiment.name)
    await _advance(platform, experiment_id, wait=True)
    async with platform.database.read() as session:
        return await get(session, experiment_id)


async def stop(platform: Platform, actor: Actor, experiment_id: int) -> Experiment:
    """End a running experiment; what it has shown stays. Raises NotFound, Conflict."""
    async with platform.database.write() as session:
        experiment = await get(session, experiment_id, lock=True)
        if experiment.state != "running":
            raise Conflict(f"It is {experiment.state}, not running.", mend="only a running one can be stopped.")
        await _take_in(session, experiment_id)
        _end(experiment, f"Stopped by {actor.label} in round {experiment.round} of {experiment.rounds}.")
        audit.note(session, actor, "experiment.stop", f"experiment {experiment_id}", name=experiment.name)
    await _stop_run(platform, experiment)
    return experiment


async def delete_one(platform: Platform, actor: Actor, experiment_id: int) -> None:
    """Delete an experiment that does not run, with its trials; their executions stay. Raises NotFound, Conflict."""
    async with platform.database.write() as session:
        experiment = await get(session, experiment_id, lock=True)
        if experiment.state == "running":
            raise Conflict("It is running.", mend="stop it first.")
        await session.delete(experiment)
        audit.note(session, actor, "experiment.delete", f"experiment {experiment_id}", name=experiment.name)


def plan_of(experiment: Experiment) -> Plan:
    """Return the plan of a stored experiment."""
    return Plan(
        arms=tuple(experiment.arms), cases=len(experiment.cases), rounds=experiment.rounds, alpha=experiment.alpha,
        cost_cap_usd=experiment.cost_cap_usd, title=experiment.name,
    )  # fmt: skip


def case_names(experiment: Experiment) -> list[str]:
    """Return how the cases of an experiment are called; of several with one name, those after the first get a number.

    Names pair the trials of arms, and two tests may call their cases the same.
    """
    names: list[str] = []
    met: Counter[str] = Counter()
    for case in experiment.cases:
        name = f"{case['name']} {case['row']}".strip()
        met[name] += 1
        names.append(name if met[name] == 1 else f"{name} ({met[name]})")
    return names


async def trials_of(session: AsyncSession, experiment_id: int, *, over: bool = True) -> Sequence[Trial]:
    """Return the trials of an experiment in their order; `over`: only those that came to an end."""
    query = select(Trial).where(Trial.experiment_id == experiment_id).order_by(Trial.id)
    return (await session.scalars(query.where(Trial.outcome.is_not(None)) if over else query)).all()


async def progress(session: AsyncSession, experiment_id: int) -> tuple[str, int]:
    """Return state and number of trials that are over: whether there is anything new to show. Raises NotFound."""
    experiment = await get(session, experiment_id)
    over = Trial.experiment_id == experiment_id, Trial.outcome.is_not(None)
    return experiment.state, await session.scalar(select(func.count()).select_from(Trial).where(*over)) or 0


async def shown(session: AsyncSession, experiment: Experiment) -> Shown:
    """Return what an experiment's trials have shown so far, by the engine's statistics."""
    names = case_names(experiment)
    trials = [
        Made(
            arm=one.arm, case=names[one.place], round=one.round, passed=one.outcome == "passed",
            outcome=one.outcome or "", duration_s=one.duration_s, model_s=one.model_s, requests=one.requests,
            tokens=one.tokens, cost_usd=one.cost_usd,
        )
        for one in await trials_of(session, experiment.id)
    ]  # fmt: skip
    return Shown(plan_of(experiment), trials, [experiment.why] if experiment.why else [])


async def advance(platform: Platform) -> int:
    """Take the next step of every running experiment; return how many there are."""
    async with platform.database.read() as session:
        running = (await session.scalars(select(Experiment.id).where(Experiment.state == "running"))).all()
    for experiment_id in running:
        await _advance(platform, experiment_id)
    return len(running)


async def _advance(platform: Platform, experiment_id: int, *, wait: bool = False) -> None:
    begun = 0
    async with platform.database.write() as session:
        query = select(Experiment).where(Experiment.id == experiment_id, Experiment.state == "running")
        experiment = await session.scalar(query.with_for_update(skip_locked=not wait))
        if experiment is None:  # another process is at it, or it is over
            return
        news = await _take_in(session, experiment_id)
        left = await _waiting(session, experiment_id)
        if not news and left:
            return
        why = (await shown(session, experiment)).over
        if why and (not experiment.to_the_end or "cost" in why):
            _end(experiment, f"Ended in round {experiment.round} of {experiment.rounds}: {why}.")
        elif not left and experiment.round >= experiment.rounds:
            _end(experiment, f"All {experiment.rounds} rounds are done.")
        elif not left:
            begun = await _next_round(session, experiment)
    if begun:
        await platform.queue.wake(begun)
    if experiment.state == "finished":
        await _stop_run(platform, experiment)


def _end(experiment: Experiment, why: str) -> None:
    experiment.state, experiment.why, experiment.finished_at = "finished", why, now()


async def _stop_run(platform: Platform, experiment: Experiment) -> None:
    """Stop what is left of the round; trials that did not come to an end say nothing and are forgotten."""
    if experiment.run_id is not None:
        with suppress(NotFound):  # somebody deleted the run
            await platform.queue.stop_run(experiment.run_id, f"experiment {experiment.id}")
    async with platform.database.write() as session:
        left = Trial.experiment_id == experiment.id, Trial.outcome.is_(None)
        await session.execute(delete(Trial).where(*left))


async def _waiting(session: AsyncSession, experiment_id: int) -> int:
    query = select(func.count()).select_from(Trial)
    return await session.scalar(query.where(Trial.experiment_id == experiment_id, Trial.outcome.is_(None))) or 0


async def _take_in(session: AsyncSession, experiment_id: int) -> int:
    """Keep the figures of the trials that are over; return how many those are. What was stopped or deleted goes."""
    query = (
        select(Trial, Execution)
        .outerjoin(Execution, Execution.id == Trial.execution_id)
        .where(Trial.experiment_id == experiment_id, Trial.outcome.is_(None))
    )
    rows: list[tuple[Trial, Execution | None]] = [(row[0], row[1]) for row in await session.execute(query)]
    over = [(trial, done) for trial, done in rows if done is None or done.state in ("finished", "stopped")]
    ids = [done.id for _, done in over if done is not None]
    asked = await session.execute(
        select(ModelAttempt.execution_id, func.sum(ModelAttempt.latency_s), func.count())
        .where(ModelAttempt.execution_id.in_(ids))
        .group_by(ModelAttempt.execution_id)
    )
    waited = {execution_id: (seconds, number) for execution_id, seconds, number in asked}
    for trial, done in over:
        if done is None or done.state == "stopped" or done.outcome is None:
            await session.delete(trial)
            continue
        trial.model_s, trial.requests = waited.get(done.id, (0.0, 0))
        trial.outcome, trial.duration_s = done.outcome, done.duration_s or 0.0
        trial.tokens = done.input_tokens + done.output_tokens
        trial.cost_usd = None if done.cost_unknown else done.cost_usd
    await session.flush()
    return len(over)


async def _next_round(session: AsyncSession, experiment: Experiment) -> int:
    """Put each case on each arm into the queue, in random order; return how many executions that makes."""
    experiment.round += 1
    order = random.Random(f"{experiment.seed} {experiment.round}")
    turns = [
        (place, arm)
        for place in order.sample(range(len(experiment.cases)), len(experiment.cases))
        for arm in order.sample(experiment.arms, len(experiment.arms))
    ]
    request = RunRequest.model_validate(experiment.request)
    run = Run(
        name=f"{experiment.name}, round {experiment.round}", trigger="experiment", total=len(turns),
        mode="sequential" if experiment.at_once == 1 else "parallel", max_parallel=experiment.at_once,
        request=experiment.request, author=experiment.author,
    )  # fmt: skip
    session.add(run)
    await session.flush()
    experiment.run_id = run.id
    for position, (place, arm) in enumerate(turns):
        case = experiment.cases[place]
        told = request.model_copy(update={"provider": arm, "alone": True})
        execution = Execution(
            run_id=run.id, test_id=case["test_id"], test_version=case["version"], name=case["name"], row=case["row"],
            tags=case["tags"], steps_total=case["steps"], base_url=case["base_url"], provider=arm, position=position,
            priority=request.priority or 0, request=told.stored(), trial=True,
        )  # fmt: skip
        session.add(execution)
        await session.flush()
        session.add(
            Trial(experiment_id=experiment.id, execution_id=execution.id, arm=arm, place=place, round=experiment.round)
        )
    return len(turns)
