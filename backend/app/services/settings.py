"""What owners set while the server runs: budgets, retention, origins. What they did not set is as the environment says.

Lists of origins only ever narrow what the environment allows: who owns the tests need not rule over the machine.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from aiwebtest.core.case import Case
from app.core.clock import now, now_s
from app.core.config import ServerSettings
from app.models import Setting
from app.schemas.settings import SettingsAnswer, SettingsChange
from app.services import audit, origins
from app.services.actor import Actor
from app.services.platform import Platform
from app.services.project import server_project

__all__ = ["Chosen", "change", "check_origin", "chosen", "current", "within"]

_NAME = "settings"
_BUDGETS = ("budget_usd_per_execution", "budget_usd_per_day")
_FRESH_S = 10.0  # what `.env` says of budgets is read again after this


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What owners have set; None where they have not."""

    budget_usd_per_execution: float | None = None
    budget_usd_per_day: float | None = None
    retention_days: int | None = None
    decision_days: int | None = None
    allow_origins: tuple[str, ...] | None = None
    deny_origins: tuple[str, ...] | None = None
    updated_by: str = ""
    updated_at: datetime | None = None

    @property
    def budgets(self) -> dict[str, float]:
        """Return the budgets that are set, by the names of the engine's settings."""
        named = {name: getattr(self, name) for name in _BUDGETS}
        return {name: value for name, value in named.items() if value is not None}


async def chosen(session: AsyncSession) -> Chosen:
    """Return what owners have set."""
    row = await session.get(Setting, _NAME)
    if row is None:
        return Chosen()
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in row.value.items()
    }
    return Chosen(**values, updated_by=row.updated_by, updated_at=row.updated_at)


async def current(platform: Platform) -> SettingsAnswer:
    """Return the settings that hold now. Raises UsageError when the environment's are wrong."""
    said = tuple(os.environ.get(name.upper()) for name in _BUDGETS)
    budgets = await asyncio.to_thread(_environments, int(now_s() // _FRESH_S), Path.cwd(), *said)
    async with platform.database.read() as session:
        mine = await chosen(session)
    told = platform.settings
    environment: dict[str, Any] = {
        **dict(zip(_BUDGETS, budgets, strict=True)),
        "retention_days": told.retention_days,
        "decision_days": told.decision_days,
        "allow_origins": told.allow_origins,
        "deny_origins": told.deny_origins,
    }
    given = {name: value for name in environment if (value := getattr(mine, name)) is not None}
    values = environment | given
    if "deny_origins" in given:
        values["deny_origins"] = tuple(dict.fromkeys((*told.deny_origins, *given["deny_origins"])))
    lists = {name: list(values.pop(name)) for name in ("allow_origins", "deny_origins")}
    return SettingsAnswer(
        **values, **lists, changed=sorted(given), updated_by=mine.updated_by, updated_at=mine.updated_at
    )


@lru_cache(maxsize=1)
def _environments(*_known: object) -> tuple[float | None, ...]:
    """Return the environment's budgets. Every page shows the day's, and reading all settings takes its time."""
    providers = server_project().providers
    return tuple(getattr(providers, name) for name in _BUDGETS)


async def change(platform: Platform, actor: Actor, told: SettingsChange) -> SettingsAnswer:
    """Set what is given; None takes it back. Executions that begin from now on keep to it.

    What is given as it was is no change, and not noted as one.
    """
    given = told.model_dump(exclude_unset=True, mode="json")
    async with platform.database.write() as session:
        row = await session.get(Setting, _NAME, with_for_update=True)
        before = row.value if row else {}
        changed = {name: value for name, value in given.items() if value != before.get(name)}
        if changed:
            values = {name: value for name, value in (before | changed).items() if value is not None}
            if row is None:
                session.add(Setting(name=_NAME, value=values, updated_by=actor.label[:200]))
            else:
                row.value, row.updated_by, row.updated_at = values, actor.label[:200], now()
            audit.note(session, actor, "settings.update", "settings", **changed)
    return await current(platform)


def within(mine: Chosen, case: Case) -> Case:
    """Return the case with no origin allowed that the owners do not allow; the environment's lists hold besides."""
    if not mine.allow_origins:
        return case
    rules = ServerSettings(_env_file=None, allow_origins=mine.allow_origins)
    everywhere = [
        origin for entry in mine.allow_origins
        for origin in ([entry] if "://" in entry else [f"http://{entry}", f"https://{entry}"])
    ]  # fmt: skip
    own = [origin for origin in case.allowed_origins if not origins.refusal(rules, origin)]
    return replace(case, allowed_origins=tuple(own or everywhere))


async def check_origin(platform: Platform, *urls: str) -> None:
    """Raise `Invalid` when tests may not visit one of `urls`, by the environment's lists or by the owners'."""
    async with platform.database.read() as session:
        mine = await chosen(session)
    lists = {"allow_origins": mine.allow_origins or (), "deny_origins": mine.deny_origins or ()}
    narrowed = platform.settings.model_copy(update=lists)
    for url in urls:
        await origins.check(platform.settings, url)
        if any(lists.values()):
            await origins.check(narrowed, url)
