"""Rows of lists and tables: a name with a line below, commands at the end."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from app.web.kit.atoms import tags_markup
from app.web.kit.elements import icon_markup, markup

__all__ = ["at_end", "entry_markup", "list_markup", "named", "pressable"]


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


def pressable(name: str, value: object, text: str, ico: str, label: str, *, key: object = None) -> Markup:
    """Return a command of a row; the table hears of `value` (and of `key`) when it is pressed."""
    inner = [*([icon_markup(ico)] if ico else []), *([markup("span", text)] if text else [])]
    told = {f"data_{name}": value, "data_key": key}
    cls = f"aw-btn aw-small{'' if text else ' aw-only'}"
    title = None if text else label
    return markup("button", *inner, cls=cls, type="button", aria_label=label, title=title, **told)


def at_end(*commands: object) -> Markup:
    """Return the commands of a row, at its end."""
    return markup("div", *commands, cls="aw-acts aw-end")
