"""Snapshots: the text of a page as rules and models see it, in document order.

A snapshot is taken in one in-page call a frame and crosses to Python as one JSON string, each node an array whose
items stand in the order of `Node`'s fields (the in-page side is `browser/inpage/snapshot.js`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntFlag
from typing import Any

import msgspec

__all__ = ["Box", "Flag", "Frame", "Node", "Snapshot"]

Box = tuple[float, float, float, float]  # x, y, width, height in CSS pixels of the top page's viewport


class Flag(IntFlag):
    """States of an element, as bits of `Node.flags`. The in-page side uses the same numbers."""

    HIDDEN = 1  # not rendered, or without any area; its subtree is listed only where something there can matter
    DISABLED = 1 << 1
    READONLY = 1 << 2
    CHECKED = 1 << 3  # also a pressed toggle button
    MIXED = 1 << 4
    SELECTED = 1 << 5
    EXPANDED = 1 << 6
    COLLAPSED = 1 << 7
    REQUIRED = 1 << 8
    INVALID = 1 << 9
    FOCUSED = 1 << 10
    EDITABLE = 1 << 11  # takes text
    CLICKABLE = 1 << 12  # interactive by tag, role, handler attribute, tabindex or a pointer cursor that starts here
    SCROLLABLE = 1 << 13  # has more content than it shows
    MODAL = 1 << 14
    MULTIPLE = 1 << 15  # takes several options or files
    OFFSCREEN = 1 << 16  # rendered outside the viewport
    CURRENT = 1 << 17  # aria-current
    DRAGGABLE = 1 << 18
    LABELLED = 1 << 19  # `name` comes from a label or aria attribute, not from content
    GLUED = 1 << 20  # its text continues the text before it within one word: `Hel<b>lo</b>`
    IN_FRONT = 1 << 21  # floats in front of the modal dialog that is open: a list that a field in it opened, a message
    UNREAD = 1 << 22  # a component that draws itself in a closed shadow root: nobody can tell what it shows


_HIDDEN = int(Flag.HIDDEN)


class Node(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """One element of the page, or one run of text between elements (`tag` "#text").

    Wrappers that say nothing (no role, no text of their own, no handler, one child) are left out.
    `ref` is the position in `Snapshot.nodes`; the subtree of a node is `nodes[ref:end]`.
    The in-page side leaves trailing empty fields out, so the rare ones stand last.
    """

    ref: int
    parent: int  # ref in the composed tree (shadow content under its host, a frame's under its iframe); root: -1
    end: int  # ref behind the last descendant
    frame: int  # index into Snapshot.frames
    local: int  # the element's number in that frame's in-page registry; a text run has its parent's
    flags: int
    box: Box
    tag: str  # lower case
    role: str = ""  # ARIA role, explicit or implied; "" for a generic element
    name: str = ""  # accessible name; of rows, cells and other containers only if given, not their whole content
    text: str = ""  # text of its own, not of descendants that are listed; white space folded
    ident: str = ""  # id, name attribute, class names, icon and picture names, space-separated: a weak hint for icons
    value: str = ""  # current value; for a select the chosen options' labels joined by "\n"; passwords never
    type: str = ""  # of an input or button, lower case
    label: str = ""  # visible text of its label element, if it is a control
    placeholder: str = ""
    alt: str = ""
    title: str = ""
    testid: str = ""  # data-testid, data-test-id, data-test, data-cy, data-qa
    href: str = ""
    extra: dict[
        str, str
    ] = {}  # rare: min, max, step, options ("\n"-joined labels), described, colour, fill, aria-* ...

    def has(self, flag: Flag) -> bool:
        """Tell whether all bits of `flag` are set."""
        bits = int(flag)  # plain integers: an enum's own operators cost ten times as much, on thousands of nodes
        return self.flags & bits == bits

    @property
    def visible(self) -> bool:
        """Tell whether it is rendered with an area, on screen or off."""
        return not self.flags & _HIDDEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One document of the page. Index 0 is the top one."""

    url: str
    owner: int = -1  # ref of the iframe element, -1 for the top document
    name: str = ""  # window.name
    title: str = ""
    token: str = ""  # a random word that tells this document from the next one in the same frame


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The page at one moment. `nodes` is in document order, frames and shadow trees in their places."""

    url: str
    title: str
    nodes: tuple[Node, ...]
    frames: tuple[Frame, ...] = ()
    viewport: tuple[float, float] = (1280, 720)  # CSS pixels
    scroll: tuple[float, float] = (0, 0)
    truncated: bool = False  # the page has more than a snapshot holds: what is not in it may yet be on the page
    memo: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)  # what readers worked out about it
    _texts: dict[int, str] = field(default_factory=dict, repr=False, compare=False)

    def subtree(self, node: Node) -> tuple[Node, ...]:
        """Return the node and its descendants, in document order."""
        return self.nodes[node.ref : node.end]

    def ancestors(self, node: Node) -> Iterator[Node]:
        """Yield parent, grandparent and so on up to the root."""
        ref = node.parent
        while ref >= 0:
            yield self.nodes[ref]
            ref = self.nodes[ref].parent

    def text_of(self, node: Node) -> str:
        """Return the visible text of the node and its descendants: pieces joined by a space, parts of a word as one."""
        known = self._texts.get(node.ref)
        if known is None:
            known = self._texts[node.ref] = _joined(self.nodes[node.ref : node.end])
        return known

    @property
    def text(self) -> str:
        """Return the visible text of the whole page."""
        return self.text_of(self.nodes[0]) if self.nodes else ""


def _joined(nodes: tuple[Node, ...]) -> str:
    hidden, glued = int(Flag.HIDDEN), int(Flag.GLUED)
    pieces: list[str] = []
    for node in nodes:
        if node.text and not node.flags & hidden:
            if pieces and not node.flags & glued:
                pieces.append(" ")
            pieces.append(node.text)
    return "".join(pieces)
