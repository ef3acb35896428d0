"""Check boxes, radios and switches: made on or off, and seen to be."""

from __future__ import annotations

import asyncio
from typing import Any

from aiwebtest.browser.acts.act import Act, Deadline
from aiwebtest.browser.reading import read
from aiwebtest.core.errors import ActionError

__all__ = ["check", "toggle", "uncheck"]

_ANSWER_S = 1.0  # how long a page may take to show the new state
_POLL_S = 0.02
_IS_SHOWN = "(element) => element.getClientRects().length > 0"


async def check(act: Act) -> None:
    """Make it on."""
    await _make(act, True)


async def uncheck(act: Act) -> None:
    """Make it off."""
    await _make(act, False)


async def toggle(act: Act) -> None:
    """Make it the other way round."""
    box = await act.first("box")
    await _switch(act, box, box["on"] is not True)


async def _make(act: Act, wanted: bool) -> None:
    box = await act.first("box")
    if box["on"] is wanted:
        act.session.note(f"it was {'on' if wanted else 'off'} already")
        return
    await _switch(act, box, wanted)


async def _switch(act: Act, box: dict[str, Any], wanted: bool) -> None:
    """Click the box, or its label where it is hidden behind a drawn one, and wait for its new state."""
    if not wanted and box["radio"]:
        raise ActionError("A radio button cannot be switched off.", mend="choose another one of its group instead.")
    handle = act.target if box["itself"] else await act.element_number(box["n"])
    pressed = handle if box["by"] < 0 else await act.element_number(box["by"])
    await pressed.click(timeout=act.deadline.left_ms)
    patience = Deadline(min(_ANSWER_S, act.deadline.left_s))
    while (box := await act.last("box", handle)) and box["on"] is not wanted:
        if box["on"] is None and not await read(handle, _IS_SHOWN):
            return  # a menu that closed with the choice made in it
        if patience.passed:
            raise _unmoved(box["on"], wanted)
        await asyncio.sleep(_POLL_S)


def _unmoved(state: bool | None, wanted: bool) -> ActionError:
    if state is None:
        return ActionError(
            "The element has no state that could be on or off.", mend="click it instead, and check what it shows."
        )
    return ActionError(
        f"It is still {'off' if wanted else 'on'} after it was clicked.",
        mend="see whether the application refuses the change, or whether another element is meant.",
    )
