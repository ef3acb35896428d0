"""Check boxes, radios and switches: made on or off, and seen to be."""

from __future__ import annotations

from aiwebtest.browser.acts.act import Act
from aiwebtest.core.errors import ActionError

__all__ = ["check", "toggle", "uncheck"]

_STATE = """(element) => {
  const isBox = (e) => e.localName === "input" && (e.type === "checkbox" || e.type === "radio");
  let box = isBox(element) ? element : null;
  if (!box && element.control && isBox(element.control)) box = element.control;
  if (!box) box = element.querySelector("input[type=checkbox], input[type=radio]");
  if (!box) {
    const label = element.closest("label");
    if (label && label.control && isBox(label.control)) box = label.control;
  }
  if (box) return box.checked;
  const aria = "[aria-checked], [aria-pressed], [aria-selected]";
  const owner = element.matches(aria) ? element : element.closest(aria) || element.querySelector(aria);
  if (!owner) return null;
  const state = ["aria-checked", "aria-pressed", "aria-selected"].map((name) => owner.getAttribute(name));
  return state.find((value) => value !== null) === "true";
}"""
_CLICKABLE = """(element) => {
  const box = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  const shown = style.visibility === "visible" && style.opacity !== "0" && style.pointerEvents !== "none";
  const drawn = shown && box.width > 1 && box.height > 1;
  const label = element.labels && element.labels[0];
  return drawn || !label ? element : label;
}"""


async def check(act: Act) -> None:
    """Make it on."""
    await _make(act, True)


async def uncheck(act: Act) -> None:
    """Make it off."""
    await _make(act, False)


async def toggle(act: Act) -> None:
    """Make it the other way round."""
    before = await act.ask(_STATE)
    await _press(act)
    if before is not None:
        await _verify(act, not before)


async def _make(act: Act, wanted: bool) -> None:
    before = await act.ask(_STATE)
    if before is wanted:
        act.session.note(f"it was {'on' if wanted else 'off'} already")
        return
    await _press(act)
    await _verify(act, wanted)


async def _press(act: Act) -> None:
    """Click the box, or its label where the box itself is hidden behind a drawn one."""
    handle = (await act.target.evaluate_handle(_CLICKABLE)).as_element()
    await (handle or act.target).click(timeout=act.deadline.left_ms)


async def _verify(act: Act, wanted: bool) -> None:
    after = await act.ask(_STATE)
    if after is None:
        raise ActionError(
            "The element has no state that could be on or off.", mend="click it instead, and check what it shows."
        )
    if after is not wanted:
        raise ActionError(
            f"It is still {'off' if wanted else 'on'} after it was clicked.",
            mend="see whether the application refuses the change, or whether another element is meant.",
        )
