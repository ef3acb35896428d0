"""Atoms: buttons, pills, tags, moments, meters, notes, empty states, cards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from app.web.kit import words
from app.web.kit.elements import Handler, Raw, Tag, icon, icon_markup, markup, once_at_a_time, prose

__all__ = [
    "Card",
    "bar_markup",
    "button",
    "card",
    "empty",
    "facts",
    "history_markup",
    "link",
    "link_button",
    "meter_markup",
    "note",
    "pill",
    "pill_markup",
    "segments",
    "spark_markup",
    "tags_markup",
    "time_markup",
    "when",
]


def button(
    text: str,
    on_click: Handler | None = None,
    *,
    ico: str = "",
    look: str = "",
    label: str = "",
    kind: str = "button",
    disabled: bool = False,
    key: str = "",
    name: str = "",
    value: str = "",
) -> Raw:
    """Show a button. Without text, `label` names it. `look`: pri, bad, ghost, small, several with spaces.

    Pressed again while `on_click` is at work, it does nothing.
    """
    classes = " ".join(["aw-btn", *(f"aw-{each}" for each in look.split()), *([] if text else ["aw-only"])])
    made = Raw(_inside(ico, text), tag="button", cls=classes, type=kind, disabled=disabled, data_key=key or None)
    made.set(
        aria_label=label or None, title=label if label and not text else None, name=name or None, value=value or None
    )
    if on_click is not None:
        made.when("click", once_at_a_time(on_click))
    return made


def link_button(
    text: str, to: str, *, ico: str = "", look: str = "", label: str = "", download: bool = False, tab: bool = False
) -> Raw:
    """Show a link that looks like a button; `tab` opens another tab."""
    classes = " ".join(["aw-btn", *(f"aw-{each}" for each in look.split()), *([] if text else ["aw-only"])])
    made = Raw(_inside(ico, text), tag="a", cls=classes, href=to, aria_label=label or None, download=download)
    return made.set(target="_blank" if tab else None, rel="noopener" if tab else None)


def _inside(ico: str, text: str) -> Markup:
    return (icon_markup(ico) if ico else Markup("")) + (markup("span", text) if text else "")


def link(text: str, to: str) -> Tag:
    """Show a link."""
    return Tag("a", text, cls="aw-link", href=to)


def pill(state: str, text: str = "") -> Tag:
    """Show a state as a coloured word."""
    return Tag("span", text or words.title_of(state), cls="aw-pill", data_s=state)


def pill_markup(state: str, text: str = "") -> Markup:
    """Return a state as a coloured word."""
    return markup("span", text or words.title_of(state), cls="aw-pill", data_s=state)


def tags_markup(tags: Iterable[str]) -> Markup:
    """Return tags."""
    return markup("span", *(markup("span", tag, cls="aw-tag") for tag in tags), cls="aw-tags")


def when(at: datetime | None, *, form: str = "ago", never: str = "never") -> Tag:
    """Show a moment in the viewer's zone. `form`: ago, time, clock, date, both."""
    return Tag("aw-time", at=words.moment(at), as_=form) if at else Tag("span", never, cls="aw-sub")


def time_markup(at: datetime | None, *, form: str = "ago", never: str = "never") -> Markup:
    """Return a moment in the viewer's zone."""
    return markup("aw-time", at=words.moment(at), as_=form) if at else markup("span", never, cls="aw-sub")


def history_markup(outcomes: Sequence[str], *, places: int = 12) -> Markup:
    """Return the last outcomes, oldest first, as little bars that a screen reader reads as one sentence."""
    shown = list(outcomes)[-places:]
    padded = [""] * (places - len(shown)) + shown
    counted = {outcome: shown.count(outcome) for outcome in dict.fromkeys(shown)}
    told = ", ".join(f"{number} {outcome}" for outcome, number in counted.items()) or "no runs yet"
    return markup(
        "span",
        *(markup("i", data_s=outcome or None) for outcome in padded),
        cls="aw-hist",
        role="img",
        aria_label=told,
        title=told,
    )


def bar_markup(share: float, *, label: str, state: str = "") -> Markup:
    """Return how full something is, 0 to 1."""
    full = max(0.0, min(1.0, share)) * 100
    inner = markup("i", style=f"--p:{full:.1f}%")
    return markup(
        "div",
        inner,
        cls="aw-bar",
        role="progressbar",
        aria_label=label,
        aria_valuenow=f"{full:.0f}",
        aria_valuemin="0",
        aria_valuemax="100",
        data_s=state or None,
    )


def meter_markup(text: str, share: float, *, label: str) -> Markup:
    """Return a figure with a bar beside it."""
    return markup("div", markup("span", text), bar_markup(share, label=label), cls="aw-meter aw-num")


def spark_markup(values: Sequence[float], *, colour: str = "var(--s1)") -> Markup:
    """Return a little line of values, for the eye only."""
    if len(values) < 2 or not any(values):
        return Markup("")
    low, high = min(values), max(values)
    points = [
        (at * 84 / (len(values) - 1), 30 - 26 * (value - low) / ((high - low) or 1)) for at, value in enumerate(values)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return Markup(
        '<svg class="aw-spark" viewBox="0 0 84 34" aria-hidden="true" style="color:{0}">'
        '<polygon points="0,34 {1} 84,34" fill="currentColor" opacity=".13"/><polyline points="{1}" fill="none" '
        'stroke="currentColor" stroke-width="1.8" stroke-linejoin="round" stroke-linecap="round"/></svg>'
    ).format(colour, line)


@dataclass(frozen=True, slots=True)
class Card:
    """A card's parts: `head` takes buttons beside the title."""

    box: Tag
    head: Tag


@contextmanager
def card(title: str, *, sub: str = "", body: bool = True, cls: str = "") -> Iterator[Card]:
    """Show a titled box; what is made inside goes into its body."""
    box = Tag("section", cls=f"aw-card {cls}".strip(), aria_label=title)
    with box:
        with Tag("header"):
            Raw(markup("h2", title) + (markup("p", sub, cls="aw-sub") if sub else ""))
            head = Tag("div", cls="aw-acts")
        with Tag("div", cls="aw-body" if body else ""):
            yield Card(box, head)


@contextmanager
def empty(title: str, text: str, *, ico: str) -> Iterator[None]:
    """Say that there is nothing yet and what to do next; what is made inside are the ways on."""
    with Tag("div", cls="aw-empty"):
        with Tag("div", cls="aw-badge"):
            icon(ico)
        Tag("h2", title)
        Raw(prose(text), tag="p")
        with Tag("div", cls="aw-acts"):
            yield


def note(what: str, mend: str = "", *, state: str = "note", title: str = "") -> Tag:
    """Say something of weight: `state` note, good, warn or bad."""
    made = Tag("div", cls="aw-note", data_s=state, role="alert" if state == "bad" else None)
    with made:
        icon({"good": "check", "note": "info"}.get(state, "alert"))
        with Tag("div"):
            if title:
                Tag("b", title)
            Raw(prose(what))
            if mend:
                Raw(prose(f"Try: {mend}"), cls="aw-mend")
    return made


def facts(pairs: Iterable[tuple[str, object]]) -> Markup:
    """Return names and values, one below the other."""
    return markup("dl", *(markup("dt", name) + markup("dd", value) for name, value in pairs), cls="aw-facts")


def segments(options: Sequence[tuple[str, str]], current: str, *, label: str) -> Tag:
    """Show links of which one is where we are: `options` are pairs of text and address."""
    made = Tag("nav", cls="aw-seg", aria_label=label)
    with made:
        for text, to in options:
            Tag("a", text, href=to, aria_current="page" if to == current else None)
    return made


def iconed(ico: str, text: str) -> Markup:
    """Return a text with an icon before it."""
    return markup("span", icon_markup(ico), " ", text)
