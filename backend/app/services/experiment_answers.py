"""What the API and the pages tell of an experiment: the engine's figures as answers."""

from __future__ import annotations

import asyncio

from sqlalchemy.ext.asyncio import AsyncSession

from aiwebtest.core.statistics import Interval
from aiwebtest.reporting.experiment import Contrast, Outcomes, Plan
from aiwebtest.reporting.experiment import Experiment as Shown
from app.models import Experiment
from app.schemas.experiments import (
    ArmAnswer,
    Bounds,
    ContrastAnswer,
    ExperimentAnswer,
    ExperimentSummary,
    PlanAnswer,
    TrialAnswer,
)
from app.services.experiments import case_names, plan_of, shown, trials_of

__all__ = ["answer", "arm_answer", "contrast_answer", "plan_answer", "trial_answers"]

_LARGEST = 1e12  # of a factor: more says no more


async def answer(session: AsyncSession, experiment: Experiment) -> ExperimentAnswer:
    """Return an experiment with everything that its trials have shown so far."""
    return await asyncio.to_thread(_answer, experiment, await shown(session, experiment))


def _answer(experiment: Experiment, told: Shown) -> ExperimentAnswer:
    summary = ExperimentSummary.model_validate(experiment)
    return ExperimentAnswer(
        **summary.model_dump(), cases=experiment.cases, alpha=experiment.alpha, cost_cap_usd=experiment.cost_cap_usd,
        to_the_end=experiment.to_the_end, seed=experiment.seed, at_once=experiment.at_once, request=experiment.request,
        run_id=experiment.run_id, plan=plan_answer(plan_of(experiment)), trials=len(told.trials),
        spent_usd=told.spent_usd, winner=told.winner(), summary=told.summary(),
        figures=[arm_answer(one) for one in told.outcomes()],
        contrasts=[contrast_answer(one) for one in told.contrasts()], open_questions=told.open_questions(),
        remarks=told.remarks,
        course={arm: [min(factor, _LARGEST) for factor in grown] for arm, grown in told.course().items()},
        threshold=1 / told.plan.alpha_each,
    )  # fmt: skip


def plan_answer(plan: Plan) -> PlanAnswer:
    """Return what a plan can show."""
    return PlanAnswer(
        cases=plan.cases,
        trials=plan.pairs * len(plan.arms),
        detectable=plan.detectable,
        bounds=plan.bounds,
        told=plan.told(),
    )


def arm_answer(one: Outcomes) -> ArmAnswer:
    """Return an arm's own figures."""
    return ArmAnswer(
        arm=one.arm, trials=one.trials, rate=_bounds(one.rate), median_s=one.median_s, model_s=one.model_s,
        tokens=one.tokens, cost_usd=one.cost_usd, known_cost_usd=one.known_cost_usd, unpriced=one.unpriced,
    )  # fmt: skip


def contrast_answer(one: Contrast) -> ContrastAnswer:
    """Return an arm against the first."""
    verdict = {"first": "better", "second": "worse", "open": "open"}[one.evidence.verdict]
    return ContrastAnswer(
        arm=one.arm, base=one.base, verdict=verdict, factor=min(one.evidence.factor, _LARGEST), pairs=one.pairs,
        difference=_bounds(one.difference), p_value=one.p_value, time=_bounds(one.time), cost=_bounds(one.cost),
        cost_so_far=one.cost_so_far, told=one.told(),
    )  # fmt: skip


async def trial_answers(session: AsyncSession, experiment: Experiment) -> list[TrialAnswer]:
    """Return all trials, those under way included."""
    names = case_names(experiment)
    return [
        TrialAnswer(
            arm=one.arm, case=names[one.place], round=one.round, outcome=one.outcome,
            execution_id=one.execution_id, duration_s=one.duration_s, model_s=one.model_s, requests=one.requests,
            tokens=one.tokens, cost_usd=one.cost_usd,
        )
        for one in await trials_of(session, experiment.id, over=False)
    ]  # fmt: skip


def _bounds(interval: Interval | None) -> Bounds | None:
    return None if interval is None else Bounds.model_validate(interval, from_attributes=True)
