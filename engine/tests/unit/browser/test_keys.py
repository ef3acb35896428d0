"""Names of keys, from people's to Playwright's."""

from __future__ import annotations

import pytest

from aiwebtest.browser.acts.keys import playwright_keys
from aiwebtest.core.errors import UsageError


@pytest.mark.parametrize(
    ("written", "chords"),
    [
        ("Enter", ["Enter"]),
        ("return", ["Enter"]),
        ("esc", ["Escape"]),
        ("Arrow Down", ["ArrowDown"]),
        ("page up", ["PageUp"]),
        ("a", ["a"]),
        ("+", ["+"]),
        ("f5", ["F5"]),
        ("Ctrl+A", ["Control+a"]),
        ("ctrl + shift + k", ["Control+Shift+k"]),
        ("Option-Left", ["Alt+ArrowLeft"]),
        ("Cmd+S", ["ControlOrMeta+s"]),
        ("Control or Meta+a", ["ControlOrMeta+a"]),
        ("Ctrl++", ["Control++"]),
        ("Tab, Tab then Enter", ["Tab", "Tab", "Enter"]),
    ],
)
def test_keys_are_understood_as_people_write_them(written: str, chords: list[str]) -> None:
    """Keyboards differ in what is printed on them."""
    assert playwright_keys(written) == chords


@pytest.mark.parametrize("written", ["", "Hyper", "a+b"])
def test_what_is_no_key_is_refused(written: str) -> None:
    """With advice, not with the browser's own words."""
    with pytest.raises(UsageError):
        playwright_keys(written)
