"""How passwords are kept."""

from __future__ import annotations

from argon2 import extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from app.core.security import _HASHER


def test_a_password_is_kept_as_the_standard_recommends() -> None:
    """Tests hash cheaply; servers must not."""
    assert extract_parameters(_HASHER.hash("a password")) == RFC_9106_LOW_MEMORY
