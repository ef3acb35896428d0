"""Check sentences are read as claims, however they are put."""

from __future__ import annotations

from pathlib import Path

import pytest

from aiwebtest.grounding.rules.checks import describe_claim, parse_check

CORPUS = Path(__file__).parents[2] / "data" / "checks" / "sentences.txt"
READ = [tuple(line.split("  =>  ")) for line in CORPUS.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(("sentence", "meaning"), READ)
def test_sentence_is_read_as_meant(sentence: str, meaning: str) -> None:
    """The corpus was read by a person line by line; a change of meaning has to be looked at."""
    told = " & ".join(f"{claim.kind}: {describe_claim(claim)}" for claim in parse_check(sentence))

    assert told == meaning


def test_what_is_in_quotes_is_never_read_as_language() -> None:
    """Text of a page may hold any word, "not" and "and" included."""
    [claim] = parse_check('I see "There are not 3 errors and the page is closed"')

    assert (claim.kind, claim.negated) == ("text", False)
    assert claim.values == ("There are not 3 errors and the page is closed",)


@pytest.mark.parametrize(
    "sentence",
    [
        'I do not see "Paid"',
        'I don\'t see "Paid"',
        'I should not see "Paid"',
        'I can no longer see "Paid"',
        '"Paid" is not shown',
        '"Paid" isn\'t visible',
        '"Paid" should no longer be visible',
        '"Paid" must not be displayed',
        '"Paid" is not displayed anymore',
        'there is no "Paid"',
        '"Paid" has disappeared',
        '"Paid" is gone',
        'the page does not contain "Paid"',
        "the page never shows “Paid”",
        'Verify the absence of "Paid"',
        'Expect "Paid" not to be visible',
        'none of the page shows "Paid"',
    ],
)
def test_negation_is_found_wherever_it_stands(sentence: str) -> None:
    """A lost "not" would turn every such check around."""
    assert all(claim.negated or claim.kind == "semantic" for claim in parse_check(sentence))


@pytest.mark.parametrize(
    "sentence",
    [
        "the list does not contain duplicates",
        "the page is not slow",
        "the button is not animated",
        "no product is damaged",
        'only "Ada" is shown',
        "everything is visible",
        'the page shows "A" or "B"',
        "if I am logged in, my name is shown",
        "not all boxes are checked",
        "the total is the same as before",
    ],
)
def test_what_would_hold_for_any_page_is_left_to_a_model(sentence: str) -> None:
    """Read to the letter, each of these would pass on nearly every page."""
    assert [claim.kind for claim in parse_check(sentence)] == ["semantic"]


@pytest.mark.parametrize("sentence", ["", "   ", "Check", "verify that", "?!", '""', "and", "the", "is", "not"])
def test_empty_words_are_read_without_an_exception(sentence: str) -> None:
    """Whatever a person writes, the answer is a claim or an undecided one, not a traceback."""
    assert parse_check(sentence)
