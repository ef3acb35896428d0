"""Options described by their letters: "an item that starts with Sa and ends with ino, in the Country field"."""

from __future__ import annotations

from aiwebtest.core.intent import Intent, OptionPattern, Target
from aiwebtest.grounding.rules import words
from aiwebtest.grounding.rules.clauses import Clause
from aiwebtest.grounding.rules.lexer import Span
from aiwebtest.grounding.rules.phrase import read_target

__all__ = ["described_option"]

_OPTIONS = frozenset("item option suggestion entry value choice result proposal word".split())
_PARTS = {
    "starts": "starts", "starting": "starts", "begins": "starts", "beginning": "starts", "start": "starts",
    "ends": "ends", "ending": "ends", "end": "ends",
    "contains": "contains", "containing": "contains", "contain": "contains", "includes": "contains",
}  # fmt: skip
_GLUE = frozenset(["that", "which", "with", "and", ",", "by"])
_INTO = frozenset(["in", "into", "from", "of"])


def described_option(clause: Clause) -> list[Intent] | None:
    """Read a choice of any option that is spelled in a certain way; None when the clause says something else."""
    body = clause.body
    start = next((i for i, low in enumerate(body.lows) if low not in words.DETERMINERS), len(body))
    if start + 1 >= len(body) or body.lows[start] not in _OPTIONS or body[start].literal:
        return None
    found: dict[str, str] = {}
    end = start + 1
    while end < len(body):
        low = body.lows[end]
        if low in _PARTS and not body[end].literal:
            value = end + 2 if end + 1 < len(body) and body.lows[end + 1] in ("with", "in", "by") else end + 1
            if value >= len(body) or _PARTS[low] in found:
                return None
            found[_PARTS[low]] = body[value].value
            end = value + 1
        elif low in _GLUE and not body[end].literal:
            end += 1
        else:
            break
    if not found:
        return None
    target = _field(body.cut(end).trimmed(), typed=clause.action == "type")
    if target is None:
        return None
    pattern = OptionPattern(**found)
    return [Intent(action="select", text=clause.text, target=target, values=(pattern.starts or pattern.contains,),
                   pattern=pattern)]  # fmt: skip


def _field(rest: Span, *, typed: bool) -> Target | None:
    """Read the field that is named behind the description; the page's text field or list when none is."""
    if not rest:
        return Target(text="the text field", role="textbox") if typed else Target(text="the list", role="list")
    if rest.lows[0] not in _INTO or len(rest) == 1:
        return None
    return read_target(rest.cut(1))
