"""Secrets stay out of every text, in whatever form they come back."""

from __future__ import annotations

import base64
import json

import pytest

from aiwebtest.core.scope import Scope

SECRET = 'tr0ub4dor&3"ö'


@pytest.mark.parametrize("before", ["", "a", "ab", "ada:"])
@pytest.mark.parametrize("behind", ["", "x", "xy"])
def test_a_secret_within_base64_is_masked(before: str, behind: str) -> None:
    """As in the header of basic authentication."""
    text = base64.b64encode(f"{before}{SECRET}{behind}".encode()).decode()

    masked = Scope({}, {"PASSWORD": SECRET}).mask(f"Authorization: Basic {text}")

    assert "{PASSWORD}" in masked
    assert base64.b64encode(SECRET.encode()).decode()[4:12] not in masked


def test_a_secret_in_json_within_json_is_masked() -> None:
    """Traces hold answers as text in JSON."""
    text = json.dumps({"body": json.dumps({"password": SECRET})})

    assert Scope({}, {"PASSWORD": SECRET}).mask(text) == '{"body": "{\\"password\\": \\"{PASSWORD}\\"}"}'


def test_a_form_that_a_page_gave_a_secret_is_learnt() -> None:
    """A card number in groups of four is still the card number."""
    scope = Scope({}, {"CARD": "4111111111111111"})

    scope.learn("pay with {CARD}", "4111 1111 1111 1111")

    assert scope.mask("Card: 4111 1111 1111 1111") == "Card: {CARD}"
