"""Near misses: the word that somebody likely meant."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process

__all__ = ["did_you_mean", "nearest"]

_MOST_LISTED = 20  # words; more of them are not read
_LIKELY = 62  # of 100; below it a suggestion confuses more than it helps


def nearest(word: str, choices: Iterable[str], *, at_least: float = _LIKELY) -> str | None:
    """Return the choice that `word` was most likely meant to be, or None when none is near."""
    folded = {choice.casefold(): choice for choice in choices}
    found = process.extractOne(word.casefold(), list(folded), scorer=fuzz.ratio, score_cutoff=at_least)
    return folded[found[0]] if found else None


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Return a hint: the nearest valid word, or those there are when none is near."""
    known = list(choices)
    near = nearest(word, known)
    if near:
        return f"did you mean `{near}`?"
    if not known:
        return ""
    more = f" or one of {len(known) - _MOST_LISTED} more" if len(known) > _MOST_LISTED else ""
    return "use one of " + ", ".join(f"`{choice}`" for choice in known[:_MOST_LISTED]) + more
