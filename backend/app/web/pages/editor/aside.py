"""What stands beside the sentences: pickers for variables, secrets and shared steps, facts, examples."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from app.core.errors import Invalid
from app.schemas.tests import TestAnswer
from app.services.file_values import secrets_of, variables_of, with_secret, with_variables
from app.services.vocabulary import Vocabulary
from app.web import kit
from app.web.kit.elements import Raw, Tag
from app.web.pages.editor.draft import Draft
from app.web.pages.editor.reading import HINTS

__all__ = ["about", "hints", "insert_card"]


def insert_card(
    draft: Draft, vocabulary: Vocabulary, *, added: Callable[[str], None], changed: Callable[[], None]
) -> None:
    """Show what can be put into a sentence, where the cursor was last."""
    with kit.card("Put in", sub="Into the sentence that you wrote last"):
        with Tag("div", cls="aw-form"):
            _variables(draft, changed)
            _secrets(draft, vocabulary, changed)
            if vocabulary.shared:
                with Tag("div", cls="aw-sect"):
                    Tag("h3", "Shared steps")
                    with Tag("div", cls="aw-chips"):
                        for path in vocabulary.shared:
                            _chip(path, partial(added, path), label=f"Add the shared steps {path}")


def _variables(draft: Draft, changed: Callable[[], None]) -> None:
    known = variables_of(draft.content, None)
    with Tag("div", cls="aw-sect"):
        with Tag("div", cls="aw-acts", style="justify-content:space-between"):
            Tag("h3", "Variables")
            kit.button(
                "", lambda: _edit_variables(draft, changed), ico="edit", look="ghost small", label="Edit the variables"
            )
        with Tag("div", cls="aw-chips"):
            for name in known:
                _chip("{" + name + "}", None, label=f"Put in the variable {name}", title=known[name])
            if not known:
                Tag("span", "None yet.", cls="aw-sub")


def _secrets(draft: Draft, vocabulary: Vocabulary, changed: Callable[[], None]) -> None:
    named = secrets_of(draft.content, None)
    with Tag("div", cls="aw-sect"):
        Tag("h3", "Secrets")
        with Tag("div", cls="aw-chips"):
            for name in (*named, *(name for name in vocabulary.secrets if name not in named)):

                async def allow(name: str = name) -> None:
                    if name not in secrets_of(draft.content, None):
                        draft.content = with_secret(draft.settle(), None, name)
                        draft.read(draft.content)
                        changed()

                _chip("{" + name + "}", allow, label=f"Put in the secret {name}")
            if not named and not vocabulary.secrets:
                kit.link("An owner can store one in the settings.", "/settings?part=secrets")


def _chip(text: str, on_click: kit.Handler | None, *, label: str, title: str = "") -> None:
    """Show something to put in. What stands in braces goes where the cursor was; `on_click` does what else is due."""
    chip = Tag("button", text, cls="aw-chip", type="button", aria_label=label, title=title or None)
    if text.startswith("{"):
        chip.when("mousedown", None, js="(event) => event.preventDefault()")
        chip.when("click", kit.guarded(on_click) if on_click else None, js=f"() => {{ awPutIn('{text}'); emit() }}")
    elif on_click is not None:
        chip.when("click", kit.guarded(on_click))


def _edit_variables(draft: Draft, changed: Callable[[], None]) -> None:
    known = variables_of(draft.settle(), None)
    with kit.dialog("Variables", sub="Sentences name them in braces: {city}") as dialog:

        async def keep(values: kit.Values) -> None:
            draft.read(with_variables(draft.content, _told(values.exactly("variables"))))
            dialog.close()
            changed()

        with kit.form(kit.guarded(keep), label="Variables"):
            text = "\n".join(f"{name}={value}" for name, value in known.items())
            kit.text_area("One NAME=value a line", "variables", text, rows=6, mono=True)
            with Tag("div", cls="aw-ends"):
                kit.button("Cancel", dialog.close)
                kit.button("Keep", look="pri", kind="submit")


def _told(text: str) -> dict[str, str]:
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, sign, value = line.partition("=")
        if not sign or not name.strip().isidentifier():
            raise Invalid(
                f"“{line[:60]}” is no variable.", mend="write NAME=value, the name of letters, digits and _.",
                field="variables",
            )  # fmt: skip
        found[name.strip()] = value.strip()
    return found


def about(test: TestAnswer) -> None:
    """Show facts about the test."""
    with kit.card("About"):
        Raw(
            kit.facts(
                [
                    ("Tags", kit.tags_markup(test.tags) if test.tags else "none"),
                    ("Provider", test.provider or "as the run says"),
                    ("Cases", str(test.cases)),
                    ("Changed", kit.time_markup(test.updated_at)),
                ]
            )
        )


_KEYS = (("Enter", "new line"), ("Alt \N{UPWARDS ARROW}", "moves it"), ("Ctrl S", "saves"), ("Ctrl Space", "suggests"))


def hints() -> None:
    """Show how things can be said, and which keys do what."""
    with kit.card("How to say it"):
        Raw(HINTS)
        with Tag("p", cls="aw-sub aw-hide-s", style="margin-top:12px"):
            for key, does in _KEYS:
                Tag("kbd", key, cls="aw-kbd")
                Tag("span", f" {does}  ")
