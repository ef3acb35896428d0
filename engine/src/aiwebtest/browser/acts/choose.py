"""Options chosen in a select."""

from __future__ import annotations

from aiwebtest.browser.acts.act import Act

__all__ = ["select"]


async def select(act: Act) -> None:
    """Choose the options by label."""
    await act.target.select_option(label=act.values, timeout=act.deadline.left_ms)
