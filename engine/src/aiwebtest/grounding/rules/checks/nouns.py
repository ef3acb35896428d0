"""What a noun of a sentence is on a page: elements, or members of a list, that the page itself calls so.

By class or test id of the element ("product-card"), or by name, heading, caption or class of the list around it
("Orders", "todo-list"). When the page does not say, there is no answer (`None`): a guess would make any number true.
"""

from __future__ import annotations

import re
from collections import Counter

from aiwebtest.core.snapshot import Flag, Node, Snapshot
from aiwebtest.grounding.rules.checks.groups import (
    CARD_TAGS,
    TABLES,
    Things,
    alike_groups,
    by_mark,
    cards_of,
    heading_before,
    heading_in,
    heading_over,
    is_card,
    members_of,
    nodes_of,
    only_items,
    parts_cards,
    singular,
    speaks_of,
)
from aiwebtest.grounding.rules.checks.kinds import is_container
from aiwebtest.grounding.rules.checks.offered import says_nearly
from aiwebtest.grounding.rules.checks.paging import leads_through
from aiwebtest.grounding.rules.checks.rows import children_of
from aiwebtest.grounding.rules.checks.saying import saying_just
from aiwebtest.grounding.rules.checks.seek import outermost
from aiwebtest.grounding.rules.checks.tables import header_row, rows_of
from aiwebtest.grounding.rules.checks.text import fold, words_of
from aiwebtest.grounding.rules.page import view_of

__all__ = [
    "GENERIC", "by_noun", "called", "marks_of",
]  # fmt: skip


_ITEM_SUFFIX = frozenset(
    "item card row tile box entry li cell col wrapper container listitem element block preview inner wrap root".split()
)


_LIST_SUFFIX = frozenset(
    "list grid table items rows body container tbody wrapper group collection results ul view board gallery cards"
    " panel".split()
)


GENERIC = frozenset({"item", "result", "card", "entry", "record", "element", "thing"})


_LISTING = frozenset(
    {"search", "matching", "found", "shown", "listed", "displayed", "visible"}
)  # tell none from others


_BOXES = frozenset({"checkbox", "switch"})


def by_noun(noun: tuple[str, ...], snapshot: Snapshot, inside: Node | None) -> Things | None:
    """Return what a noun means; of the whole page it is worked out once, for it is asked for with each reading."""
    known: dict[tuple[tuple[str, ...], int], Things | None] = snapshot.memo.setdefault("things", {})
    key = noun, -1 if inside is None else inside.ref
    if key not in known:
        known[key] = _tell_by_noun(noun, snapshot, inside)
    return known[key]


def _tell_by_noun(noun: tuple[str, ...], snapshot: Snapshot, inside: Node | None) -> Things | None:
    if not noun:
        return None
    if noun[-1] in GENERIC and len(noun) == 1:
        groups = cards_of(nodes_of(snapshot, inside), snapshot)
        told = _headed(noun, groups, snapshot, inside) or _marked(noun, snapshot, inside)
        return told or (only_items(snapshot, inside) if inside is not None else None)
    known = called(noun, snapshot, inside)
    if known is None and noun[-1] in GENERIC:  # "todo items" are what the todo list has
        known = called(noun[:-1], snapshot, inside)
    known = (
        known
        or _named_after(noun, snapshot, inside)
        or _cards(noun, snapshot, inside)
        or _numbered(noun, snapshot, inside)
        or _in_first_column(noun, snapshot, inside)
    )
    return known or (_told_apart(noun, snapshot, inside) if len(noun) > 1 else None)


def _told_apart(noun: tuple[str, ...], snapshot: Snapshot, inside: Node | None) -> Things | None:
    """Return "pending requests": those of the requests one of whose texts is just that word.

    None where another of them says it with more words: it may be meant as well.
    """
    every = by_noun(noun[-1:], snapshot, inside)
    words = " ".join(noun[:-1])
    if every is None:
        return None
    boxes = {node.ref: [n for n in snapshot.subtree(node) if n.role in _BOXES and fold(n.name) == words]
             for node in every.nodes}  # fmt: skip
    if any(boxes.values()):  # "pinned notes": those whose box "Pinned" is on
        on = tuple(node for node in every.nodes if any(box.has(Flag.CHECKED) for box in boxes[node.ref]))
        return Things(on, f'{every.how} whose "{words}" is on') if all(map(len, boxes.values())) else None
    said = saying_just(every.nodes, words, snapshot)
    if any(says_nearly(node, [words], snapshot) for node in every.nodes if node not in said):
        return None
    return Things(tuple(said), f'{every.how} that say "{words}"') if said else None


def called(noun: tuple[str, ...], snapshot: Snapshot, inside: Node | None) -> Things | None:
    """Return what the page itself calls by the noun, or the members of the list that it calls so."""
    known: dict[tuple[tuple[str, ...], int], Things | None] = snapshot.memo.setdefault("called", {})
    key = noun, -1 if inside is None else inside.ref
    if key not in known:
        marked = _marked(noun, snapshot, inside) or _behind_heading(noun, snapshot, inside)
        known[key] = marked or _listed(noun, snapshot, inside)
    return known[key]


def marks_of(node: Node) -> list[tuple[str, ...]]:
    """Return the words of each class, of the id and of the test id of an element."""
    named = node.name if node.role == "navigation" else ""  # "Breadcrumb"
    marks = [words_of(mark) for mark in (*node.ident.split(), node.testid, named) if mark]
    return [tuple(_SHORTENED.get(word, word) for word in mark) for mark in marks]


_SHORTENED = {"msg": "message", "msgs": "messages", "notif": "notification", "notifs": "notifications"}


def _marked(noun: tuple[str, ...], snapshot: Snapshot, inside: Node | None) -> Things | None:
    """Return elements that a class, id or test id calls by the noun in the singular."""
    prefixes = _prefixes(snapshot)
    hits = [
        node
        for node in nodes_of(snapshot, inside)
        if node.visible and node.parent >= 0 and node.tag not in {"body", "main", "#text", "input", "form"}
        and any(_is_item_mark(_without_prefix(mark, prefixes), noun) for mark in marks_of(node))
    ]  # fmt: skip
    tops = outermost(hits)
    if not tops:
        return None
    if within := [node for node in hits if node not in tops]:  # columns of a board, of the same make as its cards
        if not all(any(top.ref < node.ref < top.end for node in within) for top in tops):
            return None
        tops = outermost(within)
    if len(tops) == 1 and tops[0].role in {"list", "navigation"}:  # a breadcrumb is one of what the list so called has
        members = members_of(tops[0], snapshot)
        return Things(tuple(members), f'members of the list marked "{" ".join(noun)}"') if members else None
    signature = max({(n.tag, n.role) for n in tops}, key=lambda s: sum((n.tag, n.role) == s for n in tops))
    nodes = tuple(node for node in tops if (node.tag, node.role) == signature)
    return Things(nodes, f'elements marked "{" ".join(noun)}"') if len(nodes) == len(tops) else None


def _prefixes(snapshot: Snapshot) -> frozenset[str]:
    """Return the short words that begin many classes of the page, as those of component libraries do."""
    known: frozenset[str] | None = snapshot.memo.get("checks.prefixes")
    if known is None:
        classes = {mark for node in snapshot.nodes for mark in node.ident.split()}
        leads = Counter(words[0] for mark in classes if len(words := words_of(mark)) > 1)
        known = frozenset(lead for lead, times in leads.items() if len(lead) <= _PREFIX and times >= _OFTEN)
        snapshot.memo["checks.prefixes"] = known
    return known


_PREFIX = 3  # letters: "mui", "ant", "el"
_OFTEN = 12  # classes that begin so


def _without_prefix(mark: tuple[str, ...], prefixes: frozenset[str]) -> tuple[str, ...]:
    return mark[1:] if len(mark) > 1 and mark[0] in prefixes else mark


def _is_item_mark(mark: tuple[str, ...], noun: tuple[str, ...]) -> bool:
    while mark and mark[-1].isdigit():
        mark = mark[:-1]
    if mark == noun:
        return True
    return mark[: len(noun)] == noun and len(mark) == len(noun) + 1 and mark[-1] in _ITEM_SUFFIX


def _listed(noun: tuple[str, ...], snapshot: Snapshot, inside: Node | None) -> Things | None:
    """Return the members of the list or table that the page calls by the noun."""
    ranked = [
        (rank, node)
        for node in nodes_of(snapshot, inside)
        if node.visible and (rank := _list_rank(node, noun, snapshot))
    ]
    if not ranked:
        return None
    best = max(rank for rank, _ in ranked)
    nodes = [node for rank, node in ranked if rank == best and members_of(node, snapshot) is not None]
    if best == _BY_HEADING:
        nodes = [node for node in nodes if _is_headed_so(node, noun, snapshot) and not _leads_on(node, snapshot)]
    lists = [node for node in nodes if not any(node.ref < other.ref < node.end for other in nodes)]
    told = [members for node in lists if (members := members_of(node, snapshot)) is not None]
    if not told or len({len(members) for members in told}) > 1:
        return None
    return Things(tuple(told[0]), f'members of the list called "{" ".join(noun)}"')


def _leads_on(node: Node, snapshot: Snapshot) -> bool:
    """Tell whether what a place holds is the way to the page or through its parts, as stands beside many a heading."""
    members = members_of(node, snapshot) or ()
    lists = {snapshot.nodes[member.parent].ident for member in members if member.parent >= 0}
    return any(leads_through(marks) for marks in lists)


def _list_rank(node: Node, noun: tuple[str, ...], snapshot: Snapshot) -> int:
    """Return 3 when the list's own name is the noun, 2 when its class or id says so, 1 when a heading over it does."""
    if not (is_container(node) or node.role == "rowgroup") or node.role in {
        "row",
        "listitem",
        "article",
        "navigation",
        "form",
    }:
        return 0
    name = words_of(node.name)
    name = next((name[:i] for i, word in enumerate(name) if i and word in _MORE_CLOSELY), name)
    if name and singular(name[-1]) == noun[-1] and name[-len(noun) : -1] == noun[:-1]:
        return 3
    if any(_is_list_mark(mark, noun) for mark in marks_of(node)):
        return 2
    if node.role in TABLES | {"list", "region", "main", ""} and (heading := heading_over(node, snapshot)):
        return _BY_HEADING if _heads_such(heading, noun) else 0
    return 0


_BY_HEADING = 1  # rank of a list that only the heading over it calls by the noun


def _heads_such(heading: str, noun: tuple[str, ...]) -> bool:
    """Tell whether a heading is of such things: "pending requests" are not all that stand under "Requests"."""
    words = words_of(re.sub(r"\s*\(?\d+\)?$", "", heading))
    words = next((words[:i] for i, word in enumerate(words) if i and word in _MORE_CLOSELY), words)
    named = bool(words) and singular(words[-1]) == noun[-1] and len(words) <= len(noun) + 2
    return named and set(noun[:-1]) <= {*words, *_LISTING}


_MORE_CLOSELY = frozenset("in on for from by at since until with to".split())
"""What stands in a title before words that say which of the things are listed: "Transactions in November"."""


def _is_headed_so(node: Node, noun: tuple[str, ...], snapshot: Snapshot) -> bool:
    """Tell whether no heading of other things stands between the one that says the noun and the members."""
    members = members_of(node, snapshot)
    own = heading_in(node, snapshot)  # the header of a list need be no heading
    above = [n for n in snapshot.subtree(node)[1:] if n.visible and members and n.ref < members[0].ref
             and (n.role == "heading" or n is own)]  # fmt: skip
    inner = next((n for n in snapshot.subtree(node)[1:] if n.role == "heading"), None)
    if not above and inner is not None and members and any(one.ref < inner.ref < one.end for one in members):
        return False  # it is what the first member is called, and stands over none of them
    return not above or _heads_such(snapshot.text_of(above[-1]), noun)


def _is_list_mark(mark: tuple[str, ...], noun: tuple[str, ...]) -> bool:
    if not mark:
        return False
    plural = (*mark[:-1], singular(mark[-1]))
    if plural == noun and mark != noun:
        return True
    return mark[-1] in _LIST_SUFFIX and (*mark[:-2], singular(mark[-2])) == noun if len(mark) > 1 else False


def _named_after(noun: tuple[str, ...], snapshot: Snapshot, inside: Node | None) -> Things | None:
    """Return elements of one role that are called by the noun and a code: "Seat 10A", "Seat 10B, taken".

    None where a code occurs twice: then several elements are one thing, such as its commands. So they are in a card.
    """
    size = len(noun)
    named = [
        (node, fold(node.name).split()[size:][:1])
        for node in nodes_of(snapshot, inside) if noun[0] in node.name.lower() and node.visible and node.role
        and (words := words_of(node.name))[:size] == noun and any(c.isdigit() for c in "".join(words[size : size + 1]))
    ]  # fmt: skip
    alike = len(named) > 1 and len({node.role for node, _ in named}) == 1
    if not alike or len({" ".join(code).strip(",:;.") for _, code in named}) < len(named):
        return None
    cards = _cards(noun, snapshot, inside)
    if cards is not None and any(card.ref < node.ref < card.end for card in cards.nodes for node, _ in named):
        return None
    return Things(tuple(node for node, _ in named), f'elements called "{" ".join(noun)}" and a code')


def _cards(noun: tuple[str, ...], snapshot: Snapshot, inside: Node | None) -> Things | None:
    """Return the only group of cards under a heading of the noun; else the only one, where the page says it."""
    nodes = nodes_of(snapshot, inside)
    headings = [node for node in nodes if node.role == "heading" and node.visible]
    titles = [snapshot.title] if inside is None else []
    if not any(speaks_of(text, noun) for text in (*titles, *(snapshot.text_of(node) for node in headings))):
        return None
    groups = cards_of(nodes, snapshot)
    if (headed := _headed(noun, groups, snapshot, inside)) is not None:
        return headed
    if len(groups) != 1 or any(parts_cards(node, snapshot) for node in headings):
        return None
    above = [node for node in headings if node.ref < groups[0][0].ref]
    said = [snapshot.text_of(node) for node in headings if node.tag == "h1" or node in above[-1:]]
    known = any(speaks_of(text, noun) for text in (*titles, *said))
    return Things(tuple(groups[0]), "cards, the only ones of the page") if known else None


def _headed(noun: tuple[str, ...], groups: list[list[Node]], snapshot: Snapshot, inside: Node | None) -> Things | None:
    """Return the only group of cards that stands under a heading of the noun."""
    headings = [node for node in nodes_of(snapshot, inside) if node.role == "heading" and node.visible]
    headed = [group for group in groups if speaks_of(heading_before(group, headings, snapshot), noun)]
    if len(headed) > 1:  # "My accounts" stands over several, "Everyday account" over what is told of one
        headed = [group for group in headed if _is_of_several(heading_before(group, headings, snapshot), noun)]
    return Things(tuple(headed[0]), f'cards under a heading that says "{" ".join(noun)}"') if len(headed) == 1 else None


def _is_of_several(heading: str, noun: tuple[str, ...]) -> bool:
    return any(singular(word) == noun[-1] != word for word in words_of(heading))


def _in_first_column(noun: tuple[str, ...], snapshot: Snapshot, inside: Node | None) -> Things | None:
    """Return the rows of the only table whose first column with a title is called by the noun: "Employee"."""
    tables = [node for node in (*([inside] if inside else ()), *nodes_of(snapshot, inside))
              if node.role in TABLES and node.visible]  # fmt: skip
    headed = []
    for table in {node.ref: node for node in tables}.values():
        first = next((text for _, text in sorted(header_row(table, snapshot).items()) if text.strip()), "")
        words = words_of(first)
        if words and (*words[:-1], singular(words[-1])) == noun:
            headed.append(table)
    return Things(tuple(rows_of(headed[0], snapshot)), "rows of the table of them") if len(headed) == 1 else None


def _behind_heading(noun: tuple[str, ...], snapshot: Snapshot, inside: Node | None) -> Things | None:
    """Return the cards behind a heading that states how many of the noun there are: "2 answers"."""
    told: list[list[Node]] = []
    for head in nodes_of(snapshot, inside):
        said = snapshot.text_of(head) if head.role == "heading" and head.visible and head.parent >= 0 else ""
        number = [int(word) for word in re.findall(r"\d{1,4}", said)]
        if len(number) != 1 or not _heads_such(re.sub(r"\d+", "", said), noun):
            continue
        behind = [node for node in children_of(snapshot, head.parent) if node.ref > head.ref]
        until = next((node.ref for node in behind if node.role == "heading"), snapshot.nodes[head.parent].end)
        parts = [node for node in behind if node.ref < until and node.tag in CARD_TAGS and node.ident and node.visible]
        cards = [node for node in parts if node.role in {"", "article"} and is_card(node, snapshot)]
        parted = by_mark((0, "", "", ""), cards) if cards else ()
        told += [group for _, group in parted if len(group) == number[0] > 1]
    return Things(tuple(told[0]), "cards under a heading that counts them") if len(told) == 1 else None


_HEADLINE = 80  # characters; a longer text tells a story rather than a number


def _numbered(noun: tuple[str, ...], snapshot: Snapshot, inside: Node | None) -> Things | None:
    """Return the members of the only list, or the cards, as many as the page says: "3 connections"."""
    only = only_items(snapshot, inside)
    if only is not None and only.nodes:
        said = _numbers_said(noun, only.nodes, snapshot, inside)
        return Things(only.nodes, "members of the list", "listed") if said == {len(only.nodes)} else None
    view = view_of(snapshot)
    groups = [group for group in alike_groups(nodes_of(snapshot, inside), snapshot)
              if all(is_card(node, snapshot) for node in group) and not view.is_furniture(group[0].ref)]  # fmt: skip
    many = [group for group in groups if _numbers_said(noun, tuple(group), snapshot, inside) == {len(group)}]
    return Things(tuple(many[0]), "cards, as many as the page says") if len(many) == 1 else None


def _numbers_said(
    noun: tuple[str, ...], members: tuple[Node, ...], snapshot: Snapshot, inside: Node | None
) -> set[int]:
    """Return the numbers that lines outside of the members state for a noun: 3 of "3 connections"."""
    first, last = members[0].ref, members[-1].end
    around = (n for n in nodes_of(snapshot, inside) if n.visible and not first <= n.ref < last)
    said = [words_of(n.text) for n in around if len(n.text) <= _HEADLINE and any(c.isdigit() for c in n.text[:3])]
    return {int(words[0]) for words in said if words and words[0].isdigit() and len(words) <= 1 + len(noun) + _AND_MORE
            and speaks_of(" ".join(words[1 : 1 + len(noun)]), noun)}  # fmt: skip


_AND_MORE = 4  # words behind "3 connections"; more of them tell of something else: "2 employees have no bank account"
