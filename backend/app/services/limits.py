"""How many executions of a provider may run at the same time, over all workers."""

from __future__ import annotations

from pydantic_core import PydanticCustomError
from sqlalchemy import select

from aiwebtest.config.values import parse_provider
from app.core.errors import Invalid
from app.models import ProviderLimit
from app.services import audit
from app.services.actor import Actor
from app.services.platform import Platform

__all__ = ["all_limits", "put"]


async def all_limits(platform: Platform) -> dict[str, int]:
    """Return the limits by provider; who is not named has none."""
    async with platform.database.read() as session:
        rows = (await session.scalars(select(ProviderLimit))).all()
    return {row.provider: row.max_parallel for row in rows}


async def put(platform: Platform, actor: Actor, provider: str, max_parallel: int | None) -> None:
    """Set a provider's limit; None takes it away. What runs already goes on.

    Raises Invalid when there is no such provider; a limit that is stored under such a name can be taken away.
    """
    async with platform.database.write() as session:
        limit = await session.get(ProviderLimit, provider, with_for_update=True)
        if limit is None or max_parallel is not None:
            _known(provider)
        if max_parallel is None:
            if limit is not None:
                await session.delete(limit)
        elif limit is None:
            session.add(ProviderLimit(provider=provider, max_parallel=max_parallel))
        else:
            limit.max_parallel = max_parallel
        audit.note(session, actor, "queue.limit", f"provider {provider}", max_parallel=max_parallel)
    await platform.queue.wake()


def _known(provider: str) -> None:
    try:
        parse_provider(provider)
    except PydanticCustomError as exc:
        raise Invalid(exc.message(), mend=(exc.context or {}).get("mend", ""), field="max_parallel") from exc
