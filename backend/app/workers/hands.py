"""A person's hands on a page: clicks and keys from the picture, and what they were meant for, written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from playwright.async_api import ElementHandle, Page
from playwright.async_api import Error as PlaywrightError

from aiwebtest.browser.pointed import focused, pointed_at, value_of
from aiwebtest.browser.session import Session
from aiwebtest.browser.snapshot import element, take_snapshot
from aiwebtest.core.errors import ActionError
from aiwebtest.core.snapshot import Flag, Node, Snapshot
from app.schemas.recording import RecordedEvent
from app.services.pointing import told

__all__ = ["Hands"]

_MOST = 500  # events of a recording
_SETTLE_S = 1.0
_BOXES = frozenset({"checkbox", "switch", "menuitemcheckbox"})
_KEPT_KEYS = frozenset({"Enter", "Escape"})
_EDITING = frozenset({"Backspace", "Delete", "Control+a", "Control+x", "Control+v", "Control+z"})
_DIALOG_S = 5.0
_SAID_TO_CLICK = frozenset("button link tab menuitem option checkbox radio switch treeitem img".split())
_FEW, _SHORT = 4, 80  # nodes and characters of a text that one may mean to click


@dataclass
class _Typing:
    """A field that is being typed into, as it was when that began."""

    field: ElementHandle
    node: Node
    snapshot: Snapshot


class Hands:
    """Does in a session what a person does in its picture. `events` is what a test would have to say of it.

    Places are shares of the picture, 0 to 1. `secrets` are the values that stored secrets have, by name: what is typed
    and equals one is written down as its name.
    """

    def __init__(self, session: Session, secrets: Mapping[str, str], changed: Callable[[], None]) -> None:
        self.events: list[RecordedEvent] = []
        self.unclear: list[int] = []  # places of events whose sentence may mean something else as well
        self._session, self._secrets, self._changed = session, secrets, changed
        self._typing: _Typing | None = None
        self._typing_goes_on = False  # the last event is of the field that is typed into now
        self._select: tuple[Node, Snapshot] | None = None

    @property
    def page(self) -> Page:
        """Return the tab that the session is in."""
        return self._session.page

    async def click(self, x: float, y: float, *, count: int = 1, button: str = "left") -> dict[str, Any]:
        """Click a place. A native list is not opened: its choices are the answer, for `choose`."""
        left, top = self._place(x, y)
        snapshot, node = await self._pointed(left, top)
        if node is not None and node.tag == "select" and button == "left":
            self._select, self._typing = (node, snapshot), None
            return {"choices": node.extra.get("options", "").split("\n"), "name": node.label or node.name}
        self._typing = None
        await self._press(left, top, count, button)
        if node is not None and _worth_telling(node, snapshot):
            await self._note_click(node, snapshot, count, button)
        return {}

    async def choose(self, label: str) -> dict[str, Any]:
        """Choose an option of the list that was clicked last."""
        if self._select is None:
            raise ActionError("No list is open.", mend="click a list first.")
        (node, snapshot), self._select = self._select, None
        handle = await element(self.page, snapshot, node.ref)
        await self._session.prompts.race(handle.select_option(label=label))
        await self._after()
        self._note("select", node, snapshot, value=label)
        return {}

    async def move(self, x: float, y: float) -> None:
        """Move the mouse: menus that open under it do."""
        await self.page.mouse.move(*self._place(x, y))

    async def hover(self, x: float, y: float) -> dict[str, Any]:
        """Move the mouse over something and write that down."""
        left, top = self._place(x, y)
        snapshot, node = await self._pointed(left, top)
        await self.page.mouse.move(left, top)
        if node is not None:
            self._note("hover", node, snapshot)
        return {}

    async def see(self, x: float, y: float) -> dict[str, Any]:
        """Write down that the text at a place is to be seen."""
        snapshot, node = await self._pointed(*self._place(x, y))
        text = " ".join((snapshot.text_of(node) or node.name).split())[:200] if node is not None else ""
        if node is None or not text:
            raise ActionError("There is no text to check at that place.", mend="click a word that the page shows.")
        self._note("see", node, snapshot, value=text)
        return {}

    async def wheel(self, x: float, y: float, down: float) -> None:
        """Turn the wheel by so many pixels."""
        await self.page.mouse.move(*self._place(x, y))
        await self.page.mouse.wheel(0, down)

    async def type(self, text: str, *, secret: str = "") -> dict[str, Any]:
        """Type into the field that has the cursor; with `secret`, that secret's value in the place of what is there."""
        await self._begin_typing()
        if secret:
            await self.page.keyboard.press("Control+a")
            self._hide()
        value = self._secrets[secret] if secret else text
        await self._session.prompts.race(
            self.page.keyboard.insert_text(value) if secret else self.page.keyboard.type(value)
        )
        await self._note_typed()
        return {}

    def _hide(self) -> None:
        """Let the field's place be painted over in every picture from now on, unless it shows dots anyway."""
        if self._typing is None:
            raise ActionError("No field has the cursor.", mend="click the field first.")
        self._session.secret_fields.append(self._typing.field)
        self._session.secret_shown = self._session.secret_shown or self._typing.node.type != "password"

    async def press(self, key: str) -> dict[str, Any]:
        """Press a key, such as "Enter" or "Control+a"."""
        if key in _EDITING:
            await self._begin_typing()
        typing = self._typing
        await self._session.prompts.race(self.page.keyboard.press(key))
        if key in _EDITING:
            await self._note_typed()
        elif key in _KEPT_KEYS:
            self._typing = None
            if typing is not None and key == "Enter":
                self._note("press", typing.node, typing.snapshot, key=key)
            else:
                self._add(RecordedEvent(kind="press", key=key))
            await self._after()
        else:
            self._typing = None
        return {}

    async def go(self, url: str) -> dict[str, Any]:
        """Open an address."""
        self._typing = None
        await self._session.goto(url)
        self._add(RecordedEvent(kind="navigate", url=self.page.url))
        return {}

    async def back(self) -> dict[str, Any]:
        """Go one page back."""
        self._typing = None
        await self._session.prompts.race(self.page.go_back(wait_until="domcontentloaded", timeout=10_000))
        self._add(RecordedEvent(kind="back"))
        return {}

    async def answer(self, *, accept: bool, text: str = "") -> dict[str, Any]:
        """Answer the browser dialog that is open."""
        await self._session.prompts.answer(accept, text or None, timeout_s=_DIALOG_S)
        self._add(RecordedEvent(kind="accept" if accept else "dismiss", value=text if accept else ""))
        await self._after()
        return {}

    def forget(self, places: list[int]) -> dict[str, Any]:
        """Take events out of what is written down."""
        for place in sorted(places, reverse=True):
            if 0 <= place < len(self.events):
                del self.events[place]
                self.unclear = [one - (one > place) for one in self.unclear if one != place]
        self._typing = None
        self._changed()
        return {}

    # --- what was meant -----------------------------------------------------------------------------------------------

    def _place(self, x: float, y: float) -> tuple[float, float]:
        size = self.page.viewport_size or {"width": 1280, "height": 720}
        return x * size["width"], y * size["height"]

    async def _pointed(self, left: float, top: float) -> tuple[Snapshot, Node | None]:
        if self._session.dialogs_open:
            raise ActionError("A dialog of the browser is open.", mend="answer it first.")
        snapshot = await take_snapshot(self.page)
        return snapshot, await pointed_at(self.page, snapshot, left, top)

    async def _press(self, left: float, top: float, count: int, button: str) -> None:
        mouse = self.page.mouse

        async def pressed() -> None:
            await mouse.move(left, top)
            await mouse.down(button=button, click_count=count)  # type: ignore[arg-type]
            await mouse.up(button=button, click_count=count)  # type: ignore[arg-type]

        await self._session.prompts.race(pressed())
        await self._after()

    async def _after(self) -> None:
        await self._session.settle(_SETTLE_S)
        self._session.follow()

    async def _note_click(self, node: Node, snapshot: Snapshot, count: int, button: str) -> None:
        if count == 2 and self.events and self.events[-1].kind == "click":
            self._drop_last()
            self._note("double-click", node, snapshot)
        elif button == "right":
            self._note("right-click", node, snapshot)
        elif node.role in _BOXES:
            self._note("uncheck" if node.has(Flag.CHECKED) else "check", node, snapshot)
        elif count == 1:
            self._note("click", node, snapshot)

    async def _begin_typing(self) -> None:
        if self._typing is not None or self._session.dialogs_open:
            return
        snapshot = await take_snapshot(self.page)
        field = await focused(self.page)
        node = next((one for one in snapshot.nodes if one.has(Flag.FOCUSED | Flag.EDITABLE)), None)
        if field is not None and node is not None:
            self._typing = _Typing(field, node, snapshot)

    async def _note_typed(self) -> None:
        typing = self._typing
        if typing is None:
            return
        try:
            value = await value_of(typing.field)
        except PlaywrightError:  # typing led to another page
            self._typing = None
            return
        if self.events and self.events[-1].kind == "type" and self._typing_goes_on:
            self._drop_last()
        name = next((name for name, secret in self._secrets.items() if len(secret) > 3 and secret == value), "")
        if not name and typing.node.type == "password":
            name = _as_name(typing.node.label or typing.node.name or "password")
        self._note("type", typing.node, typing.snapshot, **({"secret": name} if name else {"value": value[:2000]}))
        self._typing_goes_on = True

    def _note(self, kind: str, node: Node, snapshot: Snapshot, **values: Any) -> None:
        event, clear = told(kind, node, snapshot, **values)
        self._add(event, clear=clear)

    def _add(self, event: RecordedEvent, *, clear: bool = True) -> None:
        if len(self.events) >= _MOST:
            raise ActionError(f"A recording has {_MOST} steps at most.", mend="save it, and go on in another test.")
        self._typing_goes_on = False
        if not clear:
            self.unclear.append(len(self.events))
        self.events.append(event)
        self._changed()

    def _drop_last(self) -> None:
        self.events.pop()
        self.unclear = [one for one in self.unclear if one != len(self.events)]


def _worth_telling(node: Node, snapshot: Snapshot) -> bool:
    """Tell whether a click there can have been meant: not one beside everything, that hits a whole part of the page."""
    if node.role in _SAID_TO_CLICK or node.flags & int(Flag.CLICKABLE | Flag.EDITABLE):
        return True
    return node.end - node.ref <= _FEW and 0 < len(snapshot.text_of(node)) <= _SHORT


def _as_name(text: str) -> str:
    """Return a name for a secret that is not stored yet: the owner sees in the test what is to be stored."""
    kept = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in text.upper()).strip("_")
    return kept[:60] if kept and not kept[0].isdigit() else "PASSWORD"
