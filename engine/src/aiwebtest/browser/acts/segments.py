"""Dates and times drawn in segments, each figure a spinner of its own: day, month, year, hour, minute."""

from __future__ import annotations

import asyncio
from typing import Any

from aiwebtest.browser.acts.act import Act, Deadline
from aiwebtest.browser.reading import read
from aiwebtest.core.errors import ActionError, UsageError
from aiwebtest.grounding.rules.dates import to_iso_date, to_iso_datetime, to_iso_time

__all__ = ["fill_segments"]

# Number and kind of each segment; null where there are no two, or one tells neither by name nor by range what it is.
_SEGMENTS = """(element) => {
  const awt = window[Symbol.for("aiwebtest")];
  const kinds = [/\\byear/i, /\\bmonth/i, /\\bday(?!\\s?period)\\b/i, /\\bhour/i, /\\bminute/i, /\\bsecond/i,
    /\\b(?:am\\/pm|day\\s?period|meridiem)/i];
  const names = ["year", "month", "day", "hour", "minute", "second", "half"];
  const ranges = { 59: "minute", 31: "day", 23: "hour", 9999: "year" };
  const drawn = [...element.querySelectorAll("[role=spinbutton]")].filter((one) => one.getClientRects().length);
  const found = drawn.map((one) => {
    const at = kinds.findIndex((kind) => kind.test(one.getAttribute("aria-label") || ""));
    return [awt.numberOf(one), at < 0 ? ranges[one.getAttribute("aria-valuemax")] || "" : names[at]];
  });
  const known = new Set(found.map((one) => one[1]));
  return found.length > 1 && known.size === found.length && !known.has("") ? found : null;
}"""
_NOW = """(segment) => {
  return [segment.getAttribute("aria-valuenow"), segment.getAttribute("aria-valuetext") || segment.textContent];
}"""
_ANSWER_S = 1.0  # how long a segment may take to show what was typed
_POLL_S = 0.02
_NOON = 12


async def fill_segments(act: Act) -> bool:
    """Type each figure of the value into its segment, and see that it shows there; False where there are no segments.

    Raises:
        UsageError: the value is no date or time, or not the one that the segments are of.
        ActionError: a segment shows something else after its figure was typed.
    """
    segments: list[tuple[int, str]] | None = await act.ask(_SEGMENTS)
    if segments is None:
        return False
    figures = _figures(act, {kind for _, kind in segments})
    for number, kind in segments:
        await _fill(act, number, kind, figures[kind])
    return True


def _figures(act: Act, kinds: set[str]) -> dict[str, str]:
    """Return the figure of each kind of segment."""
    locale = act.session.options.locale
    of_day, of_time = kinds & {"year", "month", "day"}, kinds & {"hour", "minute", "second", "half"}
    read_as = (to_iso_datetime if of_day else to_iso_time) if of_time else to_iso_date
    iso = read_as(act.value) if read_as is to_iso_time else read_as(act.value, locale=locale)  # type: ignore[call-arg]
    if iso is None:
        what = "date and time" if of_day and of_time else "date" if of_day else "time"
        raise UsageError(
            act.scope.mask(f'"{act.written}" is no {what}.'),
            mend='write it as "22 November 2026", as "19:55", or as both.',
        )
    day, _, time = iso.partition("T") if of_day else ("", "", iso)
    figures = dict(zip(("year", "month", "day"), day.split("-"), strict=False))
    figures |= dict(zip(("hour", "minute", "second"), [*time.split(":"), "00"], strict=False))
    if "half" in kinds:
        hour = int(figures["hour"])
        figures |= {"half": "PM" if hour >= _NOON else "AM", "hour": f"{hour % _NOON or _NOON:02d}"}
    return figures


async def _fill(act: Act, number: int, kind: str, figure: str) -> None:
    segment = await act.element_number(number)
    await segment.click(timeout=act.deadline.left_ms)
    await act.page.keyboard.type(figure[:1] if kind == "half" else figure)
    patience = Deadline(min(_ANSWER_S, act.deadline.left_s))
    while not _shows(await read(segment, _NOW), kind, figure):
        if patience.passed:
            raise ActionError(
                act.scope.mask(f'The {kind} does not show "{figure}" after it was typed.'),
                mend="see which days and times the field takes.",
            )
        await asyncio.sleep(_POLL_S)


def _shows(now: list[Any], kind: str, figure: str) -> bool:
    value, text = now
    if kind == "half":
        return str(text).casefold() == figure.casefold()
    shown = value if value is not None else text
    return str(shown).isdigit() and int(shown) == int(figure)
