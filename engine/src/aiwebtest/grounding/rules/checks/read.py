"""Reading a value from the page, for extract steps and for copying into a variable."""

from __future__ import annotations

import re

from aiwebtest.core.claim import Claim
from aiwebtest.core.errors import GroundingError
from aiwebtest.core.facts import Facts
from aiwebtest.core.intent import Target
from aiwebtest.core.snapshot import Node, Snapshot
from aiwebtest.grounding.rules.checks.answer import nearest_to
from aiwebtest.grounding.rules.checks.readings import readings_of
from aiwebtest.grounding.rules.checks.seek import seek_place
from aiwebtest.grounding.rules.checks.shown import Reading
from aiwebtest.grounding.rules.checks.subjects import subject_of

__all__ = ["read_value"]

_ATTRIBUTES = {
    "url": "url",
    "address": "url",
    "title": "title",
    "page title": "title",
    "page url": "url",
    "current url": "url",
}


def read_value(target: Target, snapshot: Snapshot, *, last: tuple[int, int] | None = None) -> str:
    """Return what the page shows for a description: "the order number", "the second cell in the row of Ada".

    Args:
        target: what is to be read, as `parse_target` reads it.
        snapshot: the page.
        last: frame and number of the element acted on last, for "it".

    Raises:
        GroundingError: nothing, or several different values, fit the description.
    """
    named = re.sub(r"^the ", "", target.text.strip().lower())
    if named in _ATTRIBUTES:
        return snapshot.url if _ATTRIBUTES[named] == "url" else snapshot.title
    facts = Facts(snapshot=snapshot, last=last)
    readings = [] if target.anaphora or "{" in target.text else _by_words(target, facts)
    return _only(readings or _by_target(target, facts), target, snapshot)


def _by_words(target: Target, facts: Facts) -> list[Reading]:
    """Read the words again as a subject: what is labelled so, in its place or column."""
    subject, place, column = subject_of(target.text)
    claim = Claim(kind="value", text=target.text, subject=subject, by=column, match="exact")
    if place is None:
        return readings_of(claim, facts, None)
    areas: list[Node] = list(seek_place(place, facts.snapshot).shown)
    return [reading for area in areas for reading in readings_of(claim, facts, area)]


def _by_target(target: Target, facts: Facts) -> list[Reading]:
    """Read the element that the description means; "the text of the heading" is the heading's."""
    whole = target.role == "text" and target.name is None and len(target.relations) == 1
    thing = target.relations[0].anchor if whole else target
    return readings_of(Claim(kind="value", text=target.text, subject=thing, match="exact"), facts, None)


def _only(readings: list[Reading], target: Target, snapshot: Snapshot) -> str:
    texts = list(dict.fromkeys(reading.text for reading in readings))
    if len(texts) == 1:
        return texts[0]
    if not texts:
        nearest = nearest_to(target, snapshot)
        hint = f' The nearest is "{nearest}".' if nearest else ""
        raise GroundingError(
            f"Nothing on the page shows {target.text}.{hint}", mend="name it by the label that the page gives it."
        )
    shown = ", ".join(f'"{text[:60]}"' for text in texts[:5])
    raise GroundingError(
        f"Several things are {target.text}: {shown}.",
        mend="say where: in the row of ..., in the ... section, the first ...",
    )
