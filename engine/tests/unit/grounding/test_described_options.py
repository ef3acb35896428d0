"""Options described by their letters."""

import pytest

from aiwebtest.core.intent import OptionPattern
from aiwebtest.grounding.rules.act import parse_act


@pytest.mark.parametrize(
    ("sentence", "pattern", "field"),
    [
        ('Enter an item that starts with "Sa" and ends with "ino".', OptionPattern(starts="Sa", ends="ino"), None),
        ('Type an item that starts with "Par"', OptionPattern(starts="Par"), None),
        ('Select an option that contains "land" from the Country list', OptionPattern(contains="land"), "Country"),
        ('Select the option starting with "Fr" in the Country field', OptionPattern(starts="Fr"), "Country"),
    ],
)
def test_a_described_option_is_a_choice_by_its_letters(
    sentence: str, pattern: OptionPattern, field: str | None
) -> None:
    """Autocompletes are filled so: any suggestion that is as described will do."""
    [intent] = parse_act(sentence)

    assert intent.action == "select"
    assert intent.pattern == pattern
    assert intent.target is not None
    assert intent.target.name == field


@pytest.mark.parametrize(
    ("label", "fits"), [("San Marino", True), ("san marino", True), ("Samoa", False), ("Marino Sa", False)]
)
def test_a_pattern_holds_for_start_and_end_together(label: str, fits: bool) -> None:
    """One of two is not enough."""
    assert OptionPattern(starts="Sa", ends="ino").fits(label) is fits
