"""Heals: stored groundings that were replaced, and a person's word about them."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from app.api.deps import Editor, PlatformDep, Viewer
from app.api.documents import errors
from app.api.parameters import After, Id, Limit, Number
from app.schemas.base import Page
from app.schemas.resources import HealAnswer, HealApproval, HealRewording
from app.services import heals

__all__ = ["router"]

router = APIRouter(prefix="/heals", tags=["heals"])


@router.get("", operation_id="listHeals", responses=errors())
async def list_heals(
    platform: PlatformDep,
    _actor: Viewer,
    state: Annotated[Literal["waiting", "approved", "rejected"] | None, Query()] = None,
    test_id: Annotated[Number | None, Query()] = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[HealAnswer]:
    """List heals, newest first."""
    async with platform.database.read() as session:
        rows, cursor = await heals.listed(session, state=state, test_id=test_id, after=after, limit=limit)
    return Page(items=[HealAnswer.model_validate(row) for row in rows], next=cursor)


@router.post("/{heal_id}/approve", operation_id="approveHeal", responses=errors(404, 409))
async def approve_heal(
    platform: PlatformDep, actor: Editor, heal_id: Id, body: HealApproval | None = None
) -> HealAnswer:
    """Let the lockfile say from now on what took the old grounding's place, or another candidate that is meant."""
    other = body.other if body else None
    return HealAnswer.model_validate(await heals.decide(platform, actor, heal_id, "approved", other=other))


@router.post("/{heal_id}/approve-alike", operation_id="approveAlikeHeals", responses=errors(404, 409))
async def approve_alike_heals(platform: PlatformDep, actor: Editor, heal_id: Id) -> list[HealAnswer]:
    """Approve a heal, and those of other data rows of its test that would change the lockfile alike.

    All of them are returned, the one that was named first.
    """
    decided = await heals.decide_alike(platform, actor, heal_id, "approved")
    return [HealAnswer.model_validate(heal) for heal in decided]


@router.post("/{heal_id}/reword", operation_id="rewordHeal", responses=errors(404, 409))
async def reword_heal(platform: PlatformDep, actor: Editor, heal_id: Id, body: HealRewording) -> HealAnswer:
    """Change the sentence in the test, as a new version; the next run places it anew."""
    return HealAnswer.model_validate(await heals.reword(platform, actor, heal_id, body.text))


@router.post("/{heal_id}/reject", operation_id="rejectHeal", responses=errors(404, 409))
async def reject_heal(platform: PlatformDep, actor: Editor, heal_id: Id) -> HealAnswer:
    """Leave the lockfile as it is."""
    return HealAnswer.model_validate(await heals.decide(platform, actor, heal_id, "rejected"))


@router.post("/{heal_id}/reject-alike", operation_id="rejectAlikeHeals", responses=errors(404, 409))
async def reject_alike_heals(platform: PlatformDep, actor: Editor, heal_id: Id) -> list[HealAnswer]:
    """Leave the lockfile as it is, for those too of other data rows of its test that would change it alike.

    All of them are returned, the one that was named first.
    """
    decided = await heals.decide_alike(platform, actor, heal_id, "rejected")
    return [HealAnswer.model_validate(heal) for heal in decided]
