"""Words that the page itself says of its things: "Emma is available", where others are on loan.

"Available", "present" or "missing" may say no more than that something is on the page or is not. Where items of the
page say the word, or its opposite, it is meant so: that the thing is listed proves nothing then.
"""

from __future__ import annotations

import re
from dataclasses import replace

from aiwebtest.core.claim import Claim
from aiwebtest.core.facts import Facts
from aiwebtest.core.intent import Target
from aiwebtest.core.snapshot import Node, Snapshot
from aiwebtest.grounding.rules.checks.answer import Answer, agree, error, failed, passed
from aiwebtest.grounding.rules.checks.groups import TABLES
from aiwebtest.grounding.rules.checks.kinds import ROWS
from aiwebtest.grounding.rules.checks.offered import told_in
from aiwebtest.grounding.rules.checks.said import is_box_of, remarks_of, said_in, said_of, without_noun
from aiwebtest.grounding.rules.checks.tables import header_row
from aiwebtest.grounding.rules.checks.text import contains_words, fold
from aiwebtest.grounding.rules.checks.things import meant, things
from aiwebtest.grounding.rules.page import view_of

__all__ = ["judge_told"]

_WORDS = {
    "available": ("unavailable", "not available", "sold out", "out of stock"), "present": ("absent",),
    "absent": ("present",), "missing": (), "removed": (), "deleted": (), "dismissed": (), "hidden": ("visible",),
    "visible": ("hidden",), "listed": ("unlisted",), "away": (),
}  # fmt: skip
_GONE = frozenset({"absent", "missing", "removed", "deleted", "dismissed", "hidden", "away"})
_WORD = re.compile(rf"\bis (?:not )?(?P<word>{'|'.join(_WORDS)})\b", re.IGNORECASE)
_OF_THINGS = frozenset({None, "item", "card", "result"}) | ROWS


def judge_told(claim: Claim, facts: Facts, inside: Node | None) -> Answer | None:
    """Judge that things are available, or the like, by what they say of it; None where no item of the page says it."""
    target, found = claim.subject, _WORD.search(claim.text)
    if target is None or found is None or target.role not in _OF_THINGS or target.quoted:
        return None
    word = found["word"].lower()
    others, gone = _WORDS[word], word in _GONE and claim.state == "visible"  # "is absent" is read as "is not visible"
    claim = replace(claim, negated=claim.negated != gone)
    if contains_words(fold(target.text), word) or not _is_said(word, others, facts.snapshot):
        return None
    if claim.every or claim.some:
        return _of_each(claim, target, (word, *others), facts, inside)
    told = said_of(without_noun(target) or target, [word], others, facts, inside)
    if told is None:
        shown = bool(meant(target, facts, inside).shown)
        return _open(claim, word, facts) if shown or claim.negated or gone else None
    return _answer(told, claim, facts.snapshot)


def _of_each(claim: Claim, target: Target, words: tuple[str, ...], facts: Facts, inside: Node | None) -> Answer:
    seen = things(target, facts, inside)
    told = [said_in(node, words[:1], words[1:], facts.snapshot) for node in seen.nodes] if seen else []
    answers = [_answer(one, claim, facts.snapshot) if one else _open(claim, words[0], facts) for one in told]
    if not answers:
        return _open(claim, words[0], facts)
    refuted = [answer for answer in answers if answer.outcome == "failed"]
    return (
        refuted[0] if claim.every and refuted else agree(answers, every=claim.every, some=claim.some, what=target.text)
    )


def _answer(told: tuple[Node, bool], claim: Claim, snapshot: Snapshot) -> Answer:
    node, holds = told
    item = next(iter(view_of(snapshot).items_around(node.ref)), node.ref)
    says = snapshot.text_of(snapshot.nodes[item]) or snapshot.text_of(node) or node.name
    return (passed if holds != claim.negated else failed)(says, refs=(node.ref,))


def _open(claim: Claim, word: str, facts: Facts) -> Answer:
    what = claim.subject.text if claim.subject else "it"
    return error(
        f"Things on the page say whether they are {word}, and nothing says it of {what}.",
        mend=f'Name the row or card and quote what it says, as in: the row of X shows "{word.capitalize()}"',
    )


def _is_said(word: str, others: tuple[str, ...], snapshot: Snapshot) -> bool:
    """Tell whether an item of the page says the word or its opposite by itself: not on a button or a box's label.

    A column for the status says whether its rows are available, also where none of them is.
    """
    known: dict[str, bool] = snapshot.memo.setdefault("checks.told", {})
    if word not in known:
        wanted, shown = {word, *others}, [node for node in snapshot.nodes if node.visible and node.text]
        known[word] = any(
            _of_an_item(node, snapshot) for node in shown if not wanted.isdisjoint((fold(node.text), *remarks_of(node)))
        )
        known[word] = known[word] or any(is_box_of(node, word, snapshot) for node in snapshot.nodes)
        if word == "available" and not known[word]:
            tables = (node for node in snapshot.nodes if node.visible and node.role in TABLES)
            headers = (fold(text) for table in tables for text in header_row(table, snapshot).values())
            known[word] = not _FOR_STATUS.isdisjoint(headers)
    return known[word]


_FOR_STATUS = frozenset({"status", "state", "availability"})


def _of_an_item(node: Node, snapshot: Snapshot) -> bool:
    items = view_of(snapshot).items_around(node.ref)
    return bool(items) and node.ref in {part.ref for part in told_in(snapshot.nodes[items[0]], snapshot)}
