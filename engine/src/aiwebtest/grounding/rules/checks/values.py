"""Judging what a subject says: its text or value, its number or date."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from aiwebtest.core.claim import Claim
from aiwebtest.core.facts import Facts
from aiwebtest.core.intent import Target
from aiwebtest.core.snapshot import Node, Snapshot
from aiwebtest.grounding.rules.checks.answer import Answer, agree, error, failed, missing, passed, quote, unsure
from aiwebtest.grounding.rules.checks.bands import cells_under, is_mere_title
from aiwebtest.grounding.rules.checks.cards import said_elsewhere_in_card
from aiwebtest.grounding.rules.checks.chosen import ticked_in
from aiwebtest.grounding.rules.checks.comparing import compare_dates, compare_numbers
from aiwebtest.grounding.rules.checks.headings import beside_badges, heading_of, own_words
from aiwebtest.grounding.rules.checks.messages import line_by_itself, said_by_itself
from aiwebtest.grounding.rules.checks.presence import judge_text
from aiwebtest.grounding.rules.checks.quantities import amounts_in, dates_in, read_amount, read_dates
from aiwebtest.grounding.rules.checks.readings import readings_of, shows_in_one_of_many
from aiwebtest.grounding.rules.checks.reported import reported_in
from aiwebtest.grounding.rules.checks.rows import rows_with
from aiwebtest.grounding.rules.checks.said import parts_of, said_of, without_noun
from aiwebtest.grounding.rules.checks.seek import seek
from aiwebtest.grounding.rules.checks.shown import Reading, as_chosen, chosen_in, text_in
from aiwebtest.grounding.rules.checks.sliders import along_scale
from aiwebtest.grounding.rules.checks.spoken import is_one_of_several, lines_of, spoken_by, titles_of
from aiwebtest.grounding.rules.checks.tables import (
    cell_of_row,
    column_cells,
    column_in,
    header_row,
    table_around,
    titles_of_row,
)
from aiwebtest.grounding.rules.checks.text import blocks_of, contains_words, fold, is_denied, listed, matches, tidy
from aiwebtest.grounding.rules.checks.things import things
from aiwebtest.grounding.rules.drawn import without_arrow
from aiwebtest.grounding.rules.page import view_of

__all__ = ["judge_compare", "judge_value", "says"]


def judge_value(claim: Claim, facts: Facts, inside: Node | None) -> Answer:
    """Judge whether what the subject says stands in the relation to the values."""
    if claim.worded and (told := _of_item(claim, facts, inside) or _of_column(claim, facts, inside)):
        return told
    if told := _placed_in(claim, facts, inside) or _under_header(claim, facts, inside):
        return told
    readings = readings_of(claim, facts, inside)
    if not readings and (board := _of_a_board(claim)):
        if cells := cells_under(claim.by, facts) if inside is None else []:  # of a board with lanes
            lines = [text_in(cell, facts.snapshot) for cell in cells]
            whole = " ".join(line.text for line in lines)
            parts = tuple(part for line in lines for part in (line.parts or (line.text,)))
            claim, readings = board, [Reading(whole, tuple(cell.ref for cell in cells), parts=parts)]
        elif column := [one for one in readings_of(board, facts, inside) if _may_be_lane(one, claim.by, facts)]:
            claim, readings = board, column
    if not readings:
        told = _of_item(claim, facts, inside) or said_by_itself(claim, facts, inside)
        return told or _of_empty_cell(claim, facts, inside) or unsure(claim, _unsaid(claim, facts, inside))
    if claim.by and inside is None:
        return _down_column(claim, readings, facts.snapshot)
    how = _how(claim)
    if shows_in_one_of_many(claim) and not claim.negated:
        how["some"] = not how["every"]
    if spread := _spread(claim, readings):
        return spread
    answer = agree([_said(claim, reading, facts.snapshot) for reading in readings], **how, what=_subject(claim))
    answer = _unless_around(claim, readings, answer, facts.snapshot)
    if answer.outcome == "failed" and all(_is_its_name(reading, claim) for reading in readings):
        answer = _unnamed(claim, facts, inside) or answer
    answer = _unless_said(claim, _in_other_order(claim, readings, answer), facts, inside)
    values = all(_is_value(reading, claim, facts.snapshot) for reading in readings)
    if claim.negated and answer.outcome == "passed" and not claim.quoted and _RELATED.match(claim.values[0]):
        return error(
            f"Nothing says it in these words, and rules cannot tell whether it is so in others: {answer.actual}",
            refs=answer.refs, mend="Put into quotes what must not be shown.",
        )  # fmt: skip
    return answer if values and not (claim.worded and claim.negated) else unsure(claim, answer)


def _of_empty_cell(claim: Claim, facts: Facts, inside: Node | None) -> Answer | None:
    """Judge "the level of Ada is Admin" where nothing at all stands in that cell of her row, not even a picture.

    None for a word such as "unset", which another row does not show: it may be just what an empty cell means.
    """
    name = claim.subject.name if claim.subject is not None and claim.subject.role is None else None
    if not name or inside is None or inside.role != "row":
        return None
    cells = cell_of_row(inside, name, facts.snapshot)
    if len(cells) != 1 or cells[0].end > cells[0].ref + 1 or cells[0].name or cells[0].text or cells[0].ident:
        return None
    shown = {fold(facts.snapshot.text_of(cell)) for cell in column_cells(name, facts.snapshot)}
    if not all(claim.quoted or value[:1].isupper() or fold(value) in shown for value in claim.values):
        return None
    return (passed if claim.negated else failed)("an empty cell", refs=(cells[0].ref,))


def _may_be_lane(reading: Reading, name: str, facts: Facts) -> bool:
    """Tell whether a reading is of a part of the page, and of no mere title and no row of a table."""
    in_table = any(table_around(facts.snapshot.nodes[ref], facts.snapshot) is not None for ref in reading.refs)
    return not in_table and not _is_title(reading, name, facts)


def _is_title(reading: Reading, name: str, facts: Facts) -> bool:
    return len(reading.refs) == 1 and is_mere_title(facts.snapshot.nodes[reading.refs[0]], name, facts)


def _unless_said(claim: Claim, answer: Answer, facts: Facts, inside: Node | None) -> Answer:
    """Leave undecided whether a message says what some other line of the page does."""
    line = line_by_itself(claim, facts, inside) if answer.outcome == "failed" else None
    if line is None:
        return answer
    return error(
        f'"{quote(line.text, 80)}" is shown, and the message says: {answer.actual}', refs=line.refs,
        mend="Check that the text is shown.",
    )  # fmt: skip


def _spread(claim: Claim, readings: list[Reading]) -> Answer | None:
    """Judge "the suggestions contain Bergen and Bern" by several things that say one each, None where not all do."""
    plain = not (claim.quoted or claim.negated or claim.every or claim.some) and claim.match == "contains"
    wanted = listed(claim.values[0]) if plain and len(claim.values) == 1 and len(readings) > 1 else []
    said = [[reading for reading in readings if matches(reading.text, one, "contains", quoted=False)] for one in wanted]
    if len(wanted) < _PAIR or not all(len(one) == 1 for one in said):
        return None
    return passed(", ".join(one[0].text for one in said), refs=tuple(ref for one in said for ref in one[0].refs))


def _unless_around(claim: Claim, readings: list[Reading], answer: Answer, snapshot: Snapshot) -> Answer:
    """Leave undecided what "the list" does not show where all that was read stands around the content of the page."""
    view = view_of(snapshot)
    shown = answer.outcome == "passed" and not claim.negated
    if shown or not shows_in_one_of_many(claim):
        return answer
    if not all(view.is_furniture(ref) for reading in readings for ref in reading.refs):
        return answer
    return error(
        f"Nothing in the content of the page is {_subject(claim)}: what is meant may be drawn of plain parts.",
        refs=readings[0].refs, mend="Say that the page shows it, or name what holds it by its title.",
    )  # fmt: skip


def _of_a_board(claim: Claim) -> Claim | None:
    """Take "the Done column", where no table has one, for the part of the page that is called Done."""
    if not claim.by or claim.subject is not None:
        return None
    return replace(claim, by="", subject=Target(text=f"the {claim.by} column", name=claim.by))


def _of_item(claim: Claim, facts: Facts, inside: Node | None) -> Answer | None:
    """Judge "Spinning is full" by what the row, card or list item of Spinning says in a word."""
    target = without_noun(claim.subject)
    if target is None or target.role is not None or claim.match != "exact" or len(claim.values) != 1 or claim.by:
        return None
    value = claim.values[0] if claim.quoted else _AN.sub("", claim.values[0])
    told = said_of(target, [value], [], facts, inside)
    if told is None:
        return None
    part, holds = told
    return (passed if holds != claim.negated else failed)(facts.snapshot.text_of(part) or part.name, refs=(part.ref,))


_BEHIND_HEADER = re.compile(r"(?:on|at|by|in|for|since|from|until) ")


def _of_column(claim: Claim, facts: Facts, inside: Node | None) -> Answer | None:
    """Judge "Emma is due on 3 May" by what stands under "Due" in the row of Emma."""
    target, value = without_noun(claim.subject), fold(claim.values[0]) if len(claim.values) == 1 else ""
    if target is None or target.role is not None or target.relations or not target.name:
        return None
    rows = [row for row in rows_with(target, facts.snapshot, inside) if row.role == "row" and row.visible]
    table = table_around(rows[0], facts.snapshot) if len(rows) == 1 else None
    headers = header_row(table, facts.snapshot).values() if table is not None else ()
    header = next((one for one in headers if fold(one) and value.startswith(f"{fold(one)} ")), None)
    if header is None:
        return None
    rest = _BEHIND_HEADER.sub("", tidy(claim.values[0])[len(tidy(header)) + 1 :], count=1)
    told = replace(claim, kind="value", subject=None, by=header, values=(rest,), worded=False)
    judged = judge_compare if read_dates(rest) or read_amount(rest) else judge_value
    return judged(told, facts, rows[0])


def _under_header(claim: Claim, facts: Facts, inside: Node | None) -> Answer | None:
    """Judge "all rows have status Delayed" and "the row shows Dahl as customer" by the cells under that header."""
    if claim.subject is None or claim.subject.role != "row" or claim.quoted or claim.by or len(claim.values) != 1:
        return None
    rows = [facts.snapshot.nodes[one.refs[0]] for one in readings_of(claim, facts, inside) if one.refs]
    tables = {table.ref: table for row in rows if (table := table_around(row, facts.snapshot)) is not None}
    if len(tables) != 1 or any(row.role != "row" for row in rows):
        return None
    split = column_in(claim.values[0], next(iter(tables.values())), facts.snapshot)
    if split is None:
        return None
    told = replace(claim, kind="value", subject=None, by=split[0], values=split[1:], worded=False, every=False,
                   some=False)  # fmt: skip
    judged = judge_compare if read_dates(split[1]) or read_amount(split[1]) else judge_value
    return agree([judged(told, facts, row) for row in rows], **_how(claim), what=_subject(claim))


_RELATED = re.compile(r"(?:in|on|at|from|by|for|to|of|with|under|above|below|before|after) \S")
_IN = re.compile(r"in (?P<what>[A-Z].*)")


def _placed_in(claim: Claim, facts: Facts, inside: Node | None) -> Answer | None:
    """Judge "Ada is in Engineering" by the row or card of Ada, where it, or another of its kind, says just that."""
    said = _IN.fullmatch(claim.values[0]) if len(claim.values) == 1 and claim.match == "exact" else None
    if said is None or claim.quoted or claim.negated or claim.subject is None or claim.subject.role is not None:
        return None
    answer = _of_item(replace(claim, values=(said["what"],)), facts, inside)
    return answer if answer is not None and answer.outcome != "error" else None


_SHORT = 2  # words of a value such as "in progress" that another value stands against


def _is_value(reading: Reading, claim: Claim, snapshot: Snapshot) -> bool:
    """Tell whether what is read is a value of the kind that is claimed: "Standard" refutes "the delivery is express".

    A price does not refute "the price is fair", nor a paragraph that the tone is warm.
    """
    labelled = claim.subject is not None and claim.subject.role is None and not _is_one_of_many(reading, snapshot)
    labelled = labelled and not _is_its_name(reading, claim)
    short = all(len(text.split()) <= _SHORT for text in (reading.text, *claim.values))
    return reading.field or (labelled and short and reading.text.replace(" ", "").isalpha())


_PAIR = 2  # texts of a label and its value


def _is_one_of_many(reading: Reading, snapshot: Snapshot) -> bool:
    """Tell whether a text is one of several in a row, item or card: the artist beside a title is no value of it."""
    items = view_of(snapshot).items_around(reading.refs[0]) if reading.refs else []
    item = snapshot.nodes[items[0]] if items else None
    return item is not None and item.role != "row" and len(parts_of(item, snapshot)) > _PAIR


def _in_other_order(claim: Claim, readings: list[Reading], answer: Answer) -> Answer:
    """Leave undecided what is read in other order: "has £290 available" where there is "Available £290"."""
    if answer.outcome != "failed" or claim.negated or claim.quoted or claim.match != "contains":
        return answer
    told = [set(fold(reading.text).split()) for reading in readings]
    asked = [set(fold(value).split()) for value in claim.values]
    if not all(len(words) >= _PAIR and any(words <= shown for shown in told) for words in asked):
        return answer
    return error(
        f"The words are there, in another order: {answer.actual}", refs=answer.refs,
        mend="Put into quotes what the page shows, as it shows it.",
    )  # fmt: skip


def _is_its_name(reading: Reading, claim: Claim) -> bool:
    """Tell whether what is read is a text that has the subject in it, rather than a value: "Question 3 of 10"."""
    name = claim.subject.name if claim.subject else None
    return bool(name) and not reading.field and contains_words(fold(reading.text), fold(str(name)))


def _how(claim: Claim) -> dict[str, bool]:
    """Return how several things are to agree: "not one of them" means all of them not."""
    any_will_do = (
        claim.subject is not None and claim.subject.role == "alert" and bool(_ONE_OF.match(claim.subject.text))
    )
    some = (claim.some or (any_will_do and claim.quoted)) and not claim.negated
    return {"every": claim.every or (claim.some and claim.negated), "some": some}


_ONE_OF = re.compile(r"an? ", re.IGNORECASE)  # "an error message says ...": one of several does


def _down_column(claim: Claim, readings: list[Reading], snapshot: Snapshot) -> Answer:
    """Judge a whole column: it *contains* what one cell says, it *is* what all of them say."""
    answers = [_said(claim, reading, snapshot) for reading in readings]
    some = claim.match == "contains" and not claim.negated
    hit = next((answer for answer in answers if answer.outcome == "passed"), None)
    return hit if some and hit else agree(answers, every=True, what=_subject(claim))


def _subject(claim: Claim) -> str:
    return f"the column {claim.by}" if claim.by else claim.subject.text if claim.subject else "the page"


def _unsaid(claim: Claim, facts: Facts, inside: Node | None) -> Answer:
    if claim.by:
        if claim.negated:
            return error(f'There is no column "{claim.by}" here.', mend="Name the column as its header does.")
        return failed(f'there is no column "{claim.by}" here')
    return (
        _unnamed(claim, facts, inside)
        or _uncounted(claim, facts)
        or missing(claim.subject, facts, negated=claim.negated)
    )


def _uncounted(claim: Claim, facts: Facts) -> Answer | None:
    """Answer that rules cannot tell which "the first transaction" is, where the page does not tell what they are."""
    subject = claim.subject
    if subject is None or subject.ordinal is None or subject.role not in {None, "item", "row"} or subject.quoted:
        return None
    if subject.relations or things(replace(subject, ordinal=None), facts, None) is not None:
        return None
    return error(
        f"The page does not tell what {subject.text} is counted among.",
        mend='Name a text of it, or say where to count: "the first row of the Orders table".',
    )


def _unnamed(claim: Claim, facts: Facts, inside: Node | None) -> Answer | None:
    """Answer that rules cannot tell where the value is shown, and nothing by the name that plain words give it."""
    subject = claim.subject
    if claim.negated or subject is None or subject.quoted or claim.comparison != "=":
        return None
    name = subject.name or ""
    listing = subject.role in {"list", "table"} and not name  # "the list" may be drawn of plain parts
    named = subject.role in {None, "alert", "item"} and name == name.lower() and (not subject.role or bool(name))
    if not (listing or named):
        return None
    wanted = [fold(value) for value in claim.values]
    days = [read for value in claim.values if (read := read_dates(value))]
    shown = [
        block for block in blocks_of(facts.snapshot, inside)
        if any(contains_words(block.folded, w) for w in wanted) or any(day in dates_in(block.text) for day in days)
    ]  # fmt: skip
    if not shown:
        return None
    return error(
        f'"{quote(shown[0].text, 80)}" is shown, and nothing says that it is {subject.text}.', refs=shown[0].refs[:1],
        mend="Name it as the page does, or check that the text is shown.",
    )  # fmt: skip


def _of_chosen(claim: Claim, reading: Reading, snapshot: Snapshot) -> Answer | None:
    """Judge "the wishes are Balcony and Lift", and that they are not Balcony, by all that is chosen in a list."""
    chosen = {fold(one) for one in chosen_in(reading, snapshot)}
    wanted = {fold(value) for value in claim.values}
    if claim.match != "exact" or len(chosen) <= 1 or not (claim.negated or len(wanted) > 1):
        return None
    holds = bool(chosen & wanted) if claim.negated else chosen == wanted
    return (passed if holds != claim.negated else failed)(reading.text, refs=reading.refs)


def _begins_one(value: str, reading: Reading, snapshot: Snapshot) -> bool:
    """Tell whether one of several things that are ticked is called so and more: "Thin crisp"."""
    ticked = (one for ref in reading.refs for one in ticked_in(snapshot.nodes[ref], snapshot) or ())
    return any(fold(one).startswith(f"{fold(value)} ") for one in ticked)


def _said(claim: Claim, reading: Reading, snapshot: Snapshot) -> Answer:
    if any(snapshot.nodes[ref].type == "password" for ref in reading.refs):
        return error(
            "The value of a password field is never read.",
            mend="Check that the field is filled, or what follows.",
            refs=reading.refs,
        )
    reading = as_chosen(reading, snapshot) if claim.match == "exact" else reading
    if (told := _of_chosen(claim, reading, snapshot) or along_scale(claim, reading, snapshot)) is not None:
        return told
    quoted = claim.quoted and not claim.negated
    others = [value for value in claim.values if _begins_one(value, reading, snapshot)]
    how, texts = claim.match, [reading.text, *(() if reading.field else reading.parts)]
    if how in {"starts", "ends"} and len(reading.parts) > 1:
        texts = [reading.text]  # what one of its parts ends with is not the end of all
    if how == "exact" and claim.negated and len(reading.parts) > 1:
        how = "contains"  # "no product is sold out": not even as one word of a card
    elif how == "exact":
        heading = heading_of(reading.refs, snapshot)
        texts = [
            reading.text,
            without_arrow(reading.text),
            *(reading.parts if len(reading.parts) == 1 else ()),
            *(() if reading.field or claim.negated else _PARTED.split(reading.text)),
            *(() if is_one_of_several(claim) else titles_of(reading, claim.subject, snapshot)),
            *(beside_badges(heading, snapshot) if heading else ()),
            *(chosen_in(reading, snapshot) if claim.attribute else ()),
            *spoken_by(claim, reading, snapshot),
        ]
        if claim.quoted or is_one_of_several(claim):
            lines, others = lines_of(claim, reading, snapshot)
            texts += lines
        elif (row := _counted_row(claim, reading, snapshot)) is not None:
            titles, others = titles_of_row(row, snapshot)
            texts += titles
        others += own_words(heading, snapshot) if heading else []
    values = claim.values if claim.quoted else tuple(_AN.sub("", value) for value in claim.values)
    holds = all(any(matches(text, value, how, quoted=quoted) for text in texts) for value in values)
    actual = reading.text or "(empty)"
    if not holds and any(matches(text, value, how, quoted=quoted) for text in others for value in claim.values):
        return error(
            f'It is a part of "{quote(actual, 120)}", and nothing tells that it is what is meant by the whole.',
            refs=reading.refs, mend=f"Say that {_subject(claim)} contains it.",
        )  # fmt: skip
    if not holds and how == "contains" and not claim.quoted and (told := _one_by_one(claim, reading)):
        return told
    if not holds and (told := reported_in(claim, reading) or said_elsewhere_in_card(claim, reading, snapshot)):
        return told
    if (
        holds
        and how == "contains"
        and not (claim.quoted or claim.negated)
        and any(is_denied(reading.text, value) for value in values)
    ):
        return error(
            f'"{quote(actual, 120)}" has the word, behind a "not".', refs=reading.refs,
            mend="Put into quotes what the page shows, as it shows it.",
        )  # fmt: skip
    return (passed if holds != claim.negated else failed)(actual, refs=reading.refs)


_AN = re.compile(r"^an? (?=[^\W\d_]{2})")  # "the invoice is a draft", "Ada is a Project manager"
_PARTED = re.compile(r"\s+[·•|]\s+")  # "11C · aisle"


def _one_by_one(claim: Claim, reading: Reading) -> Answer | None:
    """Judge "the row contains Dana and North" by what the texts of the row say one by one.

    What is one text, or says a part of what is denied, leaves open what is meant. None where it is no list, or where
    what is claimed is not all there.
    """
    wanted = [part for value in claim.values for part in listed(value)]
    if len(wanted) == len(claim.values):
        return None
    shown = [any(matches(text, one, "contains", quoted=False) for text in reading.parts) for one in wanted]
    if not any(shown) or not (all(shown) or claim.negated):
        return None
    if all(shown) and len(reading.parts) > 1:
        return (failed if claim.negated else passed)(reading.text, refs=reading.refs)
    return error(
        f"Some of the words are there, and not as they are written here: {reading.text}", refs=reading.refs,
        mend="Put into quotes what the page shows, each text by itself.",
    )  # fmt: skip


def says(claim: Claim, text: str) -> bool:
    """Tell whether a text by itself makes a claim about a value hold, to the letter."""
    return all(matches(text, value, claim.match, quoted=True) for value in claim.values) != claim.negated


def _counted_row(claim: Claim, reading: Reading, snapshot: Snapshot) -> Node | None:
    """Return the row of a table that "the last transaction" is."""
    node = snapshot.nodes[reading.refs[0]] if reading.refs else None
    counted = claim.subject is not None and claim.subject.ordinal is not None and claim.subject.role == "item"
    return node if counted and node is not None and node.role == "row" and not claim.negated else None


def _in_numbers(reading: Reading, snapshot: Snapshot) -> Reading:
    """Return the number that a slider or scale stands at, where it tells that in words: "Good" for 4."""
    now = snapshot.nodes[reading.refs[0]].extra.get("aria-valuenow", "") if reading.field and reading.refs else ""
    return replace(reading, text=now) if now and not amounts_in(reading.text) else reading


def judge_compare(claim: Claim, facts: Facts, inside: Node | None) -> Answer:
    """Judge whether the number, amount or date that the subject shows stands in the relation to the values."""
    if (day := _on_its_day(claim, facts, inside)) is not None:
        return day
    readings = [_in_numbers(reading, facts.snapshot) for reading in readings_of(claim, facts, inside)]
    if not readings and claim.attribute == "text":  # "the price $14.00" where nothing says which of all is a price
        return judge_text(replace(claim, kind="text", match="contains"), facts, inside)
    if not readings:
        return _unsaid(claim, facts, inside)
    if all(read_dates(value) for value in claim.values):
        judge_one: Callable[[Claim, Reading], Answer] = partial(compare_dates, snapshot=facts.snapshot)
    elif all(read_amount(value) for value in claim.values):
        judge_one = compare_numbers
    elif claim.comparison == "=":
        return agree(
            [_said(claim, reading, facts.snapshot) for reading in readings],
            **_how(claim),
            what=_subject(claim),
        )
    else:
        return error(
            f'"{claim.values[0]}" is neither a number nor a date.', mend="Compare with a number, an amount or a date."
        )
    return agree([judge_one(claim, reading) for reading in readings], **_how(claim), what=_subject(claim))


def _on_its_day(claim: Claim, facts: Facts, inside: Node | None) -> Answer | None:
    """Confirm that a thing is on a day where it stands in the cell of a calendar that is called by that day.

    It may go on into the cells behind, so that another day refutes nothing.
    """
    if claim.negated or claim.comparison != "=" or claim.subject is None or not claim.subject.name:
        return None
    wanted = [day for value in claim.values if (day := read_dates(value))]
    if len(wanted) != 1:
        return None
    for node in seek(claim.subject, facts.snapshot, inside).shown:
        cell = next((one for one in facts.snapshot.ancestors(node) if one.role in {"gridcell", "cell"}), None)
        day = read_dates(cell.name) if cell is not None and cell.name else None
        if cell is not None and day == wanted[0]:
            return passed(f"{cell.name}: {facts.snapshot.text_of(cell)}", refs=(node.ref,))
        if cell is not None and day is not None:
            told = f"{claim.subject.text} stands on {cell.name}, and may go on from there."
            return error(told, mend="Say on which day it begins, or look at it by itself.", refs=(node.ref,))
    return None
