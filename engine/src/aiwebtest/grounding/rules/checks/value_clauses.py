"""Reading of claims about what things say: numbers and dates, texts and values, cells, attributes."""

from __future__ import annotations

import re
from dataclasses import replace

from aiwebtest.core.claim import Claim, Comparison, Match
from aiwebtest.core.intent import Target
from aiwebtest.grounding.rules.checks.clause import Clause, Reader, match_of, reads
from aiwebtest.grounding.rules.checks.kinds import FIELD_WORDS
from aiwebtest.grounding.rules.checks.phrases import SAY, is_measurable, split_place
from aiwebtest.grounding.rules.checks.presence_clauses import WORDED
from aiwebtest.grounding.rules.checks.quantities import read_amount, read_dates
from aiwebtest.grounding.rules.checks.subjects import subject_in

__all__ = ["ATTRIBUTE_READERS", "COMPARE_READERS", "VALUE_READERS"]

# --- comparisons ----------------------------------------------------------------------------------------------------

_MORE = (
    r"(?P<bound>(?:strictly )?(?:less|lower|smaller|fewer|cheaper) than|below|under|(?:greater|more|higher|larger"
    r"|bigger) than|above|over|at least|at most"
    r"|no more than|not more than|no less than|not less than|up to|less than or equal to|greater than or equal to|<="
    r"|>=|<|>|equal to)"
)
_COMPARED = reads(
    rf"(?P<what>.+?) <NOT>(?:(?:is|costs|equals|shows|reads|has(?: a value(?: of)?)?) {_MORE}|(?P<exceeds>exceeds))"
    rf" (?P<value>.+)"
)
_OR_MORE = reads(
    r"(?P<what>.+?) <NOT>(?:is|costs|shows|equals) (?P<value>\S+(?: \S+)?)"
    r" or (?P<bound>more|less|fewer|higher|lower|above|below)"
)
_BETWEEN = reads(
    r"(?P<what>.+?) <NOT>(?:is|costs|shows|lies|falls) (?:somewhere )?(?:between|from|in the range(?: of| from)?)"
    r" (?P<a>.+?) (?:and|to|-) (?P<b>.+)"
)
_DATED = reads(
    r"(?P<what>.+?) <NOT>is (?:(?P<bound>on or before|on or after|not before|not after|before|after|earlier than"
    r"|later than)|on) (?P<value>.+)"
)
_BOUND_WORDS: dict[Comparison, str] = {
    "<": "less than, lower than, smaller than, fewer than, cheaper than, below, under, <, before, earlier than",
    ">": "greater than, more than, higher than, larger than, bigger than, above, over, >, exceeds, after, later than",
    ">=": "at least, no less than, not less than, greater than or equal to, >=, on or after, not before",
    "<=": "at most, no more than, not more than, up to, on or before, less than or equal to, <=, not after",
    "=": "equal to",
}
_BOUNDS = {words: bound for bound, phrases in _BOUND_WORDS.items() for words in phrases.split(", ")}


def _compare(clause: Clause) -> tuple[Claim, ...] | None:
    if found := clause.match(_BETWEEN):
        low, high = clause.wording.content(found["a"]), clause.wording.content(found["b"])
        if not (is_measurable(low) and is_measurable(high)):
            return None
        return comparison(clause, found["what"], "between", (low, high), negated=bool(found["no"]))
    if (found := clause.match(_OR_MORE)) and is_measurable(value := clause.wording.content(found["value"])):
        bound: Comparison = ">=" if found["bound"].lower() in {"more", "higher", "above"} else "<="
        return comparison(clause, found["what"], bound, (value,), negated=bool(found["no"]))
    if found := clause.match(_COMPARED):
        words = re.sub(r"^strictly ", "", (found["bound"] or "exceeds").lower())
        value = clause.wording.content(re.sub(r"^or equal to ", "", found["value"]))
        return (
            comparison(clause, found["what"], _BOUNDS[words], (value,), negated=bool(found["no"]))
            if is_measurable(value)
            else None
        )
    if found := clause.match(_DATED):
        value = clause.wording.content(found["value"])
        if read_dates(value) or re.fullmatch(r"\{[^}]+\}", value):
            words = (found["bound"] or "equal to").lower()
            return comparison(clause, found["what"], _BOUNDS[words], (value,), negated=bool(found["no"]))
    return None


def comparison(
    clause: Clause,
    phrase: str,
    comparison: Comparison,
    values: tuple[str, ...],
    *,
    negated: bool,
    match: Match = "exact",
) -> tuple[Claim, ...]:
    """Return the claim that compares; `match` counts where a variable turns out to hold a text."""
    about = subject_in(clause, phrase)
    claim = clause.claim("compare", negated=negated, comparison=comparison, values=values, match=match, **about)
    return (claim,)


# --- values ---------------------------------------------------------------------------------------------------------

_IN_COLUMN = reads(
    rf"(?P<row>.+?) <NOT>(?P<verb>{SAY}) (?P<value>.+?) (?:in|under|as|for) (?:the |its )?(?P<column>[^\s].*?) column"
)
_HAS_VALUE = reads(
    r"(?P<what>.+?) <NOT>(?:has (?:the |a |an )?(?:current )?(?P<noun>value|text|content|label|caption|wording"
    r"|selected option|selected value)(?: of| set to| equal to)?:?"
    r"|is (?:set to|filled(?: in)? with|populated with|prefilled with|pre-filled with|changed to|labell?ed|called"
    r"|named|marked(?: as)?|equal to))"
    r" (?P<value>.+)"
)
_CHOSEN_IN = reads(
    r"(?P<value>.+?) <NOT>is (?:selected|chosen|picked|entered|typed|filled in|set)(?: (?:in|for|as|from|into|under))"
    r" (?P<what>.+)"
)
_SAYS = reads(rf"(?P<what>.+?) <NOT>(?P<verb>{SAY}|costs(?! {SAY} )) (?P<value>.+)")
_HAS_SELECTED = reads(r"(?P<what>.+?) <NOT>has (?P<value>.+?) (?:selected|chosen|entered|filled in)")


_PANEL = "(?:dialog|pop-?up|popover|modal|drawer|panel)"
_TITLED = reads(
    rf"the (?:title of the (?P<whose>{_PANEL})|(?P<what>{_PANEL})(?P<title> title)?) <NOT>is"
    r"(?P<called> (?:titled|entitled|headed))? (?P<value><V>|(?-i:[A-Z]).*)"
)


def _titled(clause: Clause) -> tuple[Claim, ...] | None:
    """Read "the dialog is titled ..." as what its title is."""
    found = clause.match(_TITLED)
    if found is None or not (found["whose"] or found["title"] or found["called"]):
        return None
    values, quoted = clause.value(found["value"])
    place, subject = clause.target(f"the {found['what'] or found['whose']}"), Target(text="title", name="title")
    claim = clause.claim("value", subject=subject, place=place, match="exact", values=values, quoted=quoted)
    return (replace(claim, negated=bool(found["no"])),)


def _value(clause: Clause) -> tuple[Claim, ...] | None:
    if titled := _titled(clause):
        return titled
    if (found := clause.match(_IS_OPTION)) and (
        option := _option(clause, found["what"], found["value"], "has", negated=bool(found["no"]))
    ):
        return option
    if found := clause.match(_IN_COLUMN):
        how, phrase = match_of(found["verb"], found["value"])
        values, quoted = clause.value(phrase)
        return (
            clause.claim(
                "value", negated=bool(found["no"]), place=clause.target(found["row"]), match=how, values=values,
                quoted=quoted, by=clause.wording.content(found["column"]),
            ),
        )  # fmt: skip
    if (found := clause.match(_CHOSEN_IN)) and clause.target(found["what"]).role in _NEVER_HOLDS:
        subject, place = clause.target(found["value"]), clause.target(found["what"])
        return (clause.claim("state", negated=bool(found["no"]), subject=subject, place=place, state="selected"),)
    if found := clause.match(_CHOSEN_IN) or clause.match(_HAS_SELECTED):
        values, quoted = clause.value(re.sub(r"^the (?:option|value) ", "", found["value"]))
        claims = _said(clause, found["what"], "exact", values, quoted, negated=bool(found["no"]))
        return tuple(replace(claim, attribute="chosen") for claim in claims)
    if found := clause.match(_HAS_VALUE):
        how, phrase = match_of("is", found["value"])
        values, quoted = clause.value(phrase)
        return _said(clause, found["what"], how, values, quoted, negated=bool(found["no"]))
    if found := clause.match(_SAYS):
        return _placed(clause, found) or _says(clause, found)
    return None


_PLACED = re.compile(r"the (?:(?:first|second|third|fourth|fifth|last) [a-z]+|(?:current|active) (?:step|stage|phase))")
_NAMED = re.compile(r"(?!(?:The|A|An|This|That|It|My|Your)\b)[A-Z]")


def _placed(clause: Clause, found: re.Match[str]) -> tuple[Claim, ...] | None:
    """Read "Lovisa Berg is the first customer" as what the first customer is, and so with the current step."""
    if found["verb"].lower() != "is" or not _PLACED.fullmatch(found["value"]) or not _NAMED.match(found["what"]):
        return None
    values, quoted = clause.value(found["what"])
    return _said(clause, found["value"], "exact", values, quoted, negated=bool(found["no"]))


_NEVER_HOLDS = frozenset(
    "menu tree table row navigation sidebar section toolbar dialog header footer page form".split()
)
"""Role words for what has no value that could be chosen in it: "Floor lamps is selected in the tree"."""


def _says(clause: Clause, found: re.Match[str]) -> tuple[Claim, ...] | None:
    verb = found["verb"].lower()
    how, phrase = match_of("is" if verb == "costs" else verb, found["value"])
    phrase = re.sub(r" (?:per|each|a|an) [a-z]+$", "", phrase) if verb == "costs" else phrase
    phrase = _REACHED.sub("", phrase) if verb == "has" else phrase
    values, quoted = clause.value(re.sub(r"^at (?=\d)", "", phrase))
    negated = bool(found["no"])
    if verb == "costs" and is_measurable(values[0]):
        return comparison(clause, f"the price of {found['what']}", "=", values, negated=negated)
    if verb == "is" and clause.wording.is_quoted(found["what"]) and (thing := _thing_named(clause, found["value"])):
        values, quoted = clause.value(found["what"])
        return _said(clause, thing, "exact", values, quoted, negated=negated)
    if verb == "is" and clause.wording.is_quoted(found["what"]) and (kind := _kind(clause, found["value"])):
        return _of_kind(clause, found["what"], kind, negated=negated)
    if verb in _HOLDS and _NOTHING.fullmatch(phrase):
        return _emptiness(clause, found["what"], filled=not negated)
    if verb in _HOLDS and (option := _option(clause, found["what"], phrase, verb, negated=negated)):
        return option
    if verb == "has" and (owned := _OWNED.fullmatch(phrase)) and clause.target(owned["what"]).role is None:
        return _owned(clause, found["what"], owned, negated=negated)
    if verb in _HOLDS and (worded := WORDED.fullmatch(phrase)):
        if (
            re.search(r"\b(?:error|warning|hint|message)\b", phrase)
            and clause.target(found["what"]).role in FIELD_WORDS
        ):
            said, quoted = clause.value(worded["text"])
            field = clause.target(found["what"])
            return (clause.claim("text", negated=negated, values=said, quoted=quoted, place=field),)
        values, quoted = clause.value(worded["text"])
    elif verb in _HOLDS and _names_a_thing(clause, phrase):
        return _thing_in(clause, found["what"], phrase, negated=negated)
    if verb in _MEASURED and not quoted and is_measurable(values[0]) and (verb != "has" or read_amount(values[0])):
        return comparison(clause, found["what"], "=", values, negated=negated, match=how)
    return _said(clause, found["what"], how, values, quoted, negated=negated)


_REACHED = re.compile(r"(?:reached|hit|(?:grown|risen|fallen|dropped|come) to) (?=[$€£]?\d)")  # "has reached 38%"


def _thing_named(clause: Clause, phrase: str) -> str | None:
    """Return the thing of `"Overview" is the selected tab`, which is what is said to be called so."""
    if not re.match(r"the \S", phrase, re.IGNORECASE) or clause.wording.is_masked(phrase):
        return None
    return phrase if clause.target(phrase).role not in (None, "page") else None


def _kind(clause: Clause, phrase: str) -> tuple[str, str] | None:
    """Return the kind of `"Overview" is a link in the navigation`, and where it is said to be."""
    found = re.fullmatch(
        r"an? (?P<kind>[^\W\d_]+(?:[ -][^\W\d_]+)?)(?P<where> (?:in|on|inside|of) .+)?", phrase, re.IGNORECASE
    )
    target = clause.target(f"the {found['kind']}") if found else None
    if found is None or target is None or target.role in (None, "page", "text", "element") or target.name is not None:
        return None
    return found["kind"], found["where"] or ""


def _of_kind(clause: Clause, name: str, kind: tuple[str, str], *, negated: bool) -> tuple[Claim, ...]:
    """Read it as a thing of that kind which is called so; of what is none, the words must be there all the same."""
    _, place = split_place(f"it{kind[1]}", clause)
    thing = clause.claim(
        "state", negated=negated, subject=clause.target(f"the {kind[0]} {name}"), place=place, state="visible"
    )
    if not negated:
        return (thing,)
    values, quoted = clause.value(name)
    return (clause.claim("text", values=values, quoted=quoted, place=place), thing)


_NOTHING = re.compile(
    r"(?:anything|something|nothing|(?:a |any )?(?:value|text|content|contents))(?: (?:in|inside) (?:it|them))?",
    re.IGNORECASE,
)
_OWNED = re.compile(
    r"(?:the |an? )?(?P<what>[^\ue100-\ue3ff\d$€£]{2,30}?) (?:of )?(?P<value>[\ue100-\ue3ff]|[$€£]?\d\S*)"
)
_IS_OPTION = reads(
    r"(?P<value><V>) <NOT>is (?:an option|one of the options|a choice|among the options) (?:in|of|for) (?P<what>.+)"
)


def _emptiness(clause: Clause, phrase: str, *, filled: bool) -> tuple[Claim, ...]:
    what, place = split_place(phrase, clause)
    state = "filled" if filled else "empty"
    return (clause.claim("state", subject=clause.target(what), place=place, state=state),)


def _option(clause: Clause, where: str, phrase: str, verb: str, *, negated: bool) -> tuple[Claim, ...] | None:
    """Read "the dropdown contains 'France'" as having that option; what it *shows* is the chosen one."""
    select = clause.target(where)
    if verb == "offers" and select.role == "list" and select.name is None:  # the one that is open to choose from
        select = replace(select, role="listbox")
    if select.role not in {"select", "listbox"} or verb in {"shows", "displays", "holds"}:
        return None
    bare = re.sub(r"^(?:the |an? )?(?:options?|choices?|entr(?:y|ies)) ", "", phrase, flags=re.IGNORECASE)
    if not clause.wording.is_masked(bare):
        return None
    return (
        clause.claim(
            "state", negated=negated, subject=clause.target(f"the option {bare}"), place=select, state="visible"
        ),
    )


def _owned(clause: Clause, where: str, owned: re.Match[str], *, negated: bool) -> tuple[Claim, ...] | None:
    """Read "the row of Ada has the status 'Active'": what is labelled so there says just that."""
    place, subject = clause.target(where), clause.target(owned["what"])
    values, quoted = clause.value(owned["value"])
    kind = "compare" if not quoted and is_measurable(values[0]) else "value"
    return (
        clause.claim(kind, negated=negated, subject=subject, place=place, match="exact", values=values, quoted=quoted),
    )


_MEASURED = frozenset({"is", "equals", "costs", "shows", "displays", "says", "reads", "has"})
_HOLDS = frozenset({"contains", "offers", "includes", "shows", "displays", "lists", "has", "holds"})


def _names_a_thing(clause: Clause, phrase: str) -> bool:
    """Tell whether "the dialog has a Close button" speaks of an element, not of words to be shown."""
    if clause.wording.is_masked(phrase) or read_amount(clause.wording.content(phrase)):
        return False
    return bool(re.match(r"(?:an?|the|its) \S", phrase, re.IGNORECASE)) or clause.target(phrase).role is not None


def _thing_in(clause: Clause, where: str, phrase: str, *, negated: bool) -> tuple[Claim, ...]:
    every = bool(re.match(r"(?:all|every|each|both)\b", where, re.IGNORECASE))
    place = clause.target(where)
    return (
        clause.claim(
            "state", negated=negated, subject=clause.target(phrase), place=place, state="visible", every=every
        ),
    )


def _said(
    clause: Clause, phrase: str, how: str, values: tuple[str, ...], quoted: bool, *, negated: bool
) -> tuple[Claim, ...]:
    about = subject_in(clause, phrase)
    return (clause.claim("value", negated=negated, match=how, values=values, quoted=quoted, **about),)


# --- attributes -----------------------------------------------------------------------------------------------------

_ATTRIBUTE = (
    r"(?P<attribute>css class|class(?: ?name)?|href|link target|target|destination|placeholder(?: text)?"
    r"|alt(?:ernative)?(?: text)?|tooltip|title|id|type"
    r"|role|accessible name|aria-[a-z]+|test id|data-[a-z-]+|src|source|min(?:imum)?|max(?:imum)?|step|pattern|max"
    r" ?length|description|colou?r)"
)
_LINKS = reads(
    r"(?P<what>.+?) <NOT>(?:points|links|leads|goes|refers|navigates|directs)(?: the user)? (?:in)?to (?P<value><V>"
    r"|\S+)"
)
_HAS_ATTRIBUTE = reads(
    rf"(?P<what>.+?) <NOT>has (?:the |a |an )?(?:html )?(?:attribute )?{_ATTRIBUTE}(?: attribute)?"
    r"(?: (?:of|set to|equal to|with (?:the )?value|is)|=|:)? ?(?P<value><V>|\S+)"
)
_ATTRIBUTE_NAMED = reads(
    r"(?P<what>.+?) <NOT>has (?:the |an )?attribute (?P<attribute><V>|[\w-]+)(?:(?: (?:of|set to|equal to|with (?:the"
    r" )?value)|=) ?(?P<value>.+))?"
)
_ATTRIBUTE_OF = reads(rf"the {_ATTRIBUTE}(?: attribute)? of (?P<what>.+?) <NOT>(?P<verb>{SAY}) (?P<value>.+)")
_ATTRIBUTE_WORDS = {
    "class": "css class, classname, class name",
    "href": "link target, target, destination",
    "placeholder": "placeholder text",
    "alt": "alt text, alternative, alternative text",
    "title": "tooltip",
    "testid": "test id, data-testid, data-test, data-test-id, data-cy, data-qa",
    "src": "source",
    "min": "minimum",
    "max": "maximum",
    "maxlength": "max length",
    "name": "accessible name, aria-label",
    "colour": "color",
}
_ATTRIBUTES = {words: name for name, phrases in _ATTRIBUTE_WORDS.items() for words in phrases.split(", ")}


def _attribute(clause: Clause) -> tuple[Claim, ...] | None:
    if found := clause.match(_LINKS):
        return _attribute_claim(clause, found, "href", "exact", found["value"])
    if found := clause.match(_ATTRIBUTE_NAMED):
        name = clause.wording.content(found["attribute"]).lower()
        return _attribute_claim(clause, found, name, "exact", found["value"] or "")
    if (found := clause.match(_ATTRIBUTE_OF)) and not _is_heading(clause, found) and not _is_column(clause, found):
        how, value = match_of(found["verb"], found["value"])
        return _attribute_claim(clause, found, found["attribute"], how, value)
    if found := clause.match(_HAS_ATTRIBUTE):
        return _attribute_claim(clause, found, found["attribute"], "exact", found["value"])
    return None


def _is_heading(clause: Clause, found: re.Match[str]) -> bool:
    """Tell whether "the title of the dialog" means its heading rather than an attribute."""
    if found["attribute"].lower() != "title":
        return False
    held = clause.target(found["what"]).role
    return held in {"dialog", "section", "card", "form", "page", "item", "table"} or clause.match(_TITLED) is not None


_COLUMNS_TOO = frozenset(
    "role type description color colour source destination step min max minimum maximum target pattern".split()
)


def _is_column(clause: Clause, found: re.Match[str]) -> bool:
    """Tell whether "the role of Ada" is what a table says of Ada; an element is named by what it is: "the button"."""
    attribute, what = found["attribute"].lower(), clause.target(found["what"])
    return (attribute in _COLUMNS_TOO and what.role is None) or (
        attribute in _COLUMNS_TOO | {"title"} and what.role == "row"
    )


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


ATTRIBUTE_READERS: tuple[Reader, ...] = (_attribute,)
COMPARE_READERS: tuple[Reader, ...] = (_compare,)
VALUE_READERS: tuple[Reader, ...] = (_value,)
