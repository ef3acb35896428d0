"""Code in messages: what stands between backticks, parted from the words around it, for whoever shows it."""

from __future__ import annotations

import re

__all__ = ["code_spans"]

_CODE = re.compile(r"`([^`\n]+)`")


def code_spans(text: str) -> list[tuple[str, bool]]:
    """Return the parts of a message in their order, each with whether it is code; code comes without its backticks."""
    parts = _CODE.split(text)
    return [(part, at % 2 == 1) for at, part in enumerate(parts) if part]
