"""Days picked from a calendar that the page draws."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from playwright.async_api import TimeoutError as PlaywrightTimeout

from aiwebtest.browser.acts.act import Act, Deadline, no_such
from aiwebtest.browser.acts.choose import affirm, asking
from aiwebtest.core.errors import LONGER, ActionError
from aiwebtest.grounding.rules.dates import to_iso_date, to_iso_month

__all__ = ["pick", "pick_period"]

UNTIL = re.compile(r"\s+(?:to|until|till|–|—|-)\s+")
"""Between the first and the last day of a period."""
PLAIN_DAY = re.compile(r"^\d{4}-|[a-z]", re.IGNORECASE)
"""A date as it is written where there is no doubt which figure is the month."""
_OPENS_S = 1.0  # how long a calendar may take to open under a field that may have none
_MOST_MONTHS = 1300  # a hundred years back, and some
_POLL_S = 0.05
_SLIDE_S = 0.35  # longer than months take to slide or fade
_A_TURN_S = 1.0  # what turning a page may take; a calendar that had less time left is not to be blamed


async def pick(act: Act, day: str, *, anew: bool = False, opened: bool = False) -> None:
    """Open the calendar of the target, turn its pages to the month of `day` (ISO), and click the day.

    `anew`: one that is still seen is about to close. `opened`: it was opened for a day before this one.

    Raises:
        ActionError: no calendar opens, its month cannot be read, or the day cannot be reached.
    """
    wanted = date.fromisoformat(day)
    stands = not (anew or opened) and await act.call("calendarStands")
    sheet = await act.call("calendar") if not anew else None
    if sheet is None or stands:
        await act.target.click(timeout=act.deadline.left_ms)
        sheet = await _of_its_own(act) or sheet or await _opened(act)
    turned = False
    for _ in range(_MOST_MONTHS):
        shown = _month(act, sheet)
        months = (wanted.year - shown.year) * 12 + wanted.month - shown.month
        if months == 0:
            sheet = await _come_round(act, sheet, wanted)
            break
        sheet = await _turned(act, sheet, "ahead" if months > 0 else "back", shown)
        turned = True
    if turned:
        sheet = await _at_rest(act, sheet)
    if len(sheet["days"]) < wanted.day:
        raise ActionError(f"The calendar does not offer {day}.", mend="choose a day that it offers.")
    chosen = await act.element_number(sheet["days"][wanted.day - 1])
    asked = await asking(act, chosen)
    await chosen.click(timeout=act.deadline.left_ms)
    await affirm(act, asked)


async def pick_period(act: Act, days: Sequence[str]) -> None:
    """Open the calendar of a field that holds a whole period, and click its first day and its last (as written).

    Raises:
        ActionError: no calendar opens, a day cannot be reached, or the field does not hold them then.
    """
    locale = act.session.options.locale
    first, last = (to_iso_date(day, locale=locale) or day for day in days)
    before = (await act.call("field"))["value"]
    if await act.call("calendarStands") or await act.call("calendar") is None:
        await act.target.click(timeout=act.deadline.left_ms)
        if await _of_its_own(act) is None:
            raise ActionError(
                "No field for the end of the period stands beside it, and no calendar opens.",
                mend="set the start and the end in two sentences.",
            )
    for day in (first, last):
        await pick(act, day, opened=True)
    held = (await act.call("field"))["value"]
    shown = [to_iso_date(part, locale=locale) for part in UNTIL.split(held)]
    told = PLAIN_DAY.search(held) and len(shown) == len(days) and all(shown)
    if not held or (told and shown != [first, last]) or (held == before and not told):
        raise ActionError(
            act.scope.mask(f'The field holds "{held[:80]}" after both days were clicked in its calendar.'),
            mend="see which days the calendar lets one choose.",
        )


async def _come_round(act: Act, sheet: dict[str, Any], wanted: date) -> dict[str, Any]:
    """Return the calendar once its days say no other month than its title: it may still slide from one to the next."""
    while len(sheet["says"]) >= wanted.day and _is_of_another(sheet["says"][wanted.day - 1], wanted):
        if act.deadline.passed:
            said = sheet["says"][wanted.day - 1]
            raise ActionError(f'The calendar shows {wanted:%B %Y}, and its day is called "{said}".', mend=LONGER)
        await asyncio.sleep(_POLL_S)
        sheet = await act.call("calendar") or sheet
    return sheet


def _is_of_another(said: str, wanted: date) -> bool:
    """Tell whether what a day is called names a month, and another one than is wanted."""
    named = {month for month in range(1, 13) if re.search(rf"\b{date(2000, month, 1):%B}\b", said, re.IGNORECASE)}
    return bool(named) and wanted.month not in named


async def _at_rest(act: Act, sheet: dict[str, Any]) -> dict[str, Any]:
    """Return the calendar once its days stay: those of the month before may be shown on while the next slides in."""
    shown = _month(act, sheet)
    while not act.deadline.passed:
        await asyncio.sleep(_SLIDE_S)
        now: dict[str, Any] | None = await act.call("calendar")
        if now is None or _month(act, now) != shown:
            break
        if now["days"] == sheet["days"]:
            return now
        sheet = now
    return sheet


async def _of_its_own(act: Act) -> dict[str, Any] | None:
    """Return the calendar that the click on the field opened; None where it opens none in a while."""
    patience = Deadline(min(_OPENS_S, act.deadline.left_s))
    while True:
        sheet: dict[str, Any] | None = await act.call("calendar")
        if sheet is not None and sheet["fresh"]:
            return sheet
        if patience.passed:
            return None
        await asyncio.sleep(_POLL_S)


async def _opened(act: Act) -> dict[str, Any]:
    while not act.deadline.passed:
        sheet: dict[str, Any] | None = await act.call("calendar")
        if sheet is not None:
            return sheet
        await asyncio.sleep(_POLL_S)
    raise await no_such(
        act, "The field takes no typing, and clicking it opens no calendar.", "name the field for the date."
    )


async def _turned(act: Act, sheet: dict[str, Any], way: str, shown: date) -> dict[str, Any]:
    """Click an arrow and return the calendar once it shows another month."""
    if sheet[way] is None:
        raise ActionError(
            f"The calendar shows {shown:%B %Y} and has no arrow {way}.", mend="choose a day that it offers."
        )
    left_s = act.deadline.left_s
    over = ActionError(f"The step's time was over at {shown:%B %Y}.", mend=LONGER)
    while not act.deadline.passed:
        arrow = sheet[way]
        if arrow is None:
            break
        try:
            await (await act.element_number(arrow)).click(timeout=act.deadline.left_ms)
        except PlaywrightTimeout:
            if left_s < _A_TURN_S:
                raise over from None
            raise
        turned = await _showing_another(act, shown)
        if turned is not None:
            return turned
        sheet = await act.call("calendar") or sheet  # a page that drew its arrow anew just then did not hear the click
    if left_s < _A_TURN_S:
        raise over
    raise ActionError(f"The calendar does not go {way} from {shown:%B %Y}.", mend="choose a day that it offers.")


async def _showing_another(act: Act, shown: date) -> dict[str, Any] | None:
    """Return the calendar once it shows another month; None when it does not within the time of a turn."""
    loop = asyncio.get_running_loop()
    end = loop.time() + _A_TURN_S
    while loop.time() < end and not act.deadline.passed:
        now: dict[str, Any] | None = await act.call("calendar")
        if now is not None and _month(act, now) != shown:
            return now
        await asyncio.sleep(_POLL_S)
    return None


def _month(act: Act, sheet: dict[str, Any]) -> date:
    """Read the month that the calendar's head names: two or three words of it, wherever they stand."""
    words = sheet["title"].replace(",", " ").split()
    for size in (2, 3, 1):
        for start in range(len(words) - size + 1):
            found = to_iso_month(" ".join(words[start : start + size]), locale=act.session.options.locale)
            if found:
                return date.fromisoformat(found + "-01")
    raise ActionError(
        f'The month of the calendar cannot be read from "{sheet["title"][:60]}".', mend="click its days instead."
    )
