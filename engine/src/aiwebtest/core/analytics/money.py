"""How sums of money are written."""

from __future__ import annotations

__all__ = ["usd"]


def usd(value: float) -> str:
    """Return US dollars for people: `$1,234.50`, and more digits below one dollar."""
    return f"${value:,.2f}" if value >= 1 or value == 0 else f"${value:.4f}"
