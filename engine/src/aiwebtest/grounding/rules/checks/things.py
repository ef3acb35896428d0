"""Several like things on a page: which elements "the products", "rows" or "items" are.

A noun is tied to elements by what the page itself calls them: class or test id of the element ("product-card"), name,
heading, caption or class of the list around it ("Orders", "todo-list"). Role words ("rows", "buttons") are tied by
role. When the page does not say, there is no answer (`None`): a guess would make any number come true.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from aiwebtest.core.facts import Facts
from aiwebtest.core.intent import Target
from aiwebtest.core.snapshot import Flag, Node, Snapshot
from aiwebtest.grounding.rules.checks.kinds import is_container
from aiwebtest.grounding.rules.checks.offered import says_nearly
from aiwebtest.grounding.rules.checks.saying import saying, saying_just
from aiwebtest.grounding.rules.checks.seek import Found, children_of, content_first, nth, outermost, seek
from aiwebtest.grounding.rules.checks.tables import rows_of
from aiwebtest.grounding.rules.checks.text import fold, words_of
from aiwebtest.grounding.rules.crossing import called_by_code, cells_called, is_code
from aiwebtest.grounding.rules.page import view_of
from aiwebtest.grounding.rules.wording import Wording, bare, wording
from aiwebtest.grounding.rules.words import ITEM_NOUNS

__all__ = [
    "ALERTS", "Things", "coded", "groups_seen", "is_called", "is_menu", "meant", "noun_of", "one_called",
    "one_of_a_mailbox", "singular", "things",
]  # fmt: skip

ALERTS = "elements that are an alert"
"""How alerts were told; the words may mean others, such as the messages of a mailbox."""

_ITEM_SUFFIX = frozenset(
    "item card row tile box entry li cell col wrapper container listitem element block preview inner wrap".split()
)
_LIST_SUFFIX = frozenset(
    "list grid table items rows body container tbody wrapper group collection results ul view board gallery cards"
    " panel".split()
)
_TABLES = frozenset({"table", "grid", "treegrid"})
_GENERIC = frozenset({"item", "result", "card", "entry", "record", "element", "thing"})
_OF_A_MAILBOX = [("messages",), ("message",), ("notifications",), ("notification",)]
_LISTING = frozenset(
    {"search", "matching", "found", "shown", "listed", "displayed", "visible"}
)  # tell none from others
_JOINTS = frozenset("of for in on at to from by with under and".split())
_NEAR = 2  # elements up in which a class may say what a text is
_NAME_AND_NOUN = 2  # words
_CODE_LENGTH = 12  # characters
_BOXES = frozenset({"checkbox", "switch"})
_PARTS = frozenset({"row", "item", "result", "card"})


@dataclass(frozen=True, slots=True)
class Things:
    """The visible things of one kind. `None` for the whole means that the page does not tell; see `things`."""

    nodes: tuple[Node, ...]
    how: str  # how they were told, for reports


def singular(word: str) -> str:
    """Return the singular of an English noun, by its ending."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if re.search(r"(?:ss|us|is)$", word) or len(word) < 4:
        return word
    if re.search(r"(?:ch|sh|x|ss|z)es$", word):
        return word[:-2]
    return {"people": "person", "children": "child", "men": "man"}.get(word, word.removesuffix("s"))


def noun_of(target: Target) -> tuple[str, ...]:
    """Return the words of the thing's noun in the singular: ("search", "result"), ("product",)."""
    name = target.name if target.name and target.role is None else None
    words = words_of(name or " ".join(target.modifiers) or target.role or target.text)
    words = tuple(
        word for word in words if word not in {"the", "all", "of", "both", "every", "each", "visible", "listed"}
    )
    return (*words[:-1], singular(words[-1])) if words else ()


def things(target: Target, facts: Facts, inside: Node | None) -> Things | None:
    """Return the visible things that a target means, or None when the page does not tell which they are."""
    if target.relations and target.role is None and not target.quoted:
        return _related(target, facts, inside)
    snapshot = facts.snapshot
    noun = noun_of(target)
    parts = _is_part(target) and not target.quoted
    if parts and target.name and (found := _called(words_of(target.name), snapshot, inside)):
        return found
    if target.role is None or (parts and target.name is None):
        if not target.quoted and (found := _by_noun(noun, snapshot, inside)):
            return found
        if target.role is None:
            return _named(target, facts, inside)
    if parts and target.name is None:
        only = _items(snapshot, inside)
        sure = only is None or inside is not None or not only.nodes or can_be_called(only.nodes[0], noun, snapshot)
        return only if sure else None
    if target.role == "row" and target.name is None and not target.relations:
        return _rows(snapshot, inside)
    nodes = list(seek(target, snapshot, inside, last=facts.last).nodes)
    if target.role == "option":
        return Things(tuple(nodes), "options") if nodes else None
    if target.role == "columnheader" or target.role == "column":
        nodes = [node for node in nodes if node.visible]
    very = [
        node for node in nodes if node.role == target.role
    ]  # a switch is a check box only where there are no others
    shown = tuple(outermost(node for node in very or nodes if node.visible))
    if not shown and target.role == "alert":
        return _no_alerts(target, facts, inside)
    if target.role == "alert":
        return Things(shown, ALERTS)
    article = "an" if target.role and target.role[0] in "aeiou" else "a"
    return Things(shown, f"elements that are {article} {target.role}")


def can_be_called(member: Node, noun: tuple[str, ...], snapshot: Snapshot) -> bool:
    """Tell whether a member of a list may be one of "the invoices": not of a menu, nor where a title tells others."""
    lists = (n for n in snapshot.ancestors(member) if n.role in {"list", "listbox", "feed", *_TABLES})
    around = next(lists, None)
    if noun in _EACH_GENERIC and around is not None and _is_said_elsewhere(noun, around, snapshot):
        return False
    if not noun or noun[-1] not in ITEM_NOUNS or around is None:
        return True
    if is_menu(around, snapshot):
        return False
    title = around.name or _heading_over(around, snapshot)
    return not title or _speaks_of(title, noun)


_EACH_GENERIC = frozenset((noun,) for noun in _GENERIC)


def _is_said_elsewhere(noun: tuple[str, ...], around: Node, snapshot: Snapshot) -> bool:
    """Tell whether "Items" stands over something else than a list, which has a title of its own."""
    title = around.name or _heading_over(around, snapshot)
    heads = (snapshot.text_of(node) for node in snapshot.nodes if node.role == "heading" and node.visible)
    return bool(title) and not _speaks_of(title, noun) and any(_speaks_of(text, noun) for text in heads)


def _no_alerts(target: Target, facts: Facts, inside: Node | None) -> Things | None:
    """Return what "the messages" are on a page without alerts: those of a mailbox, none at all, or not to be told."""
    none = Things((), ALERTS)
    word = words_of(re.split(r" (?:from|by|with|in|of|about) ", target.text)[0])[-1:]
    if target.name is None:
        told = things(replace(target, role=None, name=" ".join(word)), facts, inside)
        return told or (None if word in _OF_A_MAILBOX and inside is not None else none)
    if _speaks_anywhere(words_of(target.text)[-1:], facts.snapshot, inside):  # "Notifications, 2 unread"
        return None
    return None if word in _OF_A_MAILBOX else none


def _speaks_anywhere(noun: tuple[str, ...], snapshot: Snapshot, inside: Node | None) -> bool:
    """Tell whether the page has the noun in a name or a text."""
    said = (f"{node.name} {node.text}" for node in _nodes(snapshot, inside) if node.visible)
    return any(_speaks_of(text, (*noun[:-1], singular(noun[-1]))) for text in said if noun)


def _related(target: Target, facts: Facts, inside: Node | None) -> Things | None:
    """Return those of the things that hold what the relations name, or stand in it; None where that cannot be told."""
    told = things(replace(target, relations=()), facts, inside)
    if told is None:
        return None
    nodes = list(told.nodes)
    for relation in target.relations:
        anchor = relation.anchor
        holding = [node for node in nodes if seek(anchor, facts.snapshot, node).shown]
        areas = seek(anchor, facts.snapshot, inside).shown if relation.kind == "in" and not holding else ()
        within = [node for node in nodes if any(area.ref < node.ref < area.end for area in areas)]
        if relation.kind not in {"with", "for", "row", "in"} or (areas and not within):
            return None
        nodes = holding or within
    return Things(tuple(nodes), f"{told.how} that are {target.text}")


def meant(target: Target, facts: Facts, inside: Node | None, *, every: bool = False) -> Found:
    """Return the elements that a description means, "the second product" and "every order" told as `things` does."""
    if target.modifiers and (one := one_called(target, facts, inside)) is not None:  # "answer B"
        return Found((one,))
    several = _is_part(target) and not target.quoted
    counted = target.ordinal is not None and target.role is None and bool(target.name) and not target.quoted
    if several or counted or (every and target.role is None and target.name and not target.quoted):
        told = things(replace(target, ordinal=None), facts, inside)
        if told is not None:
            return Found(tuple(nth(list(told.nodes), target.ordinal)) if target.ordinal is not None else told.nodes)
        if several and target.ordinal is not None and target.name is None:
            return Found()
    if (one := one_of_a_mailbox(target, facts, inside)) is not None:
        return Found((one,))
    return (
        seek(target, facts.snapshot, inside, last=facts.last)
        or _of_a_place(target, facts, inside)
        or coded(target, facts, inside)
        or Found((one,) if (one := one_called(target, facts, inside)) is not None else ())
    )


def coded(target: Target, facts: Facts, inside: Node | None = None) -> Found:
    """Return "seat 10A": what the page calls just 10A, or what stands where row 10 and column A cross."""
    words = [word for word in (target.name or "").split() if word.lower() != "the"]
    if target.quoted or target.role is not None or len(words) != _NAME_AND_NOUN:
        return Found()
    view = view_of(facts.snapshot)
    nodes = facts.snapshot.nodes if inside is None else facts.snapshot.subtree(inside)
    asked = wording(" ".join(words))
    held = {ref for word in asked.tokens if is_code(word) for ref in view.holding(bare(word))}
    found = [
        n for n in nodes if n.ref in held and n.tag != "#text" and n.visible and _is_code_of(n, asked, facts.snapshot)
    ]
    if not found:
        found = [facts.snapshot.nodes[ref] for ref in cells_called(replace(target, alternatives=()), view)]
    return Found(tuple(outermost(found)))


def _is_code_of(node: Node, asked: Wording, snapshot: Snapshot) -> bool:
    seen = node.name or node.text
    return (
        bool(seen) and len(seen) <= _CODE_LENGTH and called_by_code(asked, wording(seen), node.ref, view_of(snapshot))
    )


def one_called(target: Target, facts: Facts, inside: Node | None = None) -> Node | None:
    """Return "the 21:00 slot", "answer B" or "the Lusitania flight": the one of its kind that says so, else None.

    The kind is what the page calls slots; a name has a capital or a digit, or is all that a part of the thing says.
    """
    if target.quoted or target.ordinal is not None or target.relations or target.attribute or not target.name:
        return None
    written = target.text.removeprefix("the ").removeprefix("The ").split()
    if target.role not in {None, "item", "card", "result"} or len(written) < _NAME_AND_NOUN:
        return None
    for noun, name in ((written[-1], written[:-1]), (written[0], written[1:])):
        if not noun.isalpha() or noun != noun.lower() or {name[0].lower(), name[-1].lower()} & _JOINTS:
            continue
        told = _by_noun((singular(fold(noun)),), facts.snapshot, inside)
        if told is None or len(told.nodes) < 2:
            continue
        words = " ".join(name)
        said = saying_just(told.nodes, words, facts.snapshot)
        if not said and any(c.isdigit() or c.isupper() for c in words):
            said = saying(told.nodes, noun, words, facts.snapshot)
        if said:
            return said[0] if len(said) == 1 else None
    return None


def is_called(noun: str, ref: int, snapshot: Snapshot) -> bool:
    """Tell whether the page calls an element by a noun: by a class of it or around it, its column or its label."""
    wanted = singular(fold(noun))
    node = snapshot.nodes[ref]
    around = [node, *islice(snapshot.ancestors(node), _NEAR)]
    if any(singular(word) == wanted for one in around for mark in _marks(one) for word in mark):
        return True
    cell = next((one for one in around if one.role in {"cell", "gridcell"}), None)
    place = view_of(snapshot).column_of(cell.ref) if cell is not None else None
    header = view_of(snapshot).header(place[0], place[1]) if place is not None else ""
    return any(singular(word) == wanted for word in words_of(header))


def one_of_a_mailbox(target: Target, facts: Facts, inside: Node | None = None) -> Node | None:
    """Return "the second message", where the page has messages that are no alerts; None where it tells of none."""
    noun = words_of(target.text)[-1:]
    if target.role != "alert" or target.name is not None or target.ordinal is None or noun not in _OF_A_MAILBOX:
        return None
    told = things(replace(target, role=None, name=noun[0], ordinal=None, alternatives=()), facts, inside)
    return next(iter(nth(list(told.nodes), target.ordinal)), None) if told is not None else None


def _of_a_place(target: Target, facts: Facts, inside: Node | None) -> Found:
    """Return "the week view", where "Week" is in a group called "View"."""
    words = [word for word in target.text.split() if fold(word) != "the"]
    if target.quoted or target.relations or target.ordinal is not None or len(words) < _NAME_AND_NOUN:
        return Found()
    noun, view = wording(words[-1]).stems, view_of(facts.snapshot)
    named = Target(text=target.text, name=" ".join(words[:-1]))
    found = seek(named, facts.snapshot, inside, last=facts.last)
    return Found(tuple(node for node in found.nodes if set(noun) <= view.surroundings(node.ref)))


def _is_part(target: Target) -> bool:
    """Tell whether a description is of one or several of a list: "items", "the second todo item"."""
    return target.role in _PARTS and target.role != "row" and not target.relations


def _named(target: Target, facts: Facts, inside: Node | None) -> Things | None:
    """Return elements that bear the words as their very name, if at all."""
    if not target.quoted:
        return None
    nodes = seek(target, facts.snapshot, inside, last=facts.last).shown
    return Things(nodes, f'elements named "{target.name}"') if nodes else None


# --- by noun ---------------------------------------------------------------------------------------------------------


def _by_noun(noun: tuple[str, ...], snapshot: Snapshot, inside: Node | None) -> Things | None:
    """Return what a noun means; of the whole page it is worked out once, for it is asked for with each reading."""
    known: dict[tuple[tuple[str, ...], int], Things | None] = snapshot.memo.setdefault("things", {})
    key = noun, -1 if inside is None else inside.ref
    if key not in known:
        known[key] = _tell_by_noun(noun, snapshot, inside)
    return known[key]


def _tell_by_noun(noun: tuple[str, ...], snapshot: Snapshot, inside: Node | None) -> Things | None:
    if not noun:
        return None
    if noun[-1] in _GENERIC and len(noun) == 1:
        groups = _card_groups(_nodes(snapshot, inside), snapshot)
        return _headed(noun, groups, snapshot, inside) or _marked(noun, snapshot, inside)
    known = _called(noun, snapshot, inside)
    if known is None and noun[-1] in _GENERIC:  # "todo items" are what the todo list has
        known = _called(noun[:-1], snapshot, inside)
    known = (
        known
        or _named_after(noun, snapshot, inside)
        or _cards(noun, snapshot, inside)
        or _numbered(noun, snapshot, inside)
    )
    return known or (_told_apart(noun, snapshot, inside) if len(noun) > 1 else None)


def _told_apart(noun: tuple[str, ...], snapshot: Snapshot, inside: Node | None) -> Things | None:
    """Return "pending requests": those of the requests one of whose texts is just that word.

    None where another of them says it with more words: it may be meant as well.
    """
    every = _by_noun(noun[-1:], snapshot, inside)
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


def _called(noun: tuple[str, ...], snapshot: Snapshot, inside: Node | None) -> Things | None:
    """Return what the page itself calls by the noun, or the members of the list that it calls so."""
    known: dict[tuple[tuple[str, ...], int], Things | None] = snapshot.memo.setdefault("called", {})
    key = noun, -1 if inside is None else inside.ref
    if key not in known:
        marked = _marked(noun, snapshot, inside) or _behind_heading(noun, snapshot, inside)
        known[key] = marked or _listed(noun, snapshot, inside)
    return known[key]


def _nodes(snapshot: Snapshot, inside: Node | None) -> tuple[Node, ...]:
    return snapshot.nodes if inside is None else snapshot.subtree(inside)


def _marks(node: Node) -> list[tuple[str, ...]]:
    named = node.name if node.role == "navigation" else ""  # "Breadcrumb"
    return [words_of(mark) for mark in (*node.ident.split(), node.testid, named) if mark]


def _marked(noun: tuple[str, ...], snapshot: Snapshot, inside: Node | None) -> Things | None:
    """Return elements that a class, id or test id calls by the noun in the singular."""
    hits = [
        node
        for node in _nodes(snapshot, inside)
        if node.visible and node.parent >= 0 and node.tag not in {"body", "main", "#text", "input", "form"}
        and any(_is_item_mark(mark, noun) for mark in _marks(node))
    ]  # fmt: skip
    tops = outermost(hits)
    if not tops:
        return None
    if len(tops) == 1 and tops[0].role in {"list", "navigation"}:  # a breadcrumb is one of what the list so called has
        members = _members(tops[0], snapshot)
        return Things(tuple(members), f'members of the list marked "{" ".join(noun)}"') if members else None
    signature = max({(n.tag, n.role) for n in tops}, key=lambda s: sum((n.tag, n.role) == s for n in tops))
    nodes = tuple(node for node in tops if (node.tag, node.role) == signature)
    return Things(nodes, f'elements marked "{" ".join(noun)}"') if len(nodes) == len(tops) else None


def _is_item_mark(mark: tuple[str, ...], noun: tuple[str, ...]) -> bool:
    while mark and mark[-1].isdigit():
        mark = mark[:-1]
    if mark == noun:
        return True
    return mark[: len(noun)] == noun and len(mark) == len(noun) + 1 and mark[-1] in _ITEM_SUFFIX


def _listed(noun: tuple[str, ...], snapshot: Snapshot, inside: Node | None) -> Things | None:
    """Return the members of the list or table that the page calls by the noun."""
    ranked = [
        (rank, node) for node in _nodes(snapshot, inside) if node.visible and (rank := _list_rank(node, noun, snapshot))
    ]
    if not ranked:
        return None
    best = max(rank for rank, _ in ranked)
    nodes = [node for rank, node in ranked if rank == best and _members(node, snapshot) is not None]
    if best == _BY_HEADING:
        nodes = [node for node in nodes if _is_headed_so(node, noun, snapshot)]
    lists = [node for node in nodes if not any(node.ref < other.ref < node.end for other in nodes)]
    told = [members for node in lists if (members := _members(node, snapshot)) is not None]
    if not told or len({len(members) for members in told}) > 1:
        return None
    return Things(tuple(told[0]), f'members of the list called "{" ".join(noun)}"')


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
    if name and singular(name[-1]) == noun[-1] and name[-len(noun) : -1] == noun[:-1]:
        return 3
    if any(_is_list_mark(mark, noun) for mark in _marks(node)):
        return 2
    if node.role in _TABLES | {"list", "region", "main", ""} and (heading := _heading_over(node, snapshot)):
        return _BY_HEADING if _heads_such(heading, noun) else 0
    return 0


_BY_HEADING = 1  # rank of a list that only the heading over it calls by the noun


def _heads_such(heading: str, noun: tuple[str, ...]) -> bool:
    """Tell whether a heading is of such things: "pending requests" are not all that stand under "Requests"."""
    words = words_of(re.sub(r"\s*\(?\d+\)?$", "", heading))
    named = bool(words) and singular(words[-1]) == noun[-1] and len(words) <= len(noun) + 2
    return named and set(noun[:-1]) <= {*words, *_LISTING}


def _is_headed_so(node: Node, noun: tuple[str, ...], snapshot: Snapshot) -> bool:
    """Tell whether no heading of other things stands between the one that says the noun and the members."""
    members = _members(node, snapshot)
    above = [n for n in snapshot.subtree(node)[1:] if n.role == "heading" and n.visible and members
             and n.ref < members[0].ref]  # fmt: skip
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
        for node in _nodes(snapshot, inside) if noun[0] in node.name.lower() and node.visible and node.role
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
    nodes = _nodes(snapshot, inside)
    headings = [node for node in nodes if node.role == "heading" and node.visible]
    titles = [snapshot.title] if inside is None else []
    if not any(_speaks_of(text, noun) for text in (*titles, *(snapshot.text_of(node) for node in headings))):
        return None
    groups = _card_groups(nodes, snapshot)
    if (headed := _headed(noun, groups, snapshot, inside)) is not None:
        return headed
    if len(groups) != 1 or any(_parts_cards(node, snapshot) for node in headings):
        return None
    above = [node for node in headings if node.ref < groups[0][0].ref]
    said = [snapshot.text_of(node) for node in headings if node.tag == "h1" or node in above[-1:]]
    known = any(_speaks_of(text, noun) for text in (*titles, *said))
    return Things(tuple(groups[0]), "cards, the only ones of the page") if known else None


def _card_groups(nodes: tuple[Node, ...], snapshot: Snapshot) -> list[list[Node]]:
    return [group for group in _groups(nodes, snapshot) if all(_is_card(node, snapshot) for node in group)]


def _headed(noun: tuple[str, ...], groups: list[list[Node]], snapshot: Snapshot, inside: Node | None) -> Things | None:
    """Return the only group of cards that stands under a heading of the noun."""
    headings = [node for node in _nodes(snapshot, inside) if node.role == "heading" and node.visible]
    headed = [group for group in groups if _speaks_of(_headed_by(group, headings, snapshot), noun)]
    return Things(tuple(headed[0]), f'cards under a heading that says "{" ".join(noun)}"') if len(headed) == 1 else None


def _behind_heading(noun: tuple[str, ...], snapshot: Snapshot, inside: Node | None) -> Things | None:
    """Return the cards behind a heading that states how many of the noun there are: "2 answers"."""
    told: list[list[Node]] = []
    for head in _nodes(snapshot, inside):
        said = snapshot.text_of(head) if head.role == "heading" and head.visible and head.parent >= 0 else ""
        number = [int(word) for word in re.findall(r"\d{1,4}", said)]
        if len(number) != 1 or not _heads_such(re.sub(r"\d+", "", said), noun):
            continue
        behind = [node for node in children_of(snapshot, head.parent) if node.ref > head.ref]
        until = next((node.ref for node in behind if node.role == "heading"), snapshot.nodes[head.parent].end)
        parts = [node for node in behind if node.ref < until and node.tag in _CARD_TAGS and node.ident and node.visible]
        cards = [node for node in parts if node.role in {"", "article"} and _is_card(node, snapshot)]
        parted = _by_mark((0, "", "", ""), cards) if cards else ()
        told += [group for _, group in parted if len(group) == number[0] > 1]
    return Things(tuple(told[0]), "cards under a heading that counts them") if len(told) == 1 else None


_CARD_TAGS = frozenset({"div", "section", "article"})


def _parts_cards(heading: Node, snapshot: Snapshot) -> bool:
    """Tell whether a heading has alike cards above and below it, so that these are not all of one kind."""
    if heading.parent < 0:
        return False
    cards = [node for node in children_of(snapshot, heading.parent) if node.tag in _CARD_TAGS and node.ident
             and not node.role and node.visible and _is_card(node, snapshot)]  # fmt: skip
    above = {(node.tag, node.ident) for node in cards if node.ref < heading.ref}
    return any((node.tag, node.ident) in above for node in cards if node.ref > heading.ref)


def _headed_by(group: list[Node], headings: list[Node], snapshot: Snapshot) -> str:
    """Return the heading that a group stands under: the nearest before it, in what holds both; "" without one."""
    around = {node.ref for node in snapshot.ancestors(group[0])}
    above = [node for node in headings if node.ref < group[0].ref and node.parent in around]
    return snapshot.text_of(above[-1]) if above else ""


_HEADLINE = 80  # characters; a longer text tells a story rather than a number


def _numbered(noun: tuple[str, ...], snapshot: Snapshot, inside: Node | None) -> Things | None:
    """Return the members of the only list, or the cards, as many as the page says: "3 connections"."""
    only = _items(snapshot, inside)
    if only is not None and only.nodes:
        said = _numbers_said(noun, only.nodes, snapshot, inside)
        return Things(only.nodes, "members of the list") if said == {len(only.nodes)} else None
    view = view_of(snapshot)
    groups = [group for group in _groups(_nodes(snapshot, inside), snapshot)
              if all(_is_card(node, snapshot) for node in group) and not view.is_furniture(group[0].ref)]  # fmt: skip
    many = [group for group in groups if _numbers_said(noun, tuple(group), snapshot, inside) == {len(group)}]
    return Things(tuple(many[0]), "cards, as many as the page says") if len(many) == 1 else None


def _numbers_said(
    noun: tuple[str, ...], members: tuple[Node, ...], snapshot: Snapshot, inside: Node | None
) -> set[int]:
    """Return the numbers that lines outside of the members state for a noun: 3 of "3 connections"."""
    first, last = members[0].ref, members[-1].end
    around = (n for n in _nodes(snapshot, inside) if n.visible and not first <= n.ref < last)
    said = [words_of(n.text) for n in around if len(n.text) <= _HEADLINE and any(c.isdigit() for c in n.text[:3])]
    return {int(words[0]) for words in said
            if words and words[0].isdigit() and _speaks_of(" ".join(words[1 : 1 + len(noun)]), noun)}  # fmt: skip


def _speaks_of(text: str, noun: tuple[str, ...]) -> bool:
    words = words_of(text)
    several = [
        (*words[i : i + len(noun) - 1], singular(words[i + len(noun) - 1])) for i in range(len(words) - len(noun) + 1)
    ]
    return noun in several


def _is_card(node: Node, snapshot: Snapshot) -> bool:
    inner = [n for n in snapshot.subtree(node)[1:] if n.visible and n.text]
    return len(inner) > 1


def _heading_over(node: Node, snapshot: Snapshot) -> str:
    """Return the heading inside a section, or the one right in front of a list or table."""
    for inner in snapshot.subtree(node)[1:]:
        if inner.role == "heading":
            return snapshot.text_of(inner)
        if inner.role in {"listitem", "row", "article"}:
            break
    if node.role not in _TABLES | {"list", ""} or node.parent < 0 or node.tag in _TITLING:
        return ""
    before = ""
    parent, at, passed = snapshot.nodes[node.parent], node.parent + 1, 0
    while at < node.ref and at < parent.end:
        sibling = snapshot.nodes[at]
        heads = sibling.role == "heading"
        before, passed = (snapshot.text_of(sibling), 0) if heads else (before, passed + 1)
        at = sibling.end
        if not node.role and passed > _BETWEEN:
            return ""
    return before


_BETWEEN = 4  # elements between a heading and the plain element that holds what it is over: tabs, a search field
_TITLING = frozenset({"header", "hgroup", "body"})  # what holds a heading together with what belongs to it


def _members(node: Node, snapshot: Snapshot) -> list[Node] | None:
    """Return what a list holds: rows, list items, articles, or its largest group of alike siblings."""
    if node.role in _TABLES:
        return rows_of(node, snapshot)
    inner = snapshot.subtree(node)[1:]
    table = next((n for n in inner if n.role in _TABLES and n.visible), None)
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
    tops = _groups(snapshot.subtree(node)[1:], snapshot)
    return tops[0] if len(tops) == 1 and tops[0][0].role not in {"button", "tab"} else None  # its commands


def _groups(nodes: tuple[Node, ...], snapshot: Snapshot) -> list[list[Node]]:
    """Return the groups of two or more alike siblings that are not inside another such group."""
    groups: dict[tuple[int, str, str, str], list[Node]] = {}
    for inner in nodes:
        if (
            inner.visible
            and inner.tag in {"div", "section", "a", "dl", "fieldset", "tr", "button", "article", "li"}
            and snapshot.text_of(inner)
        ):
            groups.setdefault((inner.parent, inner.tag, inner.role, ""), []).append(inner)
    groups = {key: group for make in groups.items() if len(make[1]) > 1 for key, group in _by_mark(*make)}
    several = [group for group in groups.values() if len(group) > 1 and not _parted(group, snapshot)]
    tops, end = [], 0
    for group in sorted(several, key=lambda group: group[0].ref):
        if group[0].ref >= end:
            tops.append(group)
        end = max(end, group[-1].end)
    return tops


def _parted(group: list[Node], snapshot: Snapshot) -> bool:
    """Tell whether a heading stands among siblings: what is above it and below it are not things of one kind."""
    between = snapshot.nodes[group[0].end : group[-1].ref]
    return any(node.role == "heading" and node.visible and node.parent == group[0].parent for node in between)


def _by_mark(
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


# --- by role ---------------------------------------------------------------------------------------------------------


def _rows(snapshot: Snapshot, inside: Node | None) -> Things | None:
    nodes = _nodes(snapshot, inside)
    tables = [node for node in nodes if node.role in _TABLES and node.visible]
    tables = content_first(tables, snapshot) if inside is None else tables
    if not tables:
        return None
    rows = [row for table in tables for row in rows_of(table, snapshot)]
    return Things(tuple(rows), "rows of data") if len(tables) == 1 else None


def _items(snapshot: Snapshot, inside: Node | None) -> Things | None:
    """Return the members of the only list there is: navigation and lists of nothing but links aside."""
    nodes = _nodes(snapshot, inside)
    if inside is not None and inside.role in {"list", "listbox", *_TABLES}:
        members = _members(inside, snapshot)
        return Things(tuple(members), "its members") if members is not None else None
    lists = [
        n for n in nodes if n.role in {"list", "listbox", "feed", *_TABLES} and n.visible and not is_menu(n, snapshot)
    ]
    tops = outermost(lists)
    if len(tops) == 1 and (members := _members(tops[0], snapshot)) is not None:
        return Things(tuple(members), "members of the list")
    if tops or inside is None:
        return None
    group = _alike_children(inside, snapshot)
    return Things(tuple(group), "alike parts") if group else None


def is_menu(node: Node, snapshot: Snapshot) -> bool:
    """Tell whether a list is there to go elsewhere: in navigation, or of nothing but links."""
    if any(around.role in {"navigation", "menubar", "contentinfo", "banner"} for around in snapshot.ancestors(node)):
        return True
    items = [n for n in snapshot.subtree(node)[1:] if n.role == "listitem"]
    return bool(items) and all(_only_link(item, snapshot) for item in items)


def _only_link(item: Node, snapshot: Snapshot) -> bool:
    link = next((n for n in snapshot.subtree(item)[1:] if n.role == "link"), None)
    return link is not None and fold(snapshot.text_of(link)) == fold(snapshot.text_of(item))


def groups_seen(snapshot: Snapshot, inside: Node | None = None) -> list[str]:
    """Return descriptions of the lists and tables of the page, for a message."""
    told = []
    for node in _nodes(snapshot, inside):
        if node.visible and node.role in {"list", *_TABLES} and (members := _members(node, snapshot)):
            name = node.name or _heading_over(node, snapshot) or node.ident
            told.append(f'{node.role} "{name}" with {len(members)}' if name else f"a {node.role} with {len(members)}")
    return told[:5]
