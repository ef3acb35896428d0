"""Whether siblings are things of one kind, such as cards, or parts of a page or of a card that are made differently."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from aiwebtest.core.snapshot import Node, Snapshot

__all__ = ["are_parts"]

_MOST_PARTS = 6  # siblings; more of them are things of one kind, however they are made
_ALIKE = 0.5  # share of their kinds of elements that two things of one kind have in common
_LOOKED_AT = 60  # elements of each sibling; what follows is more of the same

Make = tuple[str, str, str]


def are_parts(siblings: Sequence[Node], snapshot: Snapshot, *, least: int = 1) -> bool:
    """Tell whether no two siblings are made alike: the columns of a page, or the text of a card and its commands.

    `least` is how many kinds of elements each must be made of, for this to tell something.
    """
    if len(siblings) > _MOST_PARTS:
        return False
    makes = [made for node in siblings if (made := _makes(node, snapshot))]  # a mere text is like none of them
    if not makes or min(map(len, makes)) < least:
        return False
    pairs = ((one, other) for i, one in enumerate(makes) for other in makes[i + 1 :])
    return all(len(one & other) < _ALIKE * min(len(one), len(other)) for one, other in pairs)


def _makes(node: Node, snapshot: Snapshot) -> set[Make]:
    end = min(node.end, node.ref + _LOOKED_AT)
    shared = _shared_marks(snapshot)
    return {_make(inner, shared) for inner in snapshot.nodes[node.ref + 1 : end] if inner.visible}


def _make(node: Node, shared: frozenset[str]) -> Make:
    last = _mark(node)
    return node.tag, node.role, last if last in shared else ""


def _mark(node: Node) -> str:
    return re.sub(r"\d+", "", node.ident.rpartition(" ")[2])


def _shared_marks(snapshot: Snapshot) -> frozenset[str]:
    """Return the marks that several elements bear: classes, rather than the id of one."""
    known: frozenset[str] | None = snapshot.memo.get("shared marks")
    if known is None:
        counts = Counter(_mark(node) for node in snapshot.nodes if node.ident)
        known = snapshot.memo["shared marks"] = frozenset(mark for mark, count in counts.items() if count > 1)
    return known
