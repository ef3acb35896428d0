"""What the pages about measuring share: the way between them, and sentences in a list."""

from __future__ import annotations

from collections.abc import Iterable

from app.web import kit
from app.web.kit.elements import Raw, markup

__all__ = ["sentences", "tabs"]

_PAGES = (
    ("Analytics", "/analytics"),
    ("Experiments", "/experiments"),
    ("Lab", "/lab"),
    ("Routing", "/routing"),
    ("Mutations", "/mutations"),
)


def tabs(here: str) -> None:
    """Show the way to the other pages about measuring."""
    kit.segments(list(_PAGES), here, label="Measuring").classes("aw-parts")


def sentences(told: Iterable[tuple[str, str]], *, label: str) -> None:
    """Show sentences, each with its state: good, bad, warn or none."""
    items = [markup("li", text, data_s=state or None) for state, text in told]
    Raw(markup("ul", *items, cls="aw-told", aria_label=label))
