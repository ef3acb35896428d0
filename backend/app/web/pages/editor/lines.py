"""The sentences as lines: each with how it is understood, moved and split by keys, tried by a button."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from markupsafe import Markup
from nicegui import ui
from nicegui.events import GenericEventArguments

from app.services.sheets import Line
from app.web import kit
from app.web.kit.elements import Raw, Tag, markup
from app.web.pages.editor.draft import Draft, Row
from app.web.pages.editor.reading import reading_markup

__all__ = ["Lines"]

_Tried = Callable[[int, Row], Awaitable[None]]


class Lines:
    """The lines of one case of a draft. `touched` hears of every change, `tried` of a wish to try a line.

    The list hears what is done in all of them, and is told the line's field: a page of many lines stays small, and what
    was typed into a field that is gone by now is not taken for another one's.
    """

    def __init__(
        self,
        draft: Draft,
        at: int,
        *,
        edits: bool,
        touched: Callable[[], None],
        tried: _Tried | None,
    ) -> None:
        self.draft, self.at, self.edits, self.touched, self.tried = draft, at, edits, touched, tried
        self._trying: set[Row] = set()
        self._rows: dict[str, Row] = {}  # by the id of the field
        self._boxes: dict[Row, Tag] = {}
        self._reads: dict[Row, Raw] = {}
        self._told: dict[Row, Tag] = {}
        name = draft.sheets[at].name
        self.list = Tag("ol", cls="aw-lines", aria_label=f"Sentences of {name}" if name else "Sentences")
        self.list.when("click", kit.guarded(self._pressed), js="(event) => awLinePressed(event, emit)")
        if edits:
            self.list.when("input", self._typed, js="(event) => awLineTyped(event, emit)")
            self.list.when("change", self._typed, js="(event) => awLineLeft(event, emit)")
            self.list.when("keydown", self._key, js="(event) => awLineKey(event, emit)")
        self.paint()

    @property
    def rows(self) -> list[Row]:
        """Return the case's lines."""
        return self.draft.rows[self.at]

    def paint(self, focus: int | None = None, *, end: bool = False) -> None:
        """Show the lines anew; put the cursor into one."""
        self.list.clear()
        self._rows, self._boxes, self._reads, self._told = {}, {}, {}, {}
        with self.list:
            for place, row in enumerate(self.rows):
                self._row(place, row)
        if focus is not None and 0 <= focus < len(self.rows):
            box = self._boxes[self.rows[focus]]
            ui.run_javascript(f"awFocus('{box.html_id}', {'true' if end else 'false'})")

    def add(self, text: str = "", *, use: str = "") -> None:
        """Add a line at the end; with `use`, one that brings in shared steps."""
        self.insert(len(self.rows), Line(text=f"use: {use}" if use else text, use=use, fixed=bool(use)))

    def insert(self, place: int, line: Line) -> None:
        """Add a line."""
        self.rows.insert(place, Row(line))
        self.touched()
        self.paint(place)

    def outcome(self, row: Row) -> Tag | None:
        """Return where a line's try is told, None when the line is gone."""
        return self._told.get(row)

    def _row(self, place: int, row: Row) -> None:
        fixed = row.line.fixed or not self.edits
        with Tag("li", cls="aw-line"):
            Tag("span", str(place + 1), cls="aw-no", aria_hidden="true")
            with Tag("div"):
                box = self._boxes[row] = Tag(
                    "textarea",
                    rows="1",
                    defaultValue=row.line.text,
                    aria_label=f"Sentence {place + 1}",
                    aria_autocomplete=None if fixed else "list",
                    readonly=fixed,
                    spellcheck="true",
                    data_sheet=str(self.at),
                    data_origin="" if row.line.origin is None else str(row.line.origin),
                    data_kind=row.line.kind or "",
                    data_use=row.line.use,
                )
                self._rows[box.html_id] = row
                self._reads[row] = Raw(reading_markup(row.line))
                self._told[row] = Tag("div", cls="aw-tried")
            Raw(self._tools(place), cls="aw-tools")

    def _tools(self, place: int) -> Markup:
        made = [_tool("try", "play", f"Try sentence {place + 1}")] if self.tried is not None else []
        if self.edits:
            made += [
                _tool("up", "arrow-up", f"Move sentence {place + 1} up", off=place == 0),
                _tool("down", "arrow-down", f"Move sentence {place + 1} down", off=place + 1 == len(self.rows)),
                _tool("out", "cross", f"Take sentence {place + 1} out"),
            ]
        return Markup("").join(made)

    # --- what is done to them -----------------------------------------------------------------------------------------

    async def _pressed(self, event: GenericEventArguments) -> None:
        field, what, say = event.args
        if (row := self._rows.get(field)) is None:
            return
        if what == "try":
            await self._try(row)
        elif self.edits:
            if what == "say":
                self._say(row, say)
                self.paint(self.rows.index(row), end=True)
            elif what == "out":
                self._remove(row)
            else:
                self._move(row, -1 if what == "up" else 1)

    async def _try(self, row: Row) -> None:
        if self.tried is None or row in self._trying:
            return
        self._trying.add(row)
        try:
            await self.tried(self.at, row)
        finally:
            self._trying.discard(row)

    def _typed(self, event: GenericEventArguments) -> None:
        field, text = event.args
        if (row := self._rows.get(field)) is not None:
            self._say(row, text)

    def _say(self, row: Row, text: str) -> None:
        text = text.replace("\n", " ")
        if text == row.line.text or row not in self._reads:
            return
        row.line = replace(row.line, text=text)
        self._reads[row].show(reading_markup(row.line))
        self._reads[row].update()
        self._boxes[row].set(defaultValue=text)  # what a later paint starts from; the browser has it already
        self.touched()

    def _key(self, event: GenericEventArguments) -> None:
        field, told = event.args
        if (row := self._rows.get(field)) is None:
            return
        if "text" in told:  # typed just before: it has not been told yet
            self._say(row, told["text"])
        place = self.rows.index(row)
        if told["key"] == "Enter":
            row.line = replace(row.line, text=told["before"].rstrip())
            self.insert(place + 1, Line(text=told["after"].lstrip()))
        elif told["key"] == "Backspace" and len(self.rows) > 1:
            self._remove(row, focus=max(0, place - 1))
        elif told["key"] == "AltArrowUp":
            self._move(row, -1)
        elif told["key"] == "AltArrowDown":
            self._move(row, 1)

    def _remove(self, row: Row, focus: int | None = None) -> None:
        place = self.rows.index(row)
        self.rows.remove(row)
        self.touched()
        self.paint(focus if focus is not None else min(place, len(self.rows) - 1), end=True)
        if row.line.text.strip():

            async def back() -> None:
                self.rows.insert(min(place, len(self.rows)), row)
                self.touched()
                self.paint(place)

            kit.toast("The sentence is taken out.", state="note", undo=back)

    def _move(self, row: Row, by: int) -> None:
        place = self.rows.index(row)
        if 0 <= place + by < len(self.rows):
            self.rows.insert(place + by, self.rows.pop(place))
            self.touched()
            self.paint(place + by, end=True)


def _tool(do: str, ico: str, label: str, *, off: bool = False) -> Markup:
    cls = "aw-btn aw-ghost aw-small aw-only"
    told = {"aria_label": label, "title": label, "data_do": do, "disabled": off}
    return markup("button", kit.icon_markup(ico), cls=cls, type="button", **told)
