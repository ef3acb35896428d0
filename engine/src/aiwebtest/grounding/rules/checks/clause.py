"""One clause of a check sentence, and what the patterns that read it have in common."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from aiwebtest.core.claim import Claim, Comparison, Match
from aiwebtest.core.intent import Target
from aiwebtest.grounding.rules.checks.wording import NOT, QUOTED, Wording
from aiwebtest.grounding.rules.phrase import parse_target
from aiwebtest.grounding.rules.words import ITEM_NOUNS

__all__ = ["MASK", "NUMBER", "VERBS", "Clause", "Reader", "described", "match_of", "read_number", "reads"]

MASK = "[\ue100-\ue3ff]"
VERBS: dict[str, Match] = {
    "is": "exact", "equals": "exact", "says": "exact", "reads": "exact", "states": "exact",
    "shows": "contains", "displays": "contains", "contains": "contains", "includes": "contains", "has": "contains",
    "lists": "contains", "offers": "contains", "mentions": "contains", "holds": "contains", "tells": "contains",
    "asks": "contains", "carries": "contains", "indicates": "contains", "reports": "contains", "announces": "contains",
    "starts with": "starts", "begins with": "starts", "ends with": "ends", "ends in": "ends",
    "matches": "regex",
}  # fmt: skip
_NUMBER_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
).split()
NUMBER = rf"(?:\d+(?:[.,]\d{{3}})*|{MASK}|{'|'.join(_NUMBER_WORDS)})"

Reader = Callable[["Clause"], tuple[Claim, ...] | None]


@dataclass(frozen=True, slots=True)
class Clause:
    """One statement in plain form. `text` is masked; `place` is what the sentence put in front of all its clauses."""

    text: str
    wording: Wording
    place: Target | None = None

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Return the match of a pattern on the whole clause."""
        return pattern.fullmatch(self.text)

    def claim(self, kind: Any, **fields: Any) -> Claim:
        """Return a claim that stands for this clause, in its place unless another is given."""
        fields.setdefault("place", self.place)
        return Claim(kind=kind, text=self.wording.written(self.text), **fields)

    def target(self, phrase: str) -> Target:
        """Return what a phrase of the clause describes."""
        return described(self.wording.written(phrase.strip()))

    def value(self, phrase: str) -> tuple[tuple[str, ...], bool]:
        """Return the value that a phrase gives, and whether it is meant to the letter."""
        phrase = phrase.strip()
        return (self.wording.content(phrase),), self.wording.is_quoted(phrase)


def described(phrase: str) -> Target:
    """Return what a noun phrase describes; in a check a bare role word ("rows", "the dialog") means the role."""
    target = _by_what_it_lists(parse_target(phrase))
    if target.role is None and re.fullmatch(r"(?:an?|the|any)? ?errors?", phrase.strip(), re.IGNORECASE):
        return replace(target, name=None, role="alert", alternatives=())
    if target.role is None and not target.quoted:
        bare = (other for other in target.alternatives if other.role and other.name is None and not other.relations)
        return next(bare, None) or _without_noun(target)
    return target


def _by_what_it_lists(target: Target) -> Target:
    """Let "the list of recent loans" be the list that is called so, "Recent loans", too."""
    if target.role not in {"list", "table"} or target.name is not None or len(target.relations) != 1:
        return target
    [relation] = target.relations
    if relation.kind != "for" or relation.anchor.role is not None or " of " not in target.text:
        return target
    called = replace(target, name=relation.anchor.name, relations=(), alternatives=())
    return replace(target, alternatives=(called, *target.alternatives))


def _without_noun(target: Target) -> Target:
    """Let "the Inbox folder" be what is called Inbox where nothing is called so in full: the noun is rarely printed."""
    *name, noun = (target.name or "").split() or [""]
    if not name or noun not in ITEM_NOUNS or target.attribute is not None or not name[-1][:1].isupper():
        return target
    return replace(target, alternatives=(*target.alternatives, replace(target, name=" ".join(name), alternatives=())))


def reads(pattern: str) -> re.Pattern[str]:
    """Compile a pattern of the plain form; `Q` stands for quoted text, `V` for a placeholder or quoted text."""
    pattern = pattern.replace("<Q>", QUOTED).replace("<V>", MASK).replace("<NOT>", f"(?P<no>{NOT})?")
    pattern = pattern.replace("<N>", NUMBER)
    return re.compile(pattern, re.IGNORECASE)


def match_of(verb: str, phrase: str) -> tuple[Match, str]:
    """Return how a value is to be compared, and the value's phrase without the words that say so."""
    how = VERBS[verb.lower()]
    extra = re.match(
        r"(?:(?P<exact>exactly|precisely|only|just|equal to|identical to|the same as|the exact (?:text|value)|set to)"
        r"|(?P<like>like|the (?:regex|pattern|regular expression))|(?P<soft>the (?:text|value|word|words|message"
        r"|string)))\s+",
        phrase,
        re.IGNORECASE,
    )
    if extra:
        phrase = phrase[extra.end() :]
        if extra["exact"]:
            how = "exact"
        elif extra["like"]:
            how = "regex"
    return how, phrase


_BOUNDS: tuple[tuple[str, Comparison, bool], ...] = (
    (r"at least|no fewer than|no less than|not less than|not fewer than|a minimum of|minimum|>=|≥", ">=", False),
    (r"at most|no more than|not more than|up to|a maximum of|maximum|<=|≤", "<=", False),
    (r"more than|greater than|over|above|higher than|larger than|bigger than|exceeds|>", ">", False),
    (r"fewer than|less than|under|below|lower than|smaller than|cheaper than|<", "<", False),
    (r"exactly|precisely|only|just|a total of|equal to|a single|=", "=", False),
)


def read_number(phrase: str) -> tuple[Comparison, tuple[str, ...], str] | None:
    """Read "at least 3 rows" as a bound, its numbers (digits or masks) and the rest of the phrase; None without one."""
    both = re.match(rf"(?:between|from) (?P<a>{NUMBER}) (?:and|to) (?P<b>{NUMBER})\b\s*", phrase, re.IGNORECASE)
    if both:
        return "between", (_digits(both["a"]), _digits(both["b"])), phrase[both.end() :]
    if several := re.match(r"(?:several|multiple) (?=\S)", phrase, re.IGNORECASE):
        return ">=", ("2",), phrase[several.end() :]
    comparison: Comparison = "="
    for words, bound, _ in _BOUNDS:
        if found := re.match(rf"(?:{words}) (?=\S)", phrase, re.IGNORECASE):
            comparison, phrase = bound, phrase[found.end() :]
            break
    found = re.match(rf"(?P<n>{NUMBER})(?P<tail> or (?:more|less|fewer))?(?![\w.,])\s*", phrase, re.IGNORECASE)
    if not found:
        return None
    if found["tail"]:
        comparison = ">=" if found["tail"].endswith("more") else "<="
    return comparison, (_digits(found["n"]),), phrase[found.end() :]


def _digits(number: str) -> str:
    word = number.lower()
    return str(_NUMBER_WORDS.index(word)) if word in _NUMBER_WORDS else number
