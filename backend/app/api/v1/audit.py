"""The audit trail. For owners."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from app.api.deps import Owner, PlatformDep
from app.api.documents import errors
from app.api.parameters import After, Limit
from app.schemas.access import AuditEntryOut
from app.schemas.base import Line, Page
from app.services import trail

__all__ = ["router"]

router = APIRouter(prefix="/audit", tags=["audit"])

Part = Annotated[Line | None, Query(max_length=254)]


@router.get("", operation_id="listAudit", responses=errors())
async def list_entries(
    platform: PlatformDep,
    _actor: Owner,
    actor: Part = None,
    action: Annotated[
        Line | None, Query(max_length=60, description="How the action begins.", examples=["user."])
    ] = None,
    subject: Part = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[AuditEntryOut]:
    """List what was done, newest first; each filter given must fit."""
    found, cursor = await trail.entries(
        platform,
        actor=actor,
        action=action,
        subject=subject,
        since=since,
        until=until,
        after=after,
        limit=limit,
    )
    return Page(items=[AuditEntryOut.model_validate(entry) for entry in found], next=cursor)
