"""Numbers that two buttons raise and lower: pressed until the page shows the number that is wanted."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from aiwebtest.browser.acts.act import Act, Deadline
from aiwebtest.browser.element import AnyElement
from aiwebtest.browser.reading import read, read_handle
from aiwebtest.core.errors import ActionError

__all__ = ["STEPPER", "step_by", "step_to"]

# The number that stands alone beside a button, as a text or in a field, and the button on its other side, or the only
# other one beside a field; null where it is no such pair.
STEPPER = """
const pair = (element) => {
  const button = element.closest("button, [role=button], a, [onclick]") || element;
  const pressed = (node) => node.parentElement.closest("button, [role=button], a, [onclick]");
  for (let up = button.parentElement, level = 0; up && level < 4; up = up.parentElement, level++) {
    const walker = document.createTreeWalker(up, NodeFilter.SHOW_TEXT);
    const numbers = [];
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (/^\\s*\\d{1,6}\\s*$/.test(node.data) && !pressed(node) && node.parentElement.offsetParent) numbers.push(node);
    }
    const fields = [...up.querySelectorAll("input")].filter((one) => /^\\d{1,6}$/.test(one.value) && one.offsetParent);
    numbers.push(...fields.filter((one) => !["button", "submit", "checkbox", "radio"].includes(one.type)));
    const buttons = [...up.querySelectorAll("button, [role=button], a, [onclick]")];
    if (numbers.length === 1 && buttons.length > 1) {
      const behind = (one) => Boolean(numbers[0].compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
      const beside = buttons.filter((one) => behind(one) !== behind(button));
      const rest = fields.length && buttons.length === 2 ? buttons.find((one) => one !== button) : null;
      const other = (behind(button) ? beside[beside.length - 1] : beside[0]) || rest;
      return other && { number: +(numbers[0].data || numbers[0].value), other };
    }
    if (numbers.length > 1) return null;
  }
  return null;
};
"""
_NUMBER = f"(element) => {{ {STEPPER} const found = pair(element); return found ? found.number : null; }}"
_OTHER = f"(element) => {{ {STEPPER} const found = pair(element); return found ? found.other : null; }}"
_ANSWER_S = 2.0  # how long a page may take to show the next number
_POLL_S = 0.02
_MOST = 200  # presses


async def step_to(act: Act, wanted: int) -> bool:
    """Press until the number beside the button is `wanted`; False where no such number stands there.

    Raises:
        ActionError: a press does not move the number, or moves it past what is wanted.
    """
    now = await act.ask(_NUMBER)
    if now is None:
        return False
    if now == wanted:
        act.session.note(f"it stood at {wanted} already")
        return True
    lower = (await read_handle(act.target, _OTHER)).as_element()
    for _ in range(_MOST):
        button = act.target if now < wanted else lower
        if now == wanted or button is None:
            break
        before, now = now, await _pressed(act, button, now)
        if now == before or ((now > wanted) != (before > wanted) and now != wanted):
            break
    if now != wanted:
        raise ActionError(
            f"The number beside the buttons stands at {now} and does not reach {wanted}.",
            mend="choose a number that it can stand at: it may have a smallest, a largest or a step.",
        )
    return True


async def step_by(act: Act, change: int) -> None:
    """Press until the number beside the button has changed by so much; a lowering button is given to lower.

    Raises:
        ActionError: no number stands beside the button, or it does not move so far.
    """
    now = await act.ask(_NUMBER)
    if now is None:
        raise ActionError("No number stands beside the button.", mend="say how often it is to be pressed.")
    if change < 0:
        act = replace(act, element=(await read_handle(act.target, _OTHER)).as_element())
    await step_to(act, now + change)


async def _pressed(act: Act, button: AnyElement, before: int) -> Any:
    """Press a button once and return the number that stands there then."""
    await button.click(timeout=act.deadline.left_ms)
    patience = Deadline(min(_ANSWER_S, act.deadline.left_s))
    while (now := await read(act.target, _NUMBER)) in (before, None) and not patience.passed:
        await asyncio.sleep(_POLL_S)
    return before if now is None else now
