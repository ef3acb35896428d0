"""Experiments: which provider serves these tests best, shown with honest statistics."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response, status

from app.api.deps import Editor, PlatformDep, Runner, Viewer
from app.api.documents import errors
from app.api.parameters import After, Id, Limit
from app.schemas.base import Page
from app.schemas.experiments import ExperimentAnswer, ExperimentNew, ExperimentSummary, PlanAnswer, TrialAnswer
from app.services import experiments
from app.services.experiment_answers import answer, plan_answer, trial_answers

__all__ = ["router"]

router = APIRouter(prefix="/experiments", tags=["experiments"])

_MEDIA = {"md": "text/markdown", "csv": "text/csv"}


@router.get("", operation_id="listExperiments", responses=errors())
async def list_experiments(
    platform: PlatformDep, _actor: Viewer, after: After = None, limit: Limit = 50
) -> Page[ExperimentSummary]:
    """List experiments, newest first."""
    async with platform.database.read() as session:
        rows, cursor = await experiments.listed(session, after=after, limit=limit)
    return Page(items=[ExperimentSummary.model_validate(row) for row in rows], next=cursor)


@router.post("", status_code=status.HTTP_201_CREATED, operation_id="createExperiment", responses=errors(404))
async def create_experiment(platform: PlatformDep, actor: Editor, body: ExperimentNew) -> ExperimentAnswer:
    """Plan an experiment. Nothing runs before it is started; the answer says what it can show."""
    made = await experiments.create(platform, actor, body)
    async with platform.database.read() as session:
        return await answer(session, made)


@router.post("/plan", operation_id="planExperiment", responses=errors(404))
async def plan_experiment(platform: PlatformDep, _actor: Viewer, body: ExperimentNew) -> PlanAnswer:
    """Tell what an experiment could show, and store nothing."""
    _, plan = await experiments.planned(platform, body)
    return plan_answer(plan)


@router.get("/{experiment_id}", operation_id="getExperiment", responses=errors(404))
async def get_experiment(platform: PlatformDep, _actor: Viewer, experiment_id: Id) -> ExperimentAnswer:
    """Return an experiment with what it has shown so far. Looking at any time spoils no verdict."""
    async with platform.database.read() as session:
        return await answer(session, await experiments.get(session, experiment_id))


@router.get("/{experiment_id}/trials", operation_id="listTrials", responses=errors(404))
async def list_trials(platform: PlatformDep, _actor: Viewer, experiment_id: Id) -> list[TrialAnswer]:
    """List its trials, those under way included, in their order."""
    async with platform.database.read() as session:
        return await trial_answers(session, await experiments.get(session, experiment_id))


@router.get(
    "/{experiment_id}/report",
    operation_id="reportExperiment",
    responses={**errors(404), 200: {"content": {"text/markdown": {}, "text/csv": {}}}},
    response_class=Response,
)
async def report_experiment(
    platform: PlatformDep, _actor: Viewer, experiment_id: Id, form: Annotated[Literal["md", "csv"], Query()] = "md"
) -> Response:
    """Return its result as Markdown, or its trials as CSV."""
    async with platform.database.read() as session:
        experiment = await experiments.get(session, experiment_id)
        shown = await experiments.shown(session, experiment)
    text = shown.csv() if form == "csv" else shown.markdown()
    named = {"Content-Disposition": f'attachment; filename="experiment-{experiment_id}.{form}"'}
    return Response(text, media_type=_MEDIA[form], headers=named)


@router.post("/{experiment_id}/start", operation_id="startExperiment", responses=errors(404, 409))
async def start_experiment(platform: PlatformDep, actor: Runner, experiment_id: Id) -> ExperimentAnswer:
    """Begin it: its first round goes into the queue."""
    begun = await experiments.start(platform, actor, experiment_id)
    async with platform.database.read() as session:
        return await answer(session, begun)


@router.post("/{experiment_id}/stop", operation_id="stopExperiment", responses=errors(404, 409))
async def stop_experiment(platform: PlatformDep, actor: Runner, experiment_id: Id) -> ExperimentAnswer:
    """End it now; what it has shown stays."""
    ended = await experiments.stop(platform, actor, experiment_id)
    async with platform.database.read() as session:
        return await answer(session, ended)


@router.delete(
    "/{experiment_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    operation_id="deleteExperiment",
    responses=errors(404, 409),
)
async def delete_experiment(platform: PlatformDep, actor: Editor, experiment_id: Id) -> None:
    """Delete it with its trials; their executions stay."""
    await experiments.delete_one(platform, actor, experiment_id)
