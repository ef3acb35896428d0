"""What a judge answers, before it becomes a verdict."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from rapidfuzz import fuzz, process

from aiwebtest.core.claim import Claim
from aiwebtest.core.facts import Facts
from aiwebtest.core.intent import Target
from aiwebtest.core.snapshot import Node, Snapshot
from aiwebtest.grounding.rules.checks.wording import readable
from aiwebtest.grounding.rules.wording import wording

__all__ = [
    "QUOTE_LIMIT",
    "Answer",
    "agree",
    "error",
    "failed",
    "missing",
    "nearest_text",
    "nearest_to",
    "passed",
    "quote",
    "shares_words",
    "unsure",
]

QUOTE_LIMIT = 160  # characters of the page quoted in one piece
_LONGEST_COMPARED = 400  # characters; a longer text is not "near" a name
_ALIKE = 60  # of 100, at least
_NOT_SHORTER = 0.7  # of the length that is sought
_SHORT_LIST = 60  # texts that are compared in full


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The outcome of one look, with what was seen."""

    outcome: Literal["passed", "failed", "error"]
    actual: str = ""
    expected: str = ""
    nearest: str = ""
    evidence: tuple[str, ...] = ()
    refs: tuple[int, ...] = ()
    mend: str = ""


def passed(actual: str, *, refs: tuple[int, ...] = (), evidence: tuple[str, ...] = ()) -> Answer:
    """Confirmed: `actual` is what was seen."""
    return Answer(
        outcome="passed", actual=quote(actual), refs=refs, evidence=evidence or ((quote(actual),) if actual else ())
    )


def failed(actual: str, *, refs: tuple[int, ...] = (), nearest: str = "", evidence: tuple[str, ...] = ()) -> Answer:
    """Refuted: `actual` is what was seen instead."""
    return Answer(outcome="failed", actual=quote(actual), refs=refs, nearest=nearest, evidence=evidence)


def error(
    actual: str, *, mend: str, refs: tuple[int, ...] = (), nearest: str = "", evidence: tuple[str, ...] = ()
) -> Answer:
    """Undecided: `actual` says why, `mend` what to do about it."""
    return Answer(outcome="error", actual=actual, mend=mend, refs=refs, nearest=nearest, evidence=evidence)


def unsure(claim: Claim, answer: Answer) -> Answer:
    """Answer that rules cannot tell where they would refute a claim that may be true in other words than the page's."""
    if not claim.worded or answer.outcome == "error" or (answer.outcome == "passed" and not claim.negated):
        return answer
    told = (*claim.values, claim.subject.text if claim.subject else "")[0]
    return error(
        f'Rules cannot tell whether “{readable(claim.text)}” is true in other words: {answer.actual}.',
        mend=f'Configure a model, or put into quotes what the page is to show, as in: I see "{told}"',
        refs=answer.refs, nearest=answer.nearest,
    )  # fmt: skip


def quote(text: str, limit: int = QUOTE_LIMIT) -> str:
    """Return a text short enough to be read in a report; "…" marks a cut, also to what masks secrets."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def missing(target: Target | None, facts: Facts, *, negated: bool) -> Answer:
    """Answer for a claim about a thing that is not there: refuted, or undecided when it is denied something."""
    name = target.text if target else "the page"
    nearest = nearest_to(target, facts.snapshot)
    if negated:
        return error(
            f"Nothing on the page is {name}, so that something is not so cannot be confirmed.", nearest=nearest,
            mend="Name the thing as the page does, or check first that it is there.",
        )  # fmt: skip
    if target and target.name and shares_words(target, facts.snapshot) and _is_text(target.name, facts.snapshot):
        return error(
            f"{name} is shown, and nothing on the page tells this of it.",
            mend=f'Quote what stands beside it, as in: the row of {name} shows "..."',
        )
    if target and shares_words(target, facts.snapshot):
        return error(
            f"Nothing on the page is called {name}, though its words are there: it may go by another name.",
            nearest=nearest, mend="Name the thing as the page does, in quotes.",
        )  # fmt: skip
    if target and not target.quoted and _DAY.search(target.text):
        return error(
            f"Nothing on the page is called {name}: a day may be shown by its number alone.", nearest=nearest,
            mend="Name the day as the page does, in quotes.",
        )  # fmt: skip
    if target and target.role == "alert" and target.quoted and _is_text(str(target.name), facts.snapshot):
        return error(
            f'"{target.name}" is shown, and nothing says that it is {name}.', nearest=nearest,
            mend="Say what the page shows, or where: \'the row of \"X\" contains ...\'.",
        )  # fmt: skip
    if target and not target.quoted and _OF_PAGES.fullmatch(target.text):
        return error(
            f"Nothing on the page is called {name}: it may be drawn as a sign or told by a class.", nearest=nearest,
            mend="Name it as the page does, in quotes.",
        )  # fmt: skip
    return failed(f"nothing on the page is {name}", nearest=nearest)


_OF_PAGES = re.compile(r"the (?:(?:next|previous|first|last)(?: page)? (?:button|link|arrow)|current page)")
_DAY = re.compile(r"\b\d{1,2}(?:st|nd|rd|th)(?: of [A-Z][a-z]+)?\Z|\b\d{1,2} [A-Z][a-z]{2,}\Z")


def _is_text(name: str, snapshot: Snapshot) -> bool:
    """Tell whether the page has the name as a text or label of its own."""
    return any(wording(seen).folded == wording(name).folded for seen in _seen(snapshot))


_LEAST = 4  # letters of a word that says what a thing is
_OF_NO_KIND = frozenset({None, "page", "alert", "datepicker", "item", "card", "result", "text", "label"})


def shares_words(target: Target, snapshot: Snapshot, *, all_of_them: bool = False, inside: Node | None = None) -> bool:
    """Tell whether a page, or a place on it, has words of a plain description, though not next to each other."""
    if target.quoted or target.attribute or target.role not in _OF_NO_KIND or target.ordinal is not None:
        return False
    stems = wording(target.name or target.text).stems
    told = {stem for stem in stems if len(stem) >= _LEAST}
    if not told or (all_of_them and not 1 < len(told) >= len(stems) - 1):
        return False
    known: dict[int, set[str]] = snapshot.memo.setdefault("checks.words", {})
    at = inside.ref if inside is not None else -1
    if at not in known:
        known[at] = {stem for text in _seen(snapshot, inside) for stem in wording(text).stems}
    shown = known[at]
    return told <= shown if all_of_them else not told.isdisjoint(shown)


def agree(answers: list[Answer], *, every: bool, what: str, some: bool = False) -> Answer:
    """Join the answers for several things that fit one description: they must agree, or all or one must pass."""
    if some and (one := next((answer for answer in answers if answer.outcome == "passed"), None)):
        return one
    if len(answers) == 1:
        return answers[0]
    outcomes = {answer.outcome for answer in answers}
    refs = tuple(ref for answer in answers for ref in answer.refs)
    if len(outcomes) == 1 or every:
        wrong = [answer for answer in answers if answer.outcome != "passed"]
        if every and wrong:
            return wrong[0]
        shown = "; ".join(dict.fromkeys(answer.actual for answer in answers))
        first = answers[0]
        return Answer(
            outcome=first.outcome,
            actual=quote(shown),
            refs=refs,
            nearest=first.nearest,
            mend=first.mend,
            evidence=first.evidence,
        )
    seen = "; ".join(dict.fromkeys(answer.actual for answer in answers))
    return error(
        f"Several things fit {what}, and they differ: {quote(seen)}", refs=refs,
        mend=f"Say which one is meant: {what} in a named section, or the first {what.removeprefix('the ')}.",
    )  # fmt: skip


def nearest_to(target: Target | None, snapshot: Snapshot) -> str:
    """Return the text or name on the page that is most like what was sought, "" when nothing is like it."""
    wanted = (target.name or target.text) if target else ""
    return nearest_text(wanted, _seen(snapshot))


def nearest_text(wanted: str, texts: Iterable[str]) -> str:
    """Return the text most like the wanted one, "" when none is like it."""
    known = {text.lower(): text for text in texts if text and len(text) < _LONGEST_COMPARED}
    if not wanted or not known:
        return ""
    low = wanted.lower()
    shared = (text for text in known if any(word in text for word in low.split() if len(word) > 2))
    alike = [text for text, _, _ in process.extract(low, known.keys(), scorer=fuzz.ratio, limit=_SHORT_LIST)]
    likeness = {text: _likeness(low, text) for text in (*alike, *islice(shared, _SHORT_LIST))}
    best = max(likeness, key=likeness.__getitem__)
    return quote(known[best]) if likeness[best] >= _ALIKE else ""


def _likeness(wanted: str, text: str) -> float:
    """Return how much a text is like the wanted one, 0 to 100; a longer one may hold it, a word of it is not it."""
    return float(fuzz.WRatio(wanted, text) if len(text) >= _NOT_SHORTER * len(wanted) else fuzz.ratio(wanted, text))


def _seen(snapshot: Snapshot, inside: Node | None = None) -> Iterable[str]:
    for node in snapshot.nodes if inside is None else snapshot.subtree(inside):
        if node.visible:
            yield from (node.text, node.name, node.label, node.placeholder)
