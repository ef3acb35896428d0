"""Values that are raised or lowered: by the arrow keys of their field, else by the button beside their number."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from aiwebtest.browser.acts import adjust, steppers
from aiwebtest.browser.acts.act import Act, Deadline
from aiwebtest.browser.reading import read
from aiwebtest.core.errors import ActionError

__all__ = ["step"]

# The number that a field of numbers or a slider stands at; false for another element.
_NOW = """(element) => {
  const native = element.matches("input[type=number], input[type=range]");
  if (!native && !element.matches("[role=spinbutton], [role=slider]")) return false;
  const now = native || element.localName === "input" ? element.value : element.getAttribute("aria-valuenow");
  return now === null || now === "" || isNaN(+now) ? null : +now;
}"""
_ANSWER_S = 0.5  # how long a page may take to show what a key has moved
_POLL_S = 0.02


async def step(act: Act) -> bool:
    """Raise or lower the element's value, as often or by as much as the sentence says; False where a button does it.

    Raises:
        ActionError: the value does not move.
    """
    now = await act.ask(_NOW)
    if act.intent.unit == "by":
        await _by(act, now)
        return True
    if now is False:
        return False
    await act.target.focus()
    for _ in range(act.times):
        await act.page.keyboard.press("ArrowUp" if act.intent.makes == "raised" else "ArrowDown")
    patience = Deadline(min(_ANSWER_S, act.deadline.left_s))
    while (moved := await read(act.target, _NOW)) == now:
        if patience.passed:
            raise ActionError(
                f"It stands at {moved if moved is None else format(moved, 'g')} and cannot be {act.intent.makes}.",
                mend="see which values it takes: it may have a smallest or a largest.",
            )
        await asyncio.sleep(_POLL_S)
    return True


async def _by(act: Act, now: Any) -> None:
    change = (act.intent.amount or 0) * (1 if act.intent.makes == "raised" else -1)
    if now is False:
        await steppers.step_by(act, int(change))
    else:
        wanted = f"{(now or 0) + change:.10g}"
        await adjust.set_value(replace(act, intent=replace(act.intent, values=(wanted,))))
