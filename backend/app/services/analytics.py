"""Analytics: what executions and requests to models came to, in groups.

Everything is added up when it is asked for, in one pass over the rows of a period by an index: figures are as true as
the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, String, case, cast, func, select, text
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.ext.asyncio import AsyncSession

from aiwebtest.core.billing import UNSENT
from app.models import Execution, Experiment, ModelAttempt, Suite, Test, Trial
from app.schemas.analytics import ExecutionFigures, ExecutionsBy, ModelFigures, ModelsBy

__all__ = ["agreement", "executions", "models"]

_MOST_GROUPS = 500
_OFF_SCHEMA = ("off_schema", "prose", "empty", "truncated")


async def executions(
    session: AsyncSession, by: ExecutionsBy, since: datetime, until: datetime
) -> list[ExecutionFigures]:
    """Return what the executions that were asked for in a period came to, the largest groups first (days in order)."""
    one = Execution
    query = select(
        _key(session, one, by).label("key"), func.count().label("executions"),
        *(func.count().filter(one.outcome == each).label(each) for each in ("passed", "failed", "error", "skipped")),
        func.count().filter(one.flaky).label("flaky"), _sum(one.healed), _ranks(session, "duration", one.duration_s),
        _sum(one.input_tokens), _sum(one.output_tokens), _sum(one.cost_usd), _sum(one.cost_unknown),
    ).where(one.created_at >= since, one.created_at < until, one.outcome.is_not(None))  # fmt: skip
    rows = await _rows(session, query, by)
    return [ExecutionFigures(**row, cost_per_pass_usd=_per_pass(row)) for row in rows]


async def models(session: AsyncSession, by: ModelsBy, since: datetime, until: datetime) -> list[ModelFigures]:
    """Return what the requests to models in a period came to. Requests that were never sent are not counted."""
    one = ModelAttempt
    answered = one.outcome == "ok"
    query = select(
        _key(session, one, by).label("key"), func.count().label("requests"),
        func.count().filter(answered).label("answered"), func.count().filter(one.fallback).label("fallbacks"),
        func.count().filter(one.outcome.in_(_OFF_SCHEMA)).label("schema_failures"),
        func.count().filter(one.good.is_(True)).label("served"),
        func.count().filter(one.good.is_(False)).label("not_served"),
        _ranks(session, "latency", one.latency_s, answered), _ranks(session, "first_byte", one.first_byte_s, answered),
        _sum(one.input_tokens), _sum(one.output_tokens), _sum(one.reasoning_tokens), _sum(one.cached_tokens),
        _sum(one.cost_usd), func.count().filter(one.unpriced()).label("cost_unknown"),
    ).where(one.at >= since, one.at < until, one.outcome.not_in(UNSENT))  # fmt: skip
    rows = await _rows(session, query, by)
    agreed = await agreement(session, since, until) if by in ("provider", "model") else {}
    return [ModelFigures(**row, agreement=agreed.get(row["key"])) for row in rows]


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
        named: ColumnElement[str] = getattr(table, by)
        return named.concat("")  # a bare column would have SQLite go through that column's index, the whole table
    return func.coalesce(cast(table.test_id if by == "test" else table.suite_id, String), "")


def _ranks(session: AsyncSession, name: str, value: Any, *only: ColumnElement[bool]) -> ColumnElement[Any]:
    """Return median and 95th percentile (nearest rank) of a group's values, as one column of a list or none."""
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    ranks: Any = func.percentile_disc(array([0.5, 0.95])).within_group(value) if on_postgresql else \
        func.nearest_ranks(value, type_=JSON(none_as_null=True))  # fmt: skip
    return ranks.filter(value.is_not(None), *only).label(f"{name}_ranks")  # type: ignore[no-any-return]


def _sum(column: Any) -> ColumnElement[Any]:
    return func.coalesce(func.sum(column), 0).label(column.key)


async def _rows(session: AsyncSession, query: Any, by: str) -> list[dict[str, Any]]:
    """Return the largest groups of a query as mappings: ranks by their two names, and names of tests or suites."""
    order = (text("key"),) if by == "day" else (func.count().desc(), text("key"))
    found = await session.execute(query.group_by(text("key")).order_by(*order).limit(_MOST_GROUPS))
    rows = [_ranks_named(dict(row)) for row in found.mappings()]
    names = await _names(session, by, [row["key"] for row in rows])
    return [{**row, "name": names.get(row["key"], "")} for row in rows]


def _ranks_named(row: dict[str, Any]) -> dict[str, Any]:
    for name in [name.removesuffix("_ranks") for name in row if name.endswith("_ranks")]:
        row[f"{name}_median_s"], row[f"{name}_p95_s"] = row.pop(f"{name}_ranks") or (None, None)
    return row


async def _names(session: AsyncSession, by: str, keys: Sequence[str]) -> dict[str, str]:
    """Return names of tests or suites by their ids as text."""
    table: Any = {"test": Test, "suite": Suite}.get(by)
    if table is None:
        return {}
    found = await session.execute(select(table.id, table.name).where(table.id.in_([int(key) for key in keys if key])))
    return {str(one.id): one.name for one in found}
