"""Recipes to find an element again: by meaning first, told apart by where it stands, by position last.

A recipe is only given out after it was tried on the snapshot itself and matched the one element.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from aiwebtest.core.intent import Intent, Relation, Target
from aiwebtest.core.locator import FrameStep, Identity, Locator
from aiwebtest.core.snapshot import Node, Snapshot
from aiwebtest.grounding.matching import Document
from aiwebtest.grounding.neighbourhood import ITEM_ROLES, item_of, neighbours
from aiwebtest.grounding.stable import is_stable_word, pattern

__all__ = ["locator_for"]

_LONGEST_TEXT = 80  # characters of a text that serves as a name or a mark
_LONGEST_ADDRESS = 200
_MOST_MARKS = 40  # texts tried to tell alike elements apart
_DEEPEST = 3  # places one in the other
_PLACE_ROLES = frozenset(
    {
        "alertdialog", "article", "cell", "complementary", "dialog", "figure", "form", "gridcell", "group", "list",
        "listbox", "listitem", "menu", "navigation", "radiogroup", "region", "row", "search", "table", "tablist",
        "tabpanel", "toolbar", "tree", "treeitem",
    }
)  # fmt: skip


def locator_for(
    node: Node, snapshot: Snapshot, intent: Intent, *, target: Target | None = None
) -> tuple[Locator, Identity]:
    """Return how to find an element again, and what it must then still be.

    `target` is what the sentence says of it, `intent.target` unless given (the destination of a drag is `intent.to`).
    A run of text stands for the element it is in.
    """
    while node.tag == "#text" and node.parent >= 0:
        node = snapshot.nodes[node.parent]
    maker = _Maker(node, snapshot, target or intent.target, intent.text)
    locator, position = maker.locator()
    return replace(locator, frames=_frames(snapshot, node.frame)), maker.identity(locator, position)


class _Maker:
    """Makes the recipe for one element."""

    def __init__(self, node: Node, snapshot: Snapshot, target: Target | None, sentence: str) -> None:
        self.node, self.snapshot = node, snapshot
        self.document = Document(snapshot, node.frame)
        self.target = target
        self.spoken = " ".join([sentence, *(_words(target) if target else ())])

    def locator(self) -> tuple[Locator, int]:
        """Return the recipe, and the ordinal that it rests on (0: none)."""
        ordinal = self.target.ordinal if self.target else None
        if ordinal:
            if found := self.by_ordinal(ordinal):
                return found, ordinal
            return self.by_position(self.bare()), ordinal
        locator = self.by_meaning()
        return locator, self.ordinal_of_place(locator)

    def ordinal_of_place(self, locator: Locator) -> int:
        """Return the number of the place that the element is in ("in the second row"), 0 when no place has one."""
        place = locator.within
        while place is not None:
            if place.count == 0:
                return place.index + 1 if place.index >= 0 else place.index
            place = place.within
        return 0

    # --- what it is ---------------------------------------------------------------------------------------------------

    def descriptions(self) -> Iterator[Locator]:
        """Yield what the element could be known by, most meaningful first."""
        node = self.node
        base = self.bare()
        attribute = self.target.attribute if self.target else None
        if attribute == "testid" and node.testid:
            yield replace(base, testid=node.testid)
        if attribute == "placeholder" and node.placeholder:
            yield from self.worded(base, "placeholder", node.placeholder)
        yield from self.worded(base, "name", node.name)
        if node.label != node.name:
            yield from self.worded(base, "label", node.label)
        if node.placeholder != node.name:
            yield from self.worded(base, "placeholder", node.placeholder)
        if node.testid:
            yield replace(base, testid=node.testid)
        if not node.name:
            yield from self.worded(base, "text", self.snapshot.text_of(node))
        if node.role == "link" and 0 < len(address := self.document.address(node)) <= _LONGEST_ADDRESS:
            yield replace(base, href=address)
        for word in node.ident.split() if node.tag not in ("img", "svg") else ():
            if is_stable_word(word):
                yield replace(base, ident=word)

    def bare(self) -> Locator:
        """Return the recipe that says only what kind of element it is."""
        node = self.node
        return Locator(role=node.role, tag="" if node.role else node.tag, hidden=not node.visible)

    def worded(self, base: Locator, field: str, text: str) -> Iterator[Locator]:
        """Yield recipes by a text: with its numbers folded, unless they are what tells it from others like it."""
        if not text or len(text) > _LONGEST_TEXT:
            return
        by_field: dict[str, str] = {field: text}
        exact = replace(base, **by_field)  # type: ignore[arg-type]
        by_field = {field: pattern(text, self.spoken)}
        folded = replace(base, **by_field)  # type: ignore[arg-type]
        if folded != exact and len(self.document.matches(folded)) == len(self.document.matches(exact)):
            yield folded
        yield exact

    # --- where it is --------------------------------------------------------------------------------------------------

    def by_meaning(self) -> Locator:
        """Return the first description that is unique, alone or with the places that the element is in."""
        descriptions = [d for d in self.descriptions() if self.node in self.document.matches(d)]
        for description in descriptions:
            if placed := self.placed(description):
                return placed
        return self.by_position(descriptions[0] if descriptions else self.bare())

    def placed(self, description: Locator) -> Locator | None:
        """Return the description with as many places as it takes to match only the element; None if none do."""
        places = self.named_places()
        for _ in range(_DEEPEST):
            locator = _with_places(description, places)
            matches = self.document.matches(locator)
            if self.node not in matches:
                return None
            if len(matches) == 1:
                return locator
            place = self.telling_place(description, places, len(matches))
            if place is None:
                return None
            places = [*places, place]
        return None

    def named_places(self) -> list[Locator]:
        """Return the places that the sentence itself names: "in the row of Ada", "in the second row"."""
        relations = self.target.relations if self.target else ()
        places = [place for relation in relations if (place := self.place_of(relation))]
        return sorted(places, key=lambda place: place.count == 0)  # a place by number ends the chain

    def place_of(self, relation: Relation) -> Locator | None:
        anchor = relation.anchor
        item = item_of(self.node, self.document)
        if item is not None and anchor.ordinal and relation.kind in ("in", "row", "with", "for"):
            return self.numbered(item, anchor.ordinal)
        if not anchor.name or relation.kind not in ("in", "row", "with", "for", "near"):
            return None
        for above in self.document.ancestors(self.node):
            if above.role not in _PLACE_ROLES:
                continue
            for place in self.around(above, anchor.name):
                if self.tells(above, place):
                    return place
        return None

    def around(self, above: Node, name: str) -> Iterator[Locator]:
        """Yield ways to know an ancestor by the words of the sentence."""
        base = Locator(role=above.role)
        if above.name and name.casefold() in above.name.casefold():
            yield replace(base, name=pattern(above.name, self.spoken))
        if self.document.holds(above, name):
            yield replace(base, text=name)

    def tells(self, above: Node, place: Locator) -> bool:
        """Tell whether a place is one of its kind: the ancestor, and no other part beside it."""
        kind = replace(place, text="")
        alike = [n for n in self.document.matches(kind) if not place.text or self.document.holds(n, place.text)]
        return above in alike and all(n is above or n.ref <= above.ref < n.end for n in alike)

    def telling_place(self, description: Locator, places: list[Locator], crowd: int) -> Locator | None:
        """Return the place that tells the element from most of those that match alike."""
        best, fewest = None, crowd
        for place in self.possible_places(_with_places(description, places)):
            matches = self.document.matches(_with_places(description, [*places, place]))
            if self.node in matches and len(matches) < fewest:
                best, fewest = place, len(matches)
                if fewest == 1:
                    break
        return best

    def possible_places(self, locator: Locator) -> Iterator[Locator]:
        """Yield what is known of the parts that the element is in: row by a text of it, named part, part by a text."""
        territory = self.document.territories(self.document.matches(locator))[self.node.ref]
        for above in self.document.ancestors(self.node):
            if above.role in ITEM_ROLES and above.ref >= territory.ref:
                for text in self.marks_in(above):
                    yield Locator(role=above.role, text=text)
            elif above.role in _PLACE_ROLES and above.name and len(above.name) <= _LONGEST_TEXT:
                yield Locator(role=above.role, name=pattern(above.name, self.spoken))
        for text in self.marks_in(territory):
            yield Locator(text=text)

    def marks_in(self, part: Node) -> list[str]:
        """Return texts by which a part can be known: headings first, then words, texts with numbers in them last."""
        found: dict[str, int] = {}
        for node in self.snapshot.subtree(part):
            if node.tag == "#text" or node.frame != part.frame or not node.visible or node.ref == self.node.ref:
                continue
            if node.role == "option" or node.tag == "textarea":
                continue
            text = node.text or (node.name if not node.value else "")
            if (
                text
                and len(text) <= _LONGEST_TEXT
                and re.search(r"\w", text)
                and self.document.says_or_named(node, text)
            ):
                rank = 0 if node.role in ("heading", "rowheader") else 1 if not re.search(r"\d", text) else 2
                found[text] = min(rank, found.get(text, rank))
                if len(found) >= _MOST_MARKS:
                    break
        return sorted(found, key=lambda text: found[text])

    # --- position -----------------------------------------------------------------------------------------------------

    def by_position(self, description: Locator) -> Locator:
        """Return the description with its place among all that match alike; how many they are must not change."""
        matches = self.document.matches(description)
        if self.node not in matches:
            description = self.bare()
            matches = self.document.matches(description)
        if len(matches) == 1:
            return description
        return replace(description, index=matches.index(self.node), count=len(matches))

    def by_ordinal(self, ordinal: int) -> Locator | None:
        """Return the recipe of "the second ...": the second that is named so, or what is in the second item."""
        target = self.target
        assert target is not None
        index = ordinal - 1 if ordinal > 0 else ordinal
        places = self.named_places()
        if target.name:
            for description in self.worded(self.bare(), "name", self.node.name):
                if target.name.casefold() in self.node.name.casefold() and self.is_at(description, places, index):
                    return replace(_with_places(description, places), index=index, count=0)
        for item in (self.node, *self.document.ancestors(self.node)):
            if place := self.numbered(item, ordinal, places):
                return self.inside(item, place)
        bare = self.bare()
        if self.is_at(bare, places, index):
            return replace(_with_places(bare, places), index=index, count=0)
        return None

    def is_at(self, description: Locator, places: list[Locator], index: int) -> bool:
        matches = self.document.matches(_with_places(description, places))
        return -len(matches) <= index < len(matches) and matches[index] is self.node

    def numbered(self, item: Node, ordinal: int, places: list[Locator] | None = None) -> Locator | None:
        """Return the place of a list item by its number; None when it is no item, or not that one."""
        index = ordinal - 1 if ordinal > 0 else ordinal
        for kind in self.kinds(item):
            for base in (kind, *(replace(kind, within=place) for place in self.lists_around(item))):
                if places:
                    base = _with_places(base, places)
                matches = self.document.matches(base)
                if item.role == "row" and ordinal > 0:  # a header is no row to a person
                    index = ordinal - 1 + sum(self.is_header(match) for match in matches[: ordinal + 1])
                if -len(matches) <= index < len(matches) and matches[index] is item and len(matches) > 1:
                    return replace(base, index=index, count=0)
        return None

    def kinds(self, item: Node) -> Iterator[Locator]:
        """Yield what makes an element one of many: a role of lists, or a class that it shares with others."""
        if item.role in ITEM_ROLES or item.role in ("option", "tab", "menuitem", "radio"):
            yield Locator(role=item.role)
        elif not item.role:
            for word in item.ident.split():
                if is_stable_word(word):
                    yield Locator(tag=item.tag, ident=word)

    def lists_around(self, item: Node) -> Iterator[Locator]:
        """Yield named parts around a list item."""
        for above in self.document.ancestors(item):
            if above.role in _PLACE_ROLES and above.name and len(above.name) <= _LONGEST_TEXT:
                yield Locator(role=above.role, name=pattern(above.name, self.spoken))

    def is_header(self, row: Node) -> bool:
        roles = {n.role for n in self.snapshot.subtree(row)}
        return "columnheader" in roles and not roles & {"cell", "gridcell"}

    def inside(self, item: Node, place: Locator) -> Locator | None:
        """Return the recipe for the element in a numbered item; None when it cannot be told from others there."""
        if item is self.node:
            return place
        for description in (self.bare(), *self.descriptions()):
            locator = replace(description, within=place)
            matches = self.document.matches(locator)
            if len(matches) == 1 and matches[0] is self.node:
                return locator
        matches = self.document.matches(replace(self.bare(), within=place))
        if self.node in matches:
            return replace(self.bare(), within=place, index=matches.index(self.node), count=len(matches))
        return None

    # --- what it must be ----------------------------------------------------------------------------------------------

    def identity(self, locator: Locator, position: int) -> Identity:
        """Return what the element must still be when it is found again."""
        node = self.node
        named = bool(locator.name) or not position or locator.count > 1
        name = locator.name or (pattern(node.name, self.spoken) if named and len(node.name) <= _LONGEST_TEXT else "")
        near = neighbours(node, self.document, in_list=not position)
        return Identity(
            tag=node.tag, role=node.role, name=name, type=node.type, position=position,
            near=tuple(pattern(text, self.spoken) for text in near if len(text) <= _LONGEST_TEXT),
            marks=() if position else self.own_marks(),
        )  # fmt: skip

    def own_marks(self) -> tuple[str, ...]:
        """Return the words of its id, name, classes and test id that no other element has, at most two."""
        words = dict.fromkeys((self.node.testid, *self.node.ident.split()))
        mine = {word for word in words if is_stable_word(word)}
        for other in self.document.elements if mine else ():
            if other is not self.node and (other.ident or other.testid):
                mine -= {other.testid, *other.ident.split()}
        return tuple(word for word in words if word in mine)[:2]


def _with_places(description: Locator, places: list[Locator]) -> Locator:
    """Return the description with the places nested in their order."""
    chain: Locator | None = None
    for place in reversed(places):
        chain = replace(place, within=chain) if chain is not None or place.within is None else place
    if chain is None:
        return description
    if description.within is None:
        return replace(description, within=chain)
    return replace(description, within=_with_places(description.within, places))


def _words(target: Target) -> Iterator[str]:
    yield target.text
    yield target.name or ""
    for relation in target.relations:
        yield from _words(relation.anchor)


def _frames(snapshot: Snapshot, frame: int) -> tuple[FrameStep, ...]:
    """Return the way down from the top document to a frame."""
    steps: list[FrameStep] = []
    while frame > 0 and snapshot.frames[frame].owner >= 0:
        facts = snapshot.frames[frame]
        above = snapshot.nodes[facts.owner].frame
        step = _frame_step(snapshot, frame)
        alike = [i for i, other in enumerate(snapshot.frames) if other.owner >= 0]
        alike = [i for i in alike if snapshot.nodes[snapshot.frames[i].owner].frame == above]
        alike = [i for i in alike if _frame_step(snapshot, i) == step]
        steps.append(replace(step, index=alike.index(frame)))
        frame = above
    return tuple(reversed(steps))


def _frame_step(snapshot: Snapshot, frame: int) -> FrameStep:
    facts = snapshot.frames[frame]
    owner = snapshot.nodes[facts.owner]
    if facts.name:
        return FrameStep(name=facts.name)
    if owner.title:
        return FrameStep(title=owner.title)
    path = re.match(r"[a-z-]+://[^/?#]*([^?#]*)", facts.url)
    return FrameStep(url_path=path[1] if path else "")
