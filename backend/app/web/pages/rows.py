"""What tables of several pages share: commands in a row."""

from __future__ import annotations

from markupsafe import Markup

from app.web import kit
from app.web.kit.elements import markup

__all__ = ["at_end", "pressable"]


def pressable(name: str, value: object, text: str, ico: str, label: str, *, key: object = None) -> Markup:
    """Return a command of a row; the table hears of `value` (and of `key`) when it is pressed."""
    inner = [kit.icon_markup(ico), *([markup("span", text)] if text else [])]
    told = {f"data_{name}": value, "data_key": key}
    cls = f"aw-btn aw-small{'' if text else ' aw-only'}"
    title = None if text else label
    return markup("button", *inner, cls=cls, type="button", aria_label=label, title=title, **told)


def at_end(*commands: object) -> Markup:
    """Return the commands of a row, at its end."""
    return markup("div", *commands, cls="aw-acts aw-end")
