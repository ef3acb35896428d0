"""Judge a claim by rules at one moment. A secret that it names is compared, and neither it nor what differs is told."""

from __future__ import annotations

from dataclasses import replace

from playwright.async_api import Error as PlaywrightError

from aiwebtest.core.claim import Claim
from aiwebtest.core.errors import ActionError
from aiwebtest.core.snapshot import Snapshot
from aiwebtest.core.verdict import Verdict
from aiwebtest.engine.state import ExecutionState
from aiwebtest.grounding.rules.checks import describe_claim, fill_claim, judge, says

__all__ = ["judged"]

_SAME = "that is shown; not told here, since it is a secret"
_ABSENT = "that is not shown; what is nearest is not told here, since it may be most of a secret"
_ANOTHER = "something else is shown; not told here, since it may be most of a secret"
_UNSURE = "what is shown fits several things, or cannot be compared; not told here, since it may be most of a secret"


async def judged(state: ExecutionState, claim: Claim, snapshot: Snapshot) -> Verdict:
    """Return the verdict on a claim whose variables are filled in and whose secrets still are placeholders.

    What a check names as a secret is compared to the letter; case does not count for absence alone.
    """
    facts = await state.facts(snapshot)
    meant = fill_claim(claim, state.scope.reveal)
    if meant == claim:
        return judge(claim, facts)
    meant = replace(meant, quoted=True)
    verdict = judge(meant, facts)
    if verdict.outcome == "error" and _is_password(claim, verdict, snapshot):
        verdict = await _by_password(state, meant, verdict, snapshot)
    return _veiled(verdict, claim, state)


def _is_password(claim: Claim, verdict: Verdict, snapshot: Snapshot) -> bool:
    asked = claim.kind == "value" or (claim.kind == "compare" and claim.comparison == "=")
    return asked and [snapshot.nodes[ref].type for ref in verdict.refs] == ["password"]


async def _by_password(state: ExecutionState, meant: Claim, verdict: Verdict, snapshot: Snapshot) -> Verdict:
    """Return the verdict on what a password field holds, which no snapshot has: it is read for this comparison only."""
    try:
        held = await (await state.element(snapshot, verdict.refs[0])).input_value()
    except (ActionError, PlaywrightError):  # it has left the page; the next look tells
        return verdict
    return replace(verdict, outcome="passed" if says(meant, held) else "failed", mend="")


def _veiled(verdict: Verdict, claim: Claim, state: ExecutionState) -> Verdict:
    """Return the verdict in the test's own words.

    What the page shows is told only where the thing itself is missing: half of a secret, or one in capitals, is not
    recognised by what masks secrets.
    """
    told = replace(verdict, claim=describe_claim(claim), expected=describe_claim(replace(claim, place=None)))
    about_thing = claim.subject is not None and fill_claim(claim, state.scope.reveal).subject == claim.subject
    if not told.refs and about_thing and told.outcome != "passed":
        return told
    if told.outcome == "error":
        return replace(told, actual=_UNSURE if told.refs else told.actual, nearest="", evidence=())
    same = (told.outcome == "passed") != claim.negated
    other = _ABSENT if claim.kind == "text" else _ANOTHER
    return replace(told, actual=_SAME if same else other, nearest="", evidence=())
