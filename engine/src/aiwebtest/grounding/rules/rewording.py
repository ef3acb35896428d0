"""Reword a sentence that several elements fit, so that it means one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from aiwebtest.core.intent import Intent
from aiwebtest.grounding.rules.describe import called, kind_of, place_of
from aiwebtest.grounding.rules.page import PageView

__all__ = ["rewordings"]

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
_VERBS = {
    "double_click": "Double-click", "right_click": "Right-click", "type": "Type “…” into", "append": "Append “…” to",
    "clear": "Clear", "check": "Check", "uncheck": "Uncheck", "hover": "Hover over", "select": "Select “…” in",
    "press": "Press …",
    "copy": "Copy", "wait": "Wait for", "scroll": "Scroll to", "upload": "Upload “…” to", "drag": "Drag",
    "focus": "Focus",
    "toggle": "Toggle", "set": "Set", "download": "Download with",
}  # fmt: skip


def rewordings(intent: Intent, refs: Sequence[int], view: PageView) -> tuple[str, ...]:
    """Return up to two sentences, each of which means another one of the elements."""
    shown = list(refs[: len(_ORDINALS)])
    kinds = Counter(kind_of(view.nodes[ref]) for ref in shown)
    places = Counter(place_of(view.nodes[ref], view) for ref in shown)
    sentences = [_sentence(intent, ref, place, kinds, places, view) for place, ref in enumerate(sorted(shown))]
    return tuple(dict.fromkeys(sentences))[:2]


def _sentence(intent: Intent, ref: int, number: int, kinds: Counter[str], places: Counter[str], view: PageView) -> str:
    node = view.nodes[ref]
    kind, place = kind_of(node), place_of(node, view)
    name = called(node, view)
    what = f'"{name[:60]}" {kind}' if name else kind
    verb = _VERBS.get(intent.action, "Click")
    if intent.values:
        verb = verb.replace("…", intent.values[0]).replace("“", '"').replace("”", '"')
    if place and places[place] == 1:
        return f"{verb} the {what} {place}"
    if kinds[kind] == 1:
        return f"{verb} the {what}"
    return f"{verb} the {_ORDINALS[number]} {what}"
