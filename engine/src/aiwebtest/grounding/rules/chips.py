"""Chips: a word with an icon that takes it away, as filters, tags and the choices of a field are drawn.

"Remove the Remote tag" is the icon, which has no words of its own: its class or test id says what it does.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from aiwebtest.core.intent import Intent, Target
from aiwebtest.core.snapshot import Node, Snapshot
from aiwebtest.grounding.rules.checks.chosen import crosses_of
from aiwebtest.grounding.rules.features import Evidence
from aiwebtest.grounding.rules.labels import is_control
from aiwebtest.grounding.rules.page import PageView, view_of
from aiwebtest.grounding.rules.rank import Ranking
from aiwebtest.grounding.rules.wording import wording

__all__ = ["taking_away"]

_TAKING = frozenset("remove delete clear dismiss discard deselect unselect".split())
_JOINTS = frozenset(["from", "in", "of"])
_OF_CHIPS = (None, "badge", "label")
_FIELD = 6  # elements between a chip and what holds its field


def taking_away(intent: Intent, snapshot: Snapshot) -> Ranking | None:
    """Return the icon that takes away what a sentence names, None where the page has no such chip."""
    target, view = intent.target, view_of(snapshot)
    verb = intent.text.split(maxsplit=1)[0].lower() if intent.text else ""
    if target is None or verb not in _TAKING:
        return None
    found: dict[int, None] = {}
    for reading in (target, *target.alternatives):
        owner = reading.relations[0].anchor if len(reading.relations) == 1 else None
        if owner is None or not owner.name or reading.relations[0].kind not in ("row", "in"):
            continue
        if owner.modifiers or owner.role not in _OF_CHIPS:  # "delete the Urgent task" is not about its tag
            continue
        place = [stem for stem in wording(reading.name or "").stems if stem not in {*wording(verb).stems, *_JOINTS}]
        icons = list(_icons(owner, view))
        found.update(dict.fromkeys(ref for ref in icons if _stands_at(ref, place, view)))
        if icons and not found and _is_field(place, view):
            return Ranking([])  # it is in another field than the one that is named
        if found or place:
            break
    return Ranking([_evidence(ref) for ref in found]) if found else None


def _icons(owner: Target, view: PageView) -> Iterator[int]:
    """Yield the icon of each chip that says just a name."""
    name = str(owner.name)
    for node in view.nodes:
        if not node.text or not node.visible:
            continue
        if node.text.strip() != name if owner.quoted else wording(node.text).folded != wording(name).folded:
            continue
        yield from (icon.ref for icon in crosses_of(node, view))


def _stands_at(ref: int, place: list[str], view: PageView) -> bool:
    """Tell whether a chip stands in the field, or the part of the page, that the words name."""
    if not place:
        return True
    for above in islice(view.parents(ref), _FIELD):
        names = [_called(n, view) for n in view.subtree(view.nodes[above]) if is_control(n) and _called(n, view)]
        if names:
            return any(_names(place, name) for name in names)
    return set(place) <= view.surroundings(ref)


def _is_field(place: list[str], view: PageView) -> bool:
    """Tell whether the words of a place are what a field of the page is called."""
    return bool(place) and any(_names(place, _called(n, view)) for n in view.nodes if is_control(n) and n.visible)


def _called(field: Node, view: PageView) -> str:
    return view.labels.beside(field.ref) if view.labels.is_unnamed(field) else field.name


def _names(place: list[str], name: str) -> bool:
    return bool(name) and set(place) <= set(wording(f"{name} field list").stems)


def _evidence(ref: int) -> Evidence:
    one = Evidence(ref, named="name means the same")
    one.add("name means the same", note="its icon takes it away")
    one.add("can be acted on")
    return one
