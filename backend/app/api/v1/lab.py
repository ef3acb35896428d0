"""The lab: recorded decisions, kept with an owner's consent, and asking them again of several arms."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response, status

from app.api.deps import Editor, Owner, PlatformDep, Runner, Viewer
from app.api.documents import errors
from app.api.parameters import After, Id, Limit
from app.schemas.base import Page
from app.schemas.measuring import (
    Consent,
    DecisionAnswer,
    DecisionLabel,
    DecisionSummary,
    LabelName,
    LabRunAnswer,
    LabRunNew,
    LabRunSummary,
)
from app.services import lab

__all__ = ["router"]

router = APIRouter(prefix="/lab", tags=["lab"])

Only = Annotated[LabelName | None, Query(alias="label", description="Only decisions that are so labelled.")]


@router.get("/consent", operation_id="getConsent", responses=errors())
async def get_consent(platform: PlatformDep, _actor: Viewer) -> Consent:
    """Tell whether decisions of models are recorded."""
    async with platform.database.read() as session:
        return Consent(on=await lab.consent(session))


@router.put("/consent", operation_id="setConsent", responses=errors())
async def set_consent(platform: PlatformDep, actor: Owner, body: Consent) -> Consent:
    """Let decisions be recorded, or no more: what models are asked holds texts of your pages, secrets masked."""
    await lab.set_consent(platform, actor, on=body.on)
    return body


@router.get("/decisions", operation_id="listDecisions", responses=errors())
async def list_decisions(
    platform: PlatformDep, _actor: Viewer, label: Only = None, after: After = None, limit: Limit = 50
) -> Page[DecisionSummary]:
    """List recorded decisions, newest first."""
    async with platform.database.read() as session:
        rows, cursor = await lab.decisions(session, label=label, after=after, limit=limit)
    return Page(items=[DecisionSummary.model_validate(row) for row in rows], next=cursor)


@router.get(
    "/decisions/export",
    operation_id="exportDecisions",
    responses={**errors(), 200: {"content": {"application/jsonl": {}}}},
    response_class=Response,
)
async def export_decisions(platform: PlatformDep, _actor: Editor, label: Only = None) -> Response:
    """Return decisions, one a line, as `aiwebtest lab --from FILE` reads them."""
    async with platform.database.read() as session:
        lines = await lab.exported(session, label=label)
    named = {"Content-Disposition": 'attachment; filename="decisions.jsonl"'}
    return Response(lines, media_type="application/jsonl", headers=named)


@router.get("/decisions/{decision_id}", operation_id="getDecision", responses=errors(404))
async def get_decision(platform: PlatformDep, _actor: Viewer, decision_id: Id) -> DecisionAnswer:
    """Return a decision whole: what was asked, with the page as it was sent, and what was answered."""
    async with platform.database.read() as session:
        found = await lab.decision(session, decision_id)
    told = DecisionSummary.model_validate(found).model_dump()
    return DecisionAnswer(
        **told, system=found.system, prompt=found.prompt, schema_name=found.schema_name, answer=found.answer["data"]
    )


@router.patch("/decisions/{decision_id}", operation_id="labelDecision", responses=errors(404))
async def label_decision(platform: PlatformDep, actor: Editor, decision_id: Id, body: DecisionLabel) -> DecisionSummary:
    """Say what an answer was worth; later runs do not change it."""
    return DecisionSummary.model_validate(await lab.label(platform, actor, decision_id, body.label))


@router.get("/runs", operation_id="listLabRuns", responses=errors())
async def list_lab_runs(
    platform: PlatformDep, _actor: Viewer, after: After = None, limit: Limit = 50
) -> Page[LabRunSummary]:
    """List the lab's runs, newest first."""
    async with platform.database.read() as session:
        rows, cursor = await lab.listed(session, after=after, limit=limit)
    return Page(items=[LabRunSummary.model_validate(row) for row in rows], next=cursor)


@router.post("/runs", status_code=status.HTTP_201_CREATED, operation_id="beginLabRun", responses=errors())
async def begin_lab_run(platform: PlatformDep, actor: Runner, body: LabRunNew) -> LabRunAnswer:
    """Ask the decisions that proved right of each arm again, without a browser, in random order."""
    run = await lab.begin(platform, actor, body)
    async with platform.database.read() as session:
        return await lab.answer(session, run)


@router.get("/runs/{run_id}", operation_id="getLabRun", responses=errors(404))
async def get_lab_run(platform: PlatformDep, _actor: Viewer, run_id: Id) -> LabRunAnswer:
    """Return a run of the lab with what it has shown so far."""
    async with platform.database.read() as session:
        return await lab.answer(session, await lab.get(session, run_id))


@router.get(
    "/runs/{run_id}/report",
    operation_id="reportLabRun",
    responses={**errors(404), 200: {"content": {"text/markdown": {}, "text/csv": {}}}},
    response_class=Response,
)
async def report_lab_run(
    platform: PlatformDep, _actor: Viewer, run_id: Id, form: Annotated[Literal["md", "csv"], Query()] = "md"
) -> Response:
    """Return what it has shown as Markdown, or each answer as CSV."""
    async with platform.database.read() as session:
        shown = await lab.shown(session, await lab.get(session, run_id))
    text = shown.csv() if form == "csv" else shown.markdown()
    named = {"Content-Disposition": f'attachment; filename="lab-run-{run_id}.{form}"'}
    return Response(text, media_type="text/csv" if form == "csv" else "text/markdown", headers=named)


@router.post("/runs/{run_id}/stop", operation_id="stopLabRun", responses=errors(404, 409))
async def stop_lab_run(platform: PlatformDep, actor: Runner, run_id: Id) -> LabRunAnswer:
    """End it now; its answers stay."""
    run = await lab.stop(platform, actor, run_id)
    async with platform.database.read() as session:
        return await lab.answer(session, run)
