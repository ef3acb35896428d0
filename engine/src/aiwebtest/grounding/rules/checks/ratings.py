"""Stars that a page gives: "4 of 5 stars" are four, "★★★★☆" as well, whether it is a text or the name of a picture."""

from __future__ import annotations

import re
from decimal import Decimal

from aiwebtest.core.snapshot import Flag, Node, Snapshot
from aiwebtest.grounding.rules.checks.groups import nodes_of
from aiwebtest.grounding.rules.checks.kinds import is_field
from aiwebtest.grounding.rules.checks.offered import COMMANDS
from aiwebtest.grounding.rules.checks.text import fold

__all__ = ["stars_chosen", "stars_given"]

_SAID = re.compile(
    r"(?:rated |rating:? )?(?P<n>\d{1,2}(?:[.,]\d+)?) ?(?:(?:out )?of|/) ?\d{1,2}(?: stars?)?[.!]?"
    r"|(?P<only>\d{1,2}) stars?"
)
_DRAWN = re.compile(r"[★⭐]+ ?☆*")
_MOST = 10  # stars of a scale


def stars_given(snapshot: Snapshot, inside: Node | None) -> dict[Decimal, Node]:
    """Return the ratings in stars that a page or a place shows, each with an element that says it."""
    found: dict[Decimal, Node] = {}
    for node in nodes_of(snapshot, inside):
        if not node.visible or node.role in _OFFERED or is_field(node):
            continue
        for said in filter(None, (node.name, node.text)):
            if (number := _stars(fold(said))) is not None and not _is_offered(node, snapshot):
                found.setdefault(number, node)
                break  # what a picture of stars is called says more than the stars
    return found


def stars_chosen(snapshot: Snapshot, inside: Node | None) -> Node | None:
    """Return the radio button that is on in the one scale of stars of a page or a place, None without just one."""
    scale = [n for n in nodes_of(snapshot, inside) if n.role == "radio" and _SAID.fullmatch(fold(n.name))]
    chosen = [node for node in scale if node.has(Flag.CHECKED)]
    named = [fold(node.name) for node in scale]
    return chosen[0] if len(chosen) == 1 and len(set(named)) == len(named) else None


_OFFERED = (COMMANDS - {"link"}) | {"radio", "option", "checkbox", "slider"}


def _stars(said: str) -> Decimal | None:
    if (words := _SAID.fullmatch(said)) and "star" in said:
        return Decimal((words["n"] or words["only"]).replace(",", "."))
    drawn = said.replace(" ", "")
    return Decimal(len(drawn) - drawn.count("☆")) if _DRAWN.fullmatch(drawn) and len(drawn) <= _MOST else None


def _is_offered(node: Node, snapshot: Snapshot) -> bool:
    """Tell whether it is what a button or choice says, as in a form where the reader gives stars."""
    return any(around.role in _OFFERED for around in snapshot.ancestors(node))
