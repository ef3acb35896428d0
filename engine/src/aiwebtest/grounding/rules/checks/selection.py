"""Whether something is selected or active: by its state, its box, or the class that marks it among its like."""

from __future__ import annotations

import re
from itertools import islice

from aiwebtest.core.snapshot import Flag, Node, Snapshot
from aiwebtest.grounding.rules.checks.kinds import ROWS
from aiwebtest.grounding.rules.checks.rows import children_of
from aiwebtest.grounding.rules.checks.tables import cells_of, header_row, table_around
from aiwebtest.grounding.rules.checks.text import fold
from aiwebtest.grounding.rules.marks import chosen_among, may_be_chosen, says_chosen

__all__ = ["ACTIVE", "REACH", "box_of_branch", "boxes_in", "has_marked_twin", "is_active", "is_selected"]

REACH = 3  # elements between a text and the link around it


def boxes_in(thing: Node, snapshot: Snapshot) -> list[Node]:
    """Return the check boxes and switches in a thing."""
    return [node for node in snapshot.subtree(thing)[1:] if node.role in _BOXES]


def box_of_branch(branch: Node, snapshot: Snapshot) -> Node | None:
    """Return the box in a branch of a tree, those of the branches below it left out; None where it has none."""
    below = next((n.ref for n in snapshot.subtree(branch)[1:] if n.role == "treeitem"), branch.end)
    return next((box for box in boxes_in(branch, snapshot) if box.ref < below), None)


_BOXES = frozenset({"checkbox", "switch"})
_CHOOSING = frozenset("select selected choose pick mark".split())


def _chooses(box: Node, thing: Node, snapshot: Snapshot) -> bool:
    """Tell whether a box is there to choose the row that it is in, and not for a property such as "Urgent".

    It is so without a name of its own, where its column has none either; or it is called by the row, as no other is.
    """
    name, table = fold(box.name), table_around(box, snapshot)
    at = next((at for at, cell in cells_of(thing, snapshot) if cell.ref < box.ref < cell.end), -1)
    header = fold(header_row(table, snapshot).get(at, "")) if table is not None else ""
    if header and header.split()[0] not in _CHOOSING:
        return False
    if not name or name.split()[0] in _CHOOSING:
        return True
    told = {fold(node.text) for node in snapshot.subtree(thing) if node.text and node.visible}
    alike = [fold(other.name) for other in snapshot.nodes if other.role in _BOXES]
    return name in told and alike.count(name) == 1 and (len(alike) > 1 or told == {name})


def is_selected(node: Node, snapshot: Snapshot) -> bool | None:
    """Tell what is chosen: by state, as the current one, or by the class names that pages use for it."""
    if node.has(Flag.SELECTED) or node.has(Flag.CHECKED) or node.has(Flag.CURRENT):
        return True
    if says_chosen(node.ident):
        return True
    if (marked := _marked_among_alike(node, snapshot)) is not None:
        return marked
    if (marked := _chosen_of_several(node, snapshot)) is not None:
        return marked
    if (marked := _chosen_within(node, snapshot)) is not None:
        return marked
    if (row := _row_with_a_box(node, snapshot)) is not None:
        return is_selected(row, snapshot)
    boxes = boxes_in(node, snapshot) if node.role in ROWS else []
    choosing = [box for box in boxes if _chooses(box, node, snapshot)]
    if boxes:
        return choosing[0].has(Flag.CHECKED) if len(choosing) == 1 else None
    if node.role == "combobox" and node.tag != "select":
        return _is_filled_list(node, snapshot)
    known = node.role in {
        "option",
        "tab",
        "radio",
        "row",
        "gridcell",
        "treeitem",
        "menuitemradio",
        "checkbox",
        "link",
        "listitem",
        "button",
    }
    return False if known else None


_INVITES = re.compile(r"(?:(?:please )?(?:select|choose|pick)\b.*|-+.*|none|nothing)", re.IGNORECASE)


def _is_filled_list(node: Node, snapshot: Snapshot) -> bool | None:
    """Tell whether something is chosen in a list; None where what it shows may be a choice or invite to one.

    An empty input tells nothing: many a library draws what is chosen beside it.
    """
    if node.tag == "input" and not node.value:
        return None
    shown = node.value or snapshot.text_of(node)
    if node.value or not shown:
        return bool(shown)
    return False if _INVITES.fullmatch(shown.strip()) else None


def is_active(node: Node, snapshot: Snapshot) -> bool | None:
    """Tell whether something is the active one: chosen, or in an entry that a class says to be so; None if neither."""
    selected = is_selected(node, snapshot)
    if selected:
        return True
    parent = snapshot.nodes[node.parent] if node.parent >= 0 else node
    if parent.role in {"listitem", "tab"} and says_chosen(parent.ident):
        return True
    return False if selected is False and node.role != "gridcell" else None


ACTIVE = frozenset({"active", "current", "selected"})  # class names


def has_marked_twin(node: Node, snapshot: Snapshot, marks: frozenset[str]) -> bool | None:
    """Tell that an element of no telling role is not active where one beside it is marked so; None where none is."""
    beside = children_of(snapshot, node.parent) if node.parent >= 0 else []
    marked = any(other.tag == node.tag and not marks.isdisjoint(other.ident.lower().split()) for other in beside)
    return False if marked else None


def _marked_among_alike(node: Node, snapshot: Snapshot) -> bool | None:
    """Tell whether an element without a role is the one that a class marks among those beside it; None where none is.

    The text of a card or a tab stands for it.
    """
    for one in (node, *islice(snapshot.ancestors(node), REACH)):
        if one.role or one.parent < 0:
            return None
        beside = [other for other in children_of(snapshot, one.parent) if other.tag == one.tag != "#text"]
        marked = [other for other in beside if may_be_chosen(other.ident)]
        if marked and len(marked) < len(beside):
            return one in marked
    return None


def _chosen_of_several(node: Node, snapshot: Snapshot) -> bool | None:
    """Tell whether a thing is the one that a class of its own marks among those beside it; None where none is.

    What says the same around it is the same thing: the entry of a list around its link.
    """
    said = snapshot.text_of(node) or node.name
    for one in (node, *islice(snapshot.ancestors(node), REACH)):
        if one.parent < 0 or (snapshot.text_of(one) or one.name) != said or one.role in _BOXES | {"radio"}:
            return None
        beside = [n for n in children_of(snapshot, one.parent) if n.tag == one.tag != "#text" and n.role == one.role]
        beside = _of_its_make(one, beside)
        marked = chosen_among([other.ident for other in beside])
        if len(beside) > 1 and sum(marked) == 1:
            return marked[beside.index(one)]
    return None


def _chosen_within(node: Node, snapshot: Snapshot) -> bool | None:
    """Tell whether the part that fills an entry of a menu is the one marked among such parts; None where none is."""
    if node.parent < 0 or node.role not in {"menuitem", "listitem", "treeitem"}:
        return None
    entries = [n for n in children_of(snapshot, node.parent) if n.role == node.role and n.tag == node.tag]
    filling = {
        n.ref: parts[0] for n in entries if len(parts := children_of(snapshot, n.ref)) == 1 and not parts[0].role
    }
    marked = chosen_among([part.ident for part in filling.values()])
    if node.ref not in filling or len(filling) < 2 or sum(marked) != 1:
        return None
    return marked[list(filling).index(node.ref)]


def _row_with_a_box(node: Node, snapshot: Snapshot) -> Node | None:
    """Return the row that a cell stands in, where a box in it chooses the row."""
    if node.role not in {"cell", "gridcell", "rowheader"}:
        return None
    row = next((above for above in snapshot.ancestors(node) if above.role == "row"), None)
    within = row is not None and any(_chooses(box, row, snapshot) for box in boxes_in(row, snapshot))
    return row if within and row is not None and not boxes_in(node, snapshot) else None


def _of_its_make(node: Node, beside: list[Node]) -> list[Node]:
    """Return those beside a node that share a class with it: arrows beside the numbers of pages are of another."""
    mine = set(node.ident.split())
    return [other for other in beside if mine & set(other.ident.split())]
