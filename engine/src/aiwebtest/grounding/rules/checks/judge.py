"""Claims against facts: the verdict of one moment.

The rules that keep a check from passing by accident:

- Only what can be seen counts; scripts, hidden elements and text for screen readers only do not.
- A claim that something is there or has a value *fails* when the thing is missing, and names the nearest thing
  seen.
- A claim that something is *not* so is an *error* when the thing or place it speaks of is missing: it would hold
  for any page. That something itself is absent can be confirmed, but not on a page that shows nothing at all.
- Where several things fit the description, they must agree; if they differ the verdict is an error that lists them.
- Absence is judged with a blind eye for case, presence of a quoted text is not.
- A claim with an unfilled `{placeholder}` is an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from aiwebtest.core.claim import Claim, ClaimKind
from aiwebtest.core.facts import Facts
from aiwebtest.core.intent import Target
from aiwebtest.core.scope import PLACEHOLDER
from aiwebtest.core.snapshot import Flag, Node
from aiwebtest.core.verdict import Verdict
from aiwebtest.grounding.rules.checks.answer import Answer, error, failed, passed
from aiwebtest.grounding.rules.checks.attributes import judge_attribute
from aiwebtest.grounding.rules.checks.count import judge_count
from aiwebtest.grounding.rules.checks.describe import describe_claim
from aiwebtest.grounding.rules.checks.order import judge_order
from aiwebtest.grounding.rules.checks.page import PAGE_JUDGES
from aiwebtest.grounding.rules.checks.places import denies, in_place
from aiwebtest.grounding.rules.checks.presence import judge_text, judge_visible
from aiwebtest.grounding.rules.checks.quantities import read_dates
from aiwebtest.grounding.rules.checks.said import said_in, stated
from aiwebtest.grounding.rules.checks.state_claims import judge_state
from aiwebtest.grounding.rules.checks.states import holds_state
from aiwebtest.grounding.rules.checks.text import fold
from aiwebtest.grounding.rules.checks.told import judge_told
from aiwebtest.grounding.rules.checks.values import judge_compare, judge_value
from aiwebtest.grounding.rules.described import told_apart
from aiwebtest.grounding.rules.page import view_of
from aiwebtest.grounding.rules.wording import wording

__all__ = ["judge"]

Judge = Callable[[Claim, Facts], Answer]


def judge(claim: Claim, facts: Facts) -> Verdict:
    """Return the verdict on a claim at the moment of the facts. Pure: the caller polls and decides when to stop."""
    try:
        answer = _unjudgeable(claim, facts) or _judged(claim, facts)
        answer = _unread(claim, facts, answer) or _contradicted(claim, facts, answer) or answer
    except re.error as fault:
        answer = error(f"/{claim.values[0]}/ is not a regular expression: {fault}.", mend="Correct the pattern.")
    return Verdict(
        outcome=answer.outcome,
        claim=describe_claim(claim),
        expected=answer.expected or _expected(claim),
        actual=answer.actual,
        nearest=answer.nearest,
        evidence=answer.evidence,
        mend=answer.mend,
        refs=answer.refs,
    )


def _unread(claim: Claim, facts: Facts, answer: Answer) -> Answer | None:
    """Leave undecided that something is absent from a page on which a component shows what cannot be read."""
    of_presence = claim.kind in {"text", "count"} or claim.state in {"visible", "hidden"}
    if answer.outcome != "passed" or answer.refs or claim.place is not None or not of_presence or not denies(claim):
        return None
    unread = [node for node in facts.snapshot.nodes if node.has(Flag.UNREAD) and node.visible]
    if not unread:
        return None
    return error(
        f"The page has <{unread[0].tag}>, whose shadow root is closed: what it shows cannot be read.",
        refs=tuple(node.ref for node in unread[:5]), mend="Name a place on the page to look in.",
    )  # fmt: skip


def _contradicted(claim: Claim, facts: Facts, answer: Answer) -> Answer | None:
    """Refute that something is not so where it is so: what is read in several ways may deny it in one of them."""
    if answer.outcome != "passed" or not claim.negated or claim.every:
        return None
    other = _judged(replace(claim, negated=False), facts)
    return failed(other.actual, refs=other.refs) if other.outcome == "passed" else None


def _judged(claim: Claim, facts: Facts) -> Answer:
    """Judge; what is not decided of "Bo's request" or "shipment ZX-4411" may be of Bo and of ZX-4411, if it is one."""
    answer = _of_a_label(claim, facts) or _JUDGES[claim.kind](claim, facts)
    subject, place = claim.subject, claim.place
    if answer.outcome == "error" and (line := stated(claim, facts.snapshot)) is not None:
        return (failed if claim.negated else passed)(line.text, refs=line.refs)
    if answer.outcome != "error" or claim.kind not in {"value", "state"} or claim.state in {"visible", "hidden"}:
        return answer
    if subject is None or subject.relations:
        return answer
    if place is not None and (place.role or place.quoted or not place.name):
        return answer
    name = f"{subject.name} of {place.name}" if place is not None else subject.name
    nodes, words = told_apart(replace(subject, name=name, ordinal=None), view_of(facts.snapshot))
    if len(nodes) != 1 or subject.ordinal is not None:
        return answer
    other = _of_thing(replace(claim, subject=Target(text=subject.text, name=words), place=None), nodes[0], facts)
    said = any(view_of(facts.snapshot).holding(fold(value)) for value in claim.values)
    undecided = other.outcome == "failed" and claim.worded and not said  # "is comfortable": no word of the page
    return answer if undecided or other.outcome == "error" else other


_DONE = re.compile(r"(?P<what>[a-z]+(?:ed|en|t|n|d)) (?P<joint>on|at|by|for|since|until|to|in) (?P<value>.+)")


def _of_a_label(claim: Claim, facts: Facts) -> Answer | None:
    """Judge "the account was opened on 3 March", of what the page is about, by what stands behind "Opened"."""
    subject = claim.subject
    if claim.kind != "value" or claim.match != "exact" or claim.quoted or claim.negated or claim.place or not subject:
        return None
    said = _DONE.fullmatch(claim.values[0]) if len(claim.values) == 1 else None
    view = view_of(facts.snapshot)
    asked = set(wording(subject.name or "").stems)
    if said is None or subject.role is not None or subject.ordinal is not None or not asked or not asked <= view.topic:
        return None
    for label in (f"{said['what']} {said['joint']}", said["what"]):
        heads = [node for node in facts.snapshot.nodes if node.visible and fold(node.text).rstrip(":") == label]
        if len(heads) != 1:
            continue
        named = Target(text=label, name=label)
        kind: ClaimKind = "compare" if read_dates(said["value"]) else "value"
        answer = _JUDGES[kind](replace(claim, kind=kind, subject=named, values=(said["value"],)), facts)
        return answer if answer.outcome != "error" else None
    return None


def _of_thing(claim: Claim, thing: Node, facts: Facts) -> Answer:
    """Judge what is said of one thing by what stands in it, and nowhere else."""
    told: tuple[Node, bool] | None = None
    if claim.kind == "state":
        holds = holds_state(thing, str(claim.state), facts.snapshot)
        told = (thing, holds) if holds is not None else None
    elif claim.match == "exact" and len(claim.values) == 1:
        told = said_in(thing, claim.values, (), facts.snapshot)
    if told is None:
        return (judge_state if claim.kind == "state" else judge_value)(claim, facts, thing)
    node, holds = told
    return (passed if holds != claim.negated else failed)(facts.snapshot.text_of(node) or node.name, refs=(node.ref,))


def _unjudgeable(claim: Claim, facts: Facts) -> Answer | None:
    if claim.kind == "semantic":
        return error(f"Rules cannot decide this: {claim.reason}", mend=_reworded(claim))
    left = [name for text in _texts(claim) for name in PLACEHOLDER.findall(text)]
    if left:
        return error(f"{{{left[0]}}} has no value here.", mend=f"Give {{{left[0]}}} a value before this check.")
    if claim.settle and facts.snapshot.truncated:
        return error(
            "The page is larger than a snapshot, so nothing can be said to be absent.",
            mend="Name a place on the page to look in.",
        )
    return None


def _reworded(claim: Claim) -> str:
    return "Configure a model, or say it as: " + "; or: ".join(claim.rewordings)


def _texts(claim: Claim) -> list[str]:
    texts = [*claim.values, claim.by, claim.attribute, claim.literal]
    for target in (claim.subject, claim.place):
        texts += _names(target) if target else []
    return texts


def _names(target: Target) -> list[str]:
    return [target.name or "", *(name for relation in target.relations for name in _names(relation.anchor))]


def _expected(claim: Claim) -> str:
    return describe_claim(replace(claim, place=None))


def _placed(judge_inside: Callable[..., Answer]) -> Judge:
    return lambda claim, facts: in_place(claim, facts, judge_inside)


def _state(claim: Claim, facts: Facts) -> Answer:
    return in_place(claim, facts, _shown if claim.state in {"visible", "hidden"} else judge_state)


def _shown(claim: Claim, facts: Facts, inside: Node | None) -> Answer:
    return judge_told(claim, facts, inside) or judge_visible(claim, facts, inside)


_JUDGES: dict[str, Judge] = {
    "text": _placed(judge_text),
    "state": _state,
    "value": _placed(judge_value),
    "compare": _placed(judge_compare),
    "count": judge_count,
    "order": judge_order,
    "attribute": _placed(judge_attribute),
    "semantic": lambda claim, _: failed(claim.text),
    **PAGE_JUDGES,
}
