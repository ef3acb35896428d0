"""What the audit page says of an entry, in words of the pages."""

from __future__ import annotations

import pytest

from app.web.pages.audit_words import told


@pytest.mark.parametrize(
    ("detail", "says"),
    [
        ({"on": True}, "turned on"),
        ({"on": False}, "turned off"),
        ({"role": "editor", "active": False}, "role: editor · made inactive"),
        ({"shared": True, "scopes": ["read", "run"]}, "shared: yes · scopes: read, run"),
        (
            {"budget_usd_per_day": 2.5, "retention_days": None, "allow_origins": []},
            "budget of one day: $2.50 · days kept: not set · allowed origins: not set",
        ),
        ({"changed": ["cron", "enabled"]}, "changed: when, active"),
        ({"link": 3, "until": "2026-12-07T04:30:00+01:00"}, "link: 3 · until: 07 Dec 2026, 03:30 UTC"),
    ],
)
def test_details_of_the_audit_trail_are_words_of_the_pages(detail: dict[str, object], says: str) -> None:
    """An owner reads them, who knows neither names of the schema nor values of Python."""
    assert told(detail) == says
