"""Analytics: what has changed, what is to come, how much of the budget is used, and the ledger in groups."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, get_args

from markupsafe import Markup
from nicegui import ui
from nicegui.events import GenericEventArguments

from app.core.clock import now
from app.schemas.analytics import (
    Anomalies,
    BudgetUse,
    ExecutionFigures,
    ExecutionsBy,
    ModelFigures,
    ModelsBy,
    MonthForecast,
)
from app.services import analytics, forecasts
from app.web import kit
from app.web.kit import charts, words
from app.web.kit.elements import Raw, Tag, markup
from app.web.pages.common import address, read
from app.web.pages.measuring import sentences, tabs
from app.web.session import Visit

__all__ = ["show"]

_PERIODS = (7, 14, 30, 90)
_DEFAULT = 30


async def show(visit: Visit, days: str = "", by: str = "model") -> None:
    """Show the analytics of a period."""
    period = int(days) if days.isdigit() and int(days) in _PERIODS else _DEFAULT
    group = by if by in get_args(ModelsBy) else "model"
    until = now()
    since = until - timedelta(days=period)
    with kit.top("Analytics", sub=f"Measured on your own tests · last {period} days"):
        kit.segments([(f"{each} days", _to(each, group)) for each in _PERIODS], _to(period, group), label="Period")
    tabs("/analytics")
    with Tag("div", cls="aw-stack"):
        _changes(await visit.platform.anomalous.found(visit.platform.database))
        with Tag("div", cls="aw-g11"):
            _month(await read(visit, forecasts.month))
            _budget(await forecasts.budget(visit.platform))
        _requests(await read(visit, analytics.models, group, since, until), period, group, (since, until))
        if group in get_args(ExecutionsBy):
            _executions(await read(visit, analytics.executions, group, since, until))
        _courses(await read(visit, analytics.models, "day", since, until))


def _to(days: int, by: str) -> str:
    return address("/analytics", days="" if days == _DEFAULT else days, by="" if by == "model" else by)


def _changes(found: Anomalies) -> None:
    courses = words.count(found.series, "course")
    sub = f"{courses} of the last four weeks; the chance of any false alarm among them is 5 % at most"
    if not found.series:
        sub = "Costs, times and failures of the last four weeks"
    with kit.card("What has changed", sub=sub):
        if not found.anomalies:
            told = "Nothing: costs, times and failures are as they were, as far as can be shown."
            Tag("p", told if found.series else "Nothing can be compared yet: that needs runs of several days.")
            return
        sentences([("good" if one.better else "bad", one.told) for one in found.anomalies], label="Changes")


def _month(found: MonthForecast) -> None:
    with kit.card("This month", sub=f"Forecast from {words.count(found.days_seen, 'day')}"):
        Tag("p", words.money(found.spent_usd), cls="aw-big aw-num")
        Tag("p", found.told, cls="aw-sub")


def _budget(found: BudgetUse) -> None:
    with (
        kit.card("Budget", sub="Checked before every request, fallbacks included"),
        Tag("div", cls="aw-stack aw-tight"),
    ):
        if found.per_day_usd:
            share = found.today_usd / found.per_day_usd
            state = "failed" if share >= 1 else "error" if share >= 0.8 else ""
            Raw(kit.bar_markup(share, label="Of the day's budget", state=state))
        Tag("p", found.told)
        if found.today_unknown:
            Tag("p", f"The cost of {words.count(found.today_unknown, 'request')} of today is unknown.", cls="aw-sub")


def _requests(found: list[ModelFigures], period: int, by: str, between: tuple[datetime, datetime]) -> None:
    with kit.card("Requests to models", sub="Retries, fallbacks and refused answers included", body=False) as card:
        with card.head:

            async def chosen(event: GenericEventArguments) -> None:
                ui.navigate.to(_to(period, str(event.args)))

            options = [(each, f"By {each}") for each in get_args(ModelsBy)]
            box = kit.choice("Group by", "by", options, by, hidden_label=True)
            box.when("change", chosen, js="(event) => emit(event.target.value)")
            since, until = (moment.isoformat(timespec="seconds") for moment in between)
            table = address("/api/v1/tables/costs.csv", **{"by": by, "from": since, "to": until})
            kit.link_button("CSV", table, ico="download", look="small", label="These requests as CSV", download=True)
        if not found:
            with kit.empty("No model was asked", "Rules and replay placed every sentence, at no cost.", ico="coins"):
                pass
            return
        headings = ["Group", "Requests", "Cost", "Answered", "Served", "Fallbacks", "Off schema", "Agrees",
                    "First byte", "p50", "p95", "Tokens in + out"]  # fmt: skip
        numbers = tuple(range(1, len(headings)))
        rows = [_request(one, by) for one in found]
        Raw(kit.table_markup(headings, rows, label="Requests to models", right=numbers, told=numbers))


def _request(one: ModelFigures, by: str) -> list[Markup | str]:
    judged = one.served + one.not_served
    group = words.purpose_of(one.key).capitalize() if by == "purpose" else one.name or one.key
    return [
        markup("b", group or "none"),
        words.amount(one.requests),
        words.money(one.cost_usd, unknown=one.cost_unknown),
        words.percent(one.answered, one.requests),
        words.percent(one.served, judged),
        words.amount(one.fallbacks),
        words.amount(one.schema_failures),
        words.percent(one.agreement, 1) if one.agreement is not None else "\N{EN DASH}",
        words.seconds(one.first_byte_median_s),
        words.seconds(one.latency_median_s),
        words.seconds(one.latency_p95_s),
        f"{words.amount(one.input_tokens)} + {words.amount(one.output_tokens)}",
    ]


def _executions(found: list[ExecutionFigures]) -> None:
    headings = ["Group", "Executions", "Passed", "p50", "p95", "Tokens", "Cost", "A pass"]
    numbers = tuple(range(1, len(headings)))
    rows: list[list[Any]] = [
        [
            markup("b", one.name or one.key or "none"),
            words.amount(one.executions),
            words.percent(one.passed, one.executions),
            words.seconds(one.duration_median_s),
            words.seconds(one.duration_p95_s),
            words.amount(one.input_tokens + one.output_tokens),
            words.money(one.cost_usd, unknown=one.cost_unknown),
            words.money(one.cost_per_pass_usd),
        ]
        for one in found
    ]
    with kit.card("Executions", sub="What a pass costs is all of the cost over what passed", body=False):
        Raw(kit.table_markup(headings, rows, label="Executions by group", right=numbers, told=numbers))


def _courses(by_day: list[ModelFigures]) -> None:
    if not by_day:
        return
    days = [one.key[5:] for one in by_day]
    with Tag("div", cls="aw-g11"):
        with kit.card("Latency by day", sub="Seconds a request"):
            charts.lines(
                "Latency of requests by day",
                days,
                [
                    ("Median", [_rounded(one.latency_median_s, 2) for one in by_day], "var(--s1)"),
                    ("95th percentile", [_rounded(one.latency_p95_s, 2) for one in by_day], "var(--s2)"),
                ],
                unit="{value} s",
            )
        with kit.card("Spend by day", sub="US dollars, as far as it is known"):
            series = [("All models", [round(one.cost_usd, 4) for one in by_day], "var(--s3)")]
            charts.lines("Spend on models by day", days, series, unit="${value}")


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
