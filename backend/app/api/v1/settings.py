"""Settings that owners change while the server runs."""

from __future__ import annotations

from fastapi import APIRouter

from app.api.deps import Owner, PlatformDep, Viewer
from app.api.documents import errors
from app.schemas.settings import SettingsAnswer, SettingsChange
from app.services import settings

__all__ = ["router"]

router = APIRouter(tags=["settings"])


@router.get("/settings", operation_id="getSettings", responses=errors())
async def get_settings(platform: PlatformDep, _actor: Viewer) -> SettingsAnswer:
    """Return budgets, retention and origins as they hold now."""
    return await settings.current(platform)


@router.patch("/settings", operation_id="changeSettings", responses=errors())
async def change_settings(platform: PlatformDep, actor: Owner, body: SettingsChange) -> SettingsAnswer:
    """Change budgets, retention or origins; executions that begin from now on keep to it."""
    return await settings.change(platform, actor, body)
