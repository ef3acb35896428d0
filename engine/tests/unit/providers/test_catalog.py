"""What is known of providers is data; these hold it to itself and to the price table."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from aiwebtest.core.case import PROVIDERS
from aiwebtest.core.events import Attempt
from aiwebtest.engine.asking import fallback_notes
from aiwebtest.providers.catalog import KNOWN, advice, known_model
from aiwebtest.providers.pricing import table_price


def test_every_provider_that_a_test_may_name_is_known() -> None:
    """A name without knowledge could not be advised on."""
    assert set(KNOWN) == set(PROVIDERS) - {"builtin"}


@pytest.mark.parametrize("name", KNOWN)
def test_defaults_are_current_and_priced(name: str) -> None:
    """Nobody who sets only a key may end at a retired model or at unknown costs."""
    default = known_model(name, KNOWN[name].default_model)

    assert default is not None
    assert default.ends_on is None
    assert table_price(name, default.name, 1000, 1000) is not None


@pytest.mark.parametrize(
    ("name", "model"), [(name, model) for name, known in KNOWN.items() for model in known.models if model.ends_on]
)
def test_what_ends_has_a_current_successor(name: str, model: object) -> None:
    """A warning without a way out is of little use."""
    successor = known_model(name, model.successor)  # type: ignore[attr-defined]

    assert successor is not None
    assert successor.ends_on is None


def test_advice_tells_the_past_from_the_future() -> None:
    """An announced end leaves time; a past one does not."""
    ends = date(2026, 12, 1)

    assert "is announced to end on 2026-12-01" in advice("google", "gemini-2.5-flash", today=ends - timedelta(1))
    assert "ended on 2026-12-01" in advice("google", "gemini-2.5-flash", today=ends)
    assert "did you mean gpt-oss-120b?" in advice("cerebras", "gpt-oss-20b", today=ends)
    assert advice("openrouter", "somebody/something", today=ends) == ""


def test_a_fallback_is_told_with_its_reason() -> None:
    """On the step, so that nobody takes the second provider's answer for the first one's."""
    attempts = [
        Attempt(provider="cerebras", model_asked="m", outcome="rate_limit"),
        Attempt(provider="google", model_asked="g"),
        Attempt(provider="google", model_asked="g", outcome="prose"),
        Attempt(provider="google", model_asked="g"),
    ]

    assert fallback_notes(attempts) == ("google/g answered in the place of cerebras/m (rate limit).",)
