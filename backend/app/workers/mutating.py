"""Measuring in a worker: faults are planted in pages while stored cases run, one after the other, beside executions.

With rules alone, or with each of several providers: what is asked of them then is written into the ledger as it comes,
as answers that nobody judged, for a page with a fault says nothing of who looks at it.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from functools import reduce
from pathlib import Path

from aiwebtest.core.errors import AiWebTestError
from aiwebtest.core.events import Attempt
from aiwebtest.core.masking import mask_value
from aiwebtest.engine.models import alone
from aiwebtest.mutation import Measured, Subject, measure
from aiwebtest.mutation.quality import Examinee, examine
from aiwebtest.mutation.told import as_json, as_markdown
from app.core.database import AWAY
from app.core.errors import Problem
from app.models import MutationReport
from app.schemas.runs import RunRequest
from app.services import cases, faults, mutations
from app.services.budgets import spent_today
from app.services.platform import Platform
from app.services.providers import write_down
from app.services.settings import chosen
from app.services.stagehand_service import StagehandService
from app.workers.preparing import Ready, make_ready

__all__ = ["keep_measuring", "measure_due"]

_LOOK_S = 1.0
_BEAT_S = 2.0
_TOLD = 500  # characters of why nothing was measured, a case

_log = logging.getLogger(__name__)


async def keep_measuring(platform: Platform, service: StagehandService, folder: Path) -> None:
    """Measure what is due, one report after the other, until cancelled; what is under way then goes back."""
    while True:
        try:
            while await measure_due(platform, service, folder):
                pass
        except AWAY as exc:
            _log.warning("The database is away: %s", str(exc).splitlines()[0])
        await asyncio.sleep(_LOOK_S)


async def measure_due(platform: Platform, service: StagehandService, folder: Path) -> bool:
    """Measure for one report that nobody is at; tell whether there was any."""
    mine = await mutations.take(platform)
    if mine is None:
        return False
    own, told = folder / f"mutation-{mine.id}-{mine.attempt}", [mine.told]
    asked: list[Attempt] = []
    measuring = asyncio.create_task(
        _measured(platform, service, mine, own, told.append, asked.extend), name=f"mutation {mine.id}"
    )
    try:
        while not measuring.done():
            await asyncio.wait({measuring}, timeout=_BEAT_S)
            await _written(platform, asked)
            if not measuring.done() and not await mutations.beat(platform, mine, told[-1]):
                break  # stopped, deleted, or somebody else's
        else:
            await measuring
    except asyncio.CancelledError:
        with suppress(*AWAY):
            await mutations.give_back(platform, mine)
        raise
    finally:
        measuring.cancel()
        await asyncio.wait({measuring})
        with suppress(*AWAY):
            await _written(platform, asked)
        await asyncio.to_thread(shutil.rmtree, own, ignore_errors=True)
    return True


async def _written(platform: Platform, asked: list[Attempt]) -> None:
    """Move requests into the ledger."""
    number = len(asked)
    await write_down(platform, asked[:number])
    del asked[:number]


async def _measured(
    platform: Platform, service: StagehandService, mine: MutationReport, folder: Path, tell: Callable[[str], None],
    hear: Callable[[Sequence[Attempt]], None],
) -> None:  # fmt: skip
    """Measure, and write what that came to; what hinders it is written too."""
    try:
        if mine.providers:
            found = await _compared(platform, service, mine, folder, tell, hear)
        else:
            ready = await _ready(platform, mine, folder)
            subjects = [Subject(one.case, one.settings) for one in ready]
            found = _values(await measure(subjects, service.pool, tell=tell, **mine.options), ready)
    except (AiWebTestError, Problem) as exc:
        await mutations.finish(platform, mine, told=f"Nothing was measured: {exc.what} {exc.mend}")
    except AWAY:
        raise
    except Exception as exc:  # noqa: BLE001 - the task's border: a fault of ours is told as ours, and not tried again
        _log.exception("Mutation report %s hit a fault of the server", mine.id)
        what = f"Nothing was measured: a fault of AI Web Test, {type(exc).__name__}. See the worker's log."
        await mutations.finish(platform, mine, told=what)
        await faults.tell(platform, f"mutation report {mine.id}", exc)
    else:
        await mutations.finish(platform, mine, **found)


async def _compared(
    platform: Platform, service: StagehandService, mine: MutationReport, folder: Path, tell: Callable[[str], None],
    hear: Callable[[Sequence[Attempt]], None],
) -> dict[str, object]:  # fmt: skip
    """Return what each provider made of the same faults, as `aiwebtest mutate --providers --json` has it."""
    async with platform.database.read() as session:
        spent_usd, _ = await spent_today(session)
    examinees, every = [], []
    for place, provider in enumerate(mine.providers):
        ready = await _ready(platform, mine, folder / f"arm-{place}", provider=provider)
        models = await service.models(ready[0].project)
        told = await models.prepare([alone(one.case) for one in ready])
        models.know_spent(spent_usd)
        subjects = [Subject(case, one.settings) for case, one in zip(told, ready, strict=True)]
        model = None if provider == "builtin" else models.model
        examinees.append(Examinee(provider=provider, subjects=subjects, pool=service.pool, model=model, hear=hear))
        every += ready
    found = await examine(examinees, tell=tell, **mine.options)
    relative = _relative(every)
    comparison = mask_value(as_json(found, []) | {"markdown": as_markdown(found, [])}, relative)
    if not found.sound:
        alarms = "; ".join(relative(f"{one.case}: {one.outcome}: {one.why[:_TOLD]}")
                           for quality in found.qualities for one in quality.alarms[:2])  # fmt: skip
        return {"told": f"No fault was tried: no case passes with every provider as things are. {alarms}",
                "comparison": comparison}  # fmt: skip
    return {"comparison": comparison}


async def _ready(platform: Platform, mine: MutationReport, folder: Path, *, provider: str | None = None) -> list[Ready]:
    """Return the cases of a report, made ready to be run; by a provider, where it compares several."""
    request = RunRequest.model_validate(mine.request)
    if provider is not None:
        request = request.model_copy(update={"provider": provider})
    async with platform.database.read() as session:
        stand_ins = await cases.secret_stand_ins(session, request)
        owners = await chosen(session)
    return [
        await make_ready(platform, request, folder / str(number), mine=owners, stand_ins=stand_ins, **case)
        for number, case in enumerate(mine.cases)
    ]


def _values(found: Measured, ready: list[Ready]) -> dict[str, object]:
    """Return the report's figures as `aiwebtest mutate --json` has them, with paths as the platform knows them."""
    relative = _relative(ready)
    if found.broken:
        broken = "; ".join(f"{relative(one.case)}: {one.outcome}: {one.why[:_TOLD]}" for one in found.broken[:5])
        number = len(found.broken)
        told = f"{number} cases do" if number > 1 else "1 case does"
        return {"told": f"Nothing was measured: {told} not pass as things are. {broken}"}
    counts = {verdict: found.count(verdict) for verdict in ("caught", "noticed", "survived", "idle")}
    faults = [asdict(mask_value(one, relative)) for one in found.tried]
    return {"score": found.score, "offered": found.offered, "counts": counts, "faults": faults}


def _relative(ready: list[Ready]) -> Callable[[str], str]:
    """Return what turns the paths of a worker into those that the platform knows."""

    def relative(text: str) -> str:
        return reduce(lambda told, one: one.workspace.relative(told), ready, text)

    return relative
