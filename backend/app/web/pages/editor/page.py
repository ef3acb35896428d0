"""One test for reading and writing: sentences, data and YAML of one draft, saved when one wishes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from nicegui import ui
from nicegui.events import GenericEventArguments

from aiwebtest.casefiles.names import NEEDS_MODEL
from app.core.errors import Conflict, Invalid
from app.schemas.tests import TestAnswer
from app.services import tests
from app.services import versions as versions_of
from app.services.file_values import secrets_of, variables_of
from app.services.vocabulary import PATTERNS, Vocabulary, vocabulary
from app.web import kit
from app.web.kit import words
from app.web.kit.elements import Raw, Tag, markup
from app.web.pages import versions
from app.web.pages.common import number, read
from app.web.pages.editor.aside import about, hints, insert_card
from app.web.pages.editor.data_rows import DataRows
from app.web.pages.editor.draft import Draft
from app.web.pages.editor.lines import Lines
from app.web.pages.editor.trial import Trial
from app.web.pages.editor.whose import ask_whose
from app.web.pages.editor.yaml_view import YamlView
from app.web.pages.running import ask_for_run
from app.web.session import Visit

__all__ = ["show"]

_KEPT = "() => { const kept = awKeptDraft('%s'); if (kept) emit(kept) }"
_PATIENCE_S = 10.0  # with a browser that is busy
_STAY = "(event) => { event.preventDefault(); event.stopPropagation(); emit() }"


async def show(visit: Visit, test: str, view: str = "lines") -> None:
    """Show a test for reading and writing."""
    test_id = number(test, "test")
    found = await read(visit, tests.get, test_id)
    seen = await tests.read(visit.platform, found.path, found.content)
    answer = TestAnswer(
        **{name: getattr(found, name) for name in TestAnswer.model_fields if name != "problems"},
        problems=list(seen.problems),
    )
    page = _Editor(visit, answer, await vocabulary(visit.platform, test_id, found.path))
    page.top(view)
    if view == "versions":
        await versions.show(visit, answer)
    else:
        page.body(view)


class _Editor:
    """One test in one browser. Every view shows the same draft."""

    def __init__(self, visit: Visit, test: TestAnswer, vocabulary: Vocabulary) -> None:
        self.visit, self.test, self.vocabulary = visit, test, vocabulary
        self.changed = False
        self.since = ""  # what was saved since the version that a draft is a change of
        self.draft: Draft | None = None
        self.unreadable: Invalid | None = None
        self.lines: list[Lines] = []
        self.trial = Trial(visit, self._draft_now, self._seen)
        self.state: Tag | None = None
        try:
            self.draft = Draft.of(test.path, test.content)
        except Invalid as exc:
            self.unreadable = exc
        self.yaml = YamlView(visit, test.path, test.content, taken=self._taken)

    # --- the page -----------------------------------------------------------------------------------------------------

    def top(self, view: str) -> None:
        """Show the title, the ways to look at the test, and its commands."""
        test, here = self.test, f"/tests/{self.test.id}"
        sub = " · ".join([test.path, f"version {test.version}", words.count(test.cases, "case")])
        with kit.top(test.name, sub=sub, back=[("Tests", "/tests")]):
            places = [
                ("Sentences", here),
                ("YAML", f"{here}?view=yaml"),
                ("Versions", f"{here}?view=versions"),
                ("Runs", f"/executions?test={test.id}"),
            ]
            self.views = kit.segments(places, here if view == "lines" else f"{here}?view={view}", label="Views")
            if view != "versions":
                links = list(self.views.default_slot.children)
                for link, name in ((links[0], "lines"), (links[1], "yaml")):
                    self._stays(link, name)
            if self.visit.edits:
                kit.button("", kit.guarded(self._delete), ico="trash", label="Delete this test")
            if self.visit.runs:
                kit.button("Run", kit.guarded(self._run), ico="play", look="pri")

    def _stays(self, link: object, name: str) -> None:
        """Let a link change the view without leaving the draft."""
        assert isinstance(link, Tag)
        link.when("click", kit.guarded(lambda: self._turn(name)), js=_STAY)

    def body(self, view: str) -> None:
        """Show the draft."""
        kept = f"{self.test.id}"
        with Tag("div", cls="aw-edit", data_draft=kept, data_version=str(self.test.version)) as self.root:
            with Tag("div", cls="aw-stack") as self.main:
                self.notes = Tag("div", cls="aw-stack")
                self.panel = Tag("div", cls="aw-stack")
            with Tag("div", cls="aw-lcol"):
                self._aside()
        self._paint(view)
        self._teach([])
        if self.visit.edits:
            self.root.when("vnodeMounted", self._found_kept, js=_KEPT % self.test.id)

    def _paint(self, view: str) -> None:
        self.view = view
        self.panel.clear()
        self.lines = []
        with self.panel:
            if view == "yaml":
                self.yaml.show()
            elif self.draft is None:
                assert self.unreadable is not None
                kit.note(self.unreadable.what, self.unreadable.mend, state="warn")
                kit.button("To the YAML view", kit.guarded(lambda: self._turn("yaml")), ico="code", look="pri")
            else:
                self._problems()
                for at in range(len(self.draft.sheets)):
                    self._sheet(at)
        self._keep_base()

    def _turn(self, view: str) -> None:
        """Change the view; the draft stays as it is."""
        if view == self.view:
            return
        if view == "yaml" and self.draft is not None:
            self.yaml.content = self.draft.written()
        here = f"/tests/{self.test.id}"
        for link in self.views.default_slot.children:
            assert isinstance(link, Tag)
            to = here if view == "lines" else f"{here}?view=yaml"
            link.set(aria_current="page" if link.props["href"] == to else None).update()
        kit.settle_at(here if view == "lines" else f"{here}?view=yaml")
        self._paint(view)

    def _problems(self) -> None:
        if not self.test.problems or self.changed:
            return
        items = [
            markup(
                "li",
                markup("b", f"Line {one.line} of {'the file' if one.path == self.test.path else one.path}: "),
                kit.prose(f"{one.what} Try: {one.mend}" if one.mend else one.what),
            )
            for one in self.test.problems
        ]
        for_model = all(one.mend.endswith(NEEDS_MODEL) for one in self.test.problems)
        title = "This must be mended before it can run"
        if for_model:
            title = "This runs with a model only: choose a provider when you run it, or say it plainer"
        told = markup("div", markup("b", title), markup("ul", *items))
        state = "warn" if for_model else "bad"
        Raw(markup("div", kit.icon_markup("alert"), told, cls="aw-note", data_s=state, role="alert"))

    def _sheet(self, at: int) -> None:
        assert self.draft is not None
        sheet = self.draft.sheets[at]
        name = sheet.name or self.test.name
        sub = f"Begins at {sheet.url}" if sheet.url else "Begins at the base URL"
        with kit.card(name, sub=sub, body=False) as card:
            with card.head:
                if self.visit.edits:
                    label = f"Name and address of {name}"
                    kit.button("", lambda: self._name(at), ico="edit", look="ghost small", label=label)
            lines = Lines(
                self.draft,
                at,
                edits=self.visit.edits,
                touched=self.touch,
                tried=self.trial.run if self.visit.runs else None,
            )
            self.lines.append(lines)
            data = DataRows(self.visit, self.draft, at, changed=self._rewritten)
            if self.visit.edits:
                with Tag("div", cls="aw-body aw-acts", style="padding-top:0"):
                    kit.button("Add a sentence", lambda: lines.add(), ico="plus", look="ghost small")
                    data.offer()
        data.show()

    def _aside(self) -> None:
        self.trial.panel()
        if self.visit.edits:
            with kit.card("Changes"):
                self.state = Tag("p", "Nothing is changed.", cls="aw-sub", role="status", style="margin-bottom: 12px")
                with kit.form(kit.guarded(self._save), label="Save this test"):
                    kit.field("What changed", "message", placeholder="optional")
                    with Tag("div", cls="aw-acts"):
                        kit.button("Save", ico="check", look="pri", kind="submit", key="save")
                        kit.button("See the change", kit.guarded(self._show_change), ico="compare")
            if self.draft is not None:
                insert_card(self.draft, self.vocabulary, added=self._add_use, changed=self._rewritten)
        about(self.test)
        if self.visit.edits:
            hints()

    # --- the draft ----------------------------------------------------------------------------------------------------

    def touch(self) -> None:
        """Note that something was changed, and let the browser keep it."""
        if not self.changed and self.state is not None:
            self.changed = True
            self.state.say("There are changes that are not saved.")
        ui.run_javascript("awKeepDraft()")

    def _rewritten(self) -> None:
        """Show a draft whose file was changed beside its sentences."""
        self.touch()
        self._paint(self.view)
        self._teach([])

    def _taken(self, content: str) -> None:
        """Take what was written as YAML."""
        try:
            if self.draft is None:
                self.draft = Draft.of(self.test.path, content)
            else:
                self.draft.read(content)
        except Invalid:
            return  # the YAML view tells what is wrong, where
        self.touch()
        self._keep_base()

    def _add_use(self, path: str) -> None:
        if self.lines:
            self.lines[0].add(use=path)

    def _draft_now(self) -> tuple[Draft, list[Lines]]:
        if self.draft is None:
            raise Invalid("The file cannot be read.", mend="mend it in the YAML view.")
        return self.draft, self.lines

    def _written(self) -> str:
        if self.view == "yaml":
            return self.yaml.content
        return self.test.content if self.draft is None else self.draft.written()

    def _teach(self, names: list[tuple[str, str]]) -> None:
        """Tell the browser what it may offer while one types."""
        content = self.draft.content if self.draft is not None else ""
        variables = sorted(variables_of(content, None)) if self.draft is not None else []
        secrets = sorted({*self.vocabulary.secrets, *(secrets_of(content, None) if self.draft is not None else ())})
        columns = [name for sheet in DataRows.columns(self.draft) for name in sheet] if self.draft is not None else []
        told = {
            "patterns": PATTERNS,
            "names": [*names, *(one for one in self.vocabulary.names if one not in names)],
            "variables": [*dict.fromkeys([*columns, *variables])],
            "secrets": secrets,
        }
        ui.run_javascript(f"awWords = {json.dumps(told)}")

    def _seen(self, names: list[tuple[str, str]]) -> None:
        with self.root:
            self._teach(names)

    # --- kept by the browser ------------------------------------------------------------------------------------------

    def _keep_base(self) -> None:
        self.root.set(data_base=self.draft.content if self.draft is not None else self.test.content).update()

    async def _found_kept(self, event: GenericEventArguments) -> None:
        """Take back changes that this browser has kept and that were never saved."""
        kept: dict[str, Any] = event.args
        if self.draft is None or self.changed:
            return
        restored = self._fitting(kept)
        if restored is None or restored.written() == self.test.content:
            ui.run_javascript(f"awDropDraft('{self.test.id}')")
        else:
            if (version := int(kept["version"])) != self.test.version:
                await self._base_on(version)
            self._take_back(restored)

    def _fitting(self, kept: dict[str, Any]) -> Draft | None:
        try:
            restored = Draft.of(self.test.path, str(kept["base"]))
            if kept["lines"] is not None:
                restored.restore(str(kept["base"]), kept["lines"])
        except (Invalid, LookupError):
            return None
        return restored

    async def _base_on(self, version: int) -> None:
        """Take a draft for what it is, a change of an older version: saving it meets what was saved since."""
        base = await read(self.visit, versions_of.get, self.test.id, version)
        self.since = f" It is a change of version {version}; somebody has saved since. Save, and choose what is kept."
        self.test = self.test.model_copy(update={"content": base.content, "version": version})
        self.root.set(data_version=str(version)).update()

    def _take_back(self, restored: Draft) -> None:
        self.draft, self.yaml.content = restored, restored.written()
        self.touch()
        self._paint(self.view)
        with self.notes:
            told = f"What you had written and not saved is back.{self.since}"
            note = kit.note(told, state="warn" if self.since else "note")
            with note:
                kit.button("Throw it away", kit.guarded(self._throw_away), look="small")

    async def _throw_away(self) -> None:
        """Show what is stored in the place of the draft; for a while that can be taken back."""
        await ui.run_javascript(f"awThrowDraft('{self.test.id}')", timeout=_PATIENCE_S)
        self.changed = False
        kit.again()
        kit.toast("What you had written is thrown away.", state="note", undo=self._fetch_back)

    async def _fetch_back(self) -> None:
        await ui.run_javascript(f"awFetchDraft('{self.test.id}')", timeout=_PATIENCE_S)
        kit.again()

    # --- commands -----------------------------------------------------------------------------------------------------

    def _name(self, at: int) -> None:
        assert self.draft is not None
        draft, sheet = self.draft, self.draft.sheets[at]
        with kit.dialog("Name and address") as dialog:

            async def keep(values: kit.Values) -> None:
                draft.sheets[at] = replace(sheet, name=values["name"], url=values["url"])
                draft.settle()
                dialog.close()
                self._rewritten()

            with kit.form(kit.guarded(keep), label="Name and address"):
                kit.field("Name", "name", sheet.name, required=True)
                kit.field("Begins at", "url", sheet.url, hint="Absolute, or relative to the base URL.")
                with Tag("div", cls="aw-ends"):
                    kit.button("Cancel", dialog.close)
                    kit.button("Keep", look="pri", kind="submit")

    async def _show_change(self) -> None:
        diff = versions.diff_markup(self.test.content, self._written())
        with kit.dialog("What is changed", sub="Against the version that is stored", wide=True):
            Raw(diff or markup("p", "Nothing is changed.", cls="aw-sub"))

    async def _save(self, values: kit.Values) -> None:
        self.visit.actor.require("write")
        draft = tests.Draft(content=self._written(), message=values["message"], version=self.test.version)
        try:
            stored, seen = await tests.change(self.visit.platform, self.visit.actor, self.test.id, draft)
        except Conflict:
            await ask_whose(self.visit, self.test, draft, kept=self._stored, thrown_away=self._throw_away)
        else:
            self._stored(stored.version, seen)

    def _stored(self, version: int, seen: tests.Read) -> None:
        """Tell that it is saved, and show what is stored."""
        same = version == self.test.version
        self.test.version, self.changed = version, False
        ui.run_javascript(f"awDropDraft('{self.test.id}')")
        told = f"Version {version} is saved"
        if same:
            kit.toast("Nothing was changed.", state="note")
        elif seen.problems:
            kit.toast(f"{told}; {words.count(len(seen.problems), 'mistake')} to mend.", state="warn")
        else:
            kit.toast(f"{told}.")
        kit.again()

    async def _run(self) -> None:
        """Open the run dialog; what is not saved yet is not run, and that is said."""
        if self.changed:
            kit.toast("What you changed is not saved; the stored version will run.", state="note")
        await ask_for_run(self.visit, test_ids=[self.test.id])

    async def _delete(self) -> None:
        """Put the test into the bin; it can be taken back."""
        visit, test_id = self.visit, self.test.id

        async def back() -> None:
            await tests.restore_deleted(visit.platform, visit.actor, test_id)
            ui.navigate.to(f"/tests/{test_id}")

        visit.actor.require("write")
        await tests.delete(visit.platform, visit.actor, test_id)
        ui.navigate.to("/tests")
        kit.toast(f"“{self.test.name}” is in the bin.", undo=back)
