"""The people of a server: invited, given roles, sent away. There is always an owner left."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import Conflict, NotFound
from app.models import LogIn, OneTimeLink, User
from app.services import audit, links
from app.services.actor import Actor, Role
from app.services.platform import Platform

__all__ = ["change", "invite", "list_users", "password_link", "remove", "user"]


async def list_users(platform: Platform) -> Sequence[User]:
    """Return all users, by e-mail address."""
    async with platform.database.read() as session:
        return (await session.execute(select(User).order_by(User.email))).scalars().all()


async def user(platform: Platform, user_id: int) -> User:
    """Return one user; raises `NotFound`."""
    async with platform.database.read() as session:
        return _there(await session.get(User, user_id), user_id)


async def invite(platform: Platform, actor: Actor, *, email: str, role: Role) -> str:
    """Return the address of a link by which somebody joins. An earlier invitation of theirs stops working."""
    email = links.checked_email(email)
    async with platform.database.write() as session:
        if (await session.execute(select(User.id).where(User.email == email))).scalar_one_or_none() is not None:
            raise Conflict(f"{email} has an account already.", mend="change the role of the account.")
        await session.execute(delete(OneTimeLink).where(OneTimeLink.purpose == "invite", OneTimeLink.email == email))
        link = links.make(session, purpose="invite", role=role, email=email)
        audit.note(session, actor, "user.invite", f"user {email}", role=role)
    return links.address_of(platform.settings, link)


async def password_link(platform: Platform, actor: Actor, user_id: int) -> str:
    """Return the address of a link by which a user sets a new password. Earlier ones stop working."""
    async with platform.database.write() as session:
        found = _there(await session.get(User, user_id), user_id)
        if not found.active:
            raise Conflict(f"{found.email} is not active.", mend="make the user active first.")
        await session.execute(
            delete(OneTimeLink).where(OneTimeLink.purpose == "password", OneTimeLink.user_id == user_id)
        )
        link = links.make(session, purpose="password", role="viewer", email=found.email, user_id=user_id)
        audit.note(session, actor, "user.password-link", f"user {found.email}")
    return links.address_of(platform.settings, link)


async def change(
    platform: Platform,
    actor: Actor,
    user_id: int,
    *,
    name: str | None = None,
    role: Role | None = None,
    active: bool | None = None,
) -> User:
    """Change what is given of a user and return it. Who is no longer active is logged out everywhere at once."""
    async with platform.database.write() as session:
        found = await _one_of(session, user_id, keeps_owner=role in (None, "owner") and active is not False)
        changed = {
            key: value for key, value in (("name", name), ("role", role), ("active", active)) if value is not None
        }
        for key, value in changed.items():
            setattr(found, key, value)
        if active is False:
            await session.execute(delete(LogIn).where(LogIn.user_id == user_id))
        audit.note(session, actor, "user.update", f"user {found.email}", **changed)
    return found


async def remove(platform: Platform, actor: Actor, user_id: int) -> None:
    """Delete a user with log-ins and tokens; what they wrote stays, with their name on it."""
    async with platform.database.write() as session:
        found = await _one_of(session, user_id, keeps_owner=False)
        await session.delete(found)
        audit.note(session, actor, "user.delete", f"user {found.email}")


async def _one_of(session: AsyncSession, user_id: int, *, keeps_owner: bool) -> User:
    """Return a user, locked; raises `Conflict` when the change would leave the server without an owner.

    All owners are locked first and always in one order: of two who send each other away at the same moment, the
    second sees what the first has done.
    """
    owners = select(User.id).where(User.role == "owner", User.active).order_by(User.id).with_for_update()
    ids = (await session.execute(owners)).scalars().all()
    found = _there(await session.get(User, user_id, with_for_update=True), user_id)
    if not keeps_owner and list(ids) == [user_id]:
        raise Conflict(f"{found.email} is the only owner.", mend="make somebody else an owner first.")
    return found


def _there(found: User | None, user_id: int) -> User:
    if found is None:
        raise NotFound("user", user_id)
    return found
