"""Elements: any tag with text and attributes, markup made elsewhere, icons.

The one place that touches NiceGUI's inside.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Self
from weakref import WeakKeyDictionary

from markupsafe import Markup, escape
from nicegui import Client, context
from nicegui.element import Element
from nicegui.elements.mixins.text_element import TextElement
from nicegui.helpers import expects_arguments

from aiwebtest.core.code_spans import code_spans

__all__ = [
    "Handler",
    "Raw",
    "Tag",
    "ask_before_each",
    "icon",
    "icon_markup",
    "markup",
    "once_at_a_time",
    "prose",
    "set_attributes",
    "steady",
]

Handler = Callable[..., Awaitable[None] | None]
_MOMENT_S = 0.4


def set_attributes(element: Element, **attributes: Any) -> None:
    """Set attributes of an element, by Python names: `aria_label`. None and False take one away."""
    for name, value in attributes.items():
        key = name.rstrip("_").replace("_", "-")
        if value is None or value is False:
            element._props.pop(key, None)  # noqa: SLF001 - `props()` reads values as a language
        else:
            element._props[key] = value  # noqa: SLF001


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who tells whether what is done on a page still counts; asked in turns, so that events keep their order."""

    look: Callable[[], Awaitable[bool]]
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


_ASKED: WeakKeyDictionary[Client, _Asked] = WeakKeyDictionary()


def ask_before_each(client: Client, look: Callable[[], Awaitable[bool]]) -> None:
    """Ask `look` before anything that is done on a page of this browser is heard: only what it allows is."""
    _ASKED[client] = _Asked(look)


async def _heard() -> bool:
    asked = _ASKED.get(context.client)
    if asked is None:
        return True
    async with asked.turn:
        return await asked.look()


def steady(handler: Handler) -> Handler:
    """Return a handler that may remove what it was called from, a dialog or a line, and go on with the page.

    What takes longer than a moment is seen to go on, at the top of the page.
    """

    async def told(event: object) -> None:
        with context.client:
            if await _heard() and (done := handler(event)) is not None:
                await _seen(done)

    async def untold() -> None:
        with context.client:
            if await _heard() and (done := handler()) is not None:
                await _seen(done)

    return told if expects_arguments(handler) else untold


async def _seen(doing: Awaitable[None]) -> None:
    client, told = context.client, False

    def tell() -> None:
        nonlocal told
        told = True
        client.run_javascript("awBusy(1)")

    soon = asyncio.get_running_loop().call_later(_MOMENT_S, tell)
    try:
        await doing
    finally:
        soon.cancel()
        if told:
            client.run_javascript("awBusy(-1)")


def once_at_a_time(handler: Handler) -> Handler:
    """Return a handler that is not called again while it is still at work: what is pressed twice is done once."""
    at_work = False

    async def once(*events: object) -> None:
        nonlocal at_work
        if at_work:
            return
        at_work = True
        try:
            if (done := handler(*events)) is not None:
                await done
        finally:
            at_work = False

    async def told(event: object) -> None:
        await once(event)

    async def untold() -> None:
        await once()

    return told if expects_arguments(handler) else untold


class _Plain(Element):
    """What all our elements can: attributes by Python names, and events."""

    def set(self, **attributes: Any) -> Self:
        """Set attributes; None and False take them away."""
        set_attributes(self, **attributes)
        return self

    def when(self, event: str, handler: Handler | None, *, js: str | None = None) -> Self:
        """Call `handler` when `event` happens; `js` is an arrow function that may call `emit(value)`."""
        steadied = None if handler is None else steady(handler)
        if js is None:
            self.on(event, steadied, [])
        else:
            self.on(event, steadied, js_handler=js)
        return self


class Tag(_Plain, TextElement):
    """An element of any tag: `Tag("h2", "Steps", cls="aw-sub", aria_label="...")`.

    Attributes are written as Python names: `_` becomes `-`, one at the end is dropped, None and False leave it out.
    """

    def __init__(self, tag: str, text: str = "", *, cls: str = "", **attributes: Any) -> None:
        super().__init__(tag=tag, text=text)
        if cls:
            self.classes(cls)
        self.set(**attributes)

    def say(self, text: str) -> Self:
        """Change the text."""
        if self.text != text:
            self.text = text
        return self


class Raw(_Plain):
    """An element whose content is markup that was escaped where it was made.

    It is one element for NiceGUI, however much it holds: what never changes by itself is cheapest this way.
    """

    def __init__(self, content: Markup, *, tag: str = "div", cls: str = "", **attributes: Any) -> None:
        super().__init__(tag=tag)
        if cls:
            self.classes(cls)
        self.set(**attributes)
        self.show(content)

    def show(self, content: Markup) -> None:
        """Show other markup."""
        if not isinstance(content, Markup):
            raise TypeError("markup must be escaped first")
        self._props["innerHTML"] = str(content)


def icon_markup(name: str) -> Markup:
    """Return an icon of the sprite as markup, hidden from screen readers: the text beside it or a label says it."""
    return Markup('<svg class="aw-i" aria-hidden="true"><use href="/assets/icons.svg#{}"></use></svg>').format(name)


def icon(name: str) -> Raw:
    """Show an icon of the sprite."""
    return Raw(
        Markup('<use href="/assets/icons.svg#{}"></use>').format(name), tag="svg", cls="aw-i", aria_hidden="true"
    )


def prose(text: str) -> Markup:
    """Return a message as markup: what stands between backticks is code."""
    parts = (markup("code", part, cls="aw-word") if code else escape(part) for part, code in code_spans(text))
    return Markup("").join(parts)


def markup(tag: str, *content: object, cls: str = "", **attributes: object) -> Markup:
    """Return an element as markup; what is not markup already is escaped."""
    given = {"class": cls or None, **{name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}}
    told = Markup("").join(
        Markup(' {}="{}"').format(name, "" if value is True else value)
        for name, value in given.items()
        if value is not None and value is not False
    )
    inner = Markup("").join(escape(part) for part in content if part is not None)
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(tag), told, inner)  # noqa: S704 - people write no tags
