"""What else a card or row says: "Total 195 EUR, Sent" below "Birch Supply"."""

from __future__ import annotations

from aiwebtest.core.claim import Claim
from aiwebtest.core.snapshot import Snapshot
from aiwebtest.grounding.rules.checks.answer import Answer, error, quote
from aiwebtest.grounding.rules.checks.shown import Reading
from aiwebtest.grounding.rules.checks.text import contains_words, fold
from aiwebtest.grounding.rules.page import view_of

__all__ = ["said_elsewhere_in_card"]

_CARD = 300  # characters; more is no card


def said_elsewhere_in_card(claim: Claim, reading: Reading, snapshot: Snapshot) -> Answer | None:
    """Answer that rules cannot tell, where a text of the thing holds the value which the text below its name is not.

    "Order 1002 is Sent" does not say that "Sent" is what stands right below "Order 1002".
    """
    subject = claim.subject
    if claim.quoted or claim.negated or reading.field or not reading.refs or claim.match != "exact":
        return None
    if subject is None or subject.role is not None or subject.relations or claim.place is not None or claim.by:
        return None
    view = view_of(snapshot)
    card = view.item_of(reading.refs[0])
    if card is None or snapshot.nodes[card].role == "row" or len(text := view.text(card)) > _CARD:
        return None
    if not contains_words(fold(text), fold(subject.name or "")):
        return None
    parts = [fold(node.text) for node in snapshot.subtree(snapshot.nodes[card]) if node.text and node.visible]
    for value in map(fold, claim.values):
        if value in parts or not any(contains_words(part, value) for part in parts):
            return None  # it is the text of something else, or of nothing
    return error(
        f'"{quote(text, 120)}" holds it, and not as a text of its own.', refs=reading.refs,
        mend=f"Say that {subject.text} contains it.",
    )  # fmt: skip
