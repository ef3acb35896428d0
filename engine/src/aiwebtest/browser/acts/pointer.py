"""Actions of the pointer: click, hover, drag."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import FloatRect

from aiwebtest.browser.acts import choose
from aiwebtest.browser.acts.act import Act
from aiwebtest.browser.acts.stepping import step
from aiwebtest.browser.acts.unfold import is_so_already, unfold
from aiwebtest.browser.element import AnyElement
from aiwebtest.core.errors import ActionError, LeftMidway, UsageError

__all__ = ["click", "double_click", "drag", "focus", "hover", "right_click"]

_FOCUS = """(element) => {
  let came = false;  // the page may pass it on at once
  element.addEventListener("focus", () => { came = true; }, { once: true, capture: true });
  element.focus();
  return came || element.matches(":focus, :focus-within");
}"""
_NUMBER = "(element) => window[Symbol.for('aiwebtest')].numberOf(element)"
_LANE = """(to, number) => {  // the list under a title: like the one that the dragged thing stands in
  const awt = window[Symbol.for("aiwebtest")];
  const home = (awt.element(number) || to).parentElement;
  if (!home || to.nodeType !== 1 || to.matches("ul, ol") || home === to.parentElement) return null;
  const alike = (one) => one !== home && one.localName === home.localName && home.classList.length
    && [...home.classList].some((name) => one.classList.contains(name)) && one.getClientRects().length;
  if (alike(to)) return null;
  for (let up = to, i = 0; up && !up.contains(home) && i < 4; up = up.parentElement, i++) {
    const lanes = [...up.querySelectorAll(home.localName)].filter(alike);
    const outer = lanes.filter((one) => !lanes.some((other) => other !== one && other.contains(one)));
    if (outer.length) return outer.length === 1 && !outer[0].contains(to) ? awt.numberOf(outer[0]) : null;
  }
  return null;
}"""
_GRIP = """(element) => {  // the number of the one part of it that shows that it is taken there, "⠿" for example
  const carries = (one) => /^(move|grab|-webkit-grab)$/.test(getComputedStyle(one).cursor);
  if (element.nodeType !== 1 || carries(element)) return null;
  const shows = (one) => carries(one) || /^[⠿⣿☰≡⋮]{1,2}$/.test(one.textContent.trim())
    || one.matches("[class*=drag-handle], [class*=grip]");
  const grips = [...element.querySelectorAll("*")].filter((one) => one.getClientRects().length && shows(one));
  const outer = grips.filter((one) => !grips.some((other) => other !== one && other.contains(one)));
  return outer.length === 1 ? window[Symbol.for("aiwebtest")].numberOf(outer[0]) : null;
}"""
_NUDGE_PX = 6  # a drag begins only after a few pixels, so that a click is not one
_STEPS = 8
_EDGE = 0.15  # share of an element's length that counts as its near or far edge


async def click(act: Act) -> None:
    """Click, as often as the sentence says; an option of a list is chosen, a hidden box clicked by its label."""
    if await is_so_already(act) or (act.intent.makes in ("raised", "lowered") and await step(act)):
        return
    if act.intent.makes in ("expanded", "collapsed"):
        await unfold(act)
        return
    pressing = await act.first("pressing")
    if pressing["option"] is not None:
        await choose.select(replace(act, intent=replace(act.intent, values=(pressing["option"],))))
        return
    element = act.target if pressing["itself"] else await act.element_number(pressing["n"])
    if pressing["entry"]:
        await choose.approach(act, element)
    for done in range(act.times):
        if done and not await _is_there(element):
            raise LeftMidway(done)
        await element.click(timeout=act.deadline.left_ms)


async def _is_there(element: AnyElement) -> bool:
    """Tell whether an element is on the page still: each click may draw the list anew that it stands in."""
    with suppress(PlaywrightError):
        return bool(await element.evaluate("(element) => element?.isConnected"))
    return False


async def double_click(act: Act) -> None:
    """Click twice within the time that makes it one gesture."""
    await act.target.dblclick(timeout=act.deadline.left_ms)


async def right_click(act: Act) -> None:
    """Press the secondary button: the context menu."""
    await act.target.click(button="right", timeout=act.deadline.left_ms)


async def hover(act: Act) -> None:
    """Move the pointer over the element."""
    await act.target.hover(timeout=act.deadline.left_ms)


async def focus(act: Act) -> None:
    """Put the keyboard focus on the element."""
    if not await act.target.evaluate(_FOCUS):
        raise ActionError("The element does not take the focus.", mend="focus a field, button or link, or click it.")


async def drag(act: Act) -> None:
    """Press on the element, move over to the destination as a hand would, and let go there.

    The same moves serve pages that follow the pointer and pages that use the browser's drag and drop.
    """
    if act.to is None and act.intent.offset is None:
        raise UsageError(f'"{act.intent.text}" does not say where to drag it.', mend="name the place, or the distance.")
    if act.to is not None and act.intent.side is None:
        lane = await act.to.evaluate(_LANE, await act.ask(_NUMBER))
        act = act if lane is None else replace(act, to=await act.element_number(lane))
    mouse = act.page.mouse
    grip = await act.ask(_GRIP)
    held = act.target if grip is None else await act.element_number(grip)
    await held.hover(timeout=act.deadline.left_ms)  # scrolls to it, waits until it stands still and is free
    start_x, start_y = _middle(await _box(held))
    await mouse.move(start_x, start_y)
    await mouse.down()
    try:
        end_x, end_y = await _end(act, start_x, start_y)
        nudge = _NUDGE_PX if end_x >= start_x else -_NUDGE_PX
        await mouse.move(start_x + nudge, start_y + (_NUDGE_PX if end_y >= start_y else -_NUDGE_PX))
        if act.to is not None:
            end_x, end_y = await _within_view(act, start_x, start_y)
        await mouse.move(end_x, end_y, steps=_STEPS)
        if act.to is not None:  # what was dragged may have made room: go to where the destination is now
            end_x, end_y = await _end(act, start_x, start_y)
        await mouse.move(end_x, end_y)
    finally:
        await mouse.up()


async def _end(act: Act, start_x: float, start_y: float) -> tuple[float, float]:
    if act.to is None:
        across, down = act.intent.offset or (0.0, 0.0)
        return start_x + across, start_y + down
    box = await _box(act.to)
    x, y = _middle(box)
    if act.intent.side is None:
        return x, y
    share = _EDGE if act.intent.side == "before" else 1 - _EDGE
    if abs(y - start_y) >= abs(x - start_x):
        return x, box["y"] + box["height"] * share
    return box["x"] + box["width"] * share, y


async def _within_view(act: Act, start_x: float, start_y: float) -> tuple[float, float]:
    """Bring the destination into view while the thing is held: with the wheel, as a hand would."""
    for _ in range(20):
        x, y = await _end(act, start_x, start_y)
        size = act.page.viewport_size or {"width": 1280, "height": 720}
        if 0 <= y < size["height"]:
            return x, y
        await act.page.mouse.wheel(0, y - size["height"] / 2)
    return x, y


async def _box(element: AnyElement) -> FloatRect:
    box = await element.bounding_box()
    if box is None:
        raise ActionError("What is dragged, or where to, is not visible.", mend="do first what shows it.")
    return box


def _middle(box: FloatRect) -> tuple[float, float]:
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
