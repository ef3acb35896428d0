"""Rows of lists and tables: a name with a line below, commands at the end, and what is done when they are pressed."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup
from nicegui.events import GenericEventArguments

from app.web.kit.atoms import tags_markup
from app.web.kit.elements import Handler, Raw, icon_markup, markup
from app.web.kit.overlays import guarded

__all__ = ["at_end", "entry_markup", "list_markup", "named", "pressable", "when_pressed"]


def named(text: str, to: str = "", *, sub: object = "", tags: Iterable[str] = ()) -> Markup:
    """Return a table's cell: a name, which leads to `to`, with `sub` and tags below."""
    name = markup("a", text, href=to) if to else markup("b", text)
    below = markup("span", sub, cls="aw-sub") if sub else None
    return markup("div", name, below, tags_markup(tags) if (tags := list(tags)) else None, cls="aw-name")


def entry_markup(
    text: str, to: str = "", *, sub: object = "", start: object = None, end: object = None, download: bool = False
) -> Markup:
    """Return a list's row: a name, which leads to `to`, with `sub` below; more before and after it."""
    name = markup("a", text, href=to, download=download) if to else markup("b", text)
    below = markup("span", sub, cls="aw-sub") if sub else None
    return markup("li", start, markup("div", name, below, cls="aw-grow"), end)


def list_markup(rows: Iterable[Markup], *, label: str = "") -> Markup:
    """Return rows one below the other."""
    return markup("ul", *rows, cls="aw-list", aria_label=label or None)


def pressable(
    name: str, value: object, text: str, ico: str, label: str, *, key: object = None, pressed: bool | None = None
) -> Markup:
    """Return a command of a row; the table hears of `value` (and of `key`) when it is pressed.

    `pressed` is told of one that says how something is.
    """
    inner = [*([icon_markup(ico)] if ico else []), *([markup("span", text)] if text else [])]
    told = {f"data_{name}": value, "data_key": key}
    cls = f"aw-btn aw-small{'' if text else ' aw-only'}"
    title = None if text else label
    return markup(
        "button", *inner, cls=cls, type="button", aria_label=label, title=title, aria_pressed=_said(pressed), **told
    )


def _said(pressed: bool | None) -> str | None:
    return None if pressed is None else str(pressed).lower()


def when_pressed(box: Raw, do: Handler, *names: str) -> None:
    """Call `do` when a command in `box` is pressed; the event's `args` are its values of these names, in this order.

    Pressed again while that is at work, the same command does nothing.
    """
    at_work: list[object] = []

    async def pressed(event: GenericEventArguments) -> None:
        if event.args in at_work:
            return
        at_work.append(event.args)
        try:
            if (done := do(event)) is not None:
                await done
        finally:
            at_work.remove(event.args)

    told = ", ".join(f"'{name}'" for name in names)
    box.when("click", guarded(pressed), js=f"(event) => awPressed(event, emit, {told})")


def at_end(*commands: object) -> Markup:
    """Return the commands of a row, at its end."""
    return markup("div", *commands, cls="aw-acts aw-end")
