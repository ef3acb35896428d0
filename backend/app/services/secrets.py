"""Secrets that tests name: written, listed and deleted, but read only by the worker that runs an execution."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.core.errors import Invalid, NotFound, Unavailable
from app.core.security import Keys
from app.models import Secret, Webhook
from app.services import audit
from app.services.actor import Actor
from app.services.platform import Platform

__all__ = ["Unreadable", "drop_unreadable", "list_secrets", "remove", "renew", "reveal", "store"]


async def reveal(platform: Platform, names: Iterable[str]) -> dict[str, str]:
    """Return the values of secrets, by name. For workers only: no answer of the API may hold one.

    Raises `Invalid` that lists the names nobody has set.
    """
    wanted = sorted(set(names))
    if not wanted:
        return {}
    async with platform.database.read() as session:
        rows = (await session.execute(select(Secret.name, Secret.ciphertext).where(Secret.name.in_(wanted)))).all()
    values = {name: platform.keys.decrypt(ciphertext).decode() for name, ciphertext in rows}
    if missing := [name for name in wanted if name not in values]:
        raise Invalid(
            f"No secret has the name {', '.join(missing)}.", mend="an owner can set it: PUT /api/v1/secrets/{name}."
        )
    return values


async def list_secrets(platform: Platform) -> Sequence[Secret]:
    """Return all secrets by name; their values stay encrypted."""
    async with platform.database.read() as session:
        return (await session.execute(select(Secret).order_by(Secret.name))).scalars().all()


async def store(platform: Platform, actor: Actor, name: str, value: str) -> Secret:
    """Set a secret, or replace its value, and return it."""
    ciphertext = platform.keys.encrypt(value.encode())
    async with platform.database.write() as session:
        secret = await _named(session, name)
        action = "secret.replace" if secret else "secret.create"
        if secret is None:
            secret = Secret(name=name)
            session.add(secret)
        secret.ciphertext, secret.updated_by, secret.updated_at = ciphertext, actor.label, now()
        audit.note(session, actor, action, f"secret {name}")
    return secret


async def remove(platform: Platform, actor: Actor, name: str) -> None:
    """Delete a secret; tests that name it can no longer run."""
    async with platform.database.write() as session:
        secret = await _named(session, name)
        if secret is None:
            raise NotFound("secret", name)
        await session.delete(secret)
        audit.note(session, actor, "secret.delete", f"secret {name}")


async def renew(platform: Platform, keys: Keys, actor: Actor) -> int:
    """Encrypt everything anew with the first of `keys`, all or nothing, and return how much that was."""
    async with platform.database.write() as session:
        secrets = (await session.execute(select(Secret).with_for_update())).scalars().all()
        webhooks = (await session.execute(select(Webhook).with_for_update())).scalars().all()
        for secret in secrets:
            secret.ciphertext = keys.renew(secret.ciphertext)
        for webhook in webhooks:
            webhook.secret = keys.renew(webhook.secret)
        audit.note(session, actor, "secret-key.rotate", count=len(secrets) + len(webhooks))
    return len(secrets) + len(webhooks)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What was encrypted with a secret key that is not here."""

    secrets: tuple[str, ...]
    webhooks: tuple[str, ...]


async def drop_unreadable(platform: Platform) -> Unreadable:
    """Delete secrets and webhooks that this secret key cannot decrypt, as after a restore without the old key."""
    async with platform.database.write() as session:
        secrets = [row for row in (await session.execute(select(Secret))).scalars() if _lost(platform, row.ciphertext)]
        webhooks = [row for row in (await session.execute(select(Webhook))).scalars() if _lost(platform, row.secret)]
        for row in (*secrets, *webhooks):
            await session.delete(row)
    return Unreadable(tuple(row.name for row in secrets), tuple(row.url for row in webhooks))


def _lost(platform: Platform, ciphertext: bytes) -> bool:
    try:
        platform.keys.decrypt(ciphertext)
    except Unavailable:
        return True
    return False


async def _named(session: AsyncSession, name: str) -> Secret | None:
    return (await session.execute(select(Secret).where(Secret.name == name).with_for_update())).scalar_one_or_none()
