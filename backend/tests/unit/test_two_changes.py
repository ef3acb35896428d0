"""What two people changed in one file, put together."""

from __future__ import annotations

import pytest

from app.services.versions import merged

BASE = "name: order\nsteps:\n  - Open /\n  - Click Next\n  - Click Pay\n"


@pytest.mark.parametrize(
    ("mine", "theirs", "both"),
    [
        (("Open /", "Open /shop"), ("Click Next", "Click On"), "  - Open /shop\n  - Click On\n  - Click Pay\n"),
        (("Open /", "Open /shop"), ("  - Click Pay\n", ""), "  - Open /shop\n  - Click Next\n"),
        (("Open /", "Open /shop"), ("Open /", "Open /shop"), "  - Open /shop\n  - Click Next\n  - Click Pay\n"),
        (("Click Pay\n", "Click Pay\n  - Wait\n"), ("Open /", "Open /a"),
         "  - Open /a\n  - Click Next\n  - Click Pay\n  - Wait\n"),
        (("Open /", "Open /shop"), ("Open /", "Open /home"), None),
        (("Click Pay\n", "Click Pay\n  - Wait\n"), ("Click Pay\n", "Click Pay\n  - Go\n"), None),
        (("  - Click Next\n", ""), ("Click Next", "Click On"), None),
        (("Click Next\n", "Click Next\n  - Wait\n"), ("Click Pay", "Click Buy"), None),
    ],
)  # fmt: skip
def test_changes_of_other_lines_stand_together_and_those_of_the_same_do_not(
    mine: tuple[str, str], theirs: tuple[str, str], both: str | None
) -> None:
    """Nothing that one of two people wrote is lost unasked."""
    found = merged(BASE, BASE.replace(*mine), BASE.replace(*theirs))

    assert found == (None if both is None else f"name: order\nsteps:\n{both}")
