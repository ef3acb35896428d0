"""Providers compared by planted faults: who notices more, who fails pages that are as they should be."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from app.services.mutation_files import fault_name
from app.web import kit
from app.web.kit import charts, words
from app.web.kit.elements import Raw, Tag, markup
from app.web.kit.intervals import Drawn, intervals_markup
from app.web.pages.measuring import sentences

__all__ = ["STATES", "WORDS", "show_comparison"]

STATES = {"survived": "bad", "noticed": "warn", "caught": "good", "unanswered": "idle", "idle": "idle"}
WORDS = {
    "survived": "Not noticed", "noticed": "By an error", "caught": "By a failure", "unanswered": "No answer",
    "idle": "Took no hold",
}  # fmt: skip


def show_comparison(told: dict[str, Any]) -> None:
    """Show what providers made of the same faults, as `aiwebtest mutate --providers --json` tells it."""
    providers: list[dict[str, Any]] = told["providers"]
    _noticed(told, providers)
    _figures(providers, told["rule"])
    if any(one["alarms"] for one in providers):
        _alarms(providers)
    if providers[0]["tried"]:
        _faults(providers)


def _noticed(told: dict[str, Any], providers: list[dict[str, Any]]) -> None:
    with kit.card("Faults noticed", sub="Of the faults that took hold, by provider; with 95 % intervals (Wilson)"):
        with Tag("div", cls="aw-stack"):
            Raw(intervals_markup(_drawn(providers, "noticed_rate"), low=0.0, high=1.0))
            Tag("h3", "False alarms: cases that do not pass on the pages as they are")
            Raw(intervals_markup(_drawn(providers, "alarm_rate"), low=0.0, high=1.0))
            if told["verdicts"]:
                sentences([("good", one) for one in told["verdicts"]], label="Verdicts")
            if told["open_questions"]:
                Tag("h3", "What it could not tell")
                sentences([("warn", one) for one in told["open_questions"]], label="What it could not tell")


def _drawn(providers: list[dict[str, Any]], rate: str) -> list[Drawn]:
    return [
        Drawn(
            name=one["provider"], low=one[rate]["low"], estimate=one[rate]["estimate"], high=one[rate]["high"],
            told=f"{one[rate]['estimate']:.0%} ({one[rate]['low']:.0%} to {one[rate]['high']:.0%})",
            colour=charts.COLOURS[place % len(charts.COLOURS)],
        )
        for place, one in enumerate(providers) if one[rate]
    ]  # fmt: skip


def _figures(providers: list[dict[str, Any]], rule: str) -> None:
    headings = ["Provider", "Cases", "False alarms", "By a failure", "By an error", "Not noticed", "False passes",
                "Requests", "Cost"]  # fmt: skip
    numbers = tuple(range(1, len(headings)))
    with kit.card("Providers", sub=rule, body=False):
        Raw(
            kit.table_markup(headings, [_row(one) for one in providers], label="Providers", right=numbers, told=numbers)
        )


def _row(one: dict[str, Any]) -> list[Markup | str]:
    verdicts = [fault["verdict"] for fault in one["tried"]]
    return [
        markup("b", one["provider"]), str(one["cases"]), str(len(one["alarms"])),
        *(str(verdicts.count(verdict)) for verdict in ("caught", "noticed", "survived")), str(len(one["false_passes"])),
        words.amount(one["requests"]), words.money(one["known_cost_usd"], unknown=one["unpriced"]),
    ]  # fmt: skip


def _alarms(providers: list[dict[str, Any]]) -> None:
    rows: list[list[Markup | str]] = [
        [markup("b", one["provider"]), alarm["case"], kit.pill_markup(alarm["outcome"]), alarm["why"]]
        for one in providers
        for alarm in one["alarms"]
    ]
    with kit.card("False alarms", sub="Cases that a provider does not pass as things are", body=False):
        headings = ["Provider", "Case", "Outcome", "What it said"]
        Raw(kit.table_markup(headings, rows, label="False alarms", told=(1, 2, 3)))


def _faults(providers: list[dict[str, Any]]) -> None:
    """Show each fault with what every provider made of it, those first that they differ on."""
    together = list(zip(*(one["tried"] for one in providers), strict=True))
    together.sort(key=lambda tried: (len({one["verdict"] for one in tried}) == 1, tried[0]["verdict"] != "survived"))
    rows = [[markup("b", fault_name(tried[0])), *(_verdict(one) for one in tried)] for tried in together]
    names = [one["provider"] for one in providers]
    with kit.card("Faults", sub="Those first that providers differ on", body=False):
        told = tuple(range(1, len(names) + 1))
        Raw(kit.table_markup(["Fault", *names], rows, label="Faults", told=told))


def _verdict(tried: dict[str, Any]) -> Markup:
    pill = kit.pill_markup(STATES.get(tried["verdict"], "idle"), WORDS.get(tried["verdict"], tried["verdict"]))
    return markup("div", pill, markup("span", tried["why"], cls="aw-sub") if tried["why"] else None, cls="aw-name")
