"""Numbers set by buttons: the "+" beside a number that no field holds, as in many a basket."""

from __future__ import annotations

import re

from aiwebtest.core.intent import Intent
from aiwebtest.core.snapshot import Flag, Node, Snapshot
from aiwebtest.grounding.rules.page import PageView, view_of
from aiwebtest.grounding.rules.rank import Ranking
from aiwebtest.grounding.rules.weights import FITS
from aiwebtest.grounding.rules.wording import ident_words, wording

__all__ = ["by_a_step", "through_steppers"]

_ACTED_ON = int(Flag.CLICKABLE) | int(Flag.EDITABLE)
_SPUN = frozenset(["spinbutton", "slider"])  # what the arrow keys move
_SET = frozenset("slider spinbutton combobox textbox listbox".split())
_MORE = frozenset("+ ＋ ▲ › plus increase increment more up".split())
_FEWER = frozenset("- − – ▼ ‹ minus decrease decrement less fewer down".split())
_TEXTS = frozenset(["label", "legend", "h1", "h2", "h3", "h4", "h5", "h6", "th", "iframe"])  # what takes no value
_LEVELS = 4  # elements up in which the number and both of its buttons stand
_WHOLE = re.compile(r"\d{1,6}")


def through_steppers(intent: Intent, ranking: Ranking, snapshot: Snapshot) -> Ranking:
    """Move from a plain text that is to be set to a number to the button that raises the number beside it."""
    view = view_of(snapshot)
    for one in ranking.found:
        node = view.nodes[one.ref]
        shows_number = (
            not node.flags & _ACTED_ON and node.role not in _SET and _WHOLE.fullmatch(view.text(one.ref).strip())
        )
        if _can_be_set(node, view) and not (shows_number and _raising(one.ref, view) is not None):
            continue
        wanted = _WHOLE.fullmatch(intent.value or "")
        more = _raising(one.ref, view) if wanted else None
        if more is None:
            one.add("wrong kind for the action", note="it takes no value")
        else:
            one.ref = more
            one.add("is acted on through a part", note="the buttons beside its number")
    found = sorted({one.ref: one for one in reversed(ranking.found)}.values(), key=lambda one: (-one.points, one.ref))
    return Ranking(found, ranking.lost)


def by_a_step(intent: Intent, ranking: Ranking, snapshot: Snapshot) -> Ranking | None:
    """Move from what is to be raised or lowered to what does that: the field itself by its keys, else its button."""
    if not ranking.found or ranking.found[0].score < FITS:
        return None
    view, best = view_of(snapshot), ranking.found[0]
    if view.nodes[best.ref].role in _SPUN:
        return ranking
    pair = _pair(best.ref, view)
    if pair is None:
        return None
    best.ref = pair[0 if intent.makes == "raised" else 1]
    best.add("is acted on through a part", note="the buttons beside its number")
    return Ranking([best])


def _can_be_set(node: Node, view: PageView) -> bool:
    if node.tag in _TEXTS:
        return False
    return any(part.flags & _ACTED_ON or part.role in _SET or part.ident for part in view.subtree(node))


def _raising(ref: int, view: PageView) -> int | None:
    """Return the button that raises the only number beside an element, where another lowers it."""
    pair = _pair(ref, view)
    return pair[0] if pair else None


def _pair(ref: int, view: PageView) -> tuple[int, int] | None:
    """Return the two buttons that raise and lower the only number beside an element."""
    for above in [*view.parents(ref)][:_LEVELS]:
        parts = view.subtree(view.nodes[above])
        buttons = [part for part in parts if part.flags & int(Flag.CLICKABLE) and part.visible]
        more = [part.ref for part in buttons if _says(part, _MORE, view)]
        fewer = [part.ref for part in buttons if _says(part, _FEWER, view)]
        if not more and not fewer:
            continue
        pressed = {inner.ref for button in buttons for inner in view.subtree(button)}
        told = {(n.text or n.value).strip() for n in parts if n.ref not in pressed and n.visible}
        numbers = {text for text in told if _WHOLE.fullmatch(text)}
        return (more[0], fewer[0]) if len(more) == len(fewer) == 1 and len(numbers) == 1 else None
    return None


def _says(button: Node, words: frozenset[str], view: PageView) -> bool:
    said = button.name or view.text(button.ref)
    spelled = [said.lower()] if said else [*ident_words(f"{button.testid} {button.ident}")]
    return any(word in words for text in spelled for word in (text, *wording(text).tokens))
