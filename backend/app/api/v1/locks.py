"""Lockfiles of tests: the groundings of the steps that passed."""

from __future__ import annotations

from fastapi import APIRouter, status

from app.api.deps import Editor, PlatformDep, Viewer
from app.api.documents import errors
from app.api.parameters import Id
from app.schemas.resources import LockAnswer, LockChange
from app.services import lockfiles

__all__ = ["router"]

router = APIRouter(prefix="/tests/{test_id}/lock", tags=["tests"])


@router.get("", operation_id="getLock", responses=errors(404))
async def get_lock(platform: PlatformDep, _actor: Viewer, test_id: Id) -> LockAnswer:
    """Return a test's lockfile."""
    async with platform.database.read() as session:
        return LockAnswer.model_validate(await lockfiles.get(session, test_id))


@router.put("", operation_id="setLock", responses=errors(404, 409))
async def set_lock(platform: PlatformDep, actor: Editor, test_id: Id, body: LockChange) -> LockAnswer:
    """Store a lockfile from elsewhere."""
    lock = await lockfiles.change(platform, actor, test_id, body.content, body.revision)
    return LockAnswer.model_validate(lock)


@router.delete("", status_code=status.HTTP_204_NO_CONTENT, operation_id="deleteLock", responses=errors(404))
async def delete_lock(platform: PlatformDep, actor: Editor, test_id: Id) -> None:
    """Forget what was grounded: the next run grounds every sentence anew."""
    await lockfiles.delete(platform, actor, test_id)
