"""Find what a locator matches in a snapshot.

The same rules run in the page (`browser/inpage/locate.js`); a contract test holds both to the same answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from urllib.parse import urljoin, urlsplit, urlunsplit

from aiwebtest.core.locator import Locator
from aiwebtest.core.snapshot import Flag, Node, Snapshot
from aiwebtest.grounding.stable import alike

__all__ = ["Document"]

_LARGEST_TEXT = 80  # nodes below an element whose whole text may serve as a mark


class Document:
    """One frame's elements of a snapshot, in document order."""

    def __init__(self, snapshot: Snapshot, frame: int) -> None:
        self.snapshot, self.frame = snapshot, frame
        self.elements = [n for n in snapshot.nodes if n.frame == frame and n.tag != "#text"]

    def find(self, locator: Locator) -> list[Node]:
        """Return the elements that the whole recipe gives: one, unless it is ambiguous or fails."""
        matches = self.matches(locator)
        if locator.count == 1:
            return matches
        if locator.count and locator.count != len(matches):
            return []
        return matches[locator.index :][:1] if -len(matches) <= locator.index else []

    def matches(self, locator: Locator) -> list[Node]:
        """Return the elements that match alike, before any index tells them apart."""
        among = self._by_kind.get(locator.role or locator.tag, []) if locator.role or locator.tag else self.elements
        matches = [node for node in among if self.fits(node, locator)]
        place = locator.within
        while place is not None and matches:
            matches = self._within(matches, place)
            place = None if _is_place(place) else place.within
        return matches

    def fits(self, node: Node, locator: Locator) -> bool:
        """Tell whether an element by itself has what the locator says."""
        if locator.role != node.role and locator.role:
            return False
        if locator.tag != node.tag and locator.tag:
            return False
        if not (locator.hidden or node.visible):
            return False
        return (
            (not locator.name or alike(locator.name, node.name))
            and (not locator.testid or locator.testid == node.testid)
            and (not locator.href or locator.href == self.address(node))
            and (not locator.ident or locator.ident in node.ident.split())
            and (not locator.label or alike(locator.label, node.label))
            and (not locator.placeholder or alike(locator.placeholder, node.placeholder))
            and (not locator.text or self.says(node, locator.text))
        )

    def address(self, node: Node) -> str:
        """Return where a link leads, without scheme and host when they are those of the page."""
        if not node.href:
            return ""
        base = urlsplit(self.snapshot.frames[self.frame].url if self.snapshot.frames else self.snapshot.url)
        parts = urlsplit(urljoin(base.geturl(), node.href))
        same = (parts.scheme, parts.netloc) == (base.scheme, base.netloc)
        return urlunsplit(("", "", *parts[2:]) if same else parts)

    def says(self, node: Node, text: str) -> bool:
        """Tell whether the whole visible text of an element is `text`."""
        return node.end - node.ref <= _LARGEST_TEXT and alike(text, self.snapshot.text_of(node))

    def holds(self, part: Node, text: str) -> bool:
        """Tell whether an element in `part`, or itself, says `text` or is named so by its attributes."""
        return any(
            node.tag != "#text" and node.frame == self.frame and node.visible and self.says_or_named(node, text)
            for node in self.snapshot.subtree(part)
        )

    def says_or_named(self, node: Node, text: str) -> bool:
        """Tell whether an element says `text`, or has a label or an attribute that does."""
        return (node.has(Flag.LABELLED) and alike(text, node.name)) or self.says(node, text)

    def ancestors(self, node: Node) -> Iterator[Node]:
        """Yield the ancestors of an element within its frame."""
        return (above for above in self.snapshot.ancestors(node) if above.frame == self.frame)

    def territories(self, matches: Iterable[Node]) -> dict[int, Node]:
        """Return, by ref, the largest part around each element that holds none of the others (itself at least)."""
        crowd: dict[int, int] = {}
        matches = list(matches)
        for node in matches:
            for above in (node, *self.ancestors(node)):
                crowd[above.ref] = crowd.get(above.ref, 0) + 1
        return {node.ref: self._territory(node, crowd) for node in matches}

    def _territory(self, node: Node, crowd: dict[int, int]) -> Node:
        largest = node
        for above in self.ancestors(node):
            if crowd[above.ref] > 1:
                break
            largest = above
        return largest

    def _within(self, matches: list[Node], place: Locator) -> list[Node]:
        if _is_place(place):
            found = self.find(place)
            return [n for n in matches if found and found[0].ref <= n.ref < found[0].end]
        if place.role or place.tag or place.ident:
            return [node for node in matches if any(self._is_around(above, place) for above in self.ancestors(node))]
        territories = self.territories(matches)
        return [node for node in matches if self.holds(territories[node.ref], place.text)]

    def _is_around(self, above: Node, place: Locator) -> bool:
        if (place.role and above.role != place.role) or (place.tag and above.tag != place.tag):
            return False
        if place.ident and place.ident not in above.ident.split():
            return False
        return (not place.name or alike(place.name, above.name)) and (not place.text or self.holds(above, place.text))

    @cached_property
    def _by_kind(self) -> dict[str, list[Node]]:
        """Return the elements by their role and by their tag, in document order; a word may be both."""
        kinds: dict[str, list[Node]] = {}
        for node in self.elements:
            kinds.setdefault(node.tag, []).append(node)
            if node.role and node.role != node.tag:
                kinds.setdefault(node.role, []).append(node)
        return kinds

    def child_count(self, node: Node) -> int:
        """Return how many elements stand directly in an element."""
        return self._children.get(node.ref, 0)

    @cached_property
    def _children(self) -> dict[int, int]:
        counts: dict[int, int] = {}
        for node in self.elements:
            counts[node.parent] = counts.get(node.parent, 0) + 1
        return counts

    @cached_property
    def headings(self) -> list[Node]:
        """Return the visible headings."""
        return [node for node in self.elements if node.role == "heading" and node.visible]


def _is_place(locator: Locator) -> bool:
    return locator.count == 0
