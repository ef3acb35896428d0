"""What one place of the page shows: its text with its lines, the value of a field, the chips that are chosen in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from unicodedata import category

from aiwebtest.core.snapshot import Flag, Node, Snapshot
from aiwebtest.grounding.rules.checks.chosen import chips_of, ticked_in
from aiwebtest.grounding.rules.checks.kinds import is_field
from aiwebtest.grounding.rules.checks.text import Block, blocks_of
from aiwebtest.grounding.rules.drawn import without_arrow
from aiwebtest.grounding.rules.page import view_of

__all__ = ["Reading", "as_chosen", "chosen_in", "held_in", "in_segments", "shown_value", "text_in", "whole_text"]


@dataclass(frozen=True, slots=True)
class Reading:
    """One place of the page that says something about the subject.

    `text` is what it says, `parts` are its lines: the lines of a section, the title and price of a card.
    """

    text: str
    refs: tuple[int, ...]
    parts: tuple[str, ...] = ()
    field: bool = False


def whole_text(node: Node, snapshot: Snapshot) -> str:
    """Return all that is shown inside a node as one text."""
    if is_field(node) and node.tag in {"input", "select", "textarea"}:
        return shown_value(node)
    return " ".join(block.text for block in _lines_once(snapshot, node)) or (node.name if node.role == "img" else "")


def shown_value(node: Node) -> str:
    """Return the value of a field; the label of what is chosen for a select."""
    if node.value or node.tag in {"input", "select", "textarea"}:
        return node.value.replace("\n", ", ")
    return without_arrow(node.text)


def _lines_once(snapshot: Snapshot, node: Node) -> list[Block]:
    """Return the blocks of a node without those that only join others."""
    seen: set[int] = set()
    kept = []
    for block in blocks_of(snapshot, node):
        if not seen.intersection(block.refs):
            kept.append(block)
            seen.update(block.refs)
    return kept


def text_in(node: Node, snapshot: Snapshot) -> Reading:
    """Return what a node says, with its lines as parts."""
    if node.role == "radiogroup" and (
        chosen := [n for n in snapshot.subtree(node) if n.role == "radio" and n.has(Flag.CHECKED)]
    ):
        return Reading(chosen[0].name or snapshot.text_of(chosen[0]), (node.ref,), field=True)
    if node.role == "group" and (figures := in_segments(node, snapshot)):
        return Reading(figures, (node.ref,), field=True)
    blocks = blocks_of(snapshot, node)
    value = is_field(node) or node.role in _GAUGES
    parts = tuple(dict.fromkeys(block.text for block in blocks))
    measured = node.tag in {"input", "select", "textarea"} or node.role in _GAUGES
    text = shown_value(node) if value and measured else whole_text(node, snapshot)
    if node.tag == "input" and node.role == "combobox" and not text:
        return held_in(node, snapshot)
    if node.tag == "input" and node.type in {"submit", "button", "reset"}:
        text = node.value or node.name
    if node.role == "heading" and not text:  # for screen readers alone
        text = node.text or node.name
    return Reading(text, (node.ref,), parts, field=value)


def in_segments(group: Node, snapshot: Snapshot) -> str:
    """Return the date or time of which each figure is a spinner, as it is shown: "10:30"; empty where it is none."""
    texts = [node for node in snapshot.subtree(group)[1:] if node.visible and node.text]
    spun = [node for node in texts if "spinbutton" in {node.role, *(one.role for one in _up_to(group, node, snapshot))}]
    if len(spun) <= 1 or any(len(node.text) > _SIGN for node in texts if node not in spun):
        return ""
    return "".join(c for node in texts for c in node.text if category(c) != "Cf")


def _up_to(group: Node, node: Node, snapshot: Snapshot) -> Iterator[Node]:
    return takewhile(lambda one: one.ref != group.ref, snapshot.ancestors(node))


_SIGN = 3  # characters of what stands between two figures


def held_in(field: Node, snapshot: Snapshot) -> Reading:
    """Return the value of a field; of one without, the chips of what was chosen in it."""
    chips = () if field.value or field.role != "combobox" else chips_of(field, view_of(snapshot))
    return Reading(", ".join(chips) or shown_value(field), (field.ref,), chips, field=True)


def as_chosen(reading: Reading, snapshot: Snapshot) -> Reading:
    """Return, for a list box or a group that shows all that it offers, what is chosen in it; others as they are."""
    node = snapshot.nodes[reading.refs[0]] if reading.refs else None
    if node is not None and len(reading.refs) == 1 and (ticked := ticked_in(node, snapshot)) is not None:
        return Reading(", ".join(ticked), reading.refs, ticked, field=True)
    if node is None or node.role != "listbox" or node.tag == "select":
        return reading
    options = (n for n in snapshot.subtree(node)[1:] if n.role == "option" and n.has(Flag.SELECTED))
    chosen = tuple(option.name or snapshot.text_of(option) for option in options)
    return Reading(", ".join(chosen), reading.refs, chosen, field=True) if chosen else reading


def chosen_in(reading: Reading, snapshot: Snapshot) -> list[str]:
    """Return the several values that a list holds, each of which is chosen in it; none where it holds only one."""
    fields = [snapshot.nodes[ref] for ref in reading.refs]
    return [
        line for node in fields if _holds_several(node, reading, snapshot)
        for line in (node.value.split("\n") if node.value else reading.parts)
    ]  # fmt: skip


def _holds_several(node: Node, reading: Reading, snapshot: Snapshot) -> bool:
    known = node.has(Flag.MULTIPLE) or node.role in {"combobox", "listbox"}
    return known or (reading.field and bool(ticked_in(node, snapshot)))


_GAUGES = frozenset({"progressbar", "meter"})
