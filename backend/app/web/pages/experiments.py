"""Experiments: all of them, and the plan of a new one."""

from __future__ import annotations

from markupsafe import Markup
from nicegui import ui

from app.schemas.experiments import ExperimentNew, ExperimentSummary
from app.services import experiments, providers
from app.web import kit
from app.web.kit.elements import Raw, Tag
from app.web.pages.common import checked, read, subject_of, subjects, when_meant
from app.web.pages.measuring import tabs
from app.web.session import Visit

__all__ = ["show"]

_MOST = 200
STATES = {"planned": "idle", "running": "running", "finished": "good"}


async def show(visit: Visit) -> None:
    """Show the experiments."""
    found, _ = await read(visit, experiments.listed, after=None, limit=_MOST)
    with kit.top("Experiments", sub="The same cases on several providers in turns, until one is shown to be better"):
        if visit.edits and found:
            kit.button("New experiment", kit.guarded(lambda: _new(visit)), ico="plus", look="pri")
    tabs("/experiments")
    with Tag("section", cls="aw-card", aria_label="Experiments"):
        if not found:
            with kit.empty(
                "No experiment yet", "Find out which provider serves your own tests best, and how sure that is.",
                ico="compare",
            ):  # fmt: skip
                if visit.edits:
                    kit.button("New experiment", kit.guarded(lambda: _new(visit)), ico="plus", look="pri")
            return
        rows = [_row(ExperimentSummary.model_validate(one)) for one in found]
        Raw(kit.table_markup(["Experiment", "State", "Arms", "Round", "Made"], rows, label="Experiments", told=(2, 3)))


def _row(one: ExperimentSummary) -> list[Markup | str]:
    return [
        kit.named(one.name, f"/experiments/{one.id}", sub=one.why),
        kit.pill_markup(STATES[one.state], one.state.capitalize()),
        kit.tags_markup(one.arms),
        f"{one.round} of {one.rounds}",
        kit.time_markup(one.created_at),
    ]


async def _new(visit: Visit) -> None:
    visit.actor.require("write")
    ready = [one.name for one in await providers.listed(visit.platform) if one.configured]
    choices = await subjects(visit)
    with kit.dialog("New experiment", sub="Nothing runs before you have seen what it can show.", wide=True) as dialog:

        async def keep(values: kit.Values) -> None:
            body = _body(values)

            async def plan() -> None:
                made = await experiments.create(visit.platform, visit.actor, body)
                dialog.close()
                ui.navigate.to(f"/experiments/{made.id}")

            await when_meant(visit, body.arms, plan)

        with kit.form(kit.guarded(keep), label="Experiment"):
            kit.field("Name", "name", required=True, focus=True, placeholder="Who checks out best")
            kit.choice("What", "subject", choices)
            kit.field(
                "Arms", "arms", ", ".join(ready), required=True,
                hint="Providers with commas between, the one to beat first: google, cerebras/gpt-oss-120b, builtin.",
            )  # fmt: skip
            with Tag("div", cls="aw-two"):
                kit.field("Rounds at most", "rounds", "10", kind="number", min="1", max="1000")
                kit.field(
                    "Cost cap in US dollars", "cost_cap_usd", kind="number", min="0", step="any", placeholder="no limit"
                )
            with Tag("div", cls="aw-two"):
                kit.field(
                    "Accepted chance of a false winner", "alpha", "0.05", kind="number", min="0.001", max="0.49",
                    step="any",
                )  # fmt: skip
                kit.field(
                    "Trials at the same time", "at_once", "1", kind="number", min="1", max="16",
                    hint="More disturb each other's times.",
                )  # fmt: skip
            kit.field("Base URL", "base_url", kind="url", placeholder="as the tests say")
            kit.checkbox("Go on when the verdict is in", "to_the_end")
            with Tag("div", cls="aw-ends"):
                kit.button("Cancel", dialog.close)
                kit.button("Plan it", ico="check", look="pri", kind="submit")


def _body(values: kit.Values) -> ExperimentNew:
    told = {
        "name": values["name"], "arms": [arm.strip() for arm in values["arms"].split(",") if arm.strip()],
        "rounds": values["rounds"], "alpha": values["alpha"], "cost_cap_usd": values["cost_cap_usd"] or None,
        "at_once": values["at_once"], "to_the_end": values.on("to_the_end"), **subject_of(values),
    }  # fmt: skip
    return checked(ExperimentNew, told)
