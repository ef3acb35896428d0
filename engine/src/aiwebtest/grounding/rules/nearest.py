"""What comes nearest to a name that nothing on the page has: for messages only, never to act on."""

from __future__ import annotations

from rapidfuzz import fuzz, process

from aiwebtest.core.grounding import Candidate
from aiwebtest.core.intent import Target
from aiwebtest.core.snapshot import Flag, Node, Snapshot
from aiwebtest.grounding.rules.describe import describe

__all__ = ["nearest"]

_ALIKE = 50.0  # of 100: spelled at least so much alike
_OF_ITS_ROLE = 15.0  # more for an element of the role that the sentence names
_FEW_OF_A_ROLE = 5  # so few elements of a role are told even when none is spelled alike
_WEIGHT = 0.002  # of a point: such a candidate stays far below what would be acted on


def nearest(target: Target, snapshot: Snapshot, count: int) -> tuple[Candidate, ...]:
    """Return at most `count` elements whose names come nearest to the target's, best first."""
    if not target.name:
        return ()
    named = [node for node in snapshot.nodes if node.visible and (node.name or node.text)]
    texts = [(node.name or node.text)[:80].casefold() for node in named]
    best = process.extract(target.name.casefold(), texts, scorer=fuzz.WRatio, limit=count * 4, score_cutoff=_ALIKE)
    scored = {named[index].ref: score for _, score, index in best}
    alike = [node.ref for node in named if target.role and node.role == target.role]
    if len(alike) <= _FEW_OF_A_ROLE:
        scored = {**dict.fromkeys(alike, 0.0), **scored}
    points = {ref: _points(snapshot.nodes[ref], score, target) for ref, score in scored.items()}
    ranked = _once([snapshot.nodes[ref] for ref in sorted(points, key=lambda ref: -points[ref])])
    return tuple(_candidate(node, points[node.ref], snapshot) for node in ranked[:count])


def _points(node: Node, score: float, target: Target) -> float:
    fits = node.role == target.role if target.role else node.has(Flag.CLICKABLE) or node.has(Flag.EDITABLE)
    return score + (_OF_ITS_ROLE if fits else 0.0)


def _once(nodes: list[Node]) -> list[Node]:
    """Return the nodes without those that only repeat the name of one before, as a link's text does."""
    kept: dict[str, Node] = {}
    for node in nodes:
        kept.setdefault((node.name or node.text).casefold(), node)
    return list(kept.values())


def _candidate(node: Node, points: float, snapshot: Snapshot) -> Candidate:
    return Candidate(
        ref=node.ref,
        score=round(points * _WEIGHT, 3),
        described=describe(node, snapshot),
        reasons=("comes nearest in spelling",),
        box=node.box,
    )
