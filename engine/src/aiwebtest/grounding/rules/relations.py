"""Where one thing is in respect of another: by the tree first, by geometry where people speak of geometry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import hypot

from aiwebtest.core.intent import RelationKind
from aiwebtest.core.snapshot import Box, Flag, Node
from aiwebtest.grounding.rules.labels import is_control
from aiwebtest.grounding.rules.page import PageView

__all__ = ["Anchor", "relation_fits", "titled_by"]

Anchor = tuple[int, float]
"""An element that an anchor's words can mean: its ref, and how well it fits, 0 to 1."""

_CONTAINER_ROLES = frozenset(
    "region group form dialog alertdialog article navigation banner contentinfo complementary main search list "
    "listbox menu "
    "menubar tablist tabpanel toolbar table grid treegrid tree row rowgroup listitem figure radiogroup feed iframe "
    "treeitem "
    "cell gridcell".split()
)
_HEADINGS = frozenset(["heading", "caption", "term"])
_SECTION_TAGS = frozenset(
    "section fieldset details aside header footer nav main form dialog article td li ul ol div".split()
)
_SLACK = 3.0  # CSS pixels by which "below" and the like may overlap
_CLOSE_BY = 150.0  # CSS pixels within which a thing may belong to another that it shares nothing else with


def relation_fits(
    kind: RelationKind, anchors: Sequence[Anchor], refs: Sequence[int], view: PageView
) -> dict[int, float]:
    """Return, for each of `refs`, how well it stands in that relation to the best of the anchors; 0 if it does not."""
    fits = dict.fromkeys(refs, 0.0)
    for anchor, weight in _closest_first(anchors, refs, view) if kind == "near" else anchors:
        for ref, fit in _KINDS[kind](anchor, refs, view).items():
            if fit * weight > fits[ref]:
                fits[ref] = fit * weight
    return fits


def _closest_first(anchors: Sequence[Anchor], refs: Sequence[int], view: PageView) -> Sequence[Anchor]:
    """Count less what shares only a larger part of the page with any of `refs` than another shares within that part.

    Of two things called "Desk lamp", the one in the block of a button is what the button is next to.
    """
    if len(anchors) == 1 or not refs:
        return anchors
    blocks = {anchor: max(view.common_ancestor(anchor, ref) for ref in refs) for anchor, _ in anchors}
    wider = {one for one in blocks.values() if any(one < other < view.nodes[one].end for other in blocks.values())}
    return [(anchor, 0.5 * weight if blocks[anchor] in wider else weight) for anchor, weight in anchors]


Fits = dict[int, float]
_IN_HEADER = 0.8  # of a column is rather what stands in its rows


# --- by the tree ------------------------------------------------------------------------------------------------------


def _in(anchor: int, refs: Sequence[int], view: PageView) -> Fits:
    return _within(_scopes_of(anchor, view), anchor, refs, view)


def _within(scopes: Sequence[tuple[int, int, float]], anchor: int, refs: Sequence[int], view: PageView) -> Fits:
    fits: Fits = {}
    for ref in refs:
        if ref == anchor:
            continue
        fit = max((fit for start, end, fit in scopes if start <= ref < end), default=0.0)
        if fit:
            fits[ref] = fit
    return fits


def _scopes_of(anchor: int, view: PageView) -> list[tuple[int, int, float]]:
    """Return what "in <anchor>" can mean, as ranges of refs with their fit: the container itself, or what it titles."""
    node = view.nodes[anchor]
    if node.role == "row" or (node.role in _CONTAINER_ROLES and node.end - anchor > 1):
        return [(anchor, node.end, 1.0)]
    if node.end - anchor > 2 and node.role not in _HEADINGS and node.role not in ("button", "tab", "link"):
        return [(anchor, node.end, 1.0)]
    scopes: list[tuple[int, int, float]] = []
    controlled = _controlled(node, view)
    if controlled is not None:
        scopes.append((controlled, view.nodes[controlled].end, 1.0))
    titled = _titled(anchor, view)
    if titled:
        scopes.append((*titled, 0.95))
    if not titled or node.role not in _HEADINGS:
        items = view.items_around(anchor)
        scopes.extend((item, view.nodes[item].end, fit) for item, fit in zip(items, (0.85, 0.6), strict=False))
    return scopes


def _controlled(node: Node, view: PageView) -> int | None:
    """Return the panel that a tab or a button opens."""
    wanted = node.extra.get("aria-controls") if node.extra else None
    if not wanted:
        return None
    return next((n.ref for n in view.nodes if n.ident and n.ident.split()[0] == wanted and n.frame == node.frame), None)


def titled_by(anchor: int, view: PageView) -> Node | None:
    """Return the element that a title stands over as a whole: the column of a board, the panel; None if it is none."""
    scope = _titled(anchor, view)
    whole = view.nodes[scope[0]] if scope is not None else None
    return whole if scope is not None and whole is not None and whole.end == scope[1] and scope[0] != anchor else None


def _titled(anchor: int, view: PageView) -> tuple[int, int] | None:
    """Return the range that a heading, legend or other title stands over."""
    nodes = view.nodes
    top = anchor
    for above in view.parents(anchor):
        if _holds_more(above, top, view) and not _is_its_header(above, view):
            return _until_next_title(top, above, anchor, view)
        top = above
        if nodes[above].role in ("main", "dialog") or nodes[above].tag == "body":
            break
    return None


def _is_its_header(ref: int, view: PageView) -> bool:
    """Tell whether an element holds a title and what belongs to it, and what is titled stands below it."""
    node = view.nodes[ref]
    called = node.tag == "header" or any(mark.endswith("header") for mark in node.ident.lower().split())
    if node.role or node.parent < 0 or not called:
        return False
    return any(child > ref and view.nodes[child].visible for child in view.children(node.parent))


def _holds_more(container: int, inner: int, view: PageView) -> bool:
    """Tell whether a container has more to show than the title in it."""
    nodes = view.nodes
    return any(
        nodes[child].visible and (nodes[child].text or nodes[child].end - child > 1 or nodes[child].role)
        and not _is_number(child, view)
        for child in view.children(container)
        if child != inner
    )  # fmt: skip


def _is_number(ref: int, view: PageView) -> bool:
    """Tell whether an element says no more than how many there are: the "3" behind the title of a column."""
    said = view.text(ref).strip("() ") if not view.nodes[ref].has(Flag.CLICKABLE) else ""
    return said.replace("/", "").replace(" ", "").isdigit() or _is_mere_box(ref, view)


def _is_mere_box(ref: int, view: PageView) -> bool:
    """Tell whether an element is a check box without a word, as stands before the title of a list to take all of it."""
    parts = view.subtree(view.nodes[ref])
    return any(part.role == "checkbox" for part in parts) and not any(part.text for part in parts)


def _until_next_title(top: int, container: int, anchor: int, view: PageView) -> tuple[int, int]:
    """Return from a title to the next of its rank, within its container."""
    nodes = view.nodes
    rank = _rank(nodes[anchor])
    end = nodes[container].end
    for ref in range(nodes[top].end, end):
        node = nodes[ref]
        if rank is not None and node.role == "heading" and (_rank(node) or 9) <= rank:
            return top, _start_of(ref, container, view)
        if rank is None and ref in _children_of(container, view) and _same_make(node, nodes[top]):
            return top, ref
    return (container if _is_first_title(top, container, view) else top), end


def _children_of(container: int, view: PageView) -> frozenset[int]:
    cache: dict[int, frozenset[int]] = view.snapshot.memo.setdefault("children", {})
    known = cache.get(container)
    if known is None:
        known = cache[container] = frozenset(view.children(container))
    return known


def _start_of(ref: int, container: int, view: PageView) -> int:
    """Return the child of `container` that a later title stands in: its section begins there."""
    for above in view.parents(ref):
        if above == container:
            return ref
        ref = above
    return ref


def _is_first_title(top: int, container: int, view: PageView) -> bool:
    return next(view.children(container), top) == top and view.nodes[container].tag in _SECTION_TAGS


def _same_make(one: Node, other: Node) -> bool:
    return one.tag == other.tag and one.role == other.role and one.tag != "#text" and one.ident == other.ident


def _rank(node: Node) -> int | None:
    if node.role != "heading":
        return None
    level = node.extra.get("aria-level", "") if node.extra else ""
    if level.isdigit():
        return int(level)
    return int(node.tag[1]) if len(node.tag) == 2 and node.tag[1].isdigit() else 2


def _row(anchor: int, refs: Sequence[int], view: PageView) -> Fits:
    items = view.items_around(anchor)
    scopes = [(item, view.nodes[item].end, fit) for item, fit in zip(items, (1.0, 0.5, 0.3), strict=False)]
    fits = _within(scopes, -1, refs, view)
    if not items and view.nodes[anchor].role in _CONTAINER_ROLES:  # a whole panel is on no line: what is in it is meant
        return _within([(anchor, view.nodes[anchor].end, 1.0)], anchor, refs, view)
    if not items:
        fits = _same_line(anchor, refs, view)
    return fits


def _column(anchor: int, refs: Sequence[int], view: PageView) -> Fits:
    cell = view.cell_of(anchor)
    place = view.column_of(cell) if cell is not None else None
    if place is None:  # a column of a board, or of what is merely drawn as a table
        return _in(anchor, refs, view) if _heads_column(anchor, view) else _overlapping_below(anchor, refs, view)
    table, first, last = place
    fits: Fits = {}
    for ref in refs:
        if not view.inside(ref, table) or ref == anchor:
            continue
        other = view.cell_of(ref)
        column = view.column_of(other) if other is not None else None
        if column and column[0] == table and column[1] <= last and first <= column[2]:
            fits[ref] = 1.0 if other != cell else _IN_HEADER
    return fits


def _heads_column(anchor: int, view: PageView) -> bool:
    """Tell whether what an element stands over, or is, has twins beside it that are as high up: columns of a board."""
    scope = next(iter(_scopes_of(anchor, view)), None)
    if scope is None or view.nodes[scope[0]].parent < 0:
        return False
    one = view.nodes[scope[0]]
    if view.text(one.ref) == view.text(anchor):
        return False
    beside = (view.nodes[ref] for ref in view.children(one.parent) if ref != one.ref)
    return any(_same_make(other, one) and other.box[0] != one.box[0] and other.box[1] == one.box[1] for other in beside)


def _overlapping_below(anchor: int, refs: Sequence[int], view: PageView) -> Fits:
    box = view.nodes[anchor].box
    return {
        ref: 0.7
        for ref in refs
        if view.nodes[ref].box[1] >= box[1] and _overlap(box, view.nodes[ref].box, 0) > 0 and ref != anchor
    }


def _with(anchor: int, refs: Sequence[int], view: PageView) -> Fits:
    """The thing itself holds the anchor: the smallest such fits best."""
    holding = sorted(
        (ref for ref in refs if ref != anchor and view.inside(anchor, ref)), key=lambda ref: view.nodes[ref].end - ref
    )
    if not holding:
        return {ref: 0.8 * fit for ref, fit in _row(anchor, refs, view).items()}
    return {ref: 1.0 if at == 0 else 0.5 / at for at, ref in enumerate(holding)}


def _for(anchor: int, refs: Sequence[int], view: PageView) -> Fits:
    """It belongs to the anchor: named after it, in the same row or card, in its section, or else close by."""
    fits = _labelled_by(anchor, refs, view)
    inside, row = _in(anchor, refs, view), _row(anchor, refs, view)
    node = view.nodes[anchor]
    titles = node.role in _CONTAINER_ROLES or node.role in _HEADINGS or node.tag == "legend"
    group = bool(inside) and titles  # what is in a group belongs to it more than what is in its row
    for other, worth in ((row, 0.4 if group else 1.0), (inside, 0.9)):
        for ref, fit in other.items():
            fits[ref] = max(fits.get(ref, 0.0), fit * worth)
    if not fits:
        box = view.nodes[anchor].box
        close = [ref for ref in refs if _distance(box, view.nodes[ref].box) <= _CLOSE_BY]
        fits = {ref: 0.8 * fit for ref, fit in _near(anchor, close, view).items()}
    return fits


def _labelled_by(anchor: int, refs: Sequence[int], view: PageView) -> Fits:
    said = view.text(anchor) or view.nodes[anchor].name
    return {
        ref: 1.0 for ref in refs if said and ref != anchor and said in (view.nodes[ref].label, view.nodes[ref].name)
    }


def _before(anchor: int, refs: Sequence[int], view: PageView) -> Fits:
    before = [ref for ref in refs if view.nodes[ref].end <= anchor]
    return {ref: 1.0 / (1 + place) for place, ref in enumerate(sorted(before, reverse=True))}


def _after(anchor: int, refs: Sequence[int], view: PageView) -> Fits:
    end = view.nodes[anchor].end
    return {ref: 1.0 / (1 + place) for place, ref in enumerate(sorted(ref for ref in refs if ref >= end))}


# --- by geometry ------------------------------------------------------------------------------------------------------


def _near(anchor: int, refs: Sequence[int], view: PageView) -> Fits:
    """The closest fits best; what shares the anchor's row or card is closer than what does not."""
    nodes = view.nodes
    items = view.items_around(anchor)[:1]
    home = (items[0], nodes[items[0]].end) if items else (-1, -1)
    away: dict[int, float] = {}
    for ref in refs:
        if ref == anchor or view.inside(anchor, ref):
            continue
        held = view.inside(ref, anchor)  # the words mean the whole item: what is in it is beside its text
        away[ref] = 0.0 if held else _distance(nodes[anchor].box, nodes[ref].box)
    fits = _by_distance(away)
    if anchor in refs and is_control(
        nodes[anchor]
    ):  # the words are the label of a field that is asked for: it is meant
        return {ref: 0.4 * fit for ref, fit in fits.items()} | {anchor: 1.0}
    if any(home[0] <= ref < home[1] for ref in fits):
        away = {ref: far for ref, far in away.items() if home[0] <= ref < home[1]}
        inside = _by_distance(away)
        fits = {ref: inside.get(ref, 0.4 * fit) for ref, fit in fits.items()}
    kin = _next_of_kin(anchor, away, view)
    kin = _by_distance(_captioned(anchor, kin, view) or kin)
    return {ref: kin.get(ref, 0.5 * fit) for ref, fit in fits.items()}


def _next_of_kin(anchor: int, away: dict[int, float], view: PageView) -> dict[int, float]:
    """Return those that the smallest part of the page holds together with an anchor: its block rather than the next."""
    around = {ref: view.common_ancestor(anchor, ref) for ref in away}
    least = max(around.values(), default=0)  # the ancestors of one anchor lie in each other: the last is the smallest
    return {ref: far for ref, far in away.items() if around[ref] == least}


def _captioned(anchor: int, away: dict[int, float], view: PageView) -> dict[int, float]:
    """Return those that an anchor is the caption of, in a row of captions that each stand before what is theirs."""
    nodes = view.nodes
    siblings = list(view.children(nodes[anchor].parent)) if nodes[anchor].parent >= 0 else []
    captions = [
        ref for ref in siblings if _same_make(nodes[ref], nodes[anchor]) and any(c.isalpha() for c in nodes[ref].text)
    ]
    first = next((ref for ref in siblings if any(view.inside(one, ref) for one in away)), None)
    if anchor not in captions or len(captions) < 2 or first is None or captions[0] > first:
        return {}
    end = next((ref for ref in captions if ref > anchor), nodes[siblings[-1]].end)
    return {ref: far for ref, far in away.items() if anchor < ref < end}


def _same_line(anchor: int, refs: Sequence[int], view: PageView) -> Fits:
    box = view.nodes[anchor].box
    away = {
        ref: _distance(box, view.nodes[ref].box)
        for ref in refs
        if ref != anchor and _overlap(box, view.nodes[ref].box, 1) > 0.4
    }
    return {ref: 0.8 * fit for ref, fit in _by_distance(away).items()}


def _toward(axis: int, sign: int) -> Callable[[int, Sequence[int], PageView], Fits]:
    """Return the relation of lying on one side: axis 0 is left and right, axis 1 above and below."""

    def fits(anchor: int, refs: Sequence[int], view: PageView) -> Fits:
        nodes = view.nodes
        box = nodes[anchor].box
        away: dict[int, tuple[float, float]] = {}
        for ref in refs:
            other = nodes[ref].box
            if ref == anchor or view.inside(anchor, ref) or view.inside(ref, anchor):
                continue
            gap = _gap(box, other, axis) if sign > 0 else _gap(other, box, axis)
            if gap < -_SLACK:
                continue
            aside = 0.0 if _overlap(box, other, 1 - axis) > 0 else _aside(box, other, 1 - axis)
            away[ref] = max(gap, 0.0), (3.0 if axis == 0 else 1.5) * aside
        straight = min((aside for _, aside in away.values()), default=0.0)
        return _by_distance({ref: gap + aside - straight for ref, (gap, aside) in away.items()})

    return fits


_lower = _toward(1, 1)


def _below(anchor: int, refs: Sequence[int], view: PageView) -> Fits:
    """Return the relation of standing under something: below it, or in it where it is what a title stands over."""
    held = view.nodes[anchor].role in _CONTAINER_ROLES
    within = {ref: 1.0 for ref in refs if held and ref != anchor and view.inside(ref, anchor)}
    return within or _lower(anchor, refs, view)


def _by_distance(away: dict[int, float]) -> Fits:
    """Turn distances into fits: the nearest 1, twice as far about a half."""
    if not away:
        return {}
    nearest = min(away.values()) + 12.0  # so that a pixel does not decide between close neighbours
    return {ref: nearest / (distance + 12.0) for ref, distance in away.items()}


def _distance(one: Box, other: Box) -> float:
    return hypot(max(0.0, _aside(one, other, 0)), max(0.0, _aside(one, other, 1)))


def _aside(one: Box, other: Box, axis: int) -> float:
    """Return the gap between two boxes along an axis, 0 where they overlap."""
    return max(0.0, _gap(one, other, axis), _gap(other, one, axis))


def _gap(one: Box, other: Box, axis: int) -> float:
    """Return how far `other` begins behind the end of `one`; negative where it begins before."""
    return other[axis] - (one[axis] + one[axis + 2])


def _overlap(one: Box, other: Box, axis: int) -> float:
    """Return the share of the smaller extent that two boxes have in common along an axis."""
    low, high = max(one[axis], other[axis]), min(one[axis] + one[axis + 2], other[axis] + other[axis + 2])
    return max(0.0, high - low) / max(1.0, min(one[axis + 2], other[axis + 2]))


_KINDS: dict[RelationKind, Callable[[int, Sequence[int], PageView], Fits]] = {
    "in": _in,
    "row": _row,
    "column": _column,
    "near": _near,
    "below": _below,
    "above": _toward(1, -1),
    "right_of": _toward(0, 1),
    "left_of": _toward(0, -1),
    "before": _before,
    "after": _after,
    "with": _with,
    "for": _for,
}
