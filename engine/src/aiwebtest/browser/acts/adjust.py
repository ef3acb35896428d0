"""Values that are set rather than typed: dates, times, numbers, colours, ranges, sliders and spinners."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from typing import Any

from playwright.async_api import Error as PlaywrightError

from aiwebtest.browser.acts import calendar, choose, clock, files, sliders, steppers, toggles
from aiwebtest.browser.acts.act import Act, Deadline
from aiwebtest.browser.acts.fields import put
from aiwebtest.browser.acts.segments import fill_segments
from aiwebtest.browser.element import AnyElement
from aiwebtest.browser.reading import read
from aiwebtest.core.errors import ActionError, UsageError
from aiwebtest.grounding.rules.dates import date_as_shown, iso_for_input, to_iso_date, to_iso_time

__all__ = ["NATIVE", "set_native", "set_value"]

NATIVE = frozenset({"date", "time", "datetime-local", "month", "week", "number", "range", "color"})
_DATES = frozenset({"date", "time", "datetime-local", "month", "week"})
_ON = frozenset({"on", "true", "yes", "checked", "1"})
_VALUE = "(element) => element.value"
# The value one step away, and the key that leads from there to the wanted one.
_BESIDE_VALUE = """(slider, wanted) => {
  const step = +slider.step || 1;
  const low = slider.min === "" ? 0 : +slider.min, high = slider.max === "" ? 100 : +slider.max;
  const place = (value) => String(+value.toFixed(10));
  if (+slider.value === +wanted || !(+wanted >= low && +wanted <= high)) return null;
  if (+wanted - step >= low) return [place(+wanted - step), "ArrowUp"];
  return +wanted + step <= high ? [place(+wanted + step), "ArrowDown"] : null;
}"""
_COLOR = """(element, name) => {
  const brush = document.createElement("canvas").getContext("2d");
  brush.fillStyle = "#010203";
  brush.fillStyle = name;
  return brush.fillStyle === "#010203" && name.toLowerCase() !== "#010203" ? null : brush.fillStyle;
}"""
_LEFT = """async (element) => {
  await new Promise((done) => setTimeout(done, 50));  // a page that corrects what was typed does so behind the event
  const field = window[Symbol.for("aiwebtest")].field(element);
  return field.kind === "none" ? null : field.value;
}"""
_BESIDE = """(element) => {  // the number of the field that a block has besides this one, and no other
  const awt = window[Symbol.for("aiwebtest")];
  for (let up = element.parentElement, i = 0; up && i < 4; up = up.parentElement, i++) {
    const fields = [...up.querySelectorAll("input:not([type=hidden])")].filter((one) => one.getClientRects().length);
    if (fields.length > 1) return fields.length === 2 && fields[0] === element ? awt.numberOf(fields[1]) : null;
  }
  return null;
}"""
_KIND = """(element) => {
  const awt = window[Symbol.for("aiwebtest")];
  const field = awt.field(element);
  const named = /slider|handle|thumb/i.test(element.getAttribute("class") || "");
  const slider = named || element.getAttribute("role") === "slider" || element.querySelector("[role=slider]") !== null;
  const box = field.itself ? element : awt.element(field.n);
  const placeholder = (box && box.getAttribute("placeholder")) || "";
  const format = box && [...box.attributes].find((one) => /^data-[-\\w]*format$/.test(one.name));
  const list = box && box.getAttribute("role") === "combobox" && box.getAttribute("aria-haspopup") === "listbox";
  const spinner = element.getAttribute("role") === "spinbutton";
  return { ...field, placeholder, format: format ? format.value : "", list, slider, spinner };
}"""


async def set_value(act: Act) -> None:
    """Make a control hold the value, in the way that fits its kind, and see that it does."""
    field = await act.ask(_KIND)
    kind = field["kind"]
    if kind == "select":
        await choose.select(act)
    elif kind == "file":
        await files.upload(act)
    elif kind in ("checkbox", "radio"):
        await (toggles.check if act.value.casefold() in _ON else toggles.uncheck)(act)
    elif kind in NATIVE:
        await set_native(act, act.target if field["itself"] else await act.element_number(field["n"]), kind)
    else:
        await _set_drawn(act, field)


async def _set_drawn(act: Act, field: dict[str, Any]) -> None:
    """Do as `set_value` for a control that the page draws itself, or a field of plain text."""
    kind = field["kind"]
    if field["list"] and kind != "none":
        await _from_list(act)
    elif field["slider"]:
        await sliders.slide(act, _number(act))
    elif kind == "none" and await fill_segments(act):
        return
    elif len(days := _days(act)) > 1:
        await _range(act, days)
    elif day := to_iso_date(act.value, locale=act.session.options.locale):
        await _date(act, day, field)
    elif kind == "none" and field["spinner"]:
        await sliders.slide(act, _number(act))
    elif kind == "none" and (not act.value.isdigit() or not await steppers.step_to(act, int(act.value))):
        await choose.select(act)
    elif kind != "none":
        await _typed(act, field)


async def _from_list(act: Act) -> None:
    """Choose the value from the list that opens under a field; where that does not offer it, the field must keep it."""
    try:
        await choose.select(replace(act, deadline=Deadline(act.deadline.left_s / 2)))
    except ActionError as refused:
        await put(act, act.value)
        await act.page.keyboard.press("Tab")
        if " ".join((await act.call("field"))["value"].split()) != " ".join(act.value.split()):
            raise refused from None


async def _typed(act: Act, field: dict[str, Any]) -> None:
    """Type the value; a spinner that refuses to be typed into is turned by its keys, a clock is opened and set."""
    if field["readonly"] and (time := to_iso_time(act.value)):
        await clock.turn(act, time)
        return
    try:
        await put(act, act.value)
    except ActionError:
        if not field["spinner"]:
            raise
        await act.target.fill(field["value"], timeout=act.deadline.left_ms)  # half a number is none to turn on from
        await sliders.slide(act, _number(act))
    await act.page.keyboard.press("Tab")  # such a field takes its value when it is left


async def set_native(act: Act, handle: AnyElement, kind: str) -> None:
    """Put a value into a native date, time, number, range or colour input, in the form it wants."""
    form = await _form(act, handle, kind)
    if kind != "range" or not await _moved(act, handle, form):
        await handle.fill(form, timeout=act.deadline.left_ms)
    held = str(await read(handle, _VALUE))
    if not _same(kind, held, form):
        raise ActionError(
            act.scope.mask(f'The field holds "{held}" after it was set to "{act.written}".'),
            mend="see which values the field takes: it may have a smallest, a largest or a step.",
        )


async def _moved(act: Act, handle: AnyElement, form: str) -> bool:
    """Move a slider beside the value, and the last step by a key as a hand would: some pages take it only then."""
    beside = await read(handle, _BESIDE_VALUE, form)
    if beside is None:
        return False
    await handle.fill(beside[0], timeout=act.deadline.left_ms)
    await handle.focus()
    await act.page.keyboard.press(beside[1])
    return _same("range", str(await read(handle, _VALUE)), form)


async def _form(act: Act, handle: AnyElement, kind: str) -> str:
    value = act.value.strip()
    if kind in _DATES:
        form = iso_for_input(kind, value, locale=act.session.options.locale)
        if form is None:
            raise UsageError(act.scope.mask(f'"{act.written}" is no {kind} value.'), mend=_EXAMPLES[kind])
        return form
    if kind == "color":
        form = await handle.evaluate(_COLOR, value)
        if form is None:
            raise UsageError(
                f'"{act.written}" is no colour.', mend='write it as "#ff0000" or by its CSS name, as in "red".'
            )
        return str(form)
    return f"{_number(act):g}" if kind == "range" or not _exact(value) else value


_EXAMPLES = {
    "date": 'write it as "2026-11-22" or "22 November 2026".',
    "time": 'write it as "19:55" or "7:55 pm".',
    "datetime-local": 'write it as "2026-11-22 19:55".',
    "month": 'write it as "2026-11" or "November 2026".',
    "week": 'write it as "2026-W47".',
}


def _exact(value: str) -> bool:
    return re.fullmatch(r"-?\d*\.?\d+(e-?\d+)?", value, re.IGNORECASE) is not None


def _number(act: Act) -> float:
    found = re.search(r"-?\d[\d,' ]*(?:\.\d+)?", act.value)
    if not found:
        raise UsageError(act.scope.mask(f'"{act.written}" is no number.'), mend="write the number in digits.")
    return float(re.sub(r"[,' ]", "", found[0]))


def _same(kind: str, held: str, form: str) -> bool:
    if held == form or (kind in ("time", "datetime-local") and held.startswith(form)):
        return True
    if kind in ("number", "range"):
        try:
            return float(held) == float(form)
        except ValueError:
            return False
    return kind == "color" and held.casefold() == form.casefold()


async def _date(act: Act, day: str, field: dict[str, Any]) -> None:
    """Give a date to a field of text: typed where it can be, picked from its calendar where it cannot.

    "24 December 2026" is written as the field shows dates, if it tells how; what is in quotes stays as it is.
    """
    if field["kind"] == "none" or field["readonly"]:
        await calendar.pick(act, day)
        return
    worded = any(c.isalpha() for c in act.value) and f'"{act.value}"' not in act.intent.text
    told = (date_as_shown(day, field[way], field["value"]) for way in ("placeholder", "format"))
    shown = next((one for one in told if one), None) if worded else None
    await put(act, shown or act.value)
    await act.page.keyboard.press("Tab")  # closes a calendar that would cover what comes next
    if await _dropped(act, day, shown or act.value, field["value"]):  # it shows dates in a way that it does not tell
        await calendar.pick(act, day, anew=True)
        if await _dropped(act, day, day, field["value"]):
            raise ActionError(
                act.scope.mask(f'The field took "{act.written}" and let go of it when it was left.'),
                mend="write the date as the field shows dates.",
            )


def _days(act: Act) -> list[str]:
    """Return the two days of "24 December 2026 to 2 January 2027" as they are written, else none."""
    days = calendar.UNTIL.split(act.value)
    locale = act.session.options.locale
    return days if len(days) == 2 and all(to_iso_date(day, locale=locale) for day in days) else []


async def _range(act: Act, days: list[str]) -> None:
    """Give two days to a field for a period: one to it, the other to the only field beside it, or both to it."""
    other = await act.ask(_BESIDE)
    if other is None:
        await calendar.pick_period(act, days)
        return
    first, last = (
        replace(act, element=element, intent=replace(act.intent, values=(day,)), watch=None)
        for element, day in zip((act.target, await act.element_number(other)), days, strict=True)
    )
    await set_value(first)
    end = to_iso_date(last.value, locale=act.session.options.locale)
    if end is not None and await last.call("calendar") is not None:  # it waits for the end, and takes no typing now
        await calendar.pick(last, end, opened=True)
    else:
        await set_value(last)
    if not await first.ask(_LEFT) or not await last.ask(_LEFT):
        raise ActionError(
            act.scope.mask(f'The fields took "{act.written}" and let go of it when they were left.'),
            mend="set the start and the end in two sentences, as the fields show dates.",
        )


async def _dropped(act: Act, day: str, put_in: str, before: str) -> bool:
    """Tell whether a field that was left is empty, or holds again what it held before, or plainly another day."""
    held = None
    with suppress(PlaywrightError):  # it is gone
        held = await act.ask(_LEFT)
    if held is None or held == put_in:
        return False
    plain = calendar.PLAIN_DAY.search(held) and to_iso_date(held, locale=act.session.options.locale)
    return not held or held == before or bool(plain and plain != day)
