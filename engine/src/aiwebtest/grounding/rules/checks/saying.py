"""Which of several things say certain words: as a text of their own, or at the beginning of their title.

A part of a longer text tells nothing of a thing: "Approved by Cy" is not Cy's, nor "Cannot be shipped" shipped. Nor
does what one can do with it: a draft with a button "Open" is not open.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aiwebtest.core.snapshot import Node, Snapshot
from aiwebtest.grounding.rules.labels import is_control
from aiwebtest.grounding.rules.page import view_of
from aiwebtest.grounding.rules.verbs import VERBS
from aiwebtest.grounding.rules.wording import Wording, search_terms, wording

__all__ = ["saying", "saying_just"]

_OFFERING = frozenset(["button", "menuitem", "menuitemcheckbox", "menuitemradio", "tab"])
_INLINE = frozenset(
    "#text a abbr b bdi cite code del em i ins kbd label mark q s samp small span strong sub sup time u var".split()
)
_JOINING = frozenset("by to with for after before without instead via".split())  # what comes next is another's
_ON = re.compile(r"\W*\Z|\s*[^\w\s]|\s+[^\W\da-z_]")  # how a title goes on after a name: "Bo (Berlin)", "Mei Lin"
_LISTED = re.compile(r"#?\d+\s?[.:)\u2013\u2014](?!\d)")  # "2. The Well"


@dataclass(frozen=True, slots=True)
class _Text:
    """One text of a thing, as it is read: a sentence with a word in bold type is one."""

    ref: int
    text: str
    within: bool = False  # a part of a longer one, set apart as marks are: "High" in "Fix login High"
    link: bool = False


def saying(nodes: Sequence[Node], noun: str, words: str, snapshot: Snapshot) -> list[Node]:
    """Return the things that certain words tell from others of their noun.

    A state ("lost") must be a text of its own. A name or a code ("Bo", "ZX-4411") may also begin the title, behind the
    noun or without it; a thing with just that title is meant rather than others. A mere number counts in a title only,
    or behind the noun.
    """
    asked = wording(words)
    if not _is_name(words):
        return saying_just(nodes, words, snapshot)
    nodes = _holding(nodes, words, snapshot)
    named = wording(f"{noun} {words}")
    titles = {node.ref: list(_titles(node, snapshot)) for node in nodes}
    just = [node for node in nodes if any(_same(wording(t), asked) or _same(wording(t), named)
            for t in titles[node.ref])]  # fmt: skip
    if just:
        return just
    begun = {ref for ref, texts in titles.items() if any(_begins(t, asked) or _begins(t, named) for t in texts)}
    whole = [named] if _is_number(asked) else [asked, named]
    return [
        node for node in nodes
        if node.ref in begun or any(_same(wording(text.text), one) for text in _names(node, words, snapshot)
                                    for one in whole)
    ]  # fmt: skip


def saying_just(nodes: Sequence[Node], words: str, snapshot: Snapshot) -> list[Node]:
    """Return the things one of whose texts is just these words."""
    asked = wording(words)
    named = _is_name(words)
    return [
        node for node in _holding(nodes, words, snapshot)
        if any(_same(wording(text.text), asked)
               for text in (_names(node, words, snapshot) if named else _states(node, words, snapshot)))
    ]  # fmt: skip


def _holding(nodes: Sequence[Node], words: str, snapshot: Snapshot) -> list[Node]:
    """Return the things that have all of these words somewhere, which is quickly told of many."""
    view = view_of(snapshot)
    groups = [sorted({ref for word in term for ref in view.holding(word)}) for term in search_terms(words)]
    return [node for node in nodes if all(_is_within(refs, node) for refs in groups)]


def _is_within(refs: Sequence[int], node: Node) -> bool:
    at = bisect_left(refs, node.ref)
    return at < len(refs) and refs[at] < node.end


def _same(seen: Wording, asked: Wording) -> bool:
    return seen.tokens == asked.tokens or (bool(asked.stems) and seen.stems == asked.stems)


def _is_name(words: str) -> bool:
    """Tell whether words are a name or a code rather than a state."""
    return any(character.isupper() or character.isdigit() for character in words)


def _is_number(asked: Wording) -> bool:
    return len(asked.tokens) == 1 and asked.tokens[0].isdigit()


def _begins(title: str, asked: Wording) -> bool:
    """Tell whether a title begins with a name or code and goes on as titles do, not as sentences: "Cy will call"."""
    size = len(asked.tokens)
    if wording(title).tokens[:size] != asked.tokens:
        return False
    if _is_number(asked):
        return _LISTED.match(title) is not None
    last = re.escape(asked.tokens[-1])
    rest = re.split(rf"(?<!\w){last}(?!\w)", title, maxsplit=1, flags=re.IGNORECASE)
    return len(rest) > 1 and _ON.match(rest[1]) is not None


# --- the texts of a thing --------------------------------------------------------------------------------------------


def _states(node: Node, words: str, snapshot: Snapshot) -> Iterator[_Text]:
    """Yield the texts that may be a state of a thing, or its title: no link behind it, and no label of a control.

    Several words may be a title that is the label of a box: "buy milk".
    """
    several = len(words.split()) > 1
    verb = VERBS.at(wording(words).tokens[:1], 0)
    titled = several or verb is None or verb[0].form != "base"  # "Open" is what a link does
    for i, text in enumerate(_texts(node, snapshot)):
        if not (text.link and (i or not titled)) and (several or not _labels(text.ref, node, snapshot)):
            yield text


def _names(node: Node, words: str, snapshot: Snapshot) -> Iterator[_Text]:
    """Yield the texts that may be a name of a thing: no part of a longer one, nor what "approved by" stands before."""
    before = ""
    code = any(character.isdigit() for character in words)
    for text in _texts(node, snapshot):
        joined = wording(before).tokens[-1:] or wording(_header(text.ref, snapshot)).tokens[-1:]
        if not text.within and (not text.link or code or not before) and not _JOINING.intersection(joined):
            yield text
        before = before if text.within else text.text


def _titles(node: Node, snapshot: Snapshot) -> Iterator[str]:
    """Yield what may be the title of a thing: its own name, its first text and its first heading."""
    if node.name:
        yield node.name
    texts = [text for text in _texts(node, snapshot) if not text.within]
    yield from (text.text for text in texts[:1])
    heading = next((n for n in snapshot.subtree(node)[1:] if n.role == "heading" and n.visible), None)
    if heading is not None:
        yield snapshot.text_of(heading)


def _header(ref: int, snapshot: Snapshot) -> str:
    view = view_of(snapshot)
    cell = view.cell_of(ref)
    place = view.column_of(cell) if cell is not None else None
    return view.header(place[0], place[1]) if place is not None else ""


def _labels(ref: int, thing: Node, snapshot: Snapshot) -> bool:
    """Tell whether a text is in the label of a control: a box "Urgent" says what can be, not what is."""
    while ref > thing.ref:
        node = snapshot.nodes[ref]
        if node.tag == "label":
            return True
        ref = node.parent
    return False


def _texts(thing: Node, snapshot: Snapshot) -> Iterator[_Text]:
    """Yield the texts of a thing in their order, without what buttons, menu items and tabs in it say."""
    for text in (thing.name, thing.text if thing.text != thing.name else ""):
        if text:
            yield _Text(thing.ref, text)
    yield from _below(thing, snapshot)


def _below(node: Node, snapshot: Snapshot) -> Iterator[_Text]:
    line: list[Node] = []
    at = node.ref + 1
    while at < node.end:
        child = snapshot.nodes[at]
        at = child.end
        if not child.visible or child.tag == "option" or child.role in _OFFERING:
            continue
        if child.tag in _INLINE and not is_control(child):
            line.append(child)
            continue
        yield from _of_a_line(line, snapshot)
        line = []
        yield from _of(child, snapshot)
    yield from _of_a_line(line, snapshot)


def _of_a_line(line: Sequence[Node], snapshot: Snapshot) -> Iterator[_Text]:
    """Yield the one text of inline elements with words between them, else the text of each."""
    runs = any(node.tag == "#text" and any(c.isalnum() for c in node.text) for node in line)
    if not runs or len(line) == 1:
        for node in line:
            yield from _of(node, snapshot)
        return
    yield _Text(line[0].ref, " ".join(text for node in line if (text := snapshot.text_of(node))))
    if line[-1].tag != "#text" and line[-1].ident and line[-1].role != "link":
        yield from (_Text(text.ref, text.text, within=True) for text in _of(line[-1], snapshot))


def _of(node: Node, snapshot: Snapshot) -> Iterator[_Text]:
    if node.role == "link":
        yield _Text(node.ref, node.name or snapshot.text_of(node), link=True)
        return
    for text in (node.text, node.name if node.name != node.text and not is_control(node) else ""):
        if text:
            yield _Text(node.ref, text)
    yield from _below(node, snapshot)
