"""Browser dialogs (alert, confirm, prompt): seen, held open, answered. An action that opens one does not hang."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

from playwright.async_api import BrowserContext, Dialog
from playwright.async_api import Error as PlaywrightError

from aiwebtest.browser.reading import block, patiently, unblock
from aiwebtest.core.errors import ActionError
from aiwebtest.core.facts import DialogSeen

__all__ = ["Dialogs", "let_go"]

_HARMLESS = frozenset({"alert", "beforeunload"})  # one answer only, or asked by us to leave


def let_go(task: asyncio.Future[Any]) -> None:
    """Cancel what nobody waits for any longer; how it ends, as by the tab going away under it, is nobody's business."""
    task.cancel()
    task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())


class Dialogs:
    """The dialogs of one context. While one is open, its page runs no script and answers no question of ours."""

    def __init__(self, context: BrowserContext) -> None:
        self.seen: list[DialogSeen] = []
        self.opened = asyncio.Event()
        self._leaving = False
        self._racing = False
        self._open: list[tuple[int, Dialog]] = []  # position in `seen`
        self._held: asyncio.Task[Any] | None = None
        self._context = context
        context.on("dialog", self._on_dialog)

    @property
    def current(self) -> DialogSeen | None:
        """Return the dialog that is open now."""
        return self.seen[self._open[-1][0]] if self._open else None

    @contextmanager
    def waved_through(self) -> Iterator[None]:
        """While the page is left on purpose, answer its objections (beforeunload) with "leave"."""
        self._leaving = True
        try:
            yield
        finally:
            self._leaving = False

    async def race(self, action: Coroutine[Any, Any, Any]) -> bool:
        """Run `action` to its end, or until a dialog opens; then return True and hold what is left of it."""
        if self._racing:  # part of an action that is raced as a whole
            await action
            return False
        task = asyncio.ensure_future(patiently(action))
        opened = asyncio.ensure_future(self.opened.wait())
        self._racing = True
        try:
            await asyncio.wait({task, opened}, return_when=asyncio.FIRST_COMPLETED)
            if task.done() or not self._open:
                await task
            else:
                self._held = task
        finally:
            if self._held is not task:
                let_go(task)
            self._racing = False
            opened.cancel()
        return bool(self._open)

    async def answer(self, accept: bool, text: str | None = None, *, timeout_s: float) -> None:
        """Answer the open dialog, waiting for one to open, and let the held action end.

        Raises:
            ActionError: none opened in time, or the held action failed.
        """
        try:
            await asyncio.wait_for(self.opened.wait(), timeout_s)
        except TimeoutError:
            word = "accept" if accept else "dismiss"
            raise ActionError(
                f"There is no browser dialog to {word}.",
                mend="check that the step before opens an alert, confirm or prompt; "
                "for a dialog drawn by the page itself, say which of its buttons to click.",
            ) from None
        await self._answer(accept, text)
        held, self._held = self._held, None
        if held is None:
            return
        if await self.race(_ended(held, timeout_s)):  # it opened the next one
            self._held = held

    async def clear(self) -> list[str]:
        """Answer what has but one answer, and return a note for each.

        Raises:
            ActionError: a confirm or prompt waits for an answer that only the test's author can give.
        """
        notes = []
        while (dialog := self.current) is not None:
            if dialog.kind not in _HARMLESS:
                raise ActionError(
                    f'The {dialog.kind} "{dialog.text}" is open and waits for an answer.',
                    mend='say "accept the dialog" or "dismiss the dialog" before this step.',
                )
            await self.answer(True, timeout_s=5)
            notes.append(f'accepted the {dialog.kind} "{dialog.text}"')
        return notes

    async def drop(self) -> None:
        """Give up whatever is open, at the end of a case."""
        opened, self._open = self._open, []
        unblock(self._context)
        for _, dialog in opened:
            with suppress(PlaywrightError):
                await dialog.dismiss()
        held, self._held = self._held, None
        if held is not None:
            let_go(held)

    async def _answer(self, accept: bool, text: str | None) -> None:
        index, dialog = self._open.pop()
        self.seen[index] = replace(self.seen[index], open=False, answer="accepted" if accept else "dismissed")
        if not self._open:
            self.opened.clear()
            unblock(self._context)
        with suppress(PlaywrightError):  # its page went away meanwhile, and the dialog with it
            await (dialog.accept(text or "") if accept else dialog.dismiss())

    async def _on_dialog(self, dialog: Dialog) -> None:
        self.seen.append(
            DialogSeen(kind=dialog.type, text=dialog.message, default=dialog.default_value or "", open=True)
        )
        self._open.append((len(self.seen) - 1, dialog))
        if dialog.type == "beforeunload" and self._leaving:
            await self._answer(True, None)
        else:
            self.opened.set()
            block(self._context)


async def _ended(task: asyncio.Task[Any], timeout_s: float) -> None:
    await asyncio.wait_for(asyncio.shield(task), timeout_s)
