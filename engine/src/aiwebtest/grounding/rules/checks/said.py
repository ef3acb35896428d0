"""What the row, card or list item of a thing says of it in a word: "web-02 is overloaded", "the printer is online".

That it is so is read off a part that says just that word. That it is not so takes more: the thing's own part of the
same make, or its cell of the same column, says something else where others say the word.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from aiwebtest.core.claim import Claim
from aiwebtest.core.facts import Facts
from aiwebtest.core.intent import Target
from aiwebtest.core.snapshot import Flag, Node, Snapshot
from aiwebtest.grounding.rules.checks.names import strip_decoration
from aiwebtest.grounding.rules.checks.offered import told_in
from aiwebtest.grounding.rules.checks.rows import children_of, names_in_rows, rows_with
from aiwebtest.grounding.rules.checks.tables import cell_of_row, header_row, says_of_row, table_around
from aiwebtest.grounding.rules.checks.text import Block, blocks_of, contains_words, fold, words_of
from aiwebtest.grounding.rules.checks.things import meant
from aiwebtest.grounding.rules.page import view_of
from aiwebtest.grounding.rules.wording import wording

__all__ = ["is_badge", "is_box_of", "parts_of", "remarks_of", "said_in", "said_of", "stated", "without_noun"]

_SHORT = 3  # words of a status
_BADGES = frozenset({"badge", "status", "state", "chip", "pill", "tag", "lozenge"})
_SWITCHES = frozenset({"checkbox", "switch"})
_OFFERED = frozenset({"radio", "option", "menuitemradio", "tab"})
_CHOSEN = int(Flag.CHECKED) | int(Flag.SELECTED) | int(Flag.CURRENT)
_REACH = 3  # elements between a text and the choice or the label that it is in


def said_of(
    target: Target, words: Collection[str], others: Collection[str], facts: Facts, inside: Node | None
) -> tuple[Node, bool] | None:
    """Return what says that a thing is one of `words`, or is not, and whether it is; None where nothing tells.

    `others` are words for the opposite. What is said of several things of that name must be the same.
    """
    items = _items_of(target, facts, inside)
    told = [said_in(item, words, others, facts.snapshot) for item in items]
    told = [one for one in told if one is not None] if len({item.parent for item in items}) > 1 else told
    if told and len({one and one[1] for one in told}) == 1 and told[0] is not None:
        return told[0]
    return _stated(target, words, others, facts.snapshot) or _of_the_page(target, words, facts.snapshot)


def stated(claim: Claim, snapshot: Snapshot) -> Block | None:
    """Return the text that says in as many words what a claim does: "Ada was added" of "Ada is added"."""
    subject = claim.subject
    if claim.kind != "value" or claim.match != "exact" or claim.quoted or subject is None or claim.place is not None:
        return None
    who, what = re.escape(_ARTICLE.sub("", fold(subject.text))), re.escape(fold(claim.values[0]))
    verb = r"(?:is|was|are|were|ha(?:s|ve) been)(?: now| successfully)?"
    line = re.compile(rf"(?:.*[.!?:] )?(?:the |your )?{who} {verb} {what}(?:[.!].*)?")
    return next((block for block in blocks_of(snapshot) if line.fullmatch(block.folded)), None)


_ARTICLE = re.compile(r"(?:the|an?|my|your) ")


def without_noun(target: Target | None) -> Target | None:
    """Return "INV-302" for "invoice INV-302": its row says the one, and rarely the other."""
    if target is None or target.role != "item" or not target.name or target.quoted or target.ordinal is not None:
        return target
    return replace(target, role=None, modifiers=(), alternatives=())


def _stated(
    target: Target, words: Collection[str], others: Collection[str], snapshot: Snapshot
) -> tuple[Node, bool] | None:
    """Read a line that states it: "Guest network is disabled"."""
    name = fold(target.name or "")
    for block in blocks_of(snapshot) if name else ():
        if not block.folded.startswith(f"{name} is "):
            continue
        said = block.folded.removeprefix(f"{name} is ").rstrip(".! ")
        if said in words or said in others:
            return snapshot.nodes[block.refs[0]], said in words
    return None


def _of_the_page(target: Target, words: Collection[str], snapshot: Snapshot) -> tuple[Node, bool] | None:
    """Read the one badge beside the main heading, where the sentence speaks of what the page is about."""
    asked, view = set(wording(target.name or "").stems), view_of(snapshot)
    heading = next((node for node in snapshot.nodes if node.tag == "h1" and node.visible), None)
    if target.ordinal is not None or not asked or not asked <= view.topic or heading is None or heading.parent < 0:
        return None
    around = snapshot.subtree(snapshot.nodes[heading.parent])[1:]
    badges = [node for node in around if node.visible and node.text and is_badge(node)]
    if len(badges) != 1 or len(badges[0].text.split()) > _SHORT:
        return None
    asked_of = {_ARTICLE.sub("", fold(word)) for word in words}
    if fold(badges[0].text) not in asked_of and any(len(word.split()) > _SHORT - 1 for word in asked_of):
        return None  # "was created by Ada" is not what a badge tells
    return badges[0], fold(badges[0].text) in asked_of


def is_badge(node: Node) -> bool:
    """Tell whether a class says that an element is a badge, a chip or the like."""
    return not _BADGES.isdisjoint(words_of(node.ident))


def _items_of(target: Target, facts: Facts, inside: Node | None) -> list[Node]:
    if target.ordinal is not None:
        return list(meant(target, facts, inside).shown)
    rows = [row for row in rows_with(target, facts.snapshot, inside) if row.visible]
    rows = [row for row in rows if _is_called(row, target, facts.snapshot)]
    apart = len({row.parent for row in rows}) == len(rows)  # a list and a table have it, each once
    return rows if apart or target.quoted else []


def _is_called(item: Node, target: Target, snapshot: Snapshot) -> bool:
    """Tell whether an item is of what a name names, rather than one that mentions it: "replaces order 11".

    It has a text of just that, or its first text or heading begins with it.
    """
    asked = [strip_decoration(fold(name)).lstrip("#") for name in names_in_rows(target, snapshot)]
    blocks = blocks_of(snapshot, item)
    heads = [fold(snapshot.text_of(node)) for node in snapshot.subtree(item) if node.role in {"heading", "rowheader"}]
    first = [*(block.folded for block in blocks[:1]), *heads]
    texts = {strip_decoration(block.folded).lstrip("#") for block in blocks}
    return any(one in texts or any(_begins(text, one) for text in first) for one in asked if one)


def _begins(text: str, words: str) -> bool:
    return text.startswith(words) and contains_words(text, words)


def said_in(
    item: Node, words: Collection[str], others: Collection[str], snapshot: Snapshot
) -> tuple[Node, bool] | None:
    """Return what in an item says that it is one of `words`, or is not, and whether it is; None where nothing tells."""
    said = [_of_word(item, word, snapshot) for word in words]
    if told := next((one for one in said if one is not None and one[1]), None):
        return told
    against = (_of_word(item, word, snapshot) for word in others)
    if told := next((one for one in against if one is not None and one[1]), None):
        return told[0], False
    return next((one for one in said if one is not None), None)


def _of_word(item: Node, word: str, snapshot: Snapshot) -> tuple[Node, bool] | None:
    """Read the box in an item that is called by the word, else what the row or card says."""
    switches = [n for n in snapshot.subtree(item)[1:] if n.role in _SWITCHES]
    boxes = [n for n in switches if fold(n.name) == fold(word) or is_box_of(n, word, snapshot)]
    if len(boxes) == 1:
        return boxes[0], boxes[0].has(Flag.CHECKED)
    return (_of_row if item.role == "row" else _of_item)(item, word, snapshot)


def is_box_of(box: Node, word: str, snapshot: Snapshot) -> bool:
    """Tell whether a box in a list item or row is called by a word and the item's own name: "Away: Ada"."""
    if box.role not in _SWITCHES or fold(word) not in fold(box.name):
        return False
    items = view_of(snapshot).items_around(box.ref)
    said = {block.folded for block in blocks_of(snapshot, snapshot.nodes[items[0]])} if items else set()
    said |= {fold(n.text) for n in snapshot.subtree(snapshot.nodes[items[0]]) if n.text} if items else set()
    rest = words_of(box.name)
    return any(
        sorted((*words_of(word), *words_of(name))) == sorted(rest) and rest[: len(words_of(word))] == words_of(word)
        for name in said if name
    )  # fmt: skip


_REMARK = re.compile(r"[^,;.]+, (?P<remark>[^,;.]+)")


def remarks_of(node: Node) -> tuple[str, ...]:
    """Return the short remark that stands behind a comma at the end of a text: "Designer, away"."""
    found = _REMARK.fullmatch(fold(node.text))
    return (found["remark"],) if found and len(found["remark"].split()) <= _SHORT else ()


def _of_row(row: Node, word: str, snapshot: Snapshot) -> tuple[Node, bool] | None:
    """Read a cell that says the word, or a box or a "yes" in the column that is called so."""
    if told := says_of_row(row, word, snapshot):
        return told
    table = table_around(row, snapshot)
    headers = header_row(table, snapshot).values() if table is not None else ()
    if not any(fold(header) == fold(word) for header in headers):
        return None
    cells = cell_of_row(row, word, snapshot)
    boxes = [node for cell in cells for node in snapshot.subtree(cell) if node.role in _SWITCHES]
    if len(cells) == 1 and not boxes:
        return _yes_or_no(cells[0], snapshot)
    return (boxes[0], boxes[0].has(Flag.CHECKED)) if len(boxes) == 1 else None


_YES = frozenset("yes true on ✓ ✔ ✔️ ☑ ✅".split())
_NO = frozenset("no false off ✗ ✘ ☐ ❌".split())  # and no "×", which is as often a mark that is set


def _yes_or_no(cell: Node, snapshot: Snapshot) -> tuple[Node, bool] | None:
    """Read a cell that says no more than yes or no, in a word, by a sign or as the name of its only picture."""
    pictures = [node for node in snapshot.subtree(cell) if node.role in {"img", "image"} and node.visible]
    told = pictures[0] if len(pictures) == 1 and not snapshot.text_of(cell) else cell
    said = fold(snapshot.text_of(cell) or told.name)
    return (told, said in _YES) if said in _YES | _NO else None


def _of_item(item: Node, word: str, snapshot: Snapshot) -> tuple[Node, bool] | None:
    """Read a part of a card or list item that says just the word, or what stands in its place."""
    wanted = strip_decoration(fold(word))
    mine = told_in(item, snapshot)
    if wanted != fold(word) and word[-1:] in ")]":  # the remark in brackets is a part of what is claimed
        whole = [node for node in mine if fold(snapshot.text_of(node)) == fold(word)]
        return (whole[0], True) if whole else None
    if hit := next((n for n in mine if wanted in (_bare(n, snapshot), *_pieces(n, snapshot), *remarks_of(n))), None):
        choice = _choice_of(hit, snapshot)
        return (hit, True) if choice is None else (choice, bool(choice.flags & _CHOSEN))
    twins = [twin for twin in children_of(snapshot, item.parent) if twin.ref != item.ref and twin.tag == item.tag]
    makes = {_make(node) for twin in twins for node in told_in(twin, snapshot) if _bare(node, snapshot) == wanted}
    instead = [node for node in mine if _make(node) in makes and len(_bare(node, snapshot).split()) <= _SHORT]
    return (instead[0], False) if len(instead) == 1 else None


def _choice_of(part: Node, snapshot: Snapshot) -> Node | None:
    """Return the radio button or the like that a part is or labels: it is on offer, and said only when it is chosen."""
    around = [part, *(above for _, above in zip(range(_REACH), snapshot.ancestors(part), strict=False))]
    offered = next((node for node in around if node.role in _OFFERED), None)
    label = next((node for node in around if node.tag == "label"), None)
    held = [node for node in snapshot.subtree(label)[1:] if node.role in _OFFERED] if label is not None else []
    if label is not None and not held:
        held = [node for node in snapshot.nodes if node.role in _OFFERED and node.label == snapshot.text_of(label)]
    return offered or next(iter(held), None)


def parts_of(item: Node, snapshot: Snapshot) -> list[Node]:
    """Return the elements of an item that show a text of their own, what its buttons say left out."""
    found = []
    at, whole = item.ref + 1, snapshot.text_of(item)
    while at < item.end:
        node = snapshot.nodes[at]
        if node.role in {"button", "textbox", "combobox"} and snapshot.text_of(node) != whole:
            at = node.end
            continue
        if node.visible and snapshot.text_of(node):
            found.append(node)
        at += 1
    return found


def _pieces(node: Node, snapshot: Snapshot) -> list[str]:
    """Return what a line of several remarks says one by one: "14:00 · Radiology · Room 2"."""
    pieces = re.split(r"\s+[·•|]\s+", fold(snapshot.text_of(node)))
    return pieces if len(pieces) > 1 else []


def _bare(node: Node, snapshot: Snapshot) -> str:
    return strip_decoration(fold(snapshot.text_of(node)))


def _make(node: Node) -> tuple[str, str, str]:
    """Return what parts for the same purpose share: tag, role and the first of the class names, that of the kind."""
    marks = re.sub(r"\d+", "", node.ident).split()
    return node.tag, node.role, marks[0] if marks else ""
