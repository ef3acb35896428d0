"""The dashboard: what the last days came to and what needs somebody."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from app.schemas.settings import BudgetAnswer
from app.services import overview
from app.services.overview import Glance, Totals
from app.web import kit
from app.web.kit import charts, words
from app.web.kit.elements import Raw, Tag, icon, markup
from app.web.pages import starting
from app.web.pages.running import provider_colour
from app.web.session import Visit

__all__ = ["show"]

_PERIODS = (7, 14, 30)
_DRAWN = (
    ("passed", "Passed", "var(--ok-fill)"),
    ("flaky", "Flaky", "var(--warn-fill)"),
    ("failed", "Failed", "var(--bad-fill)"),
    ("error", "Error", "var(--idle-fill)"),
)


async def show(visit: Visit, days: str = "14") -> None:
    """Show the dashboard of a period."""
    period = int(days) if days.isdigit() and int(days) in _PERIODS else 14
    seen = await overview.glance(visit.platform, period)
    if not seen.tests and not seen.now.executions:
        kit.page_top("Dashboard", sub="Nothing has been tested yet.")
        starting.welcome(visit)
        return
    doing = f" · {words.count(seen.running, 'execution')} running" if seen.running else ""
    waiting = f" · {seen.queued} queued" if seen.queued else ""
    with kit.top("Dashboard", sub=f"{words.count(seen.tests, 'test')} · last {period} days{doing}{waiting}"):
        here = "/" if days == "14" else f"/?days={period}"
        kit.segments(
            [(f"{each} days", "/" if each == 14 else f"/?days={each}") for each in _PERIODS], here, label="Period"
        )
        if visit.runs:
            kit.link_button("Run tests", "/tests", ico="play", look="pri")
    with Tag("div", cls="aw-stack"):
        led_on = await starting.try_next(visit)
        if seen.now.executions or seen.before.executions:
            _figures(seen, period)
            with Tag("div", cls="aw-g2"):
                _by_day(seen)
                _spend(seen)
        elif not led_on:
            _idle(visit, seen, period)
        with Tag("div", cls="aw-g11"):
            _attention(seen)
            _due(seen)


def _idle(visit: Visit, seen: Glance, period: int) -> None:
    begun = seen.running or seen.queued
    with Tag("section", cls="aw-card", aria_label="Executions"):
        text = "Figures and charts appear here as soon as the first is over."
        if not begun:
            text = "Figures, charts and what needs you appear here as soon as tests are run."
        told = "Nothing is over yet" if begun else f"Nothing was run in the last {2 * period} days"
        with kit.empty(told, text, ico="runs"):
            if begun:
                kit.link_button("Executions", "/executions", ico="runs")
            elif visit.runs:
                kit.link_button("Run tests", "/tests", ico="play", look="pri")


def _figures(seen: Glance, period: int) -> None:
    now, before = seen.now, seen.before
    with Tag("div", cls="aw-kpis"):
        rate = [_rate(day.outcomes) for day in seen.days]
        _figure(
            "Pass rate",
            "target",
            words.percent(now.outcomes.get("passed", 0), now.judged),
            _change(now.pass_rate, before.pass_rate, scale=100, unit=" pt", good_up=True),
            period,
            [value for value in rate if value is not None],
            "var(--s3)",
        )
        counts = [float(sum(day.outcomes.values())) for day in seen.days]
        _figure(
            "Executions",
            "runs",
            words.amount(now.executions),
            _change(now.executions, before.executions, digits=0, good_up=None) if before.executions else None,
            period,
            counts,
            "var(--s1)",
        )
        times = [day.seconds for day in seen.days if day.seconds is not None]
        _figure(
            "Median time",
            "clock",
            words.seconds(now.median_s),
            _change(now.median_s, before.median_s, unit=" s", good_up=False),
            period,
            times,
            "var(--s4)",
        )
        spent = [day.cost_usd for day in seen.days]
        _figure(
            "Model spend",
            "coins",
            words.money(now.cost_usd, unknown=now.cost_unknown),
            _spend_change(now, before),
            period,
            spent,
            "var(--s2)",
            of=f"of {words.limit(day_limit * period)}" if (day_limit := seen.budget.per_day_usd) is not None else "",
        )


def _figure(
    title: str,
    ico: str,
    value: str,
    change: tuple[str, str] | None,
    period: int,
    values: list[float],
    colour: str,
    *,
    of: str = "",
) -> None:
    with Tag("section", cls="aw-card aw-kpi", aria_label=title):
        with Tag("div", cls="aw-lab"):
            icon(ico)
            Tag("span", title)
        with Tag("div", value, cls="aw-val aw-num"):
            if of:
                Tag("small", of)
        with Tag("div", cls="aw-delta"):
            if change is None:
                Tag("span", "nothing before to compare with")
            else:
                Tag("b", change[0], data_s=change[1] or None)
                Tag("span", f"vs. the {period} days before")
        Raw(kit.spark_markup(values, colour=colour), tag="span")


def _change(
    value: float | None,
    before: float | None,
    *,
    scale: float = 1,
    unit: str = "",
    digits: int = 1,
    good_up: bool | None,
) -> tuple[str, str] | None:
    if value is None or before is None:
        return None
    change = (value - before) * scale
    state = "" if good_up is None or round(change, digits) == 0 else "good" if (change > 0) == good_up else "bad"
    return words.difference(change, unit, digits), state


def _spend_change(now: Totals, before: Totals) -> tuple[str, str] | None:
    if not before.executions:
        return None
    change = now.cost_usd - before.cost_usd
    sign = "+" if change >= 0 else "\N{MINUS SIGN}"
    return f"{sign}{words.money(abs(change))}", "" if not change else "bad" if change > 0 else "good"


def _rate(outcomes: dict[str, int]) -> float | None:
    judged = sum(outcomes.get(outcome, 0) for outcome in ("passed", "failed", "error"))
    return outcomes.get("passed", 0) / judged if judged else None


def _by_day(seen: Glance) -> None:
    with kit.card("Executions by day", sub="Outcomes; days in UTC"):
        if not seen.now.executions:
            Tag("p", "Nothing was run in this period.", cls="aw-sub")
            return
        series = []
        for outcome, title, colour in _DRAWN:
            values: list[float | None] = []
            for day in seen.days:
                number = day.outcomes.get(outcome, 0)
                values.append(
                    day.flaky if outcome == "flaky" else number - day.flaky if outcome == "passed" else number
                )
            if any(values):
                series.append((title, values, colour))
        charts.stacked(
            f"Executions by day: {words.count(seen.now.executions, 'execution')} in all",
            [f"{day.day:%d %b}" for day in seen.days],
            series,
        )


def _spend(seen: Glance) -> None:
    with kit.card("Spend by provider", sub="US dollars a day"):
        if not any(map(sum, seen.spend.values())):
            Tag("p", "No model was paid for in this period: rules and replay cost nothing.", cls="aw-sub")
            return
        series = [
            (words.provider_of(provider), values, provider_colour(provider)) for provider, values in seen.spend.items()
        ]
        charts.lines("Spend by provider and day", [f"{day.day:%d %b}" for day in seen.days], series, unit="${value}")


def _attention(seen: Glance) -> None:
    with kit.card("Needs attention", sub="Failing, flaky, healed, a provider down, a budget near", body=False):
        wanting = list(_wanting(seen))
        if wanting:
            Raw(kit.list_markup(wanting))
        elif seen.now.executions or seen.before.executions:
            with kit.empty("All is well", "No test fails, and no heal waits for approval.", ico="check"):
                pass
        else:
            begun = "Nothing is over yet" if seen.running or seen.queued else "Nothing was run"
            with kit.empty(begun, "What needs you comes here.", ico="runs"):
                pass


def _wanting(seen: Glance) -> Iterator[Markup]:
    """Yield a row for each thing that wants somebody, the most pressing first."""
    if seen.unserved:
        what = f"{words.count(seen.queued, 'execution')} queued, and no worker"
        pill = kit.pill_markup("bad", "Waiting")
        yield kit.entry_markup(what, "/executions", sub="Nothing takes them until a worker is started", end=pill)
    if seen.budget.near:
        over = seen.budget.reached
        what = "The day's budget is spent" if over else "The day's budget is nearly spent"
        pill = kit.pill_markup("bad", "Reached") if over else kit.pill_markup("warn", "Near")
        yield kit.entry_markup(what, "/providers", sub=_budget_told(seen.budget), end=pill)
    for one in seen.down:
        tried = one.health.breaker == "half-open"
        pill = kit.pill_markup("warn", "Being tried") if tried else kit.pill_markup("bad", "Left alone")
        told = one.health.reason.replace("_", " ")
        yield kit.entry_markup(f"{one.title} does not answer", "/providers", sub=told, end=pill)
    if seen.heals:
        told = "Stored places that no longer fitted and were found anew"
        what = f"{words.count(seen.heals, 'heal')} to approve"
        yield kit.entry_markup(what, "/heals", sub=told, end=kit.pill_markup("waiting", "Waiting"))
    for each in seen.attention:
        to = f"/executions/{each.execution_id}" if each.execution_id else f"/tests/{each.test_id}"
        why = markup("span", each.why.capitalize(), " · ", kit.time_markup(each.at))
        yield kit.entry_markup(each.name, to, sub=why, end=kit.pill_markup(each.state))


def _budget_told(budget: BudgetAnswer) -> str:
    more = "models are asked again after midnight UTC" if budget.reached else "at the limit no model is asked any more"
    return f"{words.money(budget.today_usd)} of {words.limit(budget.per_day_usd or 0.0)} today; {more}"


def _due(seen: Glance) -> None:
    with kit.card("Next scheduled runs", sub="In your time zone", body=False):
        if not seen.due:
            with kit.empty(
                "Nothing is scheduled",
                "A schedule runs a suite by the clock, every night for example.",
                ico="schedules",
            ):
                kit.link_button("Schedules", "/schedules", ico="schedules")
            return
        rows = (
            kit.entry_markup(
                due.name, "/schedules", sub=due.what,
                start=markup("span", kit.time_markup(due.at, form="clock"), cls="aw-clock"),
            )
            for due in seen.due
        )  # fmt: skip
        Raw(kit.list_markup(rows))
