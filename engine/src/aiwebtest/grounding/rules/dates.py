"""Dates and times in the spellings people write, brought into the form that native inputs take.

Numeric dates are read year first when they start with a year, day first when written with dots, else in the order of
the locale, else month first (m/d/y). An order that is impossible (month 24) gives way to the possible one.
Two-digit years follow POSIX: 69 to 99 are 1969 to 1999, 00 to 68 are 2000 to 2068.
"""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import get_date_format, get_month_names

from aiwebtest.grounding.rules.lexer import fold

__all__ = ["date_as_shown", "iso_for_input", "looks_like_date", "looks_like_time", "to_iso_date", "to_iso_datetime",
           "to_iso_month", "to_iso_time", "to_iso_week"]  # fmt: skip

_NUMERIC = re.compile(r"(\d{1,4})\s?([./\-–])\s?(\d{1,2})\s?\2\s?(\d{1,4})\.?\Z")
_EASTERN = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]?\Z")
_WEEKDAY = re.compile(r"\A(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+")
_DAY_FIRST = re.compile(
    r"(?:the\s+)?(\d{1,2})(?:st|nd|rd|th|\.)?(?:\s+of|\s+de)?[\s\-]+([^\W\d_]+)\.?,?(?:\s+de)?[\s\-]+(\d{2,4})\Z"
)
_MONTH_FIRST = re.compile(r"([^\W\d_]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\Z")
_YEAR_FIRST = re.compile(r"(\d{4})[\s\-]+([^\W\d_]+)\.?[\s\-]+(\d{1,2})\Z")
_TIME = re.compile(r"(?:at\s+)?(\d{1,2})(?:\s?[:.h]\s?(\d{2}))?(?:[:.](\d{2}))?\s*(a\.?m\.?|p\.?m\.?|o'clock|uhr|h)?\Z")
_NAMED_TIMES = {"noon": "12:00", "midday": "12:00", "midnight": "00:00"}
_MONTH_YEAR = re.compile(r"([^\W\d_]+)\.?,?\s+(\d{4})\Z")
_MONTH_NUMBER = re.compile(r"(?:(\d{4})[/\-.](\d{1,2})|(\d{1,2})[/\-.](\d{4}))\Z")
_WEEK = re.compile(r"(?:(\d{4})-?w(\d{1,2})|week\s+(\d{1,2})(?:,|\s+of)?\s+(\d{4}))\Z")
_DATE_AND_TIME = re.compile(
    r"(?P<date>.+?)(?:t(?=\d)|,?\s+(?:at\s+)?)(?P<time>\d{1,2}(?:[:.]\d{2}){1,2}(?:\s*[ap]\.?m\.?)?|\d{1,2}\s*[ap]\.?m\.?|noon|midnight)\Z"
)
_RELATIVE = {"today": 0, "tomorrow": 1, "yesterday": -1, "the day after tomorrow": 2, "the day before yesterday": -2}
_IN_DAYS = re.compile(r"(?:in\s+(\d{1,4})\s+(day|week)s?|(\d{1,4})\s+(day|week)s?\s+(ago|from now|from today))\Z")
_CENTURY_PIVOT = 69


def to_iso_date(text: str, *, locale: str | None = None, today: date | None = None) -> str | None:
    """Return the date as "2026-11-22", or None if `text` is not one.

    `locale` ("de-DE") gives the order of numbers and the names of months, English names are always understood.
    `today` lets "tomorrow" and "in 3 days" be read.
    """
    found = _date(_clean(text), locale, today)
    return found.isoformat() if found else None


def to_iso_time(text: str) -> str | None:
    """Return the time of day as "19:55" or, with seconds, "19:55:30"; None if `text` is not one."""
    low = _clean(text)
    if low in _NAMED_TIMES:
        return _NAMED_TIMES[low]
    match = _TIME.fullmatch(low)
    if not match:
        return None
    hour, minute, second = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    half = (match[4] or "").replace(".", "")
    if match[2] is None and not half:
        return None
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        found = time(hour, minute, second)
    except ValueError:
        return None
    return found.isoformat() if match[3] else found.isoformat("minutes")


def to_iso_datetime(text: str, *, locale: str | None = None, today: date | None = None) -> str | None:
    """Return date and time as "2026-11-22T19:55", or None. A date without a time is not one."""
    match = _DATE_AND_TIME.fullmatch(_clean(text))
    if not match:
        return None
    day, moment = to_iso_date(match["date"], locale=locale, today=today), to_iso_time(match["time"])
    return f"{day}T{moment}" if day and moment else None


def to_iso_month(text: str, *, locale: str | None = None) -> str | None:
    """Return the month as "2026-11", or None. A whole date gives its month."""
    low = _clean(text)
    if match := _MONTH_NUMBER.fullmatch(low):
        year, month = int(match[1] or match[4]), int(match[2] or match[3])
        return f"{year:04}-{month:02}" if 1 <= month <= 12 else None
    if (match := _MONTH_YEAR.fullmatch(low)) and (month_of := _months(locale).get(match[1])):
        return f"{int(match[2]):04}-{month_of:02}"
    found = _date(low, locale, None)
    return found.isoformat()[:7] if found else None


def to_iso_week(text: str, *, locale: str | None = None) -> str | None:
    """Return the ISO week as "2026-W47", or None. A whole date gives its week."""
    low = _clean(text)
    if match := _WEEK.fullmatch(low):
        year, week = int(match[1] or match[4]), int(match[2] or match[3])
        return f"{year:04}-W{week:02}" if 1 <= week <= 53 else None
    found = _date(low, locale, None)
    if not found:
        return None
    year, week, _ = found.isocalendar()
    return f"{year:04}-W{week:02}"


def iso_for_input(input_type: str, text: str, *, locale: str | None = None, today: date | None = None) -> str | None:
    """Return what an `<input>` of that type takes for `text`; None if the type is not a date type or `text` no date."""
    if input_type == "date":
        return to_iso_date(text, locale=locale, today=today)
    if input_type == "time":
        return to_iso_time(text)
    if input_type == "datetime-local":
        return to_iso_datetime(text, locale=locale, today=today)
    if input_type == "month":
        return to_iso_month(text, locale=locale)
    return to_iso_week(text, locale=locale) if input_type == "week" else None


_PATTERN = re.compile(r"([a-z]{1,4})([./\- ])([a-z]{1,4})\2([a-z]{1,4})", re.IGNORECASE)
_ISO = re.compile(r"\d{4}-\d\d-\d\d")


def date_as_shown(day: str, placeholder: str, held: str) -> str | None:
    """Return an ISO date as a field of text shows dates, None where it does not tell how.

    It tells by a placeholder such as "MM/DD/YYYY" or "tt.mm.jjjj", or by holding an ISO date.
    """
    year, month, of_month = day.split("-")
    if match := _PATTERN.fullmatch(placeholder.strip()):
        parts = [match[1].lower(), match[3].lower(), match[4].lower()]
        years = [i for i, part in enumerate(parts) if len(part) == 4 or part[0] == "y"]
        months = [i for i, part in enumerate(parts) if part.strip("m") == "" and i not in years]
        if len(years) != 1 or len(months) != 1 or any(len(set(part)) > 1 for part in parts):
            return None
        parts = [year[-len(part) :] if i in years else f"{int(month if i in months else of_month):0{len(part)}}"
                 for i, part in enumerate(parts)]  # fmt: skip
        return match[2].join(parts)
    return day if _ISO.fullmatch(held.strip()) else None


def looks_like_date(text: str) -> bool:
    """Tell whether a value in a sentence is a date, with or without a time."""
    return to_iso_date(text) is not None or to_iso_datetime(text) is not None or _clean(text) in _RELATIVE


def looks_like_time(text: str) -> bool:
    """Tell whether a value in a sentence is a time of day."""
    return to_iso_time(text) is not None


def _clean(text: str) -> str:
    return " ".join(fold(text).split()).strip(" ,")


def _date(low: str, locale: str | None, today: date | None) -> date | None:
    low = _WEEKDAY.sub("", low)
    if today and (relative := _relative(low, today)):
        return relative
    if match := _EASTERN.fullmatch(low):
        return _valid(int(match[1]), int(match[2]), int(match[3]))
    if match := _NUMERIC.fullmatch(low):
        return _numeric(match, locale)
    months = _months(locale)
    if (match := _DAY_FIRST.fullmatch(low)) and match[2] in months:
        return _valid(_year(match[3]), months[match[2]], int(match[1]))
    if (match := _MONTH_FIRST.fullmatch(low)) and match[1] in months:
        return _valid(_year(match[3]), months[match[1]], int(match[2]))
    if (match := _YEAR_FIRST.fullmatch(low)) and match[2] in months:
        return _valid(int(match[1]), months[match[2]], int(match[3]))
    return None


def _relative(low: str, today: date) -> date | None:
    if low in _RELATIVE:
        return today + timedelta(days=_RELATIVE[low])
    match = _IN_DAYS.fullmatch(low)
    if not match:
        return None
    days = int(match[1] or match[3]) * (7 if (match[2] or match[4]) == "week" else 1)
    return today + timedelta(days=-days if match[5] == "ago" else days)


def _numeric(match: re.Match[str], locale: str | None) -> date | None:
    first, second, third = match[1], match[3], match[4]
    if len(first) > 2:
        return _valid(int(first), int(second), int(third)) if len(third) <= 2 else None
    if len(third) in (1, 3):
        return None
    year, a, b = _year(third), int(first), int(second)
    month_first, day_first = _valid(year, a, b), _valid(year, b, a)
    if match[2] == "." or _day_first(locale):
        return day_first or month_first
    return month_first or day_first


def _year(digits: str) -> int:
    if len(digits) != 2:
        return int(digits)
    return int(digits) + (1900 if int(digits) >= _CENTURY_PIVOT else 2000)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@lru_cache(maxsize=32)
def _known(locale: str | None) -> Locale | None:
    try:
        return Locale.parse(locale, sep="-") if locale else None
    except (ValueError, UnknownLocaleError):
        return None


@lru_cache(maxsize=32)
def _day_first(locale: str | None) -> bool:
    known = _known(locale)
    if known is None:
        return False
    pattern = get_date_format("short", locale=known).pattern
    return "d" in pattern and "M" in pattern and pattern.index("d") < pattern.index("M")


@lru_cache(maxsize=32)
def _months(locale: str | None) -> dict[str, int]:
    """Return the names of months and their short forms, folded, in English and in the locale's language."""
    names = {"sept": 9}
    for known in (Locale("en"), _known(locale)):
        if known is None:
            continue
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, known).items():
                    names[fold(name).rstrip(".")] = number
    return names
