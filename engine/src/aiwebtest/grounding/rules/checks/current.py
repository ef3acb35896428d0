"""Which of several steps or tabs is the current one, where class names alone say so."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from aiwebtest.core.snapshot import Node, Snapshot
from aiwebtest.grounding.rules.checks.rows import children_of
from aiwebtest.grounding.rules.checks.text import words_of

__all__ = ["marked_current"]

_NOW = frozenset({"active", "current"})
_DENYING = frozenset({"not", "non", "no", "never", "un", "was", "in", "before", "after", "next", "prev", "previous"})
_WITHIN = 2  # elements between a text and the step that it names


def marked_current(noun: str, nodes: Sequence[Node], snapshot: Snapshot) -> list[Node]:
    """Return the text that classes call the noun and say to be active, where others of its kind are not; else nothing.

    The noun and the state may be told by two classes, or by one: "StepLabel is-active", "steps-item-active".
    """
    texts = [node for node in nodes if node.visible and any(c.isalpha() for c in node.text)]
    marks = {node.ref: _marks(node, noun, snapshot) for node in texts}
    told = [node for node in texts if any(_says_now(words) for words in marks[node.ref])]
    others = [node for node in texts if marks[node.ref] and node not in told]
    return (told if len(told) == 1 and others else []) or _marked_among_twins(noun, nodes, snapshot)


_CHOSEN = frozenset({"selected", "active", "current"})


def _marked_among_twins(noun: str, nodes: Sequence[Node], snapshot: Snapshot) -> list[Node]:
    """Return the steps and the like which a class tells to be the chosen ones, others beside them not being so."""
    found = []
    for node in nodes:
        if not (node.visible and node.parent >= 0 and (state := _state_of(node, noun))):
            continue
        beside = [one for one in children_of(snapshot, node.parent) if one.ref != node.ref and one.tag == node.tag]
        twins = [one for one in beside if any(word.startswith(noun) for word in words_of(one.ident))]
        if state in _CHOSEN:
            if twins and not any(_state_of(one, noun) in _CHOSEN for one in twins):
                found.append(node)
        elif state == _UNDER_WAY and twins and _is_between(node, twins, noun):
            found.append(node)
    return found


_UNDER_WAY = "process"  # a state only where all others tell theirs: a step may be about a process
_PAST = frozenset({"finish", "finished", "success", "error", "done"})
_TO_COME = frozenset({"wait", "waiting", "pending"})
_ABOUT = frozenset({"status", "state"})  # what a state may stand before: "step--process-status"


def _is_between(step: Node, twins: Sequence[Node], noun: str) -> bool:
    """Tell whether what stands before a step is done, and what stands behind it waits."""
    return all(_state_of(one, noun) in (_PAST if one.ref < step.ref else _TO_COME) for one in twins)


def _state_of(node: Node, noun: str) -> str:
    """Return the state that the classes of a step tell, its wrapper's included; "" where they do not call it so."""
    told = f"{node.ident} {node.extra.get('around', '')}".split()
    marks = [words for mark in told if (words := _without_noun(words_of(mark)))]
    if not any(word.startswith(noun) for words in marks for word in words):
        return ""
    states = [words[-1] for words in marks if _DENYING.isdisjoint(words)]
    known = _CHOSEN | {_UNDER_WAY} | _PAST | _TO_COME
    return next((one for one in states if one in _CHOSEN), next((one for one in states if one in known), ""))


def _without_noun(words: tuple[str, ...]) -> tuple[str, ...]:
    return words[:-1] if words[-1:] and words[-1] in _ABOUT else words


def _says_now(words: tuple[str, ...]) -> bool:
    return words[-1] in _NOW and _DENYING.isdisjoint(words)


def _marks(text: Node, noun: str, snapshot: Snapshot) -> list[tuple[str, ...]]:
    """Return the words of the classes of a text and of what holds it alone, [] where none of them is the noun."""
    around = [text]
    for above in islice(snapshot.ancestors(text), _WITHIN):
        if snapshot.text_of(above) != text.text:
            break
        around.append(above)
    marks = [words for node in around for mark in node.ident.split() if (words := words_of(mark))]
    return marks if any(noun in words for words in marks) else []
