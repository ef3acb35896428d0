"""Gather the elements that can carry a name, without looking at each: by the words they hold."""

from __future__ import annotations

from rapidfuzz import process
from rapidfuzz.distance import OSA

from aiwebtest.core.intent import Target
from aiwebtest.grounding.rules.drawn import drawn_label
from aiwebtest.grounding.rules.features import Evidence
from aiwebtest.grounding.rules.glyphs import signs_by_word
from aiwebtest.grounding.rules.page import PageView
from aiwebtest.grounding.rules.roles import role_fit
from aiwebtest.grounding.rules.weights import CARRIER
from aiwebtest.grounding.rules.wording import TYPO_SHORTEST, Wording, bare, search_terms

__all__ = ["gather", "holders"]

_SLIP = 0.7  # likeness from which a word of the page may be a word of the sentence with a slip in it
_FEW_CONTROLS = 100  # controls without a name of their own that are simply all looked at
_SURROUND = 3  # how many elements up the text may be completed by what stands beside it


def gather(target: Target, asked: Wording, view: PageView) -> set[int]:
    """Return the refs of the elements that may be named so: they hold all of its words, or have few others."""
    groups = [_holding(term, view) for term in _terms(target, asked)]
    if not groups:
        return set()
    every = set.intersection(*groups)
    found = set(every)
    if not target.quoted:  # a quotation is never taken in part
        limit = 3 * len(asked.folded) + 40
        found.update(ref for ref in set.union(*groups) - every if view.length(ref) <= limit)
        if not every:
            found |= _misspelled(asked, view)
    found |= set(view.spelled_across(asked.folded))
    found |= _completed(every, view)
    found |= _drawn_as_signs(asked, view)
    found.update(drawn for select, drawn in view.labels.stand_ins.items() if select in found)
    return found | _beside(found, view)


def _terms(target: Target, asked: Wording) -> list[tuple[str, ...]]:
    if target.quoted and len(asked.folded) > 1:
        return [(bare(token),) for token in dict.fromkeys(asked.tokens)]
    return list(search_terms(target.name or ""))


def _holding(term: tuple[str, ...], view: PageView) -> set[int]:
    found: set[int] = set()
    for word in term:
        found |= view.holding(word)
    return found


def _misspelled(asked: Wording, view: PageView) -> set[int]:
    """Return the elements with a word that differs by a slip from one of the sentence."""
    found: set[int] = set()
    for word in asked.stems:
        if len(word) >= TYPO_SHORTEST:
            near = process.extract(word, view.vocabulary, scorer=OSA.normalized_similarity, score_cutoff=_SLIP, limit=5)
            for other, *_ in near:
                found |= view.holding(other)
    return found


def _completed(every: set[int], view: PageView) -> set[int]:
    """Return the elements right above: their text as a whole may be the name, an icon or a mark beside it."""
    found: set[int] = set()
    if len(every) > 500:
        return found
    for ref in every:
        for _, above in zip(range(_SURROUND), view.parents(ref), strict=False):
            if view.nodes[above].end - above > 12:
                break
            found.add(above)
    return found


def _drawn_as_signs(asked: Wording, view: PageView) -> set[int]:
    """Return the buttons whose sign may mean one of the words."""
    known = signs_by_word(view)
    return {ref for stem in asked.stems for ref in known.get(stem, ())}


def _beside(found: set[int], view: PageView) -> set[int]:
    """Return the controls without a name of their own near text that was found: it may stand for their label."""
    controls = [*view.labels.unnamed_controls, *(n.ref for n in view.plain_pressed if drawn_label(n, view))]
    if len(controls) <= _FEW_CONTROLS:
        return set(controls)
    return {ref for ref in controls if any(near in found for near in range(ref - 8, ref + 4))}


def holders(target: Target, found: dict[int, Evidence], view: PageView) -> list[Evidence]:
    """Return the containers of the target's role that hold something named so, each with the best of what it holds."""
    best: dict[int, Evidence] = {}
    for one in found.values():
        container = _container(target.role or "", one.ref, view)
        if container is None:
            continue
        carrier = "caption" if one.ref in view.captions(container) or one.ref == container else "within"
        points = one.points + CARRIER[carrier] * (container != one.ref)
        known = best.get(container)
        if known is None or points > known.points:
            best[container] = Evidence(container, points, [(points, f"{carrier}: {one.reasons[0][1]}")])
    return list(best.values())


def _container(role: str, ref: int, view: PageView) -> int | None:
    """Return the nearest element around one that answers well to a role word."""
    fallback = None
    for above in (ref, *view.parents(ref)):
        fit = role_fit(role, view.nodes[above], view)
        if fit >= 0.7 and view.nodes[above].end - above > 1:
            return above
        if fit >= 0.4 and fallback is None:
            fallback = above
    return fallback
