"""Suggestions: which provider should serve each test, by what the ledger knows; applied by a person or by a setting."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from aiwebtest.providers.suggestion import Served, suggest
from app.core.clock import now
from app.models import ModelAttempt, Test
from app.schemas.measuring import SuggestionAnswer
from app.services import audit, tests
from app.services.actor import Actor, system
from app.services.platform import Platform

__all__ = ["apply_all", "found", "prefer"]

_DAYS = 30


async def found(session: AsyncSession, *, test_id: int | None = None) -> list[SuggestionAnswer]:
    """Return a suggestion for each test that a model was asked for lately, by name."""
    answered = ModelAttempt.outcome == "ok"
    query = (
        select(
            ModelAttempt.test_id, ModelAttempt.provider, ModelAttempt.model_asked,
            func.sum(case((ModelAttempt.good & ~ModelAttempt.doubted, 1), else_=0)).label("good"),
            func.sum(case((ModelAttempt.good & ModelAttempt.doubted, 1), else_=0)).label("doubted"),
            func.sum(case((ModelAttempt.good.is_(True), 0), else_=1)).label("bad"),
            func.avg(ModelAttempt.cost_usd).label("cost"),
            func.sum(case((answered & ModelAttempt.cost_usd.is_(None), 1), else_=0)).label("unknown"),
            func.avg(case((answered, ModelAttempt.latency_s))).label("latency"),
        )
        .where(
            ModelAttempt.at >= now() - timedelta(days=_DAYS), ModelAttempt.good.is_not(None),
            ModelAttempt.test_id == test_id if test_id is not None else ModelAttempt.test_id.is_not(None),
        )
        .group_by(ModelAttempt.test_id, ModelAttempt.provider, ModelAttempt.model_asked)
    )  # fmt: skip
    served: dict[int, list[Served]] = {}
    for row in await session.execute(query):
        served.setdefault(row.test_id, []).append(
            Served(
                arm=f"{row.provider}/{row.model_asked}", good=row.good, bad=row.bad, doubted=row.doubted,
                cost_usd=None if row.unknown else row.cost, latency_s=row.latency,
            )
        )  # fmt: skip
    known = await session.execute(
        select(Test.id, Test.name, Test.provider, Test.preferred_provider)
        .where(Test.id.in_(served), Test.deleted_at.is_(None))
        .order_by(Test.name)
    )
    answers = []
    for test in known:
        asked = test.provider or test.preferred_provider or ""
        told = suggest(served[test.id], now=asked)
        answers.append(
            SuggestionAnswer(test_id=test.id, name=test.name, asked_now=asked, provider=told.arm, told=told.told)
        )
    return answers


async def prefer(platform: Platform, actor: Actor, test_id: int, provider: str | None) -> Test:
    """Say who is asked for a test whose file names nobody; None takes it back. Raises NotFound."""
    async with platform.database.write() as session:
        test = await tests.get(session, test_id)
        test.preferred_provider = provider
        audit.note(session, actor, "test.prefer", f"test {test_id}", provider=provider or "")
    return test


async def apply_all(platform: Platform) -> int:
    """Follow every suggestion, where the server is set to; return how many tests changed whom they ask."""
    if not platform.settings.apply_suggestions:
        return 0
    async with platform.database.read() as session:
        wanted = [one for one in await found(session) if one.provider and one.provider != one.asked_now]
        named = set(await session.scalars(select(Test.id).where(Test.provider.is_not(None))))
    changed = [one for one in wanted if one.test_id not in named]
    for one in changed:
        await prefer(platform, system("suggestions"), one.test_id, one.provider)
    return len(changed)
