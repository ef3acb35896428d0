"""A model's answer is held to the sentence."""

from __future__ import annotations

import pytest

from aiwebtest.core.errors import GroundingError
from aiwebtest.grounding.model.answers import intent_of

SENTENCE = 'Introduce me as "Ada Lovelace" with {SHOP_PASSWORD}'


@pytest.mark.parametrize("value", ["Ada Lovelace", "ada  lovelace", "{SHOP_PASSWORD}"])
def test_a_value_is_taken_as_the_sentence_spells_it(value: str) -> None:
    """Models fold white space and capitals."""
    [spelled] = intent_of("fill", (value,), SENTENCE).values

    assert spelled in SENTENCE


@pytest.mark.parametrize("value", ["Bob", "a", "love", "", " ", "Ada Lovelace; drop"])
def test_a_value_that_is_no_word_of_the_sentence_is_refused(value: str) -> None:
    """Nor is a piece of a word."""
    with pytest.raises(GroundingError):
        intent_of("fill", (value,), SENTENCE)


@pytest.mark.parametrize("method", ["goto", "evaluate", "dragAndDrop", "nextPage", ""])
def test_only_a_closed_set_of_actions_is_taken(method: str) -> None:
    """Whatever a page talks a model into."""
    with pytest.raises(GroundingError, match="proposes"):
        intent_of(method, ("Ada",), SENTENCE)


@pytest.mark.parametrize(("method", "way"), [("nextChunk", "down"), ("prevChunk", "up")])
def test_scrolling_goes_where_the_method_says_whatever_comes_with_it(method: str, way: str) -> None:
    """Stagehand has words of its own for the next and the last part of a page."""
    intent = intent_of(method, ("evil",), SENTENCE)

    assert (intent.action, intent.values) == ("scroll", (way,))


def test_an_argument_of_an_action_without_a_value_is_dropped() -> None:
    """A click carries nothing."""
    assert intent_of("click", ("left", "https://evil.test"), SENTENCE).values == ()
