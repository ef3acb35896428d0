"""The sentences as lines: each with how it is understood, moved and split by keys, tried by a button."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from nicegui import ui
from nicegui.events import GenericEventArguments

from app.services.sheets import Line
from app.web import kit
from app.web.kit.elements import Raw, Tag
from app.web.pages.editor.draft import Draft, Row
from app.web.pages.editor.reading import reading_markup

__all__ = ["Lines"]

_KEY = "(event) => { const told = awLineKey(event); if (told) emit(told) }"
_TYPED = "(event) => { awComplete(event); awRest(event, emit, 120) }"
_LEFT = "(event) => { awCompleteEnd(event); emit(event.target.value) }"
_REWORD = "(event) => awPressed(event, emit, 'say')"


class Lines:
    """The lines of one case of a draft. `touched` hears of every change, `tried` of a wish to try a line."""

    def __init__(
        self,
        draft: Draft,
        at: int,
        *,
        edits: bool,
        touched: Callable[[], None],
        tried: Callable[[int, Row], Awaitable[None]] | None,
    ) -> None:
        self.draft, self.at, self.edits, self.touched, self.tried = draft, at, edits, touched, tried
        self._boxes: dict[Row, Tag] = {}
        self._reads: dict[Row, Raw] = {}
        self._told: dict[Row, Tag] = {}
        name = draft.sheets[at].name
        self.list = Tag("ol", cls="aw-lines", aria_label=f"Sentences of {name}" if name else "Sentences")
        self.paint()

    @property
    def rows(self) -> list[Row]:
        """Return the case's lines."""
        return self.draft.rows[self.at]

    def paint(self, focus: int | None = None, *, end: bool = False) -> None:
        """Show the lines anew; put the cursor into one."""
        self.list.clear()
        self._boxes, self._reads, self._told = {}, {}, {}
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
                read = self._reads[row] = Raw(reading_markup(row.line))
                self._told[row] = Tag("div", cls="aw-tried")
                if not fixed:
                    box.when("input", lambda event: self._typed(row, event), js=_TYPED)
                    box.when("change", lambda event: self._typed(row, event), js=_LEFT)
                    box.when("keydown", lambda event: self._key(row, event), js=_KEY)
                    read.on("click", lambda event: self._reword(row, event), js_handler=_REWORD)
            with Tag("div", cls="aw-tools"):
                self._tools(place, row)

    def _tools(self, place: int, row: Row) -> None:
        if (tried := self.tried) is not None:
            kit.button(
                "",
                kit.guarded(lambda: tried(self.at, row)),
                ico="play",
                look="ghost small",
                label=f"Try sentence {place + 1}",
            )
        if not self.edits:
            return
        for by, ico, word in ((-1, "arrow-up", "up"), (1, "arrow-down", "down")):
            self._mover(row, by, ico, f"Move sentence {place + 1} {word}", off=not 0 <= place + by < len(self.rows))
        kit.button(
            "", lambda: self._remove(row), ico="cross", look="ghost small", label=f"Take sentence {place + 1} out"
        )

    def _mover(self, row: Row, by: int, ico: str, label: str, *, off: bool) -> None:
        kit.button("", lambda: self._move(row, by), ico=ico, look="ghost small", label=label, disabled=off)

    # --- what is done to them -----------------------------------------------------------------------------------------

    def _typed(self, row: Row, event: GenericEventArguments) -> None:
        self._say(row, str(event.args))

    def _say(self, row: Row, text: str) -> None:
        text = text.replace("\n", " ")
        if text == row.line.text or row not in self._reads:
            return
        row.line = replace(row.line, text=text)
        self._reads[row].show(reading_markup(row.line))
        self._reads[row].update()
        self._boxes[row].set(defaultValue=text)  # what a later paint starts from; the browser has it already
        self.touched()

    def _key(self, row: Row, event: GenericEventArguments) -> None:
        told, place = event.args, self.rows.index(row)
        if told["key"] == "Enter":
            row.line = replace(row.line, text=told["before"])
            self.insert(place + 1, Line(text=told["after"]))
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

    def _reword(self, row: Row, event: GenericEventArguments) -> None:
        self._say(row, str(event.args))
        self.paint(self.rows.index(row), end=True)
