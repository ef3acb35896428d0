"""What a page says about a subject: "the total" is what stands in the field, the cell or the text labelled so.

The ways in which a page attaches a value to a name are tried from the surest to the loosest, and the first that yields
something decides: a field of that label, a text under that very label (same line, next cell, definition list), a table
column of the row, an element called so, a longer label that holds the name, a number in front of the word ("2 items").
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice

from aiwebtest.core.claim import Claim
from aiwebtest.core.facts import Facts
from aiwebtest.core.intent import Target
from aiwebtest.core.snapshot import Flag, Node, Snapshot
from aiwebtest.grounding.rules.checks.current import marked_current
from aiwebtest.grounding.rules.checks.kinds import MANY_OF_A_PAGE, ROWS, is_container, is_field
from aiwebtest.grounding.rules.checks.labelled import LABEL_AND_VALUE, PRESSED, labelled, numbered
from aiwebtest.grounding.rules.checks.names import headings_of, name_tier, strip_decoration, without_kind
from aiwebtest.grounding.rules.checks.quantities import amounts_in
from aiwebtest.grounding.rules.checks.ratings import stars_chosen
from aiwebtest.grounding.rules.checks.rows import children_of, rows_with
from aiwebtest.grounding.rules.checks.seek import content_first, outermost, seek, seek_place
from aiwebtest.grounding.rules.checks.shown import Reading, held_in, text_in
from aiwebtest.grounding.rules.checks.tables import cell_of_row, column_cells
from aiwebtest.grounding.rules.checks.text import blocks_of, contains_words, fold, words_of
from aiwebtest.grounding.rules.checks.things import coded, meant
from aiwebtest.grounding.rules.lines import under_title
from aiwebtest.grounding.rules.page import first_line, view_of

__all__ = ["field_labelled", "readings_of", "shows_in_one_of_many"]


def shows_in_one_of_many(claim: Claim) -> bool:
    """Tell whether a claim says what "the table" or "the list" shows: all of it in one, whichever of several."""
    target = claim.subject
    if target is None or target.role not in MANY_OF_A_PAGE or claim.kind != "value" or claim.match != "contains":
        return False
    return target.name is None and target.ordinal is None and not target.relations


def readings_of(claim: Claim, facts: Facts, inside: Node | None) -> list[Reading]:
    """Return what the page says about the subject of a claim, inside a node if one is given."""
    snapshot = facts.snapshot
    if claim.literal:
        return [Reading(claim.literal, ())]
    if claim.by:
        return _in_column(claim, snapshot, inside)
    target = claim.subject
    if target is None:
        return [text_in(inside or snapshot.nodes[0], snapshot)] if snapshot.nodes else []
    if known := field_labelled(target, snapshot, inside) or _trail(claim, target, snapshot, inside):
        return known
    if menu := _opened_menu(target, snapshot, inside):
        return menu
    if target.role == "page" and "active" in target.states:
        return _current("current page", snapshot, inside, numbers=True)
    if target.relations and target.role is None:
        return _related(claim, target, facts, inside)
    if target.role or target.anaphora or target.attribute or ((claim.every or claim.some) and not target.quoted):
        within = _How(within=claim.match == "contains", offers=" offers " in claim.text)
        elements = _of_elements(target, facts, inside, every=claim.every or claim.some, how=within)
        elements = (_offered(elements, snapshot) if within.offers else []) or elements
        if elements or claim.attribute != "text":
            return elements
    if target.ordinal is not None and (counted := meant(target, facts, inside).shown):  # "the last breadcrumb"
        return [text_in(node, snapshot) for node in counted]
    target = _uncounted(target)
    if seats := coded(target, facts, inside).shown:
        return [text_in(node, snapshot) for node in seats]
    numbers = any(c.isdigit() for value in claim.values for c in value)
    how = _How(numeric=claim.kind == "compare", within=claim.match == "contains", numbers=numbers)
    return _of_name(target, facts, inside, how) or _figure(claim, target, snapshot, inside)


_FIGURES = frozenset("metric figure tile kpi stat statistic counter indicator".split())


def _figure(claim: Claim, target: Target, snapshot: Snapshot, inside: Node | None) -> list[Reading]:
    """Read "the Pieces metric" of a dashboard, which stands as a number of its own by the label "Pieces"."""
    name, _, kind = (target.name or "").rpartition(" ")
    if claim.kind != "compare" or target.quoted or not name or fold(kind) not in _FIGURES:
        return []
    found = _distinct(list(labelled(name, snapshot, inside, exact=True)))
    return found if len(found) == 1 and len(amounts_in(found[0].text)) == 1 else []


def _uncounted(target: Target) -> Target:
    """Return what "the second delivery" is called as a whole, where there are no two deliveries."""
    if target.ordinal is None or target.name is None:
        return target
    return next((one for one in target.alternatives if one.ordinal is None), target)


def _opened_menu(target: Target, snapshot: Snapshot, inside: Node | None) -> list[Reading]:
    """Read "the menu" in the list behind the one button that says it is open, where nothing is marked as a menu."""
    if target.role != "menu" or target.name is not None or target.relations or target.ordinal is not None:
        return []
    nodes = _nodes(snapshot, inside)
    if any(node.role == "menu" and node.visible for node in nodes):
        return []
    openers = [n for n in nodes if n.visible and n.has(Flag.EXPANDED) and n.role in {"button", "link"}]
    behind = [one for n in openers for one in children_of(snapshot, n.parent) if one.ref == n.end]
    lists = [one for one in behind if one.visible and (one.role == "list" or "menu" in words_of(one.ident))]
    return [text_in(lists[0], snapshot)] if len(lists) == 1 else []


def _trail(claim: Claim, target: Target, snapshot: Snapshot, inside: Node | None) -> list[Reading]:
    """Read "the breadcrumb" in the one part of the page that a class calls so."""
    said = fold(_ARTICLE.sub("", target.text))
    if said not in _TRAILS or target.ordinal is not None or target.relations:
        return []
    marked = [n for n in _nodes(snapshot, inside) if n.visible and not _TRAILS.isdisjoint(words_of(n.ident))]
    whole = outermost(marked)
    if len(whole) != 1:
        return []
    if (joint := _JOINT.search(" ".join(claim.values))) is None:
        return [text_in(whole[0], snapshot)]
    texts = [node.text for node in snapshot.subtree(whole[0]) if node.visible and any(c.isalnum() for c in node.text)]
    return [Reading(joint[0].join(texts), (whole[0].ref,))]  # what stands between them is drawn


_JOINT = re.compile(r"\s+[/>›»→]\s+")
_TRAILS = frozenset({"breadcrumb", "breadcrumbs"})


def field_labelled(target: Target, snapshot: Snapshot, inside: Node | None) -> list[Reading]:
    """Read "the subject line" and "the first delivery" in the field labelled so, whatever the words name besides."""
    whole = next(
        (one.name for one in target.alternatives if one.role is None and one.ordinal is None and one.name), None
    )
    if (target.role not in _NO_FIELDS and target.ordinal is None) or target.quoted:
        return []
    if whole is None and target.name is None and not target.relations and target.ordinal is None:
        whole = _ARTICLE.sub("", target.text)  # "the group", where a field is called so
    if whole is None:
        return []
    of_row = inside is not None and inside.role == "row" and (target.role is None or target.role in _NO_FIELDS)
    if of_row and inside is not None and (cells := cell_of_row(inside, whole, snapshot)):
        return [text_in(cell, snapshot) for cell in cells]
    return _fields(whole, snapshot, inside)


def _is_its_label(node: Node, target: Target, snapshot: Snapshot) -> bool:
    """Tell whether an element is no more than a label of that name: "Time zone" is no zone called "time"."""
    names = [fold(one.name) for one in target.alternatives if one.role is None and one.name]
    return target.role == "section" and fold(snapshot.text_of(node)) in names


_ARTICLE = re.compile(r"the ", re.IGNORECASE)
_NO_FIELDS = frozenset("row text card item label code header footer image logo section".split())


def _related(claim: Claim, target: Target, facts: Facts, inside: Node | None) -> list[Reading]:
    """Read "the price next to 'Apple'" in the row, card or section of the anchor; else the element found so."""
    relation, rest = target.relations[0], replace(target, relations=target.relations[1:])
    areas: list[Node] = []
    if relation.kind in {"near", "row", "for", "with"}:
        areas = rows_with(relation.anchor, facts.snapshot, inside)
    elif relation.kind == "in":
        areas = list(seek_place(relation.anchor, facts.snapshot, inside).shown)
    if areas:
        return [r for area in areas for r in readings_of(replace(claim, subject=rest), facts, area)]
    return [text_in(node, facts.snapshot) for node in seek(target, facts.snapshot, inside, last=facts.last).shown]


def _in_column(claim: Claim, snapshot: Snapshot, inside: Node | None) -> list[Reading]:
    if inside is not None and inside.role == "row":
        cells = cell_of_row(inside, claim.by, snapshot)
    elif inside is not None and inside.role in ROWS:
        return list(labelled(claim.by, snapshot, inside, exact=True))
    else:
        cells = column_cells(claim.by, snapshot, inside)
    if claim.subject is not None:  # "the button in the first row and first column"
        return [text_in(node, snapshot) for cell in cells for node in seek(claim.subject, snapshot, cell).shown]
    return [text_in(cell, snapshot) for cell in cells]


def _of_elements(
    target: Target, facts: Facts, inside: Node | None, *, every: bool, how: _How | None = None
) -> list[Reading]:
    snapshot = facts.snapshot
    nodes = list(meant(target, facts, inside, every=every).shown)
    if (
        target.role in {*MANY_OF_A_PAGE, "searchbox"}
        and target.name is None
        and target.ordinal is None
        and inside is None
    ):
        nodes = content_first(nodes, snapshot)
    if target.role == "heading" and target.name is None and target.ordinal is None and len(nodes) > 1:
        nodes = _main_heading(content_first(nodes, snapshot) if inside is None else nodes)
    if target.role in MANY_OF_A_PAGE and nodes and all(node.role == "heading" for node in nodes):
        titled = seek_place(Target(text=target.text, name=snapshot.text_of(nodes[0])), snapshot, inside).shown
        nodes = [node for node in titled if node.role != "heading"] or nodes  # "the waiting list" is what is below
    if target.role == "row" and not nodes:
        nodes = [node for node in seek_place(target, snapshot, inside).nodes if node.visible]
    if not nodes and target.role == "badge" and target.name is not None:
        return _numbers_on(list(seek(replace(target, role=None, alternatives=()), snapshot, inside).shown), snapshot)
    if not nodes and target.role == "badge" and inside is not None:
        return _numbers_on([inside], snapshot)
    if not nodes and target.role == "list" and target.name and (fields := _fields(target.name, snapshot, inside)):
        return fields if not how or not how.offers else _offered(fields, snapshot)  # of a drawn list to choose from
    nodes = [node for node in nodes if not _is_its_label(node, target, snapshot)]
    if not nodes and target.role in {"card", "item"} and target.name:
        nodes = _headed_so(target, facts, inside)
    if not nodes and target.role == "list" and target.name:  # a card with that title
        nodes = [node for node in seek_place(target, snapshot, inside).nodes if node.visible and is_container(node)]
    if not nodes and target.name is not None:
        plain = next((other for other in target.alternatives if other.role is None and other.name), None)
        return _of_name(plain, facts, inside, how or _How()) if plain else []
    return [text_in(node, snapshot) for node in nodes]


def _headed_so(target: Target, facts: Facts, inside: Node | None) -> list[Node]:
    """Return the one card or the like that is made of plain elements and begins with the name."""
    plain = replace(target, name=None, quoted=False, alternatives=())
    cards = meant(plain, facts, inside, every=True).shown
    wanted = strip_decoration(fold(str(target.name)))
    headed = [
        card
        for card in cards
        if any(strip_decoration(fold(head)) == wanted for head in _heads_of(card, facts.snapshot))
    ]
    return headed if len(headed) == 1 else []


def _offered(lists: list[Reading], snapshot: Snapshot) -> list[Reading]:
    """Read what lists offer, those that are there for the form included; another shows that once it is opened."""
    options = [(one, snapshot.nodes[one.refs[0]].extra.get("options")) for one in lists if one.refs]
    return [replace(one, text=told.replace("\n", "; "), parts=tuple(told.split("\n"))) for one, told in options if told]


def _numbers_on(named: list[Node], snapshot: Snapshot) -> list[Reading]:
    """Read the number that is drawn on the button, link or tab which a badge is said to be on, or pinned to it."""
    around = (near for node in named for near in (node, *islice(snapshot.ancestors(node), _WITHIN)))
    marked = {node.ref: node for node in around if node.role in {"button", "link", "tab"}}.values()
    drawn = {node.parent: snapshot.nodes[node.parent] for node in marked if node.parent >= 0}.values()
    pinned = [one for one in drawn if sum(n.role in {"button", "link", "tab"} for n in snapshot.subtree(one)) == 1]
    holding = {one.ref: one for one in (*marked, *pinned)}.values()
    inside_of = {n.ref: n for node in holding for n in snapshot.subtree(node)[1:]}.values()
    told = [n for n in inside_of if n.visible and n.text.strip().isdigit()]
    said = {(n.text.strip(), n.box[0]) for n in told}  # one may be drawn twice in a place, to move when it changes
    return [text_in(told[0], snapshot)] if len(said) == 1 else []


_WITHIN = 2  # elements between a text and the link that it is in


def _main_heading(nodes: list[Node]) -> list[Node]:
    """Return the one heading of the first level, if there is exactly one: that is "the heading" of a page.

    Where none is of the first, it is the one that stands over all others, which are below it and of lower levels.
    """
    levels = [node.extra.get("aria-level") or node.tag.removeprefix("h") for node in nodes]
    top = min(levels, default="")
    first = [node for node, level in zip(nodes, levels, strict=True) if level == top]
    return first if len(first) == 1 and (top == "1" or first[0] is nodes[0]) else nodes


@dataclass(frozen=True, slots=True)
class _How:
    """What a claim asks of a reading: a number to compare, words that it holds, words with a number in them."""

    numeric: bool = False
    within: bool = False
    numbers: bool = True
    offers: bool = False


def _of_name(target: Target, facts: Facts, inside: Node | None, how: _How) -> list[Reading]:
    snapshot, name = facts.snapshot, str(target.name or "")
    numeric, within = how.numeric, how.within
    if not name:
        return []
    mine = target.text.lower().startswith("my ")
    labels = (f"your {name}", f"my {name}", name) if mine else (name,)
    ways: list[Callable[[], list[Reading]]] = [
        lambda: _current(name, snapshot, inside, numbers=how.numbers),
        lambda: _fields(name, snapshot, inside) or _between_signs(name, snapshot, inside),
        lambda: [r for label in labels for r in labelled(label, snapshot, inside, exact=True, numbers=how.numbers)],
        lambda: _row_cell(name, snapshot, inside),
        lambda: _called(target, facts, inside) or _stepped(name, snapshot, inside),
        lambda: list(labelled(name, snapshot, inside, exact=False, numbers=how.numbers)),
        lambda: list(numbered(name, snapshot, inside)) if numeric or within else [],
    ]
    if inside is not None and fold(name) in {"title", "heading", "headline"}:
        ways.append(lambda: _of_elements(Target(text=name, role="heading"), facts, inside, every=False))
        ways.append(lambda: _title_of(inside, snapshot))
    if fold(name) in {"rating", "score"} and (star := stars_chosen(snapshot, inside)) is not None:
        ways.append(lambda: [Reading(star[1].name, (star[1].ref,), field=True)])
    if fold(name) == "progress":
        ways.append(lambda: _only_gauge(inside, snapshot))
    if inside is not None and fold(name) in _PRICES:
        ways.append(lambda: _only_amount(inside, snapshot))
    if within:
        ways.insert(2, lambda: _headed(target, snapshot, inside) or _places(target, snapshot, inside, rows=False))
        ways.append(lambda: _places(target, snapshot, inside, rows=True))
    for way in ways:
        found = [
            reading for reading in _distinct(way()) if not numeric or amounts_in(reading.text) or _dated(reading.text)
        ]
        if within and not how.numbers:  # the number beside "Bag" is not what it contains
            found = [reading for reading in found if reading.field or _LETTER.search(reading.text)]
        if found:
            return found
    return [reading for way in ways[2:5] for reading in way()] if numeric else []


_LETTER = re.compile(r"[^\W\d_]")
_CAPTION = re.compile(
    r"(?:step|stage|phase) \d+(?: of \d+)?|in progress|(?:current|active)(?: [a-z]+)?|now", re.IGNORECASE
)


def _titles(part: str) -> bool:
    return bool(_LETTER.search(part)) and not _CAPTION.fullmatch(part.strip(" :."))


_CURRENT = re.compile(r"(?:current|active) ([a-z]+)")


def _current(name: str, snapshot: Snapshot, inside: Node | None, *, numbers: bool) -> list[Reading]:
    """Read "the current step": the one that says so of itself, by `aria-current` or by its class and that state.

    Of "2 Address" the number is left out, unless a number is asked for: then it is not told which part is meant.
    """
    asked = _CURRENT.fullmatch(fold(name))
    if asked is None:
        return []
    nodes = snapshot.nodes if inside is None else snapshot.subtree(inside)
    marked = [n for n in nodes if n.visible and n.has(Flag.CURRENT)]
    said = [n for n in marked if n.extra.get("aria-current") == asked[1] or asked[1] in words_of(n.ident)]
    said = said or marked_current(asked[1], nodes, snapshot)
    if asked[1] == "page":  # among the numbers of the pages, not in the navigation
        said = [n for n in marked if snapshot.text_of(n).strip().isdigit()]
    [reading] = [text_in(node, snapshot) for node in said] if len(said) == 1 else [None]
    if reading is not None and (titles := [part for part in reading.parts if _titles(part)])[1:]:
        reading = replace(reading, text=titles[0])  # what stands below it says more of that step
    if reading is None or not reading.text[:1].isdigit() or asked[1] == "page":
        return [reading] if reading is not None else []
    rest = _PLACE.sub("", reading.text)
    return [replace(reading, text=rest)] if rest != reading.text and not numbers else []


_PLACE = re.compile(r"^\d{1,2}[.):]?\s+(?=[^\W\d])")  # the number of "2 Address"


_PRICES = frozenset({"price", "cost", "amount", "fee", "fare"})


def _title_of(dialog: Node, snapshot: Snapshot) -> list[Reading]:
    """Read the title of a dialog without a heading: its first line, or what it is called."""
    line = first_line(dialog, snapshot)
    if line is not None:
        return [text_in(line, snapshot)]
    return [Reading(dialog.name, (dialog.ref,))] if dialog.role in {"dialog", "alertdialog"} and dialog.name else []


def _only_amount(inside: Node, snapshot: Snapshot) -> list[Reading]:
    """Read the only amount of money that a card or row shows: its price, whether it says so or not."""
    told = {block.refs: block.text for block in blocks_of(snapshot, inside)}
    money = [(text, refs) for refs, text in told.items() if any(a.unit.isupper() for a in amounts_in(text))]
    return [Reading(*money[0])] if len(money) == 1 and len(amounts_in(money[0][0])) == 1 else []


def _only_gauge(inside: Node | None, snapshot: Snapshot) -> list[Reading]:
    """Read the only bar of progress of a card, a row or the page, which need not be called so."""
    bars = [node for node in _nodes(snapshot, inside) if node.role == "progressbar" and node.visible]
    said = [snapshot.text_of(bar) or bar.value for bar in bars]
    return [Reading(said[0], (bars[0].ref,), field=True)] if len(bars) == 1 and said[0] else []


def _dated(text: str) -> bool:
    return bool(re.search(r"\d{2,4}", text))


def _distinct(readings: list[Reading]) -> list[Reading]:
    seen: set[tuple[int, ...]] = set()
    return [r for r in readings if r.text and not (r.refs in seen or seen.add(r.refs))]  # type: ignore[func-returns-value]


def _nodes(snapshot: Snapshot, inside: Node | None) -> tuple[Node, ...]:
    return snapshot.nodes if inside is None else snapshot.subtree(inside)


def _fields(name: str, snapshot: Snapshot, inside: Node | None) -> list[Reading]:
    """Read the fields that are called so, remark in brackets and all where any is, else those called so but for it."""
    view = view_of(snapshot)
    wanted = strip_decoration(fold(name))
    found: dict[bool, list[Reading]] = {True: [], False: []}
    for node in _nodes(snapshot, inside):
        if node.tag != "#text" and is_field(node) and node.visible:
            beside = view.labels.beside(node.ref) if view.labels.is_unnamed(node) else ""
            names = [fold(known) for known in (node.name, node.label, node.placeholder, node.title, beside) if known]
            bare = without_kind(wanted, node)
            if any(strip_decoration(known) in (wanted, bare) for known in names):
                found[fold(name) in names].append(held_in(node, snapshot))
        elif node.role == "button" and node.extra.get("aria-haspopup") == "listbox" and node.visible:
            chosen = snapshot.text_of(node)  # of a list that names itself apart from what is chosen
            if strip_decoration(fold(node.name)) == wanted != fold(chosen):
                found[True].append(Reading(chosen, (node.ref,), field=True))
    return _innermost(found[True] or found[False], snapshot)


def _innermost(fields: list[Reading], snapshot: Snapshot) -> list[Reading]:
    """Leave out what is drawn around a field and called like it, and the list that opens under it."""
    nodes = {reading.refs[0]: snapshot.nodes[reading.refs[0]] for reading in fields}
    opening = any(node.role == "combobox" for node in nodes.values())
    return [
        one for one in fields
        if not any(node.ref in nodes for node in snapshot.subtree(nodes[one.refs[0]])[1:])
        and not (opening and nodes[one.refs[0]].role == "listbox")
    ]  # fmt: skip


def _row_cell(name: str, snapshot: Snapshot, inside: Node | None) -> list[Reading]:
    """Read the cell under the column `name` when the place is a row of a table, or when the table has a single row."""
    if inside is not None and inside.role == "row":
        return [text_in(cell, snapshot) for cell in cell_of_row(inside, name, snapshot)]
    line = inside.ref if inside is not None and inside.role in {"", "listitem"} else None
    if line is not None and (part := under_title(name, line, view_of(snapshot))) is not None:
        return [text_in(snapshot.nodes[part], snapshot)]
    cells = column_cells(name, snapshot, inside)
    return [text_in(cell, snapshot) for cell in cells] if len(cells) == 1 else []


def _called(target: Target, facts: Facts, inside: Node | None) -> list[Reading]:
    """Read the elements whose given name, test id or identifier is the name; not those that merely show it."""
    snapshot = facts.snapshot
    wanted = fold(str(target.name))
    found = seek(target, snapshot, inside, last=facts.last).shown
    own = [node for node in found if strip_decoration(fold(snapshot.text_of(node))) != strip_decoration(wanted)]
    own = [node for node in own if not (node.role in PRESSED and _is_about(node, target, snapshot))]
    own = [node for node in own if not _is_ones_own(node, target, snapshot)]
    if any(is_field(node) for node in own):  # the label is called so because its field is
        own = [node for node in own if node.tag != "label"]
    return [text_in(node, snapshot) for node in own if not (is_container(node) and node.end - node.ref > 12)]


def _is_about(node: Node, target: Target, snapshot: Snapshot) -> bool:
    """Tell whether a name is only part of what a button does: "Leave call", or "Raise temperature", drawn as "+"."""
    shown = contains_words(fold(snapshot.text_of(node)), fold(str(target.name)))
    return name_tier(node, target, snapshot) in _PART_OF_A_NAME and (not shown or not amounts_in(node.text))


def _is_ones_own(node: Node, target: Target, snapshot: Snapshot) -> bool:
    """Tell whether a field or its label is for what the reader thinks: "Your rating" is not the rating."""
    called = fold(node.name or snapshot.text_of(node))
    return called.startswith("your ") and name_tier(node, target, snapshot) in _PART_OF_A_NAME


_PART_OF_A_NAME = frozenset({4, 5})  # tiers of `name_tier`


def _stepped(name: str, snapshot: Snapshot, inside: Node | None) -> list[Reading]:
    """Read the number between "Raise target temperature" and "Lower target temperature"."""
    buttons = [
        node for node in _nodes(snapshot, inside)
        if node.role == "button" and node.visible and contains_words(fold(node.name), fold(name))
    ]  # fmt: skip
    if len(buttons) != 2 or buttons[0].parent != buttons[1].parent:
        return []
    around = snapshot.subtree(snapshot.nodes[buttons[0].parent])[1:]
    pressed = {inner.ref for button in buttons for inner in snapshot.subtree(button)}
    told = [n for n in around if n.visible and n.ref not in pressed and n.text and n.text[:1].isdigit()]
    return [text_in(told[0], snapshot)] if len(told) == 1 else []


def _between_signs(name: str, snapshot: Snapshot, inside: Node | None) -> list[Reading]:
    """Read the number between "−" and "+", beside a label."""
    found = []
    for label in _nodes(snapshot, inside):
        if not label.text or not label.visible or strip_decoration(fold(label.text)) != fold(name) or label.parent < 0:
            continue
        for around in islice(snapshot.ancestors(label), _WITHIN):
            texts = [node for node in snapshot.subtree(around)[1:] if node.text.strip() and node.visible]
            signs = [node for node in texts if node.text.strip() in _SIGNS]
            told = [node for node in texts if node.text.strip().isdigit()]
            if len(signs) == 2 and len(told) == 1 and signs[0].ref < told[0].ref < signs[1].ref:
                found.append(text_in(told[0], snapshot))
                break
    return found


_SIGNS = frozenset("+ - − – ＋".split())


def _places(target: Target, snapshot: Snapshot, inside: Node | None, *, rows: bool) -> list[Reading]:
    places = [node for node in seek_place(target, snapshot, inside).nodes if node.visible]
    return [text_in(node, snapshot) for node in places if (node.role in ROWS) == rows and is_container(node)]


def _headed(target: Target, snapshot: Snapshot, inside: Node | None) -> list[Reading]:
    """Read all of the card or list item that has the name as its heading."""
    wanted = strip_decoration(fold(str(target.name)))
    rows = [row for row in rows_with(target, snapshot, inside) if row.visible]
    headed = [row for row in rows if any(strip_decoration(fold(head)) == wanted for head in _heads_of(row, snapshot))]
    return [text_in(row, snapshot) for row in headed]


def _heads_of(row: Node, snapshot: Snapshot) -> list[str]:
    """Return the heading of a card or list item; of one without, the first of several texts."""
    if heads := headings_of(row, snapshot):
        return heads
    texts = [node.text for node in snapshot.subtree(row)[1:] if node.visible and node.text]
    return texts[:1] if len(texts) > LABEL_AND_VALUE else []
