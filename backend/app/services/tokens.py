"""Bearer tokens for machines: made, listed, revoked. A token's text is shown once, when it is made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select

from app.core.clock import now
from app.core.errors import Forbidden, Invalid, NotFound
from app.core.security import digest, new_secret
from app.models import Token, User
from app.services import audit
from app.services.actor import Action, Actor
from app.services.platform import Platform

__all__ = ["PREFIX", "create", "list_tokens", "revoke"]

PREFIX = "awt_"  # lets scanners of repositories find a token that somebody has committed
_SHOWN = 8


async def list_tokens(platform: Platform, actor: Actor, *, everybodys: bool = False) -> Sequence[tuple[Token, str]]:
    """Return the actor's tokens that are not revoked, or everybody's, newest first, each with its user's address."""
    if everybodys:
        actor.require("admin")
    query = select(Token, User.email).join(User, User.id == Token.user_id).where(Token.revoked_at.is_(None))
    query = query if everybodys else query.where(Token.user_id == actor.user_id)
    async with platform.database.read() as session:
        return [(row.Token, row.email) for row in await session.execute(query.order_by(Token.id.desc()))]


async def create(
    platform: Platform, actor: Actor, *, name: str, scopes: Iterable[Action], expires_at: datetime | None
) -> tuple[Token, str]:
    """Return a new token of the actor's and its text.

    Raises `Forbidden` for a scope beyond what the actor may, and when a token without the scope admin asks.
    """
    scopes = sorted(set(scopes))
    if actor.scopes is not None:
        actor.require("admin")
    if actor.user_id is None:
        raise Forbidden("A token belongs to a person.")
    if beyond := [scope for scope in scopes if not actor.may(scope)]:
        raise Forbidden(f"Your role {actor.role} does not reach to the scope {beyond[0]}.", mend="leave it out.")
    if expires_at is not None and expires_at <= now():
        raise Invalid("The token would be over already.", mend="give `expires_at` a moment to come.")
    text = new_secret(PREFIX)
    token = Token(
        user_id=actor.user_id,
        name=name,
        start=text[:_SHOWN],
        digest=digest(text),
        scopes=scopes,
        expires_at=expires_at,
    )
    async with platform.database.write() as session:
        session.add(token)
        await session.flush()
        audit.note(session, actor, "token.create", f"token {token.id}", name=name, scopes=scopes)
    return token, text


async def revoke(platform: Platform, actor: Actor, token_id: int) -> None:
    """Make a token useless at once: one's own, or as an owner anybody's."""
    async with platform.database.write() as session:
        token = await session.get(Token, token_id, with_for_update=True)
        mine = token is not None and token.user_id == actor.user_id
        if token is None or token.revoked_at is not None or not (mine or actor.may("admin")):
            raise NotFound("token", token_id)
        if actor.scopes is not None and actor.token_id != token_id:
            actor.require("admin")
        token.revoked_at = now()
        audit.note(session, actor, "token.revoke", f"token {token_id}", name=token.name)
