"""Judging how many of something there are: counted on the page, or stated by it."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from itertools import islice

from aiwebtest.core.claim import Claim
from aiwebtest.core.facts import Facts
from aiwebtest.core.intent import Target
from aiwebtest.core.snapshot import Node
from aiwebtest.grounding.rules.checks.answer import Answer, error, failed, passed
from aiwebtest.grounding.rules.checks.bands import band_of
from aiwebtest.grounding.rules.checks.comparing import compare_amounts
from aiwebtest.grounding.rules.checks.groups import Things, groups_seen, singular
from aiwebtest.grounding.rules.checks.messages import of_no_kind
from aiwebtest.grounding.rules.checks.paging import is_paged
from aiwebtest.grounding.rules.checks.places import in_place, place_nodes
from aiwebtest.grounding.rules.checks.presence import judge_visible, shows_nothing
from aiwebtest.grounding.rules.checks.quantities import amounts_in, read_amount
from aiwebtest.grounding.rules.checks.ratings import stars_chosen, stars_given
from aiwebtest.grounding.rules.checks.readings import readings_of
from aiwebtest.grounding.rules.checks.saying import saying_just
from aiwebtest.grounding.rules.checks.shown import Reading
from aiwebtest.grounding.rules.checks.states import holds_state, is_nearly
from aiwebtest.grounding.rules.checks.tables import cell_of_row, header_row
from aiwebtest.grounding.rules.checks.text import Block, blocks_of, fold, words_of
from aiwebtest.grounding.rules.checks.things import noun_of, things
from aiwebtest.grounding.rules.checks.values import judge_compare

__all__ = ["judge_count"]

_PARTS = frozenset({None, "row", "box", "item", "result", "card", "option", "cell", "column", "menuitem", "treeitem"})
_STATED = re.compile(
    r"^(?:(?:showing|found|displaying|you have|there are|there is|total:?|all) )?(?:(?:1\s?[-–]\s?)?\d+ of"
    r" )?(?P<n>\d[\d.,' ]*|no|one) (?P<noun>[^\d]+?)[.!]?$"
)
_OF_WHICH = re.compile(r"\b(?:available|left|remaining|more)\b")
_STATED_BEHIND = re.compile(r"^(?P<noun>[^\d:(]+?)\s?(?::\s?|\()?\s?(?P<n>\d[\d.,']*)\)?$")


def judge_count(claim: Claim, facts: Facts) -> Answer:
    """Judge a count claim in its place; "the results show 3 books" counts the results, which are the books."""
    place, what = claim.place, claim.subject
    if place and what and what.role is None and _is_all_results(place):
        claim = replace(claim, subject=place, place=None)
    if what and what.role == "text" and what.name is None:  # "182 words": nobody counts pieces of text
        whole = place is not None and place.role == "text" and place.name is None
        claim = replace(claim, subject=replace(what, role=None, name=what.text), place=None if whole else place)
    if place and what and (table := _table_of(claim, facts)) is not None:
        return _doubted(claim, facts, table)
    claim = replace(claim, state=None if claim.state == "visible" else claim.state)
    if place and len(cells := band_of(place, facts)) > 1:
        return _over_lanes(claim, cells, facts)
    return in_place(claim, facts, _doubted)


def _over_lanes(claim: Claim, cells: list[Node], facts: Facts) -> Answer:
    """Count what a column of a board holds in all of its lanes."""
    seen = things(claim.subject, facts, None) if claim.subject is not None else None
    nodes = [n for n in (seen.nodes if seen else ()) if any(cell.ref <= n.ref < cell.end for cell in cells)]
    if seen is None or not seen.nodes or claim.state is not None:
        return error("The page does not tell what is counted in that column.", mend="Say in which lane to count.")
    bounds = [int(amount.value) for value in claim.values if (amount := read_amount(value))]
    holds = compare_amounts(len(nodes), claim.comparison, bounds)
    return (passed if holds != claim.negated else failed)(
        f"{len(nodes)} in the column", refs=tuple(n.ref for n in nodes)
    )


def _table_of(claim: Claim, facts: Facts) -> Node | None:
    """Return the one of several tables that "the table" is: it tells what the things are, or has headers."""
    place, what = claim.place, claim.subject
    if place is None or what is None or place.role != "table" or place.name is not None or place.ordinal is not None:
        return None
    tables = place_nodes(claim, facts)
    if what.role is None:
        telling = [table for table in tables if things(what, facts, table) is not None]
    else:
        telling = [table for table in tables if header_row(table, facts.snapshot)] if what.role == "row" else []
    return telling[0] if len(telling) == 1 < len(tables) else None


def _is_all_results(place: Target) -> bool:
    plain = place.name is None and place.ordinal is None and not place.relations
    return plain and place.role == "result" and place.text.lower().endswith("s")


def _doubted(claim: Claim, facts: Facts, inside: Node | None) -> Answer:
    """Judge, and leave undecided what the things that are there refute and a remark of the page bears out."""
    answer = _judge(claim, facts, inside)
    refuted = answer.outcome == "failed" and not claim.negated
    line = (_told_within(claim, facts, inside) or _told_otherwise(claim, facts, inside)) if refuted else None
    if line is None and refuted and _counts_alerts(claim, answer, facts, inside):
        assert claim.subject is not None
        called = replace(claim.subject, role=None, name=claim.subject.text)  # the list in the panel "Notices"
        if (told := _judge(replace(claim, subject=called), facts, inside)).outcome == "passed":
            return told
        line = _named_after(claim, facts, inside) or _listed_in(claim, answer, facts)
    if line is None:
        return (refuted and _on_further_pages(claim, answer, facts, inside)) or answer
    return error(
        f'"{line.text}" is stated, and {answer.actual} are there.', refs=line.refs,
        mend="Quote what the page states, or say where to count.",
    )  # fmt: skip


def _counts_alerts(claim: Claim, answer: Answer, facts: Facts, inside: Node | None) -> bool:
    """Tell whether an answer is the number of alerts: the words may mean others, such as the messages of a mailbox."""
    seen = things(claim.subject, facts, inside) if claim.subject is not None else None
    return seen is not None and seen.kind == "alerts" and {node.ref for node in seen.nodes}.issuperset(answer.refs)


def _judge(claim: Claim, facts: Facts, inside: Node | None) -> Answer:
    target = claim.subject
    bounds = [amount for value in claim.values if (amount := read_amount(value))]
    if target is None or len(bounds) != len(claim.values):
        return error(f'"{claim.values[0]}" is not a number.', mend="Give the number of things in digits.")
    numbers = [bound.value for bound in bounds]
    if early := shows_nothing(facts) or _no_message(claim, numbers, facts, inside):
        return early
    if noun_of(target)[-1:] == ("star",) and not target.quoted and (rated := _rated(claim, numbers, facts, inside)):
        return rated
    if whole := _IN_TOTAL.fullmatch(target.name or ""):
        target = replace(target, name=whole["noun"], text=whole["noun"])
    told = _stated(target, facts, inside)
    if told is not None and (left := _OF_WHICH.search(told[1].folded)):  # "12 rooms available" are not all
        if left[0] in claim.text.lower():
            return _by_statement(claim, told, numbers)
        told = None
    seen = _counted(target, facts, inside)
    told = _total_of_pages(seen, target, facts, inside) or told  # "Hires 3" may be how many are late
    if told is not None and (whole or seen is None):
        return _by_statement(claim, told, numbers)
    if seen is None:
        return _uncounted(claim, facts, inside, numbers)
    if (counted := _in_state(seen, claim, facts)) is None:
        return _stateless(seen, claim)
    holds = compare_amounts(len(counted), claim.comparison, [int(n) for n in numbers])
    if not holds and inside is not None and (pages := _meant_of_all(seen, claim, facts, numbers)) is not None:
        return _of_all_or_shown(pages, len(counted))
    part = told is not None and claim.state is None and told[0] > len(counted)
    part = part and told is not None and (is_paged(facts, inside) or bool(_RANGE.search(told[1].folded)))
    if part and told is not None and not _SHOWN.search(claim.text):
        stated = _by_statement(claim, told, numbers)
        return _of_all_or_shown(told, len(counted)) if stated.outcome == "failed" and holds != claim.negated else stated
    return _compared(claim, counted, seen.how, None if part else told, numbers, facts)


def _on_further_pages(claim: Claim, answer: Answer, facts: Facts, inside: Node | None) -> Answer | None:
    """Leave undecided whether there are more rows than a page of them shows; of rows that are shown it is told."""
    target, bounds = claim.subject, [read_amount(value) for value in claim.values]
    if target is None or target.role == "row" or len(noun_of(target)) != 1 or claim.state or _SHOWN.search(claim.text):
        return None
    seen = things(target, facts, inside)
    rows = [node for node in seen.nodes if node.role == "row"] if seen is not None else []
    more = bool(rows) and all(bound is not None and bound.value > len(rows) for bound in bounds)
    if not more or not {row.ref for row in rows}.issuperset(answer.refs) or not is_paged(facts, inside):
        return None
    return error(
        f"{len(rows)} are shown, and the list goes on on further pages.", refs=answer.refs[:5],
        mend="Say how many are shown, or quote what the page states.",
    )  # fmt: skip


def _counted(target: Target, facts: Facts, inside: Node | None) -> Things | None:
    """Return the things to count; those of a table may be told by the title above it."""
    seen = things(target, facts, inside)
    if seen is not None and not seen.nodes and target.role in _PARTS:
        seen = seen if _empty(seen, target, facts, inside) else None
    if seen is not None or inside is None or inside.role not in _TABLES:
        return seen
    seen = things(target, facts, None)
    return seen if seen is not None and all(inside.ref < node.ref < inside.end for node in seen.nodes) else None


_IN_TOTAL = re.compile(r"(?P<noun>.+) (?:in total|altogether|in all|overall)", re.IGNORECASE)
_PAGER = re.compile(
    r"(?:showing |displaying )?(?P<first>\d+)\s?(?:[-–]|to)\s?(?P<last>\d+) of (?P<all>\d+)"
    r"(?: (?:entries|rows|items|records|results))?(?: \(.*\))?"
)


def _total_of_pages(seen: Things | None, target: Target, facts: Facts, inside: Node | None) -> tuple[int, Block] | None:
    """Return the total of "1-5 of 12", the only such line, where just so many rows of a table are shown."""
    rows = seen.nodes if seen is not None else ()
    if not rows or target.role == "row" or any(node.role != "row" for node in rows):
        return None
    told = {block.folded: (found, block) for block in blocks_of(facts.snapshot, inside)
            if (found := _PAGER.fullmatch(block.folded))}  # fmt: skip
    for found, block in told.values() if len(told) == 1 else ():
        if int(found["last"]) - int(found["first"]) + 1 == len(rows) and _is_of(rows[0], block, facts):
            return int(found["all"]), block
    return None


def _meant_of_all(seen: Things, claim: Claim, facts: Facts, numbers: list[Decimal]) -> tuple[int, Block] | None:
    """Return the total over all pages of the table that the claim is about, where that is what it claims."""
    total = _total_of_pages(seen, claim.subject, facts, None) if claim.subject and claim.state is None else None
    holds = total is not None and compare_amounts(total[0], claim.comparison, [int(number) for number in numbers])
    return total if holds else None


def _is_of(row: Node, line: Block, facts: Facts) -> bool:
    """Tell whether a line stands by the table of a row: what holds both holds no other table."""
    above = {node.ref for node in facts.snapshot.ancestors(row)}
    common = next((n for n in facts.snapshot.ancestors(facts.snapshot.nodes[line.refs[0]]) if n.ref in above), None)
    inside = facts.snapshot.subtree(common) if common is not None else ()
    return sum(node.role in _TABLES and node.visible for node in inside) == 1


_TABLES = frozenset({"table", "grid", "treegrid"})


def _compared(
    claim: Claim, counted: list[Node], how: str, told: tuple[int, Block] | None, numbers: list[Decimal], facts: Facts
) -> Answer:
    """Compare the number of what was counted, and of what may not belong to it, with the one that is claimed."""
    bounds = [int(number) for number in numbers]
    holds = compare_amounts(len(counted), claim.comparison, bounds)
    doubtful = of_no_kind(counted, claim.subject, facts.snapshot) if claim.subject is not None else []
    if doubtful and compare_amounts(len(counted) - len(doubtful), claim.comparison, bounds) != holds:
        return error(
            f"Nothing tells of {len(doubtful)} of the messages whether they are of that kind.",
            refs=tuple(node.ref for node in doubtful[:5]), mend="Quote what the messages say.",
        )  # fmt: skip
    if claim.stated and told is not None and claim.state is None:
        number, block = told
        if compare_amounts(number, claim.comparison, bounds) != holds:
            return failed(f'"{block.text}" is stated, and {len(counted)} are there', refs=block.refs)
    actual = f"{len(counted)} ({how})"
    refs = tuple(node.ref for node in counted[:20])
    return (passed if holds != claim.negated else failed)(actual, refs=refs)


_RANGE = re.compile(r"\b\d+\s?[-–]\s?\d+ of \d")  # "1-6 of 14 employees"
_SHOWN = re.compile(r"\b(?:shown|displayed|listed|visible|shows|lists)\b", re.IGNORECASE)


def _of_all_or_shown(told: tuple[int, Block], shown: int) -> Answer:
    return error(
        f'{shown} are shown, and "{told[1].text}" is stated.', refs=told[1].refs,
        mend=f"Say which is meant: {shown} are shown, or quote what the page states.",
    )  # fmt: skip


def _no_message(claim: Claim, numbers: list[Decimal], facts: Facts, inside: Node | None) -> Answer | None:
    """Judge that there is no message or dialog as its absence, None where another number is claimed."""
    if (
        claim.subject is None
        or claim.subject.role not in {"alert", "dialog"}
        or numbers != [0]
        or claim.comparison != "="
    ):
        return None
    return judge_visible(replace(claim, kind="state", state="visible", negated=not claim.negated), facts, inside)


def _rated(claim: Claim, numbers: list[Decimal], facts: Facts, inside: Node | None) -> Answer | None:
    """Judge how many stars are given: of several ratings nothing tells which is meant. None where none are."""
    given = stars_given(facts.snapshot, inside)
    if not given and (chosen := stars_chosen(facts.snapshot, inside)) is not None:
        given = {chosen[0]: chosen[1]}
    refs = tuple(node.ref for node in given.values())
    if len(given) > 1:
        shown = ", ".join(str(number) for number in given)
        return error(f"Several ratings are shown: {shown} stars.", refs=refs, mend="Say whose rating is meant.")
    for number in given:
        holds = compare_amounts(number, claim.comparison, numbers)
        return (passed if holds != claim.negated else failed)(f"{number} stars are given", refs=refs)
    return None


def _stateless(seen: Things, claim: Claim) -> Answer:
    return error(
        f"Nothing tells of the {len(seen.nodes)} ({seen.how}) whether they are {claim.state or 'available'}.",
        refs=tuple(node.ref for node in seen.nodes[:5]),
        mend="Name the elements that have the state: the check boxes, the switches.",
    )


_AVAILABLE = re.compile(r"\bavailable\b", re.IGNORECASE)


def _free(seen: Things, claim: Claim, facts: Facts) -> list[Node] | None:
    """Return all things; of "two seats are available" those that say so, where some do. None where it is not plain."""
    told = claim.subject is not None and _AVAILABLE.search(claim.subject.text)
    if told or not _AVAILABLE.search(claim.text):
        return list(seen.nodes)
    having = [node for node in seen.nodes if _AVAILABLE.search(facts.snapshot.text_of(node))]
    said = saying_just(seen.nodes, "available", facts.snapshot) if having else list(seen.nodes)
    return said if not having or len(said) == len(having) else None


def _in_state(seen: Things, claim: Claim, facts: Facts) -> list[Node] | None:
    """Return the things that are in the state which is claimed, None where neither state nor word tells of any.

    Nor can they be counted where one has the word in a longer text, and nothing else tells of it.
    """
    if claim.state is None:
        return _free(seen, claim, facts)
    told = {node.ref: holds_state(node, claim.state, facts.snapshot) for node in seen.nodes}
    unsure = [node for node in seen.nodes if told[node.ref] is None]
    if unsure and (len(unsure) == len(told) or any(is_nearly(node, claim.state, facts.snapshot) for node in unsure)):
        return None
    return [node for node in seen.nodes if told[node.ref]]


def _empty(seen: Things, target: Target, facts: Facts, inside: Node | None) -> bool:
    """Tell whether no things means that there are none: the list is there without members, or the page says so."""
    return seen.kind == "listed" or bool(_says_none(target, facts, inside))


def _says_none(target: Target, facts: Facts, inside: Node | None) -> Block | None:
    noun = noun_of(target)
    if not noun:
        return None
    generic = inside is not None or noun[-1] in {"result", "item", "match", "entry", "record"}
    more = "|results?|items?|matches|records?|entries|rows|data" if generic else ""
    forms = rf"(?:{re.escape(noun[-1])}s?|{re.escape(_plural(noun[-1]))}{more})"
    whole = r"|\bnothing (?:was )?(?:found|here|to show)\b|\b(?:is|are) (?:currently )?empty\b" if generic else ""
    pattern = re.compile(rf"\b(?:no|0|zero) (?:[\w-]+ )?{forms}\b|\b{forms} (?:is|are) (?:currently )?empty\b{whole}")
    return next((block for block in blocks_of(facts.snapshot, inside) if pattern.search(block.folded)), None)


_IRREGULAR = {"person": "people", "child": "children", "man": "men"}


def _plural(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    return word[:-1] + "ies" if word.endswith("y") and word[-2:-1] not in set("aeiou") else word + "s"


def _stated(target: Target, facts: Facts, inside: Node | None) -> tuple[int, Block] | None:
    """Return the number that the page states for the noun in a line of its own: "3 products", "Products (3)"."""
    noun = noun_of(target)
    found = {}
    begins = [form[:4] for form in (noun[-1], _plural(noun[-1]))] if noun else []
    for block in blocks_of(facts.snapshot, inside):
        if not any(begin in block.folded for begin in begins):
            continue
        parts = (fold(facts.snapshot.nodes[ref].text) for ref in block.refs)  # behind links: "1 2 14 books"
        number = next((n for text in (block.folded, *parts) if (n := _number_of(text, noun)) is not None), None)
        if number is not None:
            found[number] = block
    return next(iter(found.items())) if len(found) == 1 else None


def _number_of(text: str, noun: tuple[str, ...]) -> int | None:
    """Return the number that a text states for a noun."""
    match = _STATED.match(text) or _STATED_BEHIND.match(text)
    if match is None or not _same_noun(match["noun"], noun):
        return None
    if (known := {"no": 0, "one": 1}.get(match["n"].strip())) is not None:
        return known
    amounts = amounts_in(match["n"])
    number = int(amounts[0].value) if len(amounts) == 1 else None
    said = words_of(match["noun"])[-1:]
    named = number is not None and number > 1 and match.re is _STATED_BEHIND and said and singular(said[0]) == said[0]
    return None if named else number  # "Order 1004" is one of them


def _same_noun(text: str, noun: tuple[str, ...]) -> bool:
    words = re.sub(
        r" (?:found|shown|listed|available|left|remaining|selected|in (?:your|the|total).*|match.*|total)$", "", text
    ).split()
    return bool(words) and (*words[:-1], singular(words[-1])) in {noun, (*noun[:-1], singular(noun[-1]))}


_PARTED = re.compile(r"\s*[·•|;]\s*")


def _told_within(claim: Claim, facts: Facts, inside: Node | None) -> Block | None:
    """Return the line of several remarks one of which states a number that would do: "4.6 of 5 · 38 reviews"."""
    noun = noun_of(claim.subject) if claim.subject else ()
    wanted = [int(bound.value) for value in claim.values if (bound := read_amount(value))]
    for block in blocks_of(facts.snapshot, inside) if noun and wanted else ():
        parts = _PARTED.split(block.folded)
        told = [number for part in parts if (number := _number_of(part, noun)) is not None]
        if len(parts) > 1 and any(compare_amounts(number, claim.comparison, wanted) for number in told):
            return block
    return None


def _told_otherwise(claim: Claim, facts: Facts, inside: Node | None) -> Block | None:
    """Return the line by which the page states another number of alerts or messages than those in sight: "Alerts 2"."""
    target = claim.subject
    if target is None or target.role != "alert" or claim.place is not None:
        return None
    wanted = [int(bound.value) for value in claim.values if (bound := read_amount(value))]
    told = _stated(replace(target, role=None, name=target.text), facts, inside)
    return told[1] if told is not None and compare_amounts(told[0], claim.comparison, wanted) else None


def _named_after(claim: Claim, facts: Facts, inside: Node | None) -> Block | None:
    """Return the words of a button or mark that speaks of what no alert is: "Notifications (3)" are not in sight.

    None where it states another number than the one that is claimed.
    """
    assert claim.subject is not None
    noun = noun_of(replace(claim.subject, role=None, name=claim.subject.text))
    wanted = [int(bound.value) for value in claim.values if (bound := read_amount(value))]
    nodes = facts.snapshot.nodes if inside is None else facts.snapshot.subtree(inside)
    for node in nodes:
        text = fold(node.name or facts.snapshot.text_of(node))
        words = tuple(singular(word) for word in re.findall(r"[^\W\d_]+", text))
        if not node.visible or node.role not in {"button", "link", "", "status"} or words[-len(noun) :] != noun:
            continue
        said = [int(amount.value) for amount in amounts_in(text)]
        fits = not said or any(compare_amounts(number, claim.comparison, wanted) for number in said)
        return Block(text=text, root=node.ref, refs=(node.ref,), folded=text) if fits else None
    return None


def _listed_in(claim: Claim, answer: Answer, facts: Facts) -> Block | None:
    """Return the words of a message that lists as many lines as are claimed: three errors in one summary."""
    wanted = [int(bound.value) for value in claim.values if (bound := read_amount(value))]
    for ref in answer.refs:
        message = facts.snapshot.nodes[ref]
        lines = [node for node in facts.snapshot.subtree(message) if node.role == "listitem" and node.visible]
        if lines and compare_amounts(len(lines), claim.comparison, wanted):
            text = facts.snapshot.text_of(message)
            return Block(text=text, root=ref, refs=(ref,), folded=fold(text))
    return None


def _by_statement(claim: Claim, told: tuple[int, Block], numbers: list[Decimal]) -> Answer:
    number, block = told
    holds = compare_amounts(number, claim.comparison, [int(n) for n in numbers])
    return (passed if holds != claim.negated else failed)(f'the page states "{block.text}"', refs=block.refs)


def _uncounted(claim: Claim, facts: Facts, inside: Node | None, numbers: list[Decimal]) -> Answer:
    """Answer when the page does not tell what the noun means: that there are none may still be decided."""
    target = claim.subject
    assert target is not None
    none = claim.comparison == "=" and numbers == [0] and not claim.negated
    if none and (block := _says_none(target, facts, inside)):
        return passed(block.text, refs=block.refs)
    if none and (stood := _in_field(claim, facts, inside) or _labelled(claim, facts, inside, numbers)) is not None:
        return stood
    if none and target.role is None and noun_of(target)[-1:] != ("item",):
        there = judge_visible(replace(claim, kind="state", state="visible", negated=True), facts, inside)
        if there.outcome == "failed":
            return there
    if claim.stated and inside is not None and (shown := _shown_number(claim, facts, inside)):
        return shown
    if (labelled := _labelled(claim, facts, inside, numbers) or _in_field(claim, facts, inside)) is not None:
        return labelled
    if inside is not None and (column := _in_its_column(claim, facts, inside)):
        return column
    if inside is not None and (around := _around_alone(inside, facts)) and (told := _stated(target, facts, around)):
        return _by_statement(claim, told, numbers)
    seen = groups_seen(facts.snapshot, inside) or groups_seen(facts.snapshot)
    return error(
        f"The page does not tell which things are meant by “{target.text}”.", nearest="; ".join(seen),
        mend=f'Say where to count ("the Orders table has 3 rows"), or quote the page: I see "3 {target.text}".',
    )  # fmt: skip


def _around_alone(inside: Node, facts: Facts) -> Node | None:
    """Return the part close around a list that holds no other: the card of which a line states how many there are."""
    if inside.role != "list":
        return None
    widest = None
    for around in islice(facts.snapshot.ancestors(inside), _CLOSE):
        if around.parent < 0 or sum(n.role in _LISTING and n.visible for n in facts.snapshot.subtree(around)) > 1:
            break
        widest = around
    return widest


_CLOSE = 2  # elements between a list and the card that it is in
_LISTING = frozenset({"list", "listbox", "table", "grid", "treegrid"})


def _labelled(claim: Claim, facts: Facts, inside: Node | None, numbers: list[Decimal]) -> Answer | None:
    """Judge "there are 12 open orders" by the number that stands alone behind the label "Open orders"."""
    target = claim.subject
    if target is None or target.role is not None or target.relations or not target.name or target.quoted:
        return None
    value = replace(claim, kind="compare", state=None, match="exact")
    told = [reading for reading in readings_of(value, facts, inside) if _ALONE.fullmatch(reading.text)]
    if len(told) != 1 or told[0].field or _is_of_one(told[0], noun_of(claim.subject) if claim.subject else (), facts):
        return None
    holds = compare_amounts(Decimal(re.sub(r"\D", "", told[0].text)), claim.comparison, numbers)
    return (passed if holds != claim.negated else failed)(told[0].text, refs=told[0].refs)


def _is_of_one(reading: Reading, noun: tuple[str, ...], facts: Facts) -> bool:
    """Tell whether a number is what one of the things is called by: the page has "Order 1004", and no "Orders 1004"."""
    text = re.sub(r"\D", "", reading.text)
    lines = [block.folded for block in blocks_of(facts.snapshot, None) if block.folded.endswith(text)]
    return bool(noun) and int(text or 0) > 1 and any(line == f"{singular(noun[-1])} {text}" for line in lines)


def _in_field(claim: Claim, facts: Facts, inside: Node | None) -> Answer | None:
    """Judge "the number of guests is 3" by the field, slider or stepper that is called "Number of guests"."""
    target = claim.subject
    if target is None or not claim.text.lower().startswith("the number of ") or target.quoted:
        return None
    value = replace(claim, kind="compare", subject=Target(text=claim.text, name=f"number of {target.text}"), state=None)
    fields = [one for one in readings_of(value, facts, inside) if one.field]
    return judge_compare(value, facts, inside) if len(fields) == 1 else None


_ALONE = re.compile(r"\(?\d{1,3}(?:[., ]?\d{3})*\)?")


def _in_its_column(claim: Claim, facts: Facts, inside: Node) -> Answer | None:
    """Judge "Emma has 2 renewals" by the number under "Renewals" in the row of Emma."""
    snapshot, noun = facts.snapshot, " ".join(noun_of(claim.subject) if claim.subject else ())
    row = next((node for node in (inside, *snapshot.ancestors(inside)) if node.role == "row"), None)
    if row is None or not noun:
        return None
    cells = {cell.ref: cell for name in (noun, _plural(noun)) for cell in cell_of_row(row, name, snapshot)}
    said = [snapshot.text_of(cell).strip() for cell in cells.values()]
    if len(said) != 1 or not said[0].isdigit():
        return None
    holds = compare_amounts(int(said[0]), claim.comparison, [int(value) for value in claim.values])
    return (passed if holds != claim.negated else failed)(snapshot.text_of(row), refs=tuple(cells))


def _shown_number(claim: Claim, facts: Facts, inside: Node) -> Answer | None:
    """Judge "the badge shows 2 items" by the one number that a small element shows."""
    text = " ".join(block.text for block in blocks_of(facts.snapshot, inside))
    amounts = amounts_in(text)
    if len(amounts) != 1 or inside.end - inside.ref > 6:
        return None
    wanted = [int(value) for value in claim.values]
    holds = compare_amounts(int(amounts[0].value), claim.comparison, wanted)
    return (passed if holds != claim.negated else failed)(text, refs=(inside.ref,))
