"""What comes over the page: dialogs, questions before something is destroyed, short messages."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from markupsafe import Markup, escape
from nicegui import Client, context, ui
from nicegui.helpers import expects_arguments

from aiwebtest.core.errors import AiWebTestError
from app.core.errors import Problem
from app.web.kit.atoms import button
from app.web.kit.elements import Handler, Raw, Tag, icon, prose
from app.web.kit.forms import Unfit

__all__ = ["Dialog", "Layers", "ask", "dialog", "guarded", "lay", "refusal", "shown_once", "toast"]

_SHORT_S, _LONG_S = 6.0, 20.0  # how long a message stays: read once, or to be acted on


@dataclass(frozen=True, slots=True)
class Layers:
    """Where dialogs and messages of one page in a browser are put."""

    dialogs: Tag
    toasts: Tag
    open: list[Dialog] = field(default_factory=list)


_LAYERS: WeakKeyDictionary[Client, Layers] = WeakKeyDictionary()


def lay(client: Client) -> Layers:
    """Make a page's layers, once. Dialogs go with the page that they were opened on."""
    dialogs = Tag("div")
    layers = _LAYERS[client] = Layers(dialogs, Tag("div", cls="aw-toasts", role="status", aria_live="polite"))
    shown = client.sub_pages_router.current_path

    def moved(path: str) -> None:
        nonlocal shown
        if path != shown:
            shown = path
            for each in tuple(layers.open):
                each.close()

    client.sub_pages_router.on_path_changed(moved)
    return layers


class Dialog:
    """An open dialog."""

    def __init__(self, box: Tag, layers: Layers) -> None:
        self.box, self._layers = box, layers
        self.told: Tag | None = None  # the message in it
        layers.open.append(self)

    def close(self) -> None:
        """Close it; its elements go."""
        if self in self._layers.open:
            self._layers.open.remove(self)
        if not self.box.is_deleted:
            self.box.delete()


@contextmanager
def dialog(
    title: str, *, sub: str | Markup = "", wide: bool = False, left: Callable[[], None] = lambda: None
) -> Iterator[Dialog]:
    """Open a dialog; what is made inside goes into its body. Escape and the cross close it, and then `left` is called.

    The focus goes to its first field, or to its first command, and back to where it was once the dialog is gone.
    """
    layers = _LAYERS[context.client]
    with layers.dialogs:
        box = Tag("dialog", cls="aw-dialog aw-wide" if wide else "aw-dialog", aria_label=title)
    opened = Dialog(box, layers)

    def leave() -> None:
        opened.close()
        left()

    box.when("close", leave)
    with box:
        with Tag("header"):
            with Tag("div"):
                Tag("h2", title)
                if sub:
                    Raw(escape(sub), tag="p", cls="aw-sub")
            button("", leave, ico="cross", look="ghost small", label="Close")
        with Tag("div", cls="aw-body"):
            yield opened
    context.client.run_javascript(f"awOpen('{box.html_id}')")


def ask(title: str, text: str, *, yes: str, on_yes: Callable[[], Awaitable[None]], harmful: bool = True) -> None:
    """Ask before doing something."""
    with dialog(title) as asked:
        Tag("p", text)
        with Tag("div", cls="aw-ends"):
            button("Cancel", asked.close)

            async def agreed() -> None:
                asked.close()
                await on_yes()

            button(yes, guarded(agreed), look="bad pri" if harmful else "pri")


def shown_once(title: str, text: str, told: str | Markup, done: Callable[[], None] = lambda: None) -> None:
    """Show what nobody can read again, to be copied; `done` is called when that was done, or the dialog was left."""
    with dialog(title, sub=told, left=done) as shown:
        Tag("pre", text, cls="aw-code aw-wrap", tabindex="0", aria_label=title)
        with Tag("div", cls="aw-ends"):

            def copy() -> None:
                ui.clipboard.write(text)
                toast("Copied.")

            def finished() -> None:
                shown.close()
                done()

            button("Copy", copy, ico="copy")
            button("Done", finished, look="pri")


def toast(text: str, *, state: str = "good", undo: Callable[[], Awaitable[None]] | None = None) -> None:
    """Say something for a few seconds; with `undo`, offer to take it back.

    While a dialog is open it is said in there, in the place of what was said before, and stays.
    """
    layers = _LAYERS[context.client]
    if layers.open and layers.open[-1].told is not None and not layers.open[-1].told.is_deleted:
        layers.open[-1].told.delete()
    with layers.open[-1].box if layers.open else layers.toasts:
        box = Tag("div", cls="aw-toast", data_s=state, role="alert" if layers.open else None)
        with box:
            icon({"good": "check", "note": "info"}.get(state, "alert"))
            Raw(prose(text))
            if undo is not None:

                async def undone() -> None:
                    box.delete()
                    assert undo is not None
                    await undo()

                button("Undo", guarded(undone), look="small")
            button(
                "", lambda: None if box.is_deleted else box.delete(), ico="cross", look="ghost small", label="Dismiss"
            )
        if layers.open:
            layers.open[-1].told = box
        else:
            ui.timer(
                _LONG_S if undo or state == "bad" else _SHORT_S,
                lambda: None if box.is_deleted else box.delete(),
                once=True,
            )


def guarded(handler: Handler) -> Handler:
    """Return a handler whose refusals are told with the next step, at the field that is wrong or in a message.

    It may close what it was called from, a dialog for example, and go on.
    """

    async def safely(*arguments: object) -> None:
        with context.client:
            try:
                done = handler(*arguments)
                if done is not None:
                    await done
            except (Problem, AiWebTestError) as exc:
                await _refused(exc)

    async def told(event: object) -> None:
        await safely(event)

    async def untold() -> None:
        await safely()

    return told if expects_arguments(handler) else untold


async def _refused(exc: Problem | AiWebTestError) -> None:
    """Say it at the field that is wrong, if there is one on the page, else in a message."""
    said = False
    if field := getattr(exc, "field", ""):
        labelled = isinstance(exc, Unfit)
        told = f"{exc.told}. {_advice(exc.mend)}".strip() if isinstance(exc, Unfit) else refusal(exc)
        arguments = ", ".join(map(json.dumps, (field, told.replace("`", ""), labelled)))
        with suppress(TimeoutError):
            said = await ui.run_javascript(f"awInvalid({arguments})")
    if not said:
        toast(refusal(exc), state="bad")


def refusal(exc: Problem | AiWebTestError) -> str:
    """Return what was refused, and the next step."""
    return f"{exc.what} {_advice(exc.mend)}".strip()


def _advice(mend: str) -> str:
    if mend.endswith("?"):
        return mend[:1].upper() + mend[1:]
    return f"Try: {mend}" if mend else ""
