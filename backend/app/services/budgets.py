"""Budgets: what models have cost today, by the ledger of all workers, beside what they may."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.models import ModelAttempt
from app.schemas.settings import BudgetAnswer
from app.services import settings
from app.services.platform import Platform

__all__ = ["NEAR", "spent_today", "status"]

NEAR = 0.8
"""The share of the day's budget from which on people are warned."""


async def spent_today(session: AsyncSession) -> tuple[float, int]:
    """Return what requests have cost since midnight UTC, in US dollars, and how many of an unknown cost there were."""
    query = select(
        func.coalesce(func.sum(ModelAttempt.cost_usd), 0.0), func.count().filter(ModelAttempt.unpriced())
    ).where(ModelAttempt.at >= _midnight())
    usd, unknown = (await session.execute(query)).one()
    return float(usd or 0.0), int(unknown)


def _midnight() -> datetime:
    return now().replace(hour=0, minute=0, second=0, microsecond=0)


async def status(platform: Platform) -> BudgetAnswer:
    """Return how far the day's budget is spent."""
    held = await settings.current(platform)
    async with platform.database.read() as session:
        today, unknown = await spent_today(session)
    limit = held.budget_usd_per_day
    return BudgetAnswer(
        per_execution_usd=held.budget_usd_per_execution,
        per_day_usd=limit,
        today_usd=today,
        today_unknown=unknown,
        near=limit is not None and today >= NEAR * limit,
        reached=limit is not None and today >= limit,
        ends_at=_midnight() + timedelta(days=1),
    )
