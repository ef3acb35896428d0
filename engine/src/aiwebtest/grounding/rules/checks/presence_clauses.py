"""Reading of claims about what is there: presence, counts, states."""

from __future__ import annotations

import re

from aiwebtest.core.claim import Claim, ClaimState, Comparison
from aiwebtest.core.intent import Target
from aiwebtest.grounding.rules.checks.clause import MASK, VERBS, Clause, Reader, match_of, read_number, reads
from aiwebtest.grounding.rules.checks.phrases import (
    PAGE,
    STATE,
    STATES,
    is_plural,
    is_status,
    names_several,
    split_place,
    state_of,
)
from aiwebtest.grounding.rules.checks.quantities import read_amount

__all__ = ["PRESENCE_READERS", "WORDED"]

# --- presence and text --------------------------------------------------------------------------------------------

_SEES = reads(r"(?:i|we|you|they|the (?:user|visitor|customer|page)) <NOT>see(?:s)? (?:that )?(?P<what>.+)")
_ASKED = reads(r"(?:i|we|you|the (?:user|visitor|customer)) <NOT>(?:am|is|are) (?:asked|told|warned|shown):? (?P<what>"
               rf"{MASK})")  # fmt: skip
_THERE = reads(r"there <NOT>(?:is|exists|appears) (?P<what>.+?)(?: (?:shown|displayed|visible|present|listed))?")
_SHOWN = reads(
    rf"(?P<what>.+?) <NOT>(?:is (?:{STATES[0][0]})|appears|exists|shows(?: up)?|pops up|comes up)(?: (?P<where>(?:in"
    rf"|on|inside|within|under|at|below|above|next to|as) .+))?"
)
_LISTED = reads(
    r"(?P<what>.+?) <NOT>is (?P<where>(?:in|on|inside|within|under|among|part of) (?:the|a|an|my|this|that|its"
    r"|[\ue100-\ue3ff]).*)"
)
_GONE = reads(
    rf"(?P<what>.+?) <NOT>(?:is (?:{STATES[1][0]})|disappears|goes away|vanishes|has gone)(?: (?P<where>(?:from|in"
    rf"|on) .+))?"
)
_PAGE_SAYS = reads(
    rf"(?:{PAGE}|the text) <NOT>(?P<verb>shows|displays|contains|includes|has|lists|mentions|says|reads|holds"
    rf"|presents|states|asks|carries|tells(?: me)?|reports) (?P<what>.+)"
)
WORDED = re.compile(
    r"(?:(?:the|a|an|any|some) )?(?:(?:exact|following|error|success|warning|confirmation|info|validation|status) )*"
    r"(?P<noun>text|message|words?|wording|phrase|string|sentence|label|notice|note|content|information|value|number"
    r"|line|title|caption)?"
    rf"s?(?:,? (?:saying|reading|containing|which says|that says|that reads|of|with(?: the)? (?:text|message"
    rf"|words?))(?: that)?)?:? ?(?P<text>{MASK})",
    re.IGNORECASE,
)
_WORDED_AFTER = re.compile(
    rf"(?:(?:the|a|an) )?(?P<text>{MASK}) (?:text|message|words?|label|notice|string|phrase|wording)", re.IGNORECASE
)


_AMOUNT_NOUN = (
    "(?:price|total|subtotal|sum|amount|cost|costs|fee|tax|discount|shipping|balance|quantity|number|rating|score|rate)"
)
_VALUED = re.compile(
    rf"(?:(?:the|a|an) )?(?P<noun>(?:[a-z]+ ){{0,2}}{_AMOUNT_NOUN})(?: of)?:?"
    rf" (?P<value>[$€£¥]?\d\S*(?: [A-Z]{{3}}| ?[$€£¥%])?|{MASK})",
    re.IGNORECASE,
)
"""A noun in front of its value: "the price $14.00"."""


def _see(clause: Clause) -> tuple[Claim, ...] | None:
    if found := clause.match(_SEES) or clause.match(_ASKED) or clause.match(_THERE):
        return _presence(
            clause, found["what"], negated=bool(found["no"]), stated=not found[0].lower().startswith("there")
        )
    if found := clause.match(_PAGE_SAYS):
        how, what = match_of(found["verb"] if found["verb"].lower() in VERBS else "shows", found["what"])
        literal = how == "exact" and what != found["what"]
        return _presence(clause, what, negated=bool(found["no"]), exact=literal, stated=True)
    return None


def _shown(clause: Clause) -> tuple[Claim, ...] | None:
    for pattern, gone in ((_SHOWN, False), (_GONE, True), (_LISTED, False)):
        found = clause.match(pattern)
        if found and not (found["where"] or "")[:1].isupper():  # "shows In progress" is what it shows
            said = re.search(r"is (?P<state>[^\W\d_]+)$", found[0])
            if said and not found["where"] and is_status(said["state"], found["what"]):
                continue
            where = re.sub(r"^(?:from|as)\b", "in", found["where"], flags=re.IGNORECASE) if found["where"] else ""
            return _presence(clause, f"{found['what']} {where}".strip(), negated=bool(found["no"]) != gone)
    return None


def _presence(
    clause: Clause, phrase: str, *, negated: bool, exact: bool = False, stated: bool = False
) -> tuple[Claim, ...] | None:
    """Read what is said to be there: so many things, some text, or an element."""
    if counted := _counted(clause, phrase, negated=negated, stated=stated):
        return counted
    what, place = split_place(phrase, clause)
    every = bool(re.match(r"(?:all|every|each|both)\b", what, re.IGNORECASE))
    what = re.sub(
        r"^(?:all(?: of)?(?: the)?|any|every|each(?: of the)?|both(?: of the)?(?: the)?) ",
        "",
        what,
        flags=re.IGNORECASE,
    )
    worded = WORDED.fullmatch(what) or _WORDED_AFTER.fullmatch(what)
    if worded:
        values, quoted = clause.value(worded["text"])
        noun = what[: worded.start("text")].strip().lower()  # "the error", "a success message saying"
        return (
            clause.claim(
                "text", negated=negated, match="exact" if exact else "contains", values=values, quoted=quoted,
                place=place, attribute=noun,
            ),
        )  # fmt: skip
    if not negated and (valued := _VALUED.fullmatch(what)) and read_amount(clause.wording.content(valued["value"])):
        value, subject = clause.wording.content(valued["value"]), clause.target(f"the {valued['noun']}")
        return (clause.claim("compare", subject=subject, values=(value,), place=place, some=True, attribute="text"),)
    if negated and names_several(what):
        target = clause.target(what)
        return (clause.claim("count", subject=target, place=place, values=("0",), comparison="="),)
    return (
        clause.claim("state", negated=negated, subject=clause.target(what), place=place, state="visible", every=every),
    )


_COUNTABLE = re.compile(
    r"(?:(?:[^\W\d_][\w'-]* ){0,3}(?P<head>[^\W\d_][\w-]*))(?P<place> (?:in|on|inside|within|of|under|at|for) .+)?",
    re.IGNORECASE,
)
# --- counts ---------------------------------------------------------------------------------------------------------

_NUMBER_OF = reads(
    r"the (?:total )?(?P<what>number|count|amount|quantity) of (?P<noun>.+?) <NOT>(?:is|equals|shows|reads|exceeds)"
    r" (?P<bound>.+)"
)
_HAS = reads(
    r"(?P<where>.+?) <NOT>(?P<verb>has|contains|shows|lists|displays|holds|includes|consists of|offers|reports|says)"
    r" (?P<what>.+)"
)
_SO_MANY = reads(
    rf"(?P<what>.+?) <NOT>(?:is (?P<state>{STATE}|left|remaining|returned|loaded|available)|appears|exists"
    rf"|remains)(?P<where> (?:in|on|inside|within|under) .+)?"
)
_SO_MANY_SAY = reads(
    r"(?:only |just |exactly )?(?P<number><N>|no|[a-z]+) (?P<noun>[a-z]+) <NOT>is (?P<how>[a-z]+(?:[ -][a-z]+)?)"
)  # "two requests are pending"
_OFTEN = (
    r" (?P<bound>(?:[a-z]+ ){0,3}?)"
    r"(?P<times>once|twice|thrice|<N> times?)(?P<where> (?:in|on|inside|within|under) .+)?"
)
_TIMES = reads(r"(?P<what><V>) <NOT>is (?:shown|visible|displayed|listed|present)" + _OFTEN)
_SEEN_TIMES = reads(r"i <NOT>see (?P<what><V>)" + _OFTEN)
# Things shown; how often a word occurs in running text is another matter.
_TIMES_WORDS = {"once": "1", "twice": "2", "thrice": "3"}


def _count(clause: Clause) -> tuple[Claim, ...] | None:
    if found := clause.match(_TIMES) or clause.match(_SEEN_TIMES):
        times = _TIMES_WORDS.get(found["times"].lower()) or found["times"].rsplit(" ", 1)[0]
        phrase = f"{found['bound']}{times} elements with the text {found['what']}{found['where'] or ''}"
        return _counted(clause, phrase, negated=bool(found["no"]), stated=False)
    if found := clause.match(_NUMBER_OF):
        number = read_number(found["bound"])
        noun = re.sub(r"^(?:the|all|all the) ", "", found["noun"])
        one = clause.wording.is_quoted(noun) or not names_several(noun)
        if found["what"].lower() in {"quantity", "amount"} and one:  # "the quantity of Hosting" is what its line says
            return None
        if number and not number[2].strip():
            noun, place = split_place(noun, clause)
            return (_count_claim(clause, noun, place, number, negated=bool(found["no"]), stated=True),)
        return None
    if (found := clause.match(_HAS)) and not re.fullmatch(PAGE + "|it", found["where"], re.IGNORECASE):
        return _has_count(clause, found)
    if found := clause.match(_SO_MANY):
        return _counted(
            clause,
            found["what"] + (found["where"] or ""),
            negated=bool(found["no"]),
            stated=False,
            state=found["state"],
        )
    found = clause.match(_SO_MANY_SAY)
    if found and not found["no"] and read_number(found["number"] + " x") and found["how"] not in _WHERE_TO:
        return _counted(clause, f"{found['number']} {found['how']} {found['noun']}", negated=False, stated=False)
    return None


_WHERE_TO = frozenset(
    {"here", "there", "in place", "on top", "enough", "more", "less", "downloaded", "uploaded", "sent"}
)


def _has_count(clause: Clause, found: re.Match[str]) -> tuple[Claim, ...] | None:
    place = clause.target(found["where"])
    stated = found["verb"].lower() in {"shows", "displays", "reports", "says"}
    counted = _counted(clause, found["what"], negated=bool(found["no"]), stated=stated, place=place)
    if counted or not found["no"]:
        return counted
    noun = re.sub(r"^any ", "", found["what"], flags=re.IGNORECASE)
    if names_several(noun):
        return (clause.claim("count", subject=clause.target(noun), place=place, values=("0",), stated=stated),)
    return None


def _counted(
    clause: Clause, phrase: str, *, negated: bool, stated: bool, place: Target | None = None, state: str | None = None
) -> tuple[Claim, ...] | None:
    """Read "at least 3 checked rows in the table" as a count; None when it does not begin with a number and a noun."""
    phrase = re.sub(r"^(?:the|all) (?=\d)", "", phrase.strip(), flags=re.IGNORECASE)
    masked = clause.wording.is_quoted(phrase.split(" ")[0])
    number = None if masked else read_number(phrase)
    if number is None:
        return None
    noun, where = split_place(number[2].strip(), clause)
    noun = re.sub(r"^(?:of the|different|distinct|separate|more) ", "", noun)
    if not _COUNTABLE.fullmatch(noun) and not re.search(MASK, noun):
        return None
    if read_amount(f"{number[1][0]} {noun}") or not noun:
        return None  # an amount with its unit: "5 kg", "20 dollars"
    return (_count_claim(clause, noun, place or where, number, negated=negated, stated=stated, state=state),)


def _count_claim(
    clause: Clause, noun: str, place: Target | None, number: tuple[Comparison, tuple[str, ...], str], *, negated: bool,
    stated: bool, state: str | None = None,
) -> Claim:  # fmt: skip
    values = tuple(clause.wording.content(value) for value in number[1])
    return clause.claim(
        "count", negated=negated, subject=clause.target(noun), place=place, comparison=number[0], values=values,
        stated=stated, state=state_of(state) if state else None,
    )  # fmt: skip


# --- states ---------------------------------------------------------------------------------------------------------

_IN_STATE = reads(
    rf"(?P<what>.+?) <NOT>(?:is (?:completely |entirely |all |both )?(?P<state>{STATE})|(?P<focus>has (?:the"
    rf" )?(?:keyboard )?focus))(?: by default)?"
)
_CURSOR = reads(r"the (?:cursor|caret|text cursor|keyboard focus|focus) <NOT>is (?:in|on|at) (?P<what>.+)")
_OPENS = reads(r"(?P<what>.+?) <NOT>(?P<verb>opens|closes)")


def _cursor(clause: Clause) -> tuple[Claim, ...] | None:
    if found := clause.match(_CURSOR):
        return (
            clause.claim("state", negated=bool(found["no"]), subject=clause.target(found["what"]), state="focused"),
        )
    return None


def _state(clause: Clause) -> tuple[Claim, ...] | None:
    if found := clause.match(_IN_STATE):
        state: ClaimState | None = "focused" if found["focus"] else state_of(found["state"])
    elif found := clause.match(_OPENS):
        state = "expanded" if found["verb"].lower() == "opens" else "collapsed"
    if not found or state is None:
        return None
    phrase = found["what"]
    if not found.groupdict().get("focus") and is_status(found.groupdict().get("state") or "", phrase):
        return None
    every = bool(re.match(r"(?:all|every|each|both)\b", phrase, re.IGNORECASE)) or is_plural(phrase)
    what, place = split_place(phrase, clause)
    negated = bool(found["no"])
    what = re.sub(
        r"^(?:all(?: of)?(?: the)?|every|each(?: of the)?|both(?: of the)?(?: the)?) ", "", what, flags=re.IGNORECASE
    )
    return (clause.claim("state", negated=negated, subject=clause.target(what), place=place, state=state, every=every),)


PRESENCE_READERS: tuple[Reader, ...] = (_cursor, _count, _see, _shown, _state)
