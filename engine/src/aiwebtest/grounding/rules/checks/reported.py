"""What a message says, told in reported speech: "a message says that the payment was sent" of "Payment sent".

The words that carry meaning must be there in their order, numbers and names included, and nothing between them but what
a preposition leads in ("Your payment *to Oslo Energy* has been sent"). A denial on one side only is never passed over.
"""

from __future__ import annotations

import re
from typing import Literal

from aiwebtest.core.claim import Claim
from aiwebtest.grounding.rules.checks.answer import Answer, error, failed, passed, quote
from aiwebtest.grounding.rules.checks.shown import Reading
from aiwebtest.grounding.rules.checks.text import fold, tidy

__all__ = ["reported_in"]

_WORD = re.compile(r"[^\s,;:!?()\"“”]+")
_LIGHT = frozenset(
    "a an the my your our his her its their this that is are was were be been has have had now successfully"
    " just".split()
)
_LEADS_IN = frozenset("of to from for with by at on in until since via".split())
_DENYING = frozenset("not no never none cannot can't won't isn't wasn't aren't couldn't hasn't haven't unable without "
                     "failed fails nothing nobody neither nor".split())  # fmt: skip


def reported_in(claim: Claim, reading: Reading) -> Answer | None:
    """Judge what a message is said to say in the writer's words; None where it says something else."""
    subject = claim.subject
    if subject is None or subject.role not in {"alert", "dialog"} or claim.quoted or len(claim.values) != 1:
        return None
    how = [_reports(text, claim.values[0]) for text in (reading.text, *reading.parts)]
    if "same" in how:
        return (failed if claim.negated else passed)(reading.text, refs=reading.refs)
    if "open" not in how:
        return None
    return error(
        f'"{quote(reading.text, 120)}" may say so in other words.', refs=reading.refs,
        mend="Put into quotes what the message says.",
    )  # fmt: skip


def _reports(text: str, told: str) -> Literal["same", "open", "other"]:
    """Tell whether a message is reported faithfully; whether that is open; or whether it says something else.

    It does where a number or a name of the report is nowhere in it, or where one word of the same line differs.
    """
    said, asked = _words(text), _words(told)
    if any(_plain(word) not in said for word in _weighty(told)):
        return "other"
    if len(said) == len(asked) and sum(one != other for one, other in zip(said, asked, strict=True)) == 1:
        return "other"  # "Chidi was added" does not say that he was removed
    if _DENYING.intersection(said) != _DENYING.intersection(asked):
        return "open"
    return "same" if asked and _follows(said, asked) else "open"


def _weighty(told: str) -> list[str]:
    """Return the words with a digit or a capital, but for a capital that only begins the report."""
    words = _WORD.findall(tidy(told))
    return [word for i, word in enumerate(words) if any(c.isdigit() for c in word) or (i and word[:1].isupper())]


def _words(text: str) -> list[str]:
    return [word for one in _WORD.findall(tidy(text)) if (word := _plain(one)) and word not in _LIGHT]


def _plain(word: str) -> str:
    return fold(word).strip(".'’")


def _follows(said: list[str], asked: list[str]) -> bool:
    """Tell whether words follow each other in a text, what stands between them led in by a preposition."""
    return any(word == asked[0] and _goes_on(said[at + 1 :], asked[1:]) for at, word in enumerate(said))


def _goes_on(said: list[str], asked: list[str]) -> bool:
    if not asked:
        return True
    for at, word in enumerate(said):
        if word == asked[0] and (not at or said[0] in _LEADS_IN) and _goes_on(said[at + 1 :], asked[1:]):
            return True
    return False
