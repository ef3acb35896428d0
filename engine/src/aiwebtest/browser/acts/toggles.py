"""Check boxes, radios and switches: made on or off, and seen to be."""

from __future__ import annotations

import asyncio

from playwright.async_api import ElementHandle

from aiwebtest.browser.acts.act import Act, Deadline
from aiwebtest.core.errors import ActionError

__all__ = ["check", "toggle", "uncheck"]

_BOX = """(element) => {
  const isBox = (e) => !!e && e.localName === "input" && (e.type === "checkbox" || e.type === "radio");
  const roles = ["checkbox", "radio", "switch", "menuitemcheckbox", "menuitemradio"].map((role) => `[role=${role}]`);
  const aria = [...roles, "[aria-checked]", "[aria-pressed]"].join();
  if (isBox(element) || element.matches(aria)) return element;
  if (isBox(element.control)) return element.control;
  const inner = element.querySelectorAll("input[type=checkbox], input[type=radio]");
  if (inner.length === 1) return inner[0];
  const label = element.closest("label");
  if (label && isBox(label.control)) return label.control;
  return element.querySelector(aria) || element.closest(aria) || element;
}"""
_STATE = """(box) => {
  const native = box.localName === "input" && (box.type === "checkbox" || box.type === "radio");
  if (native) return box.indeterminate ? null : box.checked;
  for (const name of ["aria-checked", "aria-pressed", "aria-selected"]) {
    const state = box.getAttribute(name);
    if (state !== null) return state === "mixed" ? null : state === "true";
  }
  return null;
}"""
_RADIO = "(box) => box.type === 'radio' || /radio/.test(box.getAttribute('role') || '')"
_ANSWER_S = 1.0  # how long a page may take to show the new state
_POLL_S = 0.02


async def check(act: Act) -> None:
    """Make it on."""
    await _make(act, True)


async def uncheck(act: Act) -> None:
    """Make it off."""
    await _make(act, False)


async def toggle(act: Act) -> None:
    """Make it the other way round."""
    box = (await act.target.evaluate_handle(_BOX)).as_element() or act.target
    await _switch(act, box, await box.evaluate(_STATE) is not True)


async def _make(act: Act, wanted: bool) -> None:
    box = (await act.target.evaluate_handle(_BOX)).as_element() or act.target
    if await box.evaluate(_STATE) is wanted:
        act.session.note(f"it was {'on' if wanted else 'off'} already")
        return
    await _switch(act, box, wanted)


async def _switch(act: Act, box: ElementHandle, wanted: bool) -> None:
    """Click the box, or its label where it is hidden behind a drawn one, and wait for its new state."""
    if not wanted and await box.evaluate(_RADIO):
        raise ActionError("A radio button cannot be switched off.", mend="choose another one of its group instead.")
    await (await act.clickable(box)).click(timeout=act.deadline.left_ms)
    patience = Deadline(min(_ANSWER_S, act.deadline.left_s))
    while (state := await _state(box)) is not wanted:
        if patience.passed:
            raise _unmoved(state, wanted)
        await asyncio.sleep(_POLL_S)


async def _state(box: ElementHandle) -> bool | None:
    state: bool | None = await box.evaluate(_STATE)
    return state


def _unmoved(state: bool | None, wanted: bool) -> ActionError:
    if state is None:
        return ActionError(
            "The element has no state that could be on or off.", mend="click it instead, and check what it shows."
        )
    return ActionError(
        f"It is still {'off' if wanted else 'on'} after it was clicked.",
        mend="see whether the application refuses the change, or whether another element is meant.",
    )
