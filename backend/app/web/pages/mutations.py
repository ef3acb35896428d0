"""Mutation reports: which planted faults the tests noticed, and above all which nobody did."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from nicegui import ui

from app.schemas.measuring import MutationAnswer, MutationSummary
from app.services import mutations
from app.web import kit
from app.web.kit.elements import Raw, Tag, markup
from app.web.pages.common import number, read
from app.web.pages.measuring import tabs
from app.web.session import Visit

__all__ = ["show", "show_one"]

_MOST = 100
_STATES = {"survived": "bad", "noticed": "warn", "caught": "good", "idle": "idle"}
_WORDS = {"survived": "Not noticed", "noticed": "By an error", "caught": "By a failure", "idle": "Took no hold"}
_SEND = (
    "aiwebtest mutate tests --json mutations.json\n"
    "jq '{name: \"Nightly\", report: .}' mutations.json |\n"
    '  curl -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" -d @- $SERVER/api/v1/mutations'
)


async def show(visit: Visit) -> None:
    """Show the reports."""
    found, _ = await read(visit, mutations.listed, after=None, limit=_MOST)
    kit.page_top("Mutations", sub="Small faults planted in your pages: how many do your tests notice?")
    tabs("/mutations")
    with Tag("div", cls="aw-stack"):
        if found:
            with kit.card("Reports", body=False):
                headings = ["Report", "Noticed", "Not noticed", "Tried", "Made"]
                rows = [_row(MutationSummary.model_validate(one)) for one in found]
                Raw(kit.table_markup(headings, rows, label="Mutation reports", right=(1, 2, 3), told=(1, 2, 3)))
        else:
            with Tag("section", cls="aw-card", aria_label="Mutation reports"):
                with kit.empty("No report yet", "Measure on the command line or in CI, and send it here.", ico="bolt"):
                    pass
        with kit.card("Send a report", sub="With a token that may write; no model is asked"):
            Tag("pre", _SEND, cls="aw-code", tabindex="0")


def _row(one: MutationSummary) -> list[Markup | str]:
    name = markup("a", one.name, href=f"/mutations/{one.id}")
    return [
        markup("div", name, markup("span", f"by {one.author}", cls="aw-sub"), cls="aw-name"),
        _score(one),
        str(one.counts.get("survived", 0)),
        str(sum(one.counts.values())),
        kit.time_markup(one.created_at),
    ]


def _score(one: MutationSummary) -> str:
    return "\N{EN DASH}" if one.score is None else f"{one.score:.0%}"


async def show_one(visit: Visit, report: str) -> None:
    """Show one report with each fault."""
    seen = MutationAnswer.model_validate(await read(visit, mutations.get, number(report, "mutation report")))
    with kit.top(seen.name, sub=f"by {seen.author}", back=[("Mutations", "/mutations")]):
        if visit.edits:
            kit.button("", kit.guarded(lambda: _ask_delete(visit, seen)), ico="trash", label="Delete this report")
    counts = seen.counts
    with Tag("div", cls="aw-stack"):
        with kit.card("Score", sub="Share of the faults that took hold with which some case did not pass"):
            Tag("p", f"{_score(seen)} noticed", cls="aw-big")
            if seen.score is not None:
                Raw(kit.bar_markup(seen.score, label="Faults that were noticed"))
            told = "; ".join(f"{_WORDS.get(name, name).lower()}: {number_}" for name, number_ in counts.items())
            Tag("p", f"{told}. {seen.offered} could have been planted.", cls="aw-sub")
        with kit.card("Faults", sub="Those that nobody noticed first", body=False):
            order = list(_STATES)
            faults = sorted(seen.faults, key=lambda one: order.index(str(one.get("verdict", "idle"))) if
                            one.get("verdict") in order else len(order))  # fmt: skip
            rows = [_fault(one) for one in faults]
            Raw(kit.table_markup(["Fault", "Verdict", "Case", "What it said"], rows, label="Faults", told=(2, 3)))


def _fault(one: dict[str, Any]) -> list[Markup | str]:
    verdict = str(one.get("verdict", "idle"))
    mutant = one.get("mutant") or {}
    what = f"{mutant.get('kind', 'fault')}: {mutant.get('thing', '')} ({mutant.get('page', '')})"
    ran = one.get("ran") or []
    return [
        markup("b", what),
        kit.pill_markup(_STATES.get(verdict, "idle"), _WORDS.get(verdict, verdict)),
        str(one.get("by") or ", ".join(map(str, ran if isinstance(ran, list) else []))),
        str(one.get("why") or ""),
    ]


async def _ask_delete(visit: Visit, seen: MutationAnswer) -> None:
    async def delete() -> None:
        visit.actor.require("write")
        await mutations.delete(visit.platform, visit.actor, seen.id)
        ui.navigate.to("/mutations")
        kit.toast(f"“{seen.name}” is deleted.")

    kit.ask("Delete this report?", "It cannot be taken back.", yes="Delete", on_yes=delete)
