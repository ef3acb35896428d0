"""Schedules: suites and tests run by the clock."""

from __future__ import annotations

from markupsafe import Markup
from nicegui import ui
from nicegui.events import GenericEventArguments

from app.core.clock import now
from app.core.errors import Invalid
from app.schemas.runs import RunRequest
from app.schemas.schedules import ScheduleAnswer, ScheduleChange, ScheduleNew
from app.services import schedules
from app.services.schedules import Around
from app.web import kit
from app.web.kit.elements import Raw, Tag, markup
from app.web.pages.common import checked, read, subjects, when_meant
from app.web.pages.running import models_of, request_fields, request_of
from app.web.session import Visit

__all__ = ["show"]

_MOST = 200
_HINT = "Minute, hour, day, month, weekday: 0 2 * * * is every night at 02:00, 0 7 * * 1-5 each working day at 07:00."
_EXAMPLES = (
    ("0 2 * * *", "Every night at 02:00"),
    ("0 * * * *", "Every hour"),
    ("0 7 * * 1-5", "On working days at 07:00"),
    ("*/15 * * * *", "Every quarter of an hour"),
    ("0 6 * * 1", "On Mondays at 06:00"),
)


async def show(visit: Visit) -> None:
    """Show the schedules."""
    found, _ = await read(visit, schedules.listed, after=None, limit=_MOST)
    with kit.top("Schedules", sub="Runs by the clock; each moment is taken once, however many servers there are"):
        if visit.edits and found:
            kit.button("New schedule", kit.guarded(lambda: _edit(visit, None)), ico="plus", look="pri")
    with Tag("section", cls="aw-card", aria_label="Schedules"):
        if not found:
            with kit.empty(
                "No schedule yet", "Let a suite run every night, and find in the morning what broke.", ico="schedules"
            ):
                if visit.edits:
                    kit.button("New schedule", kit.guarded(lambda: _edit(visit, None)), ico="plus", look="pri")
            return
        known = [ScheduleAnswer.model_validate(one) for one in found]
        beside = await read(visit, schedules.around, found)
        rows = [_row(visit, one, beside[one.id]) for one in known]
        table = Raw(kit.table_markup(["Schedule", "When", "Next", "Last", ""], rows, label="Schedules", told=(2, 3)))

        async def pressed(event: GenericEventArguments) -> None:
            what, key = event.args
            await _do(visit, what, next(one for one in known if str(one.id) == str(key)))

        kit.when_pressed(table, pressed, "do", "key")


def _row(visit: Visit, one: ScheduleAnswer, beside: Around) -> list[Markup | str]:
    to = f"/suites/{one.suite_id}" if one.suite_id else f"/tests/{one.test_id}"
    subject = markup("a", beside.what, cls="aw-link", href=to)
    by = f" · by {one.author or 'the server'}"
    name = kit.named(one.name, sub=markup("span", subject, by, f" · {one.last_problem}" if one.last_problem else ""))
    clock = markup(
        "div",
        markup("span", one.cron, cls="aw-mono"),
        markup("span", dict(_EXAMPLES).get(one.cron, "") or one.timezone, cls="aw-sub"),
        cls="aw-name",
    )
    due = kit.time_markup(one.next_at, form="clock") if one.enabled else kit.pill_markup("idle", "Paused")
    last = kit.time_markup(one.last_at)
    if run := beside.last:
        pill = kit.pill_markup(run.outcome or ("stopped" if run.finished_at else "running"))
        last = markup("a", pill, " ", kit.time_markup(run.created_at), cls="aw-link", href=f"/runs/{run.id}")
    commands = []
    if visit.runs:
        commands.append(_command("run", one, "Run now", "play"))
    if visit.edits:
        commands += [
            _command("pause", one, "Pause" if one.enabled else "Go on", "stop" if one.enabled else "play"),
            _command("edit", one, "", "edit"),
            _command("delete", one, "", "trash"),
        ]
    return [name, clock, due, last, kit.at_end(*commands)]


def _command(what: str, one: ScheduleAnswer, text: str, ico: str) -> Markup:
    return kit.pressable("do", what, text, ico, f"{text or what.capitalize()}: {one.name}", key=one.id)


async def _do(visit: Visit, what: str, one: ScheduleAnswer) -> None:
    if what == "run":
        visit.actor.require("run")
        run = await schedules.run_now(visit.platform, visit.actor, one.id)
        ui.navigate.to(f"/runs/{run.id}")
        return
    visit.actor.require("write")
    if what == "edit":
        await _edit(visit, one)
    elif what == "pause":
        await schedules.change(visit.platform, visit.actor, one.id, ScheduleChange(enabled=not one.enabled))
        kit.toast(f"“{one.name}” {'is paused' if one.enabled else 'goes on'}.")
        kit.again()
    else:

        async def delete() -> None:
            await schedules.delete(visit.platform, visit.actor, one.id)
            kit.toast(f"“{one.name}” is deleted.")
            kit.again()

        kit.ask(
            "Delete this schedule?",
            f"“{one.name}” begins nothing any more; its runs stay.",
            yes="Delete",
            on_yes=delete,
        )


async def _edit(visit: Visit, one: ScheduleAnswer | None) -> None:
    visit.actor.require("write")
    zone = await ui.run_javascript("Intl.DateTimeFormat().resolvedOptions().timeZone", timeout=3.0)
    choices = await subjects(visit)
    stored = RunRequest.model_validate(one.request) if one else RunRequest()
    with kit.dialog(f"Edit {one.name}" if one else "New schedule") as dialog:

        async def keep(values: kit.Values) -> None:
            schedules.following(values["cron"], values["timezone"], now())  # says best what is wrong with them
            request = request_of(values, stored)

            async def save() -> None:
                kept = await _keep(visit, one, values, request)
                dialog.close()
                kit.toast(f"“{kept}” is saved.")
                kit.again()

            await when_meant(visit, models_of(request), save)

        with kit.form(kit.guarded(keep), label="Schedule"):
            kit.field("Name", "name", one.name if one else "", required=True, focus=True, placeholder="Every night")
            if one is None:
                kit.choice("What", "subject", choices)
            cron = kit.field(
                "When",
                "cron",
                one.cron if one else "0 2 * * *",
                required=True,
                mono=True,
                hint=_HINT,
                list="aw-crons",
            )
            with Tag("datalist", id="aw-crons"):
                for expression, text in _EXAMPLES:
                    Tag("option", text, value=expression)
            cron.set(aria_label="When, as a cron expression")
            kit.field("Time zone", "timezone", one.timezone if one else str(zone or "UTC"), required=True)
            with Tag("details", cls="aw-fold"):
                Tag("summary", "How it runs")
                with Tag("div", cls="aw-form"):
                    request_fields(stored)
            with Tag("div", cls="aw-ends"):
                kit.button("Cancel", dialog.close)
                kit.button("Save", ico="check", look="pri", kind="submit")


async def _keep(visit: Visit, one: ScheduleAnswer | None, values: kit.Values, request: RunRequest) -> str:
    common = {name: values[name] for name in ("name", "cron", "timezone")} | {"request": request}
    if one is not None:
        return (await schedules.change(visit.platform, visit.actor, one.id, checked(ScheduleChange, common))).name
    kind, _, key = values["subject"].partition(" ")
    if not key:
        raise Invalid("There is nothing to schedule yet.", mend="write a test or make a suite first.")
    new = checked(ScheduleNew, {**common, f"{kind}_id": int(key)})
    return (await schedules.create(visit.platform, visit.actor, new)).name
