"""Charts: ECharts drawn as SVG, so that colours are CSS variables and light and dark need no word with the server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nicegui import ui
from nicegui.element import Element

from app.web.kit.elements import set_attributes

__all__ = ["COLOURS", "bars", "lines", "stacked"]

COLOURS = ("var(--s1)", "var(--s2)", "var(--s3)", "var(--s4)", "var(--s5)", "var(--s6)")

_FONT = '"Inter Variable", system-ui, sans-serif'  # by name: texts are measured where no variable is known

_AXIS: dict[str, Any] = {
    "axisLine": {"show": False},
    "axisTick": {"show": False},
    "axisLabel": {"color": "var(--text-3)", "fontFamily": _FONT, "fontSize": 11.5, "hideOverlap": True},
}
_SPLIT: dict[str, Any] = {"splitLine": {"lineStyle": {"color": "var(--line)"}}}
_TIP: dict[str, Any] = {
    "trigger": "axis",
    "backgroundColor": "var(--surface)",
    "borderColor": "var(--line)",
    "padding": [9, 12],
    "textStyle": {"color": "var(--text)", "fontFamily": _FONT, "fontSize": 12.5},
    "extraCssText": "border-radius:10px;box-shadow:var(--shadow-2)",
    "axisPointer": {"type": "line", "lineStyle": {"color": "var(--line-2)", "type": "solid"}},
}
_LEGEND: dict[str, Any] = {
    "icon": "roundRect",
    "itemWidth": 10,
    "itemHeight": 10,
    "itemGap": 16,
    "left": 2,
    "top": 0,
    "padding": 0,
    "inactiveColor": "var(--line-2)",
    "textStyle": {"color": "var(--text-2)", "fontFamily": _FONT, "fontSize": 12.5},
}

Series = Sequence[tuple[str, Sequence[float | None], str]]
"""Name, values and colour of each."""


def stacked(label: str, places: Sequence[str], series: Series, *, unit: str = "{value}") -> Element:
    """Show parts of a whole at each place."""
    drawn = [
        {"type": "bar", "name": name, "data": _rounded(series, at), "color": colour, "stack": "all", "barMaxWidth": 26}
        for at, (name, _, colour) in enumerate(series)
    ]
    counted = all(float(value or 0).is_integer() for _, values, _ in series for value in values)
    value = {"axisLabel": {**_AXIS["axisLabel"], "formatter": unit}, "minInterval": 1 if counted else 0}
    return _chart(label, places, drawn, value=value)


def lines(label: str, places: Sequence[str], series: Series, *, unit: str = "{value}") -> Element:
    """Show values as they went; None is a gap."""
    drawn = [
        {
            "type": "line",
            "name": name,
            "data": list(values),
            "color": colour,
            "symbol": "circle",
            "showSymbol": len(values) < 3,
            "symbolSize": 6,
            "lineStyle": {"width": 2},
            "connectNulls": True,
        }
        for name, values, colour in series
    ]
    return _chart(label, places, drawn, value={"axisLabel": {**_AXIS["axisLabel"], "formatter": unit}})


def bars(
    label: str,
    places: Sequence[str],
    values: Sequence[float],
    *,
    colours: Sequence[str] = COLOURS,
    unit: str = "{value}",
) -> Element:
    """Show one value for each place, lying down."""
    data = [
        {"value": value, "itemStyle": {"color": colours[at % len(colours)], "borderRadius": 5}}
        for at, value in enumerate(values)
    ]
    formatter = unit.replace("{value}", "{c}")
    drawn = [
        {
            "type": "bar",
            "data": data,
            "barMaxWidth": 20,
            "label": {
                "show": True,
                "position": "right",
                "color": "var(--text-2)",
                "fontFamily": _FONT,
                "formatter": formatter,
            },
        }
    ]
    value = {"axisLabel": {**_AXIS["axisLabel"], "formatter": unit}}
    return _chart(label, places, drawn, value=value, lying=True, legend=False)


def _rounded(series: Series, at: int) -> list[Any]:
    """Return the values of one part of a stack; where nothing lies above it, its corners are round."""
    above = [any(values[place] for _, values, _ in series[at + 1 :]) for place in range(len(series[at][1]))]
    return [
        value if not value or covered else {"value": value, "itemStyle": {"borderRadius": [4, 4, 0, 0]}}
        for value, covered in zip(series[at][1], above, strict=True)
    ]


def _chart(
    label: str,
    places: Sequence[str],
    series: list[dict[str, Any]],
    *,
    value: dict[str, Any] | None = None,
    lying: bool = False,
    legend: bool = True,
) -> Element:
    for each in series:
        each["emphasis"] = {"disabled": True}
    categories = {"type": "category", "data": list(places), **_AXIS, **({"inverse": True} if lying else {})}
    scale = {"type": "value", **_AXIS, **_SPLIT, **(value or {})}
    options = {
        "animation": False,
        "aria": {"enabled": True, "label": {"description": label}},
        "grid": {
            "left": 4,
            "right": 56 if lying else 10,
            "top": 38 if legend else 12,
            "bottom": 2,
            "containLabel": True,
        },
        "tooltip": _TIP,
        **({"legend": _LEGEND} if legend else {}),
        "xAxis": scale if lying else categories,
        "yAxis": categories if lying else scale,
        "series": series,
    }
    made = ui.echart(options, renderer="svg").classes("aw-chart")
    set_attributes(made, role="img", aria_label=label)
    return made
