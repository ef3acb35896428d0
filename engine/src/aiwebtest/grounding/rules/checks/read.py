"""Reading a value from the page, for extract steps and for copying into a variable."""

from __future__ import annotations

import re

from aiwebtest.core.claim import Claim
from aiwebtest.core.errors import GroundingError
from aiwebtest.core.facts import Facts
from aiwebtest.core.intent import Target
from aiwebtest.core.snapshot import Node, Snapshot
from aiwebtest.grounding.rules.checks.answer import nearest_to
from aiwebtest.grounding.rules.checks.readings import Reading, readings_of
from aiwebtest.grounding.rules.checks.seek import seek_place
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
    subject, place, column = _subject(target)
    claim = Claim(kind="value", text=target.text, subject=subject, by=column)
    facts = Facts(snapshot=snapshot, last=last)
    areas: list[Node | None] = [None]
    if place is not None:
        areas = list(seek_place(place, snapshot).shown)
    readings = [reading for area in areas for reading in readings_of(claim, facts, area)]
    return _only(readings, target, snapshot)


def _subject(target: Target) -> tuple[Target | None, Target | None, str]:
    """Return the thing, its place and its column: a role says it all, else the words are read again."""
    if (
        "{" in target.text
        or target.anaphora
        or target.relations
        or (target.role and target.role not in {"column", "text"})
    ):
        whole = target.role == "text" and len(target.relations) == 1
        return (target.relations[0].anchor if whole else target), None, ""
    return subject_of(target.text)


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
