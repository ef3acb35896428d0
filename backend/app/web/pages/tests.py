"""Tests: what there is, how each has done lately, and ways to run them."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup
from nicegui.events import GenericEventArguments

from app.schemas.tests import TestSummary
from app.services import overview, tests
from app.services.overview import Track
from app.web import kit
from app.web.kit import words
from app.web.kit.elements import Raw, Tag
from app.web.pages import starting
from app.web.pages.common import address, read
from app.web.pages.running import ask_for_run
from app.web.session import Visit

__all__ = ["show"]

_AT_ONCE = 50
_STATES = (
    ("", "All states"),
    ("passed", "Passed"),
    ("failed", "Failed"),
    ("error", "Error"),
    ("flaky", "Flaky"),
    ("running", "Running"),
    ("never", "Never run"),
)


@dataclass
class _Wish:
    """What the list is to show."""

    search: str = ""
    tag: str = ""
    state: str = ""
    after: str = ""


class _List:
    """The list of tests, with what is ticked."""

    def __init__(self, visit: Visit, wish: _Wish) -> None:
        self.visit, self.wish = visit, wish
        self.ticked: set[int] = set()
        self.bulk: Tag
        self.told: Tag
        self.rows = kit.Region(self._paint)

    async def search(self, text: str) -> None:
        self.wish.search, self.wish.after = text, ""
        await self._again()

    async def choose(self, name: str, value: str) -> None:
        setattr(self.wish, name, value)
        self.wish.after = ""
        await self._again()

    async def _again(self) -> None:
        self.tick(0, on=False, none=True)
        wish = self.wish
        kit.settle_at(address("/tests", q=wish.search, tag=wish.tag, state=wish.state))
        await self.rows.show()

    def tick(self, test_id: int, *, on: bool, none: bool = False) -> None:
        if none:
            self.ticked.clear()
        elif on:
            self.ticked.add(test_id)
        else:
            self.ticked.discard(test_id)
        self.bulk.set(hidden=not self.ticked)
        self.bulk.update()
        self.told.say(f"{words.count(len(self.ticked), 'test')} chosen")

    async def _found(self) -> tuple[list[tuple[TestSummary, Track]], str | None]:
        """Return a page of tests with their tracks. A wish for a state is looked for through the pages behind it."""
        wish, after, kept = self.wish, self.wish.after or None, list[tuple[TestSummary, Track]]()
        while True:
            tag = [wish.tag] if wish.tag else []
            found, after = await read(
                self.visit, tests.listed, search=wish.search, tag=tag, after=after, limit=_AT_ONCE
            )
            tracks = await overview.tracks(self.visit.platform, found)
            kept += [
                (TestSummary.model_validate(test), tracks[test.id])
                for test in found
                if _is(tracks[test.id], wish.state)
            ]
            if after is None or len(kept) >= _AT_ONCE or not wish.state:
                return kept, after

    async def _paint(self) -> None:
        found, after = await self._found()
        if not found:
            with kit.empty("Nothing fits", "No test fits what is looked for.", ico="search"):
                kit.link_button("Show all tests", "/tests")
            return
        rows = [_row(test, track, runs=self.visit.runs) for test, track in found]
        headings = ["Test", "State", "Last 12", "Duration", "Cost", "Last run", ""]
        table = Raw(kit.table_markup(headings, rows, label="Tests", right=(3, 4, 5), told=(3,)))
        kit.when_pressed(table, self._clicked, "run")
        table.on("change", self._changed, js_handler="(event) => emit([event.target.value, event.target.checked])")
        with Tag("div", cls="aw-foot-row"):
            Tag("span", f"{len(found)} shown")
            if after or self.wish.after:
                with Tag("div", cls="aw-acts"):
                    if self.wish.after:
                        kit.button("First page", lambda: self.choose("after", ""), look="small")
                    if after:
                        kit.button("Next page", lambda: self._next(str(after)), look="small")

    async def _next(self, after: str) -> None:
        self.wish.after = after
        self.tick(0, on=False, none=True)
        await self.rows.show()

    async def _clicked(self, event: GenericEventArguments) -> None:
        await self.run([int(event.args)])

    def _changed(self, event: GenericEventArguments) -> None:
        value, on = event.args
        self.tick(int(value), on=bool(on))

    async def run(self, test_ids: list[int]) -> None:
        async def opened() -> None:
            await ask_for_run(self.visit, test_ids=test_ids)

        result = kit.guarded(opened)()
        assert result is not None
        await result


async def show(visit: Visit, q: str = "", tag: str = "", state: str = "") -> None:
    """Show the tests."""
    tags = await read(visit, tests.tags)
    every, _ = await read(visit, tests.listed, limit=1)
    with kit.top("Tests", sub="Plain sentences that a browser carries out"):
        if visit.edits:
            kit.button("Import", kit.guarded(lambda: _import(visit)), ico="upload")
            kit.link_button("Record", "/tests/record", ico="screen")
            kit.link_button("Generate", "/tests/generate", ico="compare")
        to = "/api/v1/tables/tests.csv"
        kit.link_button("CSV", to, ico="download", label="All tests as CSV", download=True)
        if visit.edits:
            kit.link_button("New test", "/tests/new", ico="plus", look="pri")
    if not every:
        starting.welcome(visit)
        return
    with Tag("section", cls="aw-card", aria_label="Tests"):
        with Tag("div", cls="aw-filters"):
            listed: _List
            kit.search("Search name, path and sentences", lambda text: listed.search(text), q)
            kit.filter_choice("State", _STATES, state, lambda value: listed.choose("state", value))
            if tags:
                options = [("", "All tags"), *((one, f"{one} ({number})") for one, number in tags.items())]
                kit.filter_choice("Tag", options, tag, lambda value: listed.choose("tag", value))
        bulk = Tag("div", cls="aw-bulk", hidden=True)
        listed = _List(visit, _Wish(q, tag, state))
        listed.bulk = bulk
        with bulk:
            listed.told = Tag("span", "")
            kit.button("Run them", lambda: listed.run(sorted(listed.ticked)), ico="play", look="small pri")
        await listed.rows.show()


def _is(track: Track, state: str) -> bool:
    if state == "running":
        return track.state in {"running", "queued"}
    return not state or (track.flaky if state == "flaky" else track.state == state)


def _row(test: TestSummary, track: Track, *, runs: bool) -> list[Markup | str]:
    box = (
        kit.markup("input", type="checkbox", cls="aw-box", value=test.id, aria_label=f"Choose {test.name}")
        if runs
        else None
    )
    about = [test.path, *([words.count(test.cases, "case")] if test.cases != 1 else [])]
    name = kit.named(test.name, f"/tests/{test.id}", sub=" · ".join(about), tags=test.tags)
    lead = kit.markup("div", box, name, style="display:flex;gap:14px;align-items:center")
    state = kit.pill_markup("flaky" if track.flaky and track.state == "passed" else track.state)
    if track.execution_id:
        state = kit.markup("a", state, href=f"/executions/{track.execution_id}")
    run = kit.pressable("run", test.id, "Run", "play", f"Run {test.name}")
    cost = words.money(track.cost_usd) if track.at and track.cost_usd else "\N{EN DASH}"
    return [
        lead,
        state,
        kit.history_markup(track.outcomes),
        words.seconds(track.duration_s or None),
        cost,
        kit.time_markup(track.at),
        kit.markup("div", run if runs else "", cls="aw-end"),
    ]


_SEND = """(event) => {
  event.preventDefault();
  fetch("/api/v1/tests/import", { method: "POST", body: new FormData(event.target) })
    .then((answer) => answer.json().then((told) => emit([answer.ok, told])))
    .catch(() => emit([false, { detail: "The server did not answer." }]));
}"""


async def _import(visit: Visit) -> None:
    visit.actor.require("write")
    sub = "The very files that the command line runs: tests, shared steps, data, or a zip of them."
    with kit.dialog("Import tests", sub=sub) as dialog:
        problem = Tag("div", role="alert")

        def answered(event: GenericEventArguments) -> None:
            done, told = event.args
            if not done:
                problem.clear()
                with problem:
                    kit.note(str(told.get("detail", "")), str(told.get("mend", "")), state="bad")
                return
            dialog.close()
            stored = sum(one["action"] in {"created", "updated"} for one in told["files"])
            faults = f", {words.count(told['problems'], 'mistake')} to mend" if told["problems"] else ""
            kit.toast(f"{words.count(stored, 'file')} stored{faults}.", state="warn" if faults else "good")
            kit.again()

        with Tag("form", cls="aw-form", aria_label="Import tests") as form:
            with Tag("label", cls="aw-lbl"):
                Tag("span", "Files")
                Tag("input", cls="aw-inp", type="file", name="files", multiple=True, required=True)
            kit.field("Folder", "folder", hint="Where they stand in the tree; empty is the top.")
            with Tag("div", cls="aw-ends"):
                kit.button("Cancel", dialog.close)
                kit.button("Import", ico="upload", look="pri", kind="submit")
        form.when("submit", answered, js=_SEND)
