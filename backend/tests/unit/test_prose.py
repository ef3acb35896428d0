"""Messages on the pages: code is set as code, and nothing in them is markup."""

from __future__ import annotations

from app.web.kit import prose


def test_what_stands_between_backticks_is_code_and_all_of_it_is_escaped() -> None:
    """Messages quote files and pages, whose text must stay text."""
    assert str(prose("`<b>` is no key, <i>")) == '<code class="aw-word">&lt;b&gt;</code> is no key, &lt;i&gt;'
