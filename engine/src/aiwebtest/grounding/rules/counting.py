"""Which one "the third" is: counted among what fits alike, as the page itself groups it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from aiwebtest.core.facts import Facts
from aiwebtest.core.intent import RelationKind, Target
from aiwebtest.grounding.rules.checks.groups import is_menu
from aiwebtest.grounding.rules.checks.seek import nth
from aiwebtest.grounding.rules.checks.text import words_of
from aiwebtest.grounding.rules.checks.things import can_be_called, one_called, one_of_a_mailbox, things
from aiwebtest.grounding.rules.features import Evidence
from aiwebtest.grounding.rules.page import PageView
from aiwebtest.grounding.rules.roles import role_fit
from aiwebtest.grounding.rules.weights import ALIKE, FITS

__all__ = ["called_thing", "counted", "counted_thing"]

_PARTS = frozenset(["item", "result", "card"])  # words for a part of the content, whatever element that is
_WHOSE: frozenset[RelationKind] = frozenset(["for", "with"])
_LISTS = ("list", "listbox", "feed", "table", "grid", "treegrid")
_TURNS = frozenset("page pages prev previous next back first last of".split())
_PASSES = 0.75  # fit of a role word up to which an element merely passes for what the word says


def counted(target: Target, found: Sequence[Evidence], view: PageView) -> list[Evidence]:
    """Return the one at the place that the sentence names, among those that fit alike, in document order."""
    fitting = sorted((one for one in found if one.score >= FITS), key=lambda one: one.ref)
    if not fitting or target.ordinal is None:
        return []
    alike = _alike(fitting)
    if target.role in _PARTS and not target.name:
        told = target.modifiers or all(_passes(target.role, one, view) for one in alike)
        if told and (part := _in_part(target, fitting, view)) is not None:
            return part
        if not target.relations and not all(_can_be(target, one, view) for one in alike):
            return []  # the page does not tell what its invoices are
        if truly := [one for one in alike if not _passes(target.role, one, view)]:
            alike = truly
            fitting = [one for one in fitting if not _passes(target.role, one, view)]
        if all(_passes(target.role, one, view) for one in alike):
            fitting = _parts_of_content(fitting, view)
            if not fitting or (len(fitting) == 1 and not _is_part(fitting[0].ref, view)):
                return []  # a single link is no first of several results, nor are those around the content
            alike = _alike(fitting)
        if _lists_of(alike, view) > 1:
            return []  # "the third item", of which list?
    if abs(target.ordinal) > len(alike) and target.role and not target.quoted:
        alike = fitting  # "the second password field": the other has a longer name
    place = target.ordinal - 1 if target.ordinal > 0 else len(alike) + target.ordinal
    if not 0 <= place < len(alike):
        return []
    chosen = alike[place]
    chosen.reasons.append((0.0, f"number {place + 1} of {len(alike)} alike"))
    return [chosen]


def counted_thing(target: Target, view: PageView) -> list[int] | None:
    """Return "the third connection" or "the request of Bo", where the page tells what its connections are.

    None where it does not tell; empty where it does and has no third.
    """
    if target.role == "alert":
        message = one_of_a_mailbox(target, Facts(snapshot=view.snapshot))
        return [message.ref] if message is not None else None
    if target.role == "item" and target.name is None and target.ordinal is not None and target.modifiers:
        target = replace(target, role=None, name=" ".join(target.modifiers), modifiers=())
    if target.role is not None or not target.name or target.quoted:
        return None
    if target.ordinal is None and not (target.relations and all(one.kind in _WHOSE for one in target.relations)):
        return None
    told = things(replace(target, ordinal=None, alternatives=()), Facts(snapshot=view.snapshot), None)
    if told is None:
        return None
    if target.ordinal is None:
        return [told.nodes[0].ref] if len(told.nodes) == 1 else None
    return [node.ref for node in nth(list(told.nodes), target.ordinal)]


def called_thing(target: Target, view: PageView) -> int | None:
    """Return "the 21:00 slot" or "answer B", where the page tells what its slots are and one of them says so."""
    one = one_called(target, Facts(snapshot=view.snapshot))
    return one.ref if one is not None else None


def _alike(fitting: Sequence[Evidence]) -> list[Evidence]:
    top = max(one.points for one in fitting)
    return [one for one in fitting if one.points >= top - ALIKE]


def _lists_of(found: Sequence[Evidence], view: PageView) -> int:
    """Return how many lists and tables of the content the elements come from."""
    lists = {view.up(one.ref, *_LISTS) for one in found if not view.is_furniture(one.ref)} - {None}
    nodes = [view.nodes[ref] for ref in lists if ref is not None]
    inner = [node for node in nodes if not any(node.ref < other.ref < node.end for other in nodes)]
    return sum(not is_menu(node, view.snapshot) for node in inner)


def _can_be(target: Target, one: Evidence, view: PageView) -> bool:
    return can_be_called(view.nodes[one.ref], target.modifiers[-1:], view.snapshot)


def _passes(role: str, one: Evidence, view: PageView) -> bool:
    return role_fit(role, view.nodes[one.ref], view) <= _PASSES


def _in_part(target: Target, fitting: Sequence[Evidence], view: PageView) -> list[Evidence] | None:
    """Return what fits best in "the third result", where the page tells what its results are; else None."""
    if target.ordinal is None or target.relations or target.quoted:
        return None
    told = things(replace(target, ordinal=None, alternatives=()), Facts(snapshot=view.snapshot), None)
    if told is None or not any(part.ref <= one.ref < part.end for part in told.nodes for one in fitting):
        return None
    for part in nth(list(told.nodes), target.ordinal):
        within = [one for one in fitting if part.ref <= one.ref < part.end]
        best = max(within, key=lambda one: (one.points, -one.ref), default=None)
        if best is not None:
            best.reasons.append((0.0, f"number {target.ordinal} of {len(told.nodes)} {told.how}"))
            return [best]
    return []


def _parts_of_content(fitting: Sequence[Evidence], view: PageView) -> list[Evidence]:
    """Return those that stand in one of several parts that say more than they do; else all but page numbers.

    A result has a title and a text. A link that is all there is to its list item leads around: to a section, a page.
    Of several in one part ("Cached" beside the title) the title counts.
    """
    best: dict[int, Evidence] = {}
    for one in (one for one in fitting if _is_part(one.ref, view)):
        rival = best.setdefault(view.items_around(one.ref)[0], one)
        if _title_rank(one, view) > _title_rank(rival, view):
            best[view.items_around(one.ref)[0]] = one
    if parts := sorted(best.values(), key=lambda one: one.ref):
        return parts
    inside = [one for one in fitting if view.nodes[one.ref].role != "link" or not view.is_furniture(one.ref)]
    return [one for one in inside if not _is_paging(one.ref, view)] or inside


def _title_rank(one: Evidence, view: PageView) -> tuple[float, bool, int]:
    """Tell how much of a title an element of a part is: what fits best, or is a heading, or comes first."""
    headed = view.nodes[one.ref].role == "heading" or view.up(one.ref, "heading") is not None
    return one.points, headed, -one.ref


def _is_part(ref: int, view: PageView) -> bool:
    parts = view.items_around(ref)
    return bool(parts) and view.text(parts[0]).strip() != view.text(ref).strip()


def _is_paging(ref: int, view: PageView) -> bool:
    """Tell whether a link is one of a row of page numbers, or of the words and arrows around them."""
    item = next(iter(view.items_around(ref)), ref)
    around = words_of(view.text(view.nodes[item].parent))
    return any(word.isdigit() for word in around) and all(word.isdigit() or word in _TURNS for word in around)
