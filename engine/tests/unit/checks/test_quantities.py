"""Numbers, money and dates in the forms that pages write."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from aiwebtest.grounding.rules.checks.quantities import amounts_in, dates_in, read_amount


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("$59.98", "59.98", "USD"),
        ("59,98 €", "59.98", "EUR"),
        ("1.234,56 €", "1234.56", "EUR"),
        ("€1,234.56", "1234.56", "EUR"),
        ("CHF 1'234.50", "1234.50", "CHF"),
        ("1 234,50 ₽", "1234.50", "RUB"),
        ("1 234,56 €", "1234.56", "EUR"),
        ("USD 12", "12", "USD"),
        ("12 zł", "12", "PLN"),
        ("5 dollars", "5", "USD"),
        ("1,234", "1234", ""),
        ("1.234", "1.234", ""),
        ("1.234 €", "1234", "EUR"),
        ("1.234.567", "1234567", ""),
        ("1,23,456", "123456", ""),
        ("9,99", "9.99", ""),
        ("-5", "-5", ""),
        ("−5", "-5", ""),
        ("-$5.00", "-5.00", "USD"),
        ("20%", "20", "%"),
        ("5 kg", "5", "kg"),
    ],
)
def test_amount_is_read_by_the_stated_rule(text: str, value: str, unit: str) -> None:
    """The rule for ambiguous signs stands at the top of the module."""
    amount = read_amount(text)

    assert amount is not None
    assert (amount.value, amount.unit) == (Decimal(value), unit)


@pytest.mark.parametrize("text", ["A4", "1.2.3", "2026-11-22", "1.2k", "ten", ""])
def test_other_things_with_digits_are_no_amounts(text: str) -> None:
    """A version or a paper size compares with no number."""
    assert amounts_in(text) == []


def test_numbers_side_by_side_stay_apart() -> None:
    """Without a currency a space does not part thousands: "2 100" may be two cells of a line."""
    assert [amount.text for amount in amounts_in("2 100")] == ["2", "100"]


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("2026-11-22", {date(2026, 11, 22)}),
        ("22.11.2026", {date(2026, 11, 22)}),
        ("November 22, 2026", {date(2026, 11, 22)}),
        ("on 3rd of May 2026 at noon", {date(2026, 5, 3)}),
        ("25/12/2026", {date(2026, 12, 25)}),
        ("03/04/2026", {date(2026, 3, 4), date(2026, 4, 3)}),
        ("2026-11-22T10:00:00Z", {date(2026, 11, 22)}),
    ],
)
def test_date_keeps_every_reading_it_can_have(text: str, readings: set[date]) -> None:
    """Which of day and month comes first is the page's secret, so both are kept."""
    assert dates_in(text) == [frozenset(readings)]


def test_days_that_no_calendar_has_are_no_dates() -> None:
    """A serial number may look like one."""
    assert dates_in("31.02.2026") == []
