"""Links that work once: to become the owner of a new server, to join by invitation, to set a new password."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.core.config import ServerSettings
from app.core.errors import Conflict, Gone, Invalid
from app.core.security import digest, hash_password, new_secret
from app.models import LogIn, OneTimeLink, User
from app.services import audit
from app.services.access import Role, check_password, open_log_in
from app.services.actor import Actor, system
from app.services.platform import Platform

__all__ = ["address_of", "checked_email", "first_owner_link", "look", "make", "owned", "owner_link", "use"]

_HOURS = {"owner": 24, "invite": 24 * 7, "password": 24}
_EMAIL = re.compile(r"[^@\s<>,;:\"]+@[^@\s<>,;:\"]+")


def address_of(settings: ServerSettings, link: str) -> str:
    """Return the address that a link is sent as."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    base = settings.public_url.rstrip("/") or f"http://{host}:{settings.port}"
    return f"{base}/link/{link}"


def checked_email(email: str) -> str:
    """Return an e-mail address as it is stored; raises `Invalid`."""
    email = email.strip().lower()
    if len(email) > 254 or not _EMAIL.fullmatch(email):
        raise Invalid(f"{email!r} is no e-mail address.", mend="write it as name@example.com.")
    return email


async def owned(platform: Platform) -> bool:
    """Tell whether anybody has an account."""
    async with platform.database.read() as session:
        return (await session.execute(select(func.count()).select_from(User))).scalar_one() > 0


async def first_owner_link(platform: Platform) -> str | None:
    """Return a link to become the owner while there is no user at all, None afterwards."""
    return None if await owned(platform) else await owner_link(platform)


async def owner_link(platform: Platform) -> str:
    """Return a link to become an owner: for the first start, and for those who rule over the machine."""
    async with platform.database.write() as session:
        link = make(session, purpose="owner", role="owner")
        audit.note(session, system("server"), "link.make", "owner")
    return address_of(platform.settings, link)


def make(session: AsyncSession, *, purpose: str, role: Role, email: str = "", user_id: int | None = None) -> str:
    """Make a link in the caller's transaction and return its secret, of which only a digest is kept."""
    secret = new_secret()
    session.add(
        OneTimeLink(
            digest=digest(secret),
            purpose=purpose,
            role=role,
            email=email,
            user_id=user_id,
            expires_at=now() + timedelta(hours=_HOURS[purpose]),
        )
    )
    return secret


async def look(platform: Platform, link: str) -> OneTimeLink:
    """Return what a link is for, without using it; raises `Gone` when it is unknown, used or over."""
    query = select(OneTimeLink).where(
        OneTimeLink.digest == digest(link), OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > now()
    )
    async with platform.database.read() as session:
        found = (await session.execute(query)).scalar_one_or_none()
    if found is None:
        raise _unusable()
    return found


async def use(
    platform: Platform, link: str, *, password: str, email: str = "", name: str = "", address: str = "", agent: str = ""
) -> tuple[Actor, str]:
    """Use a link and log its user in; return the person and what their cookie is to hold.

    Of two who use it at the same moment one gets `Gone`. What else goes wrong leaves the link as it was.
    `email` counts only where the link names none.
    """
    found = await look(platform, link)
    check_password(password, found.email or email)
    hashed = await hash_password(password)
    taking = (
        update(OneTimeLink)
        .where(OneTimeLink.id == found.id, OneTimeLink.used_at.is_(None))
        .values(used_at=now())
        .returning(OneTimeLink.id)
    )
    async with platform.database.write() as session:
        if (await session.execute(taking)).scalar_one_or_none() is None:
            raise _unusable()
        user = await (_renewed if found.purpose == "password" else _joined)(session, found, email)
        user.password_hash, user.active = hashed, True
        user.name = name.strip()[:200] or user.name
        await session.execute(delete(LogIn).where(LogIn.user_id == user.id))
        actor, secret = await open_log_in(platform, session, user, address=address, agent=agent)
        audit.note(session, actor, "link.use", found.purpose)
    return actor, secret


async def _renewed(session: AsyncSession, link: OneTimeLink, _email: str) -> User:
    user = await session.get(User, link.user_id) if link.user_id else None
    if user is None or not user.active:
        raise _unusable()
    return user


async def _joined(session: AsyncSession, link: OneTimeLink, email: str) -> User:
    """Return the new user of an invitation; an owner link also brings back one who has lost the password."""
    email = link.email or checked_email(email)
    user = (await session.execute(select(User).where(User.email == email).with_for_update())).scalar_one_or_none()
    if user is not None and link.purpose != "owner":
        raise _taken(email)
    if user is None:
        user = User(email=email, role=link.role)
        session.add(user)
        try:
            await session.flush()
        except IntegrityError as exc:
            raise _taken(email) from exc
    user.role = link.role
    if link.purpose == "owner":
        await session.execute(delete(OneTimeLink).where(OneTimeLink.purpose == "owner", OneTimeLink.used_at.is_(None)))
    return user


def _taken(email: str) -> Conflict:
    return Conflict(f"{email} has an account already.", mend="log in, or ask an owner for a link to a new password.")


def _unusable() -> Gone:
    return Gone(
        "This link is unknown, used already, or too old.",
        mend="ask an owner for a new one; on the server's machine: aiwebtest-server owner-link.",
    )
