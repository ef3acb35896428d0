"""Groups of like elements: what a list or table holds, siblings of one make such as cards, the heading over them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from aiwebtest.core.snapshot import Node, Snapshot
from aiwebtest.grounding.rules.alike import are_parts
from aiwebtest.grounding.rules.checks.rows import children_of
from aiwebtest.grounding.rules.checks.seek import content_first, outermost
from aiwebtest.grounding.rules.checks.tables import rows_of
from aiwebtest.grounding.rules.checks.text import fold, words_of

__all__ = [
    "CARD_TAGS", "TABLES", "Things", "alike_groups", "by_mark", "cards_of", "data_rows", "groups_seen",
    "heading_before", "heading_in", "heading_over", "is_card", "is_menu", "members_of", "nodes_of", "only_items",
    "parts_cards", "singular", "speaks_of",
]  # fmt: skip


TABLES = frozenset({"table", "grid", "treegrid"})


Kind = Literal["", "alerts", "listed"]
"""What things are: alerts, which may not be the "messages" that are meant; all that a list or table holds; or else."""


@dataclass(frozen=True, slots=True)
class Things:
    """The visible things of one kind. `None` for the whole means that the page does not tell; see `things`."""

    nodes: tuple[Node, ...]
    how: str  # how they were told, for reports
    kind: Kind = ""


def singular(word: str) -> str:
    """Return the singular of an English noun, by its ending."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if re.search(r"(?:ss|us|is)$", word) or len(word) < 4:
        return word
    if re.search(r"(?:ch|sh|x|ss|z)es$", word):
        return word[:-2]
    return {"people": "person", "children": "child", "men": "man"}.get(word, word.removesuffix("s"))


def nodes_of(snapshot: Snapshot, inside: Node | None) -> tuple[Node, ...]:
    """Return the nodes of a place, of the whole page without one."""
    return snapshot.nodes if inside is None else snapshot.subtree(inside)


def cards_of(nodes: tuple[Node, ...], snapshot: Snapshot) -> list[list[Node]]:
    """Return the groups of alike siblings each of which says more than one text."""
    return [group for group in alike_groups(nodes, snapshot) if all(is_card(node, snapshot) for node in group)]


CARD_TAGS = frozenset({"div", "section", "article"})


def parts_cards(heading: Node, snapshot: Snapshot) -> bool:
    """Tell whether a heading has alike cards above and below it, so that these are not all of one kind."""
    if heading.parent < 0:
        return False
    cards = [node for node in children_of(snapshot, heading.parent) if node.tag in CARD_TAGS and node.ident
             and not node.role and node.visible and is_card(node, snapshot)]  # fmt: skip
    above = {(node.tag, node.ident) for node in cards if node.ref < heading.ref}
    return any((node.tag, node.ident) in above for node in cards if node.ref > heading.ref)


def heading_before(group: list[Node], headings: list[Node], snapshot: Snapshot) -> str:
    """Return the heading that a group stands under: the nearest before it, in what holds both; "" without one."""
    around = {node.ref for node in snapshot.ancestors(group[0])}
    above = [node for node in headings if node.ref < group[0].ref and _stands_in(node, snapshot) in around]
    return snapshot.text_of(above[-1]) if above else ""


def _stands_in(heading: Node, snapshot: Snapshot) -> int:
    """Return what a heading stands in, as a ref: a bar that it shares with commands counts as the heading itself."""
    top = heading
    while top.parent >= 0 and heading_of_bar(snapshot.nodes[top.parent], snapshot) is not None:
        top = snapshot.nodes[top.parent]
    return top.parent


def heading_of_bar(node: Node, snapshot: Snapshot) -> Node | None:
    """Return the heading of a bar that holds nothing besides but commands, fields and a mark, such as a number."""
    if node.role or node.tag not in _BARS or node.end - node.ref > _BAR_SIZE:
        return None
    inner = [n for n in snapshot.subtree(node)[1:] if n.visible]
    heads = [n for n in inner if n.role == "heading"]
    if len(heads) != 1 or any(n.role in {"list", "listitem", "row", "article", "region", *TABLES} for n in inner):
        return None
    at, end = heads[0].ref, heads[0].end
    for n in inner:
        if n.ref >= end and n.role in _COMMANDS:
            end = n.end
        elif n.text and not at <= n.ref < end and (n.ref < at or len(n.text.split()) > 1):
            return None
    return heads[0]


_BARS = frozenset({"div", "header", "span"})
_BAR_SIZE = 40  # elements
_COMMANDS = frozenset("button link textbox searchbox combobox listbox checkbox switch menu tab tablist img".split())


def speaks_of(text: str, noun: tuple[str, ...]) -> bool:
    """Tell whether a text has the noun, in the singular or the plural."""
    words = words_of(text)
    several = [
        (*words[i : i + len(noun) - 1], singular(words[i + len(noun) - 1])) for i in range(len(words) - len(noun) + 1)
    ]
    return noun in several


def is_card(node: Node, snapshot: Snapshot) -> bool:
    """Tell whether an element holds several texts."""
    inner = [n for n in snapshot.subtree(node)[1:] if n.visible and n.text]
    return len(inner) > 1


def heading_over(node: Node, snapshot: Snapshot) -> str:
    """Return the heading inside a section, or the one right in front of a list or table."""
    if (inside := heading_in(node, snapshot)) is not None:
        return snapshot.text_of(inside)
    if node.role not in TABLES | {"list", ""} or node.parent < 0 or node.tag in _TITLING:
        return ""
    before = ""
    parent, at, passed = snapshot.nodes[node.parent], node.parent + 1, 0
    while at < node.ref and at < parent.end:
        sibling = snapshot.nodes[at]
        heads = sibling if sibling.role == "heading" else heading_of_bar(sibling, snapshot)
        before, passed = (snapshot.text_of(heads), 0) if heads else (before, passed + 1)
        at = sibling.end
        if not node.role and passed > _BETWEEN:
            return ""
    return before


def heading_in(node: Node, snapshot: Snapshot) -> Node | None:
    """Return the first heading inside a section, or the header of a list, before anything that it holds."""
    for inner in snapshot.subtree(node)[1:]:
        if inner.role == "heading" or _heads_list(inner, node, snapshot):
            return inner
        if inner.role in {"listitem", "row", "article"}:
            return None
    return None


def _heads_list(node: Node, around: Node, snapshot: Snapshot) -> bool:
    """Tell whether a plain element in a list is called its header: the words over its items."""
    if node.role or around.role != "list" or not node.visible or node.end - node.ref > _HEADER_SIZE:
        return False
    return not _HEADERS.isdisjoint(words_of(f"{node.tag} {node.ident}")) and bool(snapshot.text_of(node))


_HEADERS = frozenset(["header", "subheader", "title"])
_HEADER_SIZE = 4  # elements
_BETWEEN = 4  # elements between a heading and the plain element that holds what it is over: tabs, a search field


_TITLING = frozenset({"header", "hgroup", "body"})  # what holds a heading together with what belongs to it


def members_of(node: Node, snapshot: Snapshot) -> list[Node] | None:
    """Return what a list holds: rows, list items, articles, or its largest group of alike siblings."""
    if node.role in TABLES:
        return rows_of(node, snapshot)
    inner = snapshot.subtree(node)[1:]
    table = next((n for n in inner if n.role in TABLES and n.visible), None)
    if table is not None:
        return rows_of(table, snapshot)
    if node.role == "rowgroup":
        return [n for n in inner if n.role == "row" and n.visible]
    items = outermost(n for n in inner if n.role in {"listitem", "article", "option", "treeitem"} and n.visible)
    if items and len({n.parent for n in items}) == 1:
        return items
    if items:
        return None
    return _alike_children(node, snapshot) or ([] if node.role in {"list", "listbox"} else None)


def _alike_children(node: Node, snapshot: Snapshot) -> list[Node] | None:
    tops = alike_groups(snapshot.subtree(node)[1:], snapshot)
    return tops[0] if len(tops) == 1 and tops[0][0].role not in {"button", "tab"} else None  # its commands


def alike_groups(nodes: tuple[Node, ...], snapshot: Snapshot) -> list[list[Node]]:
    """Return the groups of two or more alike siblings that are not inside another such group."""
    groups: dict[tuple[int, str, str, str], list[Node]] = {}
    for inner in nodes:
        if (
            inner.visible
            and inner.tag in {"div", "section", "a", "dl", "fieldset", "tr", "button", "article", "li"}
            and snapshot.text_of(inner)
        ):
            groups.setdefault((inner.parent, inner.tag, inner.role, ""), []).append(inner)
    groups = {key: group for make in groups.items() if len(make[1]) > 1 for key, group in by_mark(*make)}
    several = [group for group in groups.values() if len(group) > 1 and not _parted(group, snapshot)]
    several = [group for group in several if not are_parts(group, snapshot, least=_OF_A_PART)]
    tops, end = [], 0
    for group in sorted(several, key=lambda group: group[0].ref):
        if group[0].ref >= end:
            tops.append(group)
        end = max(end, group[-1].end)
    return tops


_OF_A_PART = 4  # kinds of elements; what is made of fewer is a card


def _parted(group: list[Node], snapshot: Snapshot) -> bool:
    """Tell whether a heading stands among siblings: what is above it and below it are not things of one kind."""
    between = snapshot.nodes[group[0].end : group[-1].ref]
    return any(node.role == "heading" and node.visible and node.parent == group[0].parent for node in between)


def by_mark(
    make: tuple[int, str, str, str], siblings: list[Node]
) -> Iterator[tuple[tuple[int, str, str, str], list[Node]]]:
    """Part siblings by their last class; one that has that of most others and a class more is one of them.

    "msg failed" is one where the others are "msg". What siblings share in front ("col tile", "col promo") is how they
    are laid out.
    """
    marks = {node.ref: [re.sub(r"\d+", "", mark) for mark in node.ident.split()] or [""] for node in siblings}
    last = Counter(known[-1] for known in marks.values()).most_common(2)
    most = last[0][0] if len(last) == 1 or last[0][1] > last[1][1] else ""
    parted: dict[str, list[Node]] = {}
    for node in siblings:
        known = marks[node.ref]
        heads = not _HEADS.isdisjoint(known) and most not in _HEADS
        parted.setdefault(most if most in known and not heads else known[-1], []).append(node)
    for mark, group in parted.items():
        yield (*make[:3], mark), group


_HEADS = frozenset("head header heading heads headers labels title titles footer foot total totals".split())


def data_rows(snapshot: Snapshot, inside: Node | None) -> Things | None:
    """Return the rows of the only table of the content."""
    nodes = nodes_of(snapshot, inside)
    tables = [node for node in nodes if node.role in TABLES and node.visible]
    tables = content_first(tables, snapshot) if inside is None else tables
    if not tables:
        return None
    rows = [row for table in tables for row in rows_of(table, snapshot)]
    return Things(tuple(rows), "rows of data", "listed") if len(tables) == 1 else None


def only_items(snapshot: Snapshot, inside: Node | None) -> Things | None:
    """Return the members of the only list there is: navigation and lists of nothing but links aside."""
    nodes = nodes_of(snapshot, inside)
    if inside is not None and inside.role in {"list", "listbox", *TABLES}:
        members = members_of(inside, snapshot)
        return Things(tuple(members), "its members", "listed") if members is not None else None
    lists = [
        n for n in nodes if n.role in {"list", "listbox", "feed", *TABLES} and n.visible and not is_menu(n, snapshot)
    ]
    tops = outermost(lists)
    if len(tops) == 1 and (members := members_of(tops[0], snapshot)) is not None:
        return Things(tuple(members), "members of the list", "listed")
    if tops or inside is None:
        return None
    group = _alike_children(inside, snapshot)
    return Things(tuple(group), "alike parts") if group else None


def is_menu(node: Node, snapshot: Snapshot) -> bool:
    """Tell whether a list is there to go elsewhere: in navigation, or of nothing but links or buttons."""
    if any(around.role in {"navigation", "menubar", "contentinfo", "banner"} for around in snapshot.ancestors(node)):
        return True
    items = [n for n in snapshot.subtree(node)[1:] if n.role == "listitem"]
    if not items:  # of nothing but buttons, each an entry
        entries = [n for n in snapshot.subtree(node)[1:] if n.role == "button"]
        said = " ".join(snapshot.text_of(entry) for entry in entries)
        return node.role == "list" and bool(entries) and fold(said) == fold(snapshot.text_of(node))
    return all(_only_link(item, snapshot) for item in items)


def _only_link(item: Node, snapshot: Snapshot) -> bool:
    link = next((n for n in snapshot.subtree(item)[1:] if n.role == "link"), None)
    return link is not None and fold(snapshot.text_of(link)) == fold(snapshot.text_of(item))


def groups_seen(snapshot: Snapshot, inside: Node | None = None) -> list[str]:
    """Return descriptions of the lists and tables of the page, for a message."""
    told = []
    for node in nodes_of(snapshot, inside):
        if node.visible and node.role in {"list", *TABLES} and (members := members_of(node, snapshot)):
            name = node.name or heading_over(node, snapshot) or node.ident
            told.append(f'{node.role} "{name}" with {len(members)}' if name else f"a {node.role} with {len(members)}")
    return told[:5]
