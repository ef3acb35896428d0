"""Judging inside a named place of the page."""

from __future__ import annotations

import re
from collections.abc import Callable

from aiwebtest.core.claim import Claim
from aiwebtest.core.facts import Facts
from aiwebtest.core.snapshot import Node
from aiwebtest.grounding.rules.checks.answer import Answer, agree, missing
from aiwebtest.grounding.rules.checks.seek import outermost, seek, seek_place
from aiwebtest.grounding.rules.checks.things import is_menu, meant

__all__ = ["denies", "in_place", "place_nodes"]


def denies(claim: Claim) -> bool:
    """Tell whether a claim says that something is not so."""
    return claim.negated != (claim.state == "hidden")


def place_nodes(claim: Claim, facts: Facts) -> list[Node]:
    """Return the visible places that a claim names; several only if they stand beside each other."""
    if claim.place is None:
        return []
    if claim.place.anaphora:
        return list(seek(claim.place, facts.snapshot, last=facts.last).shown)
    if claim.place.role == "list" and claim.place.name is None and not claim.place.relations:
        lists = seek(claim.place, facts.snapshot).shown
        return outermost([node for node in lists if not is_menu(node, facts.snapshot)] or lists)
    found = meant(claim.place, facts, None) if claim.place.role in {"item", "result", "card"} else None
    return outermost((found or seek_place(claim.place, facts.snapshot)).shown)


def in_place(claim: Claim, facts: Facts, judge_inside: Callable[[Claim, Facts, Node | None], Answer]) -> Answer:
    """Judge a claim inside its place, or on the whole page if it names none. Several places must agree."""
    if claim.place is None:
        return judge_inside(claim, facts, None)
    places = place_nodes(claim, facts)
    if not places:
        return missing(claim.place, facts, negated=denies(claim))
    every = bool(re.match(r"(?:every|each|all)\b", claim.place.text, re.IGNORECASE))
    answers = [judge_inside(claim, facts, place) for place in places]
    return agree(answers, every=every, what=claim.place.text)
