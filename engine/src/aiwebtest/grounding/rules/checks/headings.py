"""What a heading says itself, apart from what stands in it besides: "Basket" of "Basket (3)"."""

from __future__ import annotations

from aiwebtest.core.snapshot import Node, Snapshot
from aiwebtest.grounding.rules.checks.rows import children_of
from aiwebtest.grounding.rules.checks.said import is_badge

__all__ = ["beside_badges", "heading_of", "own_words"]


def heading_of(refs: tuple[int, ...], snapshot: Snapshot) -> Node | None:
    """Return the heading that a reading is of, None where it is of anything else."""
    node = snapshot.nodes[refs[0]] if refs else None
    return node if node is not None and node.role == "heading" else None


def own_words(heading: Node, snapshot: Snapshot) -> list[str]:
    """Return what a heading says itself, where elements in it say something more."""
    own = " ".join(part.text for part in children_of(snapshot, heading.ref) if part.tag == "#text" and part.text)
    return [own] if own and _besides(heading, snapshot) else []


def beside_badges(heading: Node, snapshot: Snapshot) -> list[str]:
    """Return what a heading says itself, where all besides are badges, as "3", or links that are but a sign: "¶"."""
    besides = _besides(heading, snapshot)
    return own_words(heading, snapshot) if all(is_badge(part) or _is_sign(part) for part in besides) else []


def _is_sign(part: Node) -> bool:
    return part.role == "link" and not any(c.isalnum() for c in part.name)


def _besides(heading: Node, snapshot: Snapshot) -> list[Node]:
    inside = children_of(snapshot, heading.ref)
    return [part for part in inside if part.tag != "#text" and part.visible and snapshot.text_of(part)]
