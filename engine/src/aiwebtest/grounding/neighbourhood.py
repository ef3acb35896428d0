"""What stands around an element: the texts by which a person knows where they are on a page.

The same rules run in the page (`browser/inpage/neighbours.js`); a contract test holds both to the same answers.
"""

from __future__ import annotations

import re

from aiwebtest.core.snapshot import Node
from aiwebtest.grounding.matching import Document

__all__ = ["ITEM_ROLES", "heading_of", "item_of", "key_of", "neighbours"]

ITEM_ROLES = frozenset({"row", "listitem", "article", "treeitem"})
_DIALOG_ROLES = frozenset({"dialog", "alertdialog"})
_PAGE_TAGS = frozenset({"html", "body", "main"})
_TRANSPARENT_TAGS = frozenset({"header", "hgroup"})  # a heading in them heads what is around them
_LETTER = re.compile(r"[^\W\d_]")


def neighbours(node: Node, document: Document, *, in_list: bool = True) -> tuple[str, ...]:
    """Return the heading over an element, the name of its dialog and the first text of its row, those there are.

    Without `in_list`, what belongs to the element's own list item is left out.
    """
    item = item_of(node, document)
    if not in_list and item is not None:
        return tuple(text for text in (heading_of(item, document), dialog_of(node, document)) if text)
    found = (heading_of(node, document), dialog_of(node, document), key_of(node, item, document) if item else "")
    return tuple(dict.fromkeys(text for text in found if text))


def item_of(node: Node, document: Document) -> Node | None:
    """Return the row or list item that an element stands in."""
    return next((above for above in document.ancestors(node) if above.role in ITEM_ROLES), None)


def dialog_of(node: Node, document: Document) -> str:
    """Return the name of the dialog that an element stands in."""
    return next((above.name for above in document.ancestors(node) if above.role in _DIALOG_ROLES), "")


def heading_of(node: Node, document: Document) -> str:
    """Return the text of the heading that an element stands under.

    A heading covers what is in its parent: the last one before the element in the smallest such part, or, in a part
    smaller than the page, the first one behind it.
    """
    best: tuple[int, bool, int, Node] | None = None  # where its part begins, before or behind, nearness
    for heading in document.headings:
        if heading.ref <= node.ref < heading.end or node.ref <= heading.ref < node.end:
            continue
        part = _covered(heading, document)
        if part is None or not part.ref < node.ref < part.end:
            continue
        before = heading.ref < node.ref
        if not before and (part.tag in _PAGE_TAGS or part.role == "main"):
            continue
        rank = (part.ref, before, heading.ref if before else -heading.ref)
        if best is None or rank > best[:3]:
            best = (*rank, heading)
    return document.snapshot.text_of(best[3]) if best else ""


def _covered(heading: Node, document: Document) -> Node | None:
    """Return the part of the page that a heading heads."""
    for above in document.ancestors(heading):
        if above.tag not in _TRANSPARENT_TAGS and document.child_count(above) > 1:
            return above
    return None


def key_of(node: Node, item: Node, document: Document) -> str:
    """Return the first text with a letter in a row or list item; "" when it is the element's own or a button's."""
    for piece in document.snapshot.subtree(item):
        if piece.text and piece.visible and piece.frame == document.frame and _LETTER.search(piece.text):
            in_node = node.ref <= piece.ref < node.end
            in_button = any(above.role == "button" for above in (piece, *document.ancestors(piece)))
            return "" if in_node or in_button else piece.text
    return ""
