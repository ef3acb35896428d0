"""Model providers: set up or not, how they do, and a doctor to look at them. Keys are never body."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Path

from app.api.deps import PlatformDep, Runner, Viewer
from app.api.documents import errors
from app.schemas.providers import DoctorAnswer, DoctorRequest, ProviderAnswer
from app.services import providers

__all__ = ["router"]

router = APIRouter(prefix="/providers", tags=["providers"])


@router.get("", operation_id="listProviders", responses=errors())
async def list_providers(platform: PlatformDep, _actor: Viewer) -> list[ProviderAnswer]:
    """List the providers that are known: whether each is set up, its models with prices, how it answered lately."""
    return await providers.listed(platform)


@router.post("/doctor", operation_id="examineProviders", responses=errors())
async def examine_providers(
    platform: PlatformDep, _actor: Runner, body: Annotated[DoctorRequest, Body(default_factory=DoctorRequest)]
) -> list[DoctorAnswer]:
    """Look at providers as `aiwebtest doctor` does: key, model, price; with `live` also what they answer."""
    return await providers.examined(platform, body.providers, live=body.live)


@router.get("/{name}", operation_id="getProvider", responses=errors(404))
async def get_provider(
    platform: PlatformDep, _actor: Viewer, name: Annotated[str, Path(max_length=80, examples=["google"])]
) -> ProviderAnswer:
    """Return one provider."""
    return await providers.get(platform, name)
