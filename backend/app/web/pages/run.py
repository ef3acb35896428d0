"""A run: how far it is, and each of its executions as they go on."""

from __future__ import annotations

import asyncio

from nicegui import background_tasks, ui

from app.schemas.executions import ExecutionSummary
from app.schemas.runs import RunAnswer
from app.services import executions, runs
from app.services.events import follow_run
from app.services.executions import Filter
from app.web import kit
from app.web.kit import words
from app.web.kit.elements import Raw, Tag, markup
from app.web.pages import execution
from app.web.pages.common import number, read
from app.web.pages.executions import executions_markup
from app.web.pages.origin import origin
from app.web.session import Visit

__all__ = ["show"]

_MOST = 200  # executions in the table
_REPAINT_S = 0.3  # the table is painted no more often


async def show(visit: Visit, run: str) -> None:
    """Show a run: how far it is, and each of its executions. One of a single execution is that execution."""
    run_id = number(run, "run")
    answer = await _run(visit, run_id)
    if answer.total == 1 and len(answer.executions) == 1:
        ui.navigate.history.replace(f"/executions/{answer.executions[0]}")
        await execution.show(visit, str(answer.executions[0]))
        return
    told = markup("span", f"Run #{answer.id} · {words.count(answer.total, 'execution')}", *await origin(visit, answer))
    with kit.top(answer.name, sub=told, back=[("Executions", "/executions")]):
        stop = kit.button("Stop", kit.guarded(lambda: _stop(visit, run_id)), ico="stop", look="bad")
    stop.set_visibility(visit.runs and answer.finished_at is None)

    said = kit.spoken()

    async def paint() -> None:
        now = await _run(visit, run_id)
        told = await _paint(visit, now)
        stop.set_visibility(visit.runs and now.finished_at is None)
        if answer.finished_at is None and now.finished_at is not None:
            said.say(f"{now.name}: {words.title_of(now.outcome or 'stopped')}. {told}.")

    region = kit.Region(paint)
    await region.show()
    if answer.finished_at is None:
        background_tasks.create(_keep_painting(visit, run_id, region), name=f"page of run {run_id}")


async def _paint(visit: Visit, now: RunAnswer) -> str:
    """Show how far a run is, with its executions; return how many came to what, in words."""
    rows, _ = await read(visit, executions.listed, Filter(run_id=now.id), after=None, limit=_MOST)
    found = [ExecutionSummary.model_validate(one) for one in rows]
    states = [words.state_of(one.state, one.outcome) for one in found]
    counted = {state: states.count(state) for state in (*words.OUTCOMES, "stopped", "running", "queued")}
    told = ", ".join(f"{count} {state}" for state, count in counted.items() if count)
    begun = counted["queued"] < len(found)
    nobody = counted["queued"] and not counted["running"] and not (await visit.platform.queue.status()).slots
    sites = {one.base_url for one in found}
    site = sites.pop() if len(sites) == 1 else ""
    with Tag("section", cls="aw-card", aria_label="Run"):
        with Tag("div", cls="aw-body aw-stack aw-tight"):
            with Tag("div", cls="aw-acts"):
                kit.pill(now.outcome or ("running" if begun else "queued"))
                Tag("span", f"{now.finished} of {now.total} are over: {told}")
                Tag("span", site, cls="aw-sub aw-hide-s")
                if healed := sum(one.healed > 0 for one in found):
                    kit.link_button(f"{healed} healed", "/heals", ico="heals", look="small")
                if live := next((one for one in found if one.state == "running"), None):
                    kit.link_button(
                        "Watch",
                        f"/executions/{live.id}",
                        ico="screen",
                        look="small",
                        label="Watch a case that is running",
                    )
            share = now.finished / max(1, now.total)
            Raw(kit.bar_markup(share, label="Progress of the run", state=now.outcome or ""))
            if nobody:
                unserved = "No worker is running, so nothing begins."
                kit.note(unserved, "start one with `aiwebtest-server worker`.", state="warn")
        Raw(executions_markup(sorted(found, key=_place), base_url=site))
        if now.total > len(found):
            Tag("p", f"The newest {len(found)} of {now.total} are shown.", cls="aw-foot-row")
    return told


def _place(one: ExecutionSummary) -> tuple[int, int]:
    order = {"failed": 0, "error": 1}
    return (order.get(one.outcome or "", 2 if one.state == "running" else 3), one.id)


async def _run(visit: Visit, run_id: int) -> RunAnswer:
    async with visit.platform.database.read() as session:
        return await executions.run_answer(session, await runs.get(session, run_id))


async def _keep_painting(visit: Visit, run_id: int, region: kit.Region) -> None:
    """Paint a run's page anew as it goes on, until it is over or nobody looks any more."""
    changed = asyncio.Event()

    async def listen() -> None:
        async for event in follow_run(visit.platform, run_id):
            if event.kind in {"case-started", "case-finished", "state", "step-finished"}:
                changed.set()
        changed.set()

    listening = asyncio.create_task(listen())
    try:
        while not region.box.is_deleted:
            waiting = asyncio.create_task(changed.wait())
            await asyncio.wait({waiting}, timeout=2.0)
            waiting.cancel()
            if changed.is_set():
                changed.clear()
                over = listening.done()
                with region.box.client:
                    await region.show()
                if over:
                    return
                await asyncio.sleep(_REPAINT_S)
    finally:
        listening.cancel()


async def _stop(visit: Visit, run_id: int) -> None:
    visit.actor.require("run")
    count = await visit.platform.queue.stop_run(run_id, visit.actor.label)
    kit.toast(f"{words.count(count, 'execution')} stopped or being stopped.", state="note")
