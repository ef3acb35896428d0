"""Rows, list items and cards: those that hold what a name says, and the children that are alike."""

from __future__ import annotations

import re

from aiwebtest.core.intent import Target
from aiwebtest.core.snapshot import Node, Snapshot
from aiwebtest.grounding.rules.alike import are_parts
from aiwebtest.grounding.rules.checks.kinds import ROWS
from aiwebtest.grounding.rules.checks.names import strip_decoration
from aiwebtest.grounding.rules.checks.text import blocks_of, contains_words, fold, tidy
from aiwebtest.grounding.rules.page import view_of
from aiwebtest.grounding.rules.wording import wording
from aiwebtest.grounding.rules.words import ITEM_NOUNS

__all__ = ["children_of", "names_in_rows", "numbers_things", "rows_with"]


def rows_with(anchor: Target, snapshot: Snapshot, inside: Node | None = None) -> list[Node]:
    """Return the rows, list items or cards that hold what `anchor` names; those with a cell of just that come first.

    If some row has the name as the whole text of a cell (or block), rows that merely mention it are left out.
    """
    for name in names_in_rows(anchor, snapshot):
        rows = _rows_holding(name, anchor.quoted, snapshot, inside)
        if rows:
            return rows
    return []


def names_in_rows(anchor: Target, snapshot: Snapshot) -> list[str]:
    """Return what a row may say for a name: "#1001" for "order 1001", and "lint" for "the lint job"."""
    if anchor.name is None:
        return []
    names = [str(anchor.name)]
    head, _, rest = names[0].partition(" ")
    noun = fold(head).rstrip("s")
    if rest and not anchor.quoted and (noun in ITEM_NOUNS | {"row", "item"} or _heads_a_column(noun, rest, snapshot)):
        names.append(rest.lstrip("#"))
    return names if anchor.quoted else [*names, *_without_nouns(names[0], snapshot)]


def _heads_a_column(noun: str, rest: str, snapshot: Snapshot) -> bool:
    """Tell whether what stands under a header is a code: "parcel 7002" is 7002 under "Parcel"."""
    heads: set[str] | None = snapshot.memo.get("checks.headers")
    if heads is None:
        heads = {fold(snapshot.text_of(node)) for node in snapshot.nodes if node.role == "columnheader"}
        snapshot.memo["checks.headers"] = heads
    numbered = " " not in rest and any(numbers_things(head, noun, snapshot) for head in heads)
    return (noun in heads or numbered) and any(c.isdigit() for c in rest)


_TABLES = frozenset({"table", "grid", "treegrid"})
_NUMBERS = frozenset(["no.", "no", "nr.", "nr", "number", "#", "id", "code"])


def numbers_things(header: str, noun: str, snapshot: Snapshot) -> bool:
    """Tell whether a header is over the numbers of the things that the page has one table of: "No." of hires."""
    if header not in _NUMBERS or sum(node.role in _TABLES and node.visible for node in snapshot.nodes) != 1:
        return False
    return bool(set(wording(noun).stems) & view_of(snapshot).topic)


def _without_nouns(name: str, snapshot: Snapshot) -> list[str]:
    """Return what "the transfer to City Council" and "the lint job" name, the noun left to the heading of the list.

    "Dora Member" is somebody else than the member Dora.
    """
    words = name.split()
    known = [fold(word) for word in words]
    if len(words) > 2 and known[1] in {"to", "from", "by", "with", "for"} and _is_of_the_page(known[0], snapshot):
        return [" ".join(words[2:])]
    if len(words) < 2 or (words[-1][:1].isupper() and words[-2][:1].isupper()):
        return []
    return [" ".join(words[:-1])] if _is_of_the_page(known[-1], snapshot) else []


def _is_of_the_page(noun: str, snapshot: Snapshot) -> bool:
    """Tell whether a noun is one that applications have many of, or one of the headings'."""
    if noun in ITEM_NOUNS:
        return True
    told: set[str] = snapshot.memo.setdefault("checks.headings", set())
    if not told:
        heads = (node for node in snapshot.nodes if node.role == "heading" and node.visible)
        told.update(stem for node in heads for stem in wording(snapshot.text_of(node)).stems)
    return bool(told.intersection(wording(noun).stems))


def _rows_holding(name: str, quoted: bool, snapshot: Snapshot, inside: Node | None) -> list[Node]:
    alike = tidy if quoted else fold
    wanted, plain = alike(name), fold(name)
    exact: dict[int, Node] = {}
    within: dict[int, Node] = {}
    for block in blocks_of(snapshot, inside):
        if plain not in block.folded:
            continue
        text = alike(block.text)
        if not contains_words(text, wanted):
            continue
        parts = [snapshot.nodes[ref] for ref in block.refs]  # of one line, which may go through several cards
        saying = next((part for part in parts if contains_words(alike(part.text), wanted)), parts[0])
        row = _row_around(saying, snapshot, inside)
        if row is not None:
            within[row.ref] = row
            bare = {strip_decoration(text).lstrip("#"), _COUNT.sub("", text)}
            if strip_decoration(wanted).lstrip("#") in bare:
                exact[row.ref] = row
    return list((exact or within).values())


_COUNT = re.compile(r"(?<=[^\W\d_]) \d{1,3}$")  # of how many a title tells: "In progress 3"


def _row_around(node: Node, snapshot: Snapshot, inside: Node | None) -> Node | None:
    """Return the nearest row, list item or card around a node, or the nearest of several alike siblings."""
    floor = inside.ref if inside is not None else 0
    alike = None
    for around in snapshot.ancestors(node):
        if around.ref <= floor:
            break
        if around.role in ROWS:
            return around
        if alike is None and around.role not in {"cell", "gridcell", "option"} and _has_twins(around, snapshot):
            alike = around
    return alike


def _has_twins(node: Node, snapshot: Snapshot) -> bool:
    if node.tag not in _TWINS or node.end - node.ref < 2:
        return False
    twins = [other for other in children_of(snapshot, node.parent) if _alike(other, node)]
    return len(twins) > 1 and not are_parts(twins, snapshot)


_TWINS = frozenset({"div", "section", "li", "a", "tr", "article", "dl", "fieldset", "label"})


def children_of(snapshot: Snapshot, ref: int) -> list[Node]:
    """Return the children of a node."""
    known: dict[int, list[Node]] | None = snapshot.memo.get("checks.children")
    if known is None:
        known = snapshot.memo["checks.children"] = {}
        for node in snapshot.nodes:
            known.setdefault(node.parent, []).append(node)
    return known.get(ref, [])


def _alike(one: Node, other: Node) -> bool:
    return one.tag == other.tag and one.role == other.role and one.ident.split()[-1:] == other.ident.split()[-1:]
