"""Bearer tokens for machines."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, status

from app.api.deps import ActorDep, PlatformDep
from app.api.documents import errors
from app.api.parameters import Id
from app.core.clock import now
from app.models import Token
from app.schemas.access import NewToken, TokenMade, TokenOut
from app.schemas.base import Page
from app.services import tokens

__all__ = ["router"]

router = APIRouter(prefix="/tokens", tags=["tokens"])


@router.get("", operation_id="listTokens", responses=errors())
async def list_tokens(
    platform: PlatformDep,
    actor: ActorDep,
    everybodys: Annotated[bool, Query(alias="all", description="Everybody's; for owners.")] = False,
) -> Page[TokenOut]:
    """List one's own tokens that are not revoked, newest first."""
    found = [TokenOut(**_told(*row)) for row in await tokens.list_tokens(platform, actor, everybodys=everybodys)]
    return Page(items=found, total=len(found))


@router.post("", status_code=status.HTTP_201_CREATED, operation_id="createToken", responses=errors())
async def make_token(platform: PlatformDep, actor: ActorDep, body: NewToken) -> TokenMade:
    """Make a token; its text is in this answer and never again. It may no more than the user and its scopes may."""
    expires_at = now() + timedelta(days=body.expires_in_days) if body.expires_in_days else None
    token, text = await tokens.create(platform, actor, name=body.name, scopes=body.scopes, expires_at=expires_at)
    return TokenMade(**_told(token, actor.email), token=text)


@router.delete("/{token_id}", status_code=status.HTTP_204_NO_CONTENT, operation_id="revokeToken", responses=errors(404))
async def revoke_token(platform: PlatformDep, actor: ActorDep, token_id: Id) -> None:
    """Make a token useless at once: one's own, or as an owner anybody's."""
    await tokens.revoke(platform, actor, token_id)


def _told(token: Token, user: str) -> dict[str, object]:
    names = ("id", "name", "start", "scopes", "created_at", "expires_at", "last_used_at")
    return {"user": user, **{name: getattr(token, name) for name in names}}
