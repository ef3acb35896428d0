"""Secrets that tests name: set and deleted, never read."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, status

from app.api.deps import Owner, PlatformDep, Viewer
from app.api.documents import errors
from app.schemas.access import SecretName, SecretOut, SetSecret
from app.schemas.base import Page
from app.services import secrets

__all__ = ["router"]

router = APIRouter(prefix="/secrets", tags=["secrets"])

Name = Annotated[SecretName, Path(description="What tests call it, under `secrets`.")]


@router.get("", operation_id="listSecrets", responses=errors())
async def list_secrets(platform: PlatformDep, _actor: Viewer) -> Page[SecretOut]:
    """List all secrets by name, without their values."""
    found = [SecretOut.model_validate(secret) for secret in await secrets.list_secrets(platform)]
    return Page(items=found, total=len(found))


@router.put("/{name}", operation_id="setSecret", responses=errors(409))
async def set_secret(platform: PlatformDep, actor: Owner, name: Name, body: SetSecret) -> SecretOut:
    """Set a secret or replace its value, which is encrypted and never returned."""
    stored = await secrets.store(platform, actor, name, body.value.get_secret_value())
    return SecretOut.model_validate(stored)


@router.delete("/{name}", status_code=status.HTTP_204_NO_CONTENT, operation_id="deleteSecret", responses=errors(404))
async def delete_secret(platform: PlatformDep, actor: Owner, name: Name) -> None:
    """Delete a secret; tests that name it can no longer run."""
    await secrets.remove(platform, actor, name)
