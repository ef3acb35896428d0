"""Stars that a page gives: "4 of 5 stars" are four, "★★★★☆" as well, whether it is a text or the name of a picture."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from itertools import islice

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


def stars_chosen(snapshot: Snapshot, inside: Node | None) -> tuple[Decimal, Node] | None:
    """Return how many stars are chosen on the one scale of radio buttons of a page or place, and the button.

    A scale is in a place, or stands behind the text that the place is: "Craftsmen" before the stars. None where there
    is not just one scale, or no star is chosen on it.
    """
    scales = _scales(snapshot)
    of_place = scales if inside is None else [one for one in scales if inside.ref <= one[0].ref < inside.end]
    if inside is not None and not of_place:
        of_place = [one for one in scales if _is_captioned(one, inside, snapshot)]
    if len(of_place) != 1:
        return None
    chosen = [node for node in of_place[0] if node.has(Flag.CHECKED)]
    return (Decimal(_number_of_stars(chosen[0])), chosen[0]) if len(chosen) == 1 else None


_MARK = re.compile(r"\W*(?P<n>\d{1,2})\W*(?:stars?)?\W*")
_REACH = 5  # elements between a mark of a scale and what holds the scale with its caption


def _scales(snapshot: Snapshot) -> list[list[Node]]:
    """Return the rows of radio buttons that are called "1 star", "2 stars" or "★ 1", "★ 2", up or down by one each."""
    found: list[list[Node]] = [[]]
    for node in snapshot.nodes:
        if node.role == "radio":
            if not _goes_on(found[-1], _number_of_stars(node)):
                found.append([])
            if _number_of_stars(node):
                found[-1].append(node)
    return [one for one in found if len(one) > 1]


def _goes_on(scale: list[Node], number: int) -> bool:
    """Tell whether a number is the next on a scale, be that the way up or down."""
    known = [_number_of_stars(node) for node in scale]
    if len(known) < 2:
        return not known or abs(number - known[0]) == 1
    return number - known[-1] == known[1] - known[0]


def _number_of_stars(node: Node) -> int:
    """Return how many stars a radio button is for, 0 where it is for something else."""
    name = fold(node.name)
    said = _MARK.fullmatch(name)
    drawn = any("STAR" in unicodedata.name(sign, "").split() for sign in name)  # a plain "1" may be any choice
    return int(said["n"]) if said and ("star" in name or drawn) else 0


def _is_captioned(scale: list[Node], caption: Node, snapshot: Snapshot) -> bool:
    """Tell whether a text is the nearest before a scale, in the smallest part that says anything beside it.

    Where that part holds another scale, nothing tells which text is whose.
    """
    first, last = scale[0], scale[-1]
    for above in islice(snapshot.ancestors(first), _REACH):
        inside = [node for node in snapshot.subtree(above) if not first.ref <= node.ref < last.end and node.visible]
        said = [node for node in inside if any(c.isalpha() for c in node.text)]
        texts = [node for node in said if not _MARK.fullmatch(fold(node.text))]
        before = [node for node in texts if node.ref < first.ref]
        if texts:
            alone = not any(_number_of_stars(node) for node in inside if node.role == "radio")
            return alone and bool(before) and caption.ref <= before[-1].ref < caption.end
    return False


_OFFERED = (COMMANDS - {"link"}) | {"radio", "option", "checkbox", "slider"}


def _stars(said: str) -> Decimal | None:
    if (words := _SAID.fullmatch(said)) and "star" in said:
        return Decimal((words["n"] or words["only"]).replace(",", "."))
    drawn = said.replace(" ", "")
    return Decimal(len(drawn) - drawn.count("☆")) if _DRAWN.fullmatch(drawn) and len(drawn) <= _MOST else None


def _is_offered(node: Node, snapshot: Snapshot) -> bool:
    """Tell whether it is what a button or choice says, as in a form where the reader gives stars."""
    return any(around.role in _OFFERED for around in snapshot.ancestors(node))
