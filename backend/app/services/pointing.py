"""Elements that a person pointed at, told so that the sentence about them means them and nothing else. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from aiwebtest.core.facts import Facts
from aiwebtest.core.snapshot import Flag, Node, Snapshot
from aiwebtest.grounding.rules.checks import judge
from aiwebtest.grounding.rules.decide import decide
from aiwebtest.grounding.rules.describe import called, kind_of, place_of
from aiwebtest.grounding.rules.page import view_of
from aiwebtest.grounding.rules.sentence import understand
from app.schemas.recording import RecordedEvent
from app.services.recording import sentences

__all__ = ["names_of", "told"]

_PLACE = re.compile(r'in the (row of|section|item|form|dialog) "(.+)"')
_LONGEST = 200  # characters of a text that names an element
_MOST_NAMES = 150
_NAMED = frozenset(
    "button link textbox searchbox combobox listbox checkbox radio switch tab menuitem option spinbutton slider "
    "heading row".split()
)


def told(kind: str, node: Node, snapshot: Snapshot, **values: Any) -> tuple[RecordedEvent, bool]:
    """Return what was done to an element, and whether its sentence is sure to mean it on this page.

    Row, section and position are told only where the sentence would not be clear without.
    """
    first: RecordedEvent | None = None
    for event in _ways(kind, node, snapshot, values):
        first = first or event
        if _means(event, node, snapshot):
            return event, True
    assert first is not None
    return first, False


def names_of(snapshot: Snapshot) -> list[tuple[str, str]]:
    """Return what can be named on a page, in its order: pairs of the word for its kind and its name, each once."""
    view = view_of(snapshot)
    found: dict[tuple[str, str], None] = {}
    for node in snapshot.nodes:
        if node.role in _NAMED and node.visible:
            name = " ".join(called(node, view).split())
            if name and len(name) <= _LONGEST:
                found.setdefault((kind_of(node), name))
    return list(found)[:_MOST_NAMES]


def _ways(kind: str, node: Node, snapshot: Snapshot, values: dict[str, Any]) -> Iterator[RecordedEvent]:
    text = _short(snapshot.text_of(node))
    name = _short(node.name or ("" if text else called(node, view_of(snapshot))))
    role = "textbox" if node.role == "combobox" and node.has(Flag.EDITABLE) else node.role  # people call it a field
    plain = RecordedEvent(
        kind=kind, role=role, name=name, label=_short(node.label), placeholder=_short(node.placeholder),
        text=text, title=_short(node.title), testid=_short(node.testid), **values,
    )  # fmt: skip
    yield plain
    place = _PLACE.search(place_of(node, view_of(snapshot)))
    where = {"row" if place[1] == "row of" else "section": place[2]} if place else {}
    if where:
        yield plain.model_copy(update=where)
    alike = [
        one.ref for one in snapshot.nodes
        if one.visible and one.tag != "#text" and (one.role, one.name, one.label) == (node.role, node.name, node.label)
    ]  # fmt: skip
    if node.ref in alike and len(alike) > 1:
        yield plain.model_copy(update={"position": alike.index(node.ref) + 1})


def _means(event: RecordedEvent, node: Node, snapshot: Snapshot) -> bool:
    [sentence] = sentences([event], "")
    if not sentence.text:
        return False
    understood = understand(sentence.text, sentence.kind)
    if event.kind == "see":
        return all(judge(claim, Facts(snapshot=snapshot)).outcome == "passed" for claim in understood.claims)
    decision = decide(understood.intents[0], snapshot)
    return decision.verdict == "clear" and _same(decision.candidates[0].ref, node, snapshot)


def _same(ref: int, node: Node, snapshot: Snapshot) -> bool:
    """Tell whether they are one thing to a person: the element, what it wraps, or its option."""
    other = snapshot.nodes[ref]
    return node.ref <= ref < node.end or (other.ref <= node.ref < other.end and other.end - other.ref < 12)


def _short(text: str) -> str:
    return " ".join(text.split())[:_LONGEST]
