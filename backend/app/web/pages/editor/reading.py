"""How a sentence is understood, as it stands below the sentence; and examples of how to say things."""

from __future__ import annotations

from markupsafe import Markup

from app.services import sheets
from app.services.sheets import Line
from app.web import kit
from app.web.kit.elements import markup

__all__ = ["HINTS", "reading_markup"]

_KINDS = {"act": "do", "check": "check", "extract": "read"}


def reading_markup(line: Line) -> Markup:
    """Return how a sentence is understood; an unclear one with clearer words to press."""
    more = [markup("span", each, cls="aw-tag") for each in line.more]
    if line.fixed:
        return markup("div", markup("span", "steps of another file", cls="aw-kind"), *more, cls="aw-read")
    if not line.text.strip():
        return markup("div", "Write what to do, or what must be so.", cls="aw-read")
    seen = sheets.reading(line.text, line.kind)
    if seen.problem:
        say = [
            markup("button", wording, cls="aw-reword", type="button", data_say=wording) for wording in seen.rewordings
        ]
        inner = [
            markup("span", "unclear", cls="aw-kind", data_k="unclear"),
            markup("span", seen.problem),
            *(markup("span", "Say: ", each) for each in say),
        ]
        return markup("div", *inner, cls="aw-read", data_s="bad")
    return markup(
        "div",
        markup("span", _KINDS.get(seen.kind, seen.kind), cls="aw-kind", data_k=seen.kind),
        markup("span", "; ".join(seen.parts)),
        markup("span", "asks a model", cls="aw-tag") if seen.judged else None,
        *more,
        cls="aw-read",
    )


HINTS = kit.facts(
    (title, markup("span", text, cls="aw-mono"))
    for title, text in (
        ("Do", 'Click "Save"'),
        ("Type", 'Enter "kim" into Name'),
        ("Choose", "Choose Blue from Colour"),
        ("Check", 'The page shows "Saved"'),
        ("Secret", "Enter {SHOP_PASSWORD} into Password"),
        ("Read", "Remember the order number as {order}"),
    )
)
