"""Forms: native fields with visible labels; what was entered arrives at once when the form is sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from nicegui.events import GenericEventArguments

from app.core.errors import Invalid
from app.web.kit.elements import Handler, Tag, icon, once_at_a_time

__all__ = ["Unfit", "Values", "checkbox", "choice", "field", "filter_choice", "form", "radio", "search", "text_area"]


class Unfit(Invalid):
    """What a field holds does not fit. `told` says why, without the field's name: the page puts its label before it."""

    def __init__(self, field: str, told: str, *, mend: str = "") -> None:
        name = f"{field.replace('_', ' ').capitalize()}: " if field else ""
        super().__init__(f"{name}{told}.", mend=mend, field=field)
        self.told = told


class Values:
    """What was entered, by the names of the fields."""

    def __init__(self, pairs: Sequence[Sequence[str]]) -> None:
        self._pairs = [(str(name), str(value)) for name, value in pairs]

    def __getitem__(self, name: str) -> str:
        """Return what one field holds, without spaces around it; "" when there is no such field."""
        return next((value.strip() for key, value in self._pairs if key == name), "")

    def exactly(self, name: str) -> str:
        """Return what one field holds, as it was entered."""
        return next((value for key, value in self._pairs if key == name), "")

    def all(self, name: str) -> list[str]:
        """Return what all fields of one name hold."""
        return [value for key, value in self._pairs if key == name]

    def on(self, name: str) -> bool:
        """Tell whether a box was ticked."""
        return any(key == name for key, _ in self._pairs)


@contextmanager
def form(on_send: Handler, *, label: str, cls: str = "aw-form") -> Iterator[Tag]:
    """Show a form. `on_send` gets what was entered; sent again while that is at work, the form does nothing."""
    made = Tag("form", cls=cls, aria_label=label, novalidate=None)

    async def sent(event: GenericEventArguments) -> None:
        done = on_send(Values(event.args or []))
        if done is not None:
            await done

    made.when("submit", once_at_a_time(sent), js="(event) => emit(awForm(event))")
    with made:
        yield made


@contextmanager
def _labelled(label: str, hint: str) -> Iterator[None]:
    with Tag("label", cls="aw-lbl"):
        Tag("span", label)
        yield
        if hint:
            Tag("span", hint, cls="aw-hint")


def field(
    label: str,
    name: str,
    value: str = "",
    *,
    hint: str = "",
    kind: str = "text",
    required: bool = False,
    placeholder: str = "",
    fill: str = "off",
    focus: bool = False,
    mono: bool = False,
    **more: Any,
) -> Tag:
    """Show a field of one line under its label."""
    with _labelled(label, hint):
        return Tag(
            "input",
            cls="aw-inp aw-mono" if mono else "aw-inp",
            type=kind,
            name=name,
            defaultValue=value or None,
            required=required,
            placeholder=placeholder or None,
            autocomplete=fill,
            autofocus=focus,
            aria_label=label,
            aria_description=hint or None,
            spellcheck="false" if mono else None,
            **more,
        )


def text_area(
    label: str,
    name: str,
    value: str = "",
    *,
    hint: str = "",
    mono: bool = False,
    rows: int = 4,
    required: bool = False,
    placeholder: str = "",
) -> Tag:
    """Show a field of several lines under its label."""
    with _labelled(label, hint):
        return Tag(
            "textarea",
            cls="aw-inp aw-mono" if mono else "aw-inp",
            name=name,
            rows=rows,
            aria_label=label,
            aria_description=hint or None,
            defaultValue=value or None,
            required=required,
            placeholder=placeholder or None,
            spellcheck="false" if mono else None,
        )


def choice(
    label: str,
    name: str,
    options: Sequence[tuple[str, str]],
    value: str = "",
    *,
    hint: str = "",
    hidden_label: bool = False,
) -> Tag:
    """Show a list to choose one from: `options` are pairs of value and text."""

    def made() -> Tag:
        listed = Tag("select", cls="aw-inp", name=name, aria_label=label, aria_description=hint or None)
        with listed:
            for key, text in options:
                Tag("option", text, value=key, selected=key == value)
        return listed

    if hidden_label:
        return made()
    with _labelled(label, hint):
        return made()


def filter_choice(
    label: str, options: Sequence[tuple[str, str]], value: str, on_choice: Callable[[str], Awaitable[None]]
) -> Tag:
    """Show a list that narrows what is shown; `on_choice` hears of what is chosen at once."""

    async def chosen(event: GenericEventArguments) -> None:
        await on_choice(str(event.args))

    box = choice(label, label.lower(), options, value, hidden_label=True)
    return box.when("change", chosen, js="(event) => emit(event.target.value)")


def checkbox(label: str, name: str, *, on: bool = False, hint: str = "", value: str = "on") -> Tag:
    """Show a box to tick with its label beside it."""
    with Tag("label", cls="aw-check"):
        box = Tag("input", type="checkbox", name=name, value=value, checked=on)
        box.set(aria_label=label, aria_description=hint or None)
        with Tag("span"):
            Tag("span", label)
            if hint:
                Tag("span", hint, cls="aw-hint")
    return box


def radio(name: str, value: str, text: str, *, on: bool = False, hint: str = "") -> Tag:
    """Show one of several choices of which one holds, with its text beside it."""
    with Tag("label", cls="aw-check"):
        box = Tag("input", type="radio", name=name, value=value, checked=on)
        with Tag("span"):
            Tag("span", text)
            if hint:
                Tag("span", hint, cls="aw-hint")
    return box


def search(label: str, on_search: Callable[[str], Awaitable[None]], value: str = "") -> Tag:
    """Show a search field; `on_search` is called as one types, at rest."""

    async def typed(event: GenericEventArguments) -> None:
        await on_search(str(event.args or ""))

    with Tag("div", cls="aw-search"):
        icon("search")
        made = Tag(
            "input",
            cls="aw-inp",
            type="search",
            aria_label=label,
            placeholder=label,
            defaultValue=value or None,
            data_key="search",
        )
    return made.when(
        "input",
        typed,
        js="(event) => awRest(event, emit, 180)",
    )
