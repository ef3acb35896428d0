"""Intervals drawn: an estimate with its bounds on a scale, one below the other, so that overlaps are seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.web.kit.elements import markup

__all__ = ["Drawn", "intervals_markup"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One line: its name, the interval, and the same in words."""

    name: str
    low: float
    estimate: float
    high: float
    told: str
    colour: str = "var(--s1)"


def intervals_markup(lines: Sequence[Drawn], *, low: float, high: float, zero: float | None = None) -> Markup:
    """Return intervals on a scale from `low` to `high`; `zero` is where a line is drawn through all of them."""

    def at(value: float) -> float:
        return 100 * (min(max(value, low), high) - low) / ((high - low) or 1)

    rows = []
    for one in lines:
        left, width = at(one.low), at(one.high) - at(one.low)
        rows.append(
            markup(
                "div",
                markup("b", one.name),
                markup(
                    "span",
                    markup("i", cls="aw-iv-zero", style=f"left:{at(zero):.1f}%") if zero is not None else None,
                    markup("i", cls="aw-iv-bar", style=f"left:{left:.1f}%;width:{max(width, 0.6):.1f}%"),
                    markup("i", cls="aw-iv-dot", style=f"left:{at(one.estimate):.1f}%"),
                    cls="aw-iv-track",
                    role="img",
                    aria_label=f"{one.name}: {one.told}",
                    style=f"--c:{one.colour}",
                ),
                markup("span", one.told, cls="aw-sub aw-num"),
                cls="aw-iv",
            )
        )
    return markup("div", *rows, cls="aw-ivs")
