"""Act sentences, read into intents.

Each clause of a sentence has a verb, and each verb a frame: the way in which the words behind it are read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from aiwebtest.core.intent import Intent, Target
from aiwebtest.grounding.rules import words
from aiwebtest.grounding.rules.clauses import Clause, split_clauses
from aiwebtest.grounding.rules.fill import fill_intent
from aiwebtest.grounding.rules.keys import AMBIGUOUS_KEYS, read_key
from aiwebtest.grounding.rules.lexer import Span, lex
from aiwebtest.grounding.rules.phrase import read_target
from aiwebtest.grounding.rules.problem import Unclear
from aiwebtest.grounding.rules.verbs import Frame

__all__ = ["fill_intent", "parse_act"]


def parse_act(sentence: str) -> tuple[Intent, ...]:
    """Read an act sentence, which may hold several actions.

    Raises:
        Unclear: some part of it has no sure reading.
    """
    clauses = split_clauses(lex(sentence))
    if not clauses:
        raise Unclear("the sentence is empty", 'Click the "Save" button', 'Type "Ada" into the "Name" field')
    return tuple(intent for clause in clauses for intent in _read(clause))


def _read(clause: Clause) -> list[Intent]:
    if clause.verb is None:
        quoted = clause.span.text
        raise Unclear(f"“{quoted}” does not say what to do", f'Click "{quoted}"', f'Check that "{quoted}" is visible')
    reader = _READERS.get(clause.verb.verb.frame)
    if reader is None:
        raise Unclear(f"“{clause.span.text}” is not understood")
    return reader(clause)


def _point(clause: Clause) -> list[Intent]:
    assert clause.verb
    return [Intent(action=clause.verb.verb.action, text=clause.span.text, target=read_target(clause.body))]


def _press(clause: Clause) -> list[Intent]:
    key = read_key(clause.body.text) if not clause.body.has_literal() else None
    if key and key not in AMBIGUOUS_KEYS:
        return [Intent(action="press", text=clause.span.text, values=(key,))]
    return [Intent(action="click", text=clause.span.text, target=read_target(clause.body))]


def _type(clause: Clause) -> list[Intent]:
    body = clause.body
    for preposition in ("into", "in", "to", "as", "for", "on"):
        place = body.find(preposition)
        if 0 < place < len(body) - 1:
            target = read_target(body.cut(place + 1))
            return [Intent(action="type", text=clause.span.text, target=target, values=(_value(body.cut(0, place)),))]
    return [Intent(action="type", text=clause.span.text, values=(_value(body),))]


def _value(span: Span) -> str:
    return span[0].value if len(span) == 1 else span.text


def _select(clause: Clause) -> list[Intent]:
    body = clause.body
    for preposition in ("from", "in", "on", "as", "for"):
        place = body.find(preposition)
        if 0 < place < len(body) - 1:
            values = _list(body.cut(0, place))
            return [
                Intent(action="select", text=clause.span.text, target=read_target(body.cut(place + 1)), values=values)
            ]
    return [Intent(action="select", text=clause.span.text, values=_list(body))]


def _list(span: Span) -> tuple[str, ...]:
    parts: list[list[int]] = [[]]
    for i, token in enumerate(span):
        if token.low in (",", "and"):
            parts.append([])
        else:
            parts[-1].append(i)
    return tuple(_value(span.cut(part[0], part[-1] + 1)) for part in parts if part)


def _mark(clause: Clause) -> list[Intent]:
    assert clause.verb
    return [Intent(action=clause.verb.verb.action, text=clause.span.text, target=read_target(clause.body))]


def _open(clause: Clause) -> list[Intent]:
    value = _value(clause.body)
    if "/" in value or "." in value:
        return [Intent(action="open", text=clause.span.text, values=(value,))]
    return [Intent(action="click", text=clause.span.text, target=read_target(clause.body))]


def _submit(clause: Clause) -> list[Intent]:
    target: Target | None = read_target(clause.body) if clause.body else None
    return [Intent(action="submit", text=clause.span.text, target=target)]


def _wait(clause: Clause) -> list[Intent]:
    number = next((t.low for t in clause.body if t.low.replace(".", "").isdigit()), None)
    if number:
        return [Intent(action="wait", text=clause.span.text, amount=float(number), unit="s")]
    start = 1 if clause.body.lows[:1] in (("for",), ("until",)) else 0
    return [Intent(action="wait", text=clause.span.text, target=read_target(clause.body.cut(start)))]


def _history(clause: Clause) -> list[Intent]:
    assert clause.verb
    return [Intent(action=clause.verb.verb.action, text=clause.span.text)]


_READERS: dict[Frame, Callable[[Clause], list[Intent]]] = {
    "point": _point,
    "press": _press,
    "type": _type,
    "select": _select,
    "mark": _mark,
    "open": _open,
    "submit": _submit,
    "wait": _wait,
    "history": _history,
}
