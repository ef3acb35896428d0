"""Where a case begins."""

from __future__ import annotations

import pytest

from aiwebtest.engine.opening import site_of


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("https://shop.example/basket?of=ada@example.com", "https://shop.example"),
        ("https://ada:pass@shop.example:8443/", "https://shop.example:8443"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
        ("about:blank", ""),
    ],
)
def test_a_site_is_an_origin_without_the_name_and_password_in_its_address(address: str, site: str) -> None:
    """It is told in explanations and compared with what a page sends to: neither has them."""
    assert site_of(address) == site
