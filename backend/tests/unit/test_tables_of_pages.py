"""Tables of the web UI, as markup."""

from __future__ import annotations

from markupsafe import Markup

from app.web import kit


def test_a_table_without_links_can_be_scrolled_by_keys() -> None:
    """A long word makes it wider than its card, and there is nothing else in it for the focus to go to."""
    plain = kit.table_markup(["What", "Who"], [["Test changed", "ada@example.com"]], label="Trail")
    linked = kit.table_markup(["What"], [[Markup('<a href="/tests/1">Buy a lamp</a>')]], label="Tests")

    assert 'tabindex="0"' in plain
    assert 'role="region" aria-label="Trail"' in plain
    assert "tabindex" not in linked
