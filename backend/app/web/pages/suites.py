"""Suites: tests chosen together, by name and by tag."""

from __future__ import annotations

from markupsafe import Markup
from nicegui import ui

from app.schemas.runs import RunRequest
from app.schemas.suites import SuiteAnswer, SuiteChange, SuiteNew, SuiteSummary
from app.schemas.tests import TestSummary
from app.services import overview, suites, tests
from app.services.executions import runs_listed
from app.web import kit
from app.web.kit import words
from app.web.kit.elements import Raw, Tag
from app.web.pages.common import checked, number, read, when_meant
from app.web.pages.running import ask_for_run, models_of, request_fields, request_of
from app.web.pages.starting import demo_button
from app.web.session import Visit

__all__ = ["show", "show_all"]

_MOST = 200
_FIELDS = {"base_url": "Base URL"}


async def show_all(visit: Visit) -> None:
    """Show the suites."""
    found, _ = await read(visit, suites.listed, search="", tag=(), after=None, limit=_MOST)
    with kit.top("Suites", sub="Tests that are run together"):
        if visit.edits and found:
            kit.button("New suite", kit.guarded(lambda: _edit(visit, None)), ico="plus", look="pri")
    with Tag("section", cls="aw-card", aria_label="Suites"):
        if not found:
            with kit.empty(
                "No suite yet",
                "A suite joins tests by name or by tag, with its own base URL and provider.",
                ico="suites",
            ):
                if visit.edits:
                    kit.button("New suite", kit.guarded(lambda: _edit(visit, None)), ico="plus", look="pri")
                if visit.rules:
                    demo_button(visit)
            return
        rows = []
        for suite in map(SuiteSummary.model_validate, found):
            members = await read(visit, _tests_of, suite.id)
            last, _ = await read(
                visit, runs_listed, test_id=None, suite_id=suite.id, schedule_id=None, after=None, limit=12
            )
            rows.append(_row(suite, len(members), [(run.outcome or "", run.created_at) for run in last]))
        Raw(
            kit.table_markup(
                ["Suite", "Tests", "Mode", "Last runs", "Last run"], rows, label="Suites", right=(1, 4), told=(1,)
            )
        )


async def _tests_of(session: object, suite_id: int) -> list[TestSummary]:
    suite = await suites.get(session, suite_id)  # type: ignore[arg-type]
    return [TestSummary.model_validate(test) for test in await suites.tests_of(session, suite)]  # type: ignore[arg-type]


def _row(suite: SuiteSummary, members: int, last: list[tuple[str, object]]) -> list[Markup | str]:
    name = kit.named(suite.name, f"/suites/{suite.id}", sub=suite.description, tags=suite.tags)
    history = kit.history_markup([outcome for outcome, _ in reversed(last)])
    when = kit.time_markup(last[0][1] if last else None)  # type: ignore[arg-type]
    return [name, words.amount(members), suite.mode, history, when]


async def show(visit: Visit, suite: str) -> None:
    """Show a suite: its tests, its last runs, what it is run with."""
    suite_id = number(suite, "suite")
    seen = await read(visit, _answer, suite_id)
    members = await read(visit, _tests_of, suite_id)
    sub = seen.description or f"{words.count(len(members), 'test')}, {seen.mode}"
    with kit.top(seen.name, sub=sub, back=[("Suites", "/suites")]):
        if visit.edits:
            kit.button("Edit", kit.guarded(lambda: _edit(visit, seen)), ico="edit")
            text = "Its tests and its runs stay."
            kit.button(
                "",
                lambda: kit.ask("Delete this suite?", text, yes="Delete", on_yes=lambda: _delete(visit, seen)),
                ico="trash",
                label="Delete this suite",
            )
        if visit.runs:
            kit.button("Run suite", kit.guarded(lambda: ask_for_run(visit, suite_id=suite_id)), ico="play", look="pri")
    with Tag("div", cls="aw-g2"):
        with kit.card("Tests", sub=words.count(len(members), "test"), body=False):
            if not members:
                with kit.empty(
                    "No test belongs to it", "Add tests by name, or give it a tag that tests have.", ico="tests"
                ):
                    pass
            else:
                tracks = await overview.tracks(visit.platform, members)
                rows: list[list[Markup | str]] = [
                    [
                        kit.named(test.name, f"/tests/{test.id}", sub=test.path),
                        words.amount(test.cases),
                        kit.history_markup(tracks[test.id].outcomes),
                    ]
                    for test in members
                ]
                Raw(
                    kit.table_markup(
                        ["Test", "Cases", "Last 12"], rows, label="Tests of the suite", right=(1,), told=(1,)
                    )
                )
        with Tag("div", cls="aw-lcol"):
            await _last_runs(visit, suite_id)
            with kit.card("Runs are made with"):
                Raw(kit.facts(_told(seen)))


def _told(seen: SuiteAnswer) -> list[tuple[str, object]]:
    limit = f", at most {seen.max_parallel} at once" if seen.max_parallel else ""
    told: list[tuple[str, object]] = [("Mode", seen.mode + limit)]
    told += [
        (_FIELDS.get(name, name.replace("_", " ").capitalize()), words.value_of(value))
        for name, value in seen.settings.items()
    ]
    return told


async def _answer(session: object, suite_id: int) -> SuiteAnswer:
    return await suites.answer(session, await suites.get(session, suite_id))  # type: ignore[arg-type]


async def _last_runs(visit: Visit, suite_id: int) -> None:
    found, _ = await read(visit, runs_listed, test_id=None, suite_id=suite_id, schedule_id=None, after=None, limit=8)
    with kit.card("Last runs", body=False):
        if not found:
            with kit.empty("Not run yet", "Press “Run suite”: you can watch every case live.", ico="runs"):
                pass
            return
        rows = [
            kit.entry_markup(
                f"Run #{run.id}",
                f"/runs/{run.id}",
                sub=kit.time_markup(run.created_at) + f" · {run.trigger}",
                end=kit.pill_markup(run.outcome or ("running" if run.finished < run.total else "skipped")),
            )
            for run in found
        ]
        Raw(kit.list_markup(rows))


async def _edit(visit: Visit, seen: SuiteAnswer | None) -> None:
    """Open the dialog for a suite, a new one without `seen`."""
    visit.actor.require("write")
    found, _ = await read(visit, tests.listed, limit=_MOST)
    stored = RunRequest.model_validate(seen.settings) if seen else RunRequest()
    with kit.dialog(f"Edit {seen.name}" if seen else "New suite", wide=True) as dialog:

        async def keep(values: kit.Values) -> None:
            request = request_of(values, stored)
            wanted = _wanted(values, seen, request)

            async def save() -> None:
                if seen is None:
                    kept = await suites.create(visit.platform, visit.actor, checked(SuiteNew, wanted))
                    ui.navigate.to(f"/suites/{kept.id}")
                else:
                    kept = await suites.change(visit.platform, visit.actor, seen.id, checked(SuiteChange, wanted))
                    kit.again()
                dialog.close()
                kit.toast(f"“{kept.name}” is saved.")

            await when_meant(visit, models_of(request), save)

        with kit.form(kit.guarded(keep), label="Suite"):
            _fields(seen)
            _members([TestSummary.model_validate(test) for test in found], set(seen.members) if seen else set())
            with Tag("div", cls="aw-two"):
                modes = [("parallel", "At the same time"), ("sequential", "One after the other")]
                kit.choice("Mode", "mode", modes, seen.mode if seen else "parallel")
                most = str(seen.max_parallel or "") if seen else ""
                kit.field(
                    "At most at once", "max_parallel", most, kind="number", min="1", max="64", placeholder="no limit"
                )
            request_fields(stored)
            with Tag("div", cls="aw-ends"):
                kit.button("Cancel", dialog.close)
                kit.button("Save", ico="check", look="pri", kind="submit")


def _fields(seen: SuiteAnswer | None) -> None:
    kit.field("Name", "name", seen.name if seen else "", required=True, focus=seen is None)
    kit.field("Description", "description", seen.description if seen else "")
    kit.field("Tags", "tags", ", ".join(seen.tags) if seen else "", hint="All tests with one of these belong to it.")


def _members(found: list[TestSummary], ticked: set[int]) -> None:
    with Tag("fieldset", cls="aw-lbl aw-set"):
        Tag("legend", "Tests by name")
        inner = Tag("div", cls="aw-stack aw-tight aw-within", tabindex="0", role="group", aria_label="Tests by name")
        with inner:
            for test in found:
                kit.checkbox(test.name, "tests", on=test.id in ticked, value=str(test.id), hint=test.path)


def _wanted(values: kit.Values, seen: SuiteAnswer | None, request: RunRequest) -> dict[str, object]:
    """Return what was entered; tests that belonged to it keep their order, others follow."""
    order = {test_id: place for place, test_id in enumerate(seen.members if seen else ())}
    return {
        "name": values["name"],
        "description": values["description"],
        "tags": [tag.strip() for tag in values["tags"].split(",") if tag.strip()],
        "tests": sorted(map(int, values.all("tests")), key=lambda test_id: order.get(test_id, len(order))),
        "mode": values["mode"],
        "max_parallel": values["max_parallel"] or None,
        "settings": request,
    }


async def _delete(visit: Visit, seen: SuiteAnswer) -> None:
    visit.actor.require("write")
    await suites.delete(visit.platform, visit.actor, seen.id)
    ui.navigate.to("/suites")
    kit.toast(f"“{seen.name}” is deleted.")
