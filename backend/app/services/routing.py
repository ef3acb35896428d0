"""Routing on the server: what is learned stands in the ledger, and every process reads it from there.

A request's row says whether its step could go on with the answer (`good`), and whether the case failed later, before a
check passed (`doubted`). Each process lets the engine's routing learn
from the rows in their order, its own and those of others, so that all know the same a few seconds later, a bad day
moves traffic everywhere, and nothing is forgotten over a restart.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from aiwebtest.config import Project
from aiwebtest.core.errors import UsageError
from aiwebtest.providers.registry import Providers
from aiwebtest.providers.router import Router, policy_of
from aiwebtest.providers.routing import Routing
from app.core.clock import now
from app.models import ModelAttempt
from app.schemas.measuring import ArmStanding, RoutedRequest, RoutingAnswer
from app.services.platform import Platform
from app.services.project import server_project

__all__ = ["Learning", "answer", "router_of"]

_MOST = 5_000  # requests that a process begins with, the newest
_OVERLAP = 500  # rows that are looked at again: transactions end in another order than they number their rows
_SHOWN = 50


def router_of(project: Project) -> Router | None:
    """Return what chooses who is asked first, None where that is fixed. It knows nothing yet."""
    settings = project.providers
    return None if settings.model_routing == "fixed" else Router(policy_of(settings), None)


class Learning:
    """Lets a routing learn from the ledger."""

    def __init__(self, routing: Routing) -> None:
        self._routing = routing
        self._last = 0
        self._seen: deque[int] = deque(maxlen=4 * _OVERLAP)
        self._doubted: deque[int] = deque(maxlen=4 * _OVERLAP)

    async def catch_up(self, session: AsyncSession) -> int:
        """Learn from the requests that are new; return how many those were."""
        columns = (
            ModelAttempt.id, ModelAttempt.at, ModelAttempt.purpose, ModelAttempt.provider, ModelAttempt.model_asked,
            ModelAttempt.good, ModelAttempt.doubted, ModelAttempt.cost_usd, ModelAttempt.latency_s,
        )  # fmt: skip
        query = select(*columns).where(ModelAttempt.good.is_not(None))
        if self._last:
            query = query.where(ModelAttempt.id > self._last - _OVERLAP)
        rows = (await session.execute(query.order_by(ModelAttempt.id.desc()).limit(_MOST))).all()[::-1]
        known, doubted, new = set(self._seen), set(self._doubted), 0
        for row in rows:
            arm, moment = f"{row.provider}/{row.model_asked}", row.at.timestamp()
            if row.id not in known:
                new += 1
                self._seen.append(row.id)
                self._routing.learn(
                    row.purpose, arm, good=row.good, now_s=moment, cost_usd=row.cost_usd, latency_s=row.latency_s
                )
            if row.doubted and row.id not in doubted:
                self._doubted.append(row.id)
                self._routing.doubt(row.purpose, arm, now_s=moment)
        self._last = rows[-1].id if rows else self._last
        return new


async def answer(platform: Platform) -> RoutingAnswer:
    """Return how providers are chosen, what was learned, and the newest choices. Raises UsageError."""
    project = await asyncio.to_thread(server_project)
    settings, policy = project.providers, policy_of(project.providers)
    routing = Routing(policy)
    async with platform.database.read() as session:
        await Learning(routing).catch_up(session)
        routed = select(ModelAttempt).where(ModelAttempt.routing != "").order_by(ModelAttempt.id.desc()).limit(_SHOWN)
        rows = (await session.scalars(routed)).all()
    arms, moment = _arms(project), now().timestamp()
    kinds = sorted(routing.seen)
    standings = [(kind, one) for kind in kinds for one in routing.standings(kind, now_s=moment)]
    choices = {}
    for kind in kinds if arms else ():
        choice = routing.choose(kind, arms, now_s=moment, chance=random.Random(0))
        choices[kind] = f"{choice.order[0]}: {choice.why}"
    return RoutingAnswer(
        mode=settings.model_routing, target=policy.target, explore=policy.explore, arms=arms,
        standings=[
            ArmStanding(
                kind=kind, arm=one.arm, good=one.seen.good, bad=one.seen.bad,
                doubted=one.seen.doubted, low=one.low, high=one.high,
                cost_usd=one.seen.mean_cost_usd, latency_s=one.seen.mean_latency_s, resting=one.resting,
            )
            for kind, one in standings
        ],
        choices=choices, decisions=[RoutedRequest.model_validate(row) for row in rows],
    )  # fmt: skip


def _arms(project: Project) -> list[str]:
    """Return who may be asked, as configured."""
    providers = Providers(project.providers, looked_in=project.keys_looked_in)
    names = [project.config.provider or "builtin", *project.providers.model_fallbacks]
    try:
        return list(dict.fromkeys(str(providers.resolve(name)) for name in names if name != "builtin"))
    except UsageError:
        return []
