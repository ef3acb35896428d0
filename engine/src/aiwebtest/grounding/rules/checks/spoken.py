"""Which texts of a message, dialog, card or row stand for the whole of it: "the first card is ..."."""

from __future__ import annotations

import re

from aiwebtest.core.claim import Claim
from aiwebtest.core.intent import Target
from aiwebtest.core.snapshot import Node, Snapshot
from aiwebtest.grounding.rules.checks.offered import COMMANDS
from aiwebtest.grounding.rules.checks.said import parts_of
from aiwebtest.grounding.rules.checks.shown import Reading
from aiwebtest.grounding.rules.checks.text import Block, blocks_of, tidy

__all__ = ["is_one_of_several", "lines_of", "spoken_by", "titles_of"]

_NUMBER = re.compile(r"\d+[.)]\s+")  # "2. The Well"
_PAIR = 2  # texts of a label and its value


def lines_of(claim: Claim, reading: Reading, snapshot: Snapshot) -> tuple[list[str], list[str]]:
    """Return the lines that stand for the whole of a dialog, a message or a card, and those of which that is not told.

    A card without a heading is called by its first line, or by the second where the first is a code. What somebody
    wrote stands below who wrote it; of a message of the application, each line is what it says.
    """
    if _is_dialog(claim):
        return list(reading.parts), []
    untitled = _is_untitled(claim, reading, snapshot)
    if not (reading.refs and (untitled or is_one_of_several(claim))):
        return [], []
    node = snapshot.nodes[reading.refs[0]]
    own = (b for b in blocks_of(snapshot, node) if not any(_offered(ref, snapshot) for ref in b.refs))
    lines = list(dict.fromkeys(block.text for block in own))
    every = [line for line in reading.parts if line not in lines]
    if untitled:
        called = lines[: _PAIR if lines and _CODE.fullmatch(lines[0]) else 1]
    elif node.role in {"alert", "status"} or len(lines) < _PAIR:
        called = lines
    else:
        called = lines[1:]
    return called, [line for line in lines if line not in called] + every


_CODE = re.compile(r"#?[\w./-]*\d[\w./-]*")  # "HB-11"


def _offered(ref: int, snapshot: Snapshot) -> bool:
    """Tell whether a text is what a button, a menu item or a tab says."""
    node = snapshot.nodes[ref]
    return any(around.role in COMMANDS - {"link"} for around in (node, *snapshot.ancestors(node)))


def _is_dialog(claim: Claim) -> bool:
    """Tell whether a dialog speaks: what it says is one of its lines; its title and buttons stand beside it."""
    return claim.subject is not None and claim.subject.role == "dialog"


_SPEAKS = re.compile(r"\b(?:says|reads|states)\b")
_SENTENCES = re.compile(r"(?<=[.!?])\s+")


def spoken_by(claim: Claim, reading: Reading, snapshot: Snapshot) -> list[str]:
    """Return what a message says apart from its buttons and links, and each text of its own in what "says" something.

    What a message is reported to say, without quotes, is one of its sentences; the page's own quotes do not count.
    """
    message = claim.subject is not None and claim.subject.role == "alert"
    speaks = _SPEAKS.search(claim.text) is not None
    if claim.negated or reading.field or not reading.refs or not (message or (speaks and claim.quoted)):
        return []
    node = snapshot.nodes[reading.refs[0]]
    own = list(dict.fromkeys(text for b in blocks_of(snapshot, node) if (text := _without_commands(b, node, snapshot))))
    if claim.quoted:
        return own if speaks else own[:1] if len(own) == 1 else []
    return [part.rstrip(".!").replace('"', "") for line in own for part in (line, *_SENTENCES.split(line))]


def _without_commands(block: Block, inside: Node, snapshot: Snapshot) -> str:
    """Return a block without what its buttons and links say; of one that is all a link what that says."""
    nodes = [snapshot.nodes[ref] for ref in block.refs]
    own = [node for node in nodes if not _is_in(COMMANDS, node, inside, snapshot)]
    if len(own) == len(nodes):
        return block.text
    if own:
        return tidy(" ".join(node.text for node in own))
    return "" if any(_is_in(COMMANDS - {"link"}, node, inside, snapshot) for node in nodes) else block.text


def _is_in(roles: frozenset[str], node: Node, inside: Node, snapshot: Snapshot) -> bool:
    around = (above for above in snapshot.ancestors(node) if above.ref > inside.ref)
    return any(above.role in roles for above in (node, *around))


def is_one_of_several(claim: Claim) -> bool:
    """Tell whether a message or the like is asked for by its place: what it says in quotes is one of its lines."""
    return claim.subject is not None and claim.subject.role == "alert" and claim.subject.ordinal is not None


def _is_untitled(claim: Claim, reading: Reading, snapshot: Snapshot) -> bool:
    """Tell whether "the first card" is one without a heading: any of its lines may be what it is called."""
    subject = claim.subject
    if subject is None or subject.ordinal is None or subject.role not in {"card", "item", "result"} or not reading.refs:
        return False
    return not any(node.role == "heading" for node in snapshot.subtree(snapshot.nodes[reading.refs[0]]))


def titles_of(reading: Reading, subject: Target | None, snapshot: Snapshot) -> list[str]:
    """Return what may stand for the whole of a card or row in "the first product is X": its heading or first line."""
    if not reading.refs or reading.field:
        return []
    node = snapshot.nodes[reading.refs[0]]
    if node.role not in {"row", "listitem", "article", "", "button", "link"}:
        return []
    part = subject is not None and subject.role in {"card", "item", "row", "result"}
    first = [n.text for n in snapshot.subtree(node)[1:] if part and n.visible and n.text][:1]
    if subject is not None and subject.ordinal is not None and subject.name:  # "the second episode", of one's own class
        first += [snapshot.text_of(n) for n in parts_of(node, snapshot)]
    if len(reading.parts) < 2:
        return first
    heading = next((snapshot.text_of(n) for n in snapshot.subtree(node) if n.role == "heading"), "")
    first += [unnumbered] if (unnumbered := _NUMBER.sub("", heading)) != heading else []
    return [heading, *first] if heading else [reading.parts[0], *first]
