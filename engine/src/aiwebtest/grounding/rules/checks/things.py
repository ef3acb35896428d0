"""Several like things on a page: which elements "the products", "rows" or "items" are.

A noun is tied to elements by what the page itself calls them, see `nouns`. Role words ("rows", "buttons") are tied by
role. When the page does not say, there is no answer (`None`): a guess would make any number come true.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from aiwebtest.core.facts import Facts
from aiwebtest.core.intent import Target
from aiwebtest.core.snapshot import Node, Snapshot
from aiwebtest.grounding.rules.checks.groups import (
    TABLES,
    Things,
    data_rows,
    heading_over,
    is_menu,
    nodes_of,
    only_items,
    singular,
    speaks_of,
)
from aiwebtest.grounding.rules.checks.nouns import GENERIC, by_noun, called, marks_of
from aiwebtest.grounding.rules.checks.rows import children_of, numbers_things
from aiwebtest.grounding.rules.checks.saying import saying, saying_just
from aiwebtest.grounding.rules.checks.seek import Found, nth, outermost, seek
from aiwebtest.grounding.rules.checks.text import fold, words_of
from aiwebtest.grounding.rules.crossing import called_by_code, cells_called, is_code
from aiwebtest.grounding.rules.page import view_of
from aiwebtest.grounding.rules.wording import Wording, bare, wording
from aiwebtest.grounding.rules.words import ITEM_NOUNS

__all__ = [
    "can_be_called", "coded", "is_called", "meant", "noun_of", "one_called", "one_of_a_mailbox", "things",
]  # fmt: skip


_OF_A_MAILBOX = [("messages",), ("message",), ("notifications",), ("notification",)]


_JOINTS = frozenset("of for in on at to from by with under and".split())


_NEAR = 2  # elements up in which a class may say what a text is


_NAME_AND_NOUN = 2  # words


_CODE_LENGTH = 12  # characters


_PARTS = frozenset({"row", "item", "result", "card"})


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
    if parts and target.name and (found := called(words_of(target.name), snapshot, inside)):
        return found
    if target.role is None or (parts and target.name is None):
        if not target.quoted and (found := by_noun(noun, snapshot, inside)):
            return found
        if target.role is None:
            return _named(target, facts, inside)
    if parts and target.name is None:
        only = only_items(snapshot, inside)
        if target.role == "card" and only is not None and any(node.role == "row" for node in only.nodes):
            return None  # the rows of a table are no cards
        sure = only is None or inside is not None or not only.nodes or can_be_called(only.nodes[0], noun, snapshot)
        return only if sure else None
    if target.role == "row" and target.name is None and not target.relations:
        return data_rows(snapshot, inside)
    return (
        _pages(snapshot, inside) if target.role == "page" and target.name is None else _of_role(target, facts, inside)
    )


def _of_role(target: Target, facts: Facts, inside: Node | None) -> Things | None:
    """Return the elements that a role word alone tells: "buttons", "options"."""
    snapshot = facts.snapshot
    nodes = list(seek(target, snapshot, inside, last=facts.last).nodes)
    if target.role == "option":
        drawn = [node for node in nodes if node.visible and node.tag != "option"]
        nodes = drawn if drawn and "suggestion" in fold(target.text) else nodes
        return Things(tuple(nodes), "options") if nodes else None
    if target.role == "columnheader" or target.role == "column":
        nodes = [node for node in nodes if node.visible and not _is_repeated(node, snapshot)]
    if target.role == "badge":
        nodes = _called_by_the_word(nodes, target) or nodes
    very = [
        node for node in nodes if node.role == target.role
    ]  # a switch is a check box only where there are no others
    if target.role == "alert":  # a place for messages that holds none is no message
        nodes = [node for node in nodes if snapshot.text_of(node).strip()]
        very = [node for node in very if node in nodes]
    shown = tuple(outermost(node for node in very or nodes if node.visible))
    if not shown and target.role == "alert":
        return _no_alerts(target, facts, inside)
    article = "an" if target.role and target.role[0] in "aeiou" else "a"
    return Things(shown, f"elements that are {article} {target.role}", "alerts" if target.role == "alert" else "")


def _called_by_the_word(nodes: list[Node], target: Target) -> list[Node]:
    """Return the badges that the page calls by the very word: of "tags" its tags, and no badge beside a heading."""
    said = {singular(word) for word in words_of(target.text)}
    return [node for node in nodes if not said.isdisjoint(words_of(node.ident))]


def _is_repeated(header: Node, snapshot: Snapshot) -> bool:
    """Tell whether a column's header is one that the table repeats at its foot."""
    return any(above.tag == "tfoot" for above in snapshot.ancestors(header))


def _pages(snapshot: Snapshot, inside: Node | None) -> Things | None:
    """Return the numbers from 1 on that lead to the pages of a list, if there is one row of them without a gap."""
    told = []
    for parent in {node.parent for node in nodes_of(snapshot, inside) if node.visible and node.text == "1"}:
        bars = [parent, snapshot.nodes[parent].parent] if parent >= 0 else []
        for bar in bars:
            members = [n for n in children_of(snapshot, bar) if n.visible and snapshot.text_of(n).isdigit()]
            if len(members) > 1 and [int(snapshot.text_of(n)) for n in members] == [*range(1, len(members) + 1)]:
                told.append(tuple(members))
    return Things(told[0], "numbers of pages") if len(told) == 1 else None


def can_be_called(member: Node, noun: tuple[str, ...], snapshot: Snapshot) -> bool:
    """Tell whether a member of a list may be one of "the invoices": not of a menu, nor where a title tells others."""
    lists = (n for n in snapshot.ancestors(member) if n.role in {"list", "listbox", "feed", *TABLES})
    around = next(lists, None)
    if noun in _EACH_GENERIC and around is not None and _is_said_elsewhere(noun, around, snapshot):
        return False
    if not noun or noun[-1] not in ITEM_NOUNS or around is None:
        return True
    if is_menu(around, snapshot):
        return False
    title = around.name or heading_over(around, snapshot)
    return not title or speaks_of(title, noun)


_EACH_GENERIC = frozenset((noun,) for noun in GENERIC)


def _is_said_elsewhere(noun: tuple[str, ...], around: Node, snapshot: Snapshot) -> bool:
    """Tell whether "Items" stands over something else than a list, which has a title of its own."""
    title = around.name or heading_over(around, snapshot)
    heads = (snapshot.text_of(node) for node in snapshot.nodes if node.role == "heading" and node.visible)
    return bool(title) and not speaks_of(title, noun) and any(speaks_of(text, noun) for text in heads)


def _no_alerts(target: Target, facts: Facts, inside: Node | None) -> Things | None:
    """Return what "the messages" are on a page without alerts: those of a mailbox, none at all, or not to be told."""
    none = Things((), "elements that are an alert", "alerts")
    word = words_of(re.split(r" (?:from|by|with|in|of|about) ", target.text)[0])[-1:]
    if target.name is None:
        told = things(replace(target, role=None, name=" ".join(word)), facts, inside)
        untold = inside is not None or _speaks_anywhere(word, facts.snapshot, inside)
        return told or (None if word in _OF_A_MAILBOX and untold else none)
    if _speaks_anywhere(words_of(target.text)[-1:], facts.snapshot, inside):  # "Notifications, 2 unread"
        return None
    return None if word in _OF_A_MAILBOX else none


def _speaks_anywhere(noun: tuple[str, ...], snapshot: Snapshot, inside: Node | None) -> bool:
    """Tell whether the page has the noun in a name or a text."""
    said = (f"{node.name} {node.text}" for node in nodes_of(snapshot, inside) if node.visible)
    return any(speaks_of(text, (*noun[:-1], singular(noun[-1]))) for text in said if noun)


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
    how = f"{told.how} that are {target.text}"
    return Things(tuple(nodes), how, "alerts" if told.kind == "alerts" else "")


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
        told = by_noun((singular(fold(noun)),), facts.snapshot, inside)
        if told is None or len(told.nodes) < 2:
            continue
        words = " ".join(name)
        said = saying_just(told.nodes, words, facts.snapshot)
        if not said and any(c.isdigit() or c.isupper() for c in words):
            said = saying(told.nodes, noun, words, facts.snapshot)
        if not said and len(words) == 1 and words.isupper():
            said = _keyed(told.nodes, words, facts.snapshot)
        if said:
            return said[0] if len(said) == 1 else None
    return None


def _keyed(nodes: Sequence[Node], key: str, snapshot: Snapshot) -> list[Node]:
    """Return the thing that begins with a letter as its key, where each begins with one of its own: "B 4"."""
    first = [
        next((n.text.strip(" .):(") for n in snapshot.subtree(node) if n.visible and n.text), "") for node in nodes
    ]
    lettered = all(len(one) == 1 and one.isalpha() for one in first) and len(set(first)) == len(first)
    return [node for node, one in zip(nodes, first, strict=True) if lettered and one == key]


def is_called(noun: str, ref: int, snapshot: Snapshot) -> bool:
    """Tell whether the page calls an element by a noun: by a class of it or around it, its column or its label."""
    wanted = singular(fold(noun))
    node = snapshot.nodes[ref]
    around = [node, *islice(snapshot.ancestors(node), _NEAR)]
    if any(singular(word) == wanted for one in around for mark in marks_of(one) for word in mark):
        return True
    cell = next((one for one in around if one.role in {"cell", "gridcell"}), None)
    place = view_of(snapshot).column_of(cell.ref) if cell is not None else None
    header = view_of(snapshot).header(place[0], place[1]) if place is not None else ""
    if any(c.isdigit() for c in node.text) and numbers_things(fold(header), noun, snapshot):
        return True
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
