"""The editor: a test as lines of sentences, each with how it is understood beside it; the same test as YAML."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from markupsafe import Markup
from nicegui import ui
from nicegui.events import GenericEventArguments

from app.core.errors import Invalid
from app.schemas.tests import TestAnswer
from app.services import sheets, tests
from app.services.sheets import Line, Sheet
from app.web import kit
from app.web.kit import words
from app.web.kit.elements import Raw, Tag, markup
from app.web.pages import versions
from app.web.pages.common import number, read
from app.web.pages.running import ask_for_run
from app.web.session import Visit

__all__ = ["new", "show"]

_KEY = "(event) => { const told = awLineKey(event); if (told) emit(told) }"
_TYPED = "(event) => awRest(event, emit, 120)"
_LEFT = "(event) => emit(event.target.value)"


@dataclass
class Row:
    """A line in the page. `key` stays the same while it is moved about."""

    key: int
    line: Line
    box: Tag | None = None
    read: Raw | None = None


@dataclass
class _Draft:
    """What is being written: the file as it was, its sheets, and what was changed."""

    path: str
    content: str
    version: int | None = None
    sheets: list[Sheet] = field(default_factory=list)
    rows: list[list[Row]] = field(default_factory=list)
    next_key: int = 0

    @classmethod
    def of(cls, path: str, content: str, version: int | None = None) -> _Draft:
        """Return a draft of a file. Raises Invalid when it has no lines to show."""
        draft = cls(path, content, version, list(sheets.read(content)))
        draft.rows = [[draft.row(line) for line in sheet.lines] for sheet in draft.sheets]
        return draft

    def row(self, line: Line) -> Row:
        """Return a new row."""
        self.next_key += 1
        return Row(self.next_key, line)

    def written(self) -> str:
        """Return the YAML as it would be stored."""
        told = [
            replace(sheet, lines=tuple(row.line for row in rows if row.line.text.strip() or row.line.fixed))
            for sheet, rows in zip(self.sheets, self.rows, strict=True)
        ]
        return sheets.write(self.content, told)


async def new(visit: Visit) -> None:
    """Write a new test."""
    visit.actor.require("write")
    kit.page_top("New test", sub="Write what a person would do, one sentence a line.", back=[("Tests", "/tests")])

    async def create(values: kit.Values) -> None:
        steps = [line.strip() for line in values["steps"].splitlines() if line.strip()]
        if not steps:
            raise Invalid("The test has no sentence yet.", mend="write at least one, such as: Open /")
        tags = [tag.strip() for tag in values["tags"].split(",") if tag.strip()]
        content = sheets.new_content(values["name"], values["url"], tags, steps)
        path = values["path"] or f"{_slug(values['name'])}.test.yaml"
        test, _ = await tests.create(visit.platform, visit.actor, path, content, "Written")
        ui.navigate.to(f"/tests/{test.id}")

    with Tag("section", cls="aw-card", aria_label="New test"):
        with Tag("div", cls="aw-body"):
            with kit.form(kit.guarded(create), label="New test"):
                kit.field("Name", "name", required=True, focus=True, placeholder="Buy a lamp as a guest")
                kit.field(
                    "Begins at",
                    "url",
                    placeholder="https://shop.example.com/",
                    hint="Absolute, or relative to the base URL.",
                )
                kit.text_area(
                    "Sentences",
                    "steps",
                    rows=6,
                    required=True,
                    hint="One a line. You see how each is understood on the next page.",
                    placeholder='Search for "lamp"\nClick on "Desk lamp"\nThe page shows "$49.00"',
                )
                with Tag("div", cls="aw-two"):
                    kit.field("Tags", "tags", placeholder="smoke, checkout", hint="With commas between.")
                    kit.field(
                        "File", "path", placeholder="from the name", hint="Ends in .test.yaml; folders with slashes."
                    )
                with Tag("div", cls="aw-ends aw-acts"):
                    kit.button("Create", ico="check", look="pri", kind="submit", key="save")
                    kit.link_button("Cancel", "/tests")


def _slug(name: str) -> str:
    kept = "".join(letter if letter.isalnum() else "-" for letter in name.lower())
    return "-".join(part for part in kept.split("-") if part)[:80] or "test"


async def show(visit: Visit, test: str, view: str = "lines") -> None:
    """Show a test for reading and writing."""
    test_id = number(test, "test")
    found = await read(visit, tests.get, test_id)
    seen = await tests.read(visit.platform, found.path, found.content)
    answer = TestAnswer(
        **{name: getattr(found, name) for name in TestAnswer.model_fields if name != "problems"},
        problems=list(seen.problems),
    )
    page = _Editor(visit, answer)
    sub = " · ".join([found.path, f"version {found.version}", words.count(found.cases, "case")])
    with kit.top(found.name, sub=sub, back=[("Tests", "/tests")]):
        here = f"/tests/{test_id}"
        places = [
            ("Sentences", here),
            ("YAML", f"{here}?view=yaml"),
            ("Versions", f"{here}?view=versions"),
            ("Runs", f"/executions?test={test_id}"),
        ]
        kit.segments(places, here if view == "lines" else f"{here}?view={view}", label="Views of this test")
        if visit.edits:
            kit.button("", kit.guarded(page.delete), ico="trash", label="Delete this test")
        if visit.runs:
            kit.button("Run", kit.guarded(lambda: page.run()), ico="play", look="pri")
    if view == "versions":
        await versions.show(visit, answer)
    elif view == "yaml":
        page.yaml()
    else:
        page.lines()


class _Editor:
    """One test in one browser."""

    def __init__(self, visit: Visit, test: TestAnswer) -> None:
        self.visit, self.test = visit, test
        self.draft: _Draft
        self.boxes: list[Tag] = []
        self.state: Tag
        self.changed = False

    # --- views --------------------------------------------------------------------------------------------------------

    def yaml(self) -> None:
        """Show the file itself."""

        async def save(values: kit.Values) -> None:
            await self._store(values.exactly("content").replace("\r\n", "\n"), values["message"])
            kit.again()

        with Tag("div", cls="aw-stack"):
            self._problems()
            with Tag("section", cls="aw-card", aria_label="YAML"), Tag("div", cls="aw-body"):
                with kit.form(kit.guarded(save), label="YAML of this test"):
                    rows = min(36, max(14, self.test.content.count("\n") + 2))
                    box = kit.text_area(
                        "The file, as the command line runs it", "content", self.test.content, mono=True, rows=rows
                    )
                    box.set(readonly=not self.visit.edits)
                    if self.visit.edits:
                        kit.field("What changed", "message", placeholder="optional, for the list of versions")
                        with Tag("div", cls="aw-acts"):
                            kit.button("Save", ico="check", look="pri", kind="submit", key="save")
                            Raw(
                                markup(
                                    "span",
                                    "or ",
                                    markup("kbd", "Ctrl", cls="aw-kbd"),
                                    " ",
                                    markup("kbd", "S", cls="aw-kbd"),
                                    cls="aw-sub aw-hide-s",
                                )
                            )

    def lines(self) -> None:
        """Show the sentences."""
        try:
            self.draft = _Draft.of(self.test.path, self.test.content, self.test.version)
        except Invalid as exc:
            kit.note(exc.what, exc.mend, state="warn")
            kit.link_button("To the YAML view", f"/tests/{self.test.id}?view=yaml", ico="code", look="pri")
            return
        with Tag("div", cls="aw-stack"):
            self._problems()
            with Tag("div", cls="aw-edit"):
                with Tag("div", cls="aw-stack"):
                    for at, sheet in enumerate(self.draft.sheets):
                        self._sheet(at, sheet)
                self._aside()

    def _problems(self) -> None:
        if not self.test.problems:
            return
        items = [
            markup("li", markup("b", f"{one.path}:{one.line}: "), one.what, f" Try: {one.mend}" if one.mend else "")
            for one in self.test.problems
        ]
        Raw(
            markup(
                "div",
                kit.icon_markup("alert"),
                markup("div", markup("b", "This must be mended before it can run"), markup("ul", *items)),
                cls="aw-note",
                data_s="bad",
                role="alert",
            )
        )

    def _sheet(self, at: int, sheet: Sheet) -> None:
        sub = f"Begins at {sheet.url}" if sheet.url else "Begins at the base URL"
        with kit.card(sheet.name or self.test.name, sub=sub, body=False) as card:
            with card.head:
                if self.visit.edits:
                    kit.button(
                        "",
                        lambda: self._name(at),
                        ico="edit",
                        look="ghost small",
                        label=f"Name and address of {sheet.name or self.test.name}",
                    )
            box = Tag("ol", cls="aw-lines", aria_label=f"Sentences of {sheet.name or self.test.name}")
            self.boxes.append(box)
            self._paint(at)
            if self.visit.edits:
                with Tag("div", cls="aw-body", style="padding-top:0"):
                    kit.button(
                        "Add a sentence",
                        lambda: self._insert(at, len(self.draft.rows[at])),
                        ico="plus",
                        look="ghost small",
                    )

    def _aside(self) -> None:
        with Tag("div", cls="aw-lcol"):
            if self.visit.edits:
                with kit.card("Changes"):
                    self.state = Tag("p", "Nothing is changed.", cls="aw-sub", role="status")

                    async def save(values: kit.Values) -> None:
                        await self._store(self.draft.written(), values["message"])
                        kit.again()

                    with kit.form(kit.guarded(save), label="Save this test"):
                        kit.field("What changed", "message", placeholder="optional")
                        with Tag("div", cls="aw-acts"):
                            kit.button("Save", ico="check", look="pri", kind="submit", key="save")
                            kit.button("See the change", kit.guarded(self._show_change), ico="compare")
                        Raw(
                            markup(
                                "p",
                                markup("kbd", "Enter", cls="aw-kbd"),
                                " new line, ",
                                markup("kbd", "Alt", cls="aw-kbd"),
                                " ",
                                markup("kbd", "\N{UPWARDS ARROW}", cls="aw-kbd"),
                                " moves it, ",
                                markup("kbd", "Ctrl", cls="aw-kbd"),
                                " ",
                                markup("kbd", "S", cls="aw-kbd"),
                                " saves.",
                                cls="aw-sub",
                            )
                        )
            with kit.card("About"):
                test = self.test
                Raw(
                    kit.facts(
                        [
                            ("Tags", kit.tags_markup(test.tags) if test.tags else "none"),
                            ("Provider", test.provider or "the run's"),
                            ("Cases", str(test.cases)),
                            ("Changed", kit.time_markup(test.updated_at)),
                        ]
                    )
                )
            with kit.card("How to say it"):
                Raw(_HINTS)

    # --- lines --------------------------------------------------------------------------------------------------------

    def _paint(self, at: int, focus: int | None = None, *, end: bool = False) -> None:
        box = self.boxes[at]
        box.clear()
        with box:
            for place, row in enumerate(self.draft.rows[at]):
                self._row(at, place, row)
        if focus is not None and 0 <= focus < len(self.draft.rows[at]) and (target := self.draft.rows[at][focus].box):
            ui.run_javascript(f"awFocus('{target.html_id}', {'true' if end else 'false'})")

    def _row(self, at: int, place: int, row: Row) -> None:
        fixed = row.line.fixed or not self.visit.edits
        with Tag("li", cls="aw-line"):
            Tag("span", str(place + 1), cls="aw-no", aria_hidden="true")
            with Tag("div"):
                row.box = Tag(
                    "textarea",
                    rows="1",
                    defaultValue=row.line.text,
                    aria_label=f"Sentence {place + 1}",
                    readonly=fixed,
                    spellcheck="true",
                )
                row.read = Raw(_reading(row.line))
                if not fixed:
                    row.box.when("input", lambda event: self._typed(at, row, event), js=_TYPED)
                    row.box.when("change", lambda event: self._typed(at, row, event), js=_LEFT)
                    row.box.when("keydown", lambda event: self._key(at, row, event), js=_KEY)
                    row.read.on(
                        "click",
                        lambda event: self._reword(at, row, event),
                        js_handler="(event) => awPressed(event, emit, 'say')",
                    )
            if self.visit.edits:
                with Tag("div", cls="aw-tools"):
                    kit.button(
                        "",
                        lambda: self._move(at, row, -1),
                        ico="arrow-up",
                        look="ghost small",
                        label=f"Move sentence {place + 1} up",
                        disabled=place == 0,
                    )
                    kit.button(
                        "",
                        lambda: self._move(at, row, 1),
                        ico="arrow-down",
                        look="ghost small",
                        label=f"Move sentence {place + 1} down",
                        disabled=place == len(self.draft.rows[at]) - 1,
                    )
                    kit.button(
                        "",
                        lambda: self._remove(at, row),
                        ico="cross",
                        look="ghost small",
                        label=f"Take sentence {place + 1} out",
                    )

    def _typed(self, at: int, row: Row, event: GenericEventArguments) -> None:
        self._say(row, str(event.args))

    def _say(self, row: Row, text: str) -> None:
        if text == row.line.text or row.read is None:
            return
        row.line = replace(row.line, text=text.replace("\n", " "))
        row.read.show(_reading(row.line))
        row.read.update()
        if row.box is not None:
            row.box.set(defaultValue=row.line.text)  # what a later paint starts from; the browser has it already
        self._touch()

    def _touch(self) -> None:
        if not self.changed:
            self.changed = True
            self.state.say("There are changes that are not saved.")

    def _key(self, at: int, row: Row, event: GenericEventArguments) -> None:
        told, rows = event.args, self.draft.rows[at]
        place = rows.index(row)
        if told["key"] == "Enter":
            row.line = replace(row.line, text=told["before"])
            self._insert(at, place + 1, told["after"])
        elif told["key"] == "Backspace" and len(rows) > 1:
            self._remove(at, row, focus=max(0, place - 1))
        elif told["key"] == "AltArrowUp":
            self._move(at, row, -1)
        elif told["key"] == "AltArrowDown":
            self._move(at, row, 1)

    def _insert(self, at: int, place: int, text: str = "") -> None:
        self.draft.rows[at].insert(place, self.draft.row(Line(text=text)))
        self._touch()
        self._paint(at, place)

    def _remove(self, at: int, row: Row, focus: int | None = None) -> None:
        rows = self.draft.rows[at]
        place = rows.index(row)
        rows.remove(row)
        self._touch()
        self._paint(at, focus if focus is not None else min(place, len(rows) - 1), end=True)
        if row.line.text.strip():

            async def back() -> None:
                rows.insert(min(place, len(rows)), row)
                self._paint(at, place)

            kit.toast("The sentence is taken out.", state="note", undo=back)

    def _move(self, at: int, row: Row, by: int) -> None:
        rows = self.draft.rows[at]
        place = rows.index(row)
        if 0 <= place + by < len(rows):
            rows.insert(place + by, rows.pop(place))
            self._touch()
            self._paint(at, place + by, end=True)

    def _reword(self, at: int, row: Row, event: GenericEventArguments) -> None:
        self._say(row, str(event.args))
        self._paint(at, self.draft.rows[at].index(row), end=True)

    # --- commands -----------------------------------------------------------------------------------------------------

    def _name(self, at: int) -> None:
        sheet = self.draft.sheets[at]
        with kit.dialog("Name and address") as dialog:

            async def keep(values: kit.Values) -> None:
                self.draft.sheets[at] = replace(sheet, name=values["name"], url=values["url"])
                dialog.close()
                self._touch()
                kit.toast("Save to keep it.", state="note")

            with kit.form(kit.guarded(keep), label="Name and address"):
                kit.field("Name", "name", sheet.name, required=True)
                kit.field("Begins at", "url", sheet.url, hint="Absolute, or relative to the base URL.")
                with Tag("div", cls="aw-ends"):
                    kit.button("Cancel", dialog.close)
                    kit.button("Keep", look="pri", kind="submit")

    async def _show_change(self) -> None:
        diff = versions.diff_markup(self.test.content, self.draft.written())
        with kit.dialog("What is changed", sub="Against the version that is stored", wide=True):
            Raw(diff or markup("p", "Nothing is changed.", cls="aw-sub"))

    async def _store(self, content: str, message: str) -> None:
        self.visit.actor.require("write")
        draft = tests.Draft(content=content, message=message, version=self.test.version)
        stored, seen = await tests.change(self.visit.platform, self.visit.actor, self.test.id, draft)
        same = stored.version == self.test.version
        self.test.version, self.changed = stored.version, False
        if same:
            kit.toast("Nothing was changed.", state="note")
        elif seen.problems:
            kit.toast(
                f"Version {stored.version} is saved; {words.count(len(seen.problems), 'mistake')} to mend.",
                state="warn",
            )
        else:
            kit.toast(f"Version {stored.version} is saved.")

    async def run(self) -> None:
        """Open the run dialog; what is not saved yet is not run, and that is said."""
        if self.changed:
            kit.toast("What you changed is not saved; the stored version will run.", state="note")
        await ask_for_run(self.visit, test_ids=[self.test.id])

    async def delete(self) -> None:
        """Put the test into the bin; it can be taken back."""
        visit, test_id = self.visit, self.test.id

        async def back() -> None:
            await tests.restore_deleted(visit.platform, visit.actor, test_id)
            ui.navigate.to(f"/tests/{test_id}")

        visit.actor.require("write")
        await tests.delete(visit.platform, visit.actor, test_id)
        ui.navigate.to("/tests")
        kit.toast(f"“{self.test.name}” is in the bin.", undo=back)


def _reading(line: Line) -> Markup:
    """Return how a sentence is understood, as it stands below the sentence."""
    more = [markup("span", each, cls="aw-tag") for each in line.more]
    if line.fixed:
        return markup("div", markup("span", "steps of another file", cls="aw-kind"), *more, cls="aw-read")
    if not line.text.strip():
        return markup("div", "Write what to do, or what must be so.", cls="aw-read")
    seen = sheets.reading(line.text, line.kind)
    if seen.problem:
        say = [
            markup("button", wording, cls="aw-reword", type="button", data_say=wording) for wording in seen.rewordings
        ]
        inner = [
            markup("span", "unclear", cls="aw-kind", data_k="unclear"),
            markup("span", seen.problem),
            *(markup("span", "Say: ", each) for each in say),
        ]
        return markup("div", *inner, cls="aw-read", data_s="bad")
    kind = {"act": "do", "check": "check", "extract": "read"}.get(seen.kind, seen.kind)
    return markup(
        "div",
        markup("span", kind, cls="aw-kind", data_k=seen.kind),
        markup("span", "; ".join(seen.parts)),
        *more,
        cls="aw-read",
    )


_HINTS = markup(
    "dl",
    *(
        markup("dt", title) + markup("dd", markup("span", text, cls="aw-mono"))
        for title, text in (
            ("Do", 'Click "Save"'),
            ("Type", 'Enter "kim" into Name'),
            ("Choose", "Choose Blue from Colour"),
            ("Check", 'The page shows "Saved"'),
            ("Secret", "Enter {SHOP_PASSWORD} into Password"),
            ("Read", "Remember the order number as {order}"),
        )
    ),
    cls="aw-facts",
)
