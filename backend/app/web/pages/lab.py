"""The lab: recorded decisions, what each was worth, and asking them again of several providers."""

from __future__ import annotations

import json
from datetime import timedelta

from markupsafe import Markup, escape
from nicegui import background_tasks, ui
from nicegui.events import GenericEventArguments

from app.core.clock import now
from app.schemas.measuring import DecisionSummary, LabRunAnswer, LabRunNew, LabRunSummary, VerdictCounts
from app.services import lab, providers
from app.web import kit
from app.web.kit import charts, words
from app.web.kit.elements import Raw, Tag, markup
from app.web.kit.intervals import Drawn, intervals_markup
from app.web.pages.common import checked, number, read, when_meant
from app.web.pages.measuring import looks, sentences, tabs
from app.web.session import Visit

__all__ = ["show", "show_run"]

_MOST = 50
_SETTLED = timedelta(seconds=60)  # as long as a question may take
_LABELS = {"right": ("good", "Right"), "wrong": ("bad", "Wrong"), "open": ("idle", "Undecided")}


async def show(visit: Visit) -> None:
    """Show the recorded decisions and the runs of the lab."""
    on = await read(visit, lab.consent)
    made, _ = await read(visit, lab.decisions, label=None, after=None, limit=_MOST)
    begun, _ = await read(visit, lab.listed, after=None, limit=_MOST)
    with kit.top("Lab", sub="What models decided in real runs, and the same asked of others, without a browser"):
        if visit.runs and made:
            kit.button("Ask them again", kit.guarded(lambda: _new(visit)), ico="play", look="pri")
    tabs("/lab")
    with Tag("div", cls="aw-stack"):
        _consent(visit, on=on)
        if begun:
            rows = [_run_row(LabRunSummary.model_validate(one)) for one in begun]
            with kit.card("Runs", body=False):
                Raw(kit.table_markup(["Run", "Arms", "State", "Made"], rows, label="Runs of the lab"))
        _decisions(visit, [DecisionSummary.model_validate(one) for one in made], on=on)


def _consent(visit: Visit, *, on: bool) -> None:
    with kit.card("Recording", sub="Questions hold texts of your pages, secrets masked. Off until an owner agrees"):
        with Tag("div", cls="aw-acts"):
            kit.pill("good" if on else "idle", "On" if on else "Off")
            Tag("span", "Decisions of models are recorded." if on else "Decisions of models are not recorded.")
            if visit.rules:
                text = "Record no more" if on else "Record decisions"
                kit.button(text, kit.guarded(lambda: _switch(visit, on=not on)), ico="lock" if on else "check")


async def _switch(visit: Visit, *, on: bool) -> None:
    visit.actor.require("admin")
    await lab.set_consent(visit.platform, visit.actor, on=on)
    kit.again()


def _run_row(one: LabRunSummary) -> list[Markup | str]:
    name = markup("a", f"Run {one.id}", href=f"/lab/{one.id}")
    return [
        markup("div", name, markup("span", one.why, cls="aw-sub") if one.why else None, cls="aw-name"),
        kit.tags_markup(one.arms),
        kit.pill_markup(*_state(one)),
        kit.time_markup(one.created_at),
    ]


def _state(one: LabRunSummary) -> tuple[str, str]:
    """Return the colour and the word for how far a run is."""
    if one.state == "running":
        return "running", "Running"
    return ("idle", "Ended early") if one.why else ("good", "Finished")


def _decisions(visit: Visit, made: list[DecisionSummary], *, on: bool) -> None:
    sub = "Right: its case passed with it. Wrong: its step could not go on with it"
    with kit.card("Decisions", sub=sub, body=False) as card:
        if not made:
            told = (
                "Run tests that need a model." if on else "Let decisions be recorded, and run tests that need a model."
            )
            with kit.empty("Nothing is recorded yet", told, ico="eye"):
                pass
            return
        if visit.edits:
            with card.head:
                kit.link_button("Export", "/api/v1/lab/decisions/export", ico="download", look="small", download=True)
        rows = [_decision_row(visit, one) for one in made]
        table = Raw(
            kit.table_markup(["Decision", "For", "Model", "Label", ""], rows, label="Decisions", told=(1, 2, 3))
        )

        async def pressed(event: GenericEventArguments) -> None:
            what, key = event.args
            if what == "show":
                await _show_one(visit, int(key))
            else:
                await _label(visit, int(key), what)

        kit.when_pressed(table, pressed, "do", "key")


def _decision_row(visit: Visit, one: DecisionSummary) -> list[Markup | str]:
    said = f"by {one.labelled_by}" if one.labelled_by else "by its run"
    commands = [_command("show", one, "Show")]
    if visit.edits:
        commands += [_command(label, one, text, pressed=label == one.label) for label, (_, text) in _LABELS.items()]
    return [
        kit.named(one.sentence or "(no sentence)", sub=kit.time_markup(one.at)),
        words.purpose_of(one.purpose).capitalize(),
        one.model,
        markup(
            "div",
            kit.pill_markup(*_LABELS[one.label]),
            markup("span", said, cls="aw-sub"),
            cls="aw-name",
        ),
        kit.at_end(*commands),
    ]


def _command(what: str, one: DecisionSummary, text: str, *, pressed: bool | None = None) -> Markup:
    return kit.pressable("do", what, text, "", f"{text}: {one.sentence}", key=one.id, pressed=pressed)


async def _label(visit: Visit, decision_id: int, label: str) -> None:
    visit.actor.require("write")
    await lab.label(visit.platform, visit.actor, decision_id, label)
    kit.again()


async def _show_one(visit: Visit, decision_id: int) -> None:
    found = await read(visit, lab.decision, decision_id)
    with kit.dialog(
        found.sentence or "Decision", sub=f"{words.purpose_of(found.purpose).capitalize()}, by {found.model}", wide=True
    ) as dialog:
        Tag("h3", "Answer")
        Tag("pre", json.dumps(found.answer["data"], indent=2, ensure_ascii=False), cls="aw-code", tabindex="0")
        Tag("h3", "Question, as it was sent")
        Raw(_question(found.prompt, found.answer["data"]), tag="pre", cls="aw-code aw-asked", tabindex="0")
        if visit.edits:
            with Tag("div", cls="aw-ends"):
                for label, (_, text) in _LABELS.items():

                    async def say(label: str = label) -> None:
                        dialog.close()
                        await _label(visit, decision_id, label)

                    kit.button(text, kit.guarded(say), look="pri" if label == found.label else "")


def _question(prompt: str, answer: object) -> Markup:
    """Return a question with the lines marked that the answer names."""
    chosen = answer.get("elements", ()) if isinstance(answer, dict) else ()
    signs = [f"[{one['elementId']}]" for one in chosen if isinstance(one, dict) and "elementId" in one]
    lines = prompt.splitlines()
    return Markup("\n").join(
        markup("mark", line) if any(sign in line for sign in signs) else escape(line) for line in lines
    )


async def _new(visit: Visit) -> None:
    visit.actor.require("run")
    ready = [one.name for one in await providers.listed(visit.platform) if one.configured]
    hint = "Providers with commas between." if ready else "No provider is set up yet: see Settings, Providers."
    with kit.dialog(
        "Ask them again", sub="Questions whose answers proved right are put to each arm, in random order"
    ) as dialog:

        async def begin(values: kit.Values) -> None:
            arms = [arm.strip() for arm in values["arms"].split(",") if arm.strip()]
            told = {"arms": arms, "repeat": values["repeat"], "cost_cap_usd": values["cost_cap_usd"] or None}
            body = checked(LabRunNew, told)

            async def ask() -> None:
                run = await lab.begin(visit.platform, visit.actor, body)
                dialog.close()
                ui.navigate.to(f"/lab/{run.id}")

            await when_meant(visit, body.arms, ask)

        with kit.form(kit.guarded(begin), label="Lab run"):
            kit.field("Arms", "arms", ", ".join(ready), required=True, hint=hint)
            with Tag("div", cls="aw-two"):
                kit.field("How often each", "repeat", "1", kind="number", min="1", max="100")
                kit.field(
                    "Cost cap in US dollars", "cost_cap_usd", kind="number", min="0", step="any", hint="Optional."
                )
            with Tag("div", cls="aw-ends"):
                kit.button("Cancel", dialog.close)
                kit.button("Ask", ico="play", look="pri", kind="submit")


async def show_run(visit: Visit, run: str) -> None:
    """Show a run of the lab; while it runs, as it goes on."""
    run_id = number(run, "lab run")
    seen = await _read(visit, run_id)
    with kit.top(f"Lab run {run_id}", sub=f"by {seen.author}", back=[("Lab", "/lab")]):
        if seen.state == "running" and visit.runs:
            kit.button("Stop", kit.guarded(lambda: _ask_stop(visit, run_id)), ico="stop", look="bad")
        if seen.answered:
            report = f"/api/v1/lab/runs/{run_id}/report"
            kit.link_button("Markdown", f"{report}?form=md", ico="download", download=True)
            kit.link_button("CSV", f"{report}?form=csv", ico="download", download=True)

    async def paint() -> None:
        _result(await _read(visit, run_id))

    region = kit.Region(paint)
    await region.show()
    if seen.state == "running" or _settles(seen):
        background_tasks.create(_keep_painting(visit, seen, region), name=f"lab run {run_id}")


async def _read(visit: Visit, run_id: int) -> LabRunAnswer:
    async with visit.platform.database.read() as session:
        return await lab.answer(session, await lab.get(session, run_id))


def _ask_stop(visit: Visit, run_id: int) -> None:
    text = "The answers that it has stay. It cannot go on later."
    kit.ask("Stop this lab run?", text, yes="Stop it", on_yes=lambda: _stop(visit, run_id))


async def _stop(visit: Visit, run_id: int) -> None:
    visit.actor.require("run")
    await lab.stop(visit.platform, visit.actor, run_id)
    kit.again()


def _settles(seen: LabRunAnswer) -> bool:
    """Tell whether answers that were under way when a run was ended may still come."""
    return bool(seen.why) and seen.finished_at is not None and now() - seen.finished_at < _SETTLED


async def _keep_painting(visit: Visit, last: LabRunAnswer, region: kit.Region) -> None:
    async for seen in looks(region, lambda: _read(visit, last.id)):
        with region.box.client:
            if seen.state == "running":
                await region.show()
            elif last.state == "running" or seen.answered != last.answered:
                if last.state == "running":
                    kit.toast("The lab run is over.", state="note")
                kit.again()
                return
            elif not _settles(seen):
                return


def _result(seen: LabRunAnswer) -> None:
    with Tag("div", cls="aw-stack"):
        with kit.card("Result", sub=seen.why):
            with Tag("div", cls="aw-stack aw-tight"):
                with Tag("div", cls="aw-acts"):
                    kit.pill(*_state(seen))
                Tag("p", seen.summary or "No answer yet.", cls="aw-big")
                Raw(kit.bar_markup(seen.answered / max(1, seen.total), label="Answers of all that are asked for"))
                told = f"{seen.answered} of {seen.total} answers; {words.money(seen.spent_usd)} known spent."
                Tag("p", told, cls="aw-sub aw-num")
        if not seen.answered:
            return
        with kit.card("Share answered as it proved right", sub="With 95 % intervals (Wilson)"):
            drawn = [
                Drawn(
                    name=one.arm, low=one.rate.low, estimate=one.rate.estimate, high=one.rate.high,
                    told=f"{one.rate.estimate:.0%} ({one.rate.low:.0%} to {one.rate.high:.0%})",
                    colour=charts.COLOURS[place % len(charts.COLOURS)],
                )
                for place, one in enumerate(seen.figures) if one.rate is not None
            ]  # fmt: skip
            states = {"better": "good", "worse": "bad", "open": ""}
            with Tag("div", cls="aw-stack"):
                Raw(intervals_markup(drawn, low=0.0, high=1.0))
                sentences([(states[one.verdict], one.told) for one in seen.contrasts], label="Contrasts")
                if seen.open_questions:
                    Tag("h3", "What it could not tell")
                    sentences([("warn", one) for one in seen.open_questions], label="What it could not tell")
        with kit.card("Answers", body=False):
            headings = ["Arm", "Same", "Other", "Refused", "No answer", "Off schema", "Time p50", "Tokens", "Cost"]
            numbers = tuple(range(1, len(headings)))
            rows = [_arm_row(one, seen) for one in seen.counts]
            Raw(kit.table_markup(headings, rows, label="Answers by arm", right=numbers, told=numbers))


def _arm_row(one: VerdictCounts, seen: LabRunAnswer) -> list[Markup | str]:
    figures = next(arm for arm in seen.figures if arm.arm == one.arm)
    counts = (one.same, one.other, one.refused, one.unanswered, one.schema_failures)
    return [
        markup("b", one.arm),
        *(words.amount(count) for count in counts),
        words.seconds(figures.median_s),
        words.amount(figures.tokens),
        words.money(figures.known_cost_usd, unknown=figures.unpriced),
    ]
