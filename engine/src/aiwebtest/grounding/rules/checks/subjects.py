"""Subjects of check sentences: what is spoken of, where it is, in which column, and whether of one or of all."""

from __future__ import annotations

import re
from typing import Any

from aiwebtest.core.intent import Target
from aiwebtest.grounding.rules.checks.clause import Clause, reads
from aiwebtest.grounding.rules.checks.phrases import HERE, split_place
from aiwebtest.grounding.rules.checks.wording import Wording

__all__ = ["subject_in", "subject_of"]

_COLUMN_OF = reads(r"(?:the )?(?P<column>.+?) (?:column|cell) (?:of|for|in) (?P<row>.+)")
_CELL_AT = reads(
    r"the (?P<what>cell|value|button|link|text|box|checkbox|field) (?:in|of|at) (?P<row>(?:the )?.*?row.*?)(?:,| and)"
    r" (?:(?:the )?column )?(?P<column>.+?)(?:"
    r" column)?"
)
_OF = reads(r"(?:the )?(?P<what>[^\ue100-\ue3ff]{1,40}?) (?:of|for) (?P<place>.+)")
_IN_LINE = reads(r"(?:the )?(?P<what>[^\ue100-\ue3ff]{1,40}?) (?:in|on) (?P<place>(?-i:[A-Z])\S*(?: \S+){0,3})")
_VALUE_OF = re.compile(
    r"(?:the )?(?:current |displayed |entered |selected )?(?:value|text|label|caption|contents?|selected option"
    r"|selection|wording|text content|inner text)"
    r"(?: (?:entered|shown|displayed|typed))? (?:of|in|inside|for) (?P<what>.+)",
    re.IGNORECASE,
)
_TEXT_OF_ROLE = re.compile(r"(?P<what>.+?)(?:'s)? (?:text|label|value|caption|content)", re.IGNORECASE)
_POSSESSIVE = re.compile(r"(?P<owner>.+?)'s (?P<what>.+)")
_EACH = re.compile(r"\A(?:all(?: of)?(?: the)?|every|each(?: of the)?|both(?: of)?(?: the)?) ", re.IGNORECASE)
_SOME = re.compile(
    r"\A(?:at least one(?: of the)?|some|any|an?) (?=(?:\S+ )?(?:row|item|product|card|result|entry|line|message|error"
    r"|warning)s?\b)",
    re.IGNORECASE,
)
_IN_COLUMN = reads(r"(?:(?:the )?(?:cell|value|entry)s? (?:in|of) )?(?:the )?(?P<column>.+?) column")
_NO_OWNER = re.compile(
    r"(?:the )?(?:(?:row|list|table|line|number|order|page)\b|(?:item|tile) (?:of|for) (?-i:[A-Z\ue100-\ue3ff]))",
    re.IGNORECASE,
)


def subject_in(clause: Clause, phrase: str) -> dict[str, Any]:
    """Return what a phrase speaks of as fields of a claim: subject, place, column (`by`), every, some, literal."""
    phrase = HERE.sub("", phrase).strip()
    if clause.wording.is_masked(phrase) and not clause.wording.is_quoted(phrase):
        return {"literal": clause.wording.content(phrase), "place": None}  # "{total} is {expected}"
    if whole := _VALUE_OF.fullmatch(phrase):
        phrase = whole["what"]
    if cell := _CELL_AT.fullmatch(phrase):
        column = clause.wording.content(re.sub(r"^the ", "", cell["column"]))
        inner = None if cell["what"].lower() in {"cell", "value", "text"} else clause.target(f"the {cell['what']}")
        return {"place": clause.target(cell["row"]), "by": column, "subject": inner}
    every, some = bool(_EACH.match(phrase)), bool(_SOME.match(phrase))
    phrase = _SOME.sub("", _EACH.sub("", phrase, count=1), count=1)
    return {**_thing(clause, phrase), "every": every, "some": some}


def _thing(clause: Clause, phrase: str) -> dict[str, Any]:
    if column := _IN_COLUMN.fullmatch(phrase):
        return {"by": clause.wording.content(column["column"])}
    if cell := _COLUMN_OF.fullmatch(phrase):
        column_name = re.sub(r"^the ", "", cell["column"])
        return {"place": clause.target(cell["row"]), "by": clause.wording.content(column_name)}
    if (said := _TEXT_OF_ROLE.fullmatch(phrase)) and clause.target(said["what"]).role:
        phrase = said["what"]
    what, place = split_place(phrase, clause)
    if owned := _POSSESSIVE.fullmatch(what):
        return {"subject": clause.target(owned["what"]), "place": clause.target(owned["owner"])}
    if (found := _OF.fullmatch(what)) and not _NO_OWNER.match(what):
        return {"subject": clause.target(found["what"]), "place": clause.target(found["place"])}
    if place is None and (found := _IN_LINE.fullmatch(what)):  # "the revenue in February", a row of a table
        return {"subject": clause.target(found["what"]), "place": clause.target(found["place"])}
    return {"subject": clause.target(what), "place": place}


def subject_of(phrase: str) -> tuple[Target | None, Target | None, str]:
    """Return what a noun phrase speaks of, where, and in which column: "the Status of order 1001"."""
    wording = Wording.of(phrase)
    fields = subject_in(Clause(wording.text, wording), wording.text)
    return fields.get("subject"), fields.get("place"), fields.get("by", "")
