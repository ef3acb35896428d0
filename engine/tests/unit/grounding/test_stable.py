"""What of a name can be relied upon."""

from __future__ import annotations

import pytest

from aiwebtest.grounding.stable import alike, is_stable_word, pattern


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("Basket (2)", "Basket (#)"),
        ("Total $1,024.50", "Total $#"),
        ("Due 2026-11-22", "Due #"),
        ("Due 12 March 2026", "Due # # #"),
        ("Issue #12", "Issue ##"),
        ("C#", "C#"),
        ("Save", "Save"),
        ("March on", "March on"),
    ],
)
def test_numbers_and_dates_become_a_hash(text: str, stored: str) -> None:
    """They change while the thing stays the same."""
    assert pattern(text, "Click it") == stored
    assert alike(stored, text)


def test_numbers_that_the_sentence_speaks_of_stay() -> None:
    """Who writes "page 2" means the 2."""
    assert pattern("Page 2", "Click page 2") == "Page 2"
    assert not alike("Page 2", "Page 3")


def test_a_hash_of_the_page_is_itself() -> None:
    """A name may hold one; with its number kept it is no other's."""
    assert alike("Section #1", "Section #1")
    assert not alike("Section #1", "Section #2")
    assert not alike("C#", "C")
    assert not alike("Basket (#)", "Basket (x)")


def test_case_and_white_space_do_not_matter() -> None:
    """They are a matter of style sheets and templates."""
    assert alike("Add to basket", " ADD TO\nBasket ")
    assert not alike("Add to basket", "Added to basket")


@pytest.mark.parametrize("word", ["save", "icon-trash", "first_name", "submitButton", "MainNav"])
def test_words_that_people_write_are_stable(word: str) -> None:
    """An id or class of words was given by an author."""
    assert is_stable_word(word)


@pytest.mark.parametrize(
    "word",
    [":r3:", "css-1q2w3e", "ember42", "sc-bdVaJa", "jss12", "Button_root__aB1cD", "x", "mt-4", "kqzxw", "hover:bg"],
)
def test_words_that_machines_write_are_not(word: str) -> None:
    """Tomorrow's build has others."""
    assert not is_stable_word(word)
