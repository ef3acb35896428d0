"""Frames of verbs that turn something on or off: check, uncheck, enable, mark as done."""

from __future__ import annotations

from dataclasses import replace

from aiwebtest.core.intent import Intent, Relation, Target
from aiwebtest.grounding.rules.clauses import Clause
from aiwebtest.grounding.rules.frames.pointing import bare, of_selected, without_preposition
from aiwebtest.grounding.rules.lexer import Span
from aiwebtest.grounding.rules.phrase import read_target
from aiwebtest.grounding.rules.problem import Unclear
from aiwebtest.grounding.rules.slots import read_targets, take_purpose, take_times, timed

__all__ = ["mark"]


def mark(clause: Clause) -> list[Intent]:
    """Read check, uncheck and toggle, with the verbs that mean them: tick, enable, turn on."""
    body, times = take_times(take_purpose(clause.body))
    body = without_preposition(body)
    if clause.verb.verb.phrase == "mark" and (marked := _marked_as(clause, body)):
        return marked
    if not body:
        raise Unclear(f"“{clause.text}” does not say what", f'{clause.verb_text.capitalize()} "Remember me"')
    if clause.verb.verb.phrase == "mark" and body.find("with") > 0 and body[0].literal:
        raise Unclear(f"“{clause.text}” is not understood", f"Click {body[-1].value} next to {body.cut(0, 1).text}")
    if len(body) == 1 and body[0].low == "nothing":
        return []
    targets = read_targets(body, split_names=True)
    boxes = [replace(target, role="checkbox") if target.role == "box" else target for target in targets]
    if len(boxes) == 1 and clause.verb.verb.phrase in _TURNING and boxes[0].role is None:
        boxes = [_or_by_a_button(clause, body, boxes[0])]
    return [timed(Intent(action=clause.action, text=clause.text, target=target), times) for target in boxes]


_TURNING = frozenset(
    ["enable", "disable", "turn on", "turn off", "switch on", "switch off", "activate the", "check", "mark"]
)


def _or_by_a_button(clause: Clause, body: Span, target: Target) -> Target:
    """Let "enable the guest network" be "Enable" in what is called so, and "turn off the camera" one name."""
    verb = clause.verb_text.removesuffix(" the")
    if not body.has_literal():
        whole = Target(text=clause.text, name=f"{verb} {bare(body)}")
        target = replace(target, alternatives=(*target.alternatives, whole))
    place = replace(target, alternatives=())
    owned = Target(text=clause.text, name=verb, role="button", relations=(Relation(kind="in", anchor=place),))
    return replace(target, alternatives=(*target.alternatives, owned))


_DONE = frozenset("done complete completed finished checked selected".split())


def _marked_as(clause: Clause, body: Span) -> list[Intent] | None:
    """Read "mark the first task as done", and "mark the email as read", which is an entry of the page."""
    place = body.find("as")
    if place <= 0 or place + 1 >= len(body):
        return None
    target = read_target(body.cut(0, place))
    if body[place + 1].low in _DONE:
        return [Intent(action="check", text=clause.text, target=target)]
    name = "Mark " + body.cut(place).text
    if bulk := of_selected("mark", body.cut(0, place), body.cut(place)):
        return [
            Intent(action="click", text=clause.text, target=replace(bulk[0], text=clause.text, alternatives=bulk[1:]))
        ]
    owned = Target(text=clause.text, name=name, relations=(Relation(kind="row", anchor=target),))
    return [Intent(action="click", text=clause.text, target=owned)]
