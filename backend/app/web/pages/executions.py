"""Executions: all of them, newest first, and the ones of one run as they go on."""

from __future__ import annotations

import asyncio

from markupsafe import Markup
from nicegui import background_tasks, ui

from aiwebtest.core.case import PROVIDERS
from app.schemas.executions import ExecutionSummary
from app.schemas.runs import RunAnswer
from app.services import executions, runs
from app.services.events import follow_run
from app.services.executions import Filter
from app.web import kit
from app.web.kit import words
from app.web.kit.elements import Raw, Tag
from app.web.pages.common import address, number, read
from app.web.session import Visit

__all__ = ["show", "show_run"]

_AT_ONCE = 50
_STATES = (
    ("", "All states"),
    ("passed", "Passed"),
    ("failed", "Failed"),
    ("error", "Error"),
    ("skipped", "Skipped"),
    ("running", "Running"),
    ("queued", "Queued"),
    ("stopped", "Stopped"),
    ("flaky", "Flaky"),
    ("healed", "Healed"),
)
_REPAINT_S = 0.3  # a run's table is painted no more often


def _filter(q: str, state: str, test: str, provider: str) -> Filter:
    return Filter(
        search=q,
        provider=provider,
        test_id=number(test, "test") if test else None,
        state=(state,) if state in {"running", "queued", "stopped"} else (),
        outcome=(state,) if state in words.OUTCOMES else (),
        flaky=True if state == "flaky" else None,
        healed=True if state == "healed" else None,
    )


async def show(visit: Visit, q: str = "", state: str = "", test: str = "", provider: str = "", after: str = "") -> None:
    """Show executions."""
    wanted = _filter(q, state, test, provider)
    found, more = await read(visit, executions.listed, wanted, after=after or None, limit=_AT_ONCE)
    filtered = bool(q or state or test or provider or after)
    with kit.top("Executions", sub="Every case that was run, newest first"):
        if found:
            table = address("/api/v1/tables/executions.csv", **wanted.query())
            kit.link_button("CSV", table, ico="download", label="These executions as CSV", download=True)
    if not found and not filtered:
        with Tag("section", cls="aw-card", aria_label="Executions"):
            with kit.empty("Nothing has been run yet", "Choose tests or a suite and press Run.", ico="runs"):
                kit.link_button("To the tests", "/tests", ico="tests", look="pri")
        return
    with Tag("section", cls="aw-card", aria_label="Executions"):
        with Tag("div", cls="aw-filters"):

            async def searched(text: str) -> None:
                ui.navigate.to(address("/executions", q=text, state=state, test=test, provider=provider))

            async def chose_state(value: str) -> None:
                ui.navigate.to(address("/executions", q=q, state=value, test=test, provider=provider))

            async def chose_provider(value: str) -> None:
                ui.navigate.to(address("/executions", q=q, state=state, test=test, provider=value))

            kit.search("Search names of cases", searched, q)
            kit.filter_choice("State", _STATES, state, chose_state)
            kit.filter_choice("Provider", _providers(provider), provider, chose_provider)
            if filtered:
                kit.link_button("Show all", "/executions", look="small ghost", ico="cross")
        if not found:
            with kit.empty("Nothing fits", "No execution fits what is looked for.", ico="search"):
                kit.link_button("Show all", "/executions")
            return
        Raw(_table([ExecutionSummary.model_validate(one) for one in found]))
        with Tag("div", cls="aw-foot-row"):
            Tag("span", f"{len(found)} shown")
            if more:
                kit.link_button(
                    "Older",
                    address("/executions", q=q, state=state, test=test, provider=provider, after=more),
                    look="small",
                )


def _providers(provider: str) -> list[tuple[str, str]]:
    names = dict.fromkeys((*PROVIDERS, *([provider] if provider else [])))
    return [("", "All providers"), *((name, words.provider_of(name)) for name in names)]


def _table(found: list[ExecutionSummary], *, base_url: str = "") -> Markup:
    """Return executions as a table; `base_url` is said above it already."""
    rows = [_row(one, "" if one.base_url == base_url else one.base_url) for one in found]
    headings = ["Case", "State", "Steps", "Duration", "Provider", "Cost", "When"]
    return kit.table_markup(headings, rows, label="Executions", right=(2, 3, 5, 6), told=(2, 3))


def _row(one: ExecutionSummary, base_url: str) -> list[Markup | str]:
    about = " · ".join(filter(None, [f"#{one.id}", one.row, "healed" if one.healed else "", base_url]))
    name = kit.named(one.name, f"/executions/{one.id}", sub=about)
    shown = "flaky" if one.flaky else words.state_of(one.state, one.outcome)
    steps = f"{one.steps_done}/{one.steps_total}" if one.steps_total else "\N{EN DASH}"
    cost = words.money(one.cost_usd, unknown=one.cost_unknown) if one.model_attempts else "\N{EN DASH}"
    return [
        name,
        kit.pill_markup(shown),
        steps,
        words.seconds(one.duration_s),
        words.provider_of(one.provider),
        cost,
        kit.time_markup(one.created_at),
    ]


async def show_run(visit: Visit, run: str) -> None:
    """Show a run: how far it is, and each of its executions. One of a single execution is that execution."""
    run_id = number(run, "run")
    answer = await _run(visit, run_id)
    if answer.total == 1 and len(answer.executions) == 1:
        ui.navigate.history.replace(f"/executions/{answer.executions[0]}")
        from app.web.pages import execution

        await execution.show(visit, str(answer.executions[0]))
        return
    told = f"Run #{answer.id} · {words.count(answer.total, 'execution')} · by {answer.author or 'the server'}"
    with kit.top(answer.name, sub=told, back=[("Executions", "/executions")]):
        stop = kit.button("Stop", kit.guarded(lambda: _stop(visit, run_id)), ico="stop", look="bad")
    stop.set_visibility(visit.runs and answer.finished_at is None)

    said = kit.spoken()

    async def paint() -> None:
        now = await _run(visit, run_id)
        found, _ = await read(visit, executions.listed, Filter(run_id=run_id), after=None, limit=200)
        states = [words.state_of(one.state, one.outcome) for one in found]
        counted = {state: states.count(state) for state in (*words.OUTCOMES, "stopped", "running", "queued")}
        told = ", ".join(f"{count} {state}" for state, count in counted.items() if count)
        sites = {one.base_url for one in found}
        site = sites.pop() if len(sites) == 1 else ""
        with Tag("section", cls="aw-card", aria_label="Run"):
            with Tag("div", cls="aw-body aw-stack aw-tight"):
                with Tag("div", cls="aw-acts"):
                    kit.pill(now.outcome or "running")
                    Tag("span", f"{now.finished} of {now.total} are over: {told}")
                    Tag("span", site, cls="aw-sub aw-hide-s")
                Raw(
                    kit.bar_markup(
                        now.finished / max(1, now.total), label="Progress of the run", state=now.outcome or ""
                    )
                )
            shown = sorted((ExecutionSummary.model_validate(one) for one in found), key=_place)
            Raw(_table(shown, base_url=site))
        stop.set_visibility(visit.runs and now.finished_at is None)
        if answer.finished_at is None and now.finished_at is not None:
            said.say(f"{now.name}: {words.title_of(now.outcome or 'stopped')}. {told}.")

    region = kit.Region(paint)
    await region.show()
    if answer.finished_at is None:
        background_tasks.create(_keep_painting(visit, run_id, region), name=f"page of run {run_id}")


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
