"""Executions: all of them, newest first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from markupsafe import Markup
from nicegui import ui

from aiwebtest.core.case import PROVIDERS
from app.schemas.executions import ExecutionSummary
from app.services import executions
from app.services.executions import Filter
from app.web import kit
from app.web.kit import words
from app.web.kit.elements import Raw, Tag
from app.web.pages.common import address, number, read
from app.web.session import Visit

__all__ = ["executions_markup", "show"]

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
        _filters({"q": q, "state": state, "test": test, "provider": provider}, filtered=filtered)
        if not found:
            with kit.empty("Nothing fits", "No execution fits what is looked for.", ico="search"):
                kit.link_button("Show all", "/executions")
            return
        Raw(executions_markup([ExecutionSummary.model_validate(one) for one in found]))
        with Tag("div", cls="aw-foot-row"):
            Tag("span", f"{len(found)} shown")
            if more:
                kit.link_button(
                    "Older",
                    address("/executions", q=q, state=state, test=test, provider=provider, after=more),
                    look="small",
                )


def _filters(wanted: dict[str, str], *, filtered: bool) -> None:
    """Show what narrows the list, as it is set now."""

    def leads(name: str) -> Callable[[str], Awaitable[None]]:
        async def go(value: str) -> None:
            ui.navigate.to(address("/executions", **{**wanted, name: value}))

        return go

    with Tag("div", cls="aw-filters"):
        kit.search("Search names of cases", leads("q"), wanted["q"])
        kit.filter_choice("State", _STATES, wanted["state"], leads("state"))
        kit.filter_choice("Provider", _providers(wanted["provider"]), wanted["provider"], leads("provider"))
        if filtered:
            kit.link_button("Show all", "/executions", look="small ghost", ico="cross")


def _providers(provider: str) -> list[tuple[str, str]]:
    names = dict.fromkeys((*PROVIDERS, *([provider] if provider else [])))
    return [("", "All providers"), *((name, words.provider_of(name)) for name in names)]


def executions_markup(found: list[ExecutionSummary], *, base_url: str = "") -> Markup:
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
