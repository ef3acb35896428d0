"""How many executions of a provider may run at the same time, over all workers."""

from __future__ import annotations

from app.models import ProviderLimit
from app.services import audit
from app.services.actor import Actor
from app.services.platform import Platform

__all__ = ["put"]


async def put(platform: Platform, actor: Actor, provider: str, max_parallel: int | None) -> None:
    """Set a provider's limit; None takes it away. What runs already goes on."""
    async with platform.database.write() as session:
        limit = await session.get(ProviderLimit, provider, with_for_update=True)
        if max_parallel is None:
            if limit is not None:
                await session.delete(limit)
        elif limit is None:
            session.add(ProviderLimit(provider=provider, max_parallel=max_parallel))
        else:
            limit.max_parallel = max_parallel
        audit.note(session, actor, "queue.limit", f"provider {provider}", max_parallel=max_parallel)
    await platform.queue.wake()
