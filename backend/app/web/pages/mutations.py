"""Mutation reports: which planted faults the tests noticed, and above all which nobody did."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from nicegui import background_tasks, ui

from app.schemas.measuring import MutationAnswer, MutationRunNew, MutationSummary
from app.services import mutations, providers
from app.services.mutation_files import fault_name
from app.web import kit
from app.web.kit import words
from app.web.kit.elements import Raw, Tag, markup
from app.web.pages.common import checked, number, read, subject_of, subjects, when_meant
from app.web.pages.measuring import looks, tabs
from app.web.pages.mutations_compared import STATES, WORDS, show_comparison
from app.web.session import Visit

__all__ = ["show", "show_one"]

_MOST = 100
_SEND = (
    "aiwebtest mutate tests --json mutations.json\n"
    "jq '{name: \"Nightly\", report: .}' mutations.json |\n"
    '  curl -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" -d @- $SERVER/api/v1/mutations'
)


async def show(visit: Visit) -> None:
    """Show the reports."""
    found, _ = await read(visit, mutations.listed, after=None, limit=_MOST)
    with kit.top("Mutations", sub="Small faults planted in your pages: how many do your tests notice?"):
        if visit.runs:
            kit.button("Measure", kit.guarded(lambda: _new(visit)), ico="play", look="pri")
    tabs("/mutations")
    with Tag("div", cls="aw-stack"):
        if found:
            with kit.card("Reports", body=False):
                headings = ["Report", "Noticed", "Not noticed", "Tried", "Made"]
                rows = [_row(MutationSummary.model_validate(one)) for one in found]
                Raw(kit.table_markup(headings, rows, label="Mutation reports", right=(1, 2, 3), told=(1, 2, 3)))
        else:
            with Tag("section", cls="aw-card", aria_label="Mutation reports"):
                with kit.empty("No report yet", "Measure here, on the command line or in CI.", ico="bolt"):
                    pass
        with kit.card("Send a report", sub="With a token that may write; no model is asked"):
            Tag("pre", _SEND, cls="aw-code", tabindex="0")


def _row(one: MutationSummary) -> list[Markup | str]:
    return [
        kit.named(one.name, f"/mutations/{one.id}", sub=f"{_compared(one)}by {one.author}"),
        kit.pill_markup("running", "Under way") if one.state == "running" else _score(one),
        str(one.counts.get("survived", 0)) if one.counts else "\N{EN DASH}",
        str(sum(one.counts.values())) if one.counts else "\N{EN DASH}",
        kit.time_markup(one.created_at),
    ]


def _compared(one: MutationSummary) -> str:
    return f"{words.count(len(one.providers), 'provider')} compared · " if one.providers else ""


def _score(one: MutationSummary) -> str:
    return "\N{EN DASH}" if one.score is None else f"{one.score:.0%}"


async def _new(visit: Visit) -> None:
    visit.actor.require("run")
    ready = [one.name for one in await providers.listed(visit.platform) if one.configured]
    choices = await subjects(visit)
    with kit.dialog("Measure", sub="Faults are planted while the tests run again.") as dialog:

        async def begin(values: kit.Values) -> None:
            body = _body(values)

            async def measure() -> None:
                made = await mutations.begin(visit.platform, visit.actor, body)
                dialog.close()
                ui.navigate.to(f"/mutations/{made.id}")

            await when_meant(visit, body.providers, measure)

        with kit.form(kit.guarded(begin), label="Measurement"):
            kit.field("Name", "name", required=True, focus=True, placeholder="Checkout")
            kit.choice("What", "subject", choices)
            kit.field("Faults of what each case saw", "per_case", "3", kind="number", min="1", max="100")
            kit.field(
                "Compare providers", "providers", placeholder=", ".join(ready) or "google, cerebras",
                hint="Optional, with commas between: each is really asked, and that costs. Empty: no model is asked.",
            )  # fmt: skip
            kit.field("Base URL", "base_url", kind="url", placeholder="as the tests say")
            with Tag("div", cls="aw-ends"):
                kit.button("Cancel", dialog.close)
                kit.button("Begin", ico="play", look="pri", kind="submit")


def _body(values: kit.Values) -> MutationRunNew:
    told = {
        "name": values["name"], "per_case": values["per_case"],
        "providers": [one.strip() for one in values["providers"].split(",") if one.strip()], **subject_of(values),
    }  # fmt: skip
    return checked(MutationRunNew, told)


async def show_one(visit: Visit, report: str) -> None:
    """Show one report with each fault; while it is measured, how far that is."""
    report_id = number(report, "mutation report")
    seen = await _read(visit, report_id)
    with kit.top(seen.name, sub=f"by {seen.author}", back=[("Mutations", "/mutations")]):
        if seen.state == "running" and visit.runs:
            kit.button("Stop", kit.guarded(lambda: _ask_stop(visit, report_id)), ico="stop", look="bad")
        if seen.faults or seen.comparison:
            report = f"/api/v1/mutations/{seen.id}/report"
            kit.link_button("Markdown", f"{report}?form=md", ico="download", download=True)
            kit.link_button("CSV", f"{report}?form=csv", ico="download", download=True)
        if visit.edits:
            kit.button("", kit.guarded(lambda: _ask_delete(visit, seen)), ico="trash", label="Delete this report")

    async def paint() -> None:
        _result(await _read(visit, report_id))

    region = kit.Region(paint)
    await region.show()
    if seen.state == "running":
        background_tasks.create(_keep_painting(visit, report_id, region), name=f"mutation report {report_id}")


async def _read(visit: Visit, report_id: int) -> MutationAnswer:
    return MutationAnswer.model_validate(await read(visit, mutations.get, report_id))


def _ask_stop(visit: Visit, report_id: int) -> None:
    text = "Nothing is kept of what it has measured so far."
    kit.ask("Stop this measurement?", text, yes="Stop it", on_yes=lambda: _stop(visit, report_id))


async def _stop(visit: Visit, report_id: int) -> None:
    visit.actor.require("run")
    await mutations.stop(visit.platform, visit.actor, report_id)
    kit.again()


async def _keep_painting(visit: Visit, report_id: int, region: kit.Region) -> None:
    told = ""
    async for seen in looks(region, lambda: _read(visit, report_id)):
        if seen.state == "finished":
            with region.box.client:
                kit.toast(f"“{seen.name}” is measured." if not seen.told else seen.told, state="note")
                kit.again()
            return
        if seen.told != told:
            told = seen.told
            with region.box.client:
                await region.show()


def _result(seen: MutationAnswer) -> None:
    with Tag("div", cls="aw-stack"):
        if seen.state == "running" or seen.told:
            with kit.card("Under way" if seen.state == "running" else "Not measured"):
                Tag("p", seen.told)
        if seen.comparison is not None:
            show_comparison(seen.comparison)
        elif seen.state == "finished" and not seen.told:
            _score_card(seen)
            _faults_card(seen)


def _score_card(seen: MutationAnswer) -> None:
    counts = seen.counts
    with kit.card("Score", sub="Share of the faults that took hold with which some case did not pass"):
        with Tag("div", cls="aw-stack aw-tight"):
            Tag("p", f"{_score(seen)} noticed", cls="aw-big")
            if seen.score is not None:
                Raw(kit.bar_markup(seen.score, label="Faults that were noticed"))
            told = "; ".join(f"{WORDS.get(name, name).lower()}: {number_}" for name, number_ in counts.items())
            Tag("p", f"{told}. {seen.offered} could have been planted.", cls="aw-sub")


def _faults_card(seen: MutationAnswer) -> None:
    with kit.card("Faults", sub="Those that nobody noticed first", body=False):
        order = list(STATES)
        faults = sorted(seen.faults, key=lambda one: order.index(str(one.get("verdict", "idle"))) if
                        one.get("verdict") in order else len(order))  # fmt: skip
        rows = [_fault(one) for one in faults]
        Raw(kit.table_markup(["Fault", "Verdict", "Case", "What it said"], rows, label="Faults", told=(2, 3)))


def _fault(one: dict[str, Any]) -> list[Markup | str]:
    verdict = str(one.get("verdict", "idle"))
    ran = one.get("ran") or []
    return [
        markup("b", fault_name(one)),
        kit.pill_markup(STATES.get(verdict, "idle"), WORDS.get(verdict, verdict)),
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
