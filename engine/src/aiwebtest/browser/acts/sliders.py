"""Sliders and spinners that the page draws: moved by keys, else by the pointer, until they show the value."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from aiwebtest.browser.acts.act import Act, Deadline
from aiwebtest.browser.element import AnyElement
from aiwebtest.browser.reading import read, read_handle
from aiwebtest.core.errors import ActionError

__all__ = ["slide"]

_HANDLE = """(element) => {
  if (element.matches("[role=slider], [role=spinbutton]")) return element;
  const aria = element.querySelector("[role=slider], [role=spinbutton]");
  if (aria) return aria;
  const focusable = element.matches("[tabindex]") ? element : element.querySelector("[tabindex]");
  return focusable || element.querySelector("[class*=handle], [class*=thumb], [draggable=true]") || element;
}"""
_SHOWN = """(handle) => {
  const now = handle.localName === "input" ? handle.value || "0" : handle.getAttribute("aria-valuenow");
  return now === null || now === "" || isNaN(+now) ? null : +now;
}"""
_FOCUSED = "(handle) => handle.matches(':focus')"
_SPINS = "(handle) => handle.getAttribute('role') === 'spinbutton'"
_TRACK = """(handle) => {
  const own = handle.getBoundingClientRect();
  for (let up = handle.parentElement, i = 0; up && i < 4; up = up.parentElement, i++) {
    const box = up.getBoundingClientRect();
    if (box.width > own.width * 2 || box.height > own.height * 2) return [box.x, box.y, box.width, box.height];
  }
  return null;
}"""
_MOST_KEYS = 2000
_TRIES = 40  # of the pointer, each halving what is left
_CLOSE = 1e-6
_DRAWN_S = 0.3  # how long a page may take to draw what a key has moved
_POLL_S = 0.02


@dataclass(slots=True)
class _Gauge:
    """Reads what a slider stands at: from the slider itself, else from the number on the page that moves with it."""

    act: Act
    handle: AnyElement
    number: int | None = None  # in-page number of the element that shows it
    before: dict[int, float] | None = None

    async def read(self) -> float | None:
        own = await read(self.handle, _SHOWN)
        if own is not None:
            return float(own)
        near = {int(n): float(value) for n, value in reversed(await self.act.call("numbersNear", on=self.handle))}
        if self.number is not None:
            return near.get(self.number)
        if self.before is None:
            self.before = near
            return None
        moved = [n for n in reversed(near) if n in self.before and near[n] != self.before[n]]
        if moved:
            self.number = moved[0]
            return near[moved[0]]
        return None

    async def moved_from(self, before: float | None, *, to: float | None = None) -> float | None:
        """Return what it stands at once that is another value, or the wanted one: it may be drawn a little later."""
        patience = Deadline(_DRAWN_S)
        while True:
            now = await self.read()
            waits = now == before if to is None else now is None or abs(now - to) >= _CLOSE
            if not waits or patience.passed:
                return now
            await asyncio.sleep(_POLL_S)

    def start(self) -> float | None:
        """Return what it stood at before the first move, once it is known which number is its own."""
        return None if self.number is None or self.before is None else self.before[self.number]


async def slide(act: Act, wanted: float) -> None:
    """Move the slider until it shows `wanted`.

    Raises:
        ActionError: it cannot be moved, does not tell its value, or cannot stand at that value.
    """
    handle = (await read_handle(act.target, _HANDLE)).as_element() or act.target
    gauge = _Gauge(act, handle)
    start = await gauge.read()
    if start is not None and abs(start - wanted) < _CLOSE:
        act.session.note(f"it stood at {wanted:g} already")
        return
    reached = await _by_keys(act, gauge, start, wanted)
    if reached is None:
        reached = await _by_pointer(act, gauge, wanted)
    if reached is None:
        raise ActionError(
            "The slider cannot be moved, or nothing on the page tells what it stands at.",
            mend="drag its handle by an offset, or use another control for the value.",
        )
    if abs(reached - wanted) >= _CLOSE:
        raise ActionError(
            f"The slider stands at {reached:g} and does not reach {wanted:g}.",
            mend="choose a value that it can stand at: it may have a smallest, a largest or a step.",
        )


async def _by_keys(act: Act, gauge: _Gauge, start: float | None, wanted: float) -> float | None:
    """Press arrows, as many as the first one's effect says. None when keys do not move it."""
    keyboard = act.page.keyboard
    await gauge.handle.focus()
    key, back = ("ArrowUp", "ArrowDown") if await read(gauge.handle, _SPINS) else ("ArrowRight", "ArrowLeft")
    await keyboard.press(key)
    now = await gauge.moved_from(start)
    if (now is None or now == start) and not await read(gauge.handle, _FOCUSED):  # a panel that opened has it now
        await gauge.handle.focus()
        await keyboard.press(key)
        now = await gauge.moved_from(start)
    if now is None or now == start:  # it may stand at its end already
        await keyboard.press(back)
        now = await gauge.moved_from(start)
        key, back = back, key
    start = gauge.start() if start is None else start
    if now is None or start is None or now == start:
        return None
    step = now - start
    for _ in range(4):  # a step may change its size on the way, and a panel that has just opened take the focus
        await gauge.handle.focus()
        presses = round((wanted - now) / step)
        for _ in range(min(abs(presses), _MOST_KEYS)):
            await keyboard.press(key if presses > 0 else back)
        reached = await gauge.moved_from(now, to=wanted)
        if reached is None or reached == now or abs(reached - wanted) < _CLOSE:
            return reached
        now = reached
    return now


async def _by_pointer(act: Act, gauge: _Gauge, wanted: float) -> float | None:
    """Drag the handle along its track, each time halving the way that is left."""
    track, box = await read(gauge.handle, _TRACK), await gauge.handle.bounding_box()
    if not track or not box:
        return None
    x, y, width, height = track
    across = width >= height
    low, high = 0.0, 1.0
    at_low: float | None = None
    reached: float | None = None
    mouse = act.page.mouse

    async def move_to(share: float) -> float | None:
        await mouse.move(*((x + width * share, y + height / 2) if across else (x + width / 2, y + height * share)))
        return await gauge.read()

    await mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await mouse.down()
    try:
        at_low = await move_to(0.0)
        at_high = await move_to(1.0)
        at_low = gauge.start() if at_low is None else at_low
        if at_high is None or at_low is None or at_high == at_low:
            return None
        for _ in range(_TRIES):
            share = (low + high) / 2
            reached = await move_to(share)
            if reached is None or abs(reached - wanted) < _CLOSE:
                break
            if (reached < wanted) == (at_high > at_low):
                low = share
            else:
                high = share
    finally:
        await mouse.up()
    return await gauge.read()
