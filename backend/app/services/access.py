"""Who acts: people by log-in, machines by token.

A log-in is a random secret in a cookie; a token is one in a header. The database keeps digests of both, so that who
reads it can use neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.core.errors import Forbidden, Invalid, NotFound, Unauthenticated
from app.core.security import digest, hash_password, new_secret, verify_password
from app.models import LogIn, Token, User
from app.services import audit, throttle
from app.services.actor import ACTIONS, ROLES, Action, Actor, Role, system
from app.services.platform import Platform

__all__ = [
    "ACTIONS",
    "ROLES",
    "Action",
    "Actor",
    "Role",
    "by_cookie",
    "by_token",
    "change_password",
    "change_profile",
    "check_password",
    "end_log_ins",
    "log_in",
    "log_ins",
    "log_out",
    "open_log_in",
    "system",
]

_SEEN_EVERY = timedelta(minutes=1)  # "last seen" and "last used" are written no more often
_SHORTEST_PASSWORD, _LONGEST_PASSWORD = 10, 200


async def by_cookie(platform: Platform, cookie: str, *, address: str = "") -> Actor | None:
    """Return the person whose log-in a cookie holds; None when it is unknown, over, or its user not active."""
    shown, changes = f"cookie {digest(cookie)}", platform.recent.changes
    if known := platform.recent.find(shown):
        return replace(known, address=address)
    query = (
        select(LogIn.id, LogIn.expires_at, User)
        .join(User, User.id == LogIn.user_id)
        .where(LogIn.digest == digest(cookie))
    )
    async with platform.database.read() as session:
        row = (await session.execute(query)).one_or_none()
    if row is None or row.expires_at <= now() or not row.User.active:
        return None
    user: User = row.User
    if _long_ago(user.last_seen_at):
        async with platform.database.write() as session:
            await session.execute(update(User).where(User.id == user.id).values(last_seen_at=now()))
    actor = _person(user, row.id, address)
    platform.recent.keep(shown, actor, row.expires_at, changes=changes)
    return actor


async def by_token(platform: Platform, token: str, *, address: str = "") -> Actor | None:
    """Return the actor of a bearer token; None when it is unknown, over or revoked, or its user not active."""
    shown, changes = f"token {digest(token)}", platform.recent.changes
    if known := platform.recent.find(shown):
        return replace(known, address=address)
    query = select(Token, User).join(User, User.id == Token.user_id).where(Token.digest == digest(token))
    async with platform.database.read() as session:
        row = (await session.execute(query)).one_or_none()
    if row is None:
        return None
    found, user = cast(Token, row.Token), cast(User, row.User)
    if not user.active or found.revoked_at or (found.expires_at and found.expires_at <= now()):
        return None
    if _long_ago(found.last_used_at):
        async with platform.database.write() as session:
            await session.execute(update(Token).where(Token.id == found.id).values(last_used_at=now()))
    actor = Actor(
        user_id=user.id,
        email=user.email,
        name=user.name,
        role=cast(Role, user.role),
        scopes=frozenset(found.scopes),
        token=found.name,
        token_id=found.id,
        address=address,
    )
    platform.recent.keep(shown, actor, found.expires_at, changes=changes)
    return actor


async def log_in(
    platform: Platform, email: str, password: str, *, address: str = "", agent: str = ""
) -> tuple[Actor, str]:
    """Return the person and what their cookie is to hold.

    Raises `Unauthenticated`, with the same words and after the same time whatever is wrong, and `TooMany` once
    account or address have failed too often.
    """
    email = email.strip().lower()[:254]
    limits = throttle.of_account(email), throttle.of_address(address)
    await throttle.begin_try(platform.database, *limits)
    async with platform.database.read() as session:
        user = (await session.execute(select(User).where(User.email == email))).scalar_one_or_none()
    fits = await verify_password(user.password_hash if user and user.active else "", password)
    async with platform.database.write() as session:
        if user is None or not fits:
            unknown = Actor(user_id=None, email=email, role="viewer", address=address)
            audit.note(session, unknown, "log-in.refused")
        else:
            await throttle.forgive(session, *limits)
            return await open_log_in(platform, session, user, address=address, agent=agent)
    raise Unauthenticated("E-mail address or password is wrong.", mend="try again, or ask an owner for a new link.")


async def open_log_in(
    platform: Platform, session: AsyncSession, user: User, *, address: str, agent: str
) -> tuple[Actor, str]:
    """Log a user in, in the caller's transaction; return the person and what their cookie is to hold."""
    secret = new_secret()
    log_in = LogIn(
        digest=digest(secret),
        user_id=user.id,
        agent=agent[:300],
        address=address[:64],
        expires_at=now() + timedelta(hours=platform.settings.session_hours),
    )
    session.add(log_in)
    await session.flush()
    actor = _person(user, log_in.id, address)
    audit.note(session, actor, "log-in.open")
    return actor, secret


async def log_out(platform: Platform, actor: Actor) -> None:
    """End the log-in that the actor came by."""
    async with platform.database.write() as session:
        await session.execute(delete(LogIn).where(LogIn.id == actor.log_in_id))
        audit.note(session, actor, "log-in.close")


async def log_ins(platform: Platform, actor: Actor) -> Sequence[LogIn]:
    """Return where the actor is logged in, newest first."""
    query = select(LogIn).where(LogIn.user_id == actor.user_id, LogIn.expires_at > now()).order_by(LogIn.id.desc())
    async with platform.database.read() as session:
        return (await session.execute(query)).scalars().all()


async def end_log_ins(platform: Platform, actor: Actor, log_in_id: int | None = None) -> None:
    """End one of the actor's log-ins, or all but the one they came by."""
    query = delete(LogIn).where(LogIn.user_id == actor.user_id)
    query = query.where(LogIn.id != actor.log_in_id) if log_in_id is None else query.where(LogIn.id == log_in_id)
    async with platform.database.write() as session:
        ended = (await session.execute(query.returning(LogIn.id))).scalars().all()
        if log_in_id is not None and not ended:
            raise NotFound("log-in", log_in_id)
        audit.note(session, actor, "log-in.end", count=len(ended))


async def change_password(platform: Platform, actor: Actor, old: str, new: str) -> None:
    """Give the actor a new password; every other log-in of theirs ends. The old one is throttled like a log-in."""
    check_password(new, actor.email)
    limits = throttle.of_account(actor.email), throttle.of_address(actor.address)
    await throttle.begin_try(platform.database, *limits)
    async with platform.database.read() as session:
        user = await session.get(User, actor.user_id)
    if user is None or not await verify_password(user.password_hash, old):
        raise Forbidden("The old password is wrong.", mend="try again, or ask an owner for a new link.")
    hashed = await hash_password(new)
    async with platform.database.write() as session:
        await throttle.forgive(session, *limits)
        await session.execute(update(User).where(User.id == user.id).values(password_hash=hashed))
        await session.execute(delete(LogIn).where(LogIn.user_id == user.id, LogIn.id != actor.log_in_id))
        audit.note(session, actor, "user.password", f"user {user.email}")


async def change_profile(
    platform: Platform, actor: Actor, *, name: str | None, preferences: Mapping[str, object] | None
) -> User:
    """Change the actor's own name or what the UI remembers for them, and return the user."""
    async with platform.database.write() as session:
        user = await session.get_one(User, actor.user_id, with_for_update=True)
        if name is not None:
            user.name = name
        if preferences is not None:
            user.preferences = {**user.preferences, **preferences}
        audit.note(session, actor, "user.profile", f"user {user.email}")
        return user


def check_password(password: str, email: str) -> None:
    """Raise `Invalid` for a password that is too easily guessed."""
    problem = ""
    if not _SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD:
        problem = f"has {len(password)} characters; {_SHORTEST_PASSWORD} to {_LONGEST_PASSWORD} are needed"
    elif len(set(password)) < 5:
        problem = "has hardly any different characters"
    elif email and password.lower() in (email, email.partition("@")[0] * 2):
        problem = "is the e-mail address"
    if problem:
        raise Invalid(f"The password {problem}.", mend="take four or five words, or what a password manager makes.")


def _person(user: User, log_in_id: int, address: str) -> Actor:
    role = cast(Role, user.role)
    return Actor(user_id=user.id, email=user.email, name=user.name, role=role, log_in_id=log_in_id, address=address)


def _long_ago(moment: datetime | None) -> bool:
    return moment is None or now() - moment > _SEEN_EVERY
