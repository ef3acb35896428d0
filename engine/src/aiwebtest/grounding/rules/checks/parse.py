"""Check sentences into claims.

A sentence is brought into plain form, parted into clauses, and each clause is offered to the readers in turn; the first
that can read it decides. A clause that nobody can read, that asks for judgement, or in which a negation or a condition
was left over inside a name, becomes a *semantic* claim: never half understood.
"""

from __future__ import annotations

import re
from dataclasses import replace

from aiwebtest.core.claim import Claim
from aiwebtest.core.intent import Target
from aiwebtest.grounding.rules.checks.clause import MASK, Clause, described
from aiwebtest.grounding.rules.checks.doubt import (
    beyond_rules,
    conditional,
    doubt,
    is_word_of_state,
    is_worded,
    possible,
)
from aiwebtest.grounding.rules.checks.order_clauses import ORDER_READERS
from aiwebtest.grounding.rules.checks.page_clauses import PAGE_READERS
from aiwebtest.grounding.rules.checks.phrases import NAMED, STATES, each_named, ends_plural
from aiwebtest.grounding.rules.checks.presence_clauses import PRESENCE_READERS
from aiwebtest.grounding.rules.checks.readings import shows_in_one_of_many
from aiwebtest.grounding.rules.checks.value_clauses import ATTRIBUTE_READERS, COMPARE_READERS, VALUE_READERS
from aiwebtest.grounding.rules.checks.wording import NOT, Wording, both, plain, readable

__all__ = ["parse_check"]

_THING_READERS = (*ATTRIBUTE_READERS, *ORDER_READERS, *COMPARE_READERS, *PRESENCE_READERS, *VALUE_READERS)
_VERB = (
    r"(?:is|has|shows|displays|says|reads|states|contains|includes|equals|matches|starts with|begins with|ends with"
    r"|appears"
    r"|disappears|exists|points|links|leads|lists|holds|exceeds|comes|costs|opens|closes|see|mentions|remains|vanishes)"
)
_HAS_VERB = re.compile(rf"(?:^|[\s{NOT}]){_VERB}\b", re.IGNORECASE)
_STARTS_WITH_VERB = re.compile(rf"^(?:also |it |they )?(?P<verb>{NOT}?{_VERB}\b.*)$", re.IGNORECASE)
_PREDICATE = re.compile(rf"^(?P<subject>.+?) (?P<verb>{NOT}?{_VERB})\b(?P<rest>.*)$", re.IGNORECASE)
_AND = re.compile(r"\s*(?:,\s*(?:and|but|while|yet)|;|\band\b|\bbut\b|\bwhile\b|,(?= ))\s+(?:that )?", re.IGNORECASE)
_IN_FRONT = re.compile(
    r"^(?:in|on|inside|within|under|at|for) (?P<place>(?:the|my|this|row|order|each|every|a|\ue000)?[^,]*?)"
    r"(?:, (?=\S)| (?=(?:i|we) ¬?see\b|there ¬?is\b)|(?<! of)(?<! in)(?<! for)(?<! under)(?<! on) (?=the \S))"
    r"(?P<rest>.+)$",
    re.IGNORECASE,
)
_LIST_SUBJECT = re.compile(
    rf"^(?P<lead>(?:both )?(?:the |a |an )?)(?P<noun>(?:[a-z]+ )?[a-z]+s )?"
    rf"(?P<items>{MASK}(?:, {MASK})*,? and {MASK})(?P<role> [^{NOT}]+?)?"
    rf" (?P<verb>{NOT}?{_VERB}\b.*)$",
    re.IGNORECASE,
)
_LIST_NAMES = re.compile(
    r"^(?:both )?(?:the )?(?P<a>[\w'-]+(?: [\w'-]+)?) and (?:the )?(?P<b>[\w'-]+(?: [\w'-]+)?) (?P<role>buttons?|links?"
    r"|fields?|checkbox(?:es)?|tabs?|options?|inputs?|columns?|rows?|icons?|images?|headings?|sections?|switch(?:es)?"
    rf"|box(?:es)?) (?P<verb>{NOT}?{_VERB}\b.*)$",
    re.IGNORECASE,
)


_NAMED_OBJECT = re.compile(
    rf"(?P<head>.*{NOT}?(?:has|shows|displays|contains|lists|includes|offers|see)|there {NOT}?is) (?P<what>{NAMED})",
    re.IGNORECASE,
)
_NAMED_SUBJECT = re.compile(rf"(?P<what>{NAMED}) (?P<verb>{NOT}?{_VERB}\b.*)", re.IGNORECASE)


def parse_check(sentence: str) -> tuple[Claim, ...]:
    """Return the claims of a check sentence, in order; at least one.

    What rules cannot decide comes back as a claim of kind "semantic", with the reason and two rewordings.
    """
    wording = Wording.of(sentence)
    text = plain(both(wording.text))
    if not text:
        return (_semantic(Clause(text, wording), "It says nothing."),)
    if reason := conditional(text) or possible(wording.text):
        return (_semantic(Clause(text, wording), reason),)
    place = None
    front = _IN_FRONT.match(text)
    if front and front["place"].strip() and _HAS_VERB.search(front["rest"]):
        place, text = described(wording.written(front["place"])), plain(front["rest"])
    on_page: tuple[Claim, ...] = ()
    if place is not None and place.role == "page":  # "on the Checkout page, ..." is a claim of its own
        on_page = _read(Clause(f"i is on {front['place']}", wording)) if front and place.name else ()
        place = None
    claims = [claim for clause in _clauses(text, wording, place) for claim in _read(clause)]
    return (*on_page, *_together(claims))


def _together(claims: list[Claim]) -> list[Claim]:
    """Make one claim of what "the list" is to show at once, and of "the wishes are A and B": one must have it all."""
    joined: list[Claim] = []
    for claim in claims:
        before = joined[-1] if joined else None
        one = shows_in_one_of_many(claim) or _is_of_several(claim)
        if before and one and claim == replace(before, text=claim.text, values=claim.values):
            joined[-1] = replace(before, text=f"{before.text} and {claim.text}", values=(*before.values, *claim.values))
        else:
            joined.append(claim)
    return joined


def _is_of_several(claim: Claim) -> bool:
    """Tell whether a claim is one of what several are: "the wishes are Balcony"."""
    plain = claim.kind == "value" and claim.match == "exact" and not (claim.quoted or claim.negated or claim.attribute)
    return plain and claim.subject is not None and claim.subject.role is None and ends_plural(claim.subject.text)


# --- clauses ---------------------------------------------------------------------------------------------------------


def _clauses(text: str, wording: Wording, place: Target | None) -> list[Clause]:
    if listed := _listed_subjects(text):
        return [clause for part in listed for clause in _clauses(part, wording, place)]
    for cut in _AND.finditer(text):
        left, right = text[: cut.start()], text[cut.end() :]
        if (parts := _parted(left, right)) is not None:
            first, second = parts
            return [*_clauses(first, wording, place), *_clauses(second, wording, place)]
    return [Clause(text, wording, place)]


def _parted(left: str, right: str) -> tuple[str, str] | None:
    """Return two whole clauses if the sentence has two here: the right one may borrow subject and verb of the left."""
    if not _HAS_VERB.search(left) or re.search(r"\b(?:between|from)(?: \S+){1,3}$", left, re.IGNORECASE):
        return None
    if re.search(r"in (?:this|that|the following|the given) order", right, re.IGNORECASE):
        return None
    predicate = _PREDICATE.match(left)
    if follows := _STARTS_WITH_VERB.match(right):
        subject = predicate["subject"] if predicate else ""
        return (left, f"{subject} {follows['verb']}") if subject else None
    if _HAS_VERB.search(right):
        return left, re.sub(r"^that ", "", right)
    return _shared_verb(left, right, predicate)


def _shared_verb(left: str, right: str, predicate: re.Match[str] | None) -> tuple[str, str] | None:
    """Carry subject and verb over to a second value: "shows 'A' and 'B'", "is visible and enabled"."""
    if predicate is None:
        return None
    rest = predicate["rest"].strip()
    verb = predicate["verb"].lower().lstrip(NOT)
    denied = re.match(r"(?:not|no) (?P<rest>.+)$", right)
    if denied and (verb in _LISTING or re.match(rf"(?:the |an? )?{MASK}", denied["rest"])):
        left, rest = _shared_place(left, denied["rest"]) if verb == "see" else (left, denied["rest"])
        flipped = predicate["verb"][1:] if predicate["verb"].startswith(NOT) else NOT + predicate["verb"]
        return left, f"{predicate['subject']} {flipped} {rest}"
    if verb == "is" and re.match(r"(?:at least|at most|less|more|greater|below|above|under|over)\b", right):
        return left, f"{predicate['subject']} {predicate['verb']} {right}"
    if re.search(rf"{MASK}$", left) and re.match(rf"(?:the |a |an )?{MASK}", right):
        if verb in {"is", "equals", "reads"} and ends_plural(predicate["subject"]):
            return None  # "the tasks are 'A' and 'B'": one list
        lead = left[: re.search(rf"(?:{MASK})$", left).start()]  # type: ignore[union-attr]
        return left, lead + right if re.match(MASK, right) else f"{predicate['subject']} {predicate['verb']} {right}"
    word = r"(?:not )?[\w-]+"
    if verb == "is" and re.fullmatch(word, rest) and re.fullmatch(word, right):
        return left, f"{predicate['subject']} {_is(predicate['verb'], right)}"
    if verb == "see" and re.match(r"(?:the|a|an|no|\d)\b", right):
        no = re.match(r"no (?P<rest>.+)", right)
        return (
            left,
            f"{predicate['subject']} {NOT}see {no['rest']}"
            if no
            else f"{predicate['subject']} {predicate['verb']} {right}",
        )
    if re.search(r"there ¬?is ", left) and re.match(r"(?:the|a|an|no|\d+|one|two|three)\b", right):
        return left, f"there {predicate['verb']} {right}"
    return None


_LISTING = frozenset("see shows displays contains includes lists has holds mentions".split())
_PLACE = re.compile(r" (?:in|on|under|inside|within) (?:the|my|this|that) [^,]+$", re.IGNORECASE)


def _shared_place(left: str, right: str) -> tuple[str, str]:
    """Let "I see A but not B in the basket" speak of the basket both times, and "I see A in the basket but not B"."""
    ours, theirs = _PLACE.search(left), _PLACE.search(right)
    if ours and theirs:
        return left, right
    return (left + theirs[0], right) if theirs else (left, right + ours[0]) if ours else (left, right)


def _is(verb: str, right: str) -> str:
    return f"{NOT}is {right[4:]}" if right.startswith("not ") else f"{verb} {right}"


def _listed_subjects(text: str) -> list[str] | None:
    """Return one clause a subject for "'A' and 'B' are visible" and "the Save and Cancel buttons are enabled"."""
    if found := _LIST_SUBJECT.match(text):
        items = re.findall(MASK, found["items"])
        role, noun = _singular(found["role"] or ""), _singular((found["noun"] or "").strip())
        lead = re.sub("^both ", "", found["lead"], flags=re.IGNORECASE) + (f"{noun} " if noun else "")
        return [f"{lead}{item}{role} {found['verb']}" for item in items]
    if found := _NAMED_SUBJECT.fullmatch(text):
        return [f"{one} {found['verb']}" for one in each_named(found["what"])]
    if found := _NAMED_OBJECT.fullmatch(text):
        return [f"{found['head']} {one}" for one in each_named(found["what"])]
    if (found := _LIST_NAMES.match(text)) and not re.search(r"\b(?:and|or)\b", found["b"]):
        role = _singular(" " + found["role"])
        return [f"the {found[name]}{role} {found['verb']}" for name in ("a", "b")]
    return None


def _singular(role: str) -> str:
    if role.endswith(("xes", "ches", "shes")):
        return role[:-2]
    return role[:-1] if role.endswith("s") and not role.endswith("ss") else role


# --- reading ---------------------------------------------------------------------------------------------------------


def _read(clause: Clause) -> tuple[Claim, ...]:
    if reason := beyond_rules(clause.text):
        for reader in PAGE_READERS:  # "the console is clean" and their like hold words of judgement
            if (claims := reader(clause)) and claims[0].kind in {"console", "requests"}:
                return claims
        return (_semantic(clause, reason),)
    for reader in (*PAGE_READERS, _no_such, *_THING_READERS):
        claims = reader(clause)
        if claims:
            reason = next((reason for claim in claims if (reason := doubt(claim))), "")
            return (_semantic(clause, reason),) if reason else tuple(_doubted(claim) for claim in claims)
    return (_semantic(clause, "It states nothing that the rules know how to look up."),)


def _doubted(claim: Claim) -> Claim:
    return replace(claim, worded=True) if is_worded(claim) or is_word_of_state(claim) else claim


_NO_SUCH = re.compile(
    rf"^(?:no|none of (?:the|these)|(?:the )?@none) (?P<what>.+?)"
    rf" (?P<verb>{_VERB})\b(?P<rest>.*)$",
    re.IGNORECASE,
)


def _no_such(clause: Clause) -> tuple[Claim, ...] | None:
    """Read "no product is sold out" as a denial for each of them."""
    found = _NO_SUCH.match(clause.text)
    if found is None:
        return None
    there = re.fullmatch(
        rf"(?:is (?:{STATES[0][0]})|appears|exists)(?: .*)?", f"{found['verb']}{found['rest']}", re.IGNORECASE
    )
    lead = "any" if there else "all"
    return _read(Clause(f"{lead} {found['what']} {NOT}{found['verb']}{found['rest']}", clause.wording, clause.place))


def _semantic(clause: Clause, reason: str) -> Claim:
    written = clause.wording.written(clause.text)
    return Claim(
        kind="semantic", text=readable(written), place=clause.place, reason=reason,
        rewordings=('I see "the text that shows it"', 'the <name of the value> is "the value expected"'),
    )  # fmt: skip
