"""What is known of providers is data; these hold it to itself and to the price table."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from aiwebtest.config.providers import ProviderSettings
from aiwebtest.core.case import PROVIDERS
from aiwebtest.core.events import Attempt
from aiwebtest.engine.asking import fallback_notes
from aiwebtest.providers.catalog import KNOWN, advice, known_model
from aiwebtest.providers.pricing import table_price
from aiwebtest.providers.registry import Providers


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


@pytest.mark.parametrize(
    ("provider", "meant"),
    [
        ("google/gemini-3.5-flsh-lite", "did you mean gemini-3.5-flash-lite?"),
        ("openrouter/antropic/claude-haiku-4.5", "did you mean anthropic/claude-haiku-4.5?"),
        ("google/gemini-3.6-flash", ""),  # in the price table alone
        ("openrouter/somebody/something", ""),  # like nothing that is known
    ],
)
def test_a_likely_slip_in_the_name_of_a_model_is_told(provider: str, meant: str) -> None:
    """And no more than told: models come sooner than lists of them."""
    providers = Providers(ProviderSettings(_env_file=None, google_api_key="k", openrouter_api_key="k"))

    told = "".join(providers.check([provider]))

    assert meant in told
    assert bool(meant) == bool(told)


def test_a_server_of_ones_own_has_the_models_that_it_has() -> None:
    """Their names are like those of others, and no slips."""
    settings = ProviderSettings(_env_file=None, openai_api_base="http://127.0.0.1:9/v1", openai_model="gpt-5-mni")

    assert Providers(settings).check(["openai"]) == ()


def test_a_fallback_is_told_with_its_reason() -> None:
    """On the step, so that nobody takes the second provider's answer for the first one's."""
    attempts = [
        Attempt(provider="cerebras", model_asked="m", outcome="rate_limit"),
        Attempt(provider="google", model_asked="g"),
        Attempt(provider="google", model_asked="g", outcome="prose"),
        Attempt(provider="google", model_asked="g"),
    ]

    assert fallback_notes(attempts) == ("google/g answered in the place of cerebras/m (rate limit).",)
