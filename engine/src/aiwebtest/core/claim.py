"""Claims: a check sentence, understood. Pure values; the parser makes them, the judges read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from aiwebtest.core.intent import Target

__all__ = ["Claim", "ClaimKind", "ClaimState", "Comparison", "Match"]

ClaimKind = Literal[
    "text",  # `values` are among the visible text of the page, or of `place`
    "state",  # `subject` is in `state`; "visible" and "hidden" are about its presence
    "value",  # what `subject` holds or shows (with `by`: the cell of `place` in that column) `match`es `values`
    "compare",  # the number, amount or date that `subject` shows stands in the relation `comparison` to `values`
    "count",  # how many of `subject` there are, in the relation `comparison` to `values`
    "order",  # `subject` (a list, or things of one kind) stands in the order of `by`, or in the order of `values`
    "url",
    "title",
    "page",  # the page is the one called `values`: by its heading, its title or the end of its path
    "attribute",  # `attribute` of `subject` stands in the relation `match` to `values`
    "console",  # no errors (`values` empty), or a line that says `values`
    "requests",  # no failed requests
    "download",  # a file was downloaded, `values` is its name
    "dialog",  # a browser dialog was shown, `values` is its text
    "tabs",  # how many browser tabs are open, or (`match` set by the sentence) what one is called
    "semantic",  # needs judgement: rules cannot decide it
]

Match = Literal["exact", "contains", "starts", "ends", "regex"]

Comparison = Literal["=", "<", "<=", ">", ">=", "between"]

ClaimState = Literal[
    "visible", "hidden", "enabled", "disabled", "checked", "unchecked", "mixed", "selected", "unselected", "focused",
    "readonly", "editable", "required", "optional", "expanded", "collapsed", "empty", "filled", "invalid", "valid",
    "pressed", "active", "loaded", "onscreen", "multiple",
]  # fmt: skip

_PASSING_STATES = frozenset(
    {"hidden", "empty", "disabled", "unchecked", "unselected", "collapsed", "readonly", "optional", "valid"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One statement about the page that is true or false at a moment.

    All strings may hold `{placeholders}`; they are filled before judging.
    """

    kind: ClaimKind
    text: str  # the part of the sentence that it stands for
    negated: bool = False
    subject: Target | None = None
    place: Target | None = None  # where: only what is inside counts
    match: Match = "contains"
    values: tuple[str, ...] = ()
    quoted: bool = False  # the values are meant to the letter: case counts
    state: ClaimState | None = None
    comparison: Comparison = "="
    every: bool = False  # "all", "each": holds for every element that the subject means, not just for one
    some: bool = False  # "at least one", "a row": holds if one of the elements makes it true
    literal: str = ""  # a value known already that takes the subject's place: "{total} is {expected}"
    by: str = ""  # sort key, or name of a column
    descending: bool = False
    attribute: str = ""
    worded: bool = False  # what it says may be put in other words than the page's: rules confirm it, never refute it
    stated: bool = False  # a count that the page itself may state ("shows 3 results"), not only one to be counted
    reason: str = ""  # why rules cannot decide a semantic claim
    rewordings: tuple[str, ...] = ()  # for a semantic claim: sentences that rules could decide

    @property
    def settle(self) -> bool:
        """Tell whether it may hold by chance while a page is still loading, so that it counts on a settled page only.

        Absence, emptiness, counts, order, upper bounds and "no errors" are such claims.
        """
        return (
            self.negated
            or self.kind in {"count", "order", "console", "requests", "tabs"}
            or self.state in _PASSING_STATES
            or (self.kind == "compare" and self.comparison in {"<", "<="})
        )
