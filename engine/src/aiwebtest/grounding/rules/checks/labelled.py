"""Values beside labels: what stands behind a label in its line, or in the next cell, sibling or definition."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aiwebtest.core.snapshot import Flag, Node, Snapshot
from aiwebtest.grounding.rules.checks.chosen import TICKED, ticked_in
from aiwebtest.grounding.rules.checks.kinds import ROWS, is_container, is_field
from aiwebtest.grounding.rules.checks.names import strip_decoration
from aiwebtest.grounding.rules.checks.quantities import amounts_in
from aiwebtest.grounding.rules.checks.shown import Reading, in_segments, shown_value, text_in, whole_text
from aiwebtest.grounding.rules.checks.tables import in_headed_table
from aiwebtest.grounding.rules.checks.text import Block, blocks_of, contains_words, fold, shown_text, tidy
from aiwebtest.grounding.rules.drawn import drawn_label, without_arrow
from aiwebtest.grounding.rules.page import view_of

__all__ = ["LABEL_AND_VALUE", "PRESSED", "labelled", "numbered"]

LABEL_AND_VALUE = 2  # texts


def labelled(
    name: str, snapshot: Snapshot, inside: Node | None, *, exact: bool, numbers: bool = True
) -> Iterator[Reading]:
    """Yield the texts that stand under a label: behind it in its own line, or beside it.

    Without `numbers`, "Question 3 of 10" says nothing about the question.
    """
    wanted = fold(name)
    bare = strip_decoration(wanted)
    for block in blocks_of(snapshot, inside):
        text = block.folded
        if bare not in text:
            continue
        if exact and (value := _second_of_pair(block, bare, snapshot)) is not None:
            yield text_in(value, snapshot)
        elif (behind := _behind(block.text, text, wanted, exact=exact, numbers=numbers)) is not None:
            yield Reading(behind, block.refs, parts=_stressed(behind, block, snapshot))
        elif _is_label(text, wanted, exact=exact) and not any(
            _pressed(snapshot.nodes[ref], snapshot) for ref in block.refs
        ):
            beside = _beside(snapshot, block, inside)
            if beside is not None:
                yield beside


def _second_of_pair(block: Block, bare: str, snapshot: Snapshot) -> Node | None:
    """Return the value of a label and its value that stand in one line as all that a block says, the value an element.

    The label is an element of another kind, or the bare text in front of it: `<div>Priority <span>High</span></div>`.
    """
    if len(block.refs) != 2:
        return None
    label, value = (snapshot.nodes[ref] for ref in block.refs)
    if strip_decoration(fold(label.text)) != bare or value.tag == "#text":
        return None
    if any(_pressed(node, snapshot) for node in (label, value)):
        return value if _is_a_line(label, block, snapshot) else None
    around = snapshot.nodes[label.parent]
    if label.tag == "#text":
        plain = label.end in (value.ref, value.parent) and around.ref == block.root
    else:
        plain = label.parent == value.parent and label.ident != value.ident
    return value if plain and not (label.role or value.role) and around.tag in _HOLDING_PAIRS else None


def _is_a_line(label: Node, block: Block, snapshot: Snapshot) -> bool:
    """Tell whether what is pressed is a line of settings, drawn as a plain element: its label and its value alone."""
    line = next((one for one in snapshot.ancestors(label) if one.role in PRESSED), None)
    if line is None or line.role != "button" or line.tag not in _HOLDING_PAIRS or line.box[2] < _LINE:
        return False
    return [n.ref for n in snapshot.subtree(line) if n.visible and n.text] == list(block.refs)


_LINE = 200  # CSS pixels


_HOLDING_PAIRS = frozenset({"div", "td", "li", "dd", "dl", "section", "p"})


def _is_label(text: str, wanted: str, *, exact: bool) -> bool:
    if strip_decoration(text) == strip_decoration(wanted):
        return True
    if text.startswith("your "):  # what the reader thinks: "Your rating" is not the rating
        return False
    return not exact and len(text) < 60 and contains_words(text, wanted) and not any(c.isdigit() for c in text)


def _behind(written: str, text: str, wanted: str, *, exact: bool, numbers: bool) -> str | None:
    """Return what follows a label in its own line: "$59.98" of "Total: $59.98" or "Total $59.98"."""
    if not contains_words(text, wanted) or len(text) != len(tidy(written)):
        return None
    start = text.find(wanted)
    if start > 0 and (exact or start > 40 or any(c.isdigit() for c in text[:start])):
        return None
    rest = tidy(written)[start + len(wanted) :]
    remark = re.match(r"\s*\([^)\d]*\)", rest)
    rest = rest[remark.end() :] if remark else rest
    if found := re.match(r"\s*(?::|=|–|—|\bis\b:?)\s*(?P<value>\S.*)$", rest):
        return found["value"]
    value = rest.strip()
    return value if numbers and value and (amount := amounts_in(value)) and value.startswith(amount[0].text) else None


def _stressed(behind: str, block: Block, snapshot: Snapshot) -> tuple[str, ...]:
    """Return the element that what follows a label begins with: "SKY-7Q4M" of "<b>SKY-7Q4M</b>. We sent it to Ada"."""
    parts = (snapshot.nodes[ref] for ref in block.refs[1:])
    told = [
        tidy(part.text) for part in parts if part.tag != "#text" and part.text and behind.startswith(tidy(part.text))
    ]
    rest = behind[len(told[0]) :] if told else ""
    return (told[0],) if rest[:2] in (". ", "! ") else ()


def _beside(snapshot: Snapshot, label: Block, inside: Node | None) -> Reading | None:
    """Return the text beside a label that stands alone: the next cell, the definition, the next sibling."""
    node = snapshot.nodes[label.refs[0] if len(label.refs) == 1 else label.root]
    floor = inside.ref if inside is not None else 0
    if node.role == "columnheader" or in_headed_table(node, snapshot):
        return None
    for around in (node, *snapshot.ancestors(node)):
        if around.ref <= floor or around.parent < 0 or around.role in ROWS or around.role in {"table", "list"}:
            return None
        after = _next_sibling(snapshot, around)
        if after is not None:
            if (group := _choices_from(after, snapshot)) is not None:
                return text_in(group, snapshot) if ticked_in(group, snapshot) is not None else None
            after = _past_remark(snapshot, around, after) or after
            return None if _are_entries(around, after) else _value_reading(snapshot, after)
        if _shown_before(snapshot, around, node):
            return None
    return None


def _choices_from(choice: Node, snapshot: Snapshot) -> Node | None:
    """Return what holds several boxes of which an element is one, or its label: that alone is no value of a title."""
    group = snapshot.nodes[choice.parent]
    boxes = [node for node in snapshot.subtree(group) if node.role in TICKED]
    inside = [box for box in boxes if choice.ref <= box.ref < choice.end]
    labels = choice.tag == "label" and any(box.label == snapshot.text_of(choice) for box in boxes)
    return group if len(boxes) > 1 and (len(inside) == 1 or (labels and not inside)) else None


def _past_remark(snapshot: Snapshot, label: Node, remark: Node) -> Node | None:
    """Return the value of a setting whose label has a remark below it: it stands by itself to the right of both."""
    both = snapshot.nodes[label.parent]
    value = _next_sibling(snapshot, both) if both.parent >= 0 and both.role not in {"cell", "row"} else None
    if value is None:
        return None
    (x, y, *_), (left, top, width, height) = value.box, both.box
    right = x >= left + width and top <= y + 1 and y < top + height
    below = remark.box[1] - top >= remark.box[3] / 2
    texts = [sum(bool(n.text) and n.visible for n in snapshot.subtree(part)) for part in (both, value)]
    return value if right and below and texts == [LABEL_AND_VALUE, 1] else None


def _are_entries(node: Node, after: Node) -> bool:
    """Tell whether two elements are entries of a list to press, of which none says anything of the one before it."""
    return node.has(Flag.CLICKABLE) and after.has(Flag.CLICKABLE) and node.tag == after.tag


def _pressed(node: Node, snapshot: Snapshot) -> bool:
    """Tell whether a text is what a button or a tab says: it is no label of what stands beside it."""
    return any(around.role in PRESSED for around in (node, *snapshot.ancestors(node)))


PRESSED = frozenset({"button", "tab", "option", "menuitem"})


def _shown_before(snapshot: Snapshot, around: Node, node: Node) -> bool:
    """Tell whether `around` holds other text than the label's, so that the label does not speak for what follows it."""
    return fold(snapshot.text_of(around)) != fold(snapshot.text_of(node))


def _next_sibling(snapshot: Snapshot, node: Node) -> Node | None:
    at, parent = node.end, snapshot.nodes[node.parent]
    while at < parent.end:
        sibling = snapshot.nodes[at]
        if sibling.visible and (shown_text(sibling) or whole_text(sibling, snapshot)):
            return sibling
        at = sibling.end
    return None


def _value_reading(snapshot: Snapshot, node: Node) -> Reading | None:
    if drawn_label(node, view_of(snapshot)):
        return Reading(without_arrow(snapshot.text_of(node)), (node.ref,), field=True)
    if ticked_in(node, snapshot) is not None:
        return text_in(node, snapshot)
    if node.role in {"heading", *PRESSED} or node.tag == "dt" or (is_container(node) and node.end - node.ref > 8):
        return None
    if node.role == "group" and in_segments(node, snapshot):
        return text_in(node, snapshot)
    field = next((inner for inner in snapshot.subtree(node) if is_field(inner) and inner.visible), None)
    if field is not None:
        return Reading(shown_value(field), (field.ref,), field=True)
    told = [part for part in snapshot.subtree(node)[1:] if part.visible and part.text]
    unpressed = [part for part in told if not _pressed(part, snapshot)]  # the number between "−" and "+"
    return text_in(unpressed[0] if len(unpressed) == 1 < len(told) else node, snapshot)


def numbered(name: str, snapshot: Snapshot, inside: Node | None) -> Iterator[Reading]:
    """Yield the number in front of a word: "2 items" for the subject "items"."""
    wanted = fold(name)
    for block in blocks_of(snapshot, inside):
        if wanted not in block.folded:
            continue
        text = tidy(block.text)
        for amount in amounts_in(text):
            if contains_words(fold(text[amount.end :].lstrip())[: len(wanted) + 1].strip(), wanted):
                yield Reading(amount.text, block.refs)
