"""One experiment: its plan, its trials as they come in, its verdict with plots, and what it could not tell."""

from __future__ import annotations

from math import log10

from markupsafe import Markup
from nicegui import background_tasks, ui

from app.schemas.experiments import ArmAnswer, ExperimentAnswer
from app.services import experiments
from app.services.experiment_answers import answer
from app.web import kit
from app.web.kit import charts, words
from app.web.kit.elements import Raw, Tag, markup
from app.web.kit.intervals import Drawn, intervals_markup
from app.web.pages.common import number, read
from app.web.pages.experiments import STATES
from app.web.pages.measuring import looks, sentences
from app.web.session import Visit

__all__ = ["show"]

_NAMED = 8  # cases, by name


async def show(visit: Visit, experiment: str) -> None:
    """Show an experiment; while it runs, as it goes on."""
    experiment_id = number(experiment, "experiment")
    seen = await _read(visit, experiment_id)
    back = [("Experiments", "/experiments")]
    with kit.top(seen.name, sub=f"{words.count(len(seen.cases), 'case')} · by {seen.author}", back=back):
        commands = Tag("div", cls="aw-acts")

    said = kit.spoken()

    async def paint() -> None:
        now = await _read(visit, experiment_id)
        if now.state != seen.state:
            said.say(f"{now.name}: {now.state}. {now.summary if now.trials else ''}")
        commands.clear()
        with commands:
            _commands(visit, now)
        with Tag("div", cls="aw-stack"):
            _verdict(now)
            if now.trials:
                _rates(now)
                _contrasts(now)
                _arms(now)
            _compared(now)

    region = kit.Region(paint)
    await region.show()
    if seen.state != "finished":
        background_tasks.create(_keep_painting(visit, experiment_id, region, seen), name=f"experiment {experiment_id}")


async def _read(visit: Visit, experiment_id: int) -> ExperimentAnswer:
    async with visit.platform.database.read() as session:
        return await answer(session, await experiments.get(session, experiment_id))


async def _keep_painting(visit: Visit, experiment_id: int, region: kit.Region, before: ExperimentAnswer) -> None:
    """Paint it anew when more is known, until it is over or nobody looks any more."""
    told: tuple[str, int] = (before.state, before.trials)
    async for seen in looks(region, lambda: read(visit, experiments.progress, experiment_id)):
        if seen != told:
            told = seen
            with region.box.client:
                await region.show()
        if told[0] == "finished":
            return


def _commands(visit: Visit, seen: ExperimentAnswer) -> None:
    if seen.state == "planned" and visit.runs:
        kit.button("Start", kit.guarded(lambda: _start(visit, seen.id)), ico="play", look="pri")
    if seen.state == "running" and visit.runs:
        kit.button("Stop", kit.guarded(lambda: _ask_stop(visit, seen)), ico="stop", look="bad")
    if seen.trials:
        report = f"/api/v1/experiments/{seen.id}/report"
        kit.link_button("Markdown", f"{report}?form=md", ico="download", download=True)
        kit.link_button("CSV", f"{report}?form=csv", ico="download", download=True)
    if seen.state != "running" and visit.edits:
        kit.button("", kit.guarded(lambda: _ask_delete(visit, seen)), ico="trash", label="Delete this experiment")


async def _start(visit: Visit, experiment_id: int) -> None:
    visit.actor.require("run")
    await experiments.start(visit.platform, visit.actor, experiment_id)
    kit.again()


async def _stop(visit: Visit, experiment_id: int) -> None:
    visit.actor.require("run")
    await experiments.stop(visit.platform, visit.actor, experiment_id)
    kit.again()


def _ask_stop(visit: Visit, seen: ExperimentAnswer) -> None:
    text = "What it has shown so far stays. It cannot go on later."
    kit.ask("Stop this experiment?", text, yes="Stop it", on_yes=lambda: _stop(visit, seen.id))


async def _ask_delete(visit: Visit, seen: ExperimentAnswer) -> None:
    async def delete() -> None:
        visit.actor.require("write")
        await experiments.delete_one(visit.platform, visit.actor, seen.id)
        ui.navigate.to("/experiments")
        kit.toast(f"“{seen.name}” is deleted.")

    kit.ask("Delete this experiment?", "Its trials go with it; their executions stay.", yes="Delete", on_yes=delete)


def _verdict(seen: ExperimentAnswer) -> None:
    with kit.card("Verdict" if seen.trials else "Plan", sub=seen.why or f"At most {seen.plan.trials} trials"):
        with Tag("div", cls="aw-stack aw-tight"):
            with Tag("div", cls="aw-acts"):
                kit.pill(STATES[seen.state], seen.state.capitalize())
                if seen.state == "running" and seen.run_id:
                    kit.link(f"Round {seen.round} of {seen.rounds}", f"/runs/{seen.run_id}")
            Tag("p", seen.summary if seen.trials else seen.plan.told, cls="aw-big")
            if seen.trials:
                Tag("p", seen.plan.told, cls="aw-sub")
        if seen.state != "planned":
            with Tag("div", cls="aw-stack aw-tight", style="margin-top:12px"):
                Raw(kit.bar_markup(seen.trials / max(1, seen.plan.trials), label="Trials of all that were planned"))
                cap = f" of {words.money(seen.cost_cap_usd)}" if seen.cost_cap_usd else ""
                told = f"{seen.trials} of at most {seen.plan.trials} trials; {words.money(seen.spent_usd)}{cap} spent."
                Tag("p", told, cls="aw-sub aw-num")


def _rates(seen: ExperimentAnswer) -> None:
    drawn = [
        Drawn(
            name=one.arm, low=one.rate.low, estimate=one.rate.estimate, high=one.rate.high,
            told=f"{one.rate.estimate:.0%} ({one.rate.low:.0%} to {one.rate.high:.0%})",
            colour=charts.COLOURS[place % len(charts.COLOURS)],
        )
        for place, one in enumerate(seen.figures) if one.rate is not None
    ]  # fmt: skip
    with kit.card("Share that passed", sub="With 95 % intervals (Wilson); the scale is 0 to 100 %"):
        Raw(intervals_markup(drawn, low=0.0, high=1.0))


def _contrasts(seen: ExperimentAnswer) -> None:
    states = {"better": "good", "worse": "bad", "open": ""}
    with kit.card(
        f"Against {seen.arms[0]}",
        sub="On the trials that both made, times and costs on those that both passed; may be looked at any time",
    ):
        with Tag("div", cls="aw-stack"):
            sentences([(states[one.verdict], one.told) for one in seen.contrasts], label="Contrasts")
            drawn = [
                Drawn(
                    name=one.arm, low=one.difference.low, estimate=one.difference.estimate, high=one.difference.high,
                    told=f"{one.difference.estimate:+.0%} ({one.difference.low:+.0%} to {one.difference.high:+.0%})",
                )
                for one in seen.contrasts if one.difference is not None
            ]  # fmt: skip
            if drawn:
                Raw(intervals_markup(drawn, low=-1.0, high=1.0, zero=0.0))
                Tag("p", seen.plan.bounds, cls="aw-sub")
            longest = max((len(course) for course in seen.course.values()), default=0)
            if longest > 1:
                limit = round(log10(seen.threshold), 2)
                series = [
                    (arm, [round(log10(max(factor, 1e-6)), 2) for factor in course], charts.COLOURS[place % 6])
                    for place, (arm, course) in enumerate(seen.course.items(), start=1)
                ]
                series.append(("verdict", [limit] * longest, "var(--text-3)"))
                Tag("h3", "How the evidence grew: powers of ten for a difference, by pair of trials")
                charts.lines("Evidence by pair of trials", [str(n + 1) for n in range(longest)], series)
            if seen.open_questions:
                Tag("h3", "What it could not tell")
                sentences([("warn", one) for one in seen.open_questions], label="What it could not tell")


def _arms(seen: ExperimentAnswer) -> None:
    headings = ["Arm", "Trials", "Passed", "Case p50", "Model's time p50", "Tokens", "Cost"]
    numbers = tuple(range(1, len(headings)))
    with kit.card("Arms", body=False):
        rows = [_arm(one) for one in seen.figures]
        Raw(kit.table_markup(headings, rows, label="Arms", right=numbers, told=numbers))


def _compared(seen: ExperimentAnswer) -> None:
    """Say who is compared, on what, and within which bounds."""
    cases = [
        markup(
            "a", one["name"], f" [{one['row']}]" if one["row"] else "", cls="aw-link", href=f"/tests/{one['test_id']}"
        )
        for one in seen.cases[:_NAMED]
    ]
    more = f" and {len(seen.cases) - _NAMED} more" if len(seen.cases) > _NAMED else ""
    told: list[tuple[str, object]] = [
        ("Arms", kit.tags_markup(seen.arms)),
        ("Cases", markup("span", Markup(", ").join(cases), more)),
        ("Cost cap", words.money(seen.cost_cap_usd) if seen.cost_cap_usd else "none"),
    ]
    if seen.request.get("base_url"):
        told.append(("Base URL", seen.request["base_url"]))
    with kit.card("What is compared", sub="The arm to beat comes first"):
        Raw(kit.facts(told))


def _arm(one: ArmAnswer) -> list[Markup | str]:
    return [
        markup("b", one.arm),
        words.amount(one.trials),
        f"{one.rate.estimate:.0%}" if one.rate else "\N{EN DASH}",
        words.seconds(one.median_s),
        words.seconds(one.model_s),
        words.amount(one.tokens),
        words.money(one.known_cost_usd, unknown=one.unpriced),
    ]
