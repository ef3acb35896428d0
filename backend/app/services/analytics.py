"""Analytics: what executions and requests to models came to, in groups. Each is one pass over an indexed period."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, case, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Execution, Experiment, ModelAttempt, Suite, Test, Trial
from app.schemas.analytics import ExecutionFigures, ExecutionsBy, ModelFigures, ModelsBy

__all__ = ["agreement", "executions", "models"]

_MOST_GROUPS = 500
_NOT_SENT = ("breaker_open", "budget", "unsuited")
_OFF_SCHEMA = ("off_schema", "prose", "empty", "truncated")


async def executions(
    session: AsyncSession, by: ExecutionsBy, since: datetime, until: datetime
) -> list[ExecutionFigures]:
    """Return what the executions that were asked for in a period came to, the largest groups first (days in order)."""
    key = _key(session, Execution, by)
    ranked = _ranked(
        select(
            key.label("key"), Execution.duration_s.label("value"), Execution.outcome, Execution.flaky, Execution.healed,
            Execution.input_tokens, Execution.output_tokens, Execution.cost_usd, Execution.cost_unknown,
        ).where(Execution.created_at >= since, Execution.created_at < until, Execution.outcome.is_not(None)),
    )  # fmt: skip
    table = ranked.subquery()
    query = select(
        table.c.key, func.count().label("executions"),
        *(func.count().filter(table.c.outcome == one).label(one) for one in ("passed", "failed", "error", "skipped")),
        func.count().filter(table.c.flaky).label("flaky"), _sum(table.c.healed), *_ranks(table, "duration"),
        _sum(table.c.input_tokens), _sum(table.c.output_tokens), _sum(table.c.cost_usd), _sum(table.c.cost_unknown),
    )  # fmt: skip
    rows = await _rows(session, query, table, by)
    names = await _names(session, by, rows)
    told = [{**row, "name": names.get(row["key"], "")} for row in rows]
    return [ExecutionFigures(**row, cost_per_pass_usd=_per_pass(row)) for row in told]


async def models(session: AsyncSession, by: ModelsBy, since: datetime, until: datetime) -> list[ModelFigures]:
    """Return what the requests to models in a period came to. Requests that were never sent are not counted."""
    key = _key(session, ModelAttempt, by)
    answered = ModelAttempt.outcome == "ok"
    ranked = _ranked(
        select(
            key.label("key"), case((answered, ModelAttempt.latency_s)).label("value"), ModelAttempt.outcome,
            ModelAttempt.input_tokens, ModelAttempt.output_tokens, ModelAttempt.reasoning_tokens,
            ModelAttempt.cached_tokens, ModelAttempt.cost_usd, ModelAttempt.fallback, ModelAttempt.good,
            case((answered, ModelAttempt.first_byte_s)).label("first"),
        ).where(ModelAttempt.at >= since, ModelAttempt.at < until, ModelAttempt.outcome.not_in(_NOT_SENT)),
        "value", "first",
    )  # fmt: skip
    table = ranked.subquery()
    query = select(
        table.c.key, func.count().label("requests"), func.count().filter(table.c.outcome == "ok").label("answered"),
        func.count().filter(table.c.fallback).label("fallbacks"),
        func.count().filter(table.c.outcome.in_(_OFF_SCHEMA)).label("schema_failures"),
        func.count().filter(table.c.good).label("served"), func.count().filter(~table.c.good).label("not_served"),
        *_ranks(table, "latency"), *_ranks(table, "first_byte", "first"), _sum(table.c.input_tokens),
        _sum(table.c.output_tokens), _sum(table.c.reasoning_tokens), _sum(table.c.cached_tokens),
        _sum(table.c.cost_usd), func.count().filter(table.c.cost_usd.is_(None)).label("cost_unknown"),
    )  # fmt: skip
    rows = await _rows(session, query, table, by)
    names = await _names(session, by, rows)
    agreed = await agreement(session, since, until) if by in ("provider", "model") else {}
    told = [{**row, "name": names.get(row["key"], "")} for row in rows]
    return [ModelFigures(**row, agreement=agreed.get(row["key"])) for row in told]


async def agreement(session: AsyncSession, since: datetime, until: datetime) -> dict[str, float]:
    """Return how often arms of experiments came to the outcome that others came to, by provider and provider/model.

    Compared are trials of the same case in the same round; an arm that had nobody to be compared with is not there.
    """
    query = (
        select(Trial.experiment_id, Trial.place, Trial.round, Trial.arm, Trial.outcome)
        .join(Experiment)
        .where(Experiment.created_at >= since, Experiment.created_at < until, Trial.outcome.is_not(None))
    )
    groups: dict[tuple[int, int, int], list[tuple[str, str]]] = {}
    for row in await session.execute(query):
        groups.setdefault((row.experiment_id, row.place, row.round), []).append((row.arm, row.outcome))
    equal: dict[str, list[bool]] = {}
    for arms in groups.values():
        for arm, outcome in arms:
            others = [outcome == other for name, other in arms if name != arm]
            for key in {arm, arm.partition("/")[0]}:
                equal.setdefault(key, []).extend(others)
    return {key: sum(found) / len(found) for key, found in equal.items() if found}


def _per_pass(row: dict[str, Any]) -> float | None:
    return None if row["cost_unknown"] or not row["passed"] else row["cost_usd"] / row["passed"]


def _key(session: AsyncSession, table: Any, by: str) -> ColumnElement[str]:
    moment = table.created_at if table is Execution else table.at
    if by == "day":
        on_postgresql = session.get_bind().dialect.name == "postgresql"
        return cast(func.date(func.timezone("UTC", moment)), String) if on_postgresql else func.substr(moment, 1, 10)
    if by == "model":
        served = case((table.model_served != "", table.model_served), else_=table.model_asked)
        return table.provider + "/" + served  # type: ignore[no-any-return]
    if by in ("provider", "purpose"):
        return getattr(table, by)  # type: ignore[no-any-return]
    return func.coalesce(cast(table.test_id if by == "test" else table.suite_id, String), "")


def _ranked(query: Any, *values: str) -> Select[Any]:
    """Return the query with each value's rank in its group and how many there are: percentiles on both databases."""
    inner = query.subquery()
    ranks = []
    for value in values or ("value",):
        column = inner.c[value]
        valued = case((column.is_not(None), 0), else_=1)  # those without a value rank last, and are not counted
        ranks += [
            func.row_number().over(partition_by=inner.c.key, order_by=(valued, column)).label(f"{value}_rank"),
            func.count(column).over(partition_by=inner.c.key).label(f"{value}_count"),
        ]
    return select(inner, *ranks)


def _ranks(table: Any, name: str, value: str = "value") -> list[ColumnElement[Any]]:
    """Return nearest-rank median and 95th percentile."""

    def at(percent: int) -> ColumnElement[Any]:
        rank = (table.c[f"{value}_count"] * percent + 99) // 100
        return func.max(case((table.c[f"{value}_rank"] == rank, table.c[value])))

    return [at(50).label(f"{name}_median_s"), at(95).label(f"{name}_p95_s")]


def _sum(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.coalesce(func.sum(column), 0).label(column.key or "")


async def _rows(session: AsyncSession, query: Select[Any], table: Any, by: str) -> list[dict[str, Any]]:
    query = query.group_by(table.c.key)
    query = query.order_by(table.c.key) if by == "day" else query.order_by(func.count().desc(), table.c.key)
    return [dict(row) for row in (await session.execute(query.limit(_MOST_GROUPS))).mappings()]


async def _names(session: AsyncSession, by: str, rows: list[dict[str, Any]]) -> dict[str, str]:
    """Return names of tests or suites by their ids as text."""
    table: Any = {"test": Test, "suite": Suite}.get(by)
    if table is None:
        return {}
    ids = [int(row["key"]) for row in rows if row["key"]]
    found = await session.execute(select(table.id, table.name).where(table.id.in_(ids)))
    return {str(one.id): one.name for one in found}
