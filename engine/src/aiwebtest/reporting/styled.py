"""Messages for a terminal: code in bold where styles show, between its backticks where they do not."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from aiwebtest.core.code_spans import code_spans

__all__ = ["styled"]


def styled(text: str, console: Console, style: str = "") -> Text:
    """Return a message as text of a console."""
    if not console.is_terminal or console.color_system is None:
        return Text(text, style)
    return Text.assemble(*((part, f"bold {style}".strip() if code else style) for part, code in code_spans(text)))
