"""Model providers as the server sees them: set up or not, how they answer, what a doctor finds."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import exists, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from aiwebtest.config import Project
from aiwebtest.config.words import did_you_mean
from aiwebtest.core.billing import UNSENT
from aiwebtest.core.case import PROVIDERS
from aiwebtest.core.errors import UsageError
from aiwebtest.core.events import Attempt
from aiwebtest.providers.breaker import Breaker
from aiwebtest.providers.catalog import KNOWLEDGE_DATE, KNOWN, KnownModel
from aiwebtest.providers.categories import FACTS
from aiwebtest.providers.examination import Report, examine
from aiwebtest.providers.pricing import table_price
from aiwebtest.providers.registry import Providers, Resolved
from app.core.clock import now
from app.core.errors import NotFound
from app.models import ModelAttempt
from app.schemas.providers import DoctorAnswer, FindingAnswer, ModelAnswer, ProviderAnswer, ProviderHealth
from app.services.platform import Platform
from app.services.project import server_project

__all__ = ["doubts", "examined", "get", "listed", "write_down"]

_LATELY = timedelta(hours=1)
_MOST = 2_000  # requests that health looks at, newest first
_MILLION = 1_000_000


async def listed(platform: Platform) -> list[ProviderAnswer]:
    """Return all providers that are known, those set up or not. Raises UsageError when the settings are wrong."""
    project = await asyncio.to_thread(server_project)
    async with platform.database.read() as session:
        return [await _one(session, project, vendor) for vendor in PROVIDERS if vendor != "builtin"]


async def get(platform: Platform, vendor: str) -> ProviderAnswer:
    """Return one provider. Raises NotFound."""
    if vendor not in KNOWN:
        raise NotFound("provider", vendor, mend=did_you_mean(vendor, KNOWN))
    project = await asyncio.to_thread(server_project)
    async with platform.database.read() as session:
        return await _one(session, project, vendor)


async def doubts(platform: Platform, wanted: Iterable[str]) -> list[str]:
    """Return what should be told of the models that are named behind a provider: likely mistyped, retired, ending.

    One that has answered here is nobody's slip. All of them are asked as they are written, whatever is told.
    """
    project = await asyncio.to_thread(server_project)
    providers = Providers(project.providers, looked_in=project.keys_looked_in)
    named = [providers.resolve(name) for name in dict.fromkeys(wanted) if "/" in name]
    told = {one: text for one in named if (text := providers.advice(one))}
    async with platform.database.read() as session:
        return [text for one, text in told.items() if not await _has_answered(session, one)]


async def _has_answered(session: AsyncSession, one: Resolved) -> bool:
    asked = (ModelAttempt.provider == one.vendor, ModelAttempt.model_asked == one.model)
    return bool(await session.scalar(select(exists().where(*asked, ModelAttempt.outcome == "ok"))))


async def _one(session: AsyncSession, project: Project, vendor: str) -> ProviderAnswer:
    known, settings = KNOWN[vendor], project.providers
    providers = Providers(settings, looked_in=project.keys_looked_in)
    try:
        resolved = providers.resolve(vendor)
        model, told = resolved.model, providers.advice(resolved)
    except UsageError as exc:
        model, told = "", exc.what
    return ProviderAnswer(
        name=vendor, title=known.title, configured=providers.has_key(vendor),
        default=(project.config.provider or "builtin").partition("/")[0] == vendor,
        fallback=any(name.partition("/")[0] == vendor for name in settings.model_fallbacks),
        model=model, own_address=bool(settings.base_url_of(vendor)), key_variable=known.key_variable, advice=told,
        models=[_model(vendor, one) for one in known.models], known_on=KNOWLEDGE_DATE,
        health=await _health(session, vendor),
    )  # fmt: skip


def _model(vendor: str, model: KnownModel) -> ModelAnswer:
    return ModelAnswer(
        name=model.name, context_tokens=model.context_tokens, structured=model.structured, vision=model.vision,
        ends_on=model.ends_on, successor=model.successor, note=model.note,
        input_usd_per_million=table_price(vendor, model.name, _MILLION, 0),
        output_usd_per_million=table_price(vendor, model.name, 0, _MILLION),
    )  # fmt: skip


async def _health(session: AsyncSession, vendor: str) -> ProviderHealth:
    """Return how a vendor has answered: its requests of the last hour, put through the engine's own breaker."""
    query = (
        select(ModelAttempt.at, ModelAttempt.outcome, ModelAttempt.latency_s, ModelAttempt.retry_after_s)
        .where(ModelAttempt.provider == vendor, ModelAttempt.at >= now() - _LATELY)
        .order_by(ModelAttempt.at.desc())
        .limit(_MOST)
    )
    rows = [row for row in (await session.execute(query)).all() if row.outcome not in UNSENT][::-1]
    clock = [0.0]
    breaker = Breaker(lambda: clock[0])
    for row in rows:
        clock[0] = row.at.timestamp()
        if row.outcome == "ok":
            breaker.succeeded()
        elif row.outcome in FACTS:
            breaker.failed(row.outcome, row.retry_after_s)
    clock[0] = now().timestamp()
    failures = [row.outcome for row in rows if row.outcome != "ok"]
    latencies = sorted(row.latency_s for row in rows if row.outcome == "ok")
    state = breaker.state
    return ProviderHealth(
        breaker="open" if state == "open" else "half-open" if state == "half-open" else "closed",
        reason="" if state == "closed" else breaker.reason, asked=len(rows), failed=len(failures),
        latency_median_s=_rank(latencies, 50), latency_p95_s=_rank(latencies, 95),
        last_at=rows[-1].at if rows else None, last_failure=failures[-1] if failures else "",
    )  # fmt: skip


def _rank(values: Sequence[float], percent: int) -> float | None:
    """Return the nearest-rank percentile of sorted values."""
    return values[(len(values) * percent + 99) // 100 - 1] if values else None


async def examined(platform: Platform, wanted: Sequence[str], *, live: bool) -> list[DoctorAnswer]:
    """Let the engine's doctor look at providers; with none named, at all that are set up.

    What live questions cost is written into the ledger. Raises UsageError when the settings are wrong.
    """
    project = await asyncio.to_thread(server_project)
    attempts: list[Attempt] = []
    async with Providers(project.providers, looked_in=project.keys_looked_in, on_attempt=attempts.append) as providers:
        names = list(dict.fromkeys(wanted)) or [vendor for vendor in KNOWN if providers.has_key(vendor)]
        reports = [await examine(providers, name, live=live) for name in names if name != "builtin"]
    await write_down(platform, attempts)
    return [_answer(report) for report in reports]


def _answer(report: Report) -> DoctorAnswer:
    costs = [attempt.cost_usd for attempt in report.attempts]
    known = [cost for cost in costs if cost is not None]
    return DoctorAnswer(
        provider=report.provider, model=report.model, well=report.well, requests=len(costs),
        cost_usd=sum(known) if len(known) == len(costs) else None,
        findings=[FindingAnswer(what=one.what, state=one.state, told=one.told, mend=one.mend)
                  for one in report.findings],
    )  # fmt: skip


async def write_down(platform: Platform, attempts: Sequence[Attempt]) -> None:
    """Write requests that belong to no execution into the ledger."""
    if not attempts:
        return
    columns = {column.key for column in ModelAttempt.__table__.columns} - {"id", "execution_id", "step"}
    rows = [{"at": now()} | {name: getattr(one, name) for name in columns if hasattr(one, name)} for one in attempts]
    async with platform.database.write() as session:
        await session.execute(insert(ModelAttempt), rows)
