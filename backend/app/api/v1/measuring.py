"""Routing, suggestions for each test, and mutation reports."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response, status

from app.api.deps import Editor, PlatformDep, Runner, Viewer
from app.api.documents import errors
from app.api.parameters import After, Id, Limit
from app.schemas.base import Page
from app.schemas.measuring import (
    MutationAnswer,
    MutationNew,
    MutationRunNew,
    MutationSummary,
    PreferredProvider,
    RoutingAnswer,
    SuggestionAnswer,
)
from app.services import mutation_files, mutations, routing, suggestions
from app.services.listing import LARGEST

__all__ = ["router"]

router = APIRouter(tags=["measuring"])


@router.get("/routing", operation_id="getRouting", responses=errors())
async def get_routing(platform: PlatformDep, _actor: Viewer) -> RoutingAnswer:
    """Return who is asked first for each kind of step and why, what was learned of each arm, and the newest choices."""
    return await routing.answer(platform)


@router.get("/suggestions", operation_id="listSuggestions", responses=errors())
async def list_suggestions(
    platform: PlatformDep, _actor: Viewer, test_id: Annotated[int | None, Query(ge=1, le=LARGEST)] = None
) -> list[SuggestionAnswer]:
    """Return which provider should serve each test, with the evidence of the last 30 days."""
    async with platform.database.read() as session:
        return await suggestions.found(session, test_id=test_id)


@router.put(
    "/tests/{test_id}/provider",
    status_code=status.HTTP_204_NO_CONTENT,
    operation_id="preferProvider",
    responses=errors(404),
)
async def prefer_provider(platform: PlatformDep, actor: Editor, test_id: Id, body: PreferredProvider) -> None:
    """Say who is asked for a test whose file names nobody: how a suggestion is applied, and taken back."""
    await suggestions.prefer(platform, actor, test_id, body.provider)


@router.get("/mutations", operation_id="listMutations", responses=errors())
async def list_mutations(
    platform: PlatformDep, _actor: Viewer, after: After = None, limit: Limit = 50
) -> Page[MutationSummary]:
    """List mutation reports, newest first."""
    async with platform.database.read() as session:
        rows, cursor = await mutations.listed(session, after=after, limit=limit)
    return Page(items=[MutationSummary.model_validate(row) for row in rows], next=cursor)


@router.post("/mutations", status_code=status.HTTP_201_CREATED, operation_id="keepMutation", responses=errors())
async def keep_mutation(platform: PlatformDep, actor: Editor, body: MutationNew) -> MutationSummary:
    """Keep what `aiwebtest mutate --json` wrote, from a laptop or from CI."""
    return MutationSummary.model_validate(await mutations.keep(platform, actor, body))


@router.post(
    "/mutations/runs", status_code=status.HTTP_202_ACCEPTED, operation_id="beginMutation", responses=errors(404)
)
async def begin_mutation(platform: PlatformDep, actor: Runner, body: MutationRunNew) -> MutationSummary:
    """Let a worker plant faults while tests run, and keep which of them were noticed. No model is asked."""
    return MutationSummary.model_validate(await mutations.begin(platform, actor, body))


@router.post("/mutations/{report_id}/stop", operation_id="stopMutation", responses=errors(404, 409))
async def stop_mutation(platform: PlatformDep, actor: Runner, report_id: Id) -> MutationSummary:
    """End a measurement before its end; nothing is kept of it."""
    return MutationSummary.model_validate(await mutations.stop(platform, actor, report_id))


@router.get("/mutations/{report_id}", operation_id="getMutation", responses=errors(404))
async def get_mutation(platform: PlatformDep, _actor: Viewer, report_id: Id) -> MutationAnswer:
    """Return a mutation report with each fault."""
    async with platform.database.read() as session:
        return MutationAnswer.model_validate(await mutations.get(session, report_id))


@router.get(
    "/mutations/{report_id}/report",
    operation_id="reportMutation",
    responses={**errors(404), 200: {"content": {"text/markdown": {}, "text/csv": {}}}},
    response_class=Response,
)
async def report_mutation(
    platform: PlatformDep, _actor: Viewer, report_id: Id, form: Annotated[Literal["md", "csv"], Query()] = "md"
) -> Response:
    """Return a mutation report as Markdown, or its faults as CSV."""
    async with platform.database.read() as session:
        report = await mutations.get(session, report_id)
        text = mutation_files.as_csv(report) if form == "csv" else mutation_files.as_markdown(report)
    named = {"Content-Disposition": f'attachment; filename="mutations-{report_id}.{form}"'}
    return Response(text, media_type="text/csv" if form == "csv" else "text/markdown", headers=named)


@router.delete(
    "/mutations/{report_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    operation_id="deleteMutation",
    responses=errors(404),
)
async def delete_mutation(platform: PlatformDep, actor: Editor, report_id: Id) -> None:
    """Delete a mutation report."""
    await mutations.delete(platform, actor, report_id)
