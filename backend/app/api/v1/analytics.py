"""Analytics: outcomes, latency, tokens and money by group; forecasts, budgets, and what has changed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from app.api.deps import PlatformDep, Viewer
from app.api.documents import errors
from app.core.clock import now
from app.core.errors import Invalid
from app.schemas.analytics import Analytics, Anomalies, BudgetUse, ExecutionsBy, Forecast, ModelsBy
from app.services import analytics, forecasts
from app.services.listing import LARGEST

__all__ = ["From", "To", "period", "router"]

router = APIRouter(prefix="/analytics", tags=["analytics"])

From = Annotated[AwareDatetime | None, Query(alias="from", description="Unset: 30 days before the end.")]
To = Annotated[AwareDatetime | None, Query(alias="to", description="Unset: now.")]

_DEFAULT = timedelta(days=30)


@router.get("/executions", operation_id="analyseExecutions", responses=errors())
async def analyse_executions(
    platform: PlatformDep,
    _actor: Viewer,
    by: Annotated[ExecutionsBy, Query()] = "day",
    since: From = None,
    until: To = None,
) -> Analytics:
    """Return what executions came to: outcomes, duration (median, p95), tokens, money; unknown cost counted apart."""
    begin, end = period(since, until)
    async with platform.database.read() as session:
        found = await analytics.executions(session, by, begin, end)
    return Analytics(since=begin, until=end, executions=found)


@router.get("/models", operation_id="analyseModels", responses=errors())
async def analyse_models(
    platform: PlatformDep,
    _actor: Viewer,
    by: Annotated[ModelsBy, Query()] = "provider",
    since: From = None,
    until: To = None,
) -> Analytics:
    """Return what requests to models came to: answers, latency (median, p95), tokens, money."""
    begin, end = period(since, until)
    async with platform.database.read() as session:
        found = await analytics.models(session, by, begin, end)
    return Analytics(since=begin, until=end, models=found)


def period(since: datetime | None, until: datetime | None) -> tuple[datetime, datetime]:
    """Return begin and end of the period that a request names. Raises Invalid."""
    end = until or now()
    try:
        begin = since or end - _DEFAULT
    except OverflowError as exc:
        raise Invalid("`to` is before all time.", mend="choose a later moment.") from exc
    if begin > end:
        raise Invalid("`from` is behind `to`.", mend="exchange them.")
    return begin, end


@router.get("/forecast", operation_id="forecast", responses=errors(404))
async def forecast(
    platform: PlatformDep,
    _actor: Viewer,
    test_id: Annotated[int | None, Query(ge=1, le=LARGEST)] = None,
    suite_id: Annotated[int | None, Query(ge=1, le=LARGEST)] = None,
) -> Forecast:
    """Return what this month will cost, and what a run of a test or suite will, each with its 95 % interval."""
    async with platform.database.read() as session:
        run = None
        if test_id is not None or suite_id is not None:
            run = await forecasts.run(session, test_id=test_id, suite_id=suite_id)
        return Forecast(run=run, month=await forecasts.month(session))


@router.get("/budget", operation_id="budgetUse", responses=errors())
async def budget_use(platform: PlatformDep, _actor: Viewer) -> BudgetUse:
    """Return how much of the day's and of the executions' budgets is used."""
    return await forecasts.budget(platform)


@router.get("/anomalies", operation_id="listAnomalies", responses=errors())
async def list_anomalies(platform: PlatformDep, _actor: Viewer) -> Anomalies:
    """Return what costs, takes or fails more or less than it did, since when, in words.

    All courses of the last four weeks are looked at together; the chance that any of them is a false alarm is 5 % at
    most.
    """
    return await platform.anomalous.found(platform.database)
