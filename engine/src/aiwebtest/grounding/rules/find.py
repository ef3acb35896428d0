"""Find every element that a target describes."""

from __future__ import annotations

from typing import Literal

from aiwebtest.core.grounding import Candidate
from aiwebtest.core.intent import Target
from aiwebtest.core.snapshot import Snapshot
from aiwebtest.grounding.rules.describe import describe
from aiwebtest.grounding.rules.features import Evidence
from aiwebtest.grounding.rules.rank import NOTHING_BEFORE, Context, rank
from aiwebtest.grounding.rules.weights import FITS

__all__ = ["Context", "candidate", "find"]


def find(
    target: Target,
    snapshot: Snapshot,
    *,
    context: Context = NOTHING_BEFORE,
    purpose: Literal["act", "check"] = "act",
) -> list[Candidate]:
    """Return all elements that the words describe, best first; alike ones in document order.

    With the purpose "check" an element is only looked at: hidden ones count too, and plain text is as good as a button.
    """
    ranking = rank(
        target,
        snapshot,
        context=context,
        action="click" if purpose == "act" else None,
        checking=purpose == "check",
    )
    return [candidate(one, snapshot) for one in ranking.found if one.score >= FITS]


def candidate(found: Evidence, snapshot: Snapshot) -> Candidate:
    """Return an element with its evidence in the form that leaves the rules."""
    node = snapshot.nodes[found.ref]
    return Candidate(
        ref=found.ref,
        score=round(found.score, 3),
        described=describe(node, snapshot),
        reasons=found.told(),
        box=node.box,
    )
