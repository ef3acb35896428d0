"""Judging inside a named place of the page."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from aiwebtest.core.claim import Claim
from aiwebtest.core.facts import Facts
from aiwebtest.core.intent import Target
from aiwebtest.core.snapshot import Node
from aiwebtest.grounding.rules.checks.answer import Answer, agree, error, missing
from aiwebtest.grounding.rules.checks.bands import band_of, beside, is_mere_title
from aiwebtest.grounding.rules.checks.groups import TABLES, is_menu
from aiwebtest.grounding.rules.checks.kinds import FIELD_WORDS, MANY_OF_A_PAGE, can_be, is_field
from aiwebtest.grounding.rules.checks.paging import leads_through
from aiwebtest.grounding.rules.checks.rows import rows_with
from aiwebtest.grounding.rules.checks.seek import content_first, outermost, seek, seek_place
from aiwebtest.grounding.rules.checks.text import blocks_of, fold
from aiwebtest.grounding.rules.checks.things import meant
from aiwebtest.grounding.rules.page import view_of
from aiwebtest.grounding.rules.relations import titled_by

__all__ = ["denies", "in_place", "place_nodes"]


def denies(claim: Claim) -> bool:
    """Tell whether a claim says that something is not so."""
    none = claim.kind == "count" and claim.values == ("0",) and claim.comparison in {"=", "<="}
    return claim.negated != (claim.state == "hidden" or none)


def _is_of_presence(claim: Claim) -> bool:
    """Tell whether a claim says of something no more than that it is there, or is not."""
    return claim.kind == "text" or (claim.kind == "state" and claim.state in {"visible", "hidden"})


def place_nodes(claim: Claim, facts: Facts) -> list[Node]:
    """Return the visible places that a claim names; several only if they stand beside each other."""
    if claim.place is None:
        return []
    if claim.place.anaphora:
        return list(seek(claim.place, facts.snapshot, last=facts.last).shown)
    if claim.place.role == "list" and claim.place.name is None and not claim.place.relations:
        lists = seek(claim.place, facts.snapshot).shown
        own = outermost([node for node in lists if not is_menu(node, facts.snapshot)] or lists)
        return _or_tables(own, claim, facts)
    if claim.place.role == "menu" and claim.place.name is None and not claim.place.relations:
        open_ = [node for node in facts.snapshot.nodes if node.role == "menu" and node.visible]
        open_ = [node for node in open_ if not _is_behind(node, facts)]
        if len(open_) == 1:  # the one that has been opened, and none of those that always stand on the page
            return open_
    if claim.place.role in FIELD_WORDS:
        fields = seek(claim.place, facts.snapshot).shown
        whole = next((one for one in claim.place.alternatives if one.role is None and one.name), None)
        if whole is None or any(can_be(node, claim.place.role) for node in fields):
            return [_field_group(node, facts) for node in fields]
        return outermost(seek_place(whole, facts.snapshot).shown)  # "the Family box" is one that is sold
    if cells := band_of(claim.place, facts):
        return cells
    if (row := _row_called_so(claim.place, facts)) is not None:
        return [row]
    counted = claim.place.ordinal is not None and claim.place.role in {None, "alert"} and not claim.place.quoted
    several = claim.place.role in {"item", "result", "card"} or counted  # "the first connection"
    found = meant(claim.place, facts, None) if several else None
    places = outermost((found or seek_place(claim.place, facts.snapshot)).shown)
    if claim.place.role == "row" and len(places) == 1:
        places = [*places, *beside(places[0], facts)]
    if claim.place.role in _HELD:
        places = _what_titles_head(places, claim, facts)
    return content_first(places, facts.snapshot) if claim.place.role == "table" and not claim.place.name else places


def _row_called_so(place: Target, facts: Facts) -> Node | None:
    """Return the one row of a table that says "Credit card" or "Price list", where nothing else may be meant."""
    whole = next((one for one in place.alternatives if one.role is None and one.name), None)
    if place.role in {None, "row"} or place.quoted or whole is None:
        return None
    rows = [row for row in rows_with(whole, facts.snapshot) if row.role == "row" and row.visible]
    if len(rows) != 1 or _is_called_elsewhere(place, rows[0], facts):
        return None
    name, inside = fold(whole.name or ""), facts.snapshot.subtree(rows[0])
    cells = [fold(facts.snapshot.text_of(node)) for node in inside if node.role == "cell"]
    return rows[0] if name in cells or any(name in _said(node) for node in inside) else None


def _is_called_elsewhere(place: Target, row: Node, facts: Facts) -> bool:
    """Tell whether something outside of a row is called "Price list", or is a list that is called "Price"."""
    names = {fold(one.name) for one in place.alternatives if one.role is None and one.name}
    outside = [node for node in facts.snapshot.nodes if node.visible and not row.ref < node.ref < row.end]
    of_kind = [node for node in outside if can_be(node, place.role) and fold(place.name or "") in _said(node)]
    return bool(of_kind and place.name) or any(not names.isdisjoint(_said(node)) for node in outside)


def _said(node: Node) -> set[str]:
    return {fold(node.name), fold(node.text)}


def _is_behind(node: Node, facts: Facts) -> bool:
    """Tell whether an element stands in what the page tells assistive technology to leave out, as behind a menu."""
    return any(around.extra.get("aria-hidden") == "true" for around in facts.snapshot.ancestors(node))


_HELD = frozenset({"column", "section", "card", "list"})


def _what_titles_head(places: list[Node], claim: Claim, facts: Facts) -> list[Node]:
    """Return, for a text that is all that is called "the In progress column", the column which it is the title of.

    Nothing is in a text, nor in a title with a number, so that a denial is about what it heads or about nothing.
    """
    view, told, denied = view_of(facts.snapshot), [], denies(claim)
    if denied and claim.place is not None and claim.place.role == "column":
        name = claim.place.name or ""
        places = [one for one in places if one.end - one.ref == 1 or not is_mere_title(one, name, facts)]
    for node in places:
        mere = node.end - node.ref == 1 and not node.role and not is_field(node)
        whole = titled_by(node.ref, view) if mere else node
        told += [whole] if whole is not None else [] if denied else [node]
    return told


def _or_tables(lists: list[Node], claim: Claim, facts: Facts) -> list[Node]:
    """Return what "the list" can be: the lists, and where all are menus or in a side bar the table as well.

    Without any list, that something is absent from the table would prove nothing.
    """
    view, tables = view_of(facts.snapshot), _tables(facts)
    if not lists:
        return [] if denies(claim) else tables
    aside = all(view.is_furniture(n.ref) or is_menu(n, facts.snapshot) or leads_through(n.ident) for n in lists)
    return [*lists, *tables] if aside else lists


def _tables(facts: Facts) -> list[Node]:
    """Return the only table of the page, where there is one."""
    tables = outermost(node for node in facts.snapshot.nodes if node.role in TABLES and node.visible)
    return tables if len(tables) == 1 else []


def _field_group(node: Node, facts: Facts) -> Node:
    """Return what stands around a field and belongs to it alone: its label, its hint, its error message."""
    widest = node
    for around in facts.snapshot.ancestors(node):
        fields = [other for other in facts.snapshot.subtree(around) if is_field(other) and other.visible]
        if len(fields) > 1 or around.parent < 0 or around.role in {"form", "main", "table"} or around.tag == "form":
            break
        widest = around
    return widest


def _is_name(place: Target) -> bool:
    """Tell whether a place is called by a name or a role, rather than by a plain word of the writer: "the board"."""
    return place.quoted or place.role is not None or (place.name or "") != (place.name or "").lower()


def _may_be_plain(place: Target, facts: Facts) -> bool:
    """Tell whether "the list" or "the reading pane" may be drawn of plain parts: the page has nothing of that kind."""
    if place.quoted or place.role not in _DRAWN_PLAIN or place.ordinal is not None or place.relations:
        return False
    return not any(node.role in _DRAWN_PLAIN[place.role] and node.visible for node in facts.snapshot.nodes)


_DRAWN_PLAIN = {
    "list": frozenset({"list", "listbox", "tree", "feed", "menu", "table", "grid", "treegrid"}),
    "section": frozenset({"region", "group", "complementary", "article", "tabpanel"}),
}


def _nowhere(place: Target) -> Answer:
    return error(f"Nothing on the page is called {place.text}.", mend="Name the place as the page does, in quotes.")


def _row_besides(claim: Claim, places: list[Node], facts: Facts) -> Node | None:
    """Return the one row of a table that is of what a part of the page is called after too."""
    place = claim.place
    if place is None or place.role is not None or place.relations or claim.kind not in {"value", "compare"}:
        return None
    rows = [row for row in rows_with(place, facts.snapshot) if row.role == "row" and row.visible]
    return rows[0] if len(rows) == 1 and rows[0] not in places else None


def _as_one_name(claim: Claim, facts: Facts) -> Claim | None:
    """Return the claim about "the tablet of Mia" where the page has just these words."""
    thing, place = claim.subject, claim.place
    if thing is None or place is None or claim.kind not in {"value", "state"} or thing.quoted or place.quoted:
        return None
    if thing.role is not None or place.role is not None or not thing.name or not place.name:
        return None
    words = f"{thing.name} of {place.name}"
    if fold(words) not in fold(claim.text) or not any(b.folded == fold(words) for b in blocks_of(facts.snapshot)):
        return None
    return replace(claim, subject=Target(text=f"the {words}", name=words), place=None)


def in_place(claim: Claim, facts: Facts, judge_inside: Callable[[Claim, Facts, Node | None], Answer]) -> Answer:
    """Judge a claim inside its place, or on the whole page if it names none. Several places must agree."""
    if claim.place is None:
        return judge_inside(claim, facts, None)
    if (whole := _as_one_name(claim, facts)) and (answer := judge_inside(whole, facts, None)).outcome != "error":
        return answer
    places = place_nodes(claim, facts)
    if not places and claim.subject and claim.kind in {"value", "compare"}:
        words = f"{claim.subject.name or claim.subject.text} of {claim.place.name or claim.place.text}"
        named = Target(text=words, name=words)  # "the date of birth"
        answer = judge_inside(replace(claim, subject=named, place=None), facts, None)
        if answer.refs:
            return answer
    if not places:
        if not _is_name(claim.place) or _may_be_plain(claim.place, facts):
            return _nowhere(claim.place)
        return missing(claim.place, facts, negated=denies(claim))
    answer = _agreed(claim, claim.place, places, facts, judge_inside)
    shown = answer.outcome == "passed" and not denies(claim)
    if not shown and _is_of_presence(claim) and _are_around(claim.place, places, facts):
        return _nowhere(claim.place)
    return answer


def _are_around(place: Target, places: list[Node], facts: Facts) -> bool:
    """Tell whether "the list" is only found around the content: the one that is meant may be drawn of plain parts."""
    if place.role not in {"list", "table"} or place.name is not None or place.ordinal is not None or place.relations:
        return False
    view = view_of(facts.snapshot)
    return all(view.is_furniture(node.ref) for node in places)


def _agreed(
    claim: Claim, place: Target, places: list[Node], facts: Facts,
    judge_inside: Callable[[Claim, Facts, Node | None], Answer],
) -> Answer:  # fmt: skip
    """Judge a claim inside each of the places, and make one answer of theirs."""
    every = bool(re.match(r"(?:every|each|all)\b", place.text, re.IGNORECASE))
    answers = [judge_inside(claim, facts, one) for one in places]
    if all(answer.outcome == "error" for answer in answers) and (row := _row_besides(claim, places, facts)) is not None:
        told = judge_inside(claim, facts, row)  # the panel that is open on Ada does not say it, and her row does
        answers = [told] if told.outcome != "error" else answers
    if claim.kind in {"value", "compare"} and claim.subject is not None:
        answers = [answer for answer in answers if answer.refs or answer.outcome != "error"] or answers
    many = len(places) > 1 and place.role == "row" and place.ordinal is None and not places[0].role
    many = many or (place.role in MANY_OF_A_PAGE and place.name is None) or bool(band_of(place, facts))
    if _is_of_presence(claim) and not every and many:
        return agree(answers, every=denies(claim), some=not denies(claim), what=place.text)
    return agree(answers, every=every, what=place.text)
