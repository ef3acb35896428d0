"""What rules must not decide: judgement, conditions, comparisons with what was before, words left over.

A denial is the trap: "the list does not contain duplicates" would hold for any page without the word "duplicates". So a
denied word has to be quoted, capitalised or a number; then it is plain that the word itself is meant.
"""

from __future__ import annotations

import re

from aiwebtest.core.claim import Claim
from aiwebtest.core.scope import PLACEHOLDER
from aiwebtest.grounding.rules.checks.clause import MASK
from aiwebtest.grounding.rules.checks.phrases import STATE, is_status
from aiwebtest.grounding.rules.checks.wording import NOT

__all__ = ["beyond_rules", "conditional", "doubt", "is_word_of_state", "is_worded", "possible"]

_QUALITIES = """
    good bad nice clear fine ok okay professional readable legible understandable helpful friendly meaningful sensible
    reasonable appropriate relevant proper consistent intuitive attractive beautiful ugly polite funny plausible
    realistic correct right wrong incorrect accurate broken responsive aligned overlapping centered centred similar
    related different unchanged changed increased decreased updated refreshed reloaded useful complete obvious easy hard
    fast slow saved sent created working animated styled translated today tomorrow yesterday first last"""
_JUDGED = "|".join(_QUALITIES.split()) + r"|the same|well[- ]\w+|user[- ]friendly|at the (?:top|bottom|end|start)"
_JUDGEMENT = re.compile(
    r"\b(?i:looks|seems|feels|explains|describes|suits|resembles|suggests|implies|relates|makes (?:it clear|sense)"
    r"|is about|sum of|(?:as|than) before|because|so that|in order to|correctly|properly|nicely|appropriately"
    r"|as (?:expected|intended|designed)|in the (?:future|past)|(?:scrollbar|typo|duplicate|overlap|flicker|gap)s?)\b"
    r"|\b(?:works|functions|fits|overlaps|changes|updates|loads)(?: (?:well|fine|too))?$|\bhas (?:changed|increased)$"
    rf"|is (?:not |very |quite |really |too |all |still )*(?:{_JUDGED})"
    r"(?:$|,| (?:to|for|with|as|than|of|and|on|from)\b)"
)
_CONDITION = re.compile(
    r"^(?:if|when|once|unless|until|before|after|whenever|as soon as)\b|\b(?:unless|if|whenever|either|neither|nor"
    r"|except|depending)\b",
    re.IGNORECASE,
)
_POSSIBLE = re.compile(
    r"\b(?:can|could|may|might) (?:still |now |only )?be (?!seen|found|read|viewed)[a-z]+(?:ed|en|t)\b"
)
_ACTING = re.compile(
    r"^(?:i see (?:that )?)?(?:clicking|pressing|tapping|hitting|typing|entering|selecting|choosing|picking|checking"
    r"|unchecking|submitting|hovering|dragging|scrolling|opening|closing)\b(?= .*\b(?:shows?|displays?|opens?|closes?"
    r"|hides?|enables?|disables?|makes?|changes?|submits?|adds?|removes?|leads?|brings?|takes?)\b)",
    re.IGNORECASE,
)
_OFTEN = re.compile(r" (?:twice|thrice)\W*$", re.IGNORECASE)
_OR = re.compile(r"\bor\b", re.IGNORECASE)
_PLAIN_OR = re.compile(
    r"\b(?:or (?:more|less|fewer|higher|lower|above|below)|or equal|on or (?:before|after)|errors? or warnings?)\b"
)
_LEFT_OVER = re.compile(
    rf"{NOT}|\b(?:not|no|never|without|none|nothing|nobody|no one|neither|nor|hardly|except|everything)\b|@none"
    r"|^(?:only|just|exactly one|at most one|most|many|few|some of)\b",
    re.IGNORECASE,
)
_LISTED_NO = re.compile(r"(?:, (?:and )?| and )no(?=$|, | and )", re.IGNORECASE)  # "shows North and no"
_CALLED_NO = re.compile(  # "the Never option"
    r"\bthe (?:Never|None|No|Nothing|Everything|Everybody|Nobody)\b"
    r"(?= (?:option|choice|radio|button|tab|link|box|checkbox|switch)\b)"
)
_SOMEBODY = re.compile(r"(?:i|we|you|they|he|she|the (?:user|visitor|customer|form|order|video))", re.IGNORECASE)
_DONE = re.compile(r"[a-z]+(?:ed|ing)\b")
_STATE_AND_MORE = re.compile(rf"(?:{STATE}) \S")


def conditional(text: str) -> str:
    """Return why a sentence in plain form cannot be decided for its "if" or "when", "" when it has none."""
    found = _CONDITION.search(re.sub(MASK, " ", text))
    return f'"{found[0]}" makes it depend on something else.' if found else ""


def possible(text: str) -> str:
    """Return why a sentence as written says what can be done rather than what is so, "" where it does not."""
    found = _POSSIBLE.search(re.sub(MASK, " ", text))
    return f'"{found[0].strip()}" is about what is possible, not about what is so.' if found else ""


def beyond_rules(text: str) -> str:
    """Return why a clause in plain form is beyond rules, "" when nothing in it says so."""
    bare = re.sub(MASK, " ", text)
    if (found := _JUDGEMENT.search(bare)) and not is_status("", bare):
        return f'"{found[0].strip()}" asks for judgement, or for what is not on the page.'
    if _ACTING.search(bare):
        return "It says what an action brings: do that in a step before."
    if (found := _OFTEN.search(bare)) is not None:
        return f'"{found[0].strip()}" asks for a number of times.'
    if _OR.search(_PLAIN_OR.sub("", bare)):
        return '"or" leaves open which of the two is expected.'
    return ""


def doubt(claim: Claim) -> str:
    """Return why a claim that a pattern read should not be trusted, "" when it can."""
    phrases = [target.text for target in (claim.subject, claim.place) if target]
    reported = claim.kind == "value" and claim.subject is not None and claim.subject.role == "alert"
    if not claim.quoted and not reported and claim.kind not in {"url", "download", "attribute"}:
        phrases += claim.values
    outside = (re.sub(r"""(["“„'‘]).*?["”'’]|\{[^}]*\}""", "", phrase) for phrase in phrases)
    named = (_CALLED_NO.sub("the one", _LISTED_NO.sub("", phrase.strip())) for phrase in outside)
    if any(_LEFT_OVER.search(phrase) for phrase in named):
        return "A part of it is not understood."
    if (
        claim.kind == "value"
        and not claim.quoted
        and not is_status("", claim.subject.text if claim.subject else claim.by)
    ):
        return _doubtful_word(claim)
    return ""


def _doubtful_word(claim: Claim) -> str:
    value = PLACEHOLDER.sub("1", claim.values[0])
    if claim.subject and _SOMEBODY.fullmatch(claim.subject.text):
        return f"What {claim.subject.text} is or does is not written on the page."
    if is_word_of_state(claim):
        return ""
    plain = value == value.lower() and bool(re.search("[a-z]", value)) and not re.search(r"\d", value)
    if claim.match == "exact" and plain and (_DONE.match(value) or _STATE_AND_MORE.match(value)):
        return f'"{value}" may be a state rather than a text of the page; put it into quotes if it is a text.'
    if claim.negated and plain:
        return f'It denies "{value}", which may not be meant to the letter; put it into quotes if it is.'
    return ""


_ANY_OF_THEM = re.compile(r"(?:an?|some|any|\d+|two|three|four|five|several)\b", re.IGNORECASE)
_WORD_OF_STATE = re.compile(r"[a-z]+(?:[- ][a-z]+){0,2}")


def is_word_of_state(claim: Claim) -> bool:
    """Tell whether a claim says of a thing one plain word, as "pending" or "not blocked": its row or card may tell."""
    if claim.kind != "value" or claim.match != "exact" or claim.quoted or claim.by or claim.attribute or claim.literal:
        return False
    subject = claim.subject
    if subject is None or subject.role is not None or claim.every or claim.some or len(claim.values) != 1:
        return False
    if _ANY_OF_THEM.match(subject.text):
        return False
    if re.search(r"\b(?:once|twice|thrice|times)\b", claim.values[0]):
        return False
    return _WORD_OF_STATE.fullmatch(claim.values[0]) is not None and not is_status("", subject.text)


_LITERAL_VERBS = re.compile(
    r"\b(?:says?|reads?|states?|equals?|costs?|called|named|label+ed|set to|filled|start(?:s|ing)?|ends?|match(?:es)?"
    r"|exactly|has (?:the |a |an )?(?:value|text|label|title|caption|content))\b",
    re.IGNORECASE,
)
_DESCRIBED = re.compile(r"(?:an?|some) \S+ \S+|(?:(?!an? |some )\S+ ){3,}\S+", re.IGNORECASE)
_PREDICATE = re.compile(r"(?!(?:the|an?|my|your|not) )[a-z]+ \S")  # "assigned to Ines", "due on 1 May"
_LONG = 3  # words from which what "the page mentions" may be put in other words


def is_worded(claim: Claim) -> bool:
    """Tell whether a claim describes in plain words what the page may say in others: "the tone is warm".

    Words in quotes, with a capital or a digit are meant as they stand, and a field, a status or a cell shows its value.
    """
    if claim.negated or claim.quoted or claim.by or claim.attribute or claim.literal or claim.every or claim.some:
        return False
    subject = claim.subject
    if claim.kind == "state" and claim.state == "visible" and subject is not None:
        plain = subject.role is None and not subject.quoted and subject.ordinal is None and not subject.relations
        return plain and _is_plain(subject.text) and _DESCRIBED.fullmatch(subject.text) is not None
    if claim.kind != "value" or subject is None:
        return False
    said = claim.values[0]
    if said.startswith("that ") or re.search(r"\bis at \d", claim.text):  # "the message says that all is well"
        return True
    if claim.match == "exact" and _PREDICATE.match(said) and " is " in f" {claim.text} ":
        return True
    literal = _LITERAL_VERBS.search(claim.text.replace(said, ""))
    if is_status("", subject.text) or claim.match not in {"exact", "contains"} or literal:
        return False
    return _is_plain(said) and (claim.match == "exact" or len(said.split()) >= _LONG)


def _is_plain(words: str) -> bool:
    """Tell whether words are all in small letters, as no name, number, placeholder or quotation is."""
    return words == words.lower() and re.search(r"[a-z]", words) is not None and not re.search(r"[\d{\"“'‘$€£]", words)
