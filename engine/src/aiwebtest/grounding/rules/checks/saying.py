"""Which of several things say certain words: as a text of their own, or as a part of one."""

from __future__ import annotations

from collections.abc import Sequence

from aiwebtest.core.snapshot import Node, Snapshot
from aiwebtest.grounding.rules.lexer import fold
from aiwebtest.grounding.rules.wording import Wording, wording

__all__ = ["saying", "saying_just"]

_NOT = frozenset("not no never non un without isn't aren't".split())


def saying(nodes: Sequence[Node], noun: str, words: str, snapshot: Snapshot) -> list[Node]:
    """Return the things one of whose texts is just these words; if there is none, those where they are a part of one.

    Words that are a number count in a text only behind the noun ("episode 2") or in front ("2. The Well").
    """
    asked = wording(words)
    just = saying_just(nodes, words, snapshot)
    counted = noun if all(word.isdigit() for word in asked.tokens) else ""
    return just or [node for node in nodes if any(_within(asked, text, counted) for text in _texts(node, snapshot))]


def saying_just(nodes: Sequence[Node], words: str, snapshot: Snapshot) -> list[Node]:
    """Return the things one of whose texts is just these words."""
    asked = wording(words)
    return [
        node
        for node in nodes
        if any(text.tokens == asked.tokens or text.stems == asked.stems for text in _texts(node, snapshot))
    ]


def _texts(node: Node, snapshot: Snapshot) -> list[Wording]:
    shown = (part for part in snapshot.subtree(node) if part.visible and part.tag != "option")
    return [wording(text) for part in shown for text in {part.text, part.name} if text]


def _within(asked: Wording, seen: Wording, counted: str) -> bool:
    """Tell whether words stand in a text that does not deny them."""
    size = len(asked.tokens)
    at = next((i for i in range(len(seen.tokens) - size + 1) if seen.tokens[i : i + size] == asked.tokens), -1)
    if at < 0 or _NOT.intersection(seen.tokens):
        return False
    return not counted or at == 0 or seen.tokens[at - 1] == fold(counted)
