"""Times of day that a field takes no typing for: set in the fields for hours and minutes that a click on it opens."""

from __future__ import annotations

import asyncio

from aiwebtest.browser.acts.act import Act, no_such
from aiwebtest.core.errors import ActionError
from aiwebtest.grounding.rules.dates import to_iso_time

__all__ = ["turn"]

_POLL_S = 0.05
_NUMBERS = """(element, known) => {
  const shown = [...document.querySelectorAll("input, [role=spinbutton]")].filter((one) => one !== element
    && (one.type === "number" || one.getAttribute("role") === "spinbutton") && one.getClientRects().length
    && getComputedStyle(one).visibility === "visible");
  return shown.map((one) => window[Symbol.for("aiwebtest")].numberOf(one)).filter((n) => !known.includes(n));
}"""
_DIAL = """(element, fresh) => {  // the fields for the hour and the minute, and what switches between AM and PM
  const awt = window[Symbol.for("aiwebtest")];
  const said = (one) => `${one.getAttribute("aria-label") || ""} ${one.getAttribute("class") || ""} ${one.title || ""}`;
  const shown = fresh.map((n) => awt.element(n)).filter((one) => one);
  const [hours, minutes] = [/hour/i, /minute/i].map((word) => shown.filter((one) => word.test(said(one))));
  if (hours.length !== 1 || minutes.length !== 1) return null;
  let block = hours[0];
  while (!block.contains(minutes[0])) block = block.parentElement;
  const isHalf = (one) => /^[ap]m$/i.test(one.textContent.trim()) && !one.childElementCount;
  const halves = [...(block.parentElement || block).querySelectorAll("*")]
    .filter((one) => isHalf(one) && one.getClientRects().length)
    .map((one) => [awt.numberOf(one), one.textContent.trim()]);
  return [awt.numberOf(hours[0]), awt.numberOf(minutes[0]), halves, hours[0].closest("form") !== null];
}"""


async def turn(act: Act, time: str) -> None:
    """Open the clock of the target and make it show `time` ("19:55").

    Raises:
        ActionError: no hours and minutes open that take typing, or the field does not hold the time then.
    """
    known = await act.ask(_NUMBERS, [])
    await act.target.click(timeout=act.deadline.left_ms)
    while not (fresh := await act.ask(_NUMBERS, known)) or (dial := await act.ask(_DIAL, fresh)) is None:
        if act.deadline.passed:
            raise await no_such(
                act,
                "The field takes no typing, and clicking it opens no clock to set.",
                "click the time in what opens.",
            )
        await asyncio.sleep(_POLL_S)
    hour, minute, halves, in_form = dial
    hours, minutes = (int(part) for part in time.split(":")[:2])
    shown = f"{hours:02}" if not halves else f"{hours % 12 or 12:02}"
    for number, value in ((hour, shown), (minute, f"{minutes:02}")):
        field = await act.element_number(number)
        await field.fill(value, timeout=act.deadline.left_ms)
        await act.page.keyboard.press("Tab")  # it takes its value when it is left
    wanted = "PM" if hours >= 12 else "AM"
    if len(halves) == 1 and halves[0][1].upper() != wanted:
        await (await act.element_number(halves[0][0])).click(timeout=act.deadline.left_ms)
    elif len(halves) > 1:
        chosen = [number for number, text in halves if text.upper() == wanted]
        await (await act.element_number(chosen[0])).click(timeout=act.deadline.left_ms)
    if not in_form:  # there it would send the form
        await (await act.element_number(minute)).press("Enter", timeout=act.deadline.left_ms)
    held = (await act.call("field"))["value"]
    if to_iso_time(held) != time:
        raise ActionError(
            act.scope.mask(f'The field holds "{held[:80]}" after its clock was set to "{act.written}".'),
            mend="see which times the field takes.",
        )
