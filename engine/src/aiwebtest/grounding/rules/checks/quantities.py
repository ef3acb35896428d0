"""Numbers, amounts of money and dates, read from text in the forms that pages and people write.

Where a form can be read in two ways, this is the rule:

- Of "." and "," in one number the last is the decimal sign: "1.234,56" and "1,234.56" are the same number.
- A sign that stands several times parts thousands: "1.234.567".
- A single "," before exactly three digits parts thousands ("1,234"); before any other count it is decimal ("9,99").
- A single "." before exactly three digits parts thousands in an amount of money ("1.234 €"), else it is decimal.
- "'" and spaces part thousands before groups of three digits; a plain space only in money or before decimals.
- A date like 03/04/2026 has two readings, and a comparison holds only if it holds for both alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from aiwebtest.grounding.rules.checks.text import tidy

__all__ = ["Amount", "amounts_in", "dates_in", "read_amount", "read_dates"]

_SIGNS = {
    "$": "USD", "us$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₽": "RUB", "₩": "KRW", "₺": "TRY",
    "₴": "UAH", "₪": "ILS", "₫": "VND", "zł": "PLN", "kč": "CZK", "r$": "BRL", "fr.": "CHF", "元": "CNY", "円": "JPY",
}  # fmt: skip
_CODES = frozenset(
    """usd eur gbp jpy inr rub krw try uah ils vnd pln czk brl chf cny aud cad nzd sek nok dkk huf ron bgn mxn sgd hkd
    thb zar aed sar php idr myr""".split()
)
_CURRENCY = (
    "|".join(sorted((re.escape(sign) for sign in _SIGNS), key=len, reverse=True)) + "|" + "|".join(sorted(_CODES))
)
_WORDED = {"dollar": "USD", "dollars": "USD", "euro": "EUR", "euros": "EUR", "pound": "GBP", "pounds": "GBP"}
_MEASURE = "kg|mg|g|km/h|km|cm|mm|kb|mb|gb|tb|ms|px|min|kwh|kw|mwh|hz|khz|mhz|ghz|ml|lbs?|oz|mph|ppm|rpm|°c|°f|°"
_NUMBER = re.compile(
    rf"""
    (?<![\w.,]) (?P<sign>-|\+)? \s? (?:(?P<before>(?:{_CURRENCY}))\s?)? (?P<sign2>-)?
    (?P<digits>\d{{1,3}}(?:[.,' ]\d{{3}})+(?:[.,]\d{{1,2}})?(?!\d)|\d+(?:[.,]\d+)*|\.\d+)
    (?: \s?(?P<percent>%) | \s?(?P<after>(?:{_CURRENCY}|dollars?|euros?|pounds?))(?![a-z])
        | \s?(?P<measure>{_MEASURE})(?![a-z]) )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LETTER = re.compile(r"[^\W\d_]")

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_DATE = re.compile(
    rf"""(?<![\w/.-])(?:
      (?P<iso>\d{{4}}-\d{{1,2}}-\d{{1,2}})(?:[T ]\d{{1,2}}:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?
    | (?P<year_first>\d{{4}}[/.]\d{{1,2}}[/.]\d{{1,2}})
    | (?P<numeric>\d{{1,2}}(?P<part>[/.-])\d{{1,2}}(?P=part)\d{{4}})
    | (?P<worded>\d{{1,2}}(?:st|nd|rd|th)?\.?\s+(?:of\s+)?{_MONTH}\.?,?\s+\d{{4}}
        | {_MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}})
    )(?![\w/-])""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as it stands in a text, from `start` to `end`.

    `unit` is "", "%", a currency code or a measure ("kg").
    """

    value: Decimal
    unit: str
    text: str
    start: int = 0
    end: int = 0


def amounts_in(text: str) -> list[Amount]:
    """Return the numbers of a text in order; digits inside words ("A4") and dates are none."""
    text = tidy(text)
    blocked = [match.span() for match in _DATE.finditer(text)]
    found: list[Amount] = []
    at = 0
    while match := _NUMBER.search(text, at):
        amount = _amount(text, match)
        at = amount.end if amount else match.end()
        if amount and not any(start < amount.end and amount.start < end for start, end in blocked):
            found.append(amount)
    return found


def read_amount(text: str) -> Amount | None:
    """Return the number that the whole text is, or None."""
    text = tidy(text)
    found = amounts_in(text)
    return found[0] if len(found) == 1 and found[0].text == text else None


def _amount(text: str, match: re.Match[str]) -> Amount | None:
    end = match.end()
    if (
        match["after"] is None
        and match["percent"] is None
        and match["measure"] is None
        and end < len(text)
        and _LETTER.match(text[end])
    ):
        return None
    unit = _unit(match)
    digits, money = match["digits"], unit.isupper()
    if " " in digits and not money and not re.search(r"[.,]\d{1,2}$", digits):
        digits = digits.split(" ")[0]  # two numbers side by side, not one with parted thousands
        unit, end = "", match.start("digits") + len(digits)
    plain = _plain(digits, money=money)
    if plain is None:
        return None
    value = Decimal(plain)
    if "-" in (match["sign"], match["sign2"]):
        value = -value
    start = match.start() + (len(match[0]) - len(match[0].lstrip()))
    return Amount(value, unit, text[start:end].strip(), start, end)


def _unit(match: re.Match[str]) -> str:
    if match["percent"] or match["measure"]:
        return match["percent"] or str(match["measure"]).casefold()
    sign = str(match["before"] or match["after"] or "").casefold()
    return _SIGNS.get(sign) or _WORDED.get(sign) or sign.upper()


def _plain(digits: str, *, money: bool) -> str | None:
    """Return the digits in Python's own form, by the rules at the top of this module; None for "1.2.3"."""
    digits = digits.replace("'", "").replace(" ", "")
    dots, commas = digits.count("."), digits.count(",")
    if dots and commas:
        decimal = max(digits.rfind("."), digits.rfind(","))
        whole = digits[:decimal].replace(".", "").replace(",", "")
        return f"{whole}.{digits[decimal + 1 :]}"
    if not dots and not commas:
        return digits
    mark = "." if dots else ","
    parts = digits.split(mark)
    if len(parts) > 2 and not (len(parts[-1]) == 3 and all(len(part) in {2, 3} for part in parts[1:])):
        return None
    thousands = len(parts) > 2 or (
        len(parts[1]) == 3 and parts[0] not in {"", "0"} and len(parts[0]) <= 3 and (mark == "," or money)
    )
    return digits.replace(mark, "") if thousands else digits.replace(mark, ".")


def dates_in(text: str) -> list[frozenset[date]]:
    """Return the dates of a text in order, each as the set of its readings (two if day and month may swap)."""
    return [readings for _, readings in _dates(tidy(text))]


def read_dates(text: str) -> frozenset[date] | None:
    """Return the readings of the date that the whole text is, or None."""
    text = tidy(text)
    found = list(_dates(text))
    return found[0][1] if len(found) == 1 and found[0][0] == text else None


def _dates(text: str) -> Iterator[tuple[str, frozenset[date]]]:
    for match in _DATE.finditer(text):
        known = frozenset(day for day in _readings(match) if day)
        if known:
            yield match[0], known


def _readings(match: re.Match[str]) -> Iterator[date | None]:
    numbers = [int(number) for number in re.findall(r"\d+", match[0])[:3]]
    if match["worded"]:
        month = _MONTHS.index(re.findall(_MONTH, match[0], re.IGNORECASE)[0][:3].lower()) + 1
        yield _day(numbers[1], month, numbers[0])
    elif match["numeric"]:
        first, second, year = numbers
        yield _day(year, second, first)
        if match["part"] != ".":
            yield _day(year, first, second)
    else:
        yield _day(*numbers)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:  # no such day: another reading may fit
        return None
