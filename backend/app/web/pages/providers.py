"""Providers: how each does, what it takes and costs, compared."""

from __future__ import annotations

from datetime import timedelta

from markupsafe import Markup

from app.core.clock import now
from app.schemas.analytics import ExecutionFigures, ModelFigures
from app.schemas.providers import ProviderAnswer
from app.services import analytics, providers
from app.web import kit
from app.web.kit import charts, words
from app.web.kit.elements import Raw, Tag, markup
from app.web.pages.common import read
from app.web.session import Visit

__all__ = ["show"]

_PERIODS = (7, 14, 30)
_BREAKER = {"closed": ("good", "Well"), "half-open": ("warn", "Being tried"), "open": ("bad", "Left alone")}


async def show(visit: Visit, days: str = "14") -> None:
    """Show the providers over a period."""
    period = int(days) if days.isdigit() and int(days) in _PERIODS else 14
    until = now()
    since = until - timedelta(days=period)
    known = await providers.listed(visit.platform)
    by_model = await read(visit, analytics.models, "model", since, until)
    outcomes = await read(visit, analytics.executions, "provider", since, until)
    with kit.top("Providers", sub=f"Who places what rules and replay cannot · last {period} days"):
        here = "/providers" if period == 14 else f"/providers?days={period}"
        kit.segments(
            [(f"{each} days", "/providers" if each == 14 else f"/providers?days={each}") for each in _PERIODS],
            here,
            label="Period",
        )
    with Tag("div", cls="aw-stack"):
        _known(known)
        _outcomes(outcomes)
        _models(by_model)
        if by_model:
            with Tag("div", cls="aw-g11", style="margin:0"):
                await _charts(visit, by_model, period)


def _known(known: list[ProviderAnswer]) -> None:
    rows: list[list[Markup | str]] = []
    for one in known:
        state, text = _BREAKER[one.health.breaker] if one.configured else ("", "Not set up")
        roles = [
            name
            for name, on in (("default", one.default), ("fallback", one.fallback), ("own address", one.own_address))
            if on
        ]
        told = one.advice or (
            f"set {one.key_variable} where the server runs" if not one.configured else one.health.reason
        )
        rows.append(
            [
                markup(
                    "div",
                    markup("b", one.title),
                    markup("span", one.model or one.name, cls="aw-sub"),
                    kit.tags_markup(roles) if roles else None,
                    cls="aw-name",
                ),
                markup(
                    "div",
                    kit.pill_markup(state or "idle", text),
                    markup("span", told, cls="aw-sub") if told else None,
                    cls="aw-name",
                ),
                words.amount(one.health.asked),
                words.amount(one.health.failed),
                words.seconds(one.health.latency_median_s),
                words.seconds(one.health.latency_p95_s),
            ]
        )
    with kit.card("Health", sub="By the requests of the last hour", body=False):
        headings = ["Provider", "State", "Asked", "Failed", "Latency p50", "p95"]
        Raw(kit.table_markup(headings, rows, label="Health of providers", right=(2, 3, 4, 5), told=(2, 3, 4, 5)))


def _outcomes(found: list[ExecutionFigures]) -> None:
    with kit.card("Outcomes", sub="Executions by the provider that they ran with", body=False):
        if not found:
            with kit.empty(
                "Nothing was run in this period",
                "Run the same suite with two providers and compare them here.",
                ico="compare",
            ):
                kit.link_button("To the suites", "/suites", ico="suites")
            return
        best = max((one.passed / one.executions for one in found if one.executions), default=0)
        rows: list[list[Markup | str]] = []
        for at, one in enumerate(found):
            rate = one.passed / one.executions if one.executions else 0.0
            mark = markup("span", "Best", cls="aw-best") if len(found) > 1 and rate == best else None
            rows.append(
                [
                    markup(
                        "div", markup("i"), markup("b", one.key), cls="aw-pn", style=f"--c:{charts.COLOURS[at % 6]}"
                    ),
                    markup(
                        "div",
                        kit.meter_markup(
                            words.percent(one.passed, one.executions), rate, label=f"Pass rate of {one.key}"
                        ),
                        mark,
                        style="display:flex;align-items:center",
                    ),
                    words.amount(one.executions),
                    words.amount(one.healed),
                    words.seconds(one.duration_median_s),
                    words.seconds(one.duration_p95_s),
                    words.money(one.cost_usd / one.passed if one.passed else None),
                    words.money(one.cost_usd, unknown=one.cost_unknown),
                ]
            )
        headings = ["Provider", "Pass rate", "Executions", "Healed", "Duration p50", "p95", "Cost per pass", "Cost"]
        Raw(
            kit.table_markup(
                headings, rows, label="Outcomes by provider", right=(2, 3, 4, 5, 6, 7), told=(2, 3, 4, 5, 6, 7)
            )
        )


def _models(found: list[ModelFigures]) -> None:
    with kit.card("Requests to models", sub="Retries and failures included", body=False):
        if not found:
            with kit.empty(
                "No model was asked in this period", "Rules and replay placed every sentence, at no cost.", ico="coins"
            ):
                pass
            return
        rows: list[list[Markup | str]] = []
        for at, one in enumerate(found):
            vendor, _, model = one.key.partition("/")
            name = markup("div", markup("b", vendor), markup("span", model, cls="aw-sub"))
            rows.append(
                [
                    markup("div", markup("i"), name, cls="aw-pn", style=f"--c:{charts.COLOURS[at % 6]}"),
                    words.amount(one.requests),
                    words.percent(one.answered, one.requests),
                    words.seconds(one.latency_median_s),
                    words.seconds(one.latency_p95_s),
                    words.amount(one.input_tokens),
                    words.amount(one.output_tokens),
                    words.money(one.cost_usd, unknown=one.cost_unknown),
                ]
            )
        headings = ["Model", "Requests", "Answered", "Latency p50", "p95", "Tokens in", "out", "Cost"]
        Raw(
            kit.table_markup(
                headings, rows, label="Requests to models", right=(1, 2, 3, 4, 5, 6, 7), told=(1, 2, 3, 4, 5, 6, 7)
            )
        )


async def _charts(visit: Visit, by_model: list[ModelFigures], period: int) -> None:
    names = [one.key for one in by_model][:6]
    with kit.card("Latency per request", sub="Median seconds"):
        charts.bars(
            "Median latency by model",
            names,
            [round(one.latency_median_s or 0.0, 2) for one in by_model][:6],
            unit="{value} s",
        )
    until = now()
    by_day = await read(visit, analytics.models, "day", until - timedelta(days=period), until)
    with kit.card("Spend", sub="US dollars a day"):
        series = [("All models", [round(one.cost_usd, 4) for one in by_day], "var(--s2)")]
        charts.lines("Spend on models by day", [one.key[5:] for one in by_day], series, unit="$ {value}")
