"""Data rows as a table: the case runs once for each row, with the row's columns as variables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from posixpath import dirname, join, normpath

from nicegui.events import GenericEventArguments

from app.core.errors import Invalid
from app.services import resources
from app.services.file_values import Table, pasted, table_of, with_table
from app.web import kit
from app.web.kit import words
from app.web.kit.elements import Tag
from app.web.pages.common import read
from app.web.pages.editor.draft import Draft
from app.web.session import Visit

__all__ = ["DataRows"]

_CELL = "(event) => emit([event.target.dataset.at, event.target.value])"
_PASTE = """(event) => {
  const text = (event.clipboardData || window.clipboardData).getData("text");
  if (!/[\\t\\n]/.test(text.trim())) return;
  event.preventDefault();
  emit([event.target.dataset.at, text]);
}"""
_FILE = "(event) => { const file = event.target.files[0]; if (file) file.text().then(emit) }"


class DataRows:
    """The table of one case of a draft."""

    def __init__(self, visit: Visit, draft: Draft, at: int, *, changed: Callable[[], None]) -> None:
        self.visit, self.draft, self.edits, self.changed = visit, draft, visit.edits, changed
        self.place = draft.sheets[at].place
        self.table = table_of(draft.content, self.place)
        self.name = draft.sheets[at].name

    @staticmethod
    def columns(draft: Draft) -> list[tuple[str, ...]]:
        """Return the columns of each case: its sentences may name them."""
        return [table_of(draft.content, sheet.place).columns for sheet in draft.sheets]

    def offer(self) -> None:
        """Show the ways to a first row, where there is none."""
        if not self.table.file and not self.table.columns:
            kit.button("Add a column", kit.guarded(self._ask_column), ico="plus", look="ghost small")
            kit.button("Paste rows", kit.guarded(self._ask_paste), ico="copy", look="ghost small")

    def show(self) -> None:
        """Show the table, if there is one."""
        if self.table.file:
            with kit.card("Data", sub=f"Rows of the file {self.table.file}, beside the test"):
                Tag("p", "Change the file to change the rows, or take them into the test.", cls="aw-sub")
                if self.edits:
                    with Tag("div", cls="aw-acts"):
                        kit.button("Take them into the test", kit.guarded(self._own), ico="edit", look="small")
            return
        if not self.table.columns:
            return
        with kit.card("Data", sub=f"{words.count(len(self.table.rows), 'row')}; the case runs once for each"):
            self._grid()
            if self.edits:
                self._commands()

    def _grid(self) -> None:
        label = f"Rows of {self.name}" if self.name else "Rows"
        with Tag("div", cls="aw-scroll", tabindex="0", role="region", aria_label=label):
            with Tag("table", cls="aw-grid", aria_label=label):
                with Tag("thead"), Tag("tr"):
                    Tag("th", "Row", scope="col", cls="aw-no")
                    for column, heading in enumerate(self.table.columns):
                        with Tag("th", scope="col"):
                            self._cell(-1, column, heading, f"Heading of column {column + 1}")
                    if self.edits:
                        with Tag("th", scope="col"):
                            Tag("span", "Commands", cls="aw-vh")
                with Tag("tbody"):
                    for row, cells in enumerate(self.table.rows):
                        self._row(row, cells)
                if self.edits:
                    with Tag("tfoot"), Tag("tr"):
                        Tag("td")
                        for column, heading in enumerate(self.table.columns):
                            with Tag("td"):
                                self._drop(f"Take the column {heading} out", partial(self._no_column, column))
                        Tag("td")

    def _row(self, row: int, cells: tuple[str, ...]) -> None:
        with Tag("tr"):
            Tag("th", str(row + 1), scope="row", cls="aw-no")
            for column, text in enumerate(cells):
                with Tag("td"):
                    self._cell(row, column, text, f"{self.table.columns[column]}, row {row + 1}")
            if self.edits:
                with Tag("td"):
                    self._drop(f"Take row {row + 1} out", lambda: self._no_row(row))

    def _cell(self, row: int, column: int, text: str, label: str) -> None:
        cell = Tag("input", cls="aw-cell", type="text", defaultValue=text or None, aria_label=label)
        cell.set(readonly=not self.edits, data_at=f"{row},{column}", spellcheck="false")
        if self.edits:
            cell.when("change", kit.guarded(self._entered), js=_CELL)
            cell.when("paste", kit.guarded(self._pasted), js=_PASTE)

    def _drop(self, label: str, do: Callable[[], None]) -> None:
        kit.button("", kit.guarded(do), ico="cross", look="ghost small", label=label)

    def _commands(self) -> None:
        with Tag("div", cls="aw-acts", style="margin-top:10px"):
            kit.button("Add a row", kit.guarded(self._add_row), ico="plus", look="small")
            kit.button("Add a column", kit.guarded(self._ask_column), ico="plus", look="small")
            kit.button("Paste rows", kit.guarded(self._ask_paste), ico="copy", look="small")

    # --- what is changed ----------------------------------------------------------------------------------------------

    def _put(self, table: Table) -> None:
        self.draft.read(with_table(self.draft.settle(), self.place, table))
        self.changed()

    def _entered(self, event: GenericEventArguments) -> None:
        at, text = event.args
        row, column = map(int, str(at).split(","))
        if row < 0:
            names = list(self.table.columns)
            names[column] = str(text).strip()
            self._put(replace(self.table, columns=tuple(names)))
            return
        cells = [list(one) for one in self.table.rows]
        cells[row][column] = str(text)
        self._put(replace(self.table, rows=tuple(map(tuple, cells))))

    def _pasted(self, event: GenericEventArguments) -> None:
        """Fill cells from where one pasted; more rows are added, more columns are not."""
        at, text = event.args
        row, column = map(int, str(at).split(","))
        if row < 0:
            self._put(pasted(str(text)))
            return
        cells = [list(one) for one in self.table.rows]
        for down, line in enumerate(str(text).strip("\r\n").splitlines()):
            if row + down == len(cells):
                cells.append([""] * len(self.table.columns))
            for across, value in enumerate(line.split("\t")[: len(self.table.columns) - column]):
                cells[row + down][column + across] = value
        self._put(replace(self.table, rows=tuple(map(tuple, cells))))

    def _add_row(self) -> None:
        self._put(replace(self.table, rows=(*self.table.rows, ("",) * len(self.table.columns))))

    def _no_row(self, row: int) -> None:
        before = self.table
        self._put(replace(self.table, rows=before.rows[:row] + before.rows[row + 1 :]))

        async def back() -> None:
            self._put(before)

        kit.toast("The row is taken out.", state="note", undo=back)

    def _no_column(self, column: int) -> None:
        before = self.table
        keep = [at for at in range(len(before.columns)) if at != column]
        rows = tuple(tuple(cells[at] for at in keep) for cells in before.rows)
        self._put(Table(columns=tuple(before.columns[at] for at in keep), rows=rows if keep else ()))

        async def back() -> None:
            self._put(before)

        kit.toast("The column is taken out.", state="note", undo=back)

    async def _own(self) -> None:
        """Take the rows of the CSV file into the test; the file stays."""
        path = normpath(join(dirname(self.draft.path), self.table.file))
        found = await read(self.visit, resources.get, path)
        self._take(found.content.decode("utf-8-sig", "replace"))

    def _ask_column(self) -> None:
        with kit.dialog("New column", sub="Sentences name it in braces: {user}") as dialog:

            async def add(values: kit.Values) -> None:
                rows = self.table.rows or ((),)
                table = Table(columns=(*self.table.columns, values["name"]), rows=tuple((*row, "") for row in rows))
                self._put(table)
                dialog.close()

            with kit.form(kit.guarded(add), label="New column"):
                kit.field("Heading", "name", required=True, focus=True, placeholder="user")
                with Tag("div", cls="aw-ends"):
                    kit.button("Cancel", dialog.close)
                    kit.button("Add", look="pri", kind="submit")

    def _ask_paste(self) -> None:
        sub = "Cells of a spreadsheet, or a CSV file; the first line names the columns. They replace the table."
        with kit.dialog("Paste rows", sub=sub, wide=True) as dialog:

            async def take(values: kit.Values) -> None:
                self._take(values.exactly("rows"))
                dialog.close()

            async def chosen(event: GenericEventArguments) -> None:
                self._take(str(event.args))
                dialog.close()

            with kit.form(kit.guarded(take), label="Paste rows"):
                kit.text_area("Rows", "rows", rows=8, mono=True, placeholder="user,city\nada,London\nlin,Oslo")
                with Tag("label", cls="aw-lbl"):
                    Tag("span", "Or a CSV file")
                    file = Tag("input", cls="aw-inp", type="file", accept=".csv,.tsv,text/csv")
                    file.when("change", kit.guarded(chosen), js=_FILE)
                with Tag("div", cls="aw-ends"):
                    kit.button("Cancel", dialog.close)
                    kit.button("Take them", look="pri", kind="submit")

    def _take(self, text: str) -> None:
        table = pasted(text)
        if not table.rows:
            raise Invalid("There are headings, but no rows below them.", mend="copy at least one row.")
        self._put(table)
