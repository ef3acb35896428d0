"""Secrets that tests name: written, listed and deleted, but read only by the worker that runs an execution."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from app.core.errors import Invalid
from app.models import Secret
from app.services.platform import Platform

__all__ = ["reveal"]


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
