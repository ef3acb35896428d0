"""What a thing says of itself: not what is offered to do with it ("Open" on a button), nor what more words say.

"Approved by Cy" may mean that it is approved, or that somebody did it: things are not counted by it either way.
"""

from __future__ import annotations

from collections.abc import Iterable

from aiwebtest.core.snapshot import Node, Snapshot
from aiwebtest.grounding.rules.checks.kinds import is_field
from aiwebtest.grounding.rules.checks.sliders import is_scale
from aiwebtest.grounding.rules.checks.text import contains_words, fold

__all__ = ["COMMANDS", "only_offered", "says_nearly", "told_in"]

COMMANDS = frozenset("button link menuitem menuitemcheckbox menuitemradio tab".split())
_SEVERAL = 2  # texts in a link that is a whole card


def told_in(item: Node, snapshot: Snapshot) -> list[Node]:
    """Return the elements of an item that show a text, those left out that offer something to do or label a box.

    Where one link or button in an item has several texts in it, and nothing stands outside, these are what it says.
    """
    if found := _outside(item, snapshot, COMMANDS):
        return found
    commands = [node for node in snapshot.subtree(item)[1:] if node.role in COMMANDS and node.visible]
    whole = [node for node in commands if len(_texts(node, snapshot)) >= _SEVERAL]
    if len(whole) != 1:
        return []
    return _outside(whole[0], snapshot, COMMANDS)


def only_offered(node: Node, snapshot: Snapshot) -> bool:
    """Tell whether all that an element says is said by buttons and links in it, or by itself as one of them."""
    return bool(snapshot.text_of(node)) and (
        node.role in COMMANDS or not _outside(node, snapshot, COMMANDS, itself=True)
    )


def says_nearly(item: Node, words: Iterable[str], snapshot: Snapshot) -> bool:
    """Tell whether an item has one of the words within a longer text; "not paid" is as good as another word."""
    texts = {fold(node.text) for node in told_in(item, snapshot) if node.text}
    wanted = {fold(word) for word in words}
    longer = texts - wanted - {f"not {word}" for word in wanted}
    return any(contains_words(text, word) for text in longer for word in wanted)


def _outside(item: Node, snapshot: Snapshot, roles: frozenset[str], *, itself: bool = False) -> list[Node]:
    """Return the elements of an item that show a text which is not all in elements of these roles."""
    kept: set[int] = set()
    at = item.ref if itself else item.ref + 1
    while at < item.end:
        node = snapshot.nodes[at]
        beside = node.role in roles or is_field(node) or _labels_a_box(node, snapshot)
        if is_scale(node, snapshot) or (node.ref != item.ref and beside):
            at = node.end
            continue
        if node.visible and node.text:
            around = (above.ref for above in snapshot.ancestors(node) if item.ref < above.ref)
            kept.update((node.ref, *around))
        at += 1
    return [snapshot.nodes[ref] for ref in sorted(kept)]


def _labels_a_box(node: Node, snapshot: Snapshot) -> bool:
    """Tell whether an element is the label of a check box or switch, in it or beside it: "Active" is then its name."""
    if node.tag != "label" or node.parent < 0:
        return False
    beside = snapshot.subtree(snapshot.nodes[node.parent])
    return any(n.role in _BOXES and (node.ref < n.ref < node.end or n.parent == node.parent) for n in beside)


_BOXES = frozenset({"checkbox", "switch"})


def _texts(node: Node, snapshot: Snapshot) -> list[Node]:
    return [part for part in snapshot.subtree(node) if part.visible and part.text]
