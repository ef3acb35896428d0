"""Reword a sentence that several elements fit, so that it means one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from aiwebtest.core.intent import Intent
from aiwebtest.core.snapshot import Node
from aiwebtest.grounding.rules.describe import called, kind_of, place_of
from aiwebtest.grounding.rules.page import PageView

__all__ = ["rewordings"]

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
_VERBS = {
    "double_click": "Double-click {}", "right_click": "Right-click {}", "type": "Type “…” into {}",
    "append": "Append “…” to {}", "clear": "Clear {}", "check": "Check {}", "uncheck": "Uncheck {}",
    "hover": "Hover over {}", "select": "Select “…” in {}", "press": "Press … in {}", "copy": "Copy {}",
    "wait": "Wait for {}", "scroll": "Scroll to {}", "upload": "Upload “…” to {}", "drag": "Drag {}",
    "focus": "Focus {}", "toggle": "Toggle {}", "set": "Set {} to “…”", "download": "Download with {}",
}  # fmt: skip
_WANTED = 2
_LONGEST_NAME = 60  # characters
_MOST = 6  # elements that are tried, so that a page of a thousand alike costs no more

Means = Callable[[str], int | None]
"""Tells which element a sentence clearly means on the page, as its ref; None for none."""


def rewordings(intent: Intent, refs: Sequence[int], view: PageView, means: Means) -> tuple[str, ...]:
    """Return up to two sentences, each of which means another one of the elements, as `means` confirms."""
    found: list[str] = []
    for ref in sorted(refs[:_MOST]):
        clear = next((sentence for sentence in _sentences(intent, ref, view) if means(sentence) == ref), None)
        found += [clear] if clear else []
        if len(found) == _WANTED:
            break
    return tuple(found)


def _sentences(intent: Intent, ref: int, view: PageView) -> Iterator[str]:
    """Yield ways to say it of one element: by its name, with where it stands, with its place among those alike."""
    node = view.nodes[ref]
    name, kind = called(node, view)[:_LONGEST_NAME], kind_of(node)
    what = f'"{name}" {kind}' if name else kind
    verb = _VERBS.get(intent.action, "Click {}")
    if intent.values:
        verb = verb.replace("…", intent.values[0]).replace("“", '"').replace("”", '"')
    alike = [other.ref for other in view.nodes if _is_alike(other, node, name, view)]
    place = place_of(node, view)
    if len(alike) == 1 and name:
        yield verb.format(f"the {what}")
    if place:
        yield verb.format(f"the {what} {place}")
    if ref in alike[: len(_ORDINALS)] and len(alike) > 1:
        yield verb.format(f"the {_ORDINALS[alike.index(ref)]} {what}")


def _is_alike(node: Node, other: Node, name: str, view: PageView) -> bool:
    same = node.role == other.role and node.tag != "#text" and node.visible
    return same and kind_of(node) == kind_of(other) and called(node, view)[:_LONGEST_NAME] == name
