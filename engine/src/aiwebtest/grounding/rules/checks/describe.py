"""Claims in words, and claims with their placeholders filled in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from aiwebtest.core.claim import Claim
from aiwebtest.core.intent import Target
from aiwebtest.grounding.rules.fill import fill_target

__all__ = ["describe_claim", "fill_claim"]

_COMPARED = {"=": "", "<": "less than ", "<=": "at most ", ">": "more than ", ">=": "at least ", "between": "between "}
_MATCHED = {
    "exact": "is", "contains": "contains", "starts": "starts with", "ends": "ends with", "regex": "matches",
}  # fmt: skip


def describe_claim(claim: Claim) -> str:
    """Return a claim in plain words, as the rules understood it."""
    told = _BY_KIND[claim.kind](claim)
    where = f", in {_named(claim.place)}" if claim.place and claim.kind != "semantic" else ""
    return ("not: " if claim.negated and not _of_none(claim) else "") + told + where


def _of_none(claim: Claim) -> bool:
    """Tell whether something is denied of each of several: "not each" would say less."""
    return claim.negated and claim.every and not claim.literal and claim.kind in {"state", "value", "compare"}


def _named(target: Target | None) -> str:
    return target.text if target else "the page"


def _values(claim: Claim) -> str:
    joined = " and " if claim.comparison == "between" else ", "
    return joined.join(f'"{value}"' for value in claim.values)


def _bound(claim: Claim) -> str:
    return _COMPARED[claim.comparison] + " and ".join(claim.values)


def _what(claim: Claim) -> str:
    if claim.literal:
        return f'"{claim.literal}"'
    each = "none of " if _of_none(claim) else "each of " if claim.every else "at least one of " if claim.some else ""
    if claim.by:
        return f'{each}the column "{claim.by}"'
    return each + _named(claim.subject)


def _order(claim: Claim) -> str:
    if claim.values:
        return f"{_named(claim.subject)}: {', then '.join(claim.values)}"
    by = f" by {claim.by}" if claim.by else ""
    what = claim.subject.text if claim.subject else "the rows"
    return f"{what} sorted{by}, {'descending' if claim.descending else 'ascending'}"


def _count(claim: Claim) -> str:
    state = f", {claim.state}" if claim.state else ""
    return f"the number of {_named(claim.subject)}{state} is {_bound(claim)}"


_SAID = re.compile(r"\bis (?:not )?(?P<word>available|present|listed)\b")


def _state(claim: Claim) -> str:
    """Say "is available" as the sentence does: the page may say so of its things, and mean more than being shown."""
    said = _SAID.search(claim.text) if claim.state in {"visible", "hidden"} else None
    return f"{_what(claim)} is {said['word'] if said else claim.state}"


def _page_value(name: str) -> Callable[[Claim], str]:
    return lambda claim: f"the {name} {_MATCHED[claim.match]} {_values(claim)}"


def _console(claim: Claim) -> str:
    if claim.attribute == "line":
        return f"the console says {_values(claim)}"
    return "the console has no errors" if claim.attribute == "error" else f"the console has no {claim.attribute} lines"


def _tabs(claim: Claim) -> str:
    if claim.attribute == "title":
        return f"a browser tab titled {_values(claim)} is open"
    return f"the number of open browser tabs is {_bound(claim)}"


def _dialog(claim: Claim) -> str:
    box = claim.attribute or "browser dialog"
    return f"the {box} {_MATCHED[claim.match]} {_values(claim)}" if claim.values else f"{_article(box)} {box} was shown"


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"


_BY_KIND: dict[str, Callable[[Claim], str]] = {
    "text": lambda claim: f"the text {_values(claim)} is shown",
    "state": _state,
    "value": lambda claim: f"{_what(claim)} {_MATCHED[claim.match]} {_values(claim)}",
    "compare": lambda claim: f"{_what(claim)} is {_bound(claim)}",
    "count": _count,
    "order": _order,
    "url": lambda claim: (
        f"the URL{' ' + claim.attribute if claim.attribute else ''} {_MATCHED[claim.match]} {_values(claim)}"
    ),
    "title": _page_value("page title"),
    "page": lambda claim: f"the page is the one called {_values(claim)}",
    "attribute": lambda claim: f"the {claim.attribute} of {_what(claim)} {_MATCHED[claim.match]} {_values(claim)}",
    "console": _console,
    "requests": lambda claim: "no request failed",
    "download": lambda claim: (
        f"the name of a downloaded file {_MATCHED[claim.match]} {_values(claim)}"
        if claim.values
        else "a file was downloaded"
    ),
    "dialog": _dialog,
    "tabs": _tabs,
    "semantic": lambda claim: claim.text,
}


def fill_claim(claim: Claim, fill: Callable[[str], str]) -> Claim:
    """Return the claim with `fill` (such as `Scope.fill`) applied to every string that may hold placeholders."""
    return replace(
        claim,
        subject=claim.subject and fill_target(claim.subject, fill),
        place=claim.place and fill_target(claim.place, fill),
        values=tuple(fill(value) for value in claim.values),
        by=fill(claim.by),
        literal=fill(claim.literal),
        attribute=fill(claim.attribute),
    )
