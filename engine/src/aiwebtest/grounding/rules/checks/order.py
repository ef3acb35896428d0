"""Judging order: things sorted by a key, a column sorted, one thing before another, a list in the order given."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

from aiwebtest.core.claim import Claim
from aiwebtest.core.facts import Facts
from aiwebtest.core.intent import Target
from aiwebtest.core.snapshot import Node, Snapshot
from aiwebtest.grounding.rules.checks.answer import Answer, agree, error, failed, passed
from aiwebtest.grounding.rules.checks.groups import groups_seen, singular
from aiwebtest.grounding.rules.checks.places import in_place, place_nodes
from aiwebtest.grounding.rules.checks.quantities import amounts_in, dates_in
from aiwebtest.grounding.rules.checks.readings import readings_of
from aiwebtest.grounding.rules.checks.rows import children_of
from aiwebtest.grounding.rules.checks.seek import seek
from aiwebtest.grounding.rules.checks.shown import chosen_in, whole_text
from aiwebtest.grounding.rules.checks.tables import cell_of_row, column_cells, is_column, titles_of_row
from aiwebtest.grounding.rules.checks.text import Block, blocks_of, fold, matches, words_of
from aiwebtest.grounding.rules.checks.things import things
from aiwebtest.grounding.rules.phrase import parse_target

_LISTS = frozenset({"list", "listbox", "table", "grid", "menu", "tree"})

__all__ = ["judge_order"]


def judge_order(claim: Claim, facts: Facts) -> Answer:
    """Judge an order claim in its place; "the second table" is the place of what is sorted in it."""
    thing = claim.subject
    if not claim.values and claim.place is None and thing and thing.role in {"table", "list"}:
        there = replace(claim, place=thing, subject=Target(text=thing.role, role=thing.role))
        if thing.ordinal is not None or (thing.name and place_nodes(there, facts)):
            return in_place(there, facts, _sorted)
    if not claim.values:
        return in_place(claim, facts, _sorted)
    return in_place(claim, facts, _sequence if claim.subject else _pair)


# --- sorted -----------------------------------------------------------------------------------------------------------


def _sorted(claim: Claim, facts: Facts, inside: Node | None) -> Answer:
    snapshot = facts.snapshot
    if claim.subject is None or claim.subject.role in {"column", "table", "list"}:
        nodes = _listed(claim, facts, inside)
    else:
        found = things(claim.subject, facts, inside)
        nodes = list(found.nodes) if found else _listed(_of_column(claim, facts, inside), facts, inside)
    if nodes is None:
        return _unknown(claim, snapshot, inside)
    if len(nodes) < 2:
        return error(
            f"An order needs at least two things; there are {len(nodes)}.", mend="Check how many there are first."
        )
    texts = [_key_text(node, claim.by, snapshot) for node in nodes]
    if any(text is None for text in texts):
        at = texts.index(None)
        return error(
            f'The key "{claim.by}" cannot be told in: {whole_text(nodes[at], snapshot)[:100]}',
            mend="Name the key as the page labels it, or check the column of a table.", refs=(nodes[at].ref,),
        )  # fmt: skip
    return _verdict(claim, [str(text) for text in texts], nodes)


def _verdict(claim: Claim, texts: list[str], nodes: list[Node]) -> Answer:
    keys = _keys(texts)
    if keys is None:
        return error("The dates can be read with the day or the month first.", mend="Name another key.")
    pairs = list(pairwise(keys))
    broken = next((i for i, (a, b) in enumerate(pairs) if (a < b if claim.descending else a > b)), None)
    refs = tuple(node.ref for node in nodes[:20])
    if len(set(keys)) == 1:
        return error(
            "All keys are the same, so that any order would do.", mend="Check it where the keys differ.", refs=refs
        )
    shown = ", ".join(texts[:12])
    if (broken is None) != claim.negated:
        return passed(shown, refs=refs)
    if broken is None:
        return failed(shown, refs=refs)
    return failed(
        f'"{texts[broken]}" stands before "{texts[broken + 1]}" (in: {shown})',
        refs=(nodes[broken].ref, nodes[broken + 1].ref),
    )


def _of_column(claim: Claim, facts: Facts, inside: Node | None) -> Claim:
    """Take "the owners are sorted", where nothing else is called owners, for the column "Owner"."""
    name = claim.subject.name if claim.subject and claim.subject.role is None and not claim.by else None
    called = (
        [one for one in (fold(name), singular(fold(name))) if is_column(one, facts.snapshot, inside)] if name else []
    )
    return replace(claim, subject=None, by=called[0] if called else claim.by)


def _listed(claim: Claim, facts: Facts, inside: Node | None) -> list[Node] | None:
    cells = column_cells(claim.by, facts.snapshot, inside) if claim.by else []
    if cells:
        return cells
    role = claim.subject.role if claim.subject else "column"
    if role not in ("table", "list"):
        return None
    found = things(
        Target(text="rows" if role == "table" else "items", role="row" if role == "table" else "item"), facts, inside
    )
    return list(found.nodes) if found else None


def _unknown(claim: Claim, snapshot: Snapshot, inside: Node | None) -> Answer:
    what = claim.subject.text if claim.subject else f"the column {claim.by}"
    return error(
        f"The page does not tell what {what} are.", nearest="; ".join(groups_seen(snapshot, inside)),
        mend='Name the list or table by its heading, or a column: "the Price column is sorted in ascending order".',
    )  # fmt: skip


def _key_text(node: Node, by: str, snapshot: Snapshot) -> str | None:
    """Return the text of a thing that it is sorted by; without a key its heading or first line."""
    if node.role in {"cell", "gridcell", "rowheader"}:
        return whole_text(node, snapshot)
    if not by or (singular(fold(by)) in {"name", "title", "alphabet", "text"} and node.role != "row"):
        return _title(node, by, snapshot)
    if node.role == "row":
        cells = cell_of_row(node, by, snapshot)
        if not cells and singular(fold(by)) == "name":  # there is no such column: what the rows are called
            return next(iter(titles_of_row(node, snapshot)[0]), None)
        return whole_text(cells[0], snapshot) if len(cells) == 1 else None
    return _marked_or_typed(node, by, snapshot)


def _title(node: Node, by: str, snapshot: Snapshot) -> str | None:
    inner = snapshot.subtree(node)[1:]
    if by and (marked := _marked(node, by, snapshot)):
        return marked
    heading = next((n for n in inner if n.role == "heading"), None)
    if heading is not None:
        return snapshot.text_of(heading)
    blocks = blocks_of(snapshot, node)
    return blocks[0].text if blocks else None


def _marked(node: Node, by: str, snapshot: Snapshot) -> str | None:
    wanted = words_of(by)[-1:]
    marked = [
        n for n in snapshot.subtree(node)[1:]
        if n.visible and any(words_of(mark)[-1:] == wanted for mark in (*n.ident.split(), n.testid) if mark)
    ]  # fmt: skip
    texts = {whole_text(n, snapshot) for n in marked} - {""}
    return texts.pop() if len(texts) == 1 else None


def _marked_or_typed(node: Node, by: str, snapshot: Snapshot) -> str | None:
    """Return what is marked or labelled by the key, or the only amount of money, date or number that a thing shows."""
    if marked := _marked(node, by, snapshot):
        return marked
    lines = [block.text for block in blocks_of(snapshot, node)]
    for line in lines:
        if fold(line).startswith(fold(by)) and len(line) > len(by) + 1:
            return line[len(by) :].lstrip(" :")
    word = singular(words_of(by)[-1]) if words_of(by) else ""
    text = whole_text(node, snapshot)
    if word in {"date", "time", "day"}:
        dates = dates_in(text)
        times = [n.extra.get("datetime", "") for n in snapshot.subtree(node) if n.tag == "time"]
        return next((t for t in times if t), None) or (text if len(dates) == 1 else None)
    money = [amount.text for amount in amounts_in(text) if amount.unit.isupper()]
    if word in {"price", "cost", "amount", "total", "sum", "value"} and len(set(money)) == 1:
        return money[0]
    return None


def _keys(texts: list[str]) -> list[Any] | None:
    """Return keys that compare: days, or numbers if each shows one, else letters without case and accents."""
    dates = [dates_in(text) for text in texts]
    if all(len(found) == 1 for found in dates):
        return [next(iter(found[0])) for found in dates] if all(len(found[0]) == 1 for found in dates) else None
    amounts = [amounts_in(text) for text in texts]
    if all(len(found) == 1 and _mostly(found[0].text, text) for found, text in zip(amounts, texts, strict=True)):
        return [Decimal(found[0].value) for found in amounts]
    if (measured := _measured(texts)) is not None:
        return measured
    return [_letters(text) for text in texts]


_MEASURED = re.compile(r"(?P<number>[-−]?\d+(?:\.\d+)?)\s?(?P<unit>[^\W\d_]+)")


def _measured(texts: list[str]) -> list[Any] | None:
    """Return the numbers of texts such as "7 years" and "12 years", None where they are not all of one measure."""
    found = [_MEASURED.fullmatch(text.strip()) for text in texts]
    units = {singular(fold(match["unit"])) for match in found if match is not None}
    if len(units) != 1:
        return None
    numbers = [Decimal(match["number"].replace("−", "-")) for match in found if match is not None]
    return list(numbers) if len(numbers) == len(texts) else None


def _mostly(number: str, text: str) -> bool:
    return len(number) * 3 >= len(text)


def _letters(text: str) -> str:
    parted = unicodedata.normalize("NFKD", fold(text))
    return "".join(c for c in parted if not unicodedata.combining(c))


# --- given order ------------------------------------------------------------------------------------------------------


def _sequence(claim: Claim, facts: Facts, inside: Node | None) -> Answer:
    """Judge that the things show the values in this order; with `every` there are no others."""
    assert claim.subject is not None
    if claim.every and (told := _chosen(claim, facts, inside)) is not None:
        return told
    found = things(claim.subject, facts, inside)
    if found is not None:
        texts = [_lines(node, facts.snapshot) for node in found.nodes]
    else:
        readings = readings_of(claim, facts, inside)
        if len(readings) != 1:
            return _unknown(claim, facts.snapshot, inside)
        texts = [[part] for part in readings[0].parts]
    at = [next((i for i, lines in enumerate(texts) if _shows(lines, value, claim)), -1) for value in claim.values]
    shown = ", ".join(lines[0] if lines else "" for lines in texts[:12])
    holds = -1 not in at and at == sorted(set(at)) and (not claim.every or len(texts) == len(claim.values))
    refs = tuple(node.ref for node in found.nodes[:20]) if found else ()
    return (passed if holds != claim.negated else failed)(shown or "(none)", refs=refs)


def _chosen(claim: Claim, facts: Facts, inside: Node | None) -> Answer | None:
    """Judge "the wishes are A, B and C" of a list that several are chosen in by these, not by all that it offers."""
    said = replace(claim, kind="value", match="exact", every=False)
    held = [one for one in readings_of(said, facts, inside) if one.field and chosen_in(one, facts.snapshot)]
    if len(held) != 1:
        return None
    chosen = chosen_in(held[0], facts.snapshot)
    same = sorted(fold(one) for one in chosen) == sorted(fold(value) for value in claim.values)
    return (passed if same != claim.negated else failed)(", ".join(chosen), refs=held[0].refs)


def _lines(node: Node, snapshot: Snapshot) -> list[str]:
    whole = whole_text(node, snapshot) or node.text or node.name  # an option of a closed list is not shown, but meant
    return list(dict.fromkeys([*(block.text for block in blocks_of(snapshot, node)), whole]))


def _shows(lines: Iterable[str], value: str, claim: Claim) -> bool:
    return any(matches(line, value, "exact" if claim.every else "contains", quoted=claim.quoted) for line in lines)


def _places_of(value: str, blocks: Sequence[Block], *, quoted: bool) -> list[int]:
    """Return where a text stands on its own, else where it stands within another."""
    alone = [b.refs[0] for b in blocks if matches(b.text, value, "exact", quoted=quoted)]
    return alone or [b.refs[0] for b in blocks if matches(b.text, value, "contains", quoted=quoted)]


def _elements_called(words: str, snapshot: Snapshot, inside: Node | None) -> list[int]:
    """Return where "the E-mail field" stands: what the words name together with their role."""
    target = parse_target(words)
    shown = seek(target, snapshot, inside).shown if target.role else ()
    if target.role in _LISTS and target.name is None:  # what stands in the only table is neither above nor below it
        return [shown[0].ref, shown[0].end - 1] if len(shown) == 1 else []
    return [node.ref for node in shown] if target.name else []


def _pair(claim: Claim, facts: Facts, inside: Node | None) -> Answer:
    """Judge that every place of the first value stands before every place of the next."""
    blocks = blocks_of(facts.snapshot, inside)
    places = [
        _places_of(value, blocks, quoted=claim.quoted) or _elements_called(value, facts.snapshot, inside)
        for value in claim.values
    ]
    for value, found in zip(claim.values, places, strict=True):
        if not found:
            if claim.negated:
                return error(
                    f'"{value}" is not shown, so its place cannot be told.', mend="Check first that it is there."
                )
            if not claim.quoted and value.replace(" ", "").isalpha() and value == value.lower():
                return error(
                    f'Nothing on the page is called "{value}".',
                    mend="Name both as the page does, in quotes if they are texts.",
                )
            return failed(f'"{value}" is not shown')
    outcomes = {_stands(one, other) for one, other in pairwise(places)}
    refs = tuple(found[0] for found in places)
    if None in outcomes and (lists := _lists_of_all(places, facts.snapshot, inside)):
        return agree([_pair(claim, facts, held) for held in lists], every=False, what=claim.text)
    if None in outcomes:
        return error(
            f"{' and '.join(claim.values)} are shown several times, in different order.",
            mend="Name the list or table to look in.", refs=refs,
        )  # fmt: skip
    holds = outcomes == {True}
    if holds and claim.attribute == "directly":
        holds = _adjacent(facts.snapshot, places[0][-1], places[1][0])
    shown = sorted(zip((found[0] for found in places), claim.values, strict=True))
    return (passed if holds != claim.negated else failed)(" before ".join(value for _, value in shown), refs=refs)


def _lists_of_all(places: Sequence[Sequence[int]], snapshot: Snapshot, inside: Node | None) -> list[Node]:
    """Return the lists and tables that hold each of the texts just once, if the texts are nowhere else."""
    lists = [
        node
        for node in (snapshot.nodes if inside is None else snapshot.subtree(inside)[1:])
        if node.role in _LISTS and all(sum(node.ref < ref < node.end for ref in found) == 1 for found in places)
    ]
    told = [ref for found in places for ref in found]
    return lists if all(any(node.ref < ref < node.end for node in lists) for ref in told) else []


def _stands(one: list[int], other: list[int]) -> bool | None:
    """Tell whether all of one stands before all of the other; None when they are mixed."""
    if max(one) < min(other):
        return True
    return False if min(one) > max(other) else None


def _adjacent(snapshot: Snapshot, one: int, other: int) -> bool:
    """Tell whether nothing that can be seen stands between two nodes, as parts of what holds them both."""
    above = {one, *(node.ref for node in snapshot.ancestors(snapshot.nodes[one]))}
    path = [snapshot.nodes[other], *snapshot.ancestors(snapshot.nodes[other])]
    common = next((i for i, node in enumerate(path) if node.ref in above), 0)
    if common == 0:
        return False
    last, whole = path[common - 1], path[common]
    parts = [n for n in children_of(snapshot, whole.ref) if n.visible and (snapshot.text_of(n) or n.value)]
    first = next((n for n in parts if n.ref <= one < n.end), None)
    return first is not None and parts.index(first) + 1 == parts.index(last)
