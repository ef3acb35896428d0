"""Reading of claims about things on the page: presence, state, value, quantity, order, attributes, cells."""

from __future__ import annotations

import re

from aiwebtest.core.claim import Claim, ClaimState, Comparison
from aiwebtest.core.intent import Target
from aiwebtest.grounding.rules.checks.clause import MASK, VERBS, Clause, Reader, match_of, read_number, reads
from aiwebtest.grounding.rules.checks.quantities import read_amount, read_dates
from aiwebtest.grounding.rules.checks.wording import Wording
from aiwebtest.grounding.rules.words import PLURALS

__all__ = ["THING_READERS", "split_place", "subject_of"]

_PAGE = r"(?:(?:the|this|my) )?(?:whole |current |entire )?(?:page|screen|web ?page|web ?site|site|app|application|window|view|browser|text of the page|page(?:'s)? text|content of the page|page content|body)"
_HERE = re.compile(
    rf",? ?\b(?:(?:any|some)where )?(?:on|in|of) {_PAGE}$|,? ?\b(?:any|some|every)where$|,? on screen$", re.IGNORECASE
)
_SAY = r"is|equals|says|reads|states|shows|displays|contains|includes|has|lists|mentions|holds|tells|asks|carries|indicates|reports|announces|starts with|begins with|ends with|ends in|matches"

_STATES: tuple[tuple[str, ClaimState], ...] = (
    (r"visible|shown|displayed|present|there|listed|found|available|in sight|on display|rendered|opened up|presented|seen", "visible"),
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
_STATE = "|".join(words for words, _ in _STATES)
_COUNTABLE = re.compile(
    r"(?:(?:[^\W\d_][\w'-]* ){0,3}(?P<head>[^\W\d_][\w-]*))(?P<place> (?:in|on|inside|within|of|under|at|for) .+)?",
    re.IGNORECASE,
)
_SINGULAR_S = frozenset(
    "address status progress news access business success class series process loss pass canvas bus plus as his its this details settings results".split()
) - {"results"}
_PLACE = re.compile(
    r"^(?P<what>.+?) (?:(?:that|which) is )?(?:shown |displayed |listed |found |mentioned |present |visible |included |written |contained )?"
    r"(?:in|on|inside|inside of|within|under|at|among) (?P<place>(?:the|a|an|my|this|that|its|each|every|row|order|\ue000)\b.*|[\ue100-\ue3ff].*)$",
    re.IGNORECASE,
)


def split_place(phrase: str, clause: Clause) -> tuple[str, Target | None]:
    """Part "the total in the basket" into what it is and where; words for the page itself are no place."""
    phrase = _HERE.sub("", phrase).strip()
    if clause.wording.is_masked(phrase):
        return phrase, clause.place
    if found := _PLACE.match(phrase):
        return found["what"].strip(), clause.target(found["place"])
    return phrase, clause.place


# --- presence and text --------------------------------------------------------------------------------------------

_SEES = reads(r"(?:i|we|you|they|the (?:user|visitor|customer|page)) <NOT>see(?:s)? (?:that )?(?P<what>.+)")
_THERE = reads(r"there <NOT>(?:is|exists|appears) (?P<what>.+?)(?: (?:shown|displayed|visible|present|listed))?")
_SHOWN = reads(
    rf"(?P<what>.+?) <NOT>(?:is (?:{_STATES[0][0]})|appears|exists|shows(?: up)?|pops up|comes up)(?: (?P<where>(?:in|on|inside|within|under|at|below|above|next to|as) .+))?"
)
_LISTED = reads(
    r"(?P<what>.+?) <NOT>is (?P<where>(?:in|on|inside|within|under|among|part of) (?:the|a|an|my|this|that|its|[\ue100-\ue3ff]).*)"
)
_GONE = reads(
    rf"(?P<what>.+?) <NOT>(?:is (?:{_STATES[1][0]})|disappears|goes away|vanishes|has gone)(?: (?P<where>(?:from|in|on) .+))?"
)
_PAGE_SAYS = reads(
    rf"(?:{_PAGE}|it|the text) <NOT>(?P<verb>shows|displays|contains|includes|has|lists|mentions|says|reads|holds|presents|states|carries|tells(?: me)?|reports) (?P<what>.+)"
)
_WORDED = re.compile(
    r"(?:(?:the|a|an|any|some) )?(?:(?:exact|following|error|success|warning|confirmation|info|validation|status) )*"
    r"(?P<noun>text|message|words?|wording|phrase|string|sentence|label|notice|note|content|information|value|number|line|title|caption)?"
    rf"s?(?:,? (?:saying|reading|containing|which says|that says|that reads|of|with(?: the)? (?:text|message|words?))(?: that)?)?:? ?(?P<text>{MASK})",
    re.IGNORECASE,
)
_WORDED_AFTER = re.compile(
    rf"(?:(?:the|a|an) )?(?P<text>{MASK}) (?:text|message|words?|label|notice|string|phrase|wording)", re.IGNORECASE
)


def _see(clause: Clause) -> tuple[Claim, ...] | None:
    if found := clause.match(_SEES) or clause.match(_THERE):
        return _presence(clause, found["what"], negated=bool(found["no"]))
    if found := clause.match(_PAGE_SAYS):
        how, what = match_of(found["verb"] if found["verb"].lower() in VERBS else "shows", found["what"])
        return _presence(clause, what, negated=bool(found["no"]), exact=how == "exact" and what != found["what"])
    return None


def _shown(clause: Clause) -> tuple[Claim, ...] | None:
    for pattern, gone in ((_SHOWN, False), (_GONE, True), (_LISTED, False)):
        if found := clause.match(pattern):
            where = re.sub(r"^(?:from|as)\b", "in", found["where"], flags=re.IGNORECASE) if found["where"] else ""
            return _presence(clause, f"{found['what']} {where}".strip(), negated=bool(found["no"]) != gone)
    return None


def _presence(clause: Clause, phrase: str, *, negated: bool, exact: bool = False) -> tuple[Claim, ...] | None:
    """Read what is said to be there: so many things, some text, or an element."""
    if counted := _counted(clause, phrase, negated=negated, stated=False):
        return counted
    what, place = split_place(phrase, clause)
    every = bool(re.match(r"(?:all|every|each|both)\b", what, re.IGNORECASE))
    worded = _WORDED.fullmatch(what) or _WORDED_AFTER.fullmatch(what)
    if worded:
        values, quoted = clause.value(worded["text"])
        noun = (worded.groupdict().get("noun") or "").lower()
        return (
            clause.claim(
                "text", negated=negated, match="exact" if exact else "contains", values=values, quoted=quoted,
                place=place, attribute=noun,
            ),
        )  # fmt: skip
    if re.match(r"(?:any|none|anything|something|nothing|everything|what|that|how|whether)\b", what, re.IGNORECASE):
        what = re.sub(r"^any ", "", what, flags=re.IGNORECASE)
    if negated and _plural_noun(what):
        target = clause.target(what)
        return (clause.claim("count", subject=target, place=place, values=("0",), comparison="="),)
    return (
        clause.claim("state", negated=negated, subject=clause.target(what), place=place, state="visible", every=every),
    )


# --- counts ---------------------------------------------------------------------------------------------------------

_NUMBER_OF = reads(
    r"the (?:total )?(?:number|count|amount|quantity) of (?P<noun>.+?) <NOT>(?:is|equals|shows|reads|exceeds) (?P<bound>.+)"
)
_HAS = reads(
    r"(?P<where>.+?) <NOT>(?P<verb>has|contains|shows|lists|displays|holds|includes|consists of|offers|reports|says) (?P<what>.+)"
)
_SO_MANY = reads(
    rf"(?P<what>.+?) <NOT>(?:is (?P<state>{_STATE}|left|remaining|returned|loaded|available)|appears|exists|remains)(?P<where> (?:in|on|inside|within|under) .+)?"
)


def _count(clause: Clause) -> tuple[Claim, ...] | None:
    if found := clause.match(_NUMBER_OF):
        number = read_number(found["bound"])
        if number and not number[2].strip():
            noun, place = split_place(found["noun"], clause)
            noun = re.sub(r"^(?:the|all|all the) ", "", noun)
            return (_count_claim(clause, noun, place, number, negated=bool(found["no"]), stated=True),)
        return None
    if (found := clause.match(_HAS)) and not re.fullmatch(_PAGE + "|it", found["where"], re.IGNORECASE):
        return _has_count(clause, found)
    if found := clause.match(_SO_MANY):
        return _counted(
            clause,
            found["what"] + (found["where"] or ""),
            negated=bool(found["no"]),
            stated=False,
            state=found["state"],
        )
    return None


def _has_count(clause: Clause, found: re.Match[str]) -> tuple[Claim, ...] | None:
    place = clause.target(found["where"])
    stated = found["verb"].lower() in {"shows", "displays", "reports", "says"}
    counted = _counted(clause, found["what"], negated=bool(found["no"]), stated=stated, place=place)
    if counted or not found["no"]:
        return counted
    noun = re.sub(r"^any ", "", found["what"], flags=re.IGNORECASE)
    if _plural_noun(noun):
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
        stated=stated, state=_state_of(state) if state else None,
    )  # fmt: skip


def _plural_noun(phrase: str) -> bool:
    """Tell whether a phrase without article names several things: "products", "search results", "error messages"."""
    if re.match(r"(?:the|a|an|my|this|that|one)\b", phrase, re.IGNORECASE) or re.search(MASK, phrase):
        return False
    words = phrase.lower().split()
    if not words or len(words) > 4:
        return False
    return words[-1] in PLURALS or (
        words[-1].endswith("s") and not words[-1].endswith("ss") and words[-1] not in _SINGULAR_S
    )


def _state_of(words: str) -> ClaimState | None:
    return next((state for pattern, state in _STATES if re.fullmatch(pattern, words, re.IGNORECASE)), None)


# --- states ---------------------------------------------------------------------------------------------------------

_IN_STATE = reads(
    rf"(?P<what>.+?) <NOT>(?:is (?:completely |entirely |all |both )?(?P<state>{_STATE})|(?P<focus>has (?:the )?(?:keyboard )?focus))(?: by default)?"
)
_OPENS = reads(r"(?P<what>.+?) <NOT>(?P<verb>opens|closes)")


def _state(clause: Clause) -> tuple[Claim, ...] | None:
    found = clause.match(_IN_STATE)
    if found:
        state: ClaimState | None = "focused" if found["focus"] else _state_of(found["state"])
    elif found := clause.match(_OPENS):
        state = "expanded" if found["verb"].lower() == "opens" else "collapsed"
    if not found or state is None:
        return None
    phrase = found["what"]
    every = bool(re.match(r"(?:all|every|each|both)\b", phrase, re.IGNORECASE)) or _is_plural(phrase)
    none = re.match(r"(?:none of the|@none|no|the @none) ", phrase, re.IGNORECASE)
    if none:
        phrase, every = phrase[none.end() :], True
    what, place = split_place(phrase, clause)
    negated = bool(found["no"]) != bool(none)
    what = re.sub(
        r"^(?:all(?: of)?(?: the)?|every|each(?: of the)?|both(?: of the)?(?: the)?) ", "", what, flags=re.IGNORECASE
    )
    return (clause.claim("state", negated=negated, subject=clause.target(what), place=place, state=state, every=every),)


def _is_plural(phrase: str) -> bool:
    what = re.sub(r"^(?:the|all|these|those|my) ", "", phrase.lower())
    what = re.split(r" (?:in|on|of|inside|within|under|for|at) ", what)[0]
    return bool(what.split()) and (what.split()[-1] in PLURALS or what in PLURALS)


# --- comparisons ----------------------------------------------------------------------------------------------------

_MORE = (
    r"(?P<bound>(?:strictly )?(?:less|lower|smaller|fewer|cheaper) than|below|under|(?:greater|more|higher|larger|bigger) than|above|over|at least|at most"
    r"|no more than|not more than|no less than|not less than|up to|less than or equal to|greater than or equal to|<=|>=|<|>|equal to)"
)
_COMPARED = reads(
    rf"(?P<what>.+?) <NOT>(?:(?:is|costs|equals|shows|reads|has(?: a value(?: of)?)?) {_MORE}|(?P<exceeds>exceeds)) (?P<value>.+)"
)
_BETWEEN = reads(
    r"(?P<what>.+?) <NOT>(?:is|costs|shows|lies|falls) (?:somewhere )?(?:between|from|in the range(?: of| from)?) (?P<a>.+?) (?:and|to|-) (?P<b>.+)"
)
_DATED = reads(
    r"(?P<what>.+?) <NOT>is (?:(?P<bound>on or before|on or after|not before|not after|before|after|earlier than|later than)|on) (?P<value>.+)"
)
_BOUNDS: dict[str, Comparison] = {
    "less than": "<", "lower than": "<", "smaller than": "<", "fewer than": "<", "cheaper than": "<", "below": "<", "under": "<",
    "<": "<", "before": "<", "earlier than": "<", "greater than": ">", "more than": ">", "higher than": ">", "larger than": ">",
    "bigger than": ">", "above": ">", "over": ">", ">": ">", "exceeds": ">", "after": ">", "later than": ">", "at least": ">=",
    "no less than": ">=", "not less than": ">=", "greater than or equal to": ">=", ">=": ">=", "on or after": ">=",
    "not before": ">=", "at most": "<=", "no more than": "<=", "not more than": "<=", "up to": "<=", "on or before": "<=",
    "less than or equal to": "<=", "<=": "<=", "not after": "<=", "equal to": "=",
}  # fmt: skip


def _compare(clause: Clause) -> tuple[Claim, ...] | None:
    if found := clause.match(_BETWEEN):
        low, high = clause.wording.content(found["a"]), clause.wording.content(found["b"])
        if not (_measurable(low) and _measurable(high)):
            return None
        return _comparison(clause, found["what"], "between", (low, high), negated=bool(found["no"]))
    if found := clause.match(_COMPARED):
        bound = re.sub(r"^strictly ", "", (found["bound"] or "exceeds").lower())
        value = clause.wording.content(re.sub(r"^or equal to ", "", found["value"]))
        return (
            _comparison(clause, found["what"], _BOUNDS[bound], (value,), negated=bool(found["no"]))
            if _measurable(value)
            else None
        )
    if found := clause.match(_DATED):
        value = clause.wording.content(found["value"])
        if read_dates(value) or re.fullmatch(r"\{[^}]+\}", value):
            bound = (found["bound"] or "equal to").lower()
            return _comparison(clause, found["what"], _BOUNDS[bound], (value,), negated=bool(found["no"]))
    return None


def _comparison(
    clause: Clause, phrase: str, comparison: Comparison, values: tuple[str, ...], *, negated: bool
) -> tuple[Claim, ...]:
    subject, place, by, every = _subject(clause, phrase)
    return (
        clause.claim(
            "compare",
            negated=negated,
            subject=subject,
            place=place,
            comparison=comparison,
            values=values,
            by=by,
            every=every,
        ),
    )


def _measurable(value: str) -> bool:
    return bool(read_amount(value) or read_dates(value) or re.fullmatch(r"\{[^{}]+\}", value.strip()))


# --- values ---------------------------------------------------------------------------------------------------------

_ROW = r"(?:row|line|entry|order|record|item|product|card)"
_COLUMN_OF = reads(r"(?:the )?(?P<column>.+?) (?:column|cell) (?:of|for|in) (?P<row>.+)")
_IN_COLUMN = reads(
    rf"(?P<row>.+?) <NOT>(?P<verb>{_SAY}) (?P<value>.+?) (?:in|under|as|for) (?:the |its )?(?P<column>[^\s].*?) column"
)
_CELL_AT = reads(
    r"the (?:cell|value) (?:in|of|at) (?P<row>(?:the )?.*?row.*?)(?:,| and) (?:(?:the )?column )?(?P<column>.+?)(?: column)?"
)
_OF = reads(r"(?:the )?(?P<what>[^\ue100-\ue3ff]{1,40}?) (?:of|for) (?P<place>.+)")
_VALUE_OF = re.compile(
    r"(?:the )?(?:current |displayed |entered |selected )?(?:value|text|content|contents|selected option|selection|wording|text content|inner text)"
    r"(?: (?:entered|shown|displayed|typed))? (?:of|in|inside|for) (?P<what>.+)",
    re.IGNORECASE,
)
_HAS_VALUE = reads(
    r"(?P<what>.+?) <NOT>(?:has (?:the |a |an )?(?:current )?(?P<noun>value|text|content|label|caption|wording|selected option|selected value)(?: of| set to| equal to)?:?"
    r"|is (?:set to|filled(?: in)? with|populated with|prefilled with|pre-filled with|changed to|labell?ed|called|named|marked(?: as)?|equal to))"
    r" (?P<value>.+)"
)
_CHOSEN_IN = reads(
    r"(?P<value>.+?) <NOT>is (?:selected|chosen|picked|entered|typed|filled in|set)(?: (?:in|for|as|from|into|under)) (?P<what>.+)"
)
_SAYS = reads(rf"(?P<what>.+?) <NOT>(?P<verb>{_SAY}|costs) (?P<value>.+)")
_POSSESSIVE = re.compile(r"(?P<owner>.+?)'s (?P<what>.+)")


def _subject(clause: Clause, phrase: str) -> tuple[Target | None, Target | None, str, bool]:
    """Return what a phrase speaks of, where, in which column, and whether of all such things."""
    phrase = _HERE.sub("", phrase).strip()
    if whole := _VALUE_OF.fullmatch(phrase):
        phrase = whole["what"]
    every = bool(re.match(r"(?:all|every|each|both)\b", phrase, re.IGNORECASE))
    phrase = re.sub(
        r"^(?:all(?: of)?(?: the)?|every|each(?: of the)?|both(?: of the| the)?) ", "", phrase, flags=re.IGNORECASE
    )
    if column := re.fullmatch(
        r"(?:cell|value|entry)?s? ?(?:in|of) (?:the )?(?P<column>.+?) column", phrase, re.IGNORECASE
    ):
        return None, clause.place, clause.wording.content(column["column"]), every
    if column := reads(r"(?:the )?(?P<column>.+?) column").fullmatch(phrase):
        return None, clause.place, clause.wording.content(column["column"]), every
    for pattern in (_COLUMN_OF, _CELL_AT):
        if cell := pattern.fullmatch(phrase):
            column_name = re.sub(r"^the ", "", cell["column"])
            return None, clause.target(cell["row"]), clause.wording.content(column_name), every
    what, place = split_place(phrase, clause)
    if owned := _POSSESSIVE.fullmatch(what):
        return clause.target(owned["what"]), clause.target(owned["owner"]), "", every
    if (found := _OF.fullmatch(what)) and not re.match(
        r"(?:the )?(?:row|list|table|line|number)\b", what, re.IGNORECASE
    ):
        return clause.target(found["what"]), clause.target(found["place"]), "", every
    return clause.target(what), place, "", every


def subject_of(phrase: str) -> tuple[Target | None, Target | None, str]:
    """Return what a noun phrase speaks of, where, and in which column: "the Status of order 1001"."""
    wording = Wording.of(phrase)
    subject, place, column, _ = _subject(Clause(wording.text, wording), wording.text)
    return subject, place, column


def _value(clause: Clause) -> tuple[Claim, ...] | None:
    if found := clause.match(_IN_COLUMN):
        how, phrase = match_of(found["verb"], found["value"])
        values, quoted = clause.value(phrase)
        return (
            clause.claim(
                "value", negated=bool(found["no"]), place=clause.target(found["row"]), match=how, values=values,
                quoted=quoted, by=clause.wording.content(found["column"]),
            ),
        )  # fmt: skip
    if found := clause.match(_CHOSEN_IN):
        values, quoted = clause.value(re.sub(r"^the (?:option|value) ", "", found["value"]))
        return _said(clause, found["what"], "exact", values, quoted, negated=bool(found["no"]))
    if found := clause.match(_HAS_VALUE):
        how, phrase = match_of("is", found["value"])
        values, quoted = clause.value(phrase)
        return _said(clause, found["what"], how, values, quoted, negated=bool(found["no"]))
    if found := clause.match(_SAYS):
        return _says(clause, found)
    return None


def _says(clause: Clause, found: re.Match[str]) -> tuple[Claim, ...] | None:
    verb = found["verb"].lower()
    how, phrase = match_of("is" if verb == "costs" else verb, found["value"])
    values, quoted = clause.value(phrase)
    negated = bool(found["no"])
    if verb in {"contains", "includes", "shows", "displays", "lists", "has"} and (worded := _WORDED.fullmatch(phrase)):
        values, quoted = clause.value(worded["text"])
    if (
        verb in {"is", "equals", "costs", "shows", "displays", "says", "reads", "has"}
        and not quoted
        and _measurable(values[0])
    ):
        if not (verb in {"has"} and not read_amount(values[0])):
            return _comparison(clause, found["what"], "=", values, negated=negated)
    return _said(clause, found["what"], how, values, quoted, negated=negated)


def _said(
    clause: Clause, phrase: str, how: str, values: tuple[str, ...], quoted: bool, *, negated: bool
) -> tuple[Claim, ...]:
    subject, place, by, every = _subject(clause, phrase)
    return (
        clause.claim(
            "value",
            negated=negated,
            subject=subject,
            place=place,
            match=how,
            values=values,
            quoted=quoted,
            by=by,
            every=every,
        ),
    )


# --- attributes -----------------------------------------------------------------------------------------------------

_ATTRIBUTE = (
    r"(?P<attribute>css class|class(?: ?name)?|href|link target|target|destination|placeholder(?: text)?|alt(?:ernative)?(?: text)?|tooltip|title|id|type"
    r"|role|accessible name|aria-[a-z]+|test id|data-[a-z-]+|src|source|min(?:imum)?|max(?:imum)?|step|pattern|max ?length|description|colou?r)"
)
_LINKS = reads(
    r"(?P<what>.+?) <NOT>(?:points|links|leads|goes|refers|navigates|directs)(?: the user)? (?:in)?to (?P<value><V>|\S+)"
)
_HAS_ATTRIBUTE = reads(
    rf"(?P<what>.+?) <NOT>has (?:the |a |an )?(?:html )?{_ATTRIBUTE}(?: attribute)?(?: (?:of|set to|equal to|with (?:the )?value|is)|=|:)? ?(?P<value><V>|\S+)"
)
_ATTRIBUTE_NAMED = reads(
    r"(?P<what>.+?) <NOT>has (?:the |an )?attribute (?P<attribute><V>|[\w-]+)(?:(?: (?:of|set to|equal to|with (?:the )?value)|=) ?(?P<value>.+))?"
)
_ATTRIBUTE_OF = reads(rf"the {_ATTRIBUTE}(?: attribute)? of (?P<what>.+?) <NOT>(?P<verb>{_SAY}) (?P<value>.+)")
_ATTRIBUTES = {
    "css class": "class", "classname": "class", "class name": "class", "link target": "href", "target": "href", "destination": "href",
    "placeholder text": "placeholder", "alt text": "alt", "alternative": "alt", "alternative text": "alt", "tooltip": "title",
    "test id": "testid", "data-testid": "testid", "data-test": "testid", "data-test-id": "testid", "data-cy": "testid",
    "data-qa": "testid", "source": "src", "minimum": "min", "maximum": "max", "max length": "maxlength", "accessible name": "name",
    "color": "colour", "aria-label": "name",
}  # fmt: skip


def _attribute(clause: Clause) -> tuple[Claim, ...] | None:
    if found := clause.match(_LINKS):
        return _attribute_claim(clause, found, "href", "exact", found["value"])
    if found := clause.match(_ATTRIBUTE_NAMED):
        name = clause.wording.content(found["attribute"]).lower()
        return _attribute_claim(clause, found, name, "exact", found["value"] or "")
    if found := clause.match(_ATTRIBUTE_OF):
        how, value = match_of(found["verb"], found["value"])
        return _attribute_claim(clause, found, found["attribute"], how, value)
    if found := clause.match(_HAS_ATTRIBUTE):
        return _attribute_claim(clause, found, found["attribute"], "exact", found["value"])
    return None


def _attribute_claim(clause: Clause, found: re.Match[str], attribute: str, how: str, value: str) -> tuple[Claim, ...]:
    attribute = attribute.lower()
    values, quoted = clause.value(value) if value else ((), False)
    what, place = split_place(found["what"], clause)
    return (
        clause.claim(
            "attribute", negated=bool(found["no"]), subject=clause.target(what), place=place, match=how, values=values,
            quoted=quoted, attribute=_ATTRIBUTES.get(attribute, attribute),
        ),
    )  # fmt: skip


# --- order ----------------------------------------------------------------------------------------------------------

_SORTED = reads(
    r"(?P<what>.+?) <NOT>(?:is(?: shown| listed| displayed)?|appears|comes) (?:(?:sorted|ordered|arranged|ranked|sequenced)(?P<how>.*)|(?P<how2>in .*(?:order|sequence).*"
    r"|(?:alphabetically|chronologically|numerically)\b.*|.*\bfirst))"
)
_COLUMN = reads(r"(?:the )?(?:(?:cells|values) (?:in|of) the )?(?P<column>.+?) column(?: (?:in|of) (?P<where>.+))?")
_HOW_BY = re.compile(
    r"\b(?:by|on|according to|based on) (?:the |their |its )?(?P<key>.+?)(?= (?:in|from|with|and|then)\b|,| \(|$| ascending| descending| (?:low|high|cheap|new|old|small|larg|early|earli|lat)\w*(?: to| first))",
    re.IGNORECASE,
)
_DOWN = re.compile(
    r"descending|\bdesc\b|reverse|(?:high|larg|great|bigg|new|lat|long|most (?:expensive|recent|popular))\w*(?: \w+)? (?:to|first)|from (?:high|z|most expensive|new|larg|lat)|z (?:to|-) ?a|newest|latest first|best first|decreasing",
    re.IGNORECASE,
)
_UP = re.compile(
    r"ascending|\basc\b|alphabetical|a (?:to|-) ?z|from (?:low|a\b|cheap|old|small|earl)|(?:low|cheap|old|small|earl|short)\w*(?: \w+)? (?:to|first)|chronological|numerical|increasing|first to last",
    re.IGNORECASE,
)
_COMES = reads(
    r"(?P<a>.+?) <NOT>(?:comes|is|appears|stands|is (?:listed|shown|displayed)) (?:directly |right |immediately )?(?P<how>before|after|above|below|ahead of|in front of|followed by|preceded by) (?P<b>.+)"
)
_IN_ORDER = reads(
    r"(?P<what>.+?) <NOT>(?:is|shows|contains|lists|has|reads|displays|appears as|consists of):? (?:in (?:this|that|the following|the given) order:? )?(?P<list>.+?(?:,| and ).+?)"
    r"(?P<order>,? in (?:this|that|the given|exactly this|the same) order)?"
)


def _order(clause: Clause) -> tuple[Claim, ...] | None:
    if (found := clause.match(_SORTED)) and (
        sort := _sort(found["how"] if found["how"] is not None else found["how2"])
    ):
        by, descending = sort
        what, place = split_place(found["what"], clause)
        if column := _COLUMN.fullmatch(what):
            by, subject = column["column"], None
            place = clause.target(column["where"]) if column["where"] else place
        else:
            subject = clause.target(re.sub(r"^(?:the|all the|all) ", "", what, flags=re.IGNORECASE))
        by = clause.wording.content(by)
        return (
            clause.claim(
                "order", negated=bool(found["no"]), subject=subject, place=place, by=by, descending=descending
            ),
        )
    return _pair(clause) or _sequence(clause)


def _sort(how: str) -> tuple[str, bool] | None:
    key = _HOW_BY.search(how)
    name = key["key"].strip() if key else ""
    rest = how.replace(key[0], " ") if key else how
    down, up = bool(_DOWN.search(rest)), bool(_UP.search(rest))
    if not name and re.search(r"newest|latest|oldest|earliest|most recent|chronolog", rest, re.IGNORECASE):
        name = "date"
    if not name and (money := re.search(r"cheapest|(?:most|least) expensive", rest, re.IGNORECASE)):
        name = "price" if money else name
    if down and not up:
        return name, True
    if up or (key and not rest.strip(" ,")):
        return name, bool(down and re.search("reverse", rest, re.IGNORECASE))
    return None


def _pair(clause: Clause) -> tuple[Claim, ...] | None:
    found = clause.match(_COMES)
    if not found:
        return None
    b, place = split_place(found["b"], clause)
    first, second = clause.wording.content(_bare(found["a"])), clause.wording.content(_bare(b))
    if _measurable(second) and not clause.wording.is_quoted(b):
        return None
    if found["how"].lower() in {"after", "below", "preceded by"}:
        first, second = second, first
    quoted = clause.wording.is_quoted(_bare(found["a"])) and clause.wording.is_quoted(_bare(b))
    return (clause.claim("order", negated=bool(found["no"]), place=place, values=(first, second), quoted=quoted),)


def _bare(phrase: str) -> str:
    return re.sub(
        r"^(?:the |a )?(?:(?:item|product|row|entry|text|order|link|button|heading) (?=[\ue100-\ue3ff]))?",
        "",
        phrase.strip(),
        flags=re.IGNORECASE,
    )


def _sequence(clause: Clause) -> tuple[Claim, ...] | None:
    """Read "the tasks are 'A', 'B' and 'C'" as the whole list, in order."""
    found = clause.match(_IN_ORDER)
    if not found:
        return None
    pieces = [piece.strip() for piece in re.split(r",? and |, ", found["list"]) if piece.strip()]
    masked = all(clause.wording.is_masked(piece) for piece in pieces)
    told = bool(found["order"]) or bool(
        re.search(r"in (?:this|that|the following|the given) order", clause.text, re.IGNORECASE)
    )
    whole = bool(re.match(r".+? ¬?(?:is|reads|consists of)\b", clause.text, re.IGNORECASE)) and _is_plural_any(
        found["what"]
    )
    if len(pieces) < 2 or not (told or (masked and whole)):
        return None
    what, place = split_place(found["what"], clause)
    values = tuple(clause.wording.content(piece) for piece in pieces)
    subject = (
        None if re.fullmatch(_PAGE, what, re.IGNORECASE) else clause.target(re.sub(r"^(?:the|all the|all) ", "", what))
    )
    return (
        clause.claim(
            "order", negated=bool(found["no"]), subject=subject, place=place, values=values, quoted=masked, every=whole,
        ),
    )  # fmt: skip


def _is_plural_any(phrase: str) -> bool:
    what = re.sub(r"^(?:the|all|these|those|my) ", "", phrase.lower())
    head = re.split(r" (?:in|on|of|inside|within|under|for|at) ", what)[0].split()
    return bool(head) and head[-1].endswith("s") and head[-1] not in _SINGULAR_S


THING_READERS: tuple[Reader, ...] = (_attribute, _order, _compare, _count, _see, _shown, _state, _value)
