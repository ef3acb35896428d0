"""Tables for spreadsheets: executions, tests and costs as lines of CSV, however many there are."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from io import StringIO

from aiwebtest.reporting.words import csv_cell
from app.schemas.analytics import ModelsBy
from app.services import analytics, executions, overview, tests
from app.services.executions import Filter
from app.services.platform import Platform

__all__ = ["of_costs", "of_executions", "of_tests"]

_AT_ONCE = 500
_EXECUTION = (
    "id", "run_id", "test_id", "suite_id", "name", "row", "state", "outcome", "flaky", "healed", "provider", "base_url",
    "steps_done", "steps_total", "duration_s", "model_attempts", "input_tokens", "output_tokens", "cost_usd",
    "cost_unknown", "created_at", "started_at", "finished_at",
)  # fmt: skip
_TEST = (
    "id", "path", "name", "tags", "cases", "version", "state", "flaky", "last_outcomes", "median_duration_s",
    "mean_cost_usd", "last_run_at",
)  # fmt: skip
_COST = (
    "name", "requests", "answered", "latency_median_s", "latency_p95_s", "input_tokens", "output_tokens",
    "reasoning_tokens", "cached_tokens", "cost_usd", "cost_unknown", "served", "not_served", "fallbacks",
    "schema_failures", "agreement", "first_byte_median_s",
)  # fmt: skip


async def of_executions(platform: Platform, wanted: Filter) -> AsyncIterator[str]:
    """Yield the executions that fit, newest first, some hundred at a time."""
    yield _lines([_EXECUTION])
    after: str | None = None
    while True:
        async with platform.database.read() as session:
            rows, after = await executions.listed(session, wanted, after=after, limit=_AT_ONCE)
            text = _lines([getattr(row, name) for name in _EXECUTION] for row in rows)
        yield text
        if after is None:
            return


async def of_tests(platform: Platform) -> AsyncIterator[str]:
    """Yield the tests, newest first, with how each has done lately."""
    yield _lines([_TEST])
    after: str | None = None
    while True:
        async with platform.database.read() as session:
            rows, after = await tests.listed(session, after=after, limit=_AT_ONCE)
        seen = await overview.tracks(platform, rows)
        lines = []
        for row in rows:
            track = seen[row.id]
            cost = track.cost_usd if track.at else None
            lines.append(
                [row.id, row.path, row.name, " ".join(row.tags), row.cases, row.version, track.state, track.flaky,
                 " ".join(track.outcomes), track.duration_s, cost, track.at]
            )  # fmt: skip
        yield _lines(lines)
        if after is None:
            return


async def of_costs(platform: Platform, by: ModelsBy, since: datetime, until: datetime) -> AsyncIterator[str]:
    """Yield what requests to models came to in a period, one line a group."""
    async with platform.database.read() as session:
        found = await analytics.models(session, by, since, until)
    yield _lines([(by, *_COST), *([one.key, *(getattr(one, name) for name in _COST)] for one in found)])


def _lines(rows: Iterable[Iterable[object]]) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: object) -> object:
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else csv_cell(value)
