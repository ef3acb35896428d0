"""Reading of claims about order: sorted things, one before another, a list in the order given."""

from __future__ import annotations

import re

from aiwebtest.core.claim import Claim
from aiwebtest.core.ordering import read_order
from aiwebtest.grounding.rules.checks.clause import Clause, Reader, reads
from aiwebtest.grounding.rules.checks.phrases import PAGE, ends_plural, is_measurable, split_place
from aiwebtest.grounding.rules.checks.subjects import subject_in

__all__ = ["ORDER_READERS"]

# --- order ----------------------------------------------------------------------------------------------------------

_SORTED = reads(
    r"(?P<what>.+?) <NOT>(?:is(?: shown| listed| displayed)?|appears|comes) (?:(?:sorted|ordered|arranged|ranked"
    r"|sequenced)(?P<how>.*)|(?P<how2>in .*(?:order|sequence).*"
    r"|(?:alphabetically|chronologically|numerically)\b.*|.*\bfirst))"
)
_COLUMN = reads(r"(?:the )?(?:(?:cells|values) (?:in|of) the )?(?P<column>.+?) column(?: (?:in|of) (?P<where>.+))?")
_COMES = reads(
    r"(?P<a>.+?) <NOT>(?P<verb>comes|is|appears|stands|is (?:listed|shown|displayed))"
    r" (?P<directly>directly |right |immediately |just )?"
    r"(?P<how>before|after|above|below|ahead of|in front of|followed by|preceded by) (?P<b>.+)"
)
_BOUND = re.compile(r"(?:[-+]?(?!\d+[.)]\s)[\d$€£¥]|(?:zero|one|two|three|ten) )")  # "is above 30 °C" compares
_AMID = reads(r"(?P<b><V>) <NOT>(?:comes|is|appears|stands) between (?P<a><V>) and (?P<c><V>)")
_IN_ORDER = reads(
    r"(?P<what>.+?) <NOT>(?:is|shows|contains|lists|has|reads|displays|appears as|consists of):? (?:in (?:this|that"
    r"|the following|the given) order:? )?(?P<list>.+?(?:,| and ).+?)"
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
    """Return key and direction; a key alone is meant from low to high, other words alone are no order."""
    key, direction = read_order(how)
    alone = rf"\W*(?:by|on|according to|based on) (?:the |their |its )?{re.escape(key)}\W*"
    if direction is None and not (key and re.fullmatch(alone, how, re.IGNORECASE)):
        return None
    return key, direction == "descending"


def _pair(clause: Clause) -> tuple[Claim, ...] | None:
    if found := clause.match(_AMID):
        names = [clause.wording.content(found[name]) for name in ("a", "b", "c")]
        return (clause.claim("order", negated=bool(found["no"]), values=tuple(names), quoted=True),)
    found = clause.match(_COMES)
    if not found:
        return None
    b, place = split_place(found["b"], clause)
    first, second = clause.wording.content(_bare(found["a"])), clause.wording.content(_bare(b))
    bound = found["verb"].lower() == "is" and _BOUND.match(second)
    if (is_measurable(second) or bound) and not clause.wording.is_quoted(b):
        return None
    if found["how"].lower() in {"after", "below", "preceded by"}:
        first, second = second, first
    quoted = clause.wording.is_quoted(_bare(found["a"])) and clause.wording.is_quoted(_bare(b))
    directly = "directly" if found["directly"] else ""
    return (
        clause.claim(
            "order", negated=bool(found["no"]), place=place, values=(first, second), quoted=quoted, attribute=directly
        ),
    )


def _bare(phrase: str) -> str:
    return re.sub(
        r"^(?:the |a )?(?:(?:item|product|row|entry|text|order|link|button|heading) (?=[\ue100-\ue3ff]))?",
        "",
        phrase.strip(),
        flags=re.IGNORECASE,
    )


_ARTICLES = re.compile(r"^(?:the|all the|all) ", re.IGNORECASE)


def _sequence(clause: Clause) -> tuple[Claim, ...] | None:
    """Read "the tasks are 'A', 'B' and 'C'" as the whole list, in order."""
    found = clause.match(_IN_ORDER)
    if not found:
        return None
    pieces = [piece.strip() for piece in re.split(r",? and |, ", found["list"]) if piece.strip()]
    masked = all(clause.wording.is_masked(piece) or piece[:1].isupper() for piece in pieces)
    told = bool(found["order"]) or bool(
        re.search(r"in (?:this|that|the following|the given) order", clause.text, re.IGNORECASE)
    )
    whole = bool(re.match(r".+? ¬?(?:is|reads|consists of)\b", clause.text, re.IGNORECASE)) and ends_plural(
        found["what"]
    )
    if len(pieces) < 2 or not (told or (masked and whole)):
        return None
    what = found["what"]
    values = tuple(clause.wording.content(piece) for piece in pieces)
    quoted = all(clause.wording.is_quoted(piece) for piece in pieces)
    about = {} if re.fullmatch(PAGE, what, re.IGNORECASE) else subject_in(clause, _ARTICLES.sub("", what))
    about = {**about, "every": whole, "some": False}
    return (clause.claim("order", negated=bool(found["no"]), values=values, quoted=quoted, **about),)


ORDER_READERS: tuple[Reader, ...] = (_order,)
