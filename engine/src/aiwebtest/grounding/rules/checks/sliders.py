"""What the words along a slider tell: its ends are on offer, and the one at its place says where it stands."""

from __future__ import annotations

from itertools import takewhile

from aiwebtest.core.claim import Claim
from aiwebtest.core.snapshot import Node, Snapshot
from aiwebtest.grounding.rules.checks.answer import Answer, error, failed, passed
from aiwebtest.grounding.rules.checks.kinds import is_field
from aiwebtest.grounding.rules.checks.shown import Reading
from aiwebtest.grounding.rules.checks.text import fold, matches

__all__ = ["along_scale", "is_scale"]

_HIGH = 60  # pixels that a slider and its words have at most
_NEAR = 0.06  # of the length of a scale, by which a word may stand beside its place
_PLAIN = frozenset({"", "group", "slider"})
_CONTROLS = frozenset("button link checkbox radio switch tab".split())


def along_scale(claim: Claim, reading: Reading, snapshot: Snapshot) -> Answer | None:
    """Judge "the detail is high" by the word at the place of a slider, whose own value is but a number."""
    slider = snapshot.nodes[reading.refs[0]] if len(reading.refs) == 1 else None
    numbers = any(c.isdigit() for value in claim.values for c in value)
    if slider is None or slider.role != "slider" or numbers or any(c.isalpha() for c in reading.text):
        return None
    if (word := _word_at(slider, snapshot)) is None:
        return error(
            f"The slider is at {reading.text}, and nothing tells what that is called.", refs=reading.refs,
            mend="Say the number, or check what the page shows of it.",
        )  # fmt: skip
    holds = all(matches(word, value, claim.match, quoted=False) for value in claim.values)
    return (passed if holds != claim.negated else failed)(word, refs=reading.refs)


def is_scale(node: Node, snapshot: Snapshot) -> bool:
    """Tell whether an element is no more than one slider and the words along it."""
    if node.role not in _PLAIN or node.tag == "#text" or node.box[3] > _HIGH:
        return False
    sliders: list[int] = snapshot.memo.setdefault("sliders", [n.ref for n in snapshot.nodes if n.role == "slider"])
    held = [ref for ref in sliders if node.ref <= ref < node.end]
    if len(held) != 1:
        return False
    others = (one for one in snapshot.subtree(node) if one.ref != held[0] and one.visible)
    return not any(is_field(one) or one.role in _CONTROLS for one in others)


def _word_at(slider: Node, snapshot: Snapshot) -> str | None:
    """Return the one word that stands at the place of a slider's value along its scale; None where it is not told."""
    scales = list(takewhile(lambda one: is_scale(one, snapshot), snapshot.ancestors(slider)))
    place = _place(slider)
    if not scales or place is None or not scales[-1].box[2]:
        return None
    scale = scales[-1]
    left, _, length, _ = scale.box
    said = {
        fold(node.text) for node in snapshot.subtree(scale)
        if node.visible and node.text and abs((node.box[0] + node.box[2] / 2 - left) / length - place) <= _NEAR
    }  # fmt: skip
    return said.pop() if len(said) == 1 else None


def _place(slider: Node) -> float | None:
    """Return where a slider stands, from 0 to 1."""
    try:
        least, most, now = (float(text) for text in (slider.extra["min"], slider.extra["max"], slider.value))
    except (KeyError, ValueError):
        return None
    return (now - least) / (most - least) if most > least else None
