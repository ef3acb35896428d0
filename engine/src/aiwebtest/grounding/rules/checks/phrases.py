"""Noun phrases of check sentences: places parted off, plurals, state words, words for the page itself."""

from __future__ import annotations

import re

from aiwebtest.core.claim import ClaimState
from aiwebtest.core.intent import Target
from aiwebtest.grounding.rules.checks.clause import MASK, Clause
from aiwebtest.grounding.rules.checks.quantities import read_amount, read_dates
from aiwebtest.grounding.rules.checks.text import listed
from aiwebtest.grounding.rules.words import PLURALS

__all__ = [
    "HERE", "NAMED", "PAGE", "SAY", "STATE", "STATES", "each_named", "ends_plural", "is_measurable", "is_plural",
    "is_status", "names_several", "split_place", "state_of",
]  # fmt: skip

PAGE = (
    r"(?:(?:the|this|my) )?(?:whole |current |entire )?(?:page|screen|web ?page|web ?site|site|app|application|window"
    r"|view|browser|text of the page|page(?:'s)? text|content of the page|page content|body)"
)
HERE = re.compile(
    rf",? ?\b(?:(?:any|some)where )?(?:on|in|of) {PAGE}$|,? ?\b(?:any|some|every)where$|,? on screen$", re.IGNORECASE
)
SAY = (
    r"is|equals|says|reads|states|shows|displays|contains|includes|has|lists|mentions|holds|tells|asks|carries|offers"
    r"|indicates|reports|announces|starts with|begins with|ends with|ends in|matches"
)

STATES: tuple[tuple[str, ClaimState], ...] = (
    (
        r"visible|shown|displayed|present|there|here|listed|found|available|in sight|on display|rendered|seen",
        "visible",
    ),
    (r"hidden|invisible|gone|absent|missing|removed|away|deleted|dismissed|out of sight|nowhere to be seen", "hidden"),
    (r"enabled|clickable|active and enabled|usable|interactive", "enabled"),
    (r"disabled|inactive|gr[ea]yed[- ]out|unavailable|not clickable", "disabled"),
    (r"checked|ticked|switched on|turned on|toggled on|on", "checked"),
    (r"unchecked|unticked|switched off|turned off|toggled off|off", "unchecked"),
    (r"indeterminate|partially checked|mixed|half[- ]checked", "mixed"),
    (r"selected|chosen|picked", "selected"),
    (r"unselected|deselected", "unselected"),
    (r"focus(?:s)?ed|in focus|the focused element|the active element", "focused"),
    (r"read[- ]?only", "readonly"),
    (r"editable|writable", "editable"),
    (r"required|mandatory", "required"),
    (r"optional", "optional"),
    (r"expanded|unfolded|open|opened", "expanded"),
    (r"collapsed|folded|closed", "collapsed"),
    (r"empty|blank|cleared|without (?:a |any )?(?:value|text|content)", "empty"),
    (r"filled|filled in|non-?empty", "filled"),
    (r"invalid|marked (?:as )?invalid|in error", "invalid"),
    (r"valid", "valid"),
    (r"pressed|pressed in|toggled", "pressed"),
    (r"active|current|highlighted|marked (?:as )?(?:active|current)|the (?:active|current) one", "active"),
    (r"loaded|fully loaded", "loaded"),
    (r"in (?:the )?view(?:port)?|visible in the viewport|on screen|scrolled into view", "onscreen"),
)  # fmt: skip
STATE = "|".join(words for words, _ in STATES)
_SINGULAR_S = frozenset(
    """address status progress news access business success class series process loss pass canvas bus plus as his its
    this details settings""".split()
)
_PLACE = re.compile(
    r"^(?P<what>.+?) (?:(?:that|which) is )?(?:shown |displayed |listed |found |mentioned |present |visible |included"
    r" |written |contained )?"
    r"(?:in|on|inside|inside of|within|at|among) (?P<place>(?:the|a|an|my|this|that|its|each|every|row|order"
    r"|\ue000)\b.*|[\ue100-\ue3ff].*)$",
    re.IGNORECASE,
)
_CALLED = re.compile(r"^(?P<what>[a-z][^A-Z]*?) (?:in|inside|within|under) (?P<place>[A-Z]\S*(?: \S+){0,2})$")
"""A thing in a place that is called by its name: "cards in To do"."""


_NAME = r"[\w'-]+(?: [\w'-]+){0,2}?"
NAMED = (
    r"(?:(?:all|both|these|the following|the) )*(?P<noun>buttons|links|fields|tabs|columns|options|entries|inputs"
    r"|headings|sections|icons|images|checkboxes|switches|labels):?"
    rf" (?P<names>{_NAME}(?:, {_NAME})*,? and {_NAME})"
)
"""Things of one kind, each by its name: "the columns Name, Plot and Newsletter"."""
_NAMED = re.compile(NAMED, re.IGNORECASE)


def each_named(phrase: str) -> list[str]:
    """Return "the column Name" and "the column Plot" for "the columns Name and Plot"; [] where it lists no names."""
    found = _NAMED.fullmatch(phrase)
    if found is None:
        return []
    noun = re.sub(r"(?<=x|h)e?s$|s$", "", re.sub("ies$", "y", found["noun"].lower()))
    return [f"the {noun} {name}" for name in listed(found["names"])]


def split_place(phrase: str, clause: Clause) -> tuple[str, Target | None]:
    """Part "the total in the basket" into what it is and where; words for the page itself are no place."""
    phrase = HERE.sub("", phrase).strip()
    if clause.wording.is_masked(phrase):
        return phrase, clause.place
    if found := _PLACE.match(phrase) or _CALLED.match(phrase):
        return found["what"].strip(), clause.target(found["place"])
    return phrase, clause.place


def state_of(words: str) -> ClaimState | None:
    """Return the state that words name."""
    return next((state for pattern, state in STATES if re.fullmatch(pattern, words, re.IGNORECASE)), None)


def is_status(state: str, phrase: str) -> bool:
    """Tell whether a state word is the text of a status: "Active" with a capital, or what "the status" is."""
    if re.match(r"(?:next|previous)\b", phrase, re.IGNORECASE):  # a button "Next stage"
        return state[:1].isupper()
    return state[:1].isupper() or bool(
        re.search(r"\b(?:status|state|stage|phase|availability)\b", phrase, re.IGNORECASE)
    )


def is_plural(phrase: str) -> bool:
    """Tell whether a phrase names several things by a role word in the plural: "the rows"."""
    what = re.sub(r"^(?:the|all|these|those|my) ", "", phrase.lower())
    what = re.split(r" (?:in|on|of|inside|within|under|for|at) ", what)[0]
    return bool(what.split()) and (what.split()[-1] in PLURALS or what in PLURALS)


def ends_plural(phrase: str) -> bool:
    """Tell whether a phrase names several things by its head noun, or one thing that is made of several: a list."""
    what = re.sub(r"^(?:the|all|these|those|my) ", "", phrase.lower())
    head = re.split(r" (?:in|on|of|inside|within|under|for|at|shown|listed|displayed)\b", what)[0].split()
    if not head:
        return False
    return (head[-1].endswith("s") and head[-1] not in _SINGULAR_S) or head[-1] in {"list", "menu"}


def names_several(phrase: str) -> bool:
    """Tell whether a phrase without article names several things: "products", "search results", "error messages"."""
    if re.match(r"(?:the|a|an|my|this|that|one)\b", phrase, re.IGNORECASE) or re.search(MASK, phrase):
        return False
    words = phrase.lower().split()
    if not words or len(words) > 4 or phrase.split()[-1][0].isupper():  # "Zeus" is somebody's name
        return False
    return words[-1] in PLURALS or (
        words[-1].endswith("s") and not words[-1].endswith("ss") and words[-1] not in _SINGULAR_S
    )


def is_measurable(value: str) -> bool:
    """Tell whether a value is a number, an amount, a date, or a placeholder that may hold one."""
    return bool(read_amount(value) or read_dates(value) or re.fullmatch(r"\{[^{}]+\}", value.strip()))
