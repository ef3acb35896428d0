"""Routing: who is asked first and why, what was learned, and the suggestion for each test."""

from __future__ import annotations

from markupsafe import Markup
from nicegui.events import GenericEventArguments

from app.schemas.measuring import ArmStanding, RoutedRequest, RoutingAnswer, SuggestionAnswer
from app.services import routing, suggestions
from app.web import kit
from app.web.kit import words
from app.web.kit.elements import Raw, Tag, markup
from app.web.kit.intervals import Drawn, intervals_markup
from app.web.pages.common import read
from app.web.pages.measuring import sentences, tabs
from app.web.session import Visit

__all__ = ["show"]

_MOST = 20  # of the newest choices
_MODES = {
    "fixed": "Providers are asked in the configured order. MODEL_ROUTING=learned lets the ledger decide.",
    "cheapest": "The cheapest is asked first.",
    "fastest": "The fastest, as far as seen, is asked first.",
    "learned": "The cheapest that is surely right often enough is asked first.",
}


async def show(visit: Visit) -> None:
    """Show routing and the suggestions."""
    seen = await routing.answer(visit.platform)
    told = await read(visit, suggestions.found)
    kit.page_top("Routing", sub="Whom a question goes to first, and what that is learned from")
    tabs("/routing")
    with Tag("div", cls="aw-stack"):
        _policy(seen)
        if seen.standings:
            _standings(seen)
        _suggestions(visit, told)
        if seen.decisions:
            headings = ["When", "For", "Asked first", "Why", "Served", "Time", "Cost"]
            rows = [_decision(one) for one in seen.decisions[:_MOST]]
            with kit.card("Newest choices", body=False):
                Raw(kit.table_markup(headings, rows, label="Newest choices", right=(5, 6), told=(1, 2, 3, 4, 5, 6)))


def _policy(seen: RoutingAnswer) -> None:
    with kit.card("Policy", sub=f"MODEL_ROUTING={seen.mode}"), Tag("div", cls="aw-stack aw-tight"):
        Tag("p", _MODES[seen.mode], cls="aw-big")
        arms = ", ".join(seen.arms) or "nobody, rules and replay only"
        told = (
            f"May be asked: {arms}. Right answers demanded: {seen.target:.0%}; tried out: {seen.explore:.0%} at most."
        )
        Tag("p", told, cls="aw-sub")
        if seen.mode != "fixed":
            sentences(
                [("", f"{words.purpose_of(kind).capitalize()}: {why}") for kind, why in seen.choices.items()],
                label="Who would be asked now",
            )


def _standings(seen: RoutingAnswer) -> None:
    sub = f"True share of right answers, nine times in ten; the line is at {seen.target:.0%}. Older requests count less"
    with kit.card("What was learned", sub=sub), Tag("div", cls="aw-stack aw-tight"):
        for kind in dict.fromkeys(one.kind for one in seen.standings):
            Tag("h3", words.purpose_of(kind).capitalize())
            drawn = [_drawn(one) for one in seen.standings if one.kind == kind]
            Raw(intervals_markup(drawn, low=0.0, high=1.0, zero=seen.target))


def _drawn(one: ArmStanding) -> Drawn:
    cost = words.money(one.cost_usd)
    rests = ", rests" if one.resting else ""
    doubted = f", {one.doubted:.0f} in doubt" if one.doubted >= 1 else ""
    right = (one.good + 1) / (one.good + one.bad + 2)
    return Drawn(
        name=one.arm, low=one.low, estimate=right, high=one.high, colour="var(--bad)" if one.resting else "var(--s1)",
        told=f"{right:.0%} of about {one.good + one.bad:.0f}, {cost} each{doubted}{rests}",
    )  # fmt: skip


def _suggestions(visit: Visit, told: list[SuggestionAnswer]) -> None:
    with kit.card("Provider for each test", sub="By the requests of the last 30 days", body=False):
        if not told:
            with kit.empty("Nothing to suggest", "No model was asked for a test in the last 30 days.", ico="target"):
                pass
            return
        rows = [_suggestion(visit, one) for one in told]
        table = Raw(kit.table_markup(["Test", "Asked now", "Suggestion", ""], rows, label="Suggestions", told=(1, 2)))

        async def pressed(event: GenericEventArguments) -> None:
            what, key = event.args
            visit.actor.require("write")
            one = next(each for each in told if str(each.test_id) == str(key))
            provider = one.provider if what == "apply" else None
            await suggestions.prefer(visit.platform, visit.actor, one.test_id, provider)
            kit.toast(f"“{one.name}” is served by {provider or 'whoever the settings name'}.")
            kit.again()

        kit.when_pressed(table, pressed, "do", "key")


def _suggestion(visit: Visit, one: SuggestionAnswer) -> list[Markup | str]:
    commands = []
    if visit.edits and one.provider and one.provider != one.asked_now:
        commands.append(_command("apply", one, "Apply"))
    if visit.edits and one.asked_now:
        commands.append(_command("clear", one, "Take back"))
    return [
        markup("a", one.name, href=f"/tests/{one.test_id}"),
        one.asked_now or "as set",
        kit.named(one.provider or "\N{EN DASH}", sub=one.told),
        kit.at_end(*commands),
    ]


def _command(what: str, one: SuggestionAnswer, text: str) -> Markup:
    return kit.pressable("do", what, text, "", f"{text}: {one.name}", key=one.test_id)


def _decision(one: RoutedRequest) -> list[Markup | str]:
    state, text = {True: ("good", "Yes"), False: ("bad", "No"), None: ("idle", "Open")}[one.good]
    state, text = ("warn", "In doubt") if one.doubted else (state, text)
    about = f"/executions/{one.execution_id}"
    return [
        markup("a", kit.time_markup(one.at), href=about) if one.execution_id else kit.time_markup(one.at),
        words.purpose_of(one.purpose).capitalize(),
        f"{one.provider}/{one.model_asked}",
        one.routing,
        kit.pill_markup(state, text),
        words.seconds(one.latency_s),
        words.money(one.cost_usd),
    ]
