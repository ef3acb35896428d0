"""Comparing what is read with a number, an amount or a day: at least, below, between, before."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from aiwebtest.core.claim import Claim
from aiwebtest.core.snapshot import Snapshot
from aiwebtest.grounding.rules.checks.answer import Answer, error, failed, passed, quote
from aiwebtest.grounding.rules.checks.quantities import Amount, amounts_in, dates_in, read_amount, read_dates
from aiwebtest.grounding.rules.checks.shown import Reading
from aiwebtest.grounding.rules.checks.text import contains_words, fold, tidy, words_of
from aiwebtest.grounding.rules.dates import date_as_shown

__all__ = ["compare_amounts", "compare_dates", "compare_numbers"]


def compare_numbers(claim: Claim, reading: Reading) -> Answer:
    """Judge whether the number or amount of a text stands in the relation to the bounds of a claim."""
    bounds = [amount for value in claim.values if (amount := read_amount(value))]
    known = amounts_in(reading.text)
    amounts = _comparable(known, bounds[0].unit)
    if not amounts and bounds[0].unit == "%" and reading.field and (bare := read_amount(reading.text)):
        amounts = [] if bare.unit else [bare]  # the field is one of per cents, and says so elsewhere
    if not amounts and claim.negated and not reading.text and not reading.field and reading.refs:
        return passed("it shows no text at all", refs=reading.refs)
    if not amounts:
        name = claim.subject.name if claim.subject is not None and not reading.field else None
        named = contains_words(fold(name or ""), fold(reading.text)) or _mentions(reading, name)
        return _no_number(claim, reading, bounds[0].unit, named=named)
    if (bound := _bounded(reading, amounts[0], claim)) is not None:
        return bound
    distinct = {amount.value for amount in amounts}
    if _first_stands_alone(reading.text, amounts[0]):
        distinct = {amounts[0].value}
    if len(distinct) > 1 and not (len({a.unit for a in amounts}) > 1 and reading.text.startswith(amounts[0].text)):
        shown = ", ".join(amount.text for amount in amounts)
        return error(
            f'"{quote(reading.text, 120)}" shows several numbers: {shown}.', refs=reading.refs,
            mend="Name the one that is meant by its own label, or give its currency or unit.",
        )  # fmt: skip
    number = abs(amounts[0].value) if _is_taken_off(claim) else amounts[0].value
    holds = compare_amounts(number, claim.comparison, [bound.value for bound in bounds])
    return (passed if holds != claim.negated else failed)(reading.text, refs=reading.refs)


_TAKEN_OFF = re.compile(r"\b(?:discount|deduction|rebate|reduction|voucher|coupon)s?\b", re.IGNORECASE)


def _is_taken_off(claim: Claim) -> bool:
    """Tell whether "the discount is $10" is shown as "-$10.00": what it is taken off is shown by its sign."""
    said = f"{claim.subject.text if claim.subject else ''} {claim.by}"
    return bool(_TAKEN_OFF.search(said)) and not any(value.strip().startswith(("-", "−")) for value in claim.values)


def _bounded(reading: Reading, first: Amount, claim: Claim) -> Answer | None:
    """Leave undecided what words in front of a number make of it: "from $50", "less than 5", "about 3 days"."""
    words = _LETTERS.findall(fold(tidy(reading.text)[: first.start]))
    known = set(_LETTERS.findall(fold(f"{claim.subject.text if claim.subject else ''} {claim.by}")))
    if not words or known.intersection(words):
        return None
    return error(
        f'"{quote(reading.text, 120)}" says more than a number.', refs=reading.refs,
        mend="Put into quotes what the page shows, as it shows it.",
    )  # fmt: skip


_LETTERS = re.compile(r"[^\W\d_]+")


def _first_stands_alone(text: str, first: Amount) -> bool:
    """Tell whether a value is behind its label and a remark behind it: "£1,000.00, £640.00 left"."""
    return text.startswith(first.text) and text[len(first.text) :].lstrip()[:1] in {",", ";", "("}


def _comparable(amounts: list[Amount], unit: str) -> list[Amount]:
    return [amount for amount in amounts if not unit or amount.unit == unit]


def _mentions(reading: Reading, name: str | None) -> bool:
    """Tell whether a text has a name among other words, and no value behind it: "Salary Nordlys Media"."""
    said = fold(reading.text)
    return bool(name) and ":" not in said and said != fold(str(name)) and contains_words(said, fold(str(name)))


def _no_number(claim: Claim, reading: Reading, unit: str, *, named: bool) -> Answer:
    """Answer for a text without such a number: refuted, but not by a text that is only what the subject is called."""
    what = f"an amount in {unit}" if unit else "a number"
    rated = unit == "%" and not _RATED.isdisjoint(words_of(claim.subject.name or "" if claim.subject else ""))
    apart = rated and any(amount.unit.isupper() for amount in amounts_in(reading.text))
    if claim.negated or named or apart or (unit == "%" and not reading.field and _LETTERS.search(reading.text)):
        return error(
            f'"{quote(reading.text, 120)}" does not show {what}.',
            refs=reading.refs,
            mend="Name the thing that shows the number.",
        )
    return failed(reading.text or "(empty)", refs=reading.refs)


_RATED = frozenset("vat tax taxes gst commission interest tip duty".split())  # a rate, and the amount it comes to


def compare_amounts(
    actual: Decimal | date | int, comparison: str, bounds: list[Decimal] | list[date] | list[int]
) -> bool:
    """Tell whether a number or day stands in a relation to one bound, or to two for "between" (both included)."""
    low: Any = bounds[0]
    value: Any = actual
    if comparison == "between":
        high: Any = bounds[1]
        return bool(low <= value <= high)
    return bool(
        {"=": value == low, "<": value < low, "<=": value <= low, ">": value > low, ">=": value >= low}[comparison]
    )


def _as_the_field_shows(dates: frozenset[date], reading: Reading, snapshot: Snapshot) -> frozenset[date]:
    """Return which of two readings of a date a field means that shows "MM/DD/YYYY"."""
    placeholder = snapshot.nodes[reading.refs[0]].placeholder if reading.field and reading.refs else ""
    told = frozenset(day for day in dates if date_as_shown(day.isoformat(), placeholder, "") == tidy(reading.text))
    return told or dates


def compare_dates(claim: Claim, reading: Reading, snapshot: Snapshot) -> Answer:
    """Judge whether the day or moment of a text stands in the relation to the bounds of a claim."""
    bounds = [readings for value in claim.values if (readings := read_dates(value))]
    known = dates_in(reading.text)
    if not bounds or known != bounds:
        known = [_as_the_field_shows(dates, reading, snapshot) for dates in known]
    if len(set(known)) != 1:
        if not known and not claim.negated:
            return failed(reading.text or "(empty)", refs=reading.refs)
        return error(
            f'"{quote(reading.text, 120)}" does not show one date.',
            refs=reading.refs,
            mend="Name the thing that shows the date.",
        )
    if known[0] == bounds[0] and claim.comparison == "=":
        outcomes = {True}
    elif len(bounds) == 2:
        outcomes = {compare_amounts(a, "between", [b, c]) for a in known[0] for b in bounds[0] for c in bounds[1]}
    else:
        outcomes = {compare_amounts(a, claim.comparison, [b]) for a in known[0] for b in bounds[0]}
    if len(outcomes) > 1:
        return error(
            f'"{quote(reading.text, 60)}" can be read with the day or the month first, which differ here.',
            refs=reading.refs,
            mend="Show or compare the date in a form with the month in letters, or as 2026-11-22.",
        )  # fmt: skip
    return (passed if outcomes.pop() != claim.negated else failed)(reading.text, refs=reading.refs)
