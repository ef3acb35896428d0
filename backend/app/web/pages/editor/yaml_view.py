"""The test as YAML, in step with its lines; mistakes are told at their line and column as one types."""

from __future__ import annotations

from collections.abc import Callable

from nicegui.events import GenericEventArguments

from app.core.errors import Problem
from app.services import tests
from app.web import kit
from app.web.kit import words
from app.web.kit.elements import Raw, Tag, markup, prose
from app.web.session import Visit

__all__ = ["YamlView"]

_TYPED = "(event) => awRest(event, emit, 250)"
_GO = "(event) => awToPlace(event, '.aw-yaml')"


class YamlView:
    """The file as text. `taken` gets it each time it was changed."""

    def __init__(self, visit: Visit, path: str, content: str, *, taken: Callable[[str], None]) -> None:
        self.visit, self.path, self.content, self.taken = visit, path, content, taken
        self.problems: Raw

    def show(self) -> None:
        """Show it."""
        with Tag("section", cls="aw-card", aria_label="YAML"), Tag("div", cls="aw-body aw-form"):
            self.problems = Raw(markup("p", "Mistakes are told here, as you type.", cls="aw-sub"), role="status")
            self.problems.on("click", None, js_handler=_GO)
            rows = min(36, max(14, self.content.count("\n") + 2))
            label = "The file, as the command line runs it"
            box = kit.text_area(label, "content", self.content, mono=True, rows=rows)
            box.classes("aw-yaml")
            box.set(readonly=not self.visit.edits)
            box.when("input", kit.guarded(self._typed), js=_TYPED)

    async def _typed(self, event: GenericEventArguments) -> None:
        self.content = str(event.args).replace("\r\n", "\n")
        try:
            seen = await tests.read(self.visit.platform, self.path, self.content)
        except Problem as exc:
            self.problems.show(markup("p", prose(kit.refusal(exc)), cls="aw-sub"))
            self.problems.update()
            return
        items = [
            markup(
                "li",
                markup(
                    "button",
                    f"line {one['line']}, column {one['column']}",
                    cls="aw-reword",
                    type="button",
                    data_line=one["line"],
                    data_column=one["column"],
                ),
                markup("span", prose(f" {one['what']}")),
                markup("span", prose(f" Try: {one['mend']}"), cls="aw-sub") if one["mend"] else None,
            )
            for one in seen.problems
        ]
        well = f"Understood: {words.count(seen.cases, 'case')}."
        self.problems.show(markup("ul", *items, cls="aw-faults") if items else markup("p", well, cls="aw-sub"))
        self.problems.update()
        self.taken(self.content)
