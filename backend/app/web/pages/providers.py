"""Providers: how each does, what it takes and costs, compared."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from markupsafe import Markup

from aiwebtest.core.statistics import wilson
from app.core.clock import now
from app.schemas.analytics import ExecutionFigures, ModelFigures, ModelsBy
from app.schemas.providers import ProviderAnswer
from app.services import analytics, budgets, limits, overview, providers
from app.web import kit
from app.web.kit import charts, words
from app.web.kit.elements import Raw, Tag, markup
from app.web.pages.common import address, budget_markup, read
from app.web.pages.running import provider_colour
from app.web.session import Visit

__all__ = ["show", "shown_best"]

_PERIODS = (7, 14, 30)
_KEYS: tuple[tuple[ModelsBy, str], ...] = (
    ("model", "Model"),
    ("provider", "Provider"),
    ("suite", "Suite"),
    ("test", "Test"),
    ("day", "Day"),
)
_BREAKER = {"closed": ("good", "Well"), "half-open": ("warn", "Being tried"), "open": ("bad", "Left alone")}


async def show(visit: Visit, days: str = "14", by: str = "model") -> None:
    """Show the providers over a period, and what they cost by one of several keys."""
    period = int(days) if days.isdigit() and int(days) in _PERIODS else 14
    key = next((each for each, _ in _KEYS if each == by), _KEYS[0][0])
    until = now()
    since = until - timedelta(days=period)
    known = await providers.listed(visit.platform)
    held = await limits.all_limits(visit.platform)
    outcomes = await read(visit, analytics.executions, "provider", since, until)
    costs = await read(visit, analytics.models, key, since, until)
    with kit.top("Providers", sub=f"Who places what rules and replay cannot · last {period} days"):
        places = [(f"{each} days", _address(each, key)) for each in _PERIODS]
        kit.segments(places, _address(period, key), label="Period")
        if visit.runs:
            kit.link_button("Compare on a suite", "/suites", ico="compare")
    with Tag("div", cls="aw-stack"):
        await _budget(visit)
        _known(known, held)
        _outcomes(outcomes)
        if any(one.requests for one in costs):
            with Tag("div", cls="aw-g11"):
                await _charts(visit, since, until, period)
        _costs(costs, key, period, (since, until))


def _address(period: int, by: str) -> str:
    return address("/providers", days=period if period != 14 else "", by=by if by != _KEYS[0][0] else "")


async def _budget(visit: Visit) -> None:
    spent = await budgets.status(visit.platform)
    told = {
        True: ("Today's budget is spent: no model is asked before midnight UTC. Rules and replay go on.", "bad"),
        False: ("Today's budget is nearly spent. At the limit no model is asked any more.", "warn"),
    }
    if spent.near:
        kit.note(told[spent.reached][0], state=told[spent.reached][1])
    with Tag("section", cls="aw-card", aria_label="Budget"), Tag("div", cls="aw-body aw-split"):
        Raw(budget_markup(spent), cls="aw-grow")
        each = f"One execution: {words.limit(spent.per_execution_usd)}" if spent.per_execution_usd is not None else ""
        if each:
            Tag("span", each, cls="aw-sub")
        if visit.rules:
            to = "/settings?part=limits"
            word = "Change" if spent.per_day_usd is not None or spent.per_execution_usd is not None else "Set a budget"
            kit.link_button(word, to, look="small", label=f"{word}, in the settings")


def _known(known: list[ProviderAnswer], held: dict[str, int]) -> None:
    rows: list[list[Markup | str]] = []
    for one in sorted(known, key=lambda each: not each.configured):
        state, text = _state(one)
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
                kit.named(one.title, sub=one.model or one.name, tags=roles),
                markup(
                    "div",
                    kit.pill_markup(state, text),
                    markup("span", told, cls="aw-sub") if told else None,
                    cls="aw-name",
                ),
                str(held[one.name]) if one.name in held else "\N{EN DASH}",
                words.amount(one.health.asked),
                words.amount(one.health.failed),
                words.seconds(one.health.latency_median_s),
                words.seconds(one.health.latency_p95_s),
            ]
        )
    with kit.card("Health", sub="By the requests of the last hour", body=False):
        headings = ["Provider", "State", "At once", "Asked", "Failed", "Latency p50", "p95"]
        Raw(kit.table_markup(headings, rows, label="Health of providers", right=(2, 3, 4, 5, 6), told=(2, 3, 4, 5, 6)))


def _state(one: ProviderAnswer) -> tuple[str, str]:
    if not one.configured:
        return "idle", "Not set up"
    if one.health.breaker == "closed" and not one.health.asked:
        return "idle", "Not asked"  # nobody knows
    return _BREAKER[one.health.breaker]


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
        best = shown_best(found)
        rows: list[list[Markup | str]] = []
        for one in found:
            rate = one.passed / one.executions if one.executions else 0.0
            mark = markup("span", "Best", cls="aw-best") if one is best else None
            rows.append(
                [
                    markup(
                        "div",
                        markup("i"),
                        markup("b", words.provider_of(one.key)),
                        cls="aw-pn",
                        style=f"--c:{provider_colour(one.key)}",
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


def shown_best(found: list[ExecutionFigures]) -> ExecutionFigures | None:
    """Return the provider whose pass rate is shown to be above every other's: by intervals that do not touch."""
    rates = [(one, rate) for one in found if (rate := wilson(one.passed, one.executions)) is not None]
    if len(rates) < 2:
        return None
    best, its = max(rates, key=lambda each: each[1].low)
    return best if all(its.low > rate.high for one, rate in rates if one is not best) else None


def _costs(found: list[ModelFigures], key: ModelsBy, period: int, between: tuple[datetime, datetime]) -> None:
    with kit.card("Costs", sub="Every request to a model, retries and failures included", body=False) as card:
        with card.head:
            kit.segments([(title, _address(period, each)) for each, title in _KEYS], _address(period, key), label="By")
            since, until = (moment.isoformat(timespec="seconds") for moment in between)
            table = address("/api/v1/tables/costs.csv", **{"by": key, "from": since, "to": until})
            kit.link_button("CSV", table, ico="download", look="small", label="These costs as CSV", download=True)
        if not found:
            with kit.empty(
                "No model was asked in this period", "Rules and replay placed every sentence, at no cost.", ico="coins"
            ):
                pass
            return
        whole = sum(one.cost_usd for one in found)
        rows: list[list[Markup | str]] = [
            [
                _group(one, key),
                words.amount(one.requests),
                words.percent(one.answered, one.requests),
                words.seconds(one.latency_median_s),
                words.seconds(one.latency_p95_s),
                words.amount(one.input_tokens),
                words.amount(one.output_tokens),
                words.money(one.cost_usd, unknown=one.cost_unknown),
                words.percent(one.cost_usd, whole),
            ]
            for one in found
        ]
        told = tuple(range(1, 9))
        headings = [dict(_KEYS)[key], "Requests", "Answered", "Latency p50", "p95", "Tokens in", "out", "Cost", "Share"]
        Raw(kit.table_markup(headings, rows, label="Costs", right=told, told=told))
        requests, unknown = sum(one.requests for one in found), sum(one.cost_unknown for one in found)
        with Tag("div", cls="aw-foot-row"):
            Tag("span", words.count(requests, "request"))
            Tag("b", f"{words.money(whole, unknown=unknown)} in all", cls="aw-num")


def _group(one: ModelFigures, key: str) -> Markup:
    if key in {"test", "suite"}:
        if not one.key:
            return markup("span", f"no {key}", cls="aw-sub")
        return markup("a", one.name or f"{key} {one.key}, deleted", cls="aw-link", href=f"/{key}s/{one.key}")
    if key == "day":
        return markup("span", f"{date.fromisoformat(one.key):%a, %d %b %Y}")
    vendor, _, model = one.key.partition("/")
    name = markup("div", markup("b", words.provider_of(vendor)), markup("span", model, cls="aw-sub") if model else None)
    return markup("div", markup("i"), name, cls="aw-pn", style=f"--c:{provider_colour(vendor)}")


async def _charts(visit: Visit, since: datetime, until: datetime, period: int) -> None:
    by_model = (await read(visit, analytics.models, "model", since, until))[:6]
    with kit.card("Latency of a request", sub="Median seconds by model"):
        charts.bars(
            "Median latency by model",
            [one.key.partition("/")[2] for one in by_model],
            [round(one.latency_median_s or 0.0, 2) for one in by_model],
            colours=[provider_colour(one.key) for one in by_model],
            unit="{value} s",
        )
    days, spend = await overview.spend(visit.platform, period)
    with kit.card("Spend by provider", sub="US dollars a day; days in UTC"):
        series = [
            (words.provider_of(name), [round(value, 5) for value in values], provider_colour(name))
            for name, values in spend.items()
        ]
        charts.stacked("Spend by provider and day", [f"{day:%d %b}" for day in days], series, unit="${value}")
