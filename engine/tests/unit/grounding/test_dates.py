"""Dates and times as people write them, in the form that native inputs take."""

from __future__ import annotations

from datetime import date

import pytest

from aiwebtest.grounding.rules.dates import (
    date_as_shown,
    iso_for_input,
    looks_like_date,
    to_iso_date,
    to_iso_datetime,
    to_iso_month,
    to_iso_time,
    to_iso_week,
)


@pytest.mark.parametrize(
    "text",
    ["2026-06-05", "2026/6/5", "6/5/2026", "06/05/26", "5 June 2026", "5th of June, 2026", "June 5th, 2026", ("Jun 5, "
        "2026"),
     "05.06.2026", "5-Jun-2026", "Friday, 5 June 2026", "2026年6月5日", "２０２６-06-05"],
)  # fmt: skip
def test_one_day_in_many_spellings(text: str) -> None:
    """Testers write dates as their application shows them."""
    assert to_iso_date(text) == "2026-06-05"


def test_numbers_are_month_first_unless_impossible_dotted_or_the_locale_says_otherwise() -> None:
    """The rule is stated, so that a reader can foresee it."""
    assert to_iso_date("10/11/2026") == "2026-10-11"
    assert to_iso_date("24/12/2026") == "2026-12-24"
    assert to_iso_date("10.11.2026") == "2026-11-10"
    assert to_iso_date("10/11/2026", locale="en-GB") == "2026-11-10"
    assert to_iso_date("10/24/2026", locale="en-GB") == "2026-10-24"


def test_month_names_of_the_locale_are_known() -> None:
    """A French page's test says "juin"."""
    assert to_iso_date("5 juin 2026", locale="fr-FR") == "2026-06-05"
    assert to_iso_date("5 juin 2026") is None


@pytest.mark.parametrize("text", ["", "hello", "10", "13/13/2026", "2026-02-30", "1,5", "June", "5 June", "12345"])
def test_text_that_is_no_whole_date_is_refused(text: str) -> None:
    """Guessing a missing part would put a wrong date into the field."""
    assert to_iso_date(text) is None
    assert not looks_like_date(text)


def test_relative_days_need_to_be_told_what_today_is() -> None:
    """The rules have no clock."""
    assert to_iso_date("tomorrow") is None
    assert to_iso_date("tomorrow", today=date(2026, 12, 31)) == "2027-01-01"
    assert to_iso_date("in 2 weeks", today=date(2026, 1, 1)) == "2026-01-15"
    assert to_iso_date("3 days ago", today=date(2026, 1, 1)) == "2025-12-29"


@pytest.mark.parametrize(
    ("text", "iso"),
    [("7:55 PM", "19:55"), ("7pm", "19:00"), ("12 a.m.", "00:00"), ("12:30 am", "00:30"), ("08:22", "08:22"),
     ("7.30 pm", "19:30"), ("noon", "12:00"), ("19:55:30", "19:55:30"), ("25:00", None), ("13 pm", None), ("7", None)],
)  # fmt: skip
def test_times_of_day(text: str, iso: str | None) -> None:
    """A bare number is no time: it may be anything."""
    assert to_iso_time(text) == iso


def test_every_native_input_gets_its_own_form() -> None:
    """Each `<input>` type takes one form and silently drops all others."""
    assert iso_for_input("date", "June 5, 2026") == "2026-06-05"
    assert iso_for_input("time", "7:55 PM") == "19:55"
    assert iso_for_input("datetime-local", "5 June 2026 at 7:55 PM") == "2026-06-05T19:55"
    assert iso_for_input("month", "June 2026") == "2026-06"
    assert iso_for_input("week", "week 3 of 2026") == "2026-W03"
    assert iso_for_input("text", "June 5, 2026") is None


def test_months_weeks_and_moments_from_other_spellings() -> None:
    """A whole date names its month and week; a date alone is no moment."""
    assert to_iso_month("06/2026") == to_iso_month("2026-06-05") == "2026-06"
    assert to_iso_week("2026-06-05") == "2026-W23"
    assert to_iso_datetime("2026-06-05T10:30") == "2026-06-05T10:30"
    assert to_iso_datetime("2026-06-05") is None


@pytest.mark.parametrize(
    ("placeholder", "held", "shown"),
    [
        ("dd/mm/yyyy", "", "09/12/2026"), ("YYYY-MM-DD", "", "2026-12-09"), ("d.m.yy", "", "9.12.26"),
        ("jj/mm/aaaa", "", "09/12/2026"), ("Select date", "2026-11-27", "2026-12-09"),
        ("Select date", "12/11/2026", None), ("", "", None), ("and/or/else", "", None), ("mm/mm/yyyy", "", None),
    ],
)  # fmt: skip
def test_a_field_tells_how_it_shows_dates(placeholder: str, held: str, shown: str | None) -> None:
    """By a pattern, or by the ISO date that it holds; numbers alone leave day and month open."""
    assert date_as_shown("2026-12-09", placeholder, held) == shown
